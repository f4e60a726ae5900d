"""The ``show`` commands, laid out as in the transcripts and as the public templates expect them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from lab.personalities.nortel_ers import running
from lab.personalities.nortel_ers.cli import integer
from lab.personalities.nortel_ers.ports import split_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lab.personalities.nortel_ers.cli import Cli
    from lab.personalities.nortel_ers.state import Box, Vlan
    from lab.personalities.wordtree import Values

_STARTED = time.monotonic()
_OWN_MAC = "50-61-84-DD-58-00"
_MEMBERS_WIDTH = 60
_VIDS_A_ROW = 3
_TAGGING = {"untagAll": "UntagAll", "tagAll": "TagAll", "unTagPvidOnly": "UntagPvidOnly", "tagPvidOnly": "TagPvidOnly"}


def _chosen(cli: Cli, values: Values) -> tuple[str, ...]:
    return cast("tuple[str, ...]", values.get("ports", cli.box.front.order))


def _lines(*lines: str) -> str:
    return "\n".join(lines)


def _yes(value: object) -> str:
    return "Yes" if value else "No"


def _vlan_rows(box: Box, vlans: Iterable[Vlan]) -> str:
    rows = [
        "Id   Name                 Type     Protocol         PID     Active IVL/SVL Mgmt",
        "---- -------------------- -------- ---------------- ------- ------ ------- ----",
    ]
    count = 0
    for vlan in vlans:
        count += 1
        mgmt = _yes(vlan.vid == box.management_vlan)
        rows.append(f"{vlan.vid:<4} {vlan.name:<20} Port     None             0x0000  Yes    IVL     {mgmt}")
        rows += _member_rows(box.front.render(vlan.ports))
    return _lines(*rows, f"Total VLANs: {count}")


def _member_rows(members: str) -> list[str]:
    """Return the port list under a VLAN; a long one goes on below, behind a tab and fourteen blanks."""
    rows = ["\tPort Members: "]
    for part in members.split(","):
        if len(rows[-1]) + len(part) > _MEMBERS_WIDTH:
            rows.append("\t" + " " * 14)
        rows[-1] += part + ","
    rows[-1] = rows[-1].rstrip(",")
    return rows


def _vlans(cli: Cli, values: Values) -> str:
    box = cli.box
    vlans = [box.vlan(integer(values, "vid"))] if "vid" in values else [v for _, v in sorted(box.vlans.items())]
    return _vlan_rows(box, vlans)


def _port_info(cli: Cli, values: Values) -> str:
    rows = [
        "     Filter  Filter     Filter",
        "     Tagged Untagged Unregistered",
        "Port Frames  Frames     Frames    PVID PRI    Tagging    Name",
        "---- ------ -------- ------------ ---- --- ------------- ----------------",
    ]
    for name in _chosen(cli, values):
        port = cli.box.ports[name]
        alias = port.alias or f"Port {name}"
        mode = _TAGGING[port.tagging]
        rows.append(
            f"{name:<4} No     {_yes(port.filter_untagged):<8} No           {port.pvid:<4} 0   {mode:<13} {alias}"
        )
    return _lines(*rows)


def _port_vids(cli: Cli, values: Values) -> str:
    rule = "---- " + " ".join(["---- ---------------- "] * _VIDS_A_ROW).rstrip()
    rows = ["Port " + " ".join(["VLAN VLAN Name        "] * _VIDS_A_ROW).rstrip(), rule]
    for name in _chosen(cli, values):
        cells = [f"{vid:<4} {cli.box.vlans[vid].name:<16} " for vid in cli.box.vlans_of(name)]
        chunks = [cells[n : n + _VIDS_A_ROW] for n in range(0, len(cells), _VIDS_A_ROW)] or [[]]
        rows += [f"{name if n == 0 else '':<4} {' '.join(chunk)}".rstrip() for n, chunk in enumerate(chunks)]
        rows.append(rule)
    return _lines(*rows)


def _interfaces(cli: Cli, values: Values) -> str:
    box = cli.box
    trunk_of = {name: str(t.number) for t in box.trunks.values() for name in t.ports}
    rows = [
        "              Status                    Auto                        Flow",
        "Port Trunk Admin   Oper Link LinkTrap Negotiation  Speed   Duplex Control",
        "---- ----- ------- ---- ---- -------- ----------- -------- ------ -------",
    ]
    for name in _chosen(cli, values):
        admin, state = ("Enable", "Up") if box.ports[name].enabled else ("Disable", "Down")
        speed = f"{box.speed(name)}Mbps"
        rows.append(
            f"{name:<4} {trunk_of.get(name, ''):<5} {admin:<7} {state:<4} {state:<4} Enabled  Enabled     "
            f"{speed:<8} Full   Disable"
        )
    return _lines(*rows)


def _names(cli: Cli, values: Values) -> str:
    rows = [f"{name:<4} {cli.box.ports[name].alias}" for name in _chosen(cli, values)]
    return _lines("Port Name", "---- " + "-" * 64, *rows)


def _trunks(cli: Cli, values: Values) -> str:
    del values
    rows = [
        " " * 72 + "LACP",
        "Id Name             Members                Bpdu   Mode  Status   Type   Key",
        "-- ---------------- ---------------------- ------ ----- -------- ------ ----",
    ]
    for trunk in cli.box.trunks.values():
        status = "Enabled" if trunk.enabled else "Disabled"
        members = cli.box.front.render(trunk.ports)
        kind = "Trunk" if trunk.enabled else ""
        rows.append(f"{trunk.number:<2} {trunk.name:<16} {members:<22} All    B     {status:<8} {kind:<6} NONE")
    return _lines(*rows, "MODE Legend:", "B=Basic, A=Advance, Man=ManLag, Dyn=DynLag")


def _sys_info(cli: Cli, values: Values) -> str:
    del values
    box, minutes = cli.box, int(time.monotonic() - _STARTED) // 60
    release = f"FW:5.6.2.1   SW:{running.software(box)}"
    return _lines(
        f"Operation Mode:        {'Stack' if box.front.stacked else 'Switch'}",
        f"MAC Address:           {_OWN_MAC}",
        "PoE Module FW:         4.1.0.4",
        "Reset Count:           31",
        "Last Reset Type:       Power Cycle",
        "Power Status:          Primary Power",
        "Autotopology:          Enabled",
        "Base Unit Selection:   Non-base unit using rear-panel switch",
        f"sysDescr:              Ethernet Routing Switch {box.short_model}",
        f"                       HW:03       {release}",
        "Serial #:              EMULATED01",
        f"Operational Software:  {release}",
        f"Installed software:    {release}",
        "Operational license:   Base software",
        "Installed license:     Base software",
        "sysObjectID:           1.3.6.1.4.1.45.3.71.7",
        f"sysUpTime:             {minutes // 1440} days, {minutes // 60 % 24:02}:{minutes % 60:02}:00",
        "sysServices:           6",
        f"sysContact:            {box.contact}",
        f"sysName:               {box.name}",
        f"sysLocation:           {box.location}",
        "Stack sysAssetId:      ",
        "Unit sysAssetId:       ",
    )


def _macs(cli: Cli, values: Values) -> str:
    """Return the stations seen; upper case with dashes (transcript), a stack names the unit as well."""
    del values
    box = cli.box
    rows = [f"{_OWN_MAC} {box.management_vlan:>4} Self           "]
    for mac, vid, port in sorted(box.learned, key=lambda entry: entry[1]):
        unit, number = split_port(port)
        place = f"Unit:{unit}  Port:{port}" if box.front.stacked else f"Port:{number:>2}"
        rows.append(f"{mac.upper().replace(':', '-')} {vid:>4} Dynamic {place}")
    head = ("   MAC Address    Vid   Type       Source    ", "----------------- ---- ------- -------------- ")
    learning = ",".join(f"{unit}/ALL" for unit in box.front.units) if box.front.stacked else "ALL"
    return _lines(
        "Mac Address Table Aging Time: 300",
        f"Learning Enabled Ports {learning}",
        f"Number of addresses: {len(rows)}",
        "",
        *head,
        *rows,
    )


def _logging(cli: Cli, values: Values) -> str:
    del values
    lines = cli.box.lines["System Logging"]
    levels = {
        "critical": "Critical",
        "serious": "Critical, Serious",
        "informational": "Critical, Serious, Informational",
    }
    level = levels.get(lines.get("level", "").rpartition(" ")[2], "None")
    return _lines(
        "Event Logging: Enabled",
        "Volatile Logging Option: Overwrite",
        "Event Types To Log: Critical, Serious, Informational",
        "Event Types To Log To NV Storage: Critical, Serious",
        f"Remote Logging: {'Enabled' if 'enable' in lines else 'Disabled'}",
        f"Remote Logging Address: {lines.get('address', '0.0.0.0').rpartition(' ')[2]}",  # noqa: S104 - as printed
        "Secondary Remote Logging Address: 0.0.0.0",
        f"Event Types To Log Remotely: {level}",
        "Facility: Daemon",
    )


def _running(cli: Cli, values: Values) -> str:
    del values
    return running.text(cli.box).rstrip("\n")


def _stack(cli: Cli, values: Values) -> str:
    del values
    box = cli.box
    rows = [
        f"{unit:<5} {box.short_model:<17} (49) None (50) None                     {running.software(box)}"
        for unit in box.front.units
    ]
    return _lines(
        "Unit# Switch Model     Pluggable Pluggable Pluggable Pluggable SW Version",
        "                       Port      Port      Port      Port",
        "----- ---------------- --------- --------- --------- --------- ----------",
        *rows,
    )


ANYBODY: dict[str, Callable[[Cli, Values], str]] = {
    "show sys-info": _sys_info,
    "show vlan": _vlans,
    "show vlan id <vid>": _vlans,
    "show vlan interface info [<ports>]": _port_info,
    "show vlan interface vids [<ports>]": _port_vids,
    "show interfaces [<ports>]": _interfaces,
    "show interfaces name [<ports>]": _names,
    "show mlt": _trunks,
    "show mac-address-table": _macs,
    "show logging config": _logging,
    "show stack-info": _stack,
}
PRIVILEGED: dict[str, Callable[[Cli, Values], str]] = {"show running-config": _running}
