"""Packets told by where their addresses stand among those of a router, and what it made of them told the same way.

A place is a number of the router's, one of the bounds of all addresses that it knows. A piece of addresses has two
bounds: its first one, and the first one after it. What was found at one router is so said again for others.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import repeat
from operator import eq, itemgetter
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation.packets import PacketSet
from govnet.isolation.routing import Leaving, Routed

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Sequence

    from govnet.isolation.intervals import Intervals
    from govnet.isolation.routes import Instance

Shape = tuple[tuple[int, int, "Intervals", "Intervals", "Intervals"], ...]
"""Blocks without their addresses: in how many pieces the sources are, and the destinations; the services."""
_Side = int | tuple[int, ...]
"""One side of a block: the number of an equal side that came in, or the places of its bounds."""
_Blocks = tuple[tuple[int, int, "Intervals", "Intervals", "Intervals"], ...]
"""Blocks with the numbers that their addresses have in `Step.sides`."""


class Told(NamedTuple):
    """Packets taken apart: what is said of them without addresses, and the bounds of their addresses in order."""

    shape: Shape
    bounds: list[int]


def told(packets: PacketSet) -> Told:
    """Return packets taken apart."""
    blocks = packets.blocks
    shape = [(len(sources), len(targets), p, sp, dp) for sources, targets, p, sp, dp in blocks]
    return Told(tuple(shape), [bound for block in blocks for side in block[:2] for bound in _bounds(side)])


def _bounds(side: Intervals) -> list[int]:
    return [bound for low, high in side for bound in (low, high + 1)]


class Standing:
    """How bounds of packets stand among the places of one router.

    ``key`` says for each bound which place is the next, whether the bound is at it, and for those that are at none
    which it is of them, in their own order.
    """

    def __init__(self, places: array[int], bounds: Sequence[int]) -> None:
        near = tuple(map(bisect_left, repeat(places), bounds))
        there = tuple(map(eq, map(places.__getitem__, near), bounds))
        at = [number for number, one in enumerate(there) if one]
        self._near, self._following, self._at = near, itemgetter(*near), itemgetter(*at) if at else None
        self._beside = [number for number, one in enumerate(there) if not one]
        self._order = _order(self.beside(bounds))
        self.key = near, there, self._order

    def beside(self, bounds: Sequence[int]) -> list[int]:
        """Return those of some bounds that are at no place, if they stand in this way."""
        return [bounds[number] for number in self._beside]

    def holds(self, places: array[int], bounds: Sequence[int]) -> bool:
        """Return whether as many other bounds stand in this way among the places of a router of the same kind."""
        following = self._following(places)
        if self._at and self._at(following) != self._at(bounds):
            return False
        between = all(places[self._near[n] - 1] < bounds[n] < following[n] for n in self._beside)
        return between and _order(self.beside(bounds)) == self._order


def _order(values: Sequence[int]) -> tuple[int, ...]:
    """Return which each of some values is among the different ones, in order."""
    different = sorted(set(values))
    return tuple(map(different.index, values))


class _Left(NamedTuple):
    """`Leaving` in places: ``blocks`` None stands for the very packets that came in."""

    blocks: _Blocks | None
    interface: str
    hop: int | None
    tunnel: Instance | None


class Step(NamedTuple):
    """`Routed` in places; ``sides`` are all sides of addresses in it, each once."""

    sides: tuple[_Side, ...]
    leaving: tuple[_Left, ...]
    lost: tuple[_Blocks | None, ...]
    opened: tuple[_Blocks | None, ...]


class Placed:
    """Packets at one router; their bounds at no place are counted by themselves, in order, from -1 downwards."""

    def __init__(self, places: array[int], packets: PacketSet, beside: Iterable[int]) -> None:
        self._places, self._packets, self._beside = places, packets, sorted(set(beside))

    def anywhere(self, routed: Routed) -> Step:
        """Return what a router made of the packets, told by places."""
        sides: dict[Intervals, int] = {}
        leaving = tuple(
            _Left(self._outside(one.packets, sides), one.interface, self._hop(one), one.tunnel)
            for one in routed.leaving
        )
        lost, opened = (tuple(self._outside(one, sides) for one in parts) for parts in (routed.lost, routed.opened))
        return Step(tuple(map(self._told, sides)), leaving, lost, opened)

    def _outside(self, packets: PacketSet, sides: dict[Intervals, int]) -> _Blocks | None:
        """Return packets by the numbers of their sides; a side that has none in ``sides`` gets one."""
        if packets.blocks == self._packets.blocks:
            return None
        return tuple(
            (sides.setdefault(block[0], len(sides)), sides.setdefault(block[1], len(sides)), *block[2:])
            for block in packets.blocks
        )

    def _told(self, side: Intervals) -> _Side:
        came = [one for block in self._packets.blocks for one in block[:2]]
        return came.index(side) if side in came else tuple(map(self._place, _bounds(side)))

    def _hop(self, one: Leaving) -> int | None:
        return None if one.hop is None else self._place(one.hop)

    def _place(self, bound: int) -> int:
        """Return the place of a bound that the packets have or the router; what is in a result is of either."""
        place = bisect_left(self._places, bound)
        return place if self._places[place] == bound else ~self._beside.index(bound)

    def here(self, step: Step) -> Routed:
        """Return what a router of this kind does with these packets."""
        places, inside = self._places, self._inside
        sides = [self._side(side) for side in step.sides]
        leaving = [
            Leaving(inside(blocks, sides), interface, None if hop is None else places[hop], tunnel, None)
            for blocks, interface, hop, tunnel in step.leaving
        ]
        return Routed(
            leaving, [], [inside(one, sides) for one in step.lost], [inside(one, sides) for one in step.opened]
        )

    def _inside(self, blocks: _Blocks | None, sides: Sequence[Intervals]) -> PacketSet:
        if blocks is None:
            return self._packets
        return PacketSet(tuple([(sides[s], sides[d], p, sp, dp) for s, d, p, sp, dp in blocks]))

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
