"""Routing boxes, compiled: longest-prefix routes, filters and zone policies of one device as packet-set operations.

Interfaces that treat packets alike are one class: with 30 sub-interfaces in one firewall zone the zone's rules are
applied once, not 30 times 210.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from govnet.config.filtering import Verdict
from govnet.isolation import intervals
from govnet.isolation.filters import permitted
from govnet.isolation.packets import PacketSet
from govnet.isolation.routes import LOCAL, Exit, Imported, Routes
from govnet.isolation.translation import Translator, applies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.config.filtering import AclBinding, Filter, Nat
    from govnet.config.model import DeviceConfig
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.likeness import Likeness

_NONE = PacketSet()
_ALL = PacketSet.everything()


class Treatment(NamedTuple):
    """How an interface treats packets in one direction; equal for interfaces of one class.

    ``name`` is set only where a rule names this very interface, or where translation gives packets its address.
    """

    vrf: str
    acls: tuple[AclBinding, ...]
    zones: frozenset[str]
    name: str


class Group(NamedTuple):
    """The exits of one routing instance over one class of interfaces: one exit for each next hop."""

    leave: Treatment
    destinations: Intervals
    exits: list[Exit]


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines that a firewall goes through between two interfaces: (source zone, target zone, index) and filter.

    The zones are empty for lines of the prelude.
    """

    keys: tuple[tuple[str, str, int], ...]
    lines: tuple[Filter, ...]


class _Table(NamedTuple):
    """A routing instance: its groups of exits, and every piece of their destinations in order, with its group."""

    groups: list[Group]
    starts: list[int]
    ends: list[int]
    numbers: list[int]
    routed: Intervals


class Router:
    """One device's routing, with all its routing instances."""

    def __init__(
        self,
        device: str,
        config: DeviceConfig,
        imported: Sequence[Imported] = (),
        nat: Sequence[Nat] = (),
        likeness: Likeness | None = None,
    ) -> None:
        self.device, self.config, self.imported, self.nat = device, config, tuple(imported), tuple(nat)
        self.own = {name: intervals.of_addresses(i.addresses) for name, i in config.interfaces.items()}
        self._routes = Routes(config, self.imported)
        self._classify()
        self._tables: dict[str, _Table] = {}
        self._permitted: dict[tuple[Treatment | None, Treatment, bool], PacketSet] = {}
        self.translator = Translator(self.nat, self.own) if nat else None
        self.likeness = None if nat else likeness

    def _classify(self) -> None:
        """Put interfaces into classes; one value stands for both directions where they are equal."""
        firewall = self.config.firewall
        zones: dict[str, set[str]] = {}
        for zone, members in firewall.zones.items() if firewall else ():
            for name in members:
                zones.setdefault(name, set()).add(zone)
        named = self._named_interfaces()
        self._limited = firewall is not None and bool(firewall.prelude or named)
        self._into: dict[str, Treatment] = {}
        self._out: dict[str, Treatment] = {LOCAL: backbone("")}
        for name, interface in self.config.interfaces.items():
            targets = {name, interface.parent} if interface.parent else {name}
            here = sorted(b for b in self.config.bindings if b.target in targets) if self.config.bindings else []
            into, out = (tuple(b for b in here if b.direction == direction) for direction in ("in", "out"))
            same = frozenset(zones.get(name, ())), name if name in named else ""
            self._into[name] = _one_value(Treatment(interface.vrf, into, *same))
            self._out[name] = _one_value(Treatment(interface.vrf, out, *same))

    def _named_interfaces(self) -> frozenset[str]:
        firewall = self.config.firewall
        chains = [firewall.prelude, *firewall.pairs.values()] if firewall else []
        chains.append(tuple(one.match for one in self.nat))
        limited = (line for lines in chains for line in lines if line.incoming or line.outgoing)
        named = {name for line in limited for name in (*line.incoming, *line.outgoing)}
        if any(one.address is None for one in self.nat):
            named |= self.config.interfaces.keys()
        return frozenset(named)

    def same_entrances(self, other: Router) -> bool:
        """Return whether another router of this device has the same classes of interfaces, so that paths compare."""
        return (self._into, self._out) == (other._into, other._out)

    def take_over(self, before: Router) -> None:
        """Take over the routing instances of another state of this device that have the routes that they had."""
        one, other = before.config, self.config
        if one.routes == other.routes and one.interfaces == other.interfaces and self.same_entrances(before):
            tables = before._tables.items()
            self._tables |= {vrf: table for vrf, table in tables if self._routes.same(before._routes, vrf)}

    def entrance(self, interface: str) -> Treatment | None:
        """Return the class of an interface for packets that come in; None for `LOCAL`."""
        return self._into[interface] if interface else None

    def entrances(self) -> set[Treatment | None]:
        """Return every class that packets may come in by: interfaces, the backbone, and None for the router itself."""
        vrfs = {"", *self.config.vrfs}
        return {None, *self._into.values(), *(backbone(vrf) for vrf in vrfs)}

    def leaving(self, interface: str) -> Treatment:
        """Return the class of an interface for packets that go out."""
        return self._out[interface]

    def exits(self, vrf: str) -> Sequence[Exit]:
        """Return the routes of a routing instance; their destinations are disjoint, except equal-cost ones."""
        return self._routes.exits(vrf)

    def addresses(self, vrf: str) -> Intervals:
        """Return all of the box's own addresses in a routing instance."""
        return self._routes.own(vrf)

    def routed(self, vrf: str) -> Intervals:
        """Return the destinations that an instance has any route for, its own addresses among them."""
        return self._table(vrf).routed

    def groups(self, vrf: str) -> list[Group]:
        """Return an instance's exits by class of interface; those with the same next hop are made one."""
        return self._table(vrf).groups

    def _table(self, vrf: str) -> _Table:
        if vrf not in self._tables:
            groups = self._grouped(vrf)
            pieces = sorted((low, high, n) for n, group in enumerate(groups) for low, high in group.destinations)
            routed = intervals.normal([*((low, high) for low, high, _ in pieces), *self._routes.own(vrf)])
            starts, ends, numbers = ([piece[side] for piece in pieces] for side in range(3))
            self._tables[vrf] = _Table(groups, starts, ends, numbers, routed)
        return self._tables[vrf]

    def _grouped(self, vrf: str) -> list[Group]:
        first: dict[Treatment, dict[object, Exit]] = {}
        pieces: dict[object, list[tuple[int, int]]] = {}
        for ways, free in self._routes.compiled(vrf):
            for way in ways:
                hop = way.hop
                if hop not in pieces:
                    first.setdefault(self._out[way.interface], {})[hop] = Exit((), *way)
                    pieces[hop] = []
                pieces[hop] += free
        found = []
        for leave, hops in first.items():
            exits = [one._replace(destinations=intervals.normal(pieces[hop])) for hop, one in hops.items()]
            whole = intervals.normal(piece for one in exits for piece in one.destinations)
            found.append(Group(leave, exits[0].destinations if len(exits) == 1 else whole, exits))
        return found

    def _meeting(self, table: _Table, packets: PacketSet) -> Sequence[int]:
        """Return the groups of exits that some of the packets are for."""
        found: set[int] = set()
        starts, ends, groups = table.starts, table.ends, table.numbers
        whole, last = len(table.groups), len(starts)
        for side in {block[1] for block in packets.blocks}:
            for low, high in side:
                at = max(0, bisect_right(starts, low) - whole)  # equal-cost pieces may overlap, one a group at most
                while at < last and starts[at] <= high:
                    if ends[at] >= low:
                        found.add(groups[at])
                        if len(found) == whole:
                            return range(whole)
                    at += 1
        return sorted(found)

    def _open(self, entrance: Treatment | None, groups: list[Group], *, established: bool) -> Sequence[int]:
        """Return the groups of exits that the zone policy may let something to."""
        firewall, numbers = self.config.firewall, range(len(groups))
        if firewall is None or firewall.prelude or established or entrance is None:
            return numbers
        targets = frozenset[str]().union(*(self._targets.get(source, ()) for source in entrance.zones or ("",)))
        return [n for n in numbers if not targets.isdisjoint(groups[n].leave.zones or ("",))]

    @cached_property
    def _targets(self) -> dict[str, list[str]]:
        """Source zone -> the zones that some rule is about towards; empty without a firewall."""
        found: dict[str, list[str]] = {}
        for source, target in self.config.firewall.pairs if self.config.firewall else ():
            found.setdefault(source, []).append(target)
        return found

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
        table = self._table(entrance.vrf if entrance else "")
        found = self._meeting(table, packets) if closed else self._open(entrance, table.groups, established=established)
        for number in found:
            leave, destinations, exits = table.groups[number]
            towards = packets.towards(destinations)
            if towards:
                through = self.through(entrance, leave, established=established)
                yield leave, exits, towards, towards.intersection(through)

    def incoming(self, entrance: Treatment | None, packets: PacketSet, *, established: bool) -> PacketSet:
        """Return what the filters on the way in let through."""
        return self._filtered(entrance.acls if entrance else (), packets, established=established)

    def _filtered(self, bindings: tuple[AclBinding, ...], packets: PacketSet, *, established: bool) -> PacketSet:
        for binding in bindings:
            if binding.acl in self.config.acls and packets:
                lines = self.config.acls[binding.acl].filters
                packets = packets.intersection(permitted(lines, binding.default, established=established))
        return packets

    def through(self, entrance: Treatment | None, leave: Treatment, *, established: bool) -> PacketSet:
        """Return what the zone policy and the filters on the way out let through between two classes of interfaces."""
        key = (entrance, leave, established)
        if key not in self._permitted:
            passed = _ALL if established else self.zone_policy(entrance, leave)
            self._permitted[key] = self._filtered(leave.acls, passed, established=established)
        return self._permitted[key]

    def zone_policy(self, entrance: Treatment | None, leave: Treatment) -> PacketSet:
        """Return what the zone policy lets open a session; it does not look at what the box itself sends."""
        if self.config.firewall is None or entrance is None:
            return _ALL
        firewall = self.config.firewall
        if self._limited:
            lists = [chain.lines for chain in self.chains(entrance, leave)]
        else:  # then no line knows more than the zones
            pairs = ((source, target) for source in entrance.zones or ("",) for target in leave.zones or ("",))
            lists = [firewall.pairs.get(pair, ()) for pair in pairs]
        passed = [permitted(lines, Verdict.DENY) for lines in lists if lines]
        return passed[0] if len(passed) == 1 else _NONE.union(*passed)

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


@lru_cache(maxsize=4096)
def _one_value(treatment: Treatment) -> Treatment:
    """Return the one value that stands for all equal ones, of many routers mostly."""
    return treatment


def backbone(vrf: str) -> Treatment:
    """Return the class of packets that come over the backbone into a routing instance, or go there: no filter."""
    return Treatment(vrf, (), frozenset(), "")
