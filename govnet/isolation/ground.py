"""What a proof stands on and no filter changes: who is where, what each zone may send, and where it enters routers.

All of it follows from the network, the broadcast domains and the interfaces of routers; a change of rules or routes
leaves it as it is, and `Fabric.update` takes it over.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.filters import permit_set
from govnet.isolation.guards import entered_first, left_last
from govnet.isolation.packets import TCP, PacketSet
from govnet.isolation.segments import merged, torn
from govnet.isolation.sites import zone_space
from govnet.isolation.translation import translated_destinations
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govnet.isolation.guards import Guards
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.passing import Passing
    from govnet.isolation.segments import Gap
    from govnet.isolation.sites import Site
    from govnet.isolation.surroundings import Entrance
    from govnet.network.model import Network
    from govnet.network.permitted import PolicyCell

_TCP = PacketSet.of(protocols=((TCP, TCP),))
_Way = tuple["Entrance", ...]
_Pair = tuple[str, str]
Entries = dict["Entrance", PacketSet]


def allowed(cell: PolicyCell | None, sources: Intervals, targets: Intervals) -> PacketSet:
    """Return the packets that a cell of the policy permits between the addresses of two zones."""
    if cell is None:
        return PacketSet()
    between = PacketSet.of(sources, targets)
    return PacketSet().union(*(permit_set(permit).intersection(between) for permit in cell.permits))


class Ground:
    """Computes each thing when it is first asked for, and keeps it."""

    def __init__(self, network: Network, sites: Sequence[Site], hostile: Passing, plain: Passing) -> None:
        self.network, self.sites, self.hostile, self.plain = network, sites, hostile, plain
        self._needs: dict[str, tuple[Entries, PacketSet]] = {}
        self._between: dict[tuple[str, str, bool], PacketSet] = {}
        self._entries: dict[str, Entries] = {}

    def moved(self, hostile: Passing, plain: Passing) -> Ground:
        """Return the same with routers that have the same interfaces; what was computed so far stays."""
        other = object.__new__(Ground)
        vars(other).update(vars(self))
        other.hostile, other.plain = hostile, plain
        return other

    @cached_property
    def spaces(self) -> Mapping[str, Intervals]:
        """Zone -> all its addresses."""
        return {zone: zone_space(self.network, self.sites, zone) for zone in self.network.zones}

    @cached_property
    def routers_own(self) -> Intervals:
        """All addresses of the routers themselves, which no host can have."""
        own = (part for router in self.plain.routers.values() for part in router.own.values())
        return intervals.normal(piece for part in own for piece in part)

    @cached_property
    def by_zone(self) -> Mapping[str, list[int]]:
        """Zone -> its sites (indices), the devices' own addresses among them."""
        found: dict[str, list[int]] = {zone: [] for zone in self.network.zones}
        for index, site in enumerate(self.sites):
            found.setdefault(site.zone, []).append(index)
        return found

    @cached_property
    def permits(self) -> Mapping[_Pair, PacketSet]:
        """(source zone, target zone) -> packets that the policy permits; pairs without any are left out."""
        found = {p: allowed(c, self.spaces[p[0]], self.spaces[p[1]]) for p, c in self.network.policy.items()}
        return {pair: packets for pair, packets in found.items() if packets}

    def free(self, source: str, target: str) -> bool:
        """Return whether the policy allows everything."""
        cell = self.network.policy.get((source, target))
        return cell is not None and cell.action is Action.ALLOW

    def ignored(self, zone: str) -> PacketSet:
        """Return packets of a zone that break nothing wherever they get to: permitted, and for one zone only."""
        found = []
        for target, space in self.spaces.items():
            others = (piece for zone_, one in self.spaces.items() if zone_ != target for piece in one)
            alone = intervals.difference(intervals.difference(space, intervals.normal(others)), self._translated)
            permitted = self.permits.get((zone, target), PacketSet())
            found.append(PacketSet.of(destinations=alone) if self.free(zone, target) else permitted.towards(alone))
        return PacketSet.all_of(found)

    @cached_property
    def _translated(self) -> Intervals:
        routers = self.plain.routers.values()
        return intervals.normal(piece for r in routers if r.nat for piece in translated_destinations(r.nat))

    def sources(self, zone: str) -> list[Site]:
        """Return where somebody of ``zone`` may act from: its endpoints and upstreams, not the devices themselves."""
        return [self.sites[index] for index in self.by_zone.get(zone, ()) if not self.sites[index].device]

    def entries(self, zone: str) -> Entries:
        """Return what hostile endpoints of a zone can put into routers."""
        if zone not in self._entries:
            self._entries[zone] = self._find_entries(zone)
        return self._entries[zone]

    def _find_entries(self, zone: str) -> Entries:
        spaces: dict[Entrance, Intervals] = {}
        for site in self.sources(zone):
            for entrance in self.hostile.entries(site):
                spaces[entrance] = intervals.union(spaces.get(entrance, intervals.NONE), site.addresses)
        return {entrance: PacketSet.of(sources=space) for entrance, space in spaces.items()}

    @cached_property
    def near(self) -> Mapping[str, Mapping[int, Intervals]]:
        """Zone -> site (index) whose broadcast domain some of its endpoints are in -> their addresses."""
        found: dict[str, dict[int, Intervals]] = {zone: {} for zone in self.network.zones}
        for zone, spaces in found.items():
            for site in self.sources(zone):
                for index in self.hostile.sites_near(site.hostile.sends):
                    spaces[index] = intervals.union(spaces.get(index, intervals.NONE), site.addresses)
        return found

    @cached_property
    def beside(self) -> Mapping[_Pair, list[int]]:
        """(zone, other) -> the other's sites (indices) that are in a broadcast domain of some endpoint of the zone."""
        found: dict[_Pair, list[int]] = {}
        for zone, near in self.near.items():
            for index in near:
                found.setdefault((zone, self.sites[index].zone), []).append(index)
        return found

    @cached_property
    def ways(self) -> Sequence[_Way]:
        """Where ordinary hosts of each site enter routers, in the order of the sites."""
        return [self.plain.entries(site) for site in self.sites]

    @cached_property
    def entered_first(self) -> Guards:
        """Addresses of hosts by the routers that their packets enter first."""
        return entered_first(self)

    @cached_property
    def left_last(self) -> Guards:
        """Addresses of hosts by the routers that may hand them packets."""
        return left_last(self)

    def groups(self, zone: str) -> dict[_Way, list[int]]:
        """Return the hosts' and upstreams' sites of a zone by where they enter routers."""
        groups: dict[_Way, list[int]] = {}
        for index in self.by_zone.get(zone, ()):
            if not self.sites[index].device:
                groups.setdefault(self.ways[index], []).append(index)
        return groups

    def space(self, members: Iterable[int]) -> Intervals:
        """Return the addresses of some sites."""
        return intervals.normal(piece for index in members for piece in self.sites[index].addresses)

    @cached_property
    def _ends(self) -> Mapping[str, tuple[Intervals, Intervals]]:
        """Zone -> addresses of its segments, addresses behind its upstreams."""
        found = {}
        for zone, members in self.by_zone.items():
            hosts = [index for index in members if self.sites[index].segment]
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
            hosts, beyond = self._ends[target]
            if not upstream or action is Action.FIREWALL:
                service = action in (Action.ALLOW, Action.FIREWALL)
                yield target, permits.towards(intervals.union(hosts, beyond) if service else hosts)

    def needed_between(self, source: str, target: str, *, upstream: bool) -> PacketSet:
        """Return what must get through between two zones, from hosts or else from behind upstreams."""
        key = source, target, upstream
        if key not in self._between:
            found = dict(self._needed(source, upstream=upstream)).get(target, PacketSet())
            self._between[key] = found.sourced(self._ends[source][upstream])
        return self._between[key]

    def needs(self, zone: str) -> tuple[Entries, PacketSet]:
        """Return what must get through from a zone: packets by entrance, and those that enter no router at all."""
        if zone not in self._needs:
            self._needs[zone] = self._find_needs(zone)
        return self._needs[zone]

    def _find_needs(self, zone: str) -> tuple[Entries, PacketSet]:
        entries: dict[Entrance, list[PacketSet]] = {}
        outside = []
        for upstream in (False, True):
            whole = PacketSet.all_of([packets for _, packets in self._needed(zone, upstream=upstream)] or [PacketSet()])
            for way, members in self.groups(zone).items():
                kind = [index for index in members if bool(self.sites[index].upstream) is upstream]
                packets = self._own_segments_aside(whole.sourced(self.space(kind)), kind) if kind else PacketSet()
                if packets:
                    outside += [] if way else [packets]
                    for entrance in way:
                        entries.setdefault(entrance, []).append(packets)
        return {e: PacketSet.all_of(parts) for e, parts in entries.items()}, PacketSet.all_of(outside or [PacketSet()])

    def _own_segments_aside(self, packets: PacketSet, members: Sequence[int]) -> PacketSet:
        """Return packets of some sites without those inside one segment, between which there is no router."""
        segments = [self.sites[index].segment for index in members]
        segments = list(dict.fromkeys(segments)) if len(segments) > 1 else segments
        subnets = [intervals.of_networks([segment.subnet]) for segment in segments if segment]
        if len(segments) == len(subnets) == 1:  # all that they send is from this subnet
            return packets.towards(intervals.difference(intervals.ADDRESSES, subnets[0]))
        for subnet in subnets:
            packets = packets.difference(PacketSet.of(subnet, subnet))
        return packets

    @cached_property
    def answers(self) -> tuple[Entries, PacketSet]:
        """Answers to all that must get through, like `needs`; a trap needs one if it is tcp."""
        meant: dict[str, list[PacketSet]] = {zone: [] for zone in self.network.zones}
        for zone in self.network.zones:
            for upstream in (False, True):
                sources = self._ends[zone][upstream]
                for target, packets in self._needed(zone, upstream=upstream):
                    traps = self.network.policy[zone, target].action is Action.TRAPS
                    kept = packets.sourced(sources)
                    meant[target].append((kept.intersection(_TCP) if traps else kept).reversed())
        entries: dict[Entrance, list[PacketSet]] = {}
        outside = []
        for zone, parts in meant.items():
            whole = PacketSet.all_of(parts) if any(parts) else PacketSet()
            for way, members in self.groups(zone).items() if whole else ():
                packets = self._own_segments_aside(whole.sourced(self.space(members)), members)
                outside += [packets] if packets and not way else []
                for entrance in way if packets else ():
                    entries.setdefault(entrance, []).append(packets)
        return {e: PacketSet.all_of(parts) for e, parts in entries.items()}, PacketSet.all_of(outside or [PacketSet()])

    @cached_property
    def shared(self) -> Intervals:
        """Addresses that more than one host site has: a torn segment's, or those of two that overlap."""
        pieces = sorted(piece for site in self.sites if not site.device for piece in site.addresses)
        found, last = [], -1
        for low, high in pieces:
            if low <= last:
                found.append((low, min(high, last)))
            last = max(last, high)
        return intervals.normal(found)

    @cached_property
    def torn(self) -> Sequence[Gap]:
        """The sites of one segment that cannot exchange frames, both ways."""
        return tuple(torn(self))

    @cached_property
    def merged(self) -> Sequence[str]:
        """Findings that break no cell of the matrix, about places: segments merged, upstreams without a router."""
        return tuple(merged(self))
