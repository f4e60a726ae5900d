"""``display current-configuration``: sections between ``#``, one blank of indent, only what is not default.

Order of the sections follows public captures of S5700/S6730 configurations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .labels import bgp_sections, label_sections
from .values import vlan_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .state import Acl, Box, Interface, Vlan, Vpn

_ITEMS_A_LINE = 10  # NE batchCreateVLan, and captures of long trunk lists


def _vlan_lines(prefix: str, vlans: Iterable[int]) -> Iterator[str]:
    items = vlan_list(vlans)
    for start in range(0, len(items), _ITEMS_A_LINE):
        yield f"{prefix} {' '.join(items[start : start + _ITEMS_A_LINE])}"


def _membership(port: Interface) -> Iterator[str]:
    """Write the VLAN part of a port; what the link type's default brings is left out."""
    pvid = port.pvid
    if port.link_type == "access":
        yield "port link-type access"
        if pvid != 1:
            yield f"port default vlan {pvid}"
    elif port.link_type == "trunk":
        yield "port link-type trunk"
        if pvid != 1:
            yield f"port trunk pvid vlan {pvid}"
        if 1 not in port.allowed:
            yield "undo port trunk allow-pass vlan 1"
        yield from _vlan_lines("port trunk allow-pass vlan", port.allowed - {1})
    else:
        if pvid != 1:
            yield f"port hybrid pvid vlan {pvid}"
        if 1 not in port.untagged | port.tagged:
            yield "undo port hybrid vlan 1"
        yield from _vlan_lines("port hybrid tagged vlan", port.tagged)
        yield from _vlan_lines("port hybrid untagged vlan", port.untagged - {1})


def interface_lines(interface: Interface) -> list[str]:
    """Return the lines of one interface section without its heading, not indented."""
    lines = [f"description {interface.description}"] if interface.description else []
    if interface.shutdown:
        lines.append("shutdown")
    if interface.vpn:
        lines.append(f"ip binding vpn-instance {interface.vpn}")
    if interface.address:
        lines.append(f"ip address {' '.join(interface.address)}")
    if interface.trunk:
        lines.append(f"eth-trunk {interface.trunk.removeprefix('Eth-Trunk')}")
    elif interface.switched:
        lines += _membership(interface)
    if interface.mode:
        lines.append(f"mode {interface.mode}")
    return lines + interface.kept


def acl_heading(acl: Acl) -> str:
    """Return the line that opens a list: ``acl number 3000`` or ``acl name X 3999``."""
    return f"acl name {acl.name} {acl.number}" if acl.name else f"acl number {acl.number}"


def acl_lines(acl: Acl) -> Iterator[str]:
    """Yield the lines of one access list, not indented."""
    if acl.description:
        yield f"description {acl.description}"
    for number, rule in sorted(acl.rules.items()):
        yield f"rule {number} {rule}"
        if number in acl.remarks:
            yield f"rule {number} description {acl.remarks[number]}"


def vpn_lines(vpn: Vpn) -> Iterator[str]:
    """Yield the lines of one VPN instance; RD and targets stand one level deeper, under ``ipv4-family``."""
    if vpn.description:
        yield f"description {vpn.description}"
    yield "ipv4-family"
    if vpn.distinguisher:
        yield f" route-distinguisher {vpn.distinguisher}"
    for values, direction in ((vpn.exports, "export"), (vpn.imports, "import")):
        if values:
            yield f" vpn-target {' '.join(values)} {direction}-extcommunity"


def vlan_lines(vlan: Vlan) -> list[str]:
    """Return the lines of one VLAN section, not indented."""
    named = [f"name {vlan.name}"] if vlan.name else []
    return named + ([f"description {vlan.description}"] if vlan.description else [])


def _section(heading: str, lines: Iterable[str]) -> str:
    return "\n".join([heading, *(f" {line}" for line in lines)])


def _sort_key(name: str) -> tuple[int, list[int]]:
    kinds = ("Vlanif", "MEth", "Eth-Trunk", "", "NULL", "LoopBack")
    kind = re.sub(r"\d[\d/]*$", "", name)
    if kind not in kinds:
        return 3, []
    return kinds.index(kind), [int(part) for part in re.findall(r"\d+", name)]


def ordered(box: Box) -> list[Interface]:
    """Return the interfaces in the order of the configuration; front ports keep their own order."""
    ranks = {name: _sort_key(name) for name in box.interfaces}
    return [box.interfaces[name] for name in sorted(ranks, key=lambda name: ranks[name])]


def _kept(box: Box, *sections: str) -> list[str]:
    return ["\n".join(box.kept[name]) for name in sections if box.kept.get(name)]


def _views_kept(box: Box, prefix: str) -> list[str]:
    names = sorted(name for name, lines in box.kept.items() if lines and name.startswith(prefix))
    return [_section(name, box.kept[name]) for name in names]


def _sections(box: Box) -> list[str]:
    batch = list(_vlan_lines("vlan batch", box.vlans.keys() - {1}))
    told = [(vid, vlan_lines(vlan)) for vid, vlan in sorted(box.vlans.items())]
    return [
        f"sysname {box.sysname}",
        *_kept(box, "info-center", "lldp"),
        *([f"header login information {box.header}"] if box.header else []),
        *(["\n".join(batch)] if batch else []),
        *_kept(box, "telnet", "http", "port-isolate", "observe-port"),
        *(_section(f"ip vpn-instance {name}", vpn_lines(vpn)) for name, vpn in box.vpns.items()),
        *label_sections(box.labels),
        *(_section(acl_heading(acl), acl_lines(acl)) for _, acl in sorted(box.acls.items())),
        *(_section(f"vlan {vid}", lines) for vid, lines in told if lines),
        *_views_kept(box, "aaa"),
        *(_section(f"interface {port.name}", interface_lines(port)) for port in ordered(box)),
        "interface NULL0",
        *bgp_sections(box.bgp),
        *_kept(box, "ip route-static", "snmp-agent", "stelnet"),
        *_views_kept(box, "user-interface "),
        *_kept(box, "ntp-service"),
    ]


def joined(sections: Sequence[str]) -> str:
    """Put sections between ``#`` lines and close with ``return``."""
    return "".join(f"#\n{section}\n" for section in sections) + "#\nreturn\n"


def running_config(box: Box) -> str:
    """Return the whole running configuration; S switches put the release first (public captures)."""
    return f"!Software Version {box.release}\n{joined(_sections(box))}"


def sections_named(box: Box, heading: str) -> str:
    """Return the sections whose first line begins with a heading."""
    found = [section for section in _sections(box) if section.startswith(heading)]
    return joined(found) if found else ""
