"""Routing tables of one device, compiled: for each routing instance which addresses leave by which exit.

Prefixes are pairs of integers here, (first, last) address: they lie inside one another or apart, so one sweep in the
order of addresses cuts them into pieces, each of the longest prefix that holds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govnet.config.routing import InterfaceKind
from govnet.isolation import intervals
from govnet.isolation.intervals import span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.model import DeviceConfig
    from govnet.config.routing import StaticRoute
    from govnet.isolation.intervals import Intervals

_LONGEST_CHAIN = 8
"""Static routes that may resolve over one another before the route is taken as dead."""

_LAST = 2**32 - 1

LOCAL = ""
"""Stands for "no interface": packets that the router itself sends."""

Span = tuple[int, int]
"""First and last address of a prefix."""


class Instance(NamedTuple):
    """A routing instance of a device."""

    device: str
    vrf: str


class Imported(NamedTuple):
    """A route that an instance takes over from another device, by a route target of both."""

    vrf: str
    prefix: IPv4Network
    origin: Instance


class Way(NamedTuple):
    """Where a route leads; ``next_hop`` None means that packets are delivered there.

    ``tunnel`` is the routing instance of another device that packets go to over the backbone; no interface then.
    """

    interface: str
    next_hop: IPv4Address | None
    prefix: IPv4Network
    route: StaticRoute | None
    tunnel: Instance | None

    @property
    def hop(self) -> object:
        """What is the same for all routes that lead to the same place."""
        return self.interface, None if self.next_hop is None else int(self.next_hop), self.tunnel


class Exit(NamedTuple):
    """A compiled route: `Way`, and the addresses that it is the longest prefix for."""

    destinations: Intervals
    interface: str
    next_hop: IPv4Address | None
    prefix: IPv4Network
    route: StaticRoute | None
    tunnel: Instance | None = None


_Table = dict[Span, list[Way]]


class Routes:
    """The routes of one device in all its routing instances; each instance is compiled when somebody asks."""

    def __init__(self, config: DeviceConfig, imported: Sequence[Imported] = ()) -> None:
        self._config, self._imported = config, imported
        self._subnets: dict[str, tuple[list[int], dict[tuple[int, int], list[str]]]] = {}
        self._static: dict[str, list[StaticRoute]] | None = None
        self._own: dict[str, Intervals] = {}
        self._exits: dict[str, list[Exit]] = {}

    def own(self, vrf: str) -> Intervals:
        """Return all of the device's own addresses in a routing instance."""
        if vrf not in self._own:
            here = (i for i in self._config.interfaces.values() if i.vrf == vrf)
            self._own[vrf] = intervals.of_addresses(address for i in here for address in i.addresses)
        return self._own[vrf]

    def same(self, other: Routes, vrf: str) -> bool:
        """Return whether an instance has the same ways as on another state of the device, of the same own routes."""
        ours, theirs = ([one for one in routes._imported if one.vrf == vrf] for routes in (self, other))  # noqa: SLF001 - Routes too
        return ours == theirs and self._sources(vrf) == other._sources(vrf)

    def compiled(self, vrf: str) -> list[tuple[list[Way], list[Span]]]:
        """Return for each prefix of an instance its equal-cost ways, and the pieces that no longer prefix holds.

        A route of the instance's own wins over one that is leaked to it: static routes have preference 60, leaked
        ones arrive by BGP with 255 (VRP's defaults).
        """
        table: _Table = {}
        for source in self._sources(vrf):
            for prefix, ways in self._table(source).items():
                table.setdefault(prefix, []).extend(ways)
        for one in self._imported:
            if one.vrf == vrf:
                table.setdefault(span(one.prefix), []).append(Way(LOCAL, None, one.prefix, None, one.origin))
        table |= self._table(vrf)
        free: dict[Span, list[Span]] = {prefix: [] for prefix in table}
        for low, high, prefix in _pieces(table, self.own(vrf)):
            free[prefix].append((low, high))
        return [(ways, free[prefix]) for prefix, ways in table.items() if free[prefix] and ways]

    def exits(self, vrf: str) -> Sequence[Exit]:
        """Return the routes of an instance; their destinations are disjoint, except of equal-cost ones."""
        if vrf not in self._exits:  # kept for those who follow one packet after another
            self._exits[vrf] = [Exit(tuple(pieces), *way) for ways, pieces in self.compiled(vrf) for way in ways]
        return self._exits[vrf]

    def announced(self, vrf: str) -> list[IPv4Network]:
        """Return the prefixes that an instance has by itself, and tells those who import its route targets."""
        return [ways[0].prefix for ways in self._table(vrf).values() if ways]

    def _sources(self, vrf: str) -> list[str]:
        """Return the other instances whose routes appear in ``vrf``: it imports one of their route targets."""
        imports = self._config.vrfs[vrf].imports if vrf in self._config.vrfs else frozenset()
        return [name for name, other in self._config.vrfs.items() if name != vrf and other.exports & imports]

    def _routes(self, vrf: str) -> list[StaticRoute]:
        if self._static is None:
            self._static = {}
            for route in self._config.routes:
                self._static.setdefault(route.vrf, []).append(route)
            for routes in self._static.values():
                routes.sort(key=_order)
        return self._static.get(vrf, [])

    def _table(self, vrf: str) -> _Table:
        """Return the routes that an instance has by itself; what is connected wins over a static route."""
        found: _Table = {}
        resolved: dict[tuple[str, int], list[tuple[str, IPv4Address]]] = {}
        for route in self._routes(vrf):
            key = route.hop_vrf, int(route.next_hop or 0)
            if key not in resolved:
                resolved[key] = self._resolve(route.hop_vrf, route.next_hop)
            ways = [Way(name, hop, route.prefix, route, None) for name, hop in resolved[key]]
            if ways or not route.next_hop:  # a route to nowhere is none, one that discards is one
                found.setdefault(span(route.prefix), []).extend(ways)
        connected: _Table = {}
        for name, prefix in self._connected(vrf):
            connected.setdefault(span(prefix), []).append(Way(name, None, prefix, None, None))
        return found | connected

    def _connected(self, vrf: str) -> Iterator[tuple[str, IPv4Network]]:
        for name, interface in self._config.interfaces.items():
            if interface.vrf == vrf and interface.kind is not InterfaceKind.LOOPBACK:
                yield from ((name, address.network) for address in interface.addresses)

    def _resolve(self, vrf: str, hop: IPv4Address | None, depth: int = 0) -> list[tuple[str, IPv4Address]]:
        """Return (interface, neighbour) over which a next hop is reached, also through other static routes."""
        if hop is None or depth == _LONGEST_CHAIN:
            return []
        if direct := self._beside(vrf, hop):
            return [(name, hop) for name in direct]
        via = [r for r in self._routes(vrf) if r.next_hop and r.next_hop != hop and hop in r.prefix]
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


def _order(route: StaticRoute) -> tuple[int, int, int, str]:
    return *span(route.prefix), int(route.next_hop or 0), route.into


def _pieces(prefixes: Iterable[Span], own: Intervals) -> Iterator[tuple[int, int, Span]]:
    """Yield (first, last, prefix) of every piece of the address space, in order, without the device's ``own``."""
    marks: list[tuple[int, int, Span | None]] = [(low, -high, (low, high)) for low, high in prefixes]
    marks += [(at, -_LAST - 1, None) for low, high in own for at in range(low, high + 1)]
    marks.sort(key=_mark)
    around: list[Span] = []
    at = 0  # everything before it is told
    for low, _, prefix in marks:
        while around and around[-1][1] < low:
            inner = around.pop()
            if at <= inner[1]:
                yield at, inner[1], inner
                at = inner[1] + 1
        if around and at < low:
            yield at, low - 1, around[-1]
        if prefix is None:
            at = low + 1
        else:
            at = max(at, low)
            around.append(prefix)
    while around:
        inner = around.pop()
        if at <= inner[1]:
            yield at, inner[1], inner
            at = inner[1] + 1


def _mark(mark: tuple[int, int, Span | None]) -> tuple[int, int]:
    return mark[0], mark[1] if mark[2] else 1
