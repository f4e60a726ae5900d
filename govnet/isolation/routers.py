"""Routing boxes, compiled: longest-prefix routes, filters and zone policies of one device as packet-set operations.

Interfaces that treat packets alike are one class: with 30 sub-interfaces in one firewall zone the zone's rules are
applied once, not 30 times 210.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from govnet.config.model import InterfaceKind, Verdict
from govnet.isolation import intervals
from govnet.isolation.filters import permitted
from govnet.isolation.packets import PacketSet
from govnet.isolation.translation import Translator, applies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.model import AclBinding, DeviceConfig, Filter, Nat, StaticRoute
    from govnet.isolation.intervals import Intervals

_LONGEST_CHAIN = 8
"""Static routes that may resolve over one another before the route is taken as dead."""

_Way = tuple[str, "IPv4Address | None", "StaticRoute | None", "Instance | None"]
_Table = dict["IPv4Network", list[_Way]]

_NONE = PacketSet()

LOCAL = ""
"""Stands for "no interface": packets that the router itself sends."""


class Treatment(NamedTuple):
    """How an interface treats packets in one direction; equal for interfaces of one class.

    ``name`` is set only where a rule names this very interface, or where translation gives packets its address.
    """

    vrf: str
    acls: tuple[AclBinding, ...]
    zones: frozenset[str]
    name: str


class Instance(NamedTuple):
    """A routing instance of a device."""

    device: str
    vrf: str


class Imported(NamedTuple):
    """A route that an instance takes over from another device, by a route target of both."""

    vrf: str
    prefix: IPv4Network
    origin: Instance


class Exit(NamedTuple):
    """A compiled route: where packets to ``destinations`` go; ``next_hop`` None means they are delivered there.

    ``tunnel`` is the routing instance of another device that packets go to over the backbone; no interface then.
    """

    destinations: Intervals
    interface: str
    next_hop: IPv4Address | None
    prefix: IPv4Network
    route: StaticRoute | None
    tunnel: Instance | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines that a firewall goes through between two interfaces: (source zone, target zone, index) and filter.

    The zones are empty for lines of the prelude.
    """

    keys: tuple[tuple[str, str, int], ...]
    lines: tuple[Filter, ...]


class Router:
    """One device's routing, with all its routing instances."""

    def __init__(
        self, device: str, config: DeviceConfig, imported: Sequence[Imported] = (), nat: Sequence[Nat] = ()
    ) -> None:
        self.device, self.config, self.imported, self.nat = device, config, tuple(imported), tuple(nat)
        self._named = self._named_interfaces()
        self.own = {name: intervals.of_addresses(a.ip for a in i.addresses) for name, i in config.interfaces.items()}
        vrfs = {"", *config.vrfs, *(interface.vrf for interface in config.interfaces.values())}
        self._addresses = {vrf: self._own_in(vrf) for vrf in vrfs}
        self._routed: dict[str, Intervals] = {}
        self._subnets: dict[str, tuple[list[int], dict[tuple[int, int], list[str]]]] = {}
        self._exits = {vrf: self._compile(vrf) for vrf in vrfs}
        self._into = {name: self._treatment(name, "in") for name in config.interfaces}
        self._out = {name: self._same(self._treatment(name, "out"), name) for name in config.interfaces}
        self._out[LOCAL] = backbone("")
        self._groups = {vrf: self._grouped(exits) for vrf, exits in self._exits.items()}
        self._permitted: dict[tuple[Treatment | None, Treatment, bool], PacketSet] = {}
        self._index: dict[str, tuple[list[int], list[int], list[int]]] = {}
        self.translator = Translator(self.nat, self.own) if nat else None

    def _named_interfaces(self) -> frozenset[str]:
        firewall = self.config.firewall
        lines = [*firewall.prelude, *(line for rules in firewall.pairs.values() for line in rules)] if firewall else []
        lines += [one.match for one in self.nat]
        named = {name for line in lines for name in (*line.incoming, *line.outgoing)}
        if any(one.address is None for one in self.nat):
            named |= self.config.interfaces.keys()
        return frozenset(named)

    def _treatment(self, name: str, direction: str) -> Treatment:
        interface = self.config.interfaces[name]
        targets = {name, interface.parent} if interface.parent else {name}
        acls = sorted(b for b in self.config.bindings if b.direction == direction and b.target in targets)
        firewall = self.config.firewall
        zones = frozenset(z for z, members in firewall.zones.items() if name in members) if firewall else frozenset()
        return Treatment(interface.vrf, tuple(acls), zones, name if name in self._named else "")

    def _same(self, treatment: Treatment, name: str) -> Treatment:
        """Return the class for packets that come in, where both are equal: one value is enough."""
        return self._into[name] if self._into[name] == treatment else treatment

    def same_entrances(self, other: Router) -> bool:
        """Return whether another router of this device has the same classes of interfaces, so that paths compare."""
        return (self._into, self._out) == (other._into, other._out)

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
        for one in self.imported:
            if one.vrf == vrf:
                leaked.setdefault(one.prefix, []).append((LOCAL, None, None, one.origin))
        found = leaked | self._table(vrf)
        free = _free(found, self._addresses[vrf])
        exits = tuple(
            Exit(free[prefix], name, hop, prefix, route, tunnel)
            for prefix in found
            for name, hop, route, tunnel in found[prefix]
            if free[prefix]
        )
        routed = [piece for leave in exits for piece in leave.destinations]
        self._routed[vrf] = intervals.normal([*routed, *self._addresses[vrf]])
        return exits

    def routed(self, vrf: str) -> Intervals:
        """Return the destinations that an instance has any route for, its own addresses among them."""
        return self._routed.get(vrf, intervals.NONE)

    def _sources(self, vrf: str) -> list[str]:
        """Return the other instances whose routes appear in ``vrf``: it imports one of their route targets."""
        imports = self.config.vrfs[vrf].imports if vrf in self.config.vrfs else frozenset()
        return [name for name, other in self.config.vrfs.items() if name != vrf and other.exports & imports]

    def announced(self, vrf: str) -> list[IPv4Network]:
        """Return the prefixes that an instance has by itself, and tells those who import its route targets."""
        return [prefix for prefix, ways in self._table(vrf).items() if ways]

    def _table(self, vrf: str) -> _Table:
        """Return the routes that an instance has by itself; what is connected wins over a static route."""
        found: _Table = {}
        for route in sorted(r for r in self.config.routes if r.vrf == vrf and r.next_hop):
            for interface, hop in self._resolve(route.hop_vrf, route.next_hop):
                found.setdefault(route.prefix, []).append((interface, hop, route, None))
        for route in (r for r in self.config.routes if r.vrf == vrf and not r.next_hop):
            found.setdefault(route.prefix, [])
        connected: _Table = {}
        for name, prefix in self._connected(vrf):
            connected.setdefault(prefix, []).append((name, None, None, None))
        return found | connected

    def _connected(self, vrf: str) -> Iterator[tuple[str, IPv4Network]]:
        for name, interface in self.config.interfaces.items():
            if interface.vrf == vrf and interface.kind is not InterfaceKind.LOOPBACK:
                yield from ((name, address.network) for address in interface.addresses)

    def _resolve(self, vrf: str, hop: IPv4Address | None, depth: int = 0) -> list[tuple[str, IPv4Address]]:
        """Return (interface, neighbour) over which a next hop is reached, also through other static routes."""
        if hop is None or depth == _LONGEST_CHAIN:
            return []
        if direct := self._beside(vrf, hop):
            return [(name, hop) for name in direct]
        via = [r for r in self.config.routes if r.vrf == vrf and hop in r.prefix and r.next_hop and r.next_hop != hop]
        longest = max((r.prefix.prefixlen for r in via), default=0)
        chosen = [r for r in via if r.prefix.prefixlen == longest]
        return [way for r in chosen for way in self._resolve(r.hop_vrf, r.next_hop, depth + 1)]

    def _beside(self, vrf: str, hop: IPv4Address) -> list[str]:
        """Return the interfaces with the longest connected prefix that holds an address."""
        if vrf not in self._subnets:
            nets: dict[tuple[int, int], list[str]] = {}
            for name, net in self._connected(vrf):
                nets.setdefault((net.prefixlen, int(net.network_address)), []).append(name)
            self._subnets[vrf] = sorted({length for length, _ in nets}, reverse=True), nets
        lengths, subnets = self._subnets[vrf]
        number = int(hop)
        return next(
            (subnets[key] for length in lengths if (key := (length, number >> 32 - length << 32 - length)) in subnets),
            [],
        )

    def _grouped(self, exits: tuple[Exit, ...]) -> list[tuple[Treatment, Intervals, list[Exit]]]:
        """Return exits by class of interface; those with the same next hop are made one."""
        groups: dict[Treatment, dict[object, list[Exit]]] = {}
        for leave in exits:
            hop = (leave.interface, leave.next_hop, leave.tunnel)
            groups.setdefault(self._out[leave.interface], {}).setdefault(hop, []).append(leave)
        found = []
        for treatment, hops in groups.items():
            members = [
                same[0]._replace(destinations=intervals.normal(piece for one in same for piece in one.destinations))
                for same in hops.values()
            ]
            whole = intervals.normal(piece for leave in members for piece in leave.destinations)
            found.append((treatment, whole, members))
        return found

    def _indexed(self, vrf: str) -> tuple[list[int], list[int], list[int]]:
        """Return starts, ends and group of every piece of an instance's destinations, in order."""
        groups = self._groups.get(vrf, ())
        pieces = sorted((low, high, n) for n, (_, whole, _) in enumerate(groups) for low, high in whole)
        return [low for low, _, _ in pieces], [high for _, high, _ in pieces], [n for _, _, n in pieces]

    def _meeting(self, vrf: str, packets: PacketSet) -> Sequence[int]:
        """Return the groups of exits that some of the packets are for."""
        if vrf not in self._index:
            self._index[vrf] = self._indexed(vrf)
        starts, ends, groups = self._index[vrf]
        found: set[int] = set()
        whole, last = len(self._groups.get(vrf, ())), len(starts)
        for low, high in (piece for block in packets.blocks for piece in block[1]):
            at = max(0, bisect_right(starts, low) - whole)  # equal-cost pieces may overlap, one a group at most
            while at < last and starts[at] <= high:
                if ends[at] >= low:
                    found.add(groups[at])
                    if len(found) == whole:
                        return range(whole)
                at += 1
        return sorted(found)

    def _open(self, entrance: Treatment | None, *, established: bool) -> Sequence[int]:
        """Return the groups of exits that the zone policy may let something to."""
        vrf = entrance.vrf if entrance else ""
        firewall, numbers = self.config.firewall, range(len(self._groups.get(vrf, ())))
        if firewall is None or firewall.prelude or established or entrance is None:
            return numbers
        sources = entrance.zones or {""}
        targets = {target for source, target in firewall.pairs if source in sources}
        return [n for n in numbers if not targets.isdisjoint(self._groups[vrf][n][0].zones or {""})]

    def ways(
        self, entrance: Treatment | None, packets: PacketSet, *, established: bool, closed: bool = True
    ) -> Iterator[tuple[Treatment, list[Exit], PacketSet, PacketSet]]:
        """Yield (class of interfaces, its exits, packets routed there, those of them that get through the filters).

        Args:
            entrance: class of the interface that the packets came in by; None when the box itself sends them.
            packets: what came in, already through the filters of the interface, not for the box itself.
            established: packets of open sessions; the others open one.
            closed: tell also where nothing at all gets through.
        """
        vrf = entrance.vrf if entrance else ""
        numbers = self._meeting(vrf, packets) if closed else self._open(entrance, established=established)
        for number in numbers:
            treatment, destinations, members = self._groups[vrf][number]
            towards = packets.towards(destinations)
            if towards:
                through = self._through(entrance, treatment, established=established)
                yield treatment, members, towards, towards.intersection(through)

    def incoming(self, entrance: Treatment | None, packets: PacketSet, *, established: bool) -> PacketSet:
        """Return what the filters on the way in let through."""
        return self._filtered(entrance.acls if entrance else (), packets, established=established)

    def _filtered(self, bindings: tuple[AclBinding, ...], packets: PacketSet, *, established: bool) -> PacketSet:
        for binding in bindings:
            if binding.acl in self.config.acls and packets:
                lines = self.config.acls[binding.acl].filters
                packets = packets.intersection(permitted(lines, binding.default, established=established))
        return packets

    def _through(self, entrance: Treatment | None, leave: Treatment, *, established: bool) -> PacketSet:
        key = (entrance, leave, established)
        if key not in self._permitted:
            passed = PacketSet.everything() if established else self.zone_policy(entrance, leave)
            self._permitted[key] = self._filtered(leave.acls, passed, established=established)
        return self._permitted[key]

    def zone_policy(self, entrance: Treatment | None, leave: Treatment) -> PacketSet:
        """Return what the zone policy lets open a session; it does not look at what the box itself sends."""
        if self.config.firewall is None or entrance is None:
            return PacketSet.everything()
        firewall = self.config.firewall
        pairs = ((source, target) for source in entrance.zones or ("",) for target in leave.zones or ("",))
        if not firewall.prelude and not any(pair in firewall.pairs for pair in pairs):
            return _NONE
        chains = [chain for chain in self.chains(entrance, leave) if chain.lines]
        passed = [permitted(chain.lines, Verdict.DENY) for chain in chains]
        return passed[0] if len(passed) == 1 else PacketSet().union(*passed)

    def chains(self, entrance: Treatment, leave: Treatment) -> list[Chain]:
        """Return the rule lists that a session goes through, one for each pair of zones; any of them may permit it."""
        firewall = self.config.firewall
        if firewall is None:
            return []
        front = [(("", "", index), line) for index, line in enumerate(firewall.prelude)]
        found = []
        for pair in sorted((s, t) for s in entrance.zones or {""} for t in leave.zones or {""}):
            rules = [((*pair, index), line) for index, line in enumerate(firewall.pairs.get(pair, ()))]
            here = [(key, line) for key, line in (*front, *rules) if applies(line, entrance, leave)]
            keys, lines = zip(*here, strict=True) if here else ((), ())
            found.append(Chain(tuple(keys), tuple(lines)))
        return found

    def leaving(self, interface: str) -> Treatment:
        """Return the class of an interface for packets that go out."""
        return self._out[interface]


def _free(prefixes: Iterable[IPv4Network], own: Intervals) -> dict[IPv4Network, Intervals]:
    """Return what of each prefix no longer prefix holds, nor any of the box's ``own`` addresses.

    Prefixes lie inside one another or apart, so one sweep in the order of addresses sees each with what is inside it.
    """
    bounds = [(int(net.network_address), -int(net.broadcast_address), net) for net in prefixes]
    marks: list[tuple[int, int, IPv4Network | None]] = [
        *bounds,
        *((at, -at, None) for low, high in own for at in range(low, high + 1)),
    ]
    inside: dict[IPv4Network, list[tuple[int, int]]] = {net: [] for *_, net in bounds}
    around: list[tuple[int, IPv4Network | None]] = []
    for low, high, net in sorted(marks, key=lambda mark: (mark[0], mark[1], mark[2] is None)):
        while around and around[-1][0] < low:
            around.pop()
        if around and around[-1][1] is not None:
            inside[around[-1][1]].append((low, -high))
        around.append((-high, net))
    return {net: intervals.difference(((low, -high),), intervals.normal(inside[net])) for low, high, net in bounds}


def backbone(vrf: str) -> Treatment:
    """Return the class of packets that come over the backbone into a routing instance, or go there: no filter."""
    return Treatment(vrf, (), frozenset(), "")
