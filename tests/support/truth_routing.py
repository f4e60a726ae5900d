"""What one router does with one packet: filters, routes, zones, in the order in which a box looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govnet.config.filtering import Verdict
from govnet.config.routing import InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.filtering import Filter
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface

TCP, UDP = 6, 17
NUMBERS = {"icmp": 1, "tcp": TCP, "udp": UDP, "gre": 47}
TURNS = 8
"""Static routes that may lean on one another before a box gives up."""


class Probe(NamedTuple):
    """One packet; ports are 0 where the protocol has none."""

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    source_port: int
    port: int

    def answer(self) -> Probe:
        """Return the packet that comes back."""
        return Probe(self.destination, self.source, self.protocol, self.port, self.source_port)


class Left(NamedTuple):
    """A packet that a router sends on: by which interface, to which neighbour (None: to whom it is meant for)."""

    interface: str
    hop: IPv4Address | None


class Route(NamedTuple):
    """A line of a routing table; the smaller ``cost`` wins among equal prefixes. ``left`` None discards."""

    prefix: IPv4Network
    cost: int
    left: Left | None


CONNECTED, STATIC, IMPORTED = 0, 1, 2


def own(interface: IpInterface) -> list[IPv4Address]:
    """Return an interface's addresses."""
    return [address.ip for address in interface.addresses]


def routed_on(config: DeviceConfig, came: str, probe: Probe, remembered: bool | None) -> Iterator[Left]:  # noqa: FBT001 - three answers
    """Yield how a packet that came in by an interface leaves the box; nothing when the box keeps or drops it.

    ``remembered``: None for a packet that opens a session; for an answer, whether this box's firewall saw it opened.
    """
    answer = remembered is not None
    vrf = config.interfaces[came].vrf
    mine = [address for i in config.interfaces.values() if i.vrf == vrf for address in own(i)]
    if not config.forwarding or probe.destination in mine or not _acls_pass(config, came, "in", probe, answer=answer):
        return
    for left in _lookup(config, vrf, probe.destination):
        allowed = remembered if answer else _zones_pass(config, came, left.interface, probe)
        passes = config.firewall is None or allowed
        if passes and _acls_pass(config, left.interface, "out", probe, answer=answer):
            yield left


def _lookup(config: DeviceConfig, vrf: str, destination: IPv4Address) -> list[Left]:
    table = list(_table(config, vrf, foreign=False))
    imports = config.vrfs[vrf].imports if vrf in config.vrfs else frozenset()
    for name, other in config.vrfs.items():
        if name != vrf and not imports.isdisjoint(other.exports):
            table += _table(config, name, foreign=True)
    fitting = [route for route in table if destination in route.prefix]
    if not fitting:
        return []
    longest = max(route.prefix.prefixlen for route in fitting)
    fitting = [route for route in fitting if route.prefix.prefixlen == longest]
    cheapest = min(route.cost for route in fitting)
    return [route.left for route in fitting if route.cost == cheapest and route.left]


def _table(config: DeviceConfig, vrf: str, *, foreign: bool) -> Iterator[Route]:
    """Yield the routes of an instance; to others (``foreign``) it tells the routes that it uses itself, and no more."""
    connected = {net for _, net in _connected(config, vrf)}
    for name, net in _connected(config, vrf):
        yield Route(net, IMPORTED if foreign else CONNECTED, Left(name, None))
    for route in config.routes:
        if route.vrf != vrf or (foreign and route.prefix in connected):
            continue
        cost = IMPORTED if foreign else STATIC
        if route.next_hop is None:
            yield Route(route.prefix, cost, None)
            continue
        for name, hop in _towards(config, vrf, route.next_hop, 0):
            yield Route(route.prefix, cost, Left(name, hop))


def _connected(config: DeviceConfig, vrf: str) -> Iterator[tuple[str, IPv4Network]]:
    for name, interface in config.interfaces.items():
        if interface.vrf == vrf and interface.kind is not InterfaceKind.LOOPBACK:
            yield from ((name, address.network) for address in interface.addresses)


def _towards(config: DeviceConfig, vrf: str, hop: IPv4Address, turn: int) -> list[tuple[str, IPv4Address]]:
    """Return over which interfaces, and to which neighbour, a next hop is reached."""
    near = [(net.prefixlen, name) for name, net in _connected(config, vrf) if hop in net]
    if near:
        return [(name, hop) for length, name in near if length == max(near)[0]]
    over = [r for r in config.routes if r.vrf == vrf and hop in r.prefix and r.next_hop not in (None, hop)]
    longest = max((r.prefix.prefixlen for r in over), default=0)
    found = []
    for route in over if turn < TURNS - 1 else ():
        if route.prefix.prefixlen == longest and route.next_hop:
            found += _towards(config, vrf, route.next_hop, turn + 1)
    return found


def _acls_pass(config: DeviceConfig, name: str, direction: str, probe: Probe, *, answer: bool) -> bool:
    places = {name, config.interfaces[name].parent}
    for binding in config.bindings:
        if binding.direction == direction and binding.target in places and binding.acl in config.acls:
            verdict = _first(config.acls[binding.acl].filters, probe, answer=answer) or binding.default
            if verdict is Verdict.DENY:
                return False
    return True


def _zones_pass(config: DeviceConfig, came: str, leaves: str, probe: Probe) -> bool:
    if config.firewall is None:
        return True
    zone = {name: zone for zone, names in config.firewall.zones.items() for name in names}
    pair = (zone.get(came, ""), zone.get(leaves, ""))
    front = [
        line
        for line in config.firewall.prelude
        if (not line.incoming or came in line.incoming) and (not line.outgoing or leaves in line.outgoing)
    ]
    return _first([*front, *config.firewall.pairs.get(pair, ())], probe, answer=False) is Verdict.PERMIT


def _first(lines: Iterable[Filter], probe: Probe, *, answer: bool) -> Verdict | None:
    """Return what the first line says that a packet matches; None when no line does."""
    return next((line.verdict for line in lines if matches(line, probe, answer=answer)), None)


def matches(line: Filter, probe: Probe, *, answer: bool = False) -> bool:
    """Return whether a filter line matches a packet; ``established`` looks at TCP flags, which only answers have."""
    if line.established and not (answer and probe.protocol == TCP):
        return False
    if line.protocol != "any" and probe.protocol != NUMBERS[line.protocol]:
        return False
    if line.sources and not any(probe.source in net for net in line.sources):
        return False
    if line.destinations and not any(probe.destination in net for net in line.destinations):
        return False
    return _between(line.source_ports, probe.source_port, probe) and _between(line.ports, probe.port, probe)


def _between(ranges: tuple[tuple[int, int], ...], port: int, probe: Probe) -> bool:
    if not ranges:
        return True
    return probe.protocol in (TCP, UDP) and any(low <= port <= high for low, high in ranges)
