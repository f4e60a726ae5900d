"""Packets told by where their addresses stand among those of a router, and what it made of them told the same way.

A place is a number of the router's, one of the bounds of all addresses that it knows. A piece of addresses has two
bounds: its first one, and the first one after it. What was found at one router is so said again for others.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise, repeat
from operator import eq, itemgetter
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation.packets import PacketSet
from govnet.isolation.routing import Leaving, Routed

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence

    from govnet.isolation.intervals import Intervals
    from govnet.isolation.routes import Instance, Span

Shape = tuple[tuple[int, int, "Intervals", "Intervals", "Intervals"], ...]
"""Blocks without their addresses: in how many pieces the sources are, and the destinations; the services."""
_Side = int | tuple[tuple[int, int], ...]
"""One side of a block: the number of an equal side that came in, or the places of each piece's bounds."""
PlacedBlocks = tuple[tuple[int, int, "Intervals", "Intervals", "Intervals"], ...]
"""Blocks with the numbers that their addresses have in `Step.sides`."""


class Told(NamedTuple):
    """Packets taken apart: what is said of them without addresses, and the bounds of their addresses in order."""

    shape: Shape
    bounds: list[int]


def told(packets: PacketSet) -> Told:
    """Return packets taken apart."""
    shape: list[tuple[int, int, Intervals, Intervals, Intervals]] = []
    bounds: list[int] = []
    for sources, targets, protocols, source_ports, ports in packets.blocks:
        shape.append((len(sources), len(targets), protocols, source_ports, ports))
        for low, high in sources:
            bounds += (low, high + 1)
        for low, high in targets:
            bounds += (low, high + 1)
    return Told(tuple(shape), bounds)


class Standing:
    """How bounds of packets stand among the places of one router.

    ``key`` says for each bound which place is the next, whether the bound is at it, and for those that are at none
    which it is of them, in their own order.
    """

    def __init__(self, places: array[int], bounds: Sequence[int]) -> None:
        near = tuple(map(bisect_left, repeat(places), bounds))
        there = tuple(map(eq, map(places.__getitem__, near), bounds))
        at = [number for number, one in enumerate(there) if one]
        self._following, self._at = itemgetter(*near), itemgetter(*at) if at else None
        self._beside = [(number, near[number]) for number, one in enumerate(there) if not one]
        ordered = sorted(self._beside, key=lambda one: bounds[one[0]])
        self._steps = [(one, two, bounds[one] == bounds[two]) for (one, _), (two, _) in pairwise(ordered)]
        self.key = near, there, _order([bounds[number] for number, _ in self._beside])

    def beside(self, bounds: Sequence[int]) -> list[int]:
        """Return those of some bounds that are at no place, if they stand in this way: each once, in order."""
        found = [bounds[number] for number, _ in self._beside]
        return sorted(set(found)) if len(found) > 1 else found

    def holds(self, places: array[int], bounds: Sequence[int]) -> bool:
        """Return whether as many other bounds stand in this way among the places of a router of the same kind."""
        if self._at and self._at(self._following(places)) != self._at(bounds):
            return False
        for number, near in self._beside:
            if not places[near - 1] < bounds[number] < places[near]:
                return False
        steps = self._steps
        return not steps or all(bounds[a] == bounds[b] if same else bounds[a] < bounds[b] for a, b, same in steps)


def _order(values: Sequence[int]) -> tuple[int, ...]:
    """Return which each of some values is among the different ones, in order."""
    different = sorted(set(values))
    return tuple(map(different.index, values))


class Left(NamedTuple):
    """`Leaving` in places: ``blocks`` None stands for the very packets that came in."""

    blocks: PlacedBlocks | None
    interface: str
    hop: int | None
    tunnel: Instance | None


class Step(NamedTuple):
    """`Routed` in places; ``sides`` are all sides of addresses in it, each once."""

    sides: tuple[_Side, ...]
    leaving: tuple[Left, ...]
    lost: tuple[PlacedBlocks | None, ...]
    opened: tuple[PlacedBlocks | None, ...]


class Placed:
    """Packets at one router; their bounds at no place are counted by themselves, in order, from -1 downwards."""

    def __init__(self, places: array[int], packets: PacketSet, beside: Sequence[int]) -> None:
        self._places, self._packets, self._beside = places, packets, beside

    def anywhere(self, routed: Routed) -> Step:
        """Return what a router made of the packets, told by places."""
        sides: dict[Intervals, int] = {}
        leaving = tuple(
            Left(self._outside(one.packets, sides), one.interface, self._place_of_hop(one), one.tunnel)
            for one in routed.leaving
        )
        lost, opened = (tuple(self._outside(one, sides) for one in parts) for parts in (routed.lost, routed.opened))
        return Step(tuple(map(self._told, sides)), leaving, lost, opened)

    def _outside(self, packets: PacketSet, sides: dict[Intervals, int]) -> PlacedBlocks | None:
        """Return packets by the numbers of their sides; a side that has none in ``sides`` gets one."""
        if packets.blocks == self._packets.blocks:
            return None
        return tuple(
            (sides.setdefault(block[0], len(sides)), sides.setdefault(block[1], len(sides)), *block[2:])
            for block in packets.blocks
        )

    def _told(self, side: Intervals) -> _Side:
        came = [one for block in self._packets.blocks for one in block[:2]]
        if side in came:
            return came.index(side)
        return tuple((self._place(low), self._place(high + 1)) for low, high in side)

    def _place_of_hop(self, one: Leaving) -> int | None:
        return None if one.hop is None else self._place(one.hop)

    def _place(self, bound: int) -> int:
        """Return the place of a bound that the packets have or the router; what is in a result is of either."""
        place = bisect_left(self._places, bound)
        return place if self._places[place] == bound else ~self._beside.index(bound)

    def here(self, step: Step) -> Routed:
        """Return what a router of this kind does with these packets."""
        sides, inside = [self._side(side) for side in step.sides], self._inside
        leaving = [
            Leaving(inside(blocks, sides), interface, self.hop(hop), tunnel, None)
            for blocks, interface, hop, tunnel in step.leaving
        ]
        lost = [inside(one, sides) for one in step.lost] if step.lost else []
        opened = [inside(one, sides) for one in step.opened] if step.opened else []
        return Routed(leaving, [], lost, opened)

    def _inside(self, blocks: PlacedBlocks | None, sides: Sequence[Intervals]) -> PacketSet:
        if blocks is None:
            return self._packets
        return PacketSet(tuple([(sides[s], sides[d], p, sp, dp) for s, d, p, sp, dp in blocks]))

    def hop(self, hop: int | None) -> int | None:
        """Return the next hop that stands at a place, as an integer."""
        return None if hop is None else self._places[hop]

    def packets(self, blocks: PlacedBlocks | None, step: Step) -> PacketSet:
        """Return some packets of a step, as they are here."""
        if blocks is None:
            return self._packets
        sides, side = step.sides, self._side
        return PacketSet(tuple([(side(sides[s]), side(sides[d]), p, sp, dp) for s, d, p, sp, dp in blocks]))

    def outer(self, blocks: PlacedBlocks | None, step: Step) -> list[Span]:
        """Return the first and the last destination of each block of some packets of a step, as they are here."""
        if blocks is None:
            return [(block[1][0][0], block[1][-1][1]) for block in self._packets.blocks]
        return [self._outer(step.sides[block[1]]) for block in blocks]

    def _outer(self, side: _Side) -> Span:
        if not isinstance(side, tuple):
            came = self._packets.blocks[side >> 1][side & 1]
            return came[0][0], came[-1][1]
        (first, _), (_, end) = side[0], side[-1]
        return self._bound(first), self._bound(end) - 1

    def _bound(self, place: int) -> int:
        return self._places[place] if place >= 0 else self._beside[~place]

    def _side(self, side: _Side) -> Intervals:
        if not isinstance(side, tuple):
            return self._packets.blocks[side >> 1][side & 1]
        places = self._places
        if self._beside:
            return tuple([(self._bound(first), self._bound(end) - 1) for first, end in side])
        return tuple([(places[first], places[end] - 1) for first, end in side])
