"""Addresses in VLANs and the switch of routing: a stackable of the 4500 series that was made a router."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.nortel_ers.cli import drop, integer, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.nortel_ers.cli import Cli
    from lab.personalities.wordtree import Values

_SECTION = "L3"

CONFIG: dict[str, Callable[[Cli, Values], str]] = {
    "ip routing": keep(_SECTION, "routing", "ip routing"),
    "no ip routing": drop(_SECTION, "routing"),
}


def _vlan(cli: Cli, values: Values) -> str:
    vid = integer(values, "vid")
    if vid not in cli.box.vlans:
        return "% Invalid VLAN"  # no source for the words
    cli.mode, cli.routed = "config-vlan", vid
    return ""


def _address(cli: Cli, values: Values) -> str:
    lines = (f"interface Vlan {cli.routed}", f"ip address {values['ip']} {values['mask']}", "exit")
    cli.box.lines[_SECTION][f"vlan {cli.routed}"] = "\n".join(lines)
    return ""


def _no_address(cli: Cli, values: Values) -> str:
    del values
    cli.box.lines[_SECTION].pop(f"vlan {cli.routed}", None)
    return ""


ENTER: dict[str, Callable[[Cli, Values], str]] = {"interface Vlan <vid>": _vlan}
VLAN: dict[str, Callable[[Cli, Values], str]] = {
    "ip address <ip> <ip:mask>": _address,
    "no ip address <ip> <ip:mask>": _no_address,
}
