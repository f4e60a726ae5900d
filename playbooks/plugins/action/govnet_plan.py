"""Action ``govnet_plan``: what would change on every device, judged, kept as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from govnet.plays import planning
from govnet.plays.action import GovnetAction

if TYPE_CHECKING:
    from govnet.plays.play import Play, Step


class ActionModule(GovnetAction):
    """Plan the devices of the play."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        "path": {"type": "str", "default": ""},
        "accept_unknown": {"type": "bool", "default": False},
    }

    def step(self, play: Play, arguments: dict[str, Any]) -> Step:
        """Do the work."""
        path = self.plan_path(play, arguments["path"])
        return planning.plan(play, path, accept_unknown=arguments["accept_unknown"])
