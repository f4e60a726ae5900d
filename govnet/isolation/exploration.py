"""An exploration that is kept: what entered where, and what came of it; after a change only what differs is redone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from govnet.isolation.differences import differing
from govnet.isolation.flow import OPENING, Asked, Flow, explore
from govnet.isolation.packets import NOTHING, PacketSet
from govnet.isolation.surroundings import Entrance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.isolation.passing import Passing


@dataclass(frozen=True)
class Exploration:
    """What packets do from some entrances; the arguments are those of `explore`."""

    passing: Passing
    entries: Mapping[Entrance, PacketSet]
    asked: Asked = OPENING

    @cached_property
    def flow(self) -> Flow:
        """What was found."""
        return explore(self.passing, self.entries, self.asked)

    @cached_property
    def turned(self) -> PacketSet | None:
        """The packets that the last update looked at again, all that may go other ways; None: nobody knows which."""
        return None

    def narrowed(self, packets: PacketSet) -> dict[Entrance, PacketSet]:
        """Return some of the packets by entrance."""
        lows, tops, senders = self._senders
        near: dict[Entrance, PacketSet] = {}
        for block in packets.blocks:
            first, last = block[0][0][0], block[0][-1][1]
            for _, high, entrance in senders[bisect_left(tops, first) : bisect_right(lows, last)]:
                if high >= first:
                    near[entrance] = self.entries[entrance]
        found = ((entrance, part.intersection(packets)) for entrance, part in near.items())
        return {entrance: part for entrance, part in found if part}

    @cached_property
    def _senders(self) -> tuple[list[int], list[int], list[tuple[int, int, Entrance]]]:
        """First source addresses of all entries' blocks in order, the highest last one so far, and the blocks."""
        blocks = ((block[0], entrance) for entrance, packets in self.entries.items() for block in packets.blocks)
        senders = sorted(((side[0][0], side[-1][1], entrance) for side, entrance in blocks), key=itemgetter(0, 1))
        return [low for low, _, _ in senders], list(accumulate((high for _, high, _ in senders), max)), senders

    def update(self, passing: Passing, devices: Iterable[str]) -> Exploration:
        """Return the exploration with other rules or routes of some devices, whose interfaces are what they were.

        Packets that the devices treat as before do what they did; the others are explored again.
        """
        other = replace(self, passing=passing)
        if "flow" not in vars(self) or passing.translates:
            return other  # what translation made has no name of its own to be told apart by
        again = self.differing(passing, devices)
        packets = PacketSet.all_of(again).difference(self.asked.ignored) if again else NOTHING
        vars(other)["flow"] = self._redone(passing, packets) if packets else self.flow
        vars(other)["turned"] = packets
        if "_senders" in vars(self):
            vars(other)["_senders"] = self._senders
        return other

    def differing(self, passing: Passing, devices: Iterable[str]) -> list[PacketSet]:
        """Return the packets that do something else with other rules or routes of some devices, and maybe others."""
        return [part for device in devices for part in self._differing(passing, device)]

    def _differing(self, passing: Passing, device: str) -> Iterator[PacketSet]:
        """Yield the packets that a device does something else with than before."""
        before, after = self.passing.routers[device], passing.routers[device]
        for treatment in before.entrances() | after.entrances():
            seen = self.flow.seen.get(Entrance(device, treatment))
            if seen:
                part = seen.intersection(differing(before, after, treatment, established=self.asked.established))
                if part:
                    yield part

    def _redone(self, passing: Passing, packets: PacketSet) -> Flow:
        entries = self.narrowed(packets)
        before, after = explore(self.passing, entries, self.asked), explore(passing, entries, self.asked)
        seen = dict(self.flow.seen)
        for entrance in before.seen.keys() | after.seen.keys():
            left = seen.get(entrance, NOTHING)
            if not self.asked.widen:  # a crowd may hold others than these; it may stay as it is
                left = left.difference(before.seen.get(entrance, NOTHING))
            seen[entrance] = left.union(after.seen.get(entrance, NOTHING))
        arrivals = dict(self.flow.arrivals)
        for site in before.arrivals.keys() | after.arrivals.keys():
            kept = (one._replace(packets=one.packets.difference(packets)) for one in arrivals.get(site, ()))
            arrivals[site] = [one for one in kept if one.packets] + after.arrivals.get(site, [])
        lost = [part for one in self.flow.lost if (part := one.difference(packets))]
        seen = {entrance: part for entrance, part in seen.items() if part}
        return Flow(seen, {site: found for site, found in arrivals.items() if found}, lost + after.lost)
