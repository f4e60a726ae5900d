"""``show vlan``, ``show ports``, ``show stg``, ``show mlt``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lab.personalities.nortel_passport.table import table, timed, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.personalities.nortel_passport.state import Box, Port, Vlan
    from lab.personalities.wordtree import Values

_BASE_MAC = "00:04:38:69"
_PORTS_WIDTH = 18
_SEVEN, _FOUR = 7, 4  # releases at which `show ports info vlans` changed its layout


def _chosen(box: Box, values: Values) -> list[Vlan]:
    if "vid" in values:
        return [box.vlan(cast("int", values["vid"]))]
    return [vlan for _, vlan in sorted(box.vlans.items())]


def _basic(box: Box, values: Values) -> str:
    """The name is 16 wide; a longer one pushes the rest to the right (seen on 7.x)."""
    heads = (
        "VLAN                              STG",
        "ID  NAME             TYPE         ID  PROTOCOLID SUBNETADDR      SUBNETMASK     ",
    )
    rows = [
        f"{vlan.vid:<3} {vlan.name:<16} byPort       1   none       N/A             N/A            "
        for vlan in _chosen(box, values)
    ]
    return table("Vlan Basic", heads, rows)


def _vlan_ports(box: Box, values: Values) -> str:
    heads = (
        "VLAN PORT               ACTIVE             STATIC             NOT_ALLOW         ",
        "ID   MEMBER             MEMBER             MEMBER             MEMBER            ",
    )
    return table("Vlan Port", heads, [row for vlan in _chosen(box, values) for row in _member_rows(box, vlan)])


def _member_rows(box: Box, vlan: Vlan) -> Iterator[str]:
    members = box.chassis.render(vlan.ports)
    for number, cells in enumerate(wrap((members, members, "", ""), _PORTS_WIDTH)):
        start = f"{vlan.vid if number == 0 else '':<5}"
        yield start + "".join(f"{cell:<19}" for cell in cells)[:75]


def _advance(box: Box, values: Values) -> str:
    """IF INDEX is 2048 + VLAN id (ZipTie capture, transcripts of 7.x)."""
    heads = (
        "VLAN        IF    QOS AGING MAC                               USER            ",
        "ID  NAME    INDEX LVL TIME  ADDRESS            ACTION RESULT  DEFINEPID ENCAP ",
    )
    rows = [
        f"{vlan.vid:<3} {vlan.name:<7} {2048 + vlan.vid:<5} 1   0     {_mac(0x200 + vlan.vid)}  "
        "none   none    0x0000      "
        for vlan in _chosen(box, values)
    ]
    return table("Vlan Advance", heads, rows)


def _vlan_ip(box: Box, values: Values) -> str:
    heads = (
        "VLAN IP               NET              BCASTADDR REASM    ADVERTISE  DIRECTED  ",
        "ID   ADDRESS          MASK             FORMAT    MAXSIZE  WHEN_DOWN  BROADCAST ",
    )
    rows = [
        f"{v.vid:<4} {v.address.ip!s:<16} {v.address.netmask!s:<16} ones      1500     disable    enable    "
        for v in _chosen(box, values)
        if v.address
    ]
    return table("Vlan Ip", heads, rows)


def _fdb(box: Box, values: Values) -> str:
    """An emulated box learns nothing: the table holds the box's own address in each VLAN."""
    heads = (
        "VLAN            MAC                                   QOS    SMLT  ",
        "ID   STATUS     ADDRESS            INTERFACE  MONITOR LEVEL  REMOTE",
    )
    vlans = _chosen(box, values)
    rows = [f"{v.vid:<4} self       {_mac(0x200 + v.vid)}  -          false   1      false " for v in vlans]
    rows.append(f"{len(vlans)} out of {len(box.vlans)} entries in all fdb(s) displayed.")
    return table("Vlan Fdb", heads, rows)


def _mac(offset: int) -> str:
    return f"{_BASE_MAC}:{0xC800 + offset >> 8 & 255:02x}:{0xC800 + offset & 255:02x}"


def _all(box: Box, values: Values) -> str:
    return "\n".join(part(box, values) for part in (_basic, _vlan_ports, _advance, _fdb, _vlan_ip))


def _ports(box: Box, values: Values) -> list[Port]:
    return [box.ports[name] for name in cast("tuple[str, ...]", values.get("ports", tuple(box.ports)))]


def _port_vlans(box: Box, values: Values) -> str:
    """Three of the layouts of this table, by release: 3.5 captured, 7.x transcribed, 4.x to 6.x as PyNT reads it."""
    last = ("PORT  ", "TYPE  ") if box.major < _FOUR else ("UNTAG", "DEFVLAN")
    if _FOUR <= box.major < _SEVEN:
        last = ("PORT   UNTAG  ", "TYPE   DEFVLAN")
    heads = (
        f"PORT          DISCARD DISCARD   DEFAULT VLAN   {last[0]}",
        f"NUM   TAGGING TAGFRAM UNTAGFRAM VLANID  IDS    {last[1]}",
    )
    ends = {True: "normal", False: "  disable"}
    end = ends[box.major < _SEVEN] + (" disable" if _FOUR <= box.major < _SEVEN else "")
    return table("Port Vlans", heads, [f"{_port_row(box, port)} {end}" for port in _ports(box, values)])


def _port_row(box: Box, port: Port) -> str:
    vids = " ".join(map(str, box.vlans_of(port.name)))
    tagging = "enable" if port.tagging else "disable"
    frames = f"{_true(port.drop_tagged):<7} {_true(port.drop_untagged):<9}"
    return f"{port.name:<5} {tagging:<7} {frames} {port.default_vlan:<7} {vids}"


def _true(value: object) -> str:
    return "true" if value else "false"


def _interfaces(box: Box, values: Values) -> str:
    heads = (
        "PORT                       LINK  PORT           PHYSICAL          STATUS",
        "NUM   INDEX DESCRIPTION    TRAP  LOCK     MTU   ADDRESS           ADMIN  OPERATE",
    )
    rows = []
    for port in _ports(box, values):
        index, state = box.chassis.index(port.name), "up" if port.enabled else "down"
        kind = f"{box.chassis.speed(port.name)}BaseTX"
        rows.append(
            f"{port.name:<5} {index:<5} {kind:<14} true  false    1950  {_mac(index - 64)} {state:<6} {state:<7}"
        )
    return table("Port Interface", heads, rows)


def _names(box: Box, values: Values) -> str:
    """Columns after a public analyser of these tables; their exact places have no public source."""
    heads = (
        "PORT                                           OPERATE  OPERATE  OPERATE",
        "NUM   NAME                 DESCRIPTION  STATUS DUPLX    SPEED    VLAN",
    )
    rows = []
    for port in _ports(box, values):
        speed, state = box.chassis.speed(port.name), "up" if port.enabled else "down"
        mode = "Tagged" if port.tagging else "Access"
        rows.append(f"{port.name:<5} {port.alias:<20} {f'{speed}BaseTX':<12} {state:<6} full     {speed:<8} {mode}")
    return table("Port Name", heads, rows)


def _port_all(box: Box, values: Values) -> str:
    return "\n".join(part(box, values) for part in (_interfaces, _port_vlans, _names))


def _stg(box: Box, values: Values) -> str:
    del values
    heads = (
        "STG           BRIDGE  BRIDGE     FORWARD ENABLE STPTRAP",
        "ID   PRIORITY MAX_AGE HELLO_TIME DELAY   STP    TRAP   ",
    )
    first = table("Stg Config", heads, ["1    32768    2000    200        1500    true   true   "])
    members = box.chassis.render(box.ports)
    return "\n".join(
        [
            first,
            "",
            "STG  TAGGBPDU           TAGGBPDU STG     PORT",
            "ID   ADDRESS            VLAN_ID   TYPE MEMBER",
            "-" * 80,
            f"1    01:80:c2:00:00:00  0       normal {members}",
            "",
            "Total number of STGs :  1",
        ]
    )


def _mlts(box: Box, values: Values) -> str:
    """No public sample of this table for the release: the least that a person can read."""
    del values
    heads = ("MLTID NAME                 TAGGING  PORT MEMBERS",)
    rows = [
        f"{m.number:<5} {m.name:<20} {'enable' if m.tagging else 'disable':<8} {box.chassis.render(m.ports)}"
        for _, m in sorted(box.mlts.items())
    ]
    return table("Mlt Info", heads, rows)


_SHOWS: dict[str, Callable[[Box, Values], str]] = {
    "show vlan info all [<vid>]": _all,
    "show vlan info basic [<vid>]": _basic,
    "show vlan info ports [<vid>]": _vlan_ports,
    "show vlan info advance [<vid>]": _advance,
    "show vlan info ip [<vid>]": _vlan_ip,
    "show vlan info fdb-entry [<vid>]": _fdb,
    "show ports info vlans [port <ports>]": _port_vlans,
    "show ports info interface [port <ports>]": _interfaces,
    "show ports info name [port <ports>]": _names,
    "show ports info all [port <ports>]": _port_all,
    "show stg info config": _stg,
    "show mlt info": _mlts,
}


def _framed(show: Callable[[Box, Values], str]) -> Callable[[Box, Values], str]:
    return lambda box, values: timed(box, show(box, values))


COMMANDS = {pattern: _framed(show) for pattern, show in _SHOWS.items()}
