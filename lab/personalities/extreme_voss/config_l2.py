"""VLANs, ports, trunks and mirrors: the commands that have laws of layer 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.extreme_voss.cli import drop, integer, keep, ports_of
from lab.personalities.extreme_voss.state import DEFAULT_VLAN, Mlt, Refusal, Vlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.extreme_voss.cli import Cli
    from lab.personalities.wordtree import Values

_WRONG_MODE = "Command not allowed MSTP RSTP mode."  # Control-CLI-Extreme


def _create(*, mstp: bool) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        vid = integer(values, "vid")
        if mstp is cli.box.ers:
            raise Refusal(_WRONG_MODE)
        if vid in cli.box.vlans:
            raise Refusal(f"Error: VLAN {vid} already exists")
        cli.box.vlans[vid] = Vlan(vid, str(values.get("text", f"VLAN-{vid}")))
        return ""

    return run


def _delete(cli: Cli, values: Values) -> str:
    vlan = cli.box.vlan(integer(values, "vid"))
    if vlan.vid == DEFAULT_VLAN:
        raise Refusal("Error: the default VLAN cannot be deleted")
    del cli.box.vlans[vlan.vid]
    return ""


def _name(cli: Cli, values: Values) -> str:
    cli.box.vlan(integer(values, "vid")).name = str(values["text"])
    return ""


def _add(cli: Cli, values: Values) -> str:
    cli.box.join(cli.box.vlan(integer(values, "vid")), ports_of(values))
    return ""


def _remove(cli: Cli, values: Values) -> str:
    cli.box.vlan(integer(values, "vid")).ports.difference_update(ports_of(values))
    return ""


def _set(cli: Cli, values: Values) -> str:
    vlan = cli.box.vlan(integer(values, "vid"))
    vlan.ports.intersection_update(ports_of(values))
    cli.box.join(vlan, ports_of(values))
    return ""


def _each(attribute: str, value: object) -> Callable[[Cli, Values], str]:
    """Return a command that sets one thing of the chosen ports."""

    def run(cli: Cli, values: Values) -> str:
        del values
        for name in cli.ports:
            setattr(cli.box.ports[name], attribute, value)
        return ""

    return run


def _encapsulation(*, on: bool) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        del values
        for name in cli.ports:
            cli.box.encapsulate(name, on=on)
        return ""

    return run


def _default_vlan(cli: Cli, values: Values) -> str:
    """A default VLAN must be one of the port's (the words are ours)."""
    vid = integer(values, "vid")
    for name in cli.ports:
        if name not in cli.box.vlan(vid).ports:
            raise Refusal(f"Error: port {name} is not a member of VLAN {vid}")
        cli.box.ports[name].default_vlan = vid
    return ""


def _alias(cli: Cli, values: Values) -> str:
    for name in cli.ports:
        cli.box.ports[name].alias = str(values.get("text", ""))
    return ""


def _mlt(cli: Cli, values: Values) -> str:
    number = integer(values, "mlt")
    mlt = cli.box.mlts.setdefault(number, Mlt(number, ""))
    mlt.name = str(values.get("text", mlt.name))
    mlt.enabled |= "on" in values
    return ""


def _member(cli: Cli, values: Values) -> str:
    mlt = _trunk(cli, integer(values, "mlt"))
    for other in cli.box.mlts.values():
        if other is not mlt and other.ports & set(ports_of(values)):
            raise Refusal(f"Error: a port is already a member of MLT {other.number}")
    mlt.ports.update(ports_of(values))
    return ""


def _trunk(cli: Cli, number: int) -> Mlt:
    if number not in cli.box.mlts:
        raise Refusal(f"Error: MLT {number} does not exist")
    return cli.box.mlts[number]


def _mlt_encapsulation(cli: Cli, values: Values) -> str:
    mlt = _trunk(cli, integer(values, "mlt"))
    mlt.tagged = True
    for name in mlt.ports:
        cli.box.encapsulate(name, on=True)
    return ""


def _no_mlt(cli: Cli, values: Values) -> str:
    del cli.box.mlts[_trunk(cli, integer(values, "mlt")).number]
    return ""


def _smlt(cli: Cli, values: Values) -> str:
    if cli.box.ers is not ("smlt" in values):
        raise Refusal("% Incomplete command." if cli.box.ers else "% Invalid input detected at '^' marker.")
    cli.box.mlts[cli.number].smlt = integer(values, "smlt") if cli.box.ers else cli.number
    return ""


def _ist(cli: Cli, values: Values) -> str:
    if not cli.box.ers:
        raise Refusal("% Invalid input detected at '^' marker.")
    vid = cli.box.vlan(integer(values, "vid")).vid
    cli.box.mlts[cli.number].ist = f"ist peer-ip {values['ip']} vlan {vid}"
    return ""


def _ist_on(cli: Cli, values: Values) -> str:
    del values
    if not cli.box.mlts[cli.number].ist:
        raise Refusal("Error: no IST is configured on this MLT")
    return ""


_MIRROR = "MIRROR"

CONFIG: dict[str, Callable[[Cli, Values], str]] = {
    "vlan create <vid> [name <text>] type port-mstprstp <number>": _create(mstp=True),
    "vlan create <vid> [name <text>] type port <number>": _create(mstp=False),
    "vlan delete <vid>": _delete,
    "vlan name <vid> <text>": _name,
    "vlan members add <vid> <ports> [portmember]": _add,
    "vlan members remove <vid> <ports> [portmember]": _remove,
    "vlan members <vid> <ports> [portmember]": _set,
    "mlt <mlt>": _mlt,
    "mlt <mlt> on=enable [name <text>]": _mlt,
    "mlt <mlt> name <text>": _mlt,
    "mlt <mlt> member <ports>": _member,
    "mlt <mlt> encapsulation dot1q": _mlt_encapsulation,
    "no mlt <mlt>": _no_mlt,
    "mirror-by-port <number> in-port <text:source> out-port <text:out> mode mode=both|rx|tx": keep(
        _MIRROR, "{number} ports", "mirror-by-port {number} in-port {source} out-port {out} mode {mode}"
    ),
    "mirror-by-port <number> enable": keep(_MIRROR, "{number} state", "mirror-by-port {number} enable"),
    "no mirror-by-port <number>": drop(_MIRROR, "{number} "),
}

INSIDE: dict[str, dict[str, Callable[[Cli, Values], str]]] = {
    "port": {
        "name <text>": _alias,
        "no name": _alias,
        "shutdown": _each("enabled", value=False),
        "no shutdown": _each("enabled", value=True),
        "encapsulation dot1q": _encapsulation(on=True),
        "no encapsulation dot1q": _encapsulation(on=False),
        "default-vlan-id <vid>": _default_vlan,
        "untag-port-default-vlan enable": _each("untag_default", value=True),
        "no untag-port-default-vlan": _each("untag_default", value=False),
        "untagged-frames-discard": _each("discard_untagged", value=True),
        "no untagged-frames-discard": _each("discard_untagged", value=False),
    },
    "mlt": {
        "smlt": _smlt,
        "smlt <mlt:smlt>": _smlt,
        "ist peer-ip <ip> vlan <vid>": _ist,
        "ist enable": _ist_on,
    },
}
