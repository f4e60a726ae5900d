"""Action ``govnet_apply``: carry out an approved plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from govnet.plays import changing
from govnet.plays.action import CONSENT, GovnetAction

if TYPE_CHECKING:
    from govnet.plays.play import Play, Step


class ActionModule(GovnetAction):
    """Carry out a plan on the devices of the play."""

    arguments: ClassVar[dict[str, dict[str, Any]]] = {
        **CONSENT,
        "path": {"type": "str", "default": ""},
        "approval": {"type": "str", "default": "always", "choices": ["always", "outside_lab"]},
    }

    def step(self, play: Play, arguments: dict[str, Any]) -> Step:
        """Do the work."""
        consent = self.consent(arguments, unapproved_in_lab=arguments["approval"] == "outside_lab")
        return changing.deploy(play, self.plan_path(play, arguments["path"]), consent)
