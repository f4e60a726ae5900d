"""The phrases of a VSP's VLANs, ports, trunks, addresses and routes, and what each does to the state.

Sources: the running configurations of a VSP-8284XSQ (sw 7.0) and a VSP-8404C (sw 8.10); removal phrases as
`templates/extreme_voss` writes them. A meaning raises ValueError when the line cannot be modelled; the line is then
kept as unread.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from govnet.config import reading
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import DEFAULT_VLAN, Aggregation, PeerLink, Vlan
from govnet.platforms.addresses import interface, network
from govnet.platforms.extreme_voss.phrases_filter import FILTER_PHRASES
from govnet.platforms.extreme_voss.phrases_ports import PORT_PHRASES
from govnet.platforms.extreme_voss.phrases_services import SERVICE_PHRASES
from govnet.platforms.grammar import Grammar, Meaning

if TYPE_CHECKING:
    from govnet.config.reading import Line
    from govnet.platforms.extreme_voss.building import Builder

GLOBAL = "GlobalRouter"  # the routing instance that is always there
_DISCARD = "255.255.255.255"  # no host; what a route to it means has no public source


def _create_vlan(b: Builder, _: Line, vlan: str, _group: str) -> None:
    b.vlans[int(vlan)] = Vlan()


def _create_named(b: Builder, _: Line, vlan: str, name: str, _group: str) -> None:
    b.vlans[int(vlan)] = _named(int(vlan), name)


def _name_vlan(b: Builder, _: Line, vlan: str, name: str) -> None:
    b.vlans[b.has_vlan(vlan)] = _named(int(vlan), name)


def _named(vlan: int, name: str) -> Vlan:
    """Return a VLAN; one that nobody named is called ``VLAN-10`` by the box itself, and VLAN 1 ``Default``."""
    own = "Default" if vlan == DEFAULT_VLAN else f"VLAN-{vlan}"
    return Vlan("" if name == own else name)


def _delete_vlan(b: Builder, _: Line, vlan: str) -> None:
    number = b.has_vlan(vlan)
    del b.vlans[number]
    b.vlan_vrfs.pop(number, None)
    for port in b.ports.values():
        port.members.pop(number, None)


def _create_mlt(b: Builder, line: Line, number: str, name: str = "") -> None:
    held = b.mlts.get(int(number), Aggregation(frozenset()))
    b.mlts[int(number)] = replace(held, name=name or held.name)
    b.sources[reading.aggregation(int(number))] = line


def _delete_mlt(b: Builder, _: Line, number: str) -> None:
    del b.mlts[int(number)]
    b.mlt_tagged.discard(int(number))


def _mlt(b: Builder, number: str) -> Aggregation:
    if int(number) not in b.mlts:
        raise ValueError(f"MLT {number} was not created")
    return b.mlts[int(number)]


def _mlt_ports(b: Builder, _: Line, number: str, ports: str) -> None:
    mlt = _mlt(b, number)
    b.mlts[int(number)] = replace(mlt, ports=mlt.ports | frozenset(b.listed(ports)))
    _tag_mlt(b, int(number))


def _mlt_tagging(b: Builder, _: Line, number: str) -> None:
    _mlt(b, number)
    b.mlt_tagged.add(int(number))
    _tag_mlt(b, int(number))


def _tag_mlt(b: Builder, number: int) -> None:
    for port in b.mlts[number].ports if number in b.mlt_tagged else ():
        b.ports[port].tagged = True


def _vlan_mlt(b: Builder, line: Line, vlan: str, number: str) -> None:
    """Put a trunk's ports into a VLAN."""
    for port in _mlt(b, number).ports:
        b.ports[port].join(b.has_vlan(vlan), line)


def _split(b: Builder, _: Line, number: str, split: str = "") -> None:
    b.mlts[int(number)] = replace(_mlt(b, number), split=int(split or number))


def _ist(b: Builder, _: Line, number: str, address: str, vlan: str) -> None:
    b.mlts[int(number)] = replace(_mlt(b, number), peer=PeerLink(IPv4Address(address), b.has_vlan(vlan)))


def _ist_on(b: Builder, _: Line, number: str) -> None:
    if _mlt(b, number).peer is None:
        raise ValueError("no IST was created on this MLT")


def _vrf(b: Builder, _: Line, name: str, number: str) -> None:
    b.vrfs[name] = Vrf(int(number))


def _no_vrf(b: Builder, _: Line, name: str) -> None:
    del b.vrfs[name]


def _known_vrf(b: Builder, vrf: str) -> str:
    if vrf not in {*b.vrfs, GLOBAL}:
        raise ValueError(f"VRF {vrf} was not created")
    return "" if vrf == GLOBAL else vrf


def _vlan_vrf(b: Builder, _: Line, vlan: str, vrf: str) -> None:
    if f"vlan{int(vlan)}" in b.interfaces:
        raise ValueError("the VRF must come before the address")
    b.vlan_vrfs[b.has_vlan(vlan)] = _known_vrf(b, vrf)


def _vlan_no_vrf(b: Builder, _: Line, vlan: str) -> None:
    b.vlan_vrfs.pop(b.has_vlan(vlan), None)


def _vlan_ip(b: Builder, line: Line, vlan: str, *words: str) -> None:
    """Take an address, its mask and perhaps an offset of the MAC address, which moves no packet."""
    if not all(offset.isdecimal() for offset in words[2:]):
        raise ValueError(f"{words[2]} is no offset of a MAC address")
    _vlan_prefix(b, line, vlan, "/".join(words[:2]))


def _vlan_prefix(b: Builder, line: Line, vlan: str, address: str) -> None:
    number, name = b.has_vlan(vlan), f"vlan{int(vlan)}"
    if name in b.interfaces:
        raise ValueError("the VLAN has an address already")
    vrf = b.vlan_vrfs.get(number, "")
    b.interfaces[name] = IpInterface(InterfaceKind.VLAN, (interface(address),), vlan=number, vrf=vrf)
    b.sources[reading.address(name)] = line


def _vlan_no_ip(b: Builder, _: Line, vlan: str) -> None:
    del b.interfaces[f"vlan{int(vlan)}"]


def _loopback(b: Builder, line: Line, *slots: str) -> None:
    number, _, address, *vrf = slots
    name = f"loopback{int(number)}"
    if name in b.interfaces:
        raise ValueError("a second address")
    where = _known_vrf(b, vrf[0]) if vrf else ""
    b.interfaces[name] = IpInterface(InterfaceKind.LOOPBACK, (interface(address),), vrf=where)
    b.sources[reading.address(name)] = line


def _no_loopback(b: Builder, _: Line, number: str, *_address: str) -> None:
    del b.interfaces[f"loopback{int(number)}"]


def _route(b: Builder, line: Line, prefix: str, mask: str, next_hop: str, *_weight: str) -> None:
    _add_route(b, line, "", f"{prefix}/{mask}", next_hop)


def _vrf_route(b: Builder, line: Line, *slots: str) -> None:
    vrf, prefix, mask, next_hop, *_weight = slots
    if vrf not in b.vrfs:
        raise ValueError(f"VRF {vrf} was not created")
    _add_route(b, line, vrf, f"{prefix}/{mask}", next_hop)


def _add_route(b: Builder, line: Line, vrf: str, prefix: str, next_hop: str) -> None:
    if next_hop == _DISCARD:
        raise ValueError("a route that leads nowhere")
    entry = StaticRoute(network(prefix), IPv4Address(next_hop), vrf)
    b.routes.add(entry)
    b.sources[reading.route(str(entry.prefix), next_hop, vrf)] = line


def _no_route(b: Builder, _: Line, prefix: str, mask: str, next_hop: str) -> None:
    b.routes.remove(StaticRoute(network(f"{prefix}/{mask}"), IPv4Address(next_hop)))


def _no_vrf_route(b: Builder, _: Line, *slots: str) -> None:
    vrf, prefix, mask, next_hop = slots
    b.routes.remove(StaticRoute(network(f"{prefix}/{mask}"), IPv4Address(next_hop), vrf))


GRAMMAR: Grammar[Meaning] = Grammar(
    {
        "vlan create <vid> type port-mstprstp <instance>": _create_vlan,
        "vlan create <vid> name <name> type port-mstprstp <instance>": _create_named,
        "vlan create <vid> type port <stg>": _create_vlan,
        "vlan create <vid> name <name> type port <stg>": _create_named,
        "vlan name <vid> <name>": _name_vlan,
        "vlan delete <vid>": _delete_vlan,
        "vlan mlt <vid> <mlt>": _vlan_mlt,
        "mlt <id>": _create_mlt,
        "mlt <id> enable": _create_mlt,
        "mlt <id> enable name <name>": _create_mlt,
        "mlt <id> name <name>": _create_mlt,
        "mlt <id> member <ports>": _mlt_ports,
        "mlt <id> encapsulation dot1q": _mlt_tagging,
        "no mlt <id>": _delete_mlt,
        "interface mlt <id> smlt": _split,
        "interface mlt <id> smlt <smlt>": _split,
        "interface mlt <id> ist peer-ip <address> vlan <vid>": _ist,
        "interface mlt <id> ist enable": _ist_on,
        "ip vrf <name> vrfid <id>": _vrf,
        "no ip vrf <name>": _no_vrf,
        "interface vlan <vid> vrf <vrf>": _vlan_vrf,
        "interface vlan <vid> no vrf": _vlan_no_vrf,
        "interface vlan <vid> ip address <prefix>": _vlan_prefix,
        "interface vlan <vid> ip address <address> <mask>": _vlan_ip,
        "interface vlan <vid> ip address <address> <mask> <offset>": _vlan_ip,
        "interface vlan <vid> no ip address": _vlan_no_ip,
        "interface loopback <id> ip address <id> <address>": _loopback,
        "interface loopback <id> ip address <id> <address> vrf <vrf>": _loopback,
        "interface loopback <id> no ip address <address>": _no_loopback,
        "interface loopback <id> no ip address <id> <address> vrf <vrf>": _no_loopback,
        "ip route <prefix> <mask> <address>": _route,
        "ip route <prefix> <mask> <address> weight <n>": _route,
        "no ip route <prefix> <mask> <address>": _no_route,
        "router vrf <vrf> ip route <prefix> <mask> <address>": _vrf_route,
        "router vrf <vrf> ip route <prefix> <mask> <address> weight <n>": _vrf_route,
        "router vrf <vrf> no ip route <prefix> <mask> <address>": _no_vrf_route,
        **PORT_PHRASES,
        **SERVICE_PHRASES,
        **FILTER_PHRASES,
    }
)
