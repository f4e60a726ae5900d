"""Routing boxes, compiled: longest-prefix routes, filters and zone policies of one device as packet-set operations.

Interfaces that treat packets alike are one class: with 30 sub-interfaces in one firewall zone the zone's rules are
applied once, not 30 times 210.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from govnet.config.model import InterfaceKind, Verdict
from govnet.isolation import intervals
from govnet.isolation.filters import permitted
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.model import AclBinding, DeviceConfig, Filter, StaticRoute
    from govnet.isolation.intervals import Intervals

_LONGEST_CHAIN = 8
"""Static routes that may resolve over one another before the route is taken as dead."""

_Table = dict["IPv4Network", list[tuple[str, "IPv4Address | None", "StaticRoute | None"]]]

LOCAL = ""
"""Stands for "no interface": packets that the router itself sends."""


class Treatment(NamedTuple):
    """How an interface treats packets in one direction; equal for interfaces of one class.

    ``name`` is set only where a rule of the firewall's prelude names this very interface.
    """

    vrf: str
    acls: tuple[AclBinding, ...]
    zones: frozenset[str]
    name: str


class Exit(NamedTuple):
    """A compiled route: where packets to ``destinations`` go; ``next_hop`` None means they are delivered there."""

    destinations: Intervals
    interface: str
    next_hop: IPv4Address | None
    prefix: IPv4Network
    route: StaticRoute | None


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines that a firewall goes through between two interfaces: (source zone, target zone, index) and filter.

    The zones are empty for lines of the prelude.
    """

    keys: tuple[tuple[str, str, int], ...]
    lines: tuple[Filter, ...]


class Router:
    """One device's routing, with all its routing instances."""

    def __init__(self, device: str, config: DeviceConfig) -> None:
        self.device, self.config = device, config
        self._named = self._named_interfaces()
        self.own = {name: intervals.of_addresses(a.ip for a in i.addresses) for name, i in config.interfaces.items()}
        vrfs = {"", *(interface.vrf for interface in config.interfaces.values())}
        self._addresses = {vrf: self._own_in(vrf) for vrf in vrfs}
        self._exits = {vrf: self._compile(vrf) for vrf in vrfs}
        self._into = {name: self._treatment(name, "in") for name in config.interfaces}
        self._out = {name: self._treatment(name, "out") for name in config.interfaces}
        self._groups = {vrf: self._grouped(exits) for vrf, exits in self._exits.items()}
        self._permitted: dict[tuple[Treatment | None, Treatment, bool], PacketSet] = {}

    def _named_interfaces(self) -> frozenset[str]:
        prelude = self.config.firewall.prelude if self.config.firewall else ()
        return frozenset(name for line in prelude for name in (*line.incoming, *line.outgoing))

    def _treatment(self, name: str, direction: str) -> Treatment:
        interface = self.config.interfaces[name]
        targets = {name, interface.parent} if interface.parent else {name}
        acls = sorted(b for b in self.config.bindings if b.direction == direction and b.target in targets)
        firewall = self.config.firewall
        zones = frozenset(z for z, members in firewall.zones.items() if name in members) if firewall else frozenset()
        return Treatment(interface.vrf, tuple(acls), zones, name if name in self._named else "")

    def entrance(self, interface: str) -> Treatment | None:
        """Return the class of an interface for packets that come in; None for `LOCAL`."""
        return self._into[interface] if interface else None

    def exits(self, vrf: str) -> tuple[Exit, ...]:
        """Return the compiled routes of a routing instance; their destinations are disjoint, except equal-cost ones."""
        return self._exits.get(vrf, ())

    def addresses(self, vrf: str) -> Intervals:
        """Return all of the box's own addresses in a routing instance."""
        return self._addresses.get(vrf, intervals.NONE)

    def _own_in(self, vrf: str) -> Intervals:
        own = (self.own[name] for name, interface in self.config.interfaces.items() if interface.vrf == vrf)
        return intervals.normal(piece for part in own for piece in part)

    def _compile(self, vrf: str) -> tuple[Exit, ...]:
        """Return the routes of one instance, the longest prefix first; equal-cost routes share their destinations.

        A route of the instance's own wins over one that is leaked to it: static routes have preference 60, leaked
        ones arrive by BGP with 255 (VRP's defaults).
        """
        leaked: _Table = {}
        for source in self._sources(vrf):
            for prefix, ways in self._table(source).items():
                leaked.setdefault(prefix, []).extend(ways)
        found = leaked | self._table(vrf)
        exits, taken = [], self._addresses[vrf]  # what is for the box itself goes nowhere
        for prefix in sorted(found, key=lambda net: (-net.prefixlen, net)):
            whole = intervals.of_networks([prefix])
            free = intervals.difference(whole, taken)
            taken = intervals.union(taken, whole)
            exits += [Exit(free, name, hop, prefix, route) for name, hop, route in found[prefix] if free]
        return tuple(exits)

    def _sources(self, vrf: str) -> list[str]:
        """Return the other instances whose routes appear in ``vrf``: it imports one of their route targets."""
        imports = self.config.vrfs[vrf].imports if vrf in self.config.vrfs else frozenset()
        return [name for name, other in self.config.vrfs.items() if name != vrf and other.exports & imports]

    def _table(self, vrf: str) -> _Table:
        """Return the routes that an instance has by itself; what is connected wins over a static route."""
        found: _Table = {}
        for route in sorted(r for r in self.config.routes if r.vrf == vrf and r.next_hop):
            for interface, hop in self._resolve(vrf, route.next_hop):
                found.setdefault(route.prefix, []).append((interface, hop, route))
        for route in (r for r in self.config.routes if r.vrf == vrf and not r.next_hop):
            found.setdefault(route.prefix, [])
        connected: _Table = {}
        for name, prefix in self._connected(vrf):
            connected.setdefault(prefix, []).append((name, None, None))
        return found | connected

    def _connected(self, vrf: str) -> Iterator[tuple[str, IPv4Network]]:
        for name, interface in self.config.interfaces.items():
            if interface.vrf == vrf and interface.kind is not InterfaceKind.LOOPBACK:
                yield from ((name, address.network) for address in interface.addresses)

    def _resolve(self, vrf: str, hop: IPv4Address | None, depth: int = 0) -> list[tuple[str, IPv4Address]]:
        """Return (interface, neighbour) over which a next hop is reached, also through other static routes."""
        if hop is None or depth == _LONGEST_CHAIN:
            return []
        direct = [(net.prefixlen, name) for name, net in self._connected(vrf) if hop in net]
        if direct:
            best = max(length for length, _ in direct)
            return [(name, hop) for length, name in direct if length == best]
        via = [r for r in self.config.routes if r.vrf == vrf and hop in r.prefix and r.next_hop and r.next_hop != hop]
        longest = max((r.prefix.prefixlen for r in via), default=0)
        return [way for r in via if r.prefix.prefixlen == longest for way in self._resolve(vrf, r.next_hop, depth + 1)]

    def _grouped(self, exits: tuple[Exit, ...]) -> list[tuple[Treatment, Intervals, list[Exit]]]:
        groups: dict[Treatment, list[Exit]] = {}
        for leave in exits:
            groups.setdefault(self._out[leave.interface], []).append(leave)
        return [
            (treatment, intervals.normal(piece for leave in members for piece in leave.destinations), members)
            for treatment, members in groups.items()
        ]

    def forward(
        self, entrance: Treatment | None, packets: PacketSet, *, established: bool
    ) -> Iterator[tuple[Exit, PacketSet]]:
        """Yield (exit, packets) for everything that gets through the box.

        Args:
            entrance: class of the interface that the packets came in by; None when the box itself sends them.
            packets: what came in, already through the filters of the interface, not for the box itself.
            established: packets of open sessions; the others open one.
        """
        vrf = entrance.vrf if entrance else ""
        for treatment, destinations, members in self._groups.get(vrf, ()):
            towards = packets.towards(destinations)
            passed = towards and towards.intersection(self._through(entrance, treatment, established=established))
            for leave in members if passed else ():
                part = passed.towards(leave.destinations) if len(members) > 1 else passed
                if part:
                    yield leave, part

    def incoming(self, entrance: Treatment | None, packets: PacketSet, *, established: bool) -> PacketSet:
        """Return what the filters on the way in let through."""
        return self._filtered(entrance.acls if entrance else (), packets, established=established)

    def _filtered(self, bindings: tuple[AclBinding, ...], packets: PacketSet, *, established: bool) -> PacketSet:
        for binding in bindings:
            if binding.acl in self.config.acls:
                lines = self.config.acls[binding.acl].filters
                packets = packets.intersection(permitted(lines, binding.default, established=established))
        return packets

    def _through(self, entrance: Treatment | None, leave: Treatment, *, established: bool) -> PacketSet:
        key = (entrance, leave, established)
        if key not in self._permitted:
            passed = self._firewall(entrance, leave, established=established)
            self._permitted[key] = self._filtered(leave.acls, passed, established=established)
        return self._permitted[key]

    def _firewall(self, entrance: Treatment | None, leave: Treatment, *, established: bool) -> PacketSet:
        """Return what the zone policy lets through; it is stateful, and does not look at what the box itself sends."""
        if self.config.firewall is None or entrance is None or established:
            return PacketSet.everything()
        chains = self.chains(entrance, leave)
        return PacketSet().union(*(permitted(chain.lines, Verdict.DENY) for chain in chains))

    def chains(self, entrance: Treatment, leave: Treatment) -> list[Chain]:
        """Return the rule lists that a session goes through, one for each pair of zones; any of them may permit it."""
        firewall = self.config.firewall
        if firewall is None:
            return []
        front = [
            ((("", "", index)), line) for index, line in enumerate(firewall.prelude) if _applies(line, entrance, leave)
        ]
        found = []
        for pair in sorted((s, t) for s in entrance.zones or {""} for t in leave.zones or {""}):
            rules = [((*pair, index), line) for index, line in enumerate(firewall.pairs.get(pair, ()))]
            keys, lines = zip(*front, *rules, strict=True) if front or rules else ((), ())
            found.append(Chain(tuple(keys), tuple(lines)))
        return found

    def leaving(self, interface: str) -> Treatment:
        """Return the class of an interface for packets that go out."""
        return self._out[interface]


def _applies(line: Filter, entrance: Treatment, leave: Treatment) -> bool:
    inward = not line.incoming or entrance.name in line.incoming
    return inward and (not line.outgoing or leave.name in line.outgoing)
