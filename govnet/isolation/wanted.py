"""What must get through: packets and their answers, by where the sites that send them enter routers.

After a change that moves sites only the groups of senders that differ are worked out again.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.packets import NOTHING, TCP, PacketSet
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govnet.isolation.intervals import Intervals
    from govnet.isolation.sites import Site
    from govnet.isolation.surroundings import Entrance
    from govnet.network.model import Network

_TCP = PacketSet.of(protocols=((TCP, TCP),))
Way = tuple["Entrance", ...]
Pair = tuple[str, str]
Entries = dict["Entrance", PacketSet]
_Sent = tuple[Entries, PacketSet]
_Groups = dict[Way, list[int]]


class Wanted:
    """Computes each thing when it is first asked for, and keeps it."""

    def __init__(
        self, network: Network, sites: Mapping[int, Site], ways: Mapping[int, Way], permits: Mapping[Pair, PacketSet]
    ) -> None:
        """Look at what sites send each other.

        Args:
            network: what should be.
            sites: who is where.
            ways: site -> where its ordinary hosts enter routers.
            permits: what the policy permits between two zones.
        """
        self.network, self.sites, self.ways, self.permits = network, sites, ways, permits
        self._needs: dict[str, _Sent] = {}
        self._between: dict[tuple[str, str, bool], PacketSet] = {}
        self._groups: dict[str, _Groups] = {}
        self._sent: dict[tuple[str, str, bool], tuple[_Groups, dict[Way, PacketSet]]] = {}

    def resettled(self, sites: Mapping[int, Site], ways: Mapping[int, Way], zones: Iterable[str]) -> Wanted:
        """Return the same where sites of some zones are others, or enter routers elsewhere."""
        other = Wanted(self.network, sites, ways, self.permits)
        other._sent = dict(self._sent)
        other._groups = {zone: groups for zone, groups in self._groups.items() if zone not in zones}
        if other.ends == self.ends:
            vars(other)["ends"], other._between = self.ends, self._between
            vars(other)["meant"] = self.meant
            other._needs = {zone: needs for zone, needs in self._needs.items() if zone not in zones}
        else:
            other._sent = {}
        return other

    @cached_property
    def by_zone(self) -> Mapping[str, list[int]]:
        """Zone -> its sites (by number), the devices' own addresses among them."""
        found: dict[str, list[int]] = {zone: [] for zone in self.network.zones}
        for number, site in self.sites.items():
            found.setdefault(site.zone, []).append(number)
        return found

    def groups(self, zone: str) -> _Groups:
        """Return the hosts' and upstreams' sites of a zone by where they enter routers."""
        if zone not in self._groups:
            groups: _Groups = {}
            for number in self.by_zone.get(zone, ()):
                if not self.sites[number].device:
                    groups.setdefault(self.ways[number], []).append(number)
            self._groups[zone] = groups
        return self._groups[zone]

    def space(self, members: Iterable[int]) -> Intervals:
        """Return the addresses of some sites."""
        return intervals.normal(piece for number in members for piece in self.sites[number].addresses)

    @cached_property
    def ends(self) -> Mapping[str, tuple[Intervals, Intervals]]:
        """Zone -> addresses of its segments, addresses behind its upstreams."""
        found = {}
        for zone, members in self.by_zone.items():
            hosts = [number for number in members if self.sites[number].segment]
            found[zone] = (self.space(hosts), self.space(i for i in members if self.sites[i].upstream))
        return found

    def _needed(self, zone: str, *, upstream: bool) -> Iterator[tuple[str, PacketSet]]:
        """Yield (target zone, packets) that must get through.

        What is behind an upstream is ours to reach, and may reach us only where the policy opens a service. Devices
        need only one way in, which is looked at by itself.
        """
        for target in self.network.zones:
            permits = self.permits.get((zone, target))
            if permits is None:
                continue
            action = self.network.policy[zone, target].action
            hosts, beyond = self.ends[target]
            if not upstream or action is Action.FIREWALL:
                service = action in (Action.ALLOW, Action.FIREWALL)
                yield target, permits.towards(intervals.union(hosts, beyond) if service else hosts)

    def needed_between(self, source: str, target: str, *, upstream: bool) -> PacketSet:
        """Return what must get through between two zones, from hosts or else from behind upstreams."""
        key = source, target, upstream
        if key not in self._between:
            found = dict(self._needed(source, upstream=upstream)).get(target, NOTHING)
            self._between[key] = found.sourced(self.ends[source][upstream])
        return self._between[key]

    def answered_between(self, source: str, target: str, *, upstream: bool) -> PacketSet:
        """Return the answers to what must get through between two zones; a trap needs one if it is tcp."""
        return self._wanting(source, target, self.needed_between(source, target, upstream=upstream)).reversed()

    def _wanting(self, source: str, target: str, packets: PacketSet) -> PacketSet:
        """Return those packets between two zones that need an answer."""
        cell = self.network.policy.get((source, target))
        return packets.intersection(_TCP) if cell is not None and cell.action is Action.TRAPS else packets

    def needs(self, zone: str) -> _Sent:
        """Return what must get through from a zone: packets by entrance, and those that enter no router at all."""
        if zone not in self._needs:
            self._needs[zone] = _by_entrance(self._sent_from(zone))
        return self._needs[zone]

    def _sent_from(self, zone: str) -> Iterator[tuple[Way, PacketSet]]:
        """Yield (where sites enter routers, what they must get through)."""
        for upstream in (False, True):
            found = [packets for _, packets in self._needed(zone, upstream=upstream)]
            whole = PacketSet.all_of(found or [NOTHING])
            yield from self._by_way(("needs", zone, upstream), self._of_kind(zone, upstream=upstream), whole)

    def _of_kind(self, zone: str, *, upstream: bool) -> _Groups:
        """Return the groups of a zone with their hosts' sites only, or with those behind upstreams only."""
        groups, sites = self.groups(zone), self.sites
        others = {number for number in self.by_zone[zone] if bool(sites[number].upstream) is not upstream}
        if not others:
            return groups
        found = ((way, [number for number in members if number not in others]) for way, members in groups.items())
        return {way: members for way, members in found if members}

    def _by_way(self, key: tuple[str, str, bool], groups: _Groups, whole: PacketSet) -> Iterable[tuple[Way, PacketSet]]:
        """Return what each group sends of some packets; what a group sent before stays while nobody joins or leaves."""
        before, known = self._sent.get(key, ({}, {}))
        found = {
            way: known[way] if way in known and before[way] == members else self._from_members(whole, members)
            for way, members in groups.items()
        }
        self._sent[key] = groups, found
        return found.items()

    def _from_members(self, whole: PacketSet, members: Sequence[int]) -> PacketSet:
        """Return packets of some sites without those inside one segment, between which there is no router."""
        if len(members) == 1:
            site = self.sites[members[0]]
            packets = whole.sourced(site.addresses)
            return (
                packets.towards(intervals.difference(intervals.ADDRESSES, site.addresses)) if site.segment else packets
            )
        packets = whole.sourced(self.space(members))
        segments = [self.sites[number].segment for number in members]
        segments = list(dict.fromkeys(segments)) if len(segments) > 1 else segments
        subnets = [intervals.of_networks([segment.subnet]) for segment in segments if segment]
        if len(segments) == len(subnets) == 1:  # all that they send is from this subnet
            return packets.towards(intervals.difference(intervals.ADDRESSES, subnets[0]))
        for subnet in subnets:
            packets = packets.difference(PacketSet.of(subnet, subnet))
        return packets

    @cached_property
    def answers(self) -> _Sent:
        """Answers to all that must get through, like `needs`."""
        return _by_entrance(one for zone in self.meant for one in self._answered(zone))

    def _answered(self, zone: str) -> Iterator[tuple[Way, PacketSet]]:
        whole = self.meant[zone]
        yield from self._by_way(("answers", zone, False), self.groups(zone), whole) if whole else ()

    @cached_property
    def meant(self) -> Mapping[str, PacketSet]:
        """Zone -> the answers that somebody of it has to send."""
        meant: dict[str, list[PacketSet]] = {zone: [] for zone in self.network.zones}
        for zone in self.network.zones:
            for upstream in (False, True):
                sources = self.ends[zone][upstream]
                for target, packets in self._needed(zone, upstream=upstream):
                    meant[target].append(self._wanting(zone, target, packets.sourced(sources)).reversed())
        return {zone: PacketSet.all_of(parts) if any(parts) else NOTHING for zone, parts in meant.items()}

    @cached_property
    def shared(self) -> Intervals:
        """Addresses that more than one host site has: a torn segment's, or those of two that overlap."""
        return self.twice(self.sites)

    @cached_property
    def sent_twice(self) -> Intervals:
        """Addresses that more than one host site with a router has: a packet's source does not tell its sender."""
        return self.twice(number for number in self.sites if self.ways[number]) if self.shared else intervals.NONE

    def twice(self, numbers: Iterable[int]) -> Intervals:
        """Return the addresses that more than one host site has of some."""
        sites = (self.sites[number] for number in numbers)
        pieces = sorted(piece for site in sites if not site.device for piece in site.addresses)
        found, last = [], -1
        for low, high in pieces:
            if low <= last:
                found.append((low, min(high, last)))
            last = max(last, high)
        return intervals.normal(found)


def _by_entrance(sent: Iterable[tuple[Way, PacketSet]]) -> _Sent:
    """Return packets by the router that they enter, and those that enter none."""
    entries: dict[Entrance, list[PacketSet]] = {}
    outside: list[PacketSet] = []
    for way, packets in sent:
        if packets:
            outside += [] if way else [packets]
            for entrance in way:
                entries.setdefault(entrance, []).append(packets)
    return {e: PacketSet.all_of(parts) for e, parts in entries.items()}, PacketSet.all_of(outside or [NOTHING])
