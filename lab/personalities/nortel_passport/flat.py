"""The configuration text, ``show config``: flat lines in the sections and the order of the 3.5.0.0 capture."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lab.personalities.nortel_passport.state import DEFAULT_VLAN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.personalities.nortel_passport.state import Box, Mlt, Vlan

_FLAGS = ("m-mode", "enhanced-operational-mode", "vlan-optimization-mode")
_RESERVED = {"filter": 4096, "ipmc": 500, "local": 2000, "mac": 2000, "static-route": 200, "vrrp": 500}
_CPU = (
    "0x200e0100 0x00000000  CPU: CPLD=15 SFM: OP=2 TMUX=2 SWIP=2 FAD=1 CF=11",
    "0x20210130 0x00000000   IOM: PLRO=3  BFM: OP=2 TMUX=2 RARU=2 CPLD=4",
)


def header(box: Box) -> Iterator[str]:
    """Yield the comments above the body: date, product, cards, ``#!`` flags. The date differs on every call."""
    yield "#"
    yield f"# {time.strftime('%a %b %d %H:%M:%S %Y UTC', time.gmtime()).upper()}"
    yield f"# box type             : {chassis_name(box)}"
    yield f"# software version     : {box.twin.software}"
    yield f"# monitor version      : {box.twin.software}/058"
    yield from ("#", "#", "# Asic Info : ", "# SlotNum|Name  |CardType   |MdaType |Parts Description ", "#")
    for slot in range(1, box.chassis.slots + 1):
        card = box.chassis.cards.get(slot, "")
        parts = _CPU[not card.startswith("869")] if card else "0x00000001 0x00000000  "
        yield f"# Slot {slot:>2} {card or '  --  ':<8} {parts}"
    yield "#"
    yield from (f"#!flags {flag} false" for flag in _FLAGS)
    yield from (f"#!record-reservation {what} {count}" for what, count in _RESERVED.items())
    yield from ("#!end", "#")


def chassis_name(box: Box) -> str:
    """Return the name of the chassis: a Passport-8606 is a Passport-8006 with a CPU in it (ZipTie capture)."""
    family, dash, number = box.twin.model.rpartition("-")
    return f"{family}{dash}{number[:1]}0{number[2:]}"


def _cli(box: Box) -> Iterator[str]:
    if box.prompt:
        yield f'cli prompt "{box.prompt}"'
    if not box.more:
        yield "cli more false "
    if not box.default_banner:
        yield "cli banner defaultbanner false"
    yield from (f'cli banner add "{line}"' for line in box.banner)


def _system(box: Box) -> Iterator[str]:
    if box.name != box.twin.model:
        yield f'sys set name "{box.name}" '
    if box.location:
        yield f'sys set location "{box.location}" '
    if box.contact:
        yield f'sys set contact "{box.contact}" '
    yield from box.lines["SYSTEM"].values()


def _filters(box: Box) -> Iterator[str]:
    for _, entry in sorted(box.filters.items()):
        yield entry.create
        yield from (entry.lines[key] for key in sorted(entry.lines))
    for number, group in sorted(box.filter_sets.items()):
        name = f' name "{group.name}"' if group.name else ""
        yield f"ip traffic-filter {group.word} {number} create{name}"
        yield from (f"ip traffic-filter {group.word} {number} add-filter {one}" for one in group.filters)


def _ports_first(box: Box) -> Iterator[str]:
    """Tagging comes before the VLANs exist: a port of many VLANs must be tagged when it joins the second."""
    for port in box.ports.values():
        if port.tagging:
            yield f"ethernet {port.name} perform-tagging enable"


def _mlts(box: Box) -> Iterator[str]:
    for _, mlt in sorted(box.mlts.items()):
        yield from _mlt(box, mlt)


def _mlt(box: Box, mlt: Mlt) -> Iterator[str]:
    start = f"mlt {mlt.number}"
    yield f"{start} create"
    if mlt.name != f"MLT-{mlt.number}":
        yield f'{start} name "{mlt.name}"'
    if mlt.ports:
        yield f"{start} add ports {box.chassis.render(mlt.ports)}"
    if mlt.tagging:
        yield f"{start} perform-tagging enable"
    if mlt.ist:
        yield f"{start} ist create ip {mlt.ist[0]} vlan-id {mlt.ist[1]}"
    if mlt.ist_enabled:
        yield f"{start} ist enable"
    if mlt.smlt is not None:
        yield f"{start} smlt create smlt-id {mlt.smlt}"


def _vlans(box: Box) -> Iterator[str]:
    missing = set(box.ports) - box.vlans[DEFAULT_VLAN].ports
    if missing:
        yield f"vlan 1 ports remove {box.chassis.render(missing)} member portmember"
    for _, vlan in sorted(box.vlans.items()):
        yield from _vlan(box, vlan)


def _vlan(box: Box, vlan: Vlan) -> Iterator[str]:
    start = f"vlan {vlan.vid}"
    if vlan.vid != DEFAULT_VLAN:
        name = "" if vlan.name == f"VLAN-{vlan.vid}" else f' name "{vlan.name}"'
        yield f"{start} create byport 1{name}"
        if vlan.ports:
            yield f"{start} ports add {box.chassis.render(vlan.ports)} member portmember"
    if vlan.address:
        yield f"{start} ip create {vlan.address.with_netmask} mac_offset {vlan.mac_offset}"


def _ports_second(box: Box) -> Iterator[str]:
    for port in box.ports.values():
        start = f"ethernet {port.name}"
        lines = {
            f'name "{port.alias}"': port.alias != "",
            "state disable": not port.enabled,
            f"default-vlan-id {port.default_vlan}": port.default_vlan != DEFAULT_VLAN,
            "untagged-frames-discard enable": port.drop_untagged,
            "tagged-frames-discard enable": port.drop_tagged,
            "auto-negotiate disable": not port.auto_negotiate,
            "stg 1 stp disable": not port.stp,
        }
        yield from (f"{start} {line}" for line, told in lines.items() if told)
        yield from (f"{start} ip traffic-filter add set {number}" for number in port.filter_sets)
        if port.filter_default != "none":
            yield f"{start} ip traffic-filter default-action {port.filter_default}"


def _routes(box: Box) -> Iterator[str]:
    """The capture prints static routes below IP ROUTE POLICY, with two blanks at the end."""
    for (network, hop), cost in sorted(box.routes.items()):
        yield f"ip static-route create {network.with_netmask} next-hop {hop} cost {cost}  "


def _loopbacks(box: Box) -> Iterator[str]:
    for number, address in sorted(box.loopbacks.items()):
        yield f"ip circuitless-ip-int {number} create {address.with_netmask}"


def _kept(section: str) -> Callable[[Box], Iterator[str]]:
    return lambda box: iter(box.lines[section].values())


def _none(box: Box) -> Iterator[str]:
    del box
    return iter(())


_SECTIONS: tuple[tuple[str, Callable[[Box], Iterator[str]]], ...] = (
    ("CLI CONFIGURATION", _cli),
    ("SYSTEM CONFIGURATION", _system),
    ("LOG CONFIGURATION", _none),
    ("LINK-FLAP-DETECT CONFIGURATION", _none),
    ("IEEE VLAN AGING CONFIGURATION", _none),
    ("ACCESS-POLICY CONFIGURATION", _kept("ACCESS")),
    ("SSH CONFIGURATION", _kept("SSH")),
    ("MCAST SOFTWARE FORWARDING CONFIGURATION", _none),
    ("SNMP V3 GROUP MEMBERSHIP CONFIGURATION", _none),
    ("SNMP V3 GROUP ACCESS CONFIGURATION", _none),
    ("SNMP V3 MIB VIEW CONFIGURATION", _none),
    ("SNMP V3 COMMUNITY TABLE CONFIGURATION", _none),
    ("SLOT CONFIGURATION", _none),
    ("WEB CONFIGURATION", _kept("WEB")),
    ("RMON CONFIGURATION", _none),
    ("QOS CONFIGURATION ", _none),
    ("TRAFFIC-FILTER CONFIGURATION", _filters),
    ("DVMRP CONFIGURATION", _none),
    ("PIM CONFIGURATION", _none),
    ("IP PREFIX LIST CONFIGURATION", _none),
    ("SVLAN-CONFIGURATION", _none),
    ("PORT CONFIGURATION - PHASE I", _ports_first),
    ("MLT CONFIGURATION", _mlts),
    ("STG CONFIGURATION", _none),
    ("VLAN CONFIGURATION", _vlans),
    ("PORT CONFIGURATION - PHASE II", _ports_second),
    ("IPX CONFIGURATION", _none),
    ("IP & RIP CONFIGURATION", _none),
    ("IP AS LIST CONFIGURATION", _none),
    ("IP COMMUNITY LIST CONFIGURATION", _none),
    ("IP ROUTE POLICY CONFIGURATION", _routes),
    ("CIRCUITLESS IP INTERFACE CONFIGURATION", _loopbacks),
    *((f"{name} CONFIGURATION", _none) for name in ("DHCP", "IGMP", "PIM RP", "PIM STATIC RP", "OSPF", "MROUTE")),
    *((f"{name} CONFIGURATION", _none) for name in ("MCAST RESOURCE USAGE", "PGM", "MCAST MLT DISTRIBUTION")),
    *((f"{name} CONFIGURATION", _none) for name in ("TIMED PRUNE", "BGP", "IP REDISTRIBUTION", "OSPF ACCEPT")),
    *((f"{name} CONFIGURATION", _none) for name in ("RIP POLICY", "DVMRP POLICY", "UDP FWD", "VRRP", "POS", "ATM")),
    ("DIAG CONFIGURATION", _kept("DIAG")),
    ("RADIUS CONFIGURATION", _none),
    ("NTP CONFIGURATION", _kept("NTP")),
)


def text(box: Box) -> str:
    """Return header and body, each line ended; the body is what a restore would replay from the root."""
    lines = [*header(box), "config", *_kept("LOAD")(box)]
    for title, section in _SECTIONS:
        lines += ["#", f"# {title}", "#", *section(box)]
    return "\n".join([*lines, "back", ""])
