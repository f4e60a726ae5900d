"""What must flow: the packets that the policy permits, followed there and back as ordinary hosts would send them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.filters import permit_set
from govnet.isolation.packets import TCP, PacketSet
from govnet.network.model import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.isolation.fabric import Fabric
    from govnet.isolation.flow import Entrance, Entries, Flow
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.sites import Site
    from govnet.network.model import PolicyCell

_TCP = PacketSet.of(protocols=((TCP, TCP),))
_Way = frozenset["Entrance"]


class Gap(NamedTuple):
    """Packets that should get from site ``start`` to site ``end`` (indices) and do not, or whose answers do not."""

    start: int
    end: int
    packets: PacketSet
    answers: bool


def allowed(cell: PolicyCell | None, sources: Intervals, targets: Intervals) -> PacketSet:
    """Return the packets that a cell of the policy permits between the addresses of two zones."""
    if cell is None:
        return PacketSet()
    between = PacketSet.of(sources, targets)
    return PacketSet().union(*(permit_set(permit).intersection(between) for permit in cell.permits))


class Needs:
    """Finds what is missing. Hosts of one segment that enter the same routers are followed together."""

    def __init__(self, fabric: Fabric, permits: Mapping[tuple[str, str], PacketSet]) -> None:
        self._fabric, self._permits = fabric, permits
        self._flows = fabric.plain
        self._ways = [self._flows.entries(site) for site in fabric.sites]
        self._own = (PacketSet.of(sources=fabric.routers_own), PacketSet.of(destinations=fabric.routers_own))
        self._explored: dict[tuple[int, ...], Flow] = {}
        self._by_zone: dict[str, list[int]] = {}
        for index, site in enumerate(fabric.sites):
            self._by_zone.setdefault(site.zone, []).append(index)

    def _own_at(self, end: int) -> PacketSet:
        """Return the packets to routers' own addresses among a site's: few, so taken out before all the others."""
        own = intervals.intersection(self._fabric.sites[end].addresses, self._fabric.routers_own)
        return PacketSet.of(destinations=own)

    def _of_hosts(self, packets: PacketSet) -> PacketSet:
        """Return the packets between hosts: what a router has as its own address, it does not pass on."""
        return packets.difference(self._own[0]).difference(self._own[1]) if packets else packets

    def gaps(self) -> dict[tuple[str, str], list[Gap]]:
        """Return (source zone, target zone) -> what is missing."""
        found: dict[tuple[str, str], list[Gap]] = {}
        wanted: list[Gap] = []
        for zone in self._fabric.network.zones:
            for gap, done in self._from_zone(zone):
                wanted.append(done)
                self._note(found, gap)
        for gap in self._answers([want for want in wanted if want.packets]):
            self._note(found, gap)
        for gap in [*self._torn(), *self._unmanaged()]:
            self._note(found, gap)
        return found

    def _note(self, found: dict[tuple[str, str], list[Gap]], gap: Gap) -> None:
        if gap.packets:
            pair = (self._fabric.sites[gap.start].zone, self._fabric.sites[gap.end].zone)
            found.setdefault(pair, []).append(gap)

    def _groups(self, zone: str) -> dict[_Way, list[int]]:
        groups: dict[_Way, list[int]] = {}
        for index in self._by_zone.get(zone, ()):
            if not self._fabric.sites[index].device:
                groups.setdefault(self._ways[index], []).append(index)
        return groups

    def _from_zone(self, zone: str) -> Iterator[tuple[Gap, Gap]]:
        """Yield (what does not arrive, what does) for each needed pair of a group of sites and a target site."""
        for way, members in self._groups(zone).items():
            flow = self._explore(way, members)
            for target in self._fabric.network.zones:
                if (zone, target) in self._permits:
                    yield from self._towards(zone, target, members, flow)

    def _explore(self, way: _Way, members: Iterable[int]) -> Flow:
        key = tuple(members)
        if key not in self._explored:
            space = self._space(members)
            entries = dict.fromkeys(sorted(way, key=repr), PacketSet.of(sources=space))
            self._explored[key] = self._flows.explore(entries)
        return self._explored[key]

    def _space(self, members: Iterable[int]) -> Intervals:
        return intervals.normal(piece for index in members for piece in self._fabric.sites[index].addresses)

    def _towards(self, zone: str, target: str, members: list[int], flow: Flow) -> Iterator[tuple[Gap, Gap]]:
        for end in self._by_zone.get(target, ()):
            starts = [start for start in members if self._needed(zone, target, start, end)]
            if not starts:
                continue
            between = PacketSet.of(self._space(starts), self._fabric.sites[end].addresses)
            need = self._permits[zone, target].intersection(between)
            lost = need.difference(flow.at(end)) if need else need
            lost = self._of_hosts(lost.difference(self._own_at(end)))
            start = self._blamed(starts, lost)
            yield Gap(start, end, lost, answers=False), Gap(start, end, need.difference(lost), answers=False)

    def _blamed(self, starts: list[int], lost: PacketSet) -> int:
        """Return the first site that sends some of ``lost``."""
        for start in starts:
            if lost.intersection(PacketSet.of(sources=self._fabric.sites[start].addresses)):
                return start
        return starts[0]

    def _needed(self, zone: str, target: str, start: int, end: int) -> bool:
        """Return whether packets from a site must get to another.

        Inside a segment there is no router between (see `_torn`); devices need only one way in (see `_unmanaged`);
        what is behind an upstream is ours to reach, and may reach us only where the policy opens a service.
        """
        source, goal = self._fabric.sites[start], self._fabric.sites[end]
        if goal.device or (source.segment and source.segment == goal.segment):
            return False
        action = self._fabric.network.policy[zone, target].action
        if source.upstream:
            return action is Action.FIREWALL
        return not goal.upstream or action in (Action.ALLOW, Action.FIREWALL)

    def _answers(self, done: list[Gap]) -> Iterator[Gap]:
        """Yield the packets whose answers do not get back; a trap needs no answer unless it is tcp."""
        back: dict[_Way, list[Gap]] = {}
        for gap in done:
            pair = (self._fabric.sites[gap.start].zone, self._fabric.sites[gap.end].zone)
            traps = self._fabric.network.policy[pair].action is Action.TRAPS
            packets = gap.packets.intersection(_TCP) if traps else gap.packets
            if packets:
                back.setdefault(self._ways[gap.end], []).append(gap._replace(packets=packets.reversed()))
        for way, gaps in back.items():
            yield from self._unanswered(way, gaps)

    def _unanswered(self, way: _Way, gaps: list[Gap]) -> Iterator[Gap]:
        packets = PacketSet().union(*(gap.packets for gap in gaps))
        entries: Entries = dict.fromkeys(sorted(way, key=repr), packets.widened())
        flow = self._flows.explore(entries, established=True)
        arrived = [arrival.packets for arrival in flow.arrivals if not self._fabric.sites[arrival.site].device]
        lost = self._of_hosts(packets.without(arrived))
        if not lost:
            return
        for gap in gaps:
            yield Gap(gap.start, gap.end, lost.intersection(gap.packets).reversed(), answers=True)

    def _torn(self) -> Iterator[Gap]:
        """Yield the sites of one segment that cannot exchange frames, both ways."""
        segments: dict[object, list[int]] = {}
        for index, site in enumerate(self._fabric.sites):
            if site.segment:
                segments.setdefault(site.segment, []).append(index)
        for members in segments.values():
            for one in members:
                near = self._flows.sites_near(self._fabric.sites[one].plain.sends)
                lost = self._fabric.sites[one].addresses
                for other in members:
                    several = other != one or len(self._fabric.sites[one].ends) > 1
                    if several and other not in near:
                        yield Gap(one, other, PacketSet.of(lost, lost), answers=False)

    def _unmanaged(self) -> Iterator[Gap]:
        """Yield the devices' own addresses that nobody of the management zone can open a session to, and back."""
        for end, site in enumerate(self._fabric.sites):
            if site.managed and self._permits.get((site.zone, site.zone)):
                yield from self._unreached(end, site)

    def _unreached(self, end: int, site: Site) -> Iterator[Gap]:
        failed: Gap | None = None
        for members in self._groups(site.zone).values():
            space = intervals.difference(self._space(members), self._fabric.routers_own)
            need = site.accept.intersection(PacketSet.of(sources=space))
            if not need:
                continue
            if self._managed(members, end, need):
                return
            failed = failed or Gap(self._blamed(members, need), end, need, answers=False)
        if failed:
            yield failed

    def _managed(self, members: list[int], end: int, need: PacketSet) -> bool:
        """Return whether a group of hosts gets to a device's own address, in its own domain or through routers."""
        site = self._fabric.sites[end]
        for start in members:
            host = self._fabric.sites[start]
            there = end in self._flows.sites_near(host.plain.sends)
            if there and start in self._flows.sites_near(site.plain.sends):
                return True
        if need.difference(self._explore(self._ways[members[0]], members).at(end)):
            return False
        answers = dict.fromkeys(sorted(self._ways[end], key=repr), need.reversed())
        flow = self._flows.explore(answers, established=True)
        back = PacketSet().union(*(flow.at(start) for start in members))
        return not need.reversed().difference(back)
