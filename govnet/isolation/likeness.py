"""Routers that are alike but for their addresses: what one makes of packets is worked out once for all of them.

Two routers are alike when the same is said of both once every address is replaced by its place in the order of all
addresses that the router knows. Rules, longest prefixes and sets of packets only ever compare addresses. So where
packets stand to the addresses of two such routers in the same way, the results stand to them in the same way too.
"""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation.intervals import span
from govnet.isolation.placing import Placed, Shape, Standing, Step, Told, told

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from ipaddress import IPv4Network

    from govnet.config.filtering import Filter
    from govnet.config.model import DeviceConfig
    from govnet.isolation.packets import PacketSet
    from govnet.isolation.routes import Imported
    from govnet.isolation.routing import Routed

_END = 2**32
_FEW = 3
"""Fewer routers than this are not worth remembering what the others did."""
_MANY = 4096
"""More different steps than this are not remembered of one kind of router: then its packets are not alike."""
_BOUNDS = 64
"""Packets with more bounds of addresses than this are not told by places: that takes as long as routing them."""


class _Known(NamedTuple):
    """What was done with some packets."""

    shape: Shape
    aside: Shape
    standing: Standing
    step: Step


class _Kind:
    """The routers of one shape: how many there are, and what any of them did with packets so far."""

    def __init__(self) -> None:
        self.members = 0
        self.steps: dict[Hashable, _Known] = {}
        self.last: dict[Hashable, _Known] = {}


class Likenesses:
    """The shapes of many routers."""

    def __init__(self, configs: Iterable[DeviceConfig]) -> None:
        """Count routers by how much is said of them: only of those that are many the shape is looked at."""
        self._sizes = Counter(map(_size, configs))
        self._kinds: dict[Hashable, _Kind] = {}
        self._lists: dict[int, tuple[tuple[Filter, ...], int, list[int]]] = {}
        self._frames: dict[Hashable, int] = {}

    def of(self, config: DeviceConfig, imported: Sequence[Imported]) -> Likeness | None:
        """Return what is known of routers like one; None when there are too few."""
        if self._sizes[_size(config)] < _FEW:
            return None
        numbers: list[int] = [0, _END]
        frame: list[Hashable] = [_interfaces(config), len(config.acls)]
        for interface in config.interfaces.values():
            for address in interface.addresses:
                low = int(address)
                numbers += (low, low + 1)
                _add(numbers, address.network)
        routes = sorted((r.vrf, *span(r.prefix), int(r.next_hop or 0), r.next_hop is None, r.into)
                        for r in config.routes)  # fmt: skip
        frame.append(tuple((vrf, nowhere, into) for vrf, _, _, _, nowhere, into in routes))
        for _, low, high, hop, _, _ in routes:
            numbers += (low, high + 1, hop, hop + 1)
        frame.append(tuple((one.vrf, one.origin) for one in imported))
        for one in imported:
            _add(numbers, one.prefix)
        frame.append(tuple((name, vrf.imports, vrf.exports) for name, vrf in config.vrfs.items()))
        lists: list[tuple[Hashable, tuple[Filter, ...]]] = [(name, acl.filters) for name, acl in config.acls.items()]
        if config.firewall:
            frame.append(tuple(config.firewall.zones.items()))
            lists += [("", config.firewall.prelude), *config.firewall.pairs.items()]
        for name, lines in lists:
            number, bounds = self._list(lines)
            frame.append((name, number))
            numbers += bounds
        places = array("Q", sorted(set(numbers)))
        order = {value: place for place, value in enumerate(places)}
        key = (*frame, config.bindings, config.forwarding, array("I", map(order.__getitem__, numbers)).tobytes())
        kind = self._kinds.setdefault(key, _Kind())
        kind.members += 1
        return Likeness(kind, places)

    def _list(self, lines: tuple[Filter, ...]) -> tuple[int, list[int]]:
        """Return a number for all that a list says but for its addresses, and the bounds of those."""
        known = self._lists.get(id(lines))
        if known is None:  # what is kept holds its list, so no other can have its id
            numbers: list[int] = []
            for line in lines:
                for net in (*line.sources, *line.destinations):
                    _add(numbers, net)
            frame = tuple(map(_said, lines))
            known = self._lists[id(lines)] = lines, self._frames.setdefault(frame, len(self._frames)), numbers
        return known[1], known[2]


def _size(config: DeviceConfig) -> tuple[int, ...]:
    return len(config.interfaces), len(config.routes), len(config.acls), len(config.bindings), len(config.vrfs)


def _interfaces(config: DeviceConfig) -> Hashable:
    return tuple((name, one.kind, one.parent, one.vrf, len(one.addresses)) for name, one in config.interfaces.items())


def _said(line: Filter) -> Hashable:
    return (
        line.verdict, line.protocol, len(line.sources), len(line.destinations), line.source_ports, line.ports,
        line.established, line.incoming, line.outgoing,
    )  # fmt: skip


def _add(numbers: list[int], net: IPv4Network) -> None:
    low, high = span(net)
    numbers += (low, high + 1)


class Likeness:
    """One router among those that are like it; ``places`` are the bounds of all addresses that it knows, in order."""

    def __init__(self, kind: _Kind, places: array[int]) -> None:
        self._kind, self._places = kind, places

    @property
    def members(self) -> int:
        """How many routers are like this one, itself among them."""
        return self._kind.members

    def routed(
        self, packets: PacketSet, about: tuple[Hashable, ...], aside: Told, work: Callable[[], Routed]
    ) -> Routed:
        """Return what the router makes of packets; ``work`` finds it out where none of its like ever did.

        Args:
            packets: what came in.
            about: all else that the result rests on, without addresses.
            aside: other packets that the result rests on, taken apart.
            work: the routing itself.
        """
        kind, (shape, bounds) = self._kind, told(packets)
        bounds += aside.bounds
        if kind.members < _FEW or not 0 < len(bounds) <= _BOUNDS:
            return work()
        known = kind.last.get(about)  # what comes to one router mostly comes to the next one too
        if known is None or not self._stand_so(known, shape, bounds, aside):
            standing = Standing(self._places, bounds)
            key = about, shape, aside.shape, standing.key
            known = kind.steps.get(key)
            if known is None:
                found = work()
                if len(kind.steps) < _MANY:
                    step = Placed(self._places, packets, standing.beside(bounds)).anywhere(found)
                    kind.steps[key] = kind.last[about] = _Known(shape, aside.shape, standing, step)
                return found
            kind.last[about] = known
        return Placed(self._places, packets, known.standing.beside(bounds)).here(known.step)

    def last(self, packets: PacketSet, about: tuple[Hashable, ...], aside: Told) -> tuple[Placed, Step] | None:
        """Return the packets here and the step that the last router of its like took, if it is this one's as well."""
        known = self._kind.last.get(about)
        if known is None:
            return None
        shape, bounds = told(packets)
        bounds += aside.bounds
        if not self._stand_so(known, shape, bounds, aside):
            return None
        return Placed(self._places, packets, known.standing.beside(bounds)), known.step

    def _stand_so(self, known: _Known, shape: Shape, bounds: Sequence[int], aside: Told) -> bool:
        alike = known.shape == shape and known.aside == aside.shape
        return alike and known.standing.holds(self._places, bounds)
