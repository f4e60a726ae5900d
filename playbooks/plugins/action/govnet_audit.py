"""Action ``govnet_audit``: judge the network by the rules of the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from govnet.plays import auditing
from govnet.plays.action import GovnetAction

if TYPE_CHECKING:
    from govnet.plays.play import Play, Step


class ActionModule(GovnetAction):
    """Judge the network."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {"strict": {"type": "bool", "default": False}}

    def step(self, play: Play, arguments: dict[str, Any]) -> Step:
        """Do the work."""
        return auditing.judge(play, strict=arguments["strict"])
