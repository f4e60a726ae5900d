"""A network's workspace as the commands use it: with progress on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet import workspace
from govnet.cli import screen
from govnet.workspace import trusted

if TYPE_CHECKING:
    from pathlib import Path

    from nornir_tasks.access import Access
    from nornir_tasks.journal import Journal
    from nornir_tasks.runner import Progress, Runner

__all__ = ["TITLES", "Workspace", "open_workspace", "trusted"]

TITLES = {
    "read": "reading",
    "backup": "backing up",
    "apply": "applying",
    "verify": "verifying",
    "change": "changing",
    "settle": "settling",
}


class Workspace(workspace.Workspace):
    """A workspace whose runner shows its progress on standard error."""

    def runner(self, access: Access, journal: Journal, progress: Progress | None = None) -> Runner:
        """Return a runner over the commanded devices that shows its progress on a terminal."""
        return super().runner(access, journal, progress or screen.Bars(TITLES))


def open_workspace(name: str, build: Path) -> Workspace:
    """Load a network by name or path.

    Raises:
        InputError: there is no such network, or its folder has problems.
    """
    found = workspace.open_workspace(name, build)
    return Workspace(found.network, found.folder)
