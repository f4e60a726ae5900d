"""The phrases of a Passport's configuration text, relative to ``config``, and what each does to the state.

Sources: the ZipTie capture (sw 3.5.0.0), public parsers and converters of ERS 8600 configurations, Nipper (filters), an
operator's notes; removal phrases and those that `templates/nortel_passport` marks as unverified are read as it writes
them. A meaning raises ValueError when the line cannot be modelled; the line is then kept as unread.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from govnet.config import reading
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import DEFAULT_VLAN, Aggregation, PeerLink, Vlan
from govnet.platforms.addresses import interface, network
from govnet.platforms.grammar import Grammar, Meaning
from govnet.platforms.nortel_passport.acknowledged import ACKNOWLEDGED
from govnet.platforms.nortel_passport.building import Builder, switch
from govnet.platforms.nortel_passport.phrases_filter import FILTER_PHRASES
from govnet.platforms.nortel_passport.phrases_services import SERVICE_PHRASES
from govnet.platforms.portlists import parse_ports

if TYPE_CHECKING:
    from govnet.config.reading import Line

LAST_VLAN = 4094  # IEEE 802.1Q
GLOBAL = "GlobalRouter"  # the routing instance that is always there (operator's notes, ERS-8806)


def _hostname(b: Builder, _: Line, name: str) -> None:
    b.hostname = name


def _prompt(b: Builder, _: Line, name: str) -> None:
    b.prompt = name


def _create_vlan(b: Builder, _: Line, vlan: str, stg: str, name: str = "") -> None:
    number = int(vlan)
    if not (1 <= number <= LAST_VLAN and stg.isdecimal()):
        raise ValueError(f"VLAN {vlan} of spanning tree group {stg} cannot be")
    b.vlans[number] = _named(number, name)


def _rename_vlan(b: Builder, _: Line, vlan: str, name: str) -> None:
    b.vlans[b.has_vlan(vlan)] = _named(int(vlan), name)


def _named(vlan: int, name: str) -> Vlan:
    """Return a VLAN; the box itself calls VLAN 1 ``Default`` (ZipTie capture), which nobody named."""
    return Vlan("" if vlan == DEFAULT_VLAN and name == "Default" else name)


def _delete_vlan(b: Builder, _: Line, vlan: str) -> None:
    number = b.has_vlan(vlan)
    del b.vlans[number]
    b.vlan_vrfs.pop(number, None)
    for port in b.ports.values():
        port.members.pop(number, None)


def _join(b: Builder, line: Line, vlan: str, ports: str) -> None:
    number = b.has_vlan(vlan)
    for port in parse_ports(ports, b.known):
        b.ports[port].join(number, line)


def _leave(b: Builder, _: Line, vlan: str, ports: str) -> None:
    for port in parse_ports(ports, b.known):
        b.ports[port].members.pop(b.has_vlan(vlan), None)


def _tagging(b: Builder, _: Line, ports: str, word: str) -> None:
    for port in parse_ports(ports, b.known):
        b.ports[port].tagged = switch(word)


def _default_vlan(b: Builder, line: Line, ports: str, vlan: str) -> None:
    for port in parse_ports(ports, b.known):
        b.ports[port].default_vlan, b.ports[port].default_line = int(vlan), line


def _discard(b: Builder, _: Line, ports: str, word: str) -> None:
    for port in parse_ports(ports, b.known):
        b.ports[port].discard = switch(word)


def _port_name(b: Builder, _: Line, ports: str, name: str) -> None:
    for port in parse_ports(ports, b.known):
        b.ports[port].description = name


def _port_state(b: Builder, _: Line, ports: str, word: str) -> None:
    for port in parse_ports(ports, b.known):
        b.ports[port].enabled = switch(word)


def _create_mlt(b: Builder, line: Line, number: str) -> None:
    b.mlts[int(number)] = Aggregation(frozenset())
    b.sources[reading.aggregation(int(number))] = line


def _delete_mlt(b: Builder, _: Line, number: str) -> None:
    b.mlts.pop(int(number), None)
    b.peers.pop(int(number), None)


def _mlt(b: Builder, number: str) -> Aggregation:
    if int(number) not in b.mlts:
        raise ValueError(f"MLT {number} was not created")
    return b.mlts[int(number)]


def _mlt_ports(b: Builder, _: Line, number: str, ports: str) -> None:
    mlt = _mlt(b, number)
    b.mlts[int(number)] = replace(mlt, ports=mlt.ports | frozenset(parse_ports(ports, b.known)))


def _mlt_less(b: Builder, _: Line, number: str, ports: str) -> None:
    mlt = _mlt(b, number)
    b.mlts[int(number)] = replace(mlt, ports=mlt.ports - frozenset(parse_ports(ports, b.known)))


def _mlt_name(b: Builder, _: Line, number: str, name: str) -> None:
    b.mlts[int(number)] = replace(_mlt(b, number), name=name)


def _mlt_split(b: Builder, _: Line, number: str, split: str) -> None:
    b.mlts[int(number)] = replace(_mlt(b, number), split=int(split))


def _ist(b: Builder, _: Line, number: str, address: str, vlan: str) -> None:
    b.peers[int(number)] = PeerLink(IPv4Address(address), int(vlan))


def _ist_on(b: Builder, _: Line, number: str) -> None:
    if int(number) not in b.peers:
        raise ValueError("no IST was created on this MLT")


def _vlan_ip(b: Builder, line: Line, vlan: str, address: str, _offset: str = "") -> None:
    number, name = b.has_vlan(vlan), f"vlan{int(vlan)}"
    if name in b.interfaces:
        raise ValueError("the VLAN has an address already")
    vrf = b.vlan_vrfs.get(number, "")
    b.interfaces[name] = IpInterface(InterfaceKind.VLAN, (interface(address),), vlan=number, vrf=vrf)
    b.sources[reading.address(name)] = line


def _vlan_no_ip(b: Builder, _: Line, vlan: str, _address: str) -> None:
    if b.interfaces.pop(f"vlan{int(vlan)}", None) is None:
        raise ValueError("the VLAN has no address")


def _loopback(b: Builder, line: Line, number: str, address: str) -> None:
    name = f"loopback{int(number)}"
    b.interfaces[name] = IpInterface(InterfaceKind.LOOPBACK, (interface(address),))
    b.sources[reading.address(name)] = line


def _no_loopback(b: Builder, _: Line, number: str) -> None:
    if b.interfaces.pop(f"loopback{int(number)}", None) is None:
        raise ValueError("there is no such loopback")


def _vrf(b: Builder, _: Line, name: str, number: str = "") -> None:
    b.vrfs[name] = Vrf(int(number) if number else None)


def _no_vrf(b: Builder, _: Line, name: str) -> None:
    if b.vrfs.pop(name, None) is None:
        raise ValueError("there is no such VRF")


def _vlan_vrf(b: Builder, _: Line, vlan: str, vrf: str) -> None:
    if vrf not in {*b.vrfs, GLOBAL} or f"vlan{int(vlan)}" in b.interfaces:
        raise ValueError("the VRF must exist first, the address come after")
    b.vlan_vrfs[b.has_vlan(vlan)] = "" if vrf == GLOBAL else vrf


def _route(b: Builder, line: Line, prefix: str, next_hop: str, _cost: str = "") -> None:
    _add_route(b, line, prefix, next_hop)


def _add_route(b: Builder, line: Line, prefix: str, next_hop: str, vrf: str = "") -> None:
    entry = StaticRoute(network(prefix), IPv4Address(next_hop), vrf)
    b.routes.add(entry)
    b.sources[reading.route(str(entry.prefix), next_hop, vrf)] = line


def _no_route(b: Builder, _: Line, prefix: str, next_hop: str) -> None:
    b.routes.remove(StaticRoute(network(prefix), IPv4Address(next_hop)))


def _vrf_route(b: Builder, line: Line, *slots: str) -> None:
    vrf, prefix, next_hop, _cost = slots
    if vrf not in b.vrfs:
        raise ValueError("there is no such VRF")
    _add_route(b, line, prefix, next_hop, vrf)


def _no_vrf_route(b: Builder, _: Line, vrf: str, prefix: str, next_hop: str) -> None:
    b.routes.remove(StaticRoute(network(prefix), IPv4Address(next_hop), vrf))


def _mirror(b: Builder, line: Line, *slots: str) -> None:
    number, source, destination, mode, state = slots
    if mode.lower() != "both" or not switch(state):
        raise ValueError("only mirrors of both directions that are on are modelled")
    b.port(source)
    b.port(destination)
    b.mirrors[int(number)] = source, destination, line


def _no_mirror(b: Builder, _: Line, number: str) -> None:
    b.mirrors.pop(int(number), None)


GRAMMAR: Grammar[Meaning] = Grammar(
    {
        "sys set name <name>": _hostname,
        "cli prompt <name>": _prompt,
        "vlan <vid> create byport <stg>": _create_vlan,
        "vlan <vid> create byport <stg> name <name>": _create_vlan,
        "vlan <vid> name <name>": _rename_vlan,
        "vlan <vid> delete": _delete_vlan,
        "vlan <vid> ports add <ports> member portmember": _join,
        "vlan <vid> ports remove <ports> member portmember": _leave,
        "vlan <vid> ip create <address>": _vlan_ip,
        "vlan <vid> ip create <address> mac_offset <n>": _vlan_ip,
        "vlan <vid> ip delete <address>": _vlan_no_ip,
        "vlan <vid> vrf <vrf>": _vlan_vrf,
        "ethernet <ports> perform-tagging <state>": _tagging,
        "ethernet <ports> default-vlan-id <vid>": _default_vlan,
        "ethernet <ports> untagged-frames-discard <state>": _discard,
        "ethernet <ports> name <name>": _port_name,
        "ethernet <ports> state <state>": _port_state,
        "mlt <id> create": _create_mlt,
        "mlt <id> delete": _delete_mlt,
        "mlt <id> name <name>": _mlt_name,
        "mlt <id> add ports <ports>": _mlt_ports,
        "mlt <id> remove ports <ports>": _mlt_less,
        "mlt <id> smlt create smlt-id <id>": _mlt_split,
        "mlt <id> ist create ip <address> vlan-id <vid>": _ist,
        "mlt <id> ist enable": _ist_on,
        "ip circuitless-ip-int <id> create <address>": _loopback,
        "ip circuitless-ip-int <id> delete": _no_loopback,
        "ip static-route create <prefix> next-hop <address>": _route,
        "ip static-route create <prefix> next-hop <address> cost <n>": _route,
        "ip static-route delete <prefix> next-hop <address>": _no_route,
        "ip vrf <name> create": _vrf,
        "ip vrf <name> create id <id>": _vrf,
        "ip vrf <name> delete": _no_vrf,
        "ip vrf <name> static-route create <prefix> next-hop <address> cost <n>": _vrf_route,
        "ip vrf <name> static-route delete <prefix> next-hop <address>": _no_vrf_route,
        "diag mirror-by-port <id> create in-port <port> out-port <port> mode <mode> <state>": _mirror,
        "diag mirror-by-port <id> delete": _no_mirror,
        **ACKNOWLEDGED,
        **SERVICE_PHRASES,
        **FILTER_PHRASES,
    }
)
