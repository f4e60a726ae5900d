"""What must flow: the packets that the policy permits, followed there and back as ordinary hosts would send them.

A router that keeps nothing back needs no comparing of who sent with who received. So only packets that some router
lost, or saw twice, are held against what arrived; the rest arrived.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, cast

from govnet.isolation import intervals
from govnet.isolation.flow import ANSWERS, explore
from govnet.isolation.managed import managed
from govnet.isolation.packets import PacketSet
from govnet.isolation.segments import Gap
from govnet.isolation.sessions import Sessions
from govnet.isolation.severed import severed
from govnet.network.model import grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from govnet.isolation.exploration import Exploration
    from govnet.isolation.fabric import Fabric
    from govnet.isolation.flow import Flow
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.passing import Passing
    from govnet.isolation.surroundings import Entrance

_NOTHING = PacketSet()


class Needs:
    """Finds what is missing."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric, self._ground = fabric, fabric.ground
        self._sessions = Sessions(fabric)

    def gaps(self) -> dict[tuple[str, str], list[Gap]]:
        """Return (source zone, target zone) -> what is missing."""
        found: dict[tuple[str, str], list[Gap]] = {}
        zones, sites, ground = self._fabric.network.zones, self._fabric.sites, self._ground
        forward = [gap for zone in zones for gap in self._forward(zone)]
        ahead = sorted([*forward, *(gap for zone in zones for gap in severed(ground, zone))], key=self._place)
        for gap in (*ahead, *self._backward(forward), *ground.torn, *self._unmanaged()):
            if gap.packets:
                pair = (sites[gap.start].zone, sites[gap.end].zone)
                found.setdefault(pair, []).append(gap)
        return found

    def _place(self, gap: Gap) -> tuple[bool, bool, int, int]:
        """Return where a gap stands among those of a pair, of which the first is shown: whole segments first."""
        start = self._fabric.sites[gap.start]
        parted = bool(intervals.intersection(start.addresses, self._ground.shared))
        return parted, start.upstream is not None, gap.end, gap.start

    def _suspects(self, exploration: Exploration) -> PacketSet:
        """Return the packets that entered a router and may not have arrived; all others of them did."""
        parts = [*exploration.flow.lost]
        if twice := self._ground.taken_twice:
            parts += [part for packets in exploration.entries.values() if (part := packets.towards(twice))]
        return self._ground.of_hosts(PacketSet.all_of(parts)) if parts else _NOTHING

    def _forward(self, zone: str) -> list[Gap]:
        return self._kept(("forward", zone), zone, lambda among: self._sought(zone, among))

    def _backward(self, forward: list[Gap]) -> list[Gap]:
        return self._kept(("answers",), "", lambda among: self._answers(forward, among))

    def _kept(self, key: tuple[str, ...], zone: str, look: Callable[[PacketSet], Iterable[Gap]]) -> list[Gap]:
        """Return gaps; those of packets that go the ways they went when they were looked for last are taken over.

        ``look`` finds the gaps among the packets that it is told, of a zone or of answers.
        """
        fabric = self._fabric
        turned, before = fabric.turned.get(zone), cast("list[Gap] | None", fabric.kept.last(key))
        fabric.turned[zone] = _NOTHING
        if turned is None or before is None:
            return fabric.kept.keep(key, [gap for gap in look(PacketSet.everything()) if gap.packets])
        if not turned:
            return before
        again = turned if zone else turned.reversed()
        stay = (gap._replace(packets=gap.packets.difference(again)) for gap in before)
        return fabric.kept.keep(key, [gap for gap in (*stay, *look(turned)) if gap.packets])

    def _sought(self, zone: str, among: PacketSet) -> Iterator[Gap]:
        suspects = self._suspects(self._fabric.needed(zone)).intersection(among)
        yield from self._missing(zone, suspects) if suspects else ()

    def _missing(self, zone: str, suspects: PacketSet) -> Iterator[Gap]:
        """Yield the packets of a zone among ``suspects`` that do not arrive where they should, by target site.

        A packet of a site that two entrances take in arrives when it does over either.
        """
        for entries, part, starts in self._apart(self._fabric.needed(zone), suspects, [zone]):
            flow = explore(self._fabric.plain, entries)
            for target in self._fabric.network.zones:
                for kind in (False, True):
                    whole = self._ground.wanted.needed_between(zone, target, upstream=kind).intersection(part)
                    if not whole:
                        continue
                    mine = [index for index in starts if bool(self._fabric.sites[index].upstream) is kind]
                    mine = self._meeting(mine, (block[0] for block in whole.blocks))
                    ends = self._ground.wanted.by_zone[target] if mine else ()
                    for end in self._meeting(ends, (block[1] for block in whole.blocks)):
                        if end not in self._ground.deaf:
                            yield from self._lost_at(end, mine, whole, flow)

    def _meeting(self, numbers: Iterable[int], sides: Iterable[Intervals]) -> list[int]:
        """Return the sites that have some of the addresses on some sides of packets."""
        sites, space = self._fabric.sites, intervals.normal(piece for side in sides for piece in side)
        return [number for number in numbers if intervals.intersection(sites[number].addresses, space)]

    def _lost_at(self, end: int, starts: list[int], packets: PacketSet, flow: Flow) -> Iterator[Gap]:
        site = self._fabric.sites[end]
        need = packets.towards(site.addresses) if not site.device else _NOTHING
        lost = need.difference(flow.at(end)) if need else need
        for start in starts if lost else ():
            if not self._ground.same(start, end):
                yield Gap(start, end, lost.sourced(self._fabric.sites[start].addresses), answers=False)

    def _apart(
        self, exploration: Exploration, packets: PacketSet, zones: Iterable[str]
    ) -> Iterator[tuple[dict[Entrance, PacketSet], PacketSet, list[int]]]:
        """Yield (some packets by entrance, the packets, the sites that send them), together where sources tell senders.

        A packet does not tell which of two sites with its source has sent it; those are followed one way after another.
        """
        groups = [one for zone in zones for one in self._ground.wanted.groups(zone).items() if one[0]]
        members = [index for _, members in groups for index in members]
        shared = self._ground.wanted.sent_twice
        told = intervals.difference(self._ground.wanted.space(members), shared)
        whole = packets.sourced(told) if shared else packets
        yield exploration.narrowed(whole), whole, members
        for way, some in groups if shared else ():
            part = packets.sourced(intervals.intersection(self._ground.wanted.space(some), shared))
            if part:
                yield dict.fromkeys(way, part), part, some

    def _answers(self, forward: list[Gap], among: PacketSet) -> Iterator[Gap]:
        """Yield the gaps of some answers."""
        exploration = self._fabric.answers()
        doubtful = self._sent(self._sessions.doubtful(exploration.flow).intersection(among))
        suspects = self._sent(self._suspects(exploration).intersection(among))
        suspects = suspects.union(doubtful)
        mute = self._sent(self._ground.wanted.answers[1].intersection(among))
        if not suspects and not mute:
            return
        translated = [packets for zone in self._fabric.network.zones for packets in self._translated(zone)]
        never: dict[tuple[int, int], PacketSet] = {}
        for gap in forward:
            pair = gap.start, gap.end
            never[pair] = never.get(pair, _NOTHING).union(gap.packets)
        opened = self._opened(suspects, doubtful) if suspects else ()
        lost = (gap for one in opened for gap in self._lost_answers(exploration, *one))
        for gap in chain(lost, self._unsent(mute)):
            left = gap.packets.without([*translated, never.get((gap.start, gap.end), _NOTHING)])
            yield gap._replace(packets=left)

    def _unsent(self, answers: PacketSet) -> Iterator[Gap]:
        """Yield answers of sites that enter no router, to sessions that may have got to them."""
        ends = [end for zone in self._fabric.network.zones for end in self._ground.wanted.groups(zone).get((), ())]
        return self._unanswered(self._hosts() if answers else (), ends, answers)

    def _sent(self, answers: PacketSet) -> PacketSet:
        """Return the answers between hosts that anybody has to send; those of a crowd may be others as well."""
        meant = self._ground.wanted.meant.values() if answers else ()
        found = [part for one in meant if (part := answers.intersection(one))]
        return self._ground.of_hosts(PacketSet.all_of(found)) if found else _NOTHING

    def _hosts(self) -> list[int]:
        """Return the hosts' and upstreams' sites that enter routers; the others open no session."""
        ways = self._ground.ways
        return [index for index, site in self._fabric.sites.items() if not site.device and ways[index]]

    def _opened(self, answers: PacketSet, doubtful: PacketSet) -> Iterator[tuple[Passing, PacketSet, list[int]]]:
        """Yield the routers as they remember the sessions of some answers, the answers, and the sites that opened them.

        Where no answer is doubtful no router forgets any.
        """
        hosts, plain = self._hosts(), self._fabric.plain
        if not doubtful:
            yield plain, answers.towards(self._ground.wanted.space(hosts)), hosts
            return
        crowd: dict[Entrance, list[PacketSet]] = {}
        asked, alone = answers.reversed(), []
        for zone in self._fabric.network.zones:
            together, *apart = self._apart(self._fabric.needed(zone), self._met(zone, asked), [zone])
            for entrance, part in together[0].items():
                crowd.setdefault(entrance, []).append(part)
            alone += [one for one in apart if one[0]]
        entries = {entrance: PacketSet.all_of(parts) for entrance, parts in crowd.items()}
        told = intervals.difference(self._ground.wanted.space(hosts), self._ground.wanted.sent_twice)
        yield self._sessions.remembering(explore(plain, entries)), answers.towards(told), hosts
        for way, part, starts in alone:
            yield self._sessions.remembering(explore(plain, way)), part.reversed(), starts

    def _met(self, zone: str, packets: PacketSet) -> PacketSet:
        """Return the packets of a zone that may come to a stateful firewall: no others are remembered by any.

        All of them where some sources do not tell senders: what each of those opened is looked at by itself.
        """
        if not packets or self._fabric.plain.translates or self._ground.wanted.sent_twice:
            return packets
        return self._sessions.met(self._fabric.needed(zone).flow, packets)

    def _lost_answers(
        self, exploration: Exploration, passing: Passing, suspects: PacketSet, starts: list[int]
    ) -> Iterator[Gap]:
        """Yield the answers among ``suspects`` that do not get back to those of ``starts`` that they are for."""
        sites = self._fabric.sites
        for entries, part, ends in self._apart(exploration, suspects, self._fabric.network.zones) if suspects else ():
            flow = explore(passing, entries, ANSWERS)
            hosts = [index for index in flow.arrivals if not sites[index].device]
            came = PacketSet.apart(flow.at(index) for index in hosts)
            lost = part.sourced(self._ground.wanted.space(ends)).difference(came)
            yield from self._unanswered(starts, ends, lost)

    def _unanswered(self, starts: Iterable[int], ends: Iterable[int], lost: PacketSet) -> Iterator[Gap]:
        """Yield the answers of some sites that do not get back, by who waits for them."""
        wanted, sites = self._ground.wanted, self._fabric.sites
        near = self._meeting(starts if lost else (), (block[1] for block in lost.blocks))
        far = self._meeting(ends if near else (), (block[0] for block in lost.blocks))
        there = grouped((sites[end].zone, end) for end in far)
        kinds = grouped(((sites[start].zone, sites[start].upstream is not None), start) for start in near)
        for (source, upstream), some in kinds.items():
            for target, others in there.items():
                back = lost.intersection(wanted.answered_between(source, target, upstream=upstream))
                for end in others if back else ():
                    yield from self._unheard(some, end, back.sourced(sites[end].addresses))

    def _unheard(self, starts: Iterable[int], end: int, answers: PacketSet) -> Iterator[Gap]:
        """Yield the lost answers of one site, by who waits for them."""
        for start in starts if answers and end not in self._ground.deaf else ():
            back = answers.towards(self._fabric.sites[start].addresses)
            if back and not self._ground.same(start, end):
                yield Gap(start, end, back.reversed(), answers=True)

    def _translated(self, zone: str) -> Iterator[PacketSet]:
        """Yield packets whose answers need not be looked for: translation keeps their way back."""
        for entrance, packets in self._fabric.needed(zone).flow.seen.items():
            if entrance.original:
                yield entrance.meant(packets)

    def _unmanaged(self) -> Iterator[Gap]:
        """Yield the devices' own addresses that nobody of the management zone can open a session to, and back."""
        for zone, members in self._ground.managed.items():
            if self._ground.permits.get((zone, zone)):
                yield from self._unreached(zone, members)

    def _unreached(self, zone: str, ends: Iterable[int]) -> Iterator[Gap]:
        """Yield a gap for each device that no group of hosts gets to, in its own domain or through routers."""
        left: dict[int, Gap | None] = dict.fromkeys(ends)
        for way, hosts in self._ground.wanted.groups(zone).items():
            space = intervals.difference(self._ground.wanted.space(hosts), self._ground.routers_own)
            needs = {end: self._fabric.sites[end].accept.sourced(space) for end in left}
            needs = {end: need for end, need in needs.items() if need}
            answering, mute = managed(self._fabric, self._sessions, way, hosts, needs)
            for end in answering:
                del left[end]
            for end in needs.keys() & left.keys():
                gap = Gap(self._blamed(hosts, end, needs[end]), end, needs[end], answers=end in mute)
                left[end] = self._telling(left[end], gap)
        yield from (gap for gap in left.values() if gap)

    def _telling(self, first: Gap | None, second: Gap) -> Gap:
        """Return the gap that says more: one that only lacks the answer, then one from the device's own subnet."""
        if first is None or first.answers != second.answers:
            return second if first is None or second.answers else first
        there = self._fabric.sites[second.end].addresses[0][0]
        return second if intervals.holds(self._fabric.sites[second.start].addresses, there) else first

    def _blamed(self, starts: list[int], end: int, lost: PacketSet) -> int:
        """Return the site that the loss is told of: one in the device's own subnet, or the first that sends any."""
        sites, there = self._fabric.sites, self._fabric.sites[end].addresses[0][0]
        sends = [start for start in starts if lost.sourced(sites[start].addresses)]
        near = [start for start in sends if intervals.holds(sites[start].addresses, there)]
        return [*near, *sends, *starts][0]
