"""Where a login stands, and the kinds of argument. The commands of this package act on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, NetmaskValueError
from typing import TYPE_CHECKING, cast

from lab.personalities.wordtree import BadValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.extreme_voss.state import Box
    from lab.personalities.wordtree import Values

_PROMPTS = {"user": ">", "exec": "#", "config": "(config)#", "router-vrf": "(router-vrf)#"}


@dataclass(slots=True)
class Cli:
    """One login.

    Attributes:
        box: the switch.
        mode: ``user``, ``exec``, ``config``, ``router-vrf``, or what ``interface`` opened: ``port``, ``vlan``,
            ``loopback``, ``mlt``, ``mgmt``.
        chosen: what that mode is about: ports, a number, a VRF's name.
        more: whether long answers are paged; belongs to the session, not to the box.
        question: text to ask, and what its answer does.
    """

    box: Box
    mode: str = "user"
    chosen: object = None
    more: bool = True
    left: bool = False
    question: tuple[str, Callable[[str], str]] | None = field(default=None)

    @property
    def prompt(self) -> str:
        """Return the prompt: name, CPU slot, mode, and no trailing blank."""
        return f"{self.box.name}:{5 if self.box.ers else 1}{_PROMPTS.get(self.mode, '(config-if)#')}"

    @property
    def ports(self) -> tuple[str, ...]:
        """Return the ports that ``interface GigabitEthernet`` chose."""
        return cast("tuple[str, ...]", self.chosen)

    @property
    def number(self) -> int:
        """Return the VLAN, trunk or loopback that ``interface`` chose."""
        return cast("int", self.chosen)


def _number(low: int, high: int) -> Callable[[Cli, str], int]:
    def check(cli: Cli, token: str) -> int:
        del cli
        if not token.isdecimal() or not low <= int(token) <= high:
            raise BadValueError("unknown")
        return int(token)

    return check


def _address(cli: Cli, token: str) -> IPv4Address:
    del cli
    try:
        return IPv4Address(token)
    except AddressValueError as error:
        raise BadValueError("unknown") from error


def _prefix(cli: Cli, token: str) -> IPv4Interface:
    """Return ``10.0.0.1/24`` or ``10.0.0.1/255.255.255.0``."""
    del cli
    try:
        if "/" not in token:
            raise BadValueError("unknown")
        return IPv4Interface(token)
    except (AddressValueError, NetmaskValueError) as error:
        raise BadValueError("unknown") from error


def _either(cli: Cli, token: str) -> IPv4Address | IPv4Interface:
    """Return an address, or one with its prefix length: what may stand first in a VLAN's ``ip address``."""
    return _prefix(cli, token) if "/" in token else _address(cli, token)


def _ports(cli: Cli, token: str) -> tuple[str, ...]:
    return cli.box.chassis.parse(token)


KINDS: dict[str, Callable[[Cli, str], object]] = {
    "vid": _number(1, 4094),
    "number": _number(0, 65535),
    "mlt": _number(1, 512),
    "acl": _number(1, 2048),
    "ace": _number(1, 2000),  # "ACE numbering can use any value between 1 and 2000" (a published filter's preface)
    "text": lambda _, token: token,
    "ip": _address,
    "ip/mask": _prefix,
    "either": _either,
    "ports": _ports,
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
    """Return a command that puts back the default: it forgets every line whose key begins with one of ``keys``."""

    def run(cli: Cli, values: Values) -> str:
        wanted = tuple(key.format(**values) for key in keys)
        for name in [name for name in cli.box.lines[section] if name.startswith(wanted)]:
            del cli.box.lines[section][name]
        return ""

    return run
