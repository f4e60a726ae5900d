"""The views of VRP's command line and the register of commands that each view knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .grammar import Command

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lab.terminal import Terminal

    from .state import Box, Interface

#: Commands by the kind of view; ``any`` holds in every view.
COMMANDS: Final[defaultdict[str, list[Command]]] = defaultdict(list)


@dataclass(frozen=True, slots=True)
class View:
    """Where the user stands: ``user``, ``system``, ``interface`` + name, ``vlan`` + number, ..."""

    kind: str
    key: str = ""
    label: str = ""

    @property
    def suffix(self) -> str:
        """Return what the prompt shows after the name: ``-GigabitEthernet1/0/1``."""
        return f"-{self.label or self.key}" if self.key else ""


USER: Final = View("user")
SYSTEM: Final = View("system")


class WrongArgumentError(Exception):
    """The line fits, yet an argument names nothing that exists: the caret goes under argument ``index``."""

    def __init__(self, index: int = 0) -> None:
        self.index = index
        super().__init__(index)


@dataclass(slots=True)
class Context:
    """One session on one box; ``then`` is a question that the command still has to ask."""

    box: Box
    view: View = USER
    parents: list[View] = field(default_factory=list)
    page_lines: int = 24
    closed: bool = False
    then: Callable[[Terminal], Awaitable[None]] | None = None

    @property
    def prompt(self) -> str:
        """Return the prompt; VRP 8 would put ``~`` or ``*`` after the bracket here."""
        name = self.box.sysname
        return f"<{name}>" if self.view == USER else f"[{name}{self.view.suffix}]"

    @property
    def interface(self) -> Interface:
        """Return the interface whose view this is."""
        return self.box.interfaces[self.view.key]

    def enter(self, view: View) -> None:
        """Go to a view; from one section straight to another, ``quit`` still leads to its parent."""
        if view.kind in {"system", "vpn-af"}:
            self.parents.append(self.view)
        elif self.view.kind != "system":
            self.parents = [USER, SYSTEM]
        else:
            self.parents.append(SYSTEM)
        self.view = view

    def known(self) -> list[list[Command]]:
        """Return the command sets to try, innermost first.

        A line typed in a section is tried as a system-view line when the section does not know it:
        ``interface`` and ``vlan`` lines jump from section to section (public eNSP transcripts).
        """
        own = COMMANDS[self.view.kind] + COMMANDS["any"]
        inner = self.view.kind not in {"user", "system"}
        return [own, COMMANDS["system"]] if inner else [own]


def command(
    views: str, pattern: str, *, whole_line: bool = False
) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register a function for a pattern in one or more kinds of view (comma separated)."""

    def register(run: Callable[..., str]) -> Callable[..., str]:
        for view in views.split(","):
            COMMANDS[view].append(Command(pattern, run, whole_line))
        return run

    return register
