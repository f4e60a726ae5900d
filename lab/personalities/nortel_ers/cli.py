"""Where a login stands: mode, chosen ports, page length. The commands of this package act on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from lab.personalities.wordtree import BadValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.nortel_ers.state import Box
    from lab.personalities.wordtree import Values

MODES = {"user": ">", "exec": "#", "config": "(config)#", "config-if": "(config-if)#", "config-vlan": "(config-if)#"}
_PAGE = 23
_WIDTH = 80


@dataclass(slots=True)
class Cli:
    """One login.

    Attributes:
        box: the switch.
        mode: ``user``, ``exec``, ``config``, ``config-if``, or ``config-vlan`` after ``interface Vlan ...``.
        chosen: the ports of ``interface Ethernet ...``.
        routed: the VLAN of ``interface Vlan ...``.
        length: lines of a page; 0 for no paging.
        width: columns; longer lines are broken, which cannot be switched off.
        left: whether the client has said goodbye.
        question: text to ask, and what its answer does.
    """

    box: Box
    mode: str = "user"
    chosen: tuple[str, ...] = ()
    routed: int = 0
    length: int = _PAGE
    width: int = _WIDTH
    left: bool = False
    question: tuple[str, Callable[[str], str]] | None = field(default=None)

    @property
    def prompt(self) -> str:
        """Return the prompt: name, mode, and no trailing blank."""
        return (self.box.name or self.box.short_model) + MODES[self.mode]


def _number(low: int, high: int) -> Callable[[Cli, str], int]:
    def check(cli: Cli, token: str) -> int:
        del cli
        if not token.isdecimal() or not low <= int(token) <= high:
            raise BadValueError("unknown")
        return int(token)

    return check


def _vids(cli: Cli, token: str) -> tuple[int, ...]:
    del cli
    vids: list[int] = []
    for part in token.split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise BadValueError("% Bad VLAN list format.")
        vids.extend(range(int(first), int(last or first) + 1))
    if not vids or min(vids) < 1 or max(vids) > 4094:  # noqa: PLR2004 - the last VLAN id of IEEE 802.1Q
        raise BadValueError("% Bad VLAN list format.")
    return tuple(vids)


def _address(cli: Cli, token: str) -> str:
    del cli
    parts = token.split(".")
    if len(parts) != 4 or not all(p.isdecimal() and int(p) < 256 for p in parts):  # noqa: PLR2004 - an IPv4 address
        raise BadValueError("unknown")
    return token


KINDS: dict[str, Callable[[Cli, str], object]] = {
    "vid": _number(1, 4094),
    "vids": _vids,
    "number": _number(0, 65535),
    "trunk": _number(1, 32),
    "text": lambda _, token: token,
    "ip": _address,
    "ports": lambda cli, token: cli.box.front.parse(token),
}


def ports_of(values: Values) -> tuple[str, ...]:
    """Return the argument ``<ports>``."""
    return cast("tuple[str, ...]", values["ports"])


def integer(values: Values, name: str) -> int:
    """Return an argument that is a number."""
    return cast("int", values[name])


def keep(section: str, key: str, line: str) -> Callable[[Cli, Values], str]:
    """Return a command that only remembers its line, under a key that a later command may overwrite or drop."""

    def run(cli: Cli, values: Values) -> str:
        cli.box.lines[section][key.format(**values)] = line.format(**values)
        return ""

    return run


def drop(section: str, *keys: str) -> Callable[[Cli, Values], str]:
    """Return a command that puts back the default: it forgets what `keep` remembered."""

    def run(cli: Cli, values: Values) -> str:
        for key in keys:
            cli.box.lines[section].pop(key.format(**values), None)
        return ""

    return run
