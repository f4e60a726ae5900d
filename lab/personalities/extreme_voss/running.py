"""The configuration text, ``show running-config``: header, sections and their order as in the 7.0 sample."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lab.personalities.extreme_voss.state import DEFAULT_VLAN, GLOBAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lab.personalities.extreme_voss.state import Box, Port


def _kept(section: str) -> Callable[[Box], Iterator[str]]:
    def told(box: Box) -> Iterator[str]:
        return iter(line for _, line in sorted(box.lines[section].items()))

    return told


def _system(box: Box) -> Iterator[str]:
    if box.named:
        yield f'prompt "{box.name}"'
    yield from _kept("SYSTEM")(box)
    if box.banner:
        yield "banner custom"
        yield from (f'banner "{line}"' for line in box.banner)


def _vrfs(box: Box) -> Iterator[str]:
    return (f"ip vrf {name} vrfid {number}" for name, number in box.vrfs.items() if name != GLOBAL)


def _phase_one(box: Box) -> Iterator[str]:
    """Tagging comes before the VLANs, as on the classic command line."""
    for port in box.ports.values():
        if port.encapsulation:
            yield from (f"interface GigabitEthernet {port.name}", "encapsulation dot1q", "exit")


def _mlts(box: Box) -> Iterator[str]:
    for number, mlt in sorted(box.mlts.items()):
        name = f' name "{mlt.name}"' if mlt.name else ""
        yield f"mlt {number}{' enable' if mlt.enabled else ''}{name}"
        if mlt.ports:
            yield f"mlt {number} member {box.chassis.render(mlt.ports)}"
        if mlt.tagged:
            yield f"mlt {number} encapsulation dot1q"


def _vlans(box: Box) -> Iterator[str]:
    gone = set(box.ports) - box.vlans[DEFAULT_VLAN].ports
    if gone:
        yield f"vlan members remove {DEFAULT_VLAN} {box.chassis.render(gone)} portmember"
    for vid, vlan in sorted(box.vlans.items()):
        if vid != DEFAULT_VLAN:
            name = "" if vlan.name == f"VLAN-{vid}" else f' name "{vlan.name}"'
            yield f"vlan create {vid}{name} type {'port 1' if box.ers else 'port-mstprstp 0'}"
            if vlan.ports:
                yield f"vlan members {vid} {box.chassis.render(vlan.ports)} portmember"
        elif vlan.name != "Default":
            yield f'vlan name {vid} "{vlan.name}"'
        if vlan.address or vlan.vrf != GLOBAL:
            yield f"interface Vlan {vid}"
            if vlan.vrf != GLOBAL:
                yield f"vrf {vlan.vrf}"
            if vlan.address:
                yield f"ip address {vlan.address.ip} {vlan.address.netmask} {vlan.offset} "
            yield from ("", "exit")


def _mlt_interfaces(box: Box) -> Iterator[str]:
    for number, mlt in sorted(box.mlts.items()):
        if mlt.smlt is not None or mlt.ist:
            yield f"interface mlt {number}"
            if mlt.smlt is not None:
                yield f"smlt {mlt.smlt}" if box.ers else "smlt"
            if mlt.ist:
                yield from (mlt.ist, "ist enable")
            yield "exit"


def _phase_two(box: Box) -> Iterator[str]:
    if box.management and not box.ers:
        address = box.management
        yield from ("interface mgmtEthernet mgmt", "auto-negotiate", f"ip address {address.ip} {address.netmask}")
        yield from ("", "exit")
    for port in box.ports.values():
        told = list(_port(port, box))
        if told:
            yield from (f"interface GigabitEthernet {port.name}", *told, "exit")


def _port(port: Port, box: Box) -> Iterator[str]:
    if port.alias:
        yield f'name "{port.alias}"'
    if port.encapsulation and port.default_vlan != DEFAULT_VLAN:
        yield f"default-vlan-id {port.default_vlan}"
    if port.untag_default:
        yield "untag-port-default-vlan enable"
    if port.discard_untagged:
        yield "untagged-frames-discard"
    if port.enabled is not box.ers:
        yield "no shutdown" if port.enabled else "shutdown"


def _routes(box: Box) -> Iterator[str]:
    return iter(box.routes[GLOBAL].values())


def _vrf_routes(box: Box) -> Iterator[str]:
    for vrf, routes in box.routes.items():
        if vrf != GLOBAL and routes:
            yield from (f"router vrf {vrf}", *routes.values(), "exit")


def _loopbacks(*, within: bool) -> Callable[[Box], Iterator[str]]:
    def told(box: Box) -> Iterator[str]:
        for number, (address, vrf) in sorted(box.loopbacks.items()):
            if (vrf != GLOBAL) is within:
                where = f" vrf {vrf}" if within else ""
                yield from (f"interface loopback {number}", f"ip address {number} {address.with_netmask}{where}")
                yield "exit"

    return told


def _filters(box: Box) -> Iterator[str]:
    for number, acl in sorted(box.acls.items()):
        yield f"filter acl {number} type {acl.kind}" + (f' name "{acl.name}"' if acl.name else "")
        if not acl.enabled:
            yield f"no filter acl {number} enable"
        if acl.default != "permit":
            yield f"filter acl set {number} default-action {acl.default}"
        if acl.ports:
            yield f"filter acl port {number} {box.chassis.render(acl.ports)}"
        yield from (f"filter acl vlan {number} {vid}" for vid in sorted(acl.vlans))
        for ace, entry in sorted(acl.entries.items()):
            yield from (entry.create, *entry.lines.values())
            if entry.enabled:
                yield f"filter acl ace {number} {ace} enable"


def _ntp(box: Box) -> Iterator[str]:
    lines = box.lines["NTP"]
    yield from (line for key, line in lines.items() if key != "ntp")
    yield lines.get("ntp", "no ntp")


_SECTIONS: Mapping[str, Callable[[Box], Iterator[str]] | None] = {
    "BOOT CONFIGURATION": _kept("BOOT"),
    "CLI CONFIGURATION": _kept("CLI"),
    "SYSTEM CONFIGURATION": _system,
    "LOG CONFIGURATION": _kept("LOG"),
    "LINK-FLAP-DETECT CONFIGURATION": None,
    "IEEE VLAN AGING CONFIGURATION": None,
    "ACCESS-POLICY CONFIGURATION": _kept("ACCESS-POLICY"),
    "SSH CONFIGURATION": _kept("SSH"),
    "MCAST SOFTWARE FORWARDING CONFIGURATION": None,
    "SNMP V3 GLOBAL CONFIGURATION": None,
    "SNMP V3 TARGET ADDRESS CONFIGURATION": _kept("SNMP V3 TARGET ADDRESS"),
    "SLOT CONFIGURATION": None,
    "WEB CONFIGURATION": _kept("WEB"),
    "QOS CONFIGURATION - PHASE I ": None,
    "LACP CONFIGURATION": None,
    "VRF CONFIGURATION": _vrfs,
    "PORT CONFIGURATION - PHASE I": _phase_one,
    "MLT CONFIGURATION": _mlts,
    "IP PREFIX LIST CONFIGURATION - GlobalRouter": None,
    "VLAN CONFIGURATION": _vlans,
    "MSTP CONFIGURATION": None,
    "VIRTUAL IST CONFIGURATION": None,
    "MLT INTERFACE CONFIGURATION": _mlt_interfaces,
    "PORT CONFIGURATION - PHASE II": _phase_two,
    "IP CONFIGURATION": None,
    "IP CONFIGURATION -  GlobalRouter ": _routes,
    "IP CONFIGURATION -  VRF ": _vrf_routes,
    "CIRCUITLESS IP INTERFACE CONFIGURATION - GlobalRouter": _loopbacks(within=False),
    "CIRCUITLESS IP INTERFACE CONFIGURATION - VRF": _loopbacks(within=True),
    "QOS CONFIGURATION - PHASE II ": None,
    "DIAG CONFIGURATION": _kept("MIRROR"),
    "NTP CONFIGURATION": _ntp,
    "FILTER CONFIGURATION": _filters,
    "LLDP  CONFIGURATION": None,
}


def timed(box: Box) -> list[str]:
    """Return the lines that newer releases put in front of a show."""
    if not box.timed:
        return []
    now = time.strftime("%a %b %d %H:%M:%S %Y UTC", time.gmtime())
    return ["*" * 84, f"\t\tCommand Execution Time: {now}", "*" * 84]


def _header(box: Box) -> list[str]:
    lines = [
        "Preparing to Display Configuration...",
        *timed(box),
        "#",
        f"# {time.strftime('%a %b %d %H:%M:%S %Y UTC', time.gmtime())}",
        f"# box type             : {box.twin.model}",
        f"# software version     : {box.twin.software}",
        f"# cli mode             : {'ACLI' if box.ers else 'ECLI'}",
        "#",
        "",
        "#Card Info : ",
        "",
    ]
    for slot in dict.fromkeys(name.partition("/")[0] for name in box.ports):
        card = box.twin.cards.get(int(slot), box.twin.model)
        lines += [f"#  Slot {slot} : ", f"#\tCardType          : {card}", "#\tAdminStatus       : up"]
        lines += ["#\tOperStatus        : up", ""]
    return [*lines, "#", "#!end", "#", "config terminal", ""]


def text(box: Box) -> str:
    """Return the whole text."""
    lines = _header(box)
    for title, told in _SECTIONS.items():
        lines += ["#", f"# {title}", "#", "", *(told(box) if told else ()), ""]
    return "\n".join([*lines, "end", ""])
