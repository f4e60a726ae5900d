"""An exploration that is kept: what entered where, and what came of it; after a change only what differs is redone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.differences import differing
from govnet.isolation.flow import OPENING, Arrived, Asked, Flow, explore
from govnet.isolation.packets import NOTHING, PacketSet
from govnet.isolation.senders import Senders
from govnet.isolation.surroundings import Entrance
from govnet.isolation.turning import turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.isolation.intervals import Intervals
    from govnet.isolation.passing import Passing
    from govnet.isolation.routers import Router
    from govnet.isolation.turning import Turn


_MANY = 16
"""Packets in more blocks than this are followed anew with some that go the ways they went: that takes less time."""


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
        return self._senders.of(packets) if packets else {}

    @cached_property
    def _senders(self) -> Senders:
        return Senders(self.entries)

    def update(self, passing: Passing, devices: Iterable[str], entries: Mapping[Entrance, PacketSet]) -> Exploration:
        """Return the exploration with other rules or routes of some devices, whose interfaces are what they were.

        Packets that the devices treat as before, and that the same sites and routers take from them, do what they did;
        the others are explored again, and so are those that enter elsewhere.
        """
        other = replace(self, passing=passing, entries=entries)
        if "flow" not in vars(self) or passing.translates:
            return other  # what translation made has no name of its own to be told apart by
        parts = {entrance: part for device in devices for entrance, part in self._differing(passing, device)}
        before, again = self._turned(passing, parts) if self._open else (self, [*parts.values()])
        again += [*self._relanding(passing), *self._entering(entries)]
        packets = PacketSet.all_of(again).difference(self.asked.ignored) if again else NOTHING
        packets = PacketSet.widened([packets]) if len(packets.blocks) > _MANY else packets
        if packets and entries is self.entries:
            vars(other)["_senders"] = self._senders
        vars(other)["flow"] = before._redone(other, packets) if packets else before.flow  # noqa: SLF001 - one of these too
        vars(other)["turned"] = None if self._open else packets
        return other

    @property
    def _open(self) -> bool:
        """Whether it tells who gets what hostile hosts send, and nothing else."""
        return self.passing.hostile and self.asked.keep and not (self.asked.established or self.asked.widen)

    def _turned(self, passing: Passing, parts: Mapping[Entrance, PacketSet]) -> tuple[Exploration, list[PacketSet]]:
        """Return the exploration with other routers, and the packets that it does not tell of any more.

        Args:
            passing: the routers as they are.
            parts: entrance -> packets there that its router may treat in another way.
        """
        was, now = (one.exploring(self.asked.ignored, forgetful=True) for one in (self.passing, passing))
        sent = [entrance for entrance, part in parts.items() if not part.beyond(self.entries.get(entrance, NOTHING))]
        found = turn(
            was, now, self.flow.seen, {entrance: parts[entrance] for entrance in parts if entrance not in sent}
        )
        found.anew += [parts[entrance] for entrance in sent]  # they enter where they turn: nothing is known before
        other = replace(self)
        vars(other)["flow"] = self._followed(passing, found) if found.moves else self.flow
        return other, found.anew

    def _followed(self, passing: Passing, found: Turn) -> Flow:
        """Return what was found, with what others get now from some routers, or do not get any more."""
        entries = {entrance: PacketSet.all_of(parts) for entrance, parts in found.onward.items()}
        after = explore(passing, entries, seen=self.flow.seen)
        arrivals = {**self.flow.arrivals}
        for site, gone in found.gone.items():
            left = [one._replace(packets=one.packets.without(gone)) for one in arrivals.pop(site, ())]
            arrivals |= {site: some} if (some := [one for one in left if one.packets]) else {}
        came = ((site, [Arrived(part, None) for part in parts]) for site, parts in found.came.items())
        for site, more in (*came, *after.arrivals.items()):
            arrivals[site] = arrivals.get(site, []) + more
        return Flow(after.seen, arrivals, self.flow.lost)

    def differing(self, passing: Passing, devices: Iterable[str]) -> list[PacketSet]:
        """Return the packets that do something else with other rules or routes of some devices, and maybe others."""
        return [part for device in devices for _, part in self._differing(passing, device)] + self._relanding(passing)

    def _relanding(self, passing: Passing) -> list[PacketSet]:
        """Return the packets that leave routers as before and are taken by others."""
        landings = passing.relanded(self.passing)
        return [part for device, one in landings.items() for part in self._relanded(passing.routers[device], one)]

    def _entering(self, entries: Mapping[Entrance, PacketSet]) -> Iterator[PacketSet]:
        """Yield the packets that enter somewhere now and did not, or the other way round."""
        for entrance in self.entries.keys() | entries.keys() if entries is not self.entries else ():
            before, after = self.entries.get(entrance, NOTHING), entries.get(entrance, NOTHING)
            if before.blocks != after.blocks:
                yield from (part for part in (before.difference(after), after.difference(before)) if part)

    def _relanded(self, router: Router, landings: Mapping[tuple[str, int | None], Intervals]) -> Iterator[PacketSet]:
        """Yield the packets that leave a router as before and are taken by others."""
        for treatment in router.entrances():
            seen = self.flow.seen.get(Entrance(router.device, treatment))
            for group in router.groups(treatment.vrf if treatment else "") if seen else ():
                for way in group.exits:
                    taken = landings.get((way.interface, None if way.next_hop is None else int(way.next_hop)))
                    if seen and taken and (part := seen.towards(intervals.intersection(way.destinations, taken))):
                        yield part

    def _differing(self, passing: Passing, device: str) -> Iterator[tuple[Entrance, PacketSet]]:
        """Yield (entrance of a device, the packets that it does something else with than before)."""
        before, after = self.passing.routers[device], passing.routers[device]
        for treatment in before.entrances() | after.entrances():
            entrance = Entrance(device, treatment)
            if seen := self.flow.seen.get(entrance):
                part = seen.intersection(differing(before, after, treatment, established=self.asked.established))
                if part:
                    yield entrance, part

    def _redone(self, other: Exploration, packets: PacketSet) -> Flow:
        """Return what another exploration finds where only some packets go other ways than here."""
        entries = other.narrowed(packets)
        after = explore(other.passing, entries, self.asked)
        seen = {**self.flow.seen}
        for entrance in after.seen.keys() | self._sorted_out(other):
            was, here = self.flow.seen.get(entrance, NOTHING), after.seen.get(entrance, NOTHING)
            if was is other.entries.get(entrance) and here is entries.get(entrance, NOTHING):
                continue  # nothing but what hosts send, then and now
            # where some of a crowd come again it may stay as it is: it may hold others than these
            seen[entrance] = (was if self.asked.widen and here else was.difference(packets)).union(here)
        arrivals = self._stayed(packets) if self.asked.keep else {}
        for site, found in after.arrivals.items():
            arrivals[site] = arrivals.get(site, []) + found
        lost = [part for one in self.flow.lost if (part := one.difference(packets))]
        return Flow({entrance: part for entrance, part in seen.items() if part}, arrivals, lost + after.lost)

    def _sorted_out(self, other: Exploration) -> Iterable[Entrance]:
        """Return where what came must be told without packets that went other ways: of crowds firewalls ask only."""
        routers = other.passing.routers
        return [e for e in self.flow.seen if not self.asked.widen or routers[e.device].config.firewall]

    def _stayed(self, packets: PacketSet) -> dict[int, list[Arrived]]:
        """Return who got what, without some packets."""
        found = {}
        for site, arrived in self.flow.arrivals.items():
            kept = (one._replace(packets=one.packets.difference(packets)) for one in arrived)
            if left := [one for one in kept if one.packets]:
                found[site] = left
        return found
