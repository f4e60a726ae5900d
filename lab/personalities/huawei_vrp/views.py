"""The views of VRP's command line and the register of commands that each view knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from .grammar import Command, may_begin
from .two_stage import config_of, configure, has, twin_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lab.terminal import Terminal

    from .state import Box, Interface
    from .two_stage import Config, Store

#: Commands by the kind of view; ``any`` holds in every view.
COMMANDS: Final[defaultdict[str, list[Command]]] = defaultdict(list)
#: Sets of VRP 8 alone: all views but the user view, and the user view.
EIGHT: Final = "eight"
EIGHT_USER: Final = "eight-user"


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
    """One session on one box; ``then`` is a question that the command still has to ask.

    On VRP 8 there is a ``store``; ``box`` is then what runs while the session is in the user view, and the session's
    own candidate everywhere else, made from ``base``.
    """

    box: Box
    view: View = USER
    parents: list[View] = field(default_factory=list)
    page_lines: int = 24
    closed: bool = False
    then: Callable[[Terminal], Awaitable[None]] | None = None
    store: Store | None = None
    base: Config = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """Return the prompt; VRP 8 puts ``~`` after the bracket, ``*`` while something is uncommitted (NE Commit)."""
        name = (self.store.box if self.store else self.box).sysname
        if self.view == USER:
            return f"<{name}>"
        mark = "" if self.store is None else "*" if self.dirty else "~"
        return f"[{mark}{name}{self.view.suffix}]"

    @property
    def two_stage(self) -> Store:
        """Return the store of a VRP 8 box; only commands of such a box ask for it."""
        if self.store is None:
            raise AssertionError(self.view)
        return self.store

    @property
    def dirty(self) -> bool:
        """Return whether the candidate holds something uncommitted."""
        return self.store is not None and self.box is not self.store.box and not has(self.box, self.base)

    def discard(self) -> None:
        """Make the candidate what runs; a view of something that is gone by that is left."""
        configure(self.box, config_of(self.two_stage.box))
        self.base = config_of(self.box)
        if not stands(self.view, self.box):
            self.view, self.parents = SYSTEM, [USER]

    def settle(self) -> None:
        """On VRP 8: look at the clock, then give the session the box that its view works on."""
        if self.store is None:
            return
        self.store.tick()
        if self.view == USER:
            self.box = self.store.box
        elif self.box is self.store.box:
            self.box = twin_of(self.store.box)
            self.base = config_of(self.box)
        elif not has(self.store.box, self.base) and not self.dirty:
            self.discard()

    @property
    def interface(self) -> Interface:
        """Return the interface whose view this is."""
        return self.box.interfaces[self.view.key]

    def enter(self, view: View) -> None:
        """Go to a view; from one section straight to another, ``quit`` still leads to its parent."""
        if view.kind in {"system", "vpn-af", "bgp-vpnv4", "bgp-instance"}:
            self.parents.append(self.view)
        elif self.view.kind != "system":
            self.parents = [USER, SYSTEM]
        else:
            self.parents.append(SYSTEM)
        self.view = view

    def known(self) -> list[tuple[str, ...]]:
        """Return the kinds of views whose commands are to be tried, innermost first.

        A line typed in a section is tried as a system-view line when the section does not know it:
        ``interface`` and ``vlan`` lines jump from section to section (public eNSP transcripts).
        """
        own = (self.view.kind, "any")
        inner = self.view.kind not in {"user", "system"}
        sets: list[tuple[str, ...]] = [own, ("system",)] if inner else [own]
        eight = EIGHT_USER if self.view == USER else EIGHT
        return [(eight,), *sets] if self.store else sets


@lru_cache(maxsize=4096)
def beginning(kinds: tuple[str, ...], word: str) -> tuple[Command, ...]:
    """Return the commands of some kinds of views that a line with this first word may be, in their order."""
    commands = (command for kind in kinds for command in COMMANDS[kind])
    return tuple(command for command in commands if may_begin(command.pattern, word))


def stands(view: View, box: Box) -> bool:
    """Return whether what a view is about exists on a box."""
    match view.kind:
        case "interface":
            return view.key in box.interfaces
        case "vlan":
            return int(view.key) in box.vlans
        case "acl":
            return int(view.key) in box.acls
        case "vpn" | "vpn-af":
            return view.key in box.vpns
        case "bgp" | "bgp-vpnv4" | "bgp-instance":
            return box.bgp is not None and (view.kind != "bgp-instance" or view.key in box.bgp.instances)
    return True


def command(
    views: str, pattern: str, *, whole_line: bool = False
) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register a function for a pattern in one or more kinds of view (comma separated)."""

    def register(run: Callable[..., str]) -> Callable[..., str]:
        for view in views.split(","):
            COMMANDS[view].append(Command(pattern, run, whole_line))
        return run

    return register
