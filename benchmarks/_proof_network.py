"""Generated networks for `benchmarks.proof`: sites with a firewall each, joined by one backbone of three VPNs.

A site has three floor switches and a distribution switch, twelve zones with a VLAN and a /26 each, and a firewall with
a sub-interface a zone and one a VPN. Addresses go zone by zone and site by site, as in the reference networks. Every
firewall has fifty rules: those of the matrix, and its own for single servers, in an order that matters.
"""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, NamedTuple

from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.config.model import DeviceConfig
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Port, Switchport, Vlan
from govnet.network.administered import Services
from govnet.network.built import Device
from govnet.network.cabled import Attachment, End, Link
from govnet.network.model import GatewayMode, Network, Plane
from govnet.network.permitted import Action, Permit, PolicyCell
from govnet.network.placed import Origin, Segment, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONES = tuple(f"z{number:02d}" for number in range(12))
VPNS = ("red", "green", "blue")
RULES = 50
_HERE = Origin("generated", 1)
_PREFIX = 26
_ZONE_BITS = 20
_PORTS_OF_FLOOR = 4
_FLOORS = 3


class Made(NamedTuple):
    """A generated network and what its devices say."""

    network: Network
    configs: dict[str, DeviceConfig]


@cache
def subnet(zone: int, site: int) -> IPv4Network:
    """Return the /26 of a zone at a site: zone by zone, and in each zone site by site."""
    base = int(IPv4Address("10.0.0.0")) + (zone << _ZONE_BITS) + (site << (32 - _PREFIX))
    return IPv4Network((base, _PREFIX))


def host(net: IPv4Network, number: int) -> IPv4Address:
    """Return an address of a network without making the network work out its last one, which it would keep."""
    return net.network_address + number


@cache
def whole(zone: int) -> IPv4Network:
    """Return the addresses of a zone at all sites."""
    return IPv4Network((int(IPv4Address("10.0.0.0")) + (zone << _ZONE_BITS), 32 - _ZONE_BITS))


def vpn(zone: int) -> str:
    """Return the VPN that carries a zone: four zones each."""
    return VPNS[zone * len(VPNS) // len(ZONES)]


def make(sites: int) -> Made:
    """Return a network of so many sites; the same every time.

    Raises:
        ValueError: there are not so many addresses in a zone.
    """
    if sites > 1 << (_ZONE_BITS - 32 + _PREFIX):
        raise ValueError(f"{sites} sites: a zone has room for {1 << (_ZONE_BITS - 32 + _PREFIX)}")
    segments = [[_segment(zone, site) for zone in range(len(ZONES))] for site in range(sites)]
    links = [link for site in range(sites) for link in _links(site)]
    attachments = [one for site in range(sites) for one in _attachments(site, segments[site])]
    devices = {name: _device(name, role) for site in range(sites) for name, role in _devices(site)}
    devices["pe"] = _device("pe", "pe")
    configs = {name: config for site in range(sites) for name, config in _configs(site)} | {"pe": _edge(sites)}
    zones = {slug: Zone(slug, n, slug, slug, confidential=False, origin=_HERE) for n, slug in enumerate(ZONES)}
    network = Network(
        "generated", "generated", Plane.UNIFIED, "", (IPv4Network("10.0.0.0/8"),), GatewayMode.FIREWALL, 1999, 4000,
        IPv4Network("10.255.0.0/30"), {}, zones, tuple(part for row in segments for part in row), {}, devices,
        tuple(links), {}, (), tuple(attachments), {}, _policy(), (), Services((), (), (), (), "", ()),
    )  # fmt: skip
    return Made(network, configs)


def _device(name: str, role: str) -> Device:
    return Device(
        name, role, "", Plane.UNIFIED, "any", "", "", "", "", "", "government", "", "government", managed=True,
        oob=None, loopback=None, address=None, zone="", zone_address=None, ports=(), cards={}, power=(),
        syntax_evidence={}, since=None, until=None, origin=_HERE,
    )  # fmt: skip


def _devices(site: int) -> Iterator[tuple[str, str]]:
    yield from ((f"s{site}-acc{floor}", "acc") for floor in range(_FLOORS))
    yield f"s{site}-dis", "agg"
    yield f"s{site}-fw", "fw"


def _cable(a: End, b: End) -> Link:
    return Link(f"{a}-{b}", a, b, "floor", Plane.UNIFIED, "fiber", 1000, "", _HERE)


def _links(site: int) -> Iterator[Link]:
    for floor in range(_FLOORS):
        yield _cable(End(f"s{site}-acc{floor}", "49"), End(f"s{site}-dis", f"{floor + 1}"))
    yield _cable(End(f"s{site}-dis", "24"), End(f"s{site}-fw", "eth0"))
    yield _cable(End(f"s{site}-fw", "eth1"), End("pe", f"p{site}"))


def _segment(zone: int, site: int) -> Segment:
    net = subnet(zone, site)
    return Segment(ZONES[zone], "", "floor", 100 + zone, net, f"{ZONES[zone]}-{site}", host(net, 1))


def _attachments(site: int, segments: list[Segment]) -> Iterator[Attachment]:
    for zone, segment in enumerate(segments):
        floor, port = divmod(zone, _PORTS_OF_FLOOR)
        yield Attachment(segment.zone, End(f"s{site}-acc{floor}", str(port + 1)), segment)


_TRUNKS = {
    floor: Port(
        switchport=Switchport(
            frozenset(), frozenset(100 + floor * _PORTS_OF_FLOOR + n for n in range(_PORTS_OF_FLOOR)), None
        )
    )
    for floor in range(_FLOORS)
}
_ACCESS = {zone: Port(switchport=Switchport(frozenset({100 + zone}), frozenset(), 100 + zone)) for zone in range(12)}
_ALL = frozenset(range(100, 100 + len(ZONES)))
_ROUTED = Port()
_INSIDE = tuple(f"eth0.{100 + zone}" for zone in range(len(ZONES)))
_OUTSIDE = tuple(f"eth1.{10 + number}" for number in range(len(VPNS)))
_MEMBERS = {zone: frozenset({name}) for zone, name in zip((*ZONES, *VPNS), (*_INSIDE, *_OUTSIDE), strict=True)}


def _configs(site: int) -> Iterator[tuple[str, DeviceConfig]]:
    for floor in range(_FLOORS):
        first = floor * _PORTS_OF_FLOOR
        ports = {str(n + 1): _ACCESS[first + n] for n in range(_PORTS_OF_FLOOR)} | {"49": _TRUNKS[floor]}
        vlans = {100 + first + n: Vlan() for n in range(_PORTS_OF_FLOOR)}
        yield f"s{site}-acc{floor}", DeviceConfig(f"s{site}-acc{floor}", ports=ports, vlans=vlans)
    ports = {str(floor + 1): _TRUNKS[floor] for floor in range(_FLOORS)}
    ports["24"] = Port(switchport=Switchport(frozenset(), _ALL, None))
    yield f"s{site}-dis", DeviceConfig(f"s{site}-dis", ports=ports, vlans={vlan: Vlan() for vlan in sorted(_ALL)})
    yield f"s{site}-fw", firewall(site)


def firewall(site: int) -> DeviceConfig:
    """Return the firewall of a site."""
    interfaces = {
        _INSIDE[zone]: _sub(IPv4Interface((int(host(subnet(zone, site), 1)), _PREFIX)), 100 + zone, "eth0")
        for zone in range(len(ZONES))
    }
    routes = []
    for number, name in enumerate(VPNS):
        interfaces[_OUTSIDE[number]] = _sub(IPv4Interface((int(_circuit(number, site)) + 2, 30)), 10 + number, "eth1")
        far = [whole(zone) for zone in range(len(ZONES)) if vpn(zone) == name]
        routes += [StaticRoute(net, _circuit(number, site) + 1) for net in far]
    return DeviceConfig(
        f"s{site}-fw", ports={"eth0": _ROUTED, "eth1": _ROUTED}, interfaces=interfaces, routes=frozenset(routes),
        firewall=Firewall(_MEMBERS, rules(site)),
    )  # fmt: skip


def _sub(address: IPv4Interface, vlan: int, parent: str, vrf: str = "") -> IpInterface:
    return IpInterface(InterfaceKind.SUBINTERFACE, (address,), vlan, parent, vrf)


def _circuit(number: int, site: int) -> IPv4Address:
    return IPv4Address("172.16.0.0") + (number << 16) + site * 4


def _edge(sites: int) -> DeviceConfig:
    """Return the provider's edge: a VRF each VPN, a sub-interface and four routes a site in each."""
    interfaces, routes = {}, []
    for site in range(sites):
        for number, name in enumerate(VPNS):
            address = IPv4Interface((int(_circuit(number, site)) + 1, 30))
            interfaces[f"p{site}.{10 + number}"] = _sub(address, 10 + number, f"p{site}", name)
            hop = _circuit(number, site) + 2
            near = [subnet(zone, site) for zone in range(len(ZONES)) if vpn(zone) == name]
            routes += [StaticRoute(net, hop, name) for net in near]
    return DeviceConfig(
        "pe", ports={f"p{site}": _ROUTED for site in range(sites)}, vrfs={name: Vrf() for name in VPNS},
        interfaces=interfaces, routes=frozenset(routes),
    )  # fmt: skip


def following(zone: int) -> int | None:
    """Return the zone that the matrix lets a zone use services of: the next one, for every second."""
    return zone + 1 if zone % 2 == 0 else None


def ports_of(zone: int) -> tuple[tuple[int, int], ...]:
    """Return the tcp ports that a zone offers."""
    return ((443, 443), (8000 + zone, 8000 + zone))


def _policy() -> dict[tuple[str, str], PolicyCell]:
    cells = {}
    for source, slug in enumerate(ZONES):
        for target, other in enumerate(ZONES):
            action, permits = Action.DENY, ()
            if source == target:
                action, permits = Action.ALLOW, (Permit("any"),)
            elif following(source) == target:
                action, permits = Action.FIREWALL, (Permit("tcp", ports_of(target)),)
            cells[slug, other] = PolicyCell(slug, other, action, str(action), permits, _HERE)
    return cells


def rules(site: int) -> dict[tuple[str, str], tuple[Filter, ...]]:
    """Return the fifty rules of a site's firewall: 42 as the matrix asks, 8 of its own before them."""
    found = {pair: list(lines) for pair, lines in _MATRIX.items()}
    for number, zone in enumerate((0, 2, 4, 6)):
        server, client = host(subnet(zone + 1, site), 10 + number), host(subnet(zone, site), (site + number) % 50 + 5)
        one = {"sources": (IPv4Network(client),), "destinations": (IPv4Network(server),)}
        own = [
            Filter(Verdict.DENY, "tcp", ports=((1, 442), (444, 7999)), log=True, **one),
            Filter(Verdict.PERMIT, "tcp", ports=((443, 443),), **one),
        ]
        found[ZONES[zone], ZONES[zone + 1]][:0] = own
    return {pair: _MATRIX[pair] if len(lines) == len(_MATRIX[pair]) else tuple(lines) for pair, lines in found.items()}


def _matrix() -> dict[tuple[str, str], tuple[Filter, ...]]:
    """Return what every firewall has: the matrix inside the site, towards the VPN and from it."""
    found: dict[tuple[str, str], list[Filter]] = {}
    for zone, slug in enumerate(ZONES):
        found.setdefault((slug, vpn(zone)), []).append(Filter(Verdict.PERMIT, destinations=(whole(zone),)))
        found.setdefault((vpn(zone), slug), []).append(Filter(Verdict.PERMIT, sources=(whole(zone),)))
        target = following(zone)
        if target is not None:
            service = Filter(Verdict.PERMIT, "tcp", ports=ports_of(target))
            found.setdefault((slug, ZONES[target]), []).append(service)
            there = Filter(Verdict.PERMIT, "tcp", destinations=(whole(target),), ports=ports_of(target))
            found.setdefault((slug, vpn(zone)), []).append(there)
            here = Filter(Verdict.PERMIT, "tcp", sources=(whole(zone),), ports=ports_of(target))
            found.setdefault((vpn(target), ZONES[target]), []).append(here)
    return {pair: tuple(lines) for pair, lines in found.items()}


_MATRIX = _matrix()
