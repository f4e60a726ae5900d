"""Routers that are alike but for their addresses: what one makes of packets is worked out once for all of them.

Two routers are alike when the same is said of both once every address is replaced by its place in the order of all
addresses that the router knows. Rules, longest prefixes and sets of packets only ever compare addresses. So where
packets stand to the addresses of two such routers in the same way, the results stand to them in the same way too.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation.intervals import span
from govnet.isolation.packets import PacketSet
from govnet.isolation.routing import Leaving, Routed

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from ipaddress import IPv4Network

    from govnet.config.filtering import Filter
    from govnet.config.model import DeviceConfig
    from govnet.isolation.blocks import Block
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.routes import Imported, Instance

_END = 2**32
_FEW = 3
"""Fewer routers than this are not worth remembering what the others did."""
_MANY = 4096
"""More different steps than this are not remembered of one kind of router: then its packets are not alike."""

_PIECES = 32
"""Packets in more pieces of addresses than this are not told by places: that takes as long as routing them."""

_Side = int | tuple[int, ...]
"""One side of a block: the number of an equal side that came in, or the places of its bounds."""
_Blocks = tuple[tuple[_Side, _Side, "Intervals", "Intervals", "Intervals"], ...]


class _Left(NamedTuple):
    """`Leaving` in places: ``blocks`` None stands for the very packets that came in."""

    blocks: _Blocks | None
    interface: str
    hop: int | None
    tunnel: Instance | None


class _Step(NamedTuple):
    """`Routed` in places."""

    leaving: tuple[_Left, ...]
    lost: tuple[_Blocks | None, ...]
    opened: tuple[_Blocks | None, ...]


class _Kind:
    """The routers of one shape: how many there are, and what any of them did with packets so far."""

    def __init__(self) -> None:
        self.members = 0
        self.steps: dict[Hashable, _Step] = {}


class Likenesses:
    """The shapes of many routers."""

    def __init__(self) -> None:
        self._kinds: dict[Hashable, _Kind] = {}
        self._lists: dict[int, tuple[tuple[Filter, ...], int, list[int]]] = {}
        self._frames: dict[Hashable, int] = {}

    def of(self, config: DeviceConfig, imported: Sequence[Imported]) -> Likeness:
        """Return what is known of routers like one."""
        numbers: list[int] = [0, _END]
        frame: list[Hashable] = [_interfaces(config), len(config.acls)]
        for interface in config.interfaces.values():
            for address in interface.addresses:
                low = int(address.ip)
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
        self, packets: PacketSet, about: tuple[Hashable, ...], aside: PacketSet, work: Callable[[], Routed]
    ) -> Routed:
        """Return what the router makes of packets; ``work`` finds it out where none of its like ever did.

        Args:
            packets: what came in.
            about: all else that the result rests on, without addresses.
            aside: other packets that the result rests on.
            work: the routing itself.
        """
        blocks = (*packets.blocks, *aside.blocks)
        steps = self._kind.steps
        if self._kind.members < _FEW or len(steps) > _MANY or sum(len(b[0]) + len(b[1]) for b in blocks) > _PIECES:
            return work()
        placed = _Placed(self._places, packets, blocks)
        key = about, placed.key
        step = steps.get(key)
        if step is not None:
            return placed.here(step)
        found = work()
        steps[key] = placed.anywhere(found)
        return found


class _Placed:
    """Packets told by where their bounds stand among the addresses of one router.

    A place is a number of the router's; bounds of the packets that are none of its are counted by themselves, from -1
    downwards in their own order, and ``key`` says between which places each of them is.
    """

    def __init__(self, places: array[int], packets: PacketSet, blocks: Sequence[Block]) -> None:
        self._places, self._packets = places, packets
        found: dict[int, int] = {}
        beside: dict[int, int] = {}
        for block in blocks:
            for side in block[:2]:
                for low, high in side:
                    if low not in found:
                        place = bisect_left(places, low)
                        found[low] = place
                        if places[place] != low:
                            beside[low] = place
                    end = high + 1
                    if end not in found:
                        place = bisect_left(places, end)
                        found[end] = place
                        if places[place] != end:
                            beside[end] = place
        self._beside = sorted(beside)
        for number, bound in enumerate(self._beside):
            found[bound] = ~number
        self._found = found
        told = tuple((self._told(block[0]), self._told(block[1]), block[2:]) for block in blocks)
        self.key = told, tuple(beside[bound] for bound in self._beside)

    def _told(self, side: Intervals) -> tuple[int, ...]:
        found = self._found
        if len(side) == 1:
            ((low, high),) = side
            return found[low], found[high + 1]
        return tuple(found[bound] for low, high in side for bound in (low, high + 1))

    def anywhere(self, routed: Routed) -> _Step:
        """Return what a router made of the packets, told by places."""
        leaving = tuple(
            _Left(self._outside(one.packets), one.interface, self._hop(one), one.tunnel) for one in routed.leaving
        )
        lost, opened = (tuple(map(self._outside, parts)) for parts in (routed.lost, routed.opened))
        return _Step(leaving, lost, opened)

    def _hop(self, one: Leaving) -> int | None:
        return None if one.hop is None else self._place(one.hop)

    def _place(self, bound: int) -> int:
        """Return the place of a bound that the packets have or the router; what is in a result is of either."""
        if bound not in self._found:
            self._found[bound] = self._places.index(bound)
        return self._found[bound]

    def _outside(self, packets: PacketSet) -> _Blocks | None:
        if packets.blocks == self._packets.blocks:
            return None
        sides: dict[Intervals, int] = {}
        for number, block in enumerate(self._packets.blocks):
            sides.setdefault(block[0], 2 * number)
            sides.setdefault(block[1], 2 * number + 1)
        return tuple((self._kept(b[0], sides), self._kept(b[1], sides), b[2], b[3], b[4]) for b in packets.blocks)

    def _kept(self, side: Intervals, sides: Mapping[Intervals, int]) -> _Side:
        if side in sides:
            return sides[side]
        return tuple(self._place(bound) for low, high in side for bound in (low, high + 1))

    def here(self, step: _Step) -> Routed:
        """Return what a router of this kind does with these packets."""
        places, inside = self._places, self._inside
        leaving = [
            Leaving(inside(blocks), interface, None if hop is None else places[hop], tunnel, None)
            for blocks, interface, hop, tunnel in step.leaving
        ]
        return Routed(leaving, [], [inside(one) for one in step.lost], [inside(one) for one in step.opened])

    def _inside(self, blocks: _Blocks | None) -> PacketSet:
        if blocks is None:
            return self._packets
        return PacketSet(tuple((self._side(s), self._side(d), p, sp, dp) for s, d, p, sp, dp in blocks))

    def _side(self, side: _Side) -> Intervals:
        if isinstance(side, int):
            return self._packets.blocks[side // 2][side % 2]
        places, beside = self._places, self._beside
        if len(side) == 2:  # noqa: PLR2004 - one piece: so it is mostly
            first, end = side
            low = places[first] if first >= 0 else beside[~first]
            return ((low, (places[end] if end >= 0 else beside[~end]) - 1),)
        bounds = [places[one] if one >= 0 else beside[~one] for one in side]
        return tuple((low, high - 1) for low, high in zip(bounds[::2], bounds[1::2], strict=True))
