"""Action ``govnet_prove``: prove which zone reaches which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govnet.plays import looking
from govnet.plays.action import GovnetAction

if TYPE_CHECKING:
    from govnet.plays.play import Play, Step


class ActionModule(GovnetAction):
    """Prove the network isolated."""

    def step(self, play: Play, arguments: dict[str, Any]) -> Step:  # noqa: ARG002 - it takes none
        """Do the work."""
        return looking.prove(play)
