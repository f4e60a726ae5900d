"""Which of many senders send some packets: those that send alike are looked at as one crowd first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.blocks import coalesced, meet
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govnet.isolation.blocks import Block
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.surroundings import Entrance

_Sender = tuple["Intervals", "Entrance"]


class _Crowd(NamedTuple):
    """Blocks that differ in their sources only.

    Attributes:
        whole: one block for all of them.
        lows: the first source address of each, in order.
        tops: the highest last one so far.
        members: sources and entrance of each.
    """

    whole: Block
    lows: list[int]
    tops: list[int]
    members: Sequence[_Sender]

    def near(self, sources: Intervals) -> Iterator[tuple[Entrance, Intervals]]:
        """Yield who has some of the sources, and which."""
        first, last = sources[0][0], sources[-1][1]
        for own, entrance in self.members[bisect_left(self.tops, first) : bisect_right(self.lows, last)]:
            if found := intervals.intersection(own, sources):
                yield entrance, found


class Senders:
    """All who send."""

    def __init__(self, entries: Mapping[Entrance, PacketSet]) -> None:
        """Look at what is sent: entrance -> packets."""
        alike: dict[tuple[int, ...], tuple[Block, list[_Sender]]] = {}
        for entrance, packets in entries.items():
            for block in packets.blocks:  # who sends alike mostly has the very same sides: nobody has to compare them
                alike.setdefault(tuple(map(id, block[1:])), (block, []))[1].append((block[0], entrance))
        self._crowds = [_crowd(block, members) for block, members in alike.values()]

    def of(self, packets: PacketSet) -> dict[Entrance, PacketSet]:
        """Return some of the packets by entrance."""
        found: dict[Entrance, list[Block]] = {}
        for block in packets.blocks:
            for crowd in self._crowds:
                if common := meet(crowd.whole, block):
                    for entrance, sources in crowd.near(common[0]):
                        found.setdefault(entrance, []).append((sources, *common[1:]))
        return {entrance: PacketSet(coalesced(blocks)) for entrance, blocks in found.items()}


def _crowd(block: Block, members: list[_Sender]) -> _Crowd:
    members.sort(key=itemgetter(0))
    sources = intervals.normal(piece for own, _ in members for piece in own)
    lows = [own[0][0] for own, _ in members]
    return _Crowd((sources, *block[1:]), lows, list(accumulate((own[-1][1] for own, _ in members), max)), members)
