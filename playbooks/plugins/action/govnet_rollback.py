"""Action ``govnet_rollback``: take a change back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from govnet.plays import changing
from govnet.plays.action import CONSENT, GovnetAction

if TYPE_CHECKING:
    from govnet.plays.play import Play, Step


class ActionModule(GovnetAction):
    """Take a change back on the devices of the play."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {**CONSENT, "change": {"type": "str", "default": ""}}

    def step(self, play: Play, arguments: dict[str, Any]) -> Step:
        """Do the work."""
        return changing.rollback(play, arguments["change"], self.consent(arguments))
