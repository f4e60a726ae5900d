"""Blocks of packets, products of five integer sets, and how they meet, are cut and joined: what sets are made of."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.intervals import Intervals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Block = tuple[Intervals, Intervals, Intervals, Intervals, Intervals]
"""Source addresses, destination addresses, protocols, source ports, ports."""

SIDES = range(5)


def _apart(first: Block, second: Block) -> bool:
    """Return whether the outer bounds of the addresses alone show that two blocks share nothing; mostly they do."""
    source, other_source, target, other_target = first[0], second[0], first[1], second[1]
    return (
        target[-1][1] < other_target[0][0]
        or other_target[-1][1] < target[0][0]
        or source[-1][1] < other_source[0][0]
        or other_source[-1][1] < source[0][0]
    )


def meet(first: Block, second: Block) -> Block | None:
    """Return what two blocks share, or None; the first block itself when it lies within the second."""
    if _apart(first, second):
        return None
    sources, targets, protocols, source_ports, ports = first
    other_sources, other_targets, other_protocols, other_source_ports, other_ports = second
    # services first: they are short, and where they share nothing nobody has to look through addresses
    both = ports if ports is other_ports else intervals.intersection(ports, other_ports)
    kinds = protocols if protocols is other_protocols else intervals.intersection(protocols, other_protocols)
    if not (both and kinds):
        return None
    own = source_ports
    if own is not other_source_ports:
        own = intervals.intersection(own, other_source_ports)
    to = targets if targets is other_targets else intervals.intersection(targets, other_targets)
    if not (own and to):
        return None
    by = sources if sources is other_sources else intervals.intersection(sources, other_sources)
    if not by:
        return None
    same = by is sources and to is targets and kinds is protocols and own is source_ports and both is ports
    return first if same else (by, to, kinds, own, both)


def met(block: Block, others: Iterable[Block]) -> list[Block]:
    """Return what a block shares with others; the block alone when it lies within one of them."""
    parts = []
    for other in others:
        common = meet(block, other)
        if common is block:
            return [block]
        if common:
            parts.append(common)
    return parts


def overlapping(blocks: Sequence[Block]) -> bool:
    """Return whether any two blocks share something."""
    return any(meet(block, other) for index, block in enumerate(blocks) for other in blocks[:index])


def breadth(block: Block) -> int:
    """Return how many packets a block holds."""
    return prod(sum(high - low + 1 for low, high in side) for side in block)


def _cut(block: Block, away: Block) -> list[Block]:
    """Return ``block`` without ``away`` as disjoint blocks: one side after the other is peeled off."""
    common = meet(block, away)
    if common is None:
        return [block]
    if common is block:
        return []
    pieces: list[Block] = []
    rest = list(block)
    for side in SIDES:
        left = intervals.difference(rest[side], common[side])
        if left:
            pieces.append(_block([*rest[:side], left, *rest[side + 1 :]]))
        rest[side] = common[side]
    return pieces


def _block(sides: Sequence[Intervals]) -> Block:
    source, destination, protocol, source_port, port = sides
    return (source, destination, protocol, source_port, port)


def cut_all(blocks: Iterable[Block], away: Iterable[Block]) -> list[Block]:
    """Return blocks without all of ``away``, as disjoint blocks if they were."""
    rest = list(blocks)
    for other in away:
        rest = [piece for block in rest for piece in _cut(block, other)]
        if not rest:
            break
    return rest


def coalesced(blocks: list[Block]) -> tuple[Block, ...]:
    """Join disjoint blocks that differ in one side only, until none do."""
    if len(blocks) <= 1:
        return tuple(blocks)
    count = -1
    while len(blocks) > 1 and count != len(blocks):
        count = len(blocks)
        for side in SIDES:
            groups: dict[tuple[Intervals, ...], list[Block]] = {}
            for block in blocks:
                groups.setdefault(block[:side] + block[side + 1 :], []).append(block)
            if len(groups) < len(blocks):
                blocks = [_merged(same, side) if len(same) > 1 else same[0] for same in groups.values()]
    return tuple(sorted(blocks))


def _merged(blocks: list[Block], side: int) -> Block:
    """Return one block for several that differ in one side only."""
    whole = intervals.normal([piece for block in blocks for piece in block[side]])
    return _block([*blocks[0][:side], whole, *blocks[0][side + 1 :]])
