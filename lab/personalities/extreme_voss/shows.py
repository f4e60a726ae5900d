"""The ``show`` commands, laid out as the public samples and a public fabric tool have them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lab.personalities.extreme_voss import running
from lab.personalities.extreme_voss.cli import integer, ports_of
from lab.personalities.extreme_voss.state import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lab.personalities.extreme_voss.cli import Cli
    from lab.personalities.extreme_voss.state import Box, Vlan
    from lab.personalities.wordtree import Values

_STARTED = time.monotonic()
_MAC = "00:51:00:16:"
_MEMBER_WIDTH = 18


def _table(box: Box, title: str, heads: Iterable[str], rows: Iterable[str], width: int = 100) -> str:
    bar = "=" * width
    head = [*running.timed(box), "", bar, f"{title:^{width}}".rstrip(), bar, *heads, "-" * width]
    return "\n".join([*head, *rows])


def _chosen_vlans(cli: Cli, values: Values) -> list[Vlan]:
    if "vid" in values:
        return [cli.box.vlan(integer(values, "vid"))]
    return [vlan for _, vlan in sorted(cli.box.vlans.items())]


def _basic(cli: Cli, values: Values) -> str:
    box, group = cli.box, "ID" if cli.box.ers else "INST_ID"
    heads = (
        f"{'VLAN':<36}{'STG' if box.ers else 'MSTP':<7}",
        f"{'ID':<6}{'NAME':<17}{'TYPE':<13}{group:<8}{'PROTOCOLID':<13}{'SUBNETADDR':<16}{'SUBNETMASK':<16}VRFID",
    )
    rows = [
        f"{v.vid:<6}{v.name:<16} {'byPort':<13}{int(box.ers):<8}{'none':<13}{'N/A':<16}{'N/A':<16}{box.vrfs[v.vrf]}"
        for v in _chosen_vlans(cli, values)
    ]
    total = f"All {len(rows)} out of {len(box.vlans)} Total Num of Vlans displayed"
    return _table(box, "Vlan Basic", heads, [*rows, "", total])


def _members(cli: Cli, values: Values) -> str:
    box = cli.box
    heads = (
        f"{'VLAN':<5}{'PORT':<19}{'ACTIVE':<19}{'STATIC':<19}NOT_ALLOW",
        f"{'ID':<5}{'MEMBER':<19}{'MEMBER':<19}{'MEMBER':<19}MEMBER",
    )
    rows: list[str] = []
    vlans = _chosen_vlans(cli, values)
    for vlan in vlans:
        parts = _broken(box.chassis.render(vlan.ports))
        rows += [f"{vlan.vid if n == 0 else '':<5}{part:<19}{part:<19}".rstrip() for n, part in enumerate(parts)]
    total = f"All {len(vlans)} out of {len(box.vlans)} Total Num of Port Entries displayed"
    return _table(box, "Vlan Port", heads, [*rows, "", total])


def _broken(ports: str) -> list[str]:
    """Break a port list that is too long for its column behind a comma."""
    lines = [""]
    for part in ports.split(","):
        longer = f"{lines[-1]},{part}" if lines[-1] else part
        if len(longer) < _MEMBER_WIDTH or not lines[-1]:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(part)
    return lines


def _ports(cli: Cli, values: Values) -> tuple[str, ...]:
    return ports_of(values) if "ports" in values else tuple(cli.box.ports)


def _interfaces(cli: Cli, values: Values) -> str:
    """The sample's table is 90 columns wide; a VSP counts its first port as 192, an 8600 as 64."""
    box = cli.box
    heads = (
        "PORT                            LINK  PORT           PHYSICAL          STATUS",
        "NUM      INDEX DESCRIPTION      TRAP  LOCK     MTU   ADDRESS           ADMIN  OPERATE",
    )
    rows = []
    for name in _ports(cli, values):
        index = box.chassis.index(name) + (0 if box.ers else 128)
        state = "up" if box.ports[name].enabled else "down"
        mac = f"{_MAC}{index >> 8 & 255:02x}:{index & 255:02x}"
        rows.append(f"{name:<8} {index:<5} {'10GbNone':<16} true  false    1950  {mac} {state:<6} {state:<7}")
    return _table(box, "Port Interface", heads, rows, 90)


def _names(cli: Cli, values: Values) -> str:
    box = cli.box
    heads = (
        "PORT                                            OPERATE  OPERATE  OPERATE",
        "NUM      NAME                 DESCRIPTION      STATUS DUPLX    SPEED    VLAN",
    )
    rows = []
    for name in _ports(cli, values):
        port = box.ports[name]
        state, mode = "up" if port.enabled else "down", "Tagged" if port.encapsulation else "Access"
        rows.append(f"{name:<8} {port.alias:<20} {'10GbNone':<16} {state:<6} {'full':<8} {'10000':<8} {mode}")
    return _table(box, "Port Name", heads, rows, 90)


def _port_vlans(cli: Cli, values: Values) -> str:
    box = cli.box
    heads = (
        "PORT            DISCARD DISCARD    DEFAULT VLAN          PORT    UNTAG",
        "NUM     TAGGING TAGFRAM UNTAGFRAM  VLANID  IDS           TYPE    DEFVLAN",
    )
    rows = []
    for name in _ports(cli, values):
        port = box.ports[name]
        vids = ",".join(map(str, box.vlans_of(name)))
        tagging = "enable" if port.encapsulation else "disable"
        drops, untag = str(port.discard_untagged).lower(), "enable" if port.untag_default else "disable"
        rows.append(f"{name:<7} {tagging:<7} false   {drops:<10} {port.default_vlan:<7} {vids:<13} normal  {untag}")
    return _table(box, "Port Vlans", heads, rows, 90)


def _mlts(cli: Cli, values: Values) -> str:
    """No public sample of this table: the columns that a public fabric clean-up looks for."""
    del values
    heads = (
        "MLTID IFINDEX NAME             PORT   MLT   MLT        PORT",
        "                               TYPE   ADMIN",
    )
    rows = [
        f"{m.number:<5} {6143 + m.number:<7} {m.name:<16} {'trunk' if m.tagged else 'access':<6} "
        f"{'smlt' if m.smlt else 'norm':<5} {'smlt' if m.smlt else 'norm':<10} {cli.box.chassis.render(m.ports)}"
        for _, m in sorted(cli.box.mlts.items())
    ]
    return _table(cli.box, "Mlt Info", heads, [*rows, "", f"All {len(rows)} out of {len(rows)} Total Num of mlt"])


def _vrfs(cli: Cli, values: Values) -> str:
    """No public sample of this table either: name and number, as the configuration gives them."""
    del values
    box = cli.box
    rows = [
        f"{name:<32} {number:<6} {sum(vlan.vrf == name for vlan in box.vlans.values())}"
        for name, number in box.vrfs.items()
    ]
    heads = ("VRF                              VRF    VLAN", "NAME                             ID     COUNT")
    return _table(
        box, "VRF INFORMATION", heads, [*rows, "", f"{len(rows)} out of {len(rows)} Total Num of VRF Entries"]
    )


def _addresses(cli: Cli, values: Values) -> str:
    box, vrf = cli.box, str(values.get("text", GLOBAL))
    box.vrf(vrf)
    heads = (
        "INTERFACE    IP             NET            BCASTADDR  REASM    VLAN  BROUTER    IPSEC  ",
        "             ADDRESS        MASK           FORMAT     MAXSIZE  ID    PORT       STATE  ",
    )
    found = [(f"Clip{n}", address, "--") for n, (address, held) in sorted(box.loopbacks.items()) if held == vrf]
    for vid, vlan in sorted(box.vlans.items()):
        if vlan.address and vlan.vrf == vrf:
            found.append((f"Vlan{vid}", vlan.address, str(vid)))
    rows = [
        f"{name:<12} {address.ip!s:<14} {address.netmask!s:<14} ones       1500     {vid:<5} false      disable"
        for name, address, vid in found
    ]
    total = f"All {len(rows)} out of {len(rows)} Total Num of IP interfaces displayed"
    return _table(box, f"IP Interface - {vrf}", heads, [*rows, "", "", total])


def _software(cli: Cli, values: Values) -> str:
    del values
    box = cli.box
    family = "VOSS8K" if box.twin.model.startswith("VSP-8") else "VOSS4K"
    bar = "=" * 100
    return "\n".join(
        [
            *running.timed(box),
            "",
            bar,
            " " * 20 + "software releases in /intflash/release/",
            bar,
            f"{family}.4.2.2.0.GA (Backup Release)",
            f"{family}.{box.twin.software}.GA (Primary Release)",
            "",
            "-" * 100,
            "Auto Commit     : enabled",
            "Commit Timeout  : 10 minutes",
        ]
    )


def _sys_info(cli: Cli, values: Values) -> str:
    del values
    box, seconds = cli.box, int(time.monotonic() - _STARTED)
    system = box.lines["SYSTEM"]
    uptime = f"{seconds // 86400} day(s), {seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    contact = _quoted(system.get("contact", "")) or "http://www.extremenetworks.com/contact/"
    return "\n".join(
        [
            *running.timed(box),
            "General Info :",
            "",
            f"\tSysDescr     : {box.twin.model} ({box.twin.software})",
            f"\tSysName      : {_quoted(system.get('name', '')) or box.name}",
            f"\tSysUpTime    : {uptime}",
            f"\tSysContact   : {contact}",
            f"\tSysLocation  : {_quoted(system.get('location', ''))}",
            "",
            "Chassis Info:",
            "",
            f"\tChassis            : {box.twin.model.partition('-')[2]}",
            f"\tModelName          : {box.twin.model.partition('-')[2]}",
            "\tBrandName          : Extreme Networks.",
            "\tSerial#            : EMULATED01",
            f"\tNumSlots           : {len({name.partition('/')[0] for name in box.ports})}",
            f"\tNumPorts           : {len(box.ports)}",
            "\tBaseMacAddr        : b4:47:5e:00:00:00",
        ]
    )


def _quoted(line: str) -> str:
    return line.partition('"')[2].rpartition('"')[0]


def _running(cli: Cli, values: Values) -> str:
    del values
    return running.text(cli.box)


ANYBODY: dict[str, Callable[[Cli, Values], str]] = {
    "show vlan basic [<vid>]": _basic,
    "show vlan members [<vid>]": _members,
    "show interfaces gigabitEthernet interface [<ports>]": _interfaces,
    "show interfaces gigabitEthernet name [<ports>]": _names,
    "show interfaces gigabitEthernet vlan [<ports>]": _port_vlans,
    "show mlt": _mlts,
    "show ip vrf": _vrfs,
    "show ip interface [vrf <text>]": _addresses,
    "show software": _software,
    "show sys-info": _sys_info,
}
PRIVILEGED: dict[str, Callable[[Cli, Values], str]] = {"show running-config": _running}
