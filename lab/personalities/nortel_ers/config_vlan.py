"""``vlan``, ``mlt`` and the ports: the commands of the configuration mode that have laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.nortel_ers.cli import integer, ports_of
from lab.personalities.nortel_ers.state import DEFAULT_VLAN, Refusal, Trunk, Vlan, cannot

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.personalities.nortel_ers.cli import Cli
    from lab.personalities.wordtree import Values


def _vids(values: Values) -> tuple[int, ...]:
    vids = values["vids"]
    return vids if isinstance(vids, tuple) else ()


def _create(cli: Cli, values: Values) -> str:
    vids, box = _vids(values), cli.box
    there = [vid for vid in vids if vid in box.vlans]
    if there:
        raise cannot(f"VLAN {there[0]} already exists")
    for vid in vids:
        box.vlans[vid] = Vlan(vid, str(values.get("text", f"VLAN #{vid}")))
    return ""


def _delete(cli: Cli, values: Values) -> str:
    box, vid = cli.box, integer(values, "vid")
    vlan = box.vlan(vid)
    if vid in (DEFAULT_VLAN, box.management_vlan):
        raise cannot(f"VLAN {vid} is the {'default' if vid == DEFAULT_VLAN else 'management'} VLAN")
    for name in vlan.ports:
        if box.ports[name].pvid == vid:
            box.ports[name].pvid = DEFAULT_VLAN
    del box.vlans[vid]
    return ""


def _name(cli: Cli, values: Values) -> str:
    cli.box.vlan(integer(values, "vid")).name = str(values["text"])
    return ""


def _each(change: Callable[[Cli, Vlan, tuple[str, ...]], None]) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        for vlan in [cli.box.vlan(vid) for vid in _vids(values)]:
            change(cli, vlan, ports_of(values))
        return ""

    return run


def _set_members(cli: Cli, vlan: Vlan, ports: tuple[str, ...]) -> None:
    cli.box.join(vlan, ports)
    cli.box.leave(vlan, vlan.ports - set(ports))


def _tagging(cli: Cli, values: Values) -> str:
    for name in ports_of(values):
        cli.box.tag(name, str(values["mode"]))
        if "funt" in values:
            cli.box.ports[name].filter_untagged = values["funt"] == "enable"
    return ""


def _filter_untagged(cli: Cli, values: Values) -> str:
    for name in ports_of(values):
        cli.box.ports[name].filter_untagged = values["funt"] == "enable"
    return ""


def _pvid(cli: Cli, values: Values) -> str:
    vlan = cli.box.vlan(integer(values, "vid"))
    for name in ports_of(values):
        cli.box.ports[name].pvid = vlan.vid
    return ""


def _control(cli: Cli, values: Values) -> str:
    cli.box.configcontrol = str(values["control"])
    return ""


def _auto_pvid(*, on: bool) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        del values
        cli.box.auto_pvid = on
        return ""

    return run


def _management(cli: Cli, values: Values) -> str:
    cli.box.management_vlan = cli.box.vlan(integer(values, "vid")).vid
    return ""


def _trunk(cli: Cli, values: Values) -> str:
    trunk = cli.box.trunks[integer(values, "trunk")]
    ports = values.get("ports")
    if isinstance(ports, tuple):
        for other in cli.box.trunks.values():
            if other is not trunk and set(ports) & set(other.ports):
                raise cannot(f"A port is already a member of MLT {other.number}")
        trunk.ports = ports
    trunk.name = str(values.get("text", trunk.name))
    if "on" in values:
        trunk.enabled = values["on"] == "enable"
    return ""


def _no_trunk(cli: Cli, values: Values) -> str:
    number = integer(values, "trunk")
    if not cli.box.trunks[number].ports:
        raise Refusal(f"% MLT {number} does not exist or it is not enabled")
    cli.box.trunks[number] = Trunk(number, f"Trunk #{number}")
    return ""


def _disable_trunk(cli: Cli, values: Values) -> str:
    cli.box.trunks[integer(values, "trunk")].enabled = False
    return ""


def _state(*, up: bool) -> Callable[[Cli, Values], str]:
    def run(cli: Cli, values: Values) -> str:
        for name in ports_of(values) if "ports" in values else cli.chosen:
            cli.box.ports[name].enabled = up
        return ""

    return run


def _alias(cli: Cli, values: Values) -> str:
    for name in ports_of(values) if "ports" in values else cli.chosen:
        cli.box.ports[name].alias = str(values.get("text", ""))
    return ""


_TAGGING = "mode=tagAll|untagAll|unTagPvidOnly|tagPvidOnly"
_FILTER = "filter-untagged-frame funt=enable|disable"

# Words and order: ACLI's grammar of BOSS configurations. For taking a VLAN away no public text was found, neither for
# `vlan delete 10` nor for `no vlan 10`; both are understood here, and neither proves the other.
CONFIG: dict[str, Callable[[Cli, Values], str]] = {
    "vlan create <vids> [name <text>] type port [instance=cist|1|2|3|4|5|6|7|8]": _create,
    "vlan delete <vid>": _delete,
    "no vlan <vid>": _delete,
    "vlan name <vid> <text>": _name,
    "vlan members <vids> <ports>": _each(_set_members),
    "vlan members add <vids> <ports>": _each(lambda cli, vlan, ports: cli.box.join(vlan, ports)),
    "vlan members remove <vids> <ports>": _each(lambda cli, vlan, ports: cli.box.leave(vlan, ports)),
    f"vlan ports <ports> tagging {_TAGGING} [{_FILTER}]": _tagging,
    f"vlan ports <ports> {_FILTER}": _filter_untagged,
    "vlan ports <ports> pvid <vid>": _pvid,
    "vlan configcontrol control=automatic|autopvid|flexible|strict": _control,
    "vlan mgmt <vid>": _management,
    "auto-pvid": _auto_pvid(on=True),
    "no auto-pvid": _auto_pvid(on=False),
    "mlt <trunk> [name <text>] [on=enable|disable] [member <ports>]": _trunk,
    "no mlt <trunk>": _no_trunk,
    "no mlt <trunk> enable": _disable_trunk,
}

INTERFACE: dict[str, Callable[[Cli, Values], str]] = {
    "shutdown [port <ports>]": _state(up=False),
    "no shutdown [port <ports>]": _state(up=True),
    "name <text>": _alias,
    "name port <ports> <text>": _alias,
    "no name [port <ports>]": _alias,
}
