"""``show config``, ``show sys``, ``show ip``."""

from __future__ import annotations

import time
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from lab.personalities.nortel_passport import flat
from lab.personalities.nortel_passport.table import table, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.personalities.nortel_passport.state import Box
    from lab.personalities.wordtree import Values

_STARTED = time.monotonic()
_LEGEND = (
    "I=Indirect Route, D=Direct Route, A=Alternative Route, B=Best Route, E=Ecmp Route, U=Unresolved Route, N=Not in HW"
)
_RUNNING = "/flash/config.cfg"


def _config(box: Box, values: Values) -> str:
    del values
    return "Preparing to Display Configuration...\n" + flat.text(box)


def _boot_config(box: Box, values: Values) -> str:
    """Laid out as on the peer CPU of an ERS 8800 with 7.2 (ACLI-terminal's documentation); only ssh is open."""
    del values
    flags = ("ftpd", "ha-cpu", "rlogind", "savetostandby", "sshd", "telnetd", "tftpd", "verify-config")
    image = f"/flash/p80a{box.twin.software.replace('.', '')}.img"
    place = box.twin.management
    management = [f"net mgmt ip {IPv4Interface(place).with_netmask} cpu-slot 5"] if place else []
    lines = [
        "#",
        f"# {time.strftime('%a %b %d %H:%M:%S %Y UTC', time.gmtime()).upper()}",
        "# box type : 8k boot configuration file",
        "#",
        *(f"flags {flag} {'true' if flag == 'sshd' else 'false'}" for flag in flags),
        f'choice primary image-file "{image}"',
        *management,
        "delay 10",
    ]
    return "\n".join(lines)


def _uptime() -> str:
    minutes, seconds = divmod(int(time.monotonic() - _STARTED), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours // 24} day(s), {hours % 24:02}:{minutes:02}:{seconds:02}"


def _sys_info(box: Box, values: Values) -> str:
    del values
    family, number = flat.chassis_name(box).rpartition("-")[::2]
    cards = [
        f"\t{slot:>5}{'CPU' if card.startswith('869') else card:>18}        A      up      up      BFM6        A"
        for slot, card in sorted(box.chassis.cards.items())
    ]
    return "\n".join(
        [
            "General Info :",
            f"\tSysDescr     : {box.twin.model} ({box.twin.software})",
            f"\tSysName      : {box.name}",
            f"\tSysUpTime    : {_uptime()}",
            f"\tSysContact   : {box.contact}",
            f"\tSysLocation  : {box.location}",
            "Chassis Info :",
            f"\tChassis     : {number or family}",
            "\tSerial#     : EMULATED01",
            "\tHwRev       : A",
            f"\tNumSlots    : {box.chassis.slots}",
            f"\tNumPorts    : {len(box.ports)}",
            "\tBaseMacAddr : 00:04:38:69:c8:00",
            "\tTemperature : 26 C",
            "Card Info :",
            "\tSlot#         FrontType  FrontHw    Oper   Admin  BackType   BackHw",
            "\t                         Version  Status  Status            Version",
            *cards,
        ]
    )


def _sys_sw(box: Box, values: Values) -> str:
    del values
    saved = _RUNNING if box.files else ""
    return "\n".join(
        [
            "System Software Info :",
            f"Default Runtime Config File : {_RUNNING}",
            "Default Boot Config File : /flash/boot.cfg",
            f"Config File : {saved}",
            "Boot Config Table",
            "Slot# : 5",
            f"Version : Build {box.twin.software} on Mon May 19 15:39:18 PDT 2003",
            "LastBootConfigSource : /flash/boot.cfg",
            f"PrimaryConfigSource : {_RUNNING}",
        ]
    )


def _interfaces(box: Box) -> Iterator[tuple[str, str, IPv4Interface]]:
    if box.twin.management:  # the CPU's own port: it lives in the boot file, never in the configuration
        yield "Port5/1", "0", IPv4Interface(box.twin.management)
    for _, vlan in sorted(box.vlans.items()):
        if vlan.address:
            yield f"Vlan{vlan.vid}", "--", vlan.address
    for number, address in sorted(box.loopbacks.items()):
        yield f"Clip{number}", "--", address


def _ip_interface(box: Box, values: Values) -> str:
    del values
    heads = (
        "INTERFACE IP             NET            BCASTADDR  REASM    VLAN  BROUTER   ",
        "          ADDRESS        MASK           FORMAT     MAXSIZE  ID    PORT      ",
    )
    rows = [
        f"{name:<9} {address.ip!s:<14} {address.netmask!s:<14} ones       1500     {vid:<5} false     "
        for name, vid, address in _interfaces(box)
    ]
    return table("Ip Interface", heads, rows)


def _route(network: IPv4Network, hop: IPv4Address, *rest: object) -> str:
    cost, vlan, protocol, kind, preference = rest
    return (
        f"{network.network_address!s:>15} {network.netmask!s:>15} {hop!s:>15} {cost:>4} {vlan:>4}  -/-  "
        f"{protocol:<4}   0 {kind:<2}    {preference:>2}"
    )


def _ip_route(box: Box, values: Values) -> str:
    del values
    vlans = {v.vid: v.address for v in box.vlans.values() if v.address and any(box.ports[p].enabled for p in v.ports)}
    rows = []
    for (network, hop), cost in sorted(box.routes.items()):
        vid = next((v for v, address in vlans.items() if hop in address.network), None)
        if vid is not None:
            rows.append(_route(network, hop, cost, vid, "STAT", "IB", 5))
    rows += [_route(address.network, address.ip, 1, vid, " LOC", "DB", 0) for vid, address in vlans.items()]
    count = len(rows)
    rows += [
        f"{count} out of {count} Total Num of Dest Networks,{count} Total Num of Route Entries displayed.",
        "-" * 80,
        "TYPE Legend:",
        _LEGEND,
    ]
    head = "            DST            MASK            NEXT COST VLAN  PORT PROT AGE TYPE PRF"
    return table("Ip Route", [head], rows)


def _timed(show: Callable[[Box, Values], str]) -> Callable[[Box, Values], str]:
    return lambda box, values: timed(box, show(box, values))


COMMANDS: dict[str, Callable[[Box, Values], str]] = {
    "show config": _config,
    "show bootconfig config": _boot_config,
    "show sys info": _timed(_sys_info),
    "show sys sw": _timed(_sys_sw),
    "show ip interface": _timed(_ip_interface),
    "show ip route info": _timed(_ip_route),
}
