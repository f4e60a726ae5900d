"""Routers of a provider network: one routing instance for each zone, joined between places by route targets.

Lines between routers are in the global instance, the backbone that carries labelled packets; everything that people or
servers plug into is in an instance. What goes from one zone to another leaves its instance at the centre, over the
border to the firewall, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.circuits import queueing
from govnet.config.labelled import Bgp, BgpPeer, Mpls
from govnet.config.model import DeviceConfig
from govnet.config.ports import far_ports, switchports
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.segments import host, known_to, ordinal
from govnet.config.services import management, services
from govnet.config.switching import DEFAULT_VLAN, Port, Vlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Network

    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.network.placed import Segment, Zone

ROLES = frozenset({"pe", "ce", "cpe", "rr"})
"""Roles of the routers of a provider network; reflectors carry no instance, only what others know of theirs."""
REFLECTOR = "rr"
LINE = "trunk-"
DOWN = "-DN"
"""What the instance is called by which the centre reaches those that must not meet."""
_BORDERS = frozenset({"border", "border-down"})
_CENTRAL = frozenset({"servers", "border", "border-down", "oob"})


def provider_intent(network: Network, device: Device) -> DeviceConfig:
    """Return the configuration of a router that carries the zones of its place in instances.

    It is managed in the global instance, over the lines themselves: what the box says of itself needs no instance, and
    nobody's packets are there.
    """
    far, plugged = far_ports(network, device), {a.end.port: a for a in network.attachments_of(device.name)}
    ports = {
        name: Port(_said(name, far, plugged), name in far or name in plugged, switchport)
        for name, switchport in switchports(network, device).items()
    }
    interfaces = dict(_interfaces(network, device))
    used = {vlan for port in ports.values() if port.switchport for vlan in port.switchport.members}
    used |= {DEFAULT_VLAN} | {interface.vlan for interface in interfaces.values() if interface.vlan}
    shared = services(network, device)
    return DeviceConfig(
        hostname=device.name,
        ports=ports,
        vlans={vlan: Vlan() for vlan in sorted(used)},
        vrfs=dict(_vrfs(network, device)),
        interfaces=interfaces,
        routes=frozenset(_routes(network, device)),
        mpls=_labels(network, device),
        bgp=_bgp(network, device),
        queueing=queueing(network, device),
        management=management(network, device),
        snmp=shared.snmp,
        syslog=shared.syslog,
        ntp=shared.ntp,
        banner=shared.banner,
    )


def _said(port: str, far: Mapping[str, object], plugged: Mapping[str, object]) -> str:
    return str(far[port]).replace(":", " ") if port in far else "endpoints" if port in plugged else ""


def behind(network: Network, place: str) -> list[Segment]:
    """Return the segments behind the router of a place, without its line upwards."""
    return [s for s in network.segments_at(place) if s.purpose not in _CENTRAL and not s.purpose.startswith(LINE)]


def borders(network: Network, device: Device) -> list[Segment]:
    """Return the border segments of a router: all of them for the one that is cabled to the centre."""
    cabled = any(link.purpose == "border" for link in network.links_of(device.name))
    return [segment for segment in network.segments if segment.purpose in _BORDERS] if cabled else []


def carried(network: Network, device: Device) -> list[Zone]:
    """Return the zones that a router has an instance of: those at its place, at the centre's border all that cross."""
    here = {segment.zone for segment in (*behind(network, device.place), *borders(network, device))}
    return [zone for zone in network.zones.values() if zone.instance and zone.slug in here]


def _vrfs(network: Network, device: Device) -> Iterator[tuple[str, Vrf]]:
    """Yield the instances of a router.

    Where the centre has two borders of a zone, the instance that gives the spokes their way to it takes over nothing
    from them: else they would meet in it, past the firewall.
    """
    apart = {segment.zone for segment in borders(network, device) if segment.purpose == "border-down"}
    for zone in carried(network, device):
        imports, exports = targets(network, device, zone)
        name = distinguisher(network, device, zone)
        if zone.slug in apart:
            yield zone.instance, Vrf(None, name, frozenset(), exports)
            yield zone.instance + DOWN, Vrf(None, f"{name}1", imports, frozenset())
        else:
            yield zone.instance, Vrf(None, name, imports, exports)


def distinguisher(network: Network, device: Device, zone: Zone) -> str:
    """Return the route distinguisher, one of its own for each instance of each router (RFC 4364, section 4.2).

    Prefectures and counties are numbered; other routers of a county would share its number and use their address.
    """
    place = network.places[device.place]
    if place.kind in {"prefecture", "county"}:
        return f"{network.asn}:{zone.vrf * 1000 + 16 * place.numbers['k'] + place.numbers['j']}"
    return f"{device.loopback.ip if device.loopback else device.address}:{zone.vrf}"


def targets(network: Network, device: Device, zone: Zone) -> tuple[frozenset[str], frozenset[str]]:
    """Return the route targets that a router's instance of a zone imports and exports.

    In a mesh all share one. With a hub, spokes take what hubs give and the other way round; the centre's border and
    the zone's leading member are hubs, and know of each other.
    """
    if zone.routes != "hub-spoke":
        target = frozenset({f"{network.asn}:{zone.vrf}"})
        return target, target
    of_hubs, of_spokes = f"{network.asn}:{zone.vrf}1", f"{network.asn}:{zone.vrf}2"
    if borders(network, device):
        return frozenset({of_spokes}), frozenset({of_hubs})
    if device.place in zone.members[:1]:
        return frozenset({of_hubs, of_spokes}), frozenset({of_hubs, of_spokes})
    return frozenset({of_hubs}), frozenset({of_spokes})


def _interfaces(network: Network, device: Device) -> Iterator[tuple[str, IpInterface]]:
    for link in network.links_of(device.name):
        if link.purpose == "trunk":
            below = network.devices[link.a.device]
            yield _on(_line(network, below.place), below_index(network, below) if below.name == device.name else 0, "")
    for segment in behind(network, device.place):
        yield _on(segment, 0, network.zones[segment.zone].instance)
    for segment in borders(network, device):
        yield _on(segment, 1, _instance(network, segment))
    if device.loopback:
        yield "loopback1", IpInterface(InterfaceKind.LOOPBACK, (device.loopback,))


def _labels(network: Network, device: Device) -> Mpls | None:
    """Return the label switching of a router: on its lines, never towards offices or over the border.

    Ways between routers are static and cover many addresses, so LDP has to follow routes that only cover one.
    """
    if device.loopback is None:
        return None
    lines = {name for name, interface in _interfaces(network, device) if _carries(network, device, interface)}
    return Mpls(device.loopback.ip, longest_match=True, interfaces=frozenset(lines))


def _carries(network: Network, device: Device, interface: IpInterface) -> bool:
    """Return whether an interface is a line to another router."""
    lower = [network.devices[link.a.device] for link in network.links_of(device.name) if link.purpose == "trunk"]
    return interface.vlan in {_line(network, below.place).vlan for below in lower}


def _bgp(network: Network, device: Device) -> Bgp | None:
    """Return the BGP of a router: one session with each reflector; a reflector has one with every router.

    Reflectors keep all routes, since they have no instance that needs any: it is the others that do. Those of one
    network are no clients of each other (RFC 4456, section 7), so that either alone is enough.
    """
    carried_here = dict(_vrfs(network, device))
    reflectors = [other for other in network.of_role(REFLECTOR) if other.commanded]
    if device.loopback is None or network.asn is None or not reflectors:
        return None
    reflects = device.role == REFLECTOR
    others = [other for other in (_routers(network) if reflects else reflectors) if other.name != device.name]
    crossing = {segment.zone for segment in borders(network, device)}
    apart = {zone.instance for zone in network.zones.values() if zone.slug in crossing}
    return Bgp(
        network.asn,
        {o.loopback.ip: _peer(network.asn, device, o) for o in others if o.loopback},
        {name: frozenset({"direct", "static"} if name in apart else {"direct"}) for name in carried_here},
        filtering=not reflects,
    )


def _peer(asn: int, device: Device, other: Device) -> BgpPeer:
    return BgpPeer(asn, "loopback1", client=device.role == REFLECTOR and other.role != REFLECTOR)


def _routers(network: Network) -> list[Device]:
    return [device for device in network.of_role(*ROLES) if device.commanded]


def _instance(network: Network, segment: Segment) -> str:
    """Return the instance of a border segment; empty for management, which is in the global one."""
    instance = network.zones[segment.zone].instance
    return instance + DOWN if segment.purpose == "border-down" else instance


def _line(network: Network, place: str) -> Segment:
    return next(s for s in network.segments_at(place) if s.purpose.startswith(LINE))


def below_index(network: Network, device: Device) -> int:
    """Return which address of its line upwards a router has, as `host` counts: reflectors share a line."""
    return 1 + (ordinal(network, device) if device.role == REFLECTOR else 0)


def line_up(network: Network, device: Device) -> tuple[str, Segment] | None:
    """Return the port and the segment of a router's line upwards; None for the one at the centre."""
    for link in network.links_of(device.name):
        if link.purpose == "trunk" and link.a.device == device.name:
            return link.a.port, _line(network, device.place)
    return None


def border_end(network: Network, device: Device) -> tuple[str, Segment] | None:
    """Return the port towards the centre and the border segment that management crosses; None elsewhere."""
    crossed = [s for s in borders(network, device) if not _instance(network, s)]
    ports = [link.end(device.name).port for link in network.links_of(device.name) if link.purpose == "border"]
    return (ports[0], crossed[0]) if crossed else None


def _on(segment: Segment, index: int, instance: str) -> tuple[str, IpInterface]:
    address = host(segment.subnet, index)
    return f"vlan{segment.vlan}", IpInterface(InterfaceKind.VLAN, (address,), vlan=segment.vlan, vrf=instance)


def _routes(network: Network, device: Device) -> Iterator[StaticRoute]:
    """Yield the ways from each instance to the firewall, and those of management up and down the lines."""
    for segment in borders(network, device):
        if segment.purpose == "border":
            for prefix in known_to(network, segment.zone):
                yield StaticRoute(prefix, host(segment.subnet, 0).ip, _instance(network, segment))
    for link in network.links_of(device.name):
        if link.purpose != "trunk":
            continue
        below = network.devices[link.a.device]
        line = _line(network, below.place)
        if below.name == device.name:
            yield from (StaticRoute(block, host(line.subnet, 0).ip) for block in network.blocks)
        else:
            hop = host(line.subnet, below_index(network, below)).ip
            yield from (StaticRoute(loop, hop) for loop in _loopbacks(network, below.name))


def _loopbacks(network: Network, name: str) -> Iterator[IPv4Network]:
    """Yield the addresses of a router and of all below it."""
    own = network.devices[name].loopback
    if own:
        yield own.network
    for link in network.links_of(name):
        if link.purpose == "trunk" and link.b.device == name:
            yield from _loopbacks(network, link.a.device)


def provider_routes(network: Network) -> Iterator[StaticRoute]:
    """Yield the firewall's ways to what lies behind the provider network, each over the border of its own zone."""
    over = {s.zone: host(s.subnet, 1).ip for s in network.segments if s.purpose == "border"}
    over |= {s.zone: host(s.subnet, 1).ip for s in network.segments if s.purpose == "border-down"}
    home = next(segment.zone for segment in network.segments if segment.purpose == "oob")
    for device in network.devices.values():
        if device.role not in ROLES or not device.commanded:
            continue
        if device.loopback and home in over:
            yield StaticRoute(device.loopback.network, over[home])
        for segment in behind(network, device.place):
            if segment.zone in over:
                yield StaticRoute(segment.subnet, over[segment.zone])
