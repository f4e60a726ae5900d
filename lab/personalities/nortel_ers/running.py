"""The configuration text, ``show running-config``: sections, order and comments of the 4550T transcript (5.7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.personalities.nortel_ers.state import DEFAULT_VLAN, UNTAGGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lab.personalities.nortel_ers.state import Box

_RULE = "!" + "=" * 48
_RSTP = (
    "!The Spanning tree operation mode cannot be changed without rebooting.",
    "!The Spanning tree operation mode is required to be set to RSTP before",
    "!loading this ASCII configuration file.",
    "spanning-tree mode rstp",
)
_LACP = (
    "!LACP mode is set to OFF on all interfaces to enable manipulation of",
    "!ports with LACP enabled",
    "interface Ethernet ALL",
    "lacp mode port ALL off",
    "exit",
)
_ECMP = ("! No license for ECMP.", "! Contact support@avaya.com to update Software license.")


def software(box: Box) -> str:
    """Return the release as the switch writes it, ``v5.7.1.021``."""
    return "v" + box.twin.software.removeprefix("v")


def _core(box: Box) -> Iterator[str]:
    if not box.autosave:
        yield "no autosave enable"
    yield from box.lines["CORE (Phase 1)"].values()


def _snmp(box: Box) -> Iterator[str]:
    yield from box.lines["SNMP"].values()
    for word in ("contact", "name", "location"):
        if getattr(box, word):
            yield f'snmp-server {word} "{getattr(box, word)}"'


def _ip(box: Box) -> Iterator[str]:
    if box.gateway:
        yield f"ip default-gateway {box.gateway}"
    if box.address:
        yield f"ip address {'stack' if box.front.stacked else 'switch'} {box.address}"
    if box.netmask:
        yield f"ip address netmask {box.netmask}"


def _grouped(box: Box, key: Callable[[str], object]) -> Iterator[tuple[object, str]]:
    """Yield each value that some ports share, with those ports as one list, in the order of the first of them."""
    groups: dict[object, list[str]] = {}
    for name in box.front.order:
        groups.setdefault(key(name), []).append(name)
    return ((value, box.front.render(names)) for value, names in groups.items())


def _vlans(box: Box) -> Iterator[str]:
    others = [vid for vid in sorted(box.vlans) if vid != DEFAULT_VLAN]
    if others:
        yield f"vlan create {','.join(map(str, others))} type port"
    for vid in sorted(box.vlans):
        if box.vlans[vid].name != f"VLAN #{vid}":
            yield f'vlan name {vid} "{box.vlans[vid].name}"'
    yield from _tagging(box)
    if box.configcontrol != "strict":
        yield f"vlan configcontrol {box.configcontrol}"
    yield from _members(box)
    yield from _pvids(box)
    if not box.auto_pvid:
        yield "no auto-pvid"


def _tagging(box: Box) -> Iterator[str]:
    def key(name: str) -> tuple[str, bool]:
        return box.ports[name].tagging, box.ports[name].filter_untagged

    for value, ports in _grouped(box, key):
        if value == (UNTAGGED, False):
            continue
        mode, dropping = value if isinstance(value, tuple) else (UNTAGGED, False)
        yield f"vlan ports {ports} tagging {mode}" + (" filter-untagged-frame enable" if dropping else "")


def _members(box: Box) -> Iterator[str]:
    for vid, vlan in sorted(box.vlans.items()):
        if vid == DEFAULT_VLAN and len(vlan.ports) == len(box.ports):
            continue
        if vid == DEFAULT_VLAN or vlan.ports:
            yield f"vlan members {vid} {box.front.render(vlan.ports)}"


def _pvids(box: Box) -> Iterator[str]:
    for value, ports in _grouped(box, lambda name: box.ports[name].pvid):
        if value != DEFAULT_VLAN:
            yield f"vlan ports {ports} pvid {value}"


def _interfaces(box: Box) -> Iterator[str]:
    down = [name for name in box.front.order if not box.ports[name].enabled]
    named = [name for name in box.front.order if box.ports[name].alias]
    if not down and not named:
        return
    yield "interface Ethernet ALL"
    if down:
        yield f"shutdown port {box.front.render(down)}"
    yield from (f'name port {name} "{box.ports[name].alias}"' for name in named)
    yield "exit"


def _trunks(box: Box) -> Iterator[str]:
    for number, trunk in box.trunks.items():
        if trunk.ports:
            on = " enable" if trunk.enabled else ""
            yield f'mlt {number} name "{trunk.name}"{on} member {box.front.render(trunk.ports)}'


def _management(box: Box) -> Iterator[str]:
    if box.management_vlan != DEFAULT_VLAN:
        yield f"vlan mgmt {box.management_vlan}"


_TOLD: Mapping[str, Callable[[Box], Iterator[str]]] = {
    "CORE (Phase 1)": _core,
    "SNMP": _snmp,
    "IP ": _ip,
    "RSTP (Phase 1)": lambda _: iter(_RSTP),
    "LACP (Phase 1)": lambda _: iter(_LACP),
    "VLAN": _vlans,
    "Interface": _interfaces,
    "MLT (Phase 1)": _trunks,
    "VLAN Phase 2": _management,
}
_ORDER = (
    "CORE (Phase 1)",
    "SNMP",
    "IP ",
    "IP Manager",
    "ASSET ID",
    "IPFIX",
    "System Logging",
    "STACK",
    "Custom Banner",
    "SSH",
    "SSL",
    "SSHC",
    "RSTP (Phase 1)",
    "LACP (Phase 1)",
    "VLAN",
    "EAP",
    "EAP Guest VLAN",
    "EAP Fail Open VLAN",
    "EAP Voip VLAN",
    "802.1ab",
    "802.1ab vendor-specific Avaya TLVs config",
    "802.1AB MED Voice Network Policies",
    "QOS",
    "RMON",
    "Interface",
    "Rate-Limit",
    "MLT (Phase 1)",
    "MAC-Based Security",
    "LACP (Phase 2)",
    "ADAC",
    "RSTP (Phase 2)",
    "Port Mirroring",
    "VLAN Phase 2",
    "MLT (Phase 2)",
    "PoE",
    "RTC",
    "Avaya Energy Saver",
    "AUR",
    "AAUR",
    "L3",
    "- ECMP -",
    "Brouter Port",
    "CORE (Phase 2)",
    "IPV6",
    "VLACP",
    "DHCP Relay",
    "L3 Protocols",
    "- IP Directed Broadcast -",
    "- Proxy ARP -",
    "- UDP Broadcast Forwarding -",
    "- VRRP -",
    "- Route Policies -",
    "- OSPF -",
    "- RIP -",
    "DHCP SNOOPING",
    "ARP INSPECTION",
    "IP SOURCE GUARD",
    "IGMP",
    "STACK MONITOR",
    "SLPP-guard",
    "SLAMON",
    "LINK STATE TRACKING",
)


def _heading(section: str) -> str:
    """Return ``! *** VLAN ***``, or ``! --- VRRP ---`` for a part of the section before."""
    if section.startswith("- "):
        return f"! --{section}--"
    blank = "" if section == "VLAN Phase 2" else " "  # as in the transcript
    return f"! *** {section}{blank}***"


def _section(box: Box, section: str) -> Iterator[str]:
    if section == "- ECMP -":
        return iter(_ECMP)
    if section in _TOLD:
        return _TOLD[section](box)
    return iter(box.lines.get(section, {}).values())


def text(box: Box) -> str:
    """Return the whole text, each line ended. Replaying it loses secrets: they are comments with stars."""
    lines = [
        "! Embedded ASCII Configuration Generator Script",
        f"! Model = Ethernet Routing Switch {box.short_model}",
        f"! Software version = {software(box)}",
        "!",
        "! Displaying only parameters different to default",
        _RULE,
        "enable",
        "configure terminal",
    ]
    for section in _ORDER:
        lines += ["!", _heading(section), "!", *_section(box, section)]
    return "\n".join([*lines, ""])
