"""An exploration that is kept: what entered where, and what came of it; after a change only what differs is redone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from govnet.isolation.flow import NOTHING, OPENING, Asked, Flow, explore
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govnet.isolation.passing import Entrance, Passed, Passing


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

    def narrowed(self, packets: PacketSet) -> dict[Entrance, PacketSet]:
        """Return some of the packets by entrance."""
        return _narrowed(self.entries, packets)

    @cached_property
    def _by_device(self) -> Mapping[str, list[Entrance]]:
        found: dict[str, list[Entrance]] = {}
        for entrance in self.flow.seen:
            found.setdefault(entrance.device, []).append(entrance)
        return found

    def update(self, passing: Passing, device: str) -> Exploration:
        """Return the exploration with other rules or routes of one device, whose interfaces are what they were.

        Packets that the device treats as before do what they did; the others are explored again.
        """
        if "flow" not in vars(self):
            return replace(self, passing=passing)
        other = replace(self, passing=passing)
        if passing.translates:
            return other  # what translation made has no name of its own to be told apart by
        again = [self._differing(passing, entrance) for entrance in self._by_device.get(device, ())]
        packets = PacketSet.all_of(again) if any(again) else NOTHING
        vars(other)["flow"] = self._redone(passing, packets) if packets else self.flow
        return other

    def _differing(self, passing: Passing, entrance: Entrance) -> PacketSet:
        """Return the packets that a device does something else with than before."""
        seen = self.flow.seen[entrance]
        before = _fates(self.passing.through(entrance, seen, established=self.asked.established))
        after = _fates(passing.through(entrance, seen, established=self.asked.established))
        parts = [
            part
            for fate in before.keys() | after.keys()
            for part in _difference(before.get(fate, NOTHING), after.get(fate, NOTHING))
        ]
        return PacketSet.all_of(parts).difference(self.asked.ignored) if parts else NOTHING

    def _redone(self, passing: Passing, packets: PacketSet) -> Flow:
        entries = _narrowed(self.entries, packets)
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


def _narrowed(entries: Mapping[Entrance, PacketSet], packets: PacketSet) -> dict[Entrance, PacketSet]:
    found = ((entrance, part.intersection(packets)) for entrance, part in entries.items())
    return {entrance: part for entrance, part in found if part}


def _fates(passed: Passed) -> dict[object, PacketSet]:
    """Return what became of packets, each fate with its packets."""
    found: dict[object, list[PacketSet]] = {}
    for entrance, packets in passed.onward:
        found.setdefault(entrance, []).append(packets)
    for one in passed.delivered:
        found.setdefault((one.site, one.door), []).append(one.packets)
    found["lost"] = passed.lost
    return {fate: PacketSet.all_of(parts) for fate, parts in found.items() if parts}


def _difference(first: PacketSet, second: PacketSet) -> Iterable[PacketSet]:
    if first.blocks == second.blocks:
        return ()
    return [part for part in (first.difference(second), second.difference(first)) if part]
