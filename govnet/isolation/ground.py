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
from govnet.isolation.packets import PacketSet
from govnet.isolation.segments import merged, torn
from govnet.isolation.sites import zone_space
from govnet.isolation.translation import translated_destinations
from govnet.isolation.wanted import Wanted
from govnet.network.model import grouped
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govnet.isolation.guards import Guards
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.passing import Passing
    from govnet.isolation.routes import Span
    from govnet.isolation.segments import Gap
    from govnet.isolation.sites import Site
    from govnet.isolation.surroundings import Entrance
    from govnet.isolation.wanted import Entries, Pair, Way
    from govnet.network.model import Network
    from govnet.network.permitted import PolicyCell


def allowed(cell: PolicyCell | None, sources: Intervals, targets: Intervals) -> PacketSet:
    """Return the packets that a cell of the policy permits between the addresses of two zones."""
    if cell is None:
        return PacketSet()
    between = PacketSet.of(sources, targets)
    return PacketSet().union(*(permit_set(permit).intersection(between) for permit in cell.permits))


class Ground:
    """Computes each thing when it is first asked for, and keeps it."""

    def __init__(self, network: Network, sites: Mapping[int, Site], hostile: Passing, plain: Passing) -> None:
        self.network, self.sites, self.hostile, self.plain = network, sites, hostile, plain
        self._entries: dict[str, Entries] = {}
        self._near: dict[str, Mapping[int, Intervals]] = {}

    def moved(self, hostile: Passing, plain: Passing) -> Ground:
        """Return the same with routers that have the same interfaces; what was computed so far stays."""
        other = object.__new__(Ground)
        vars(other).update(vars(self))
        other.hostile, other.plain = hostile, plain
        return other

    def resettled(self, sites: Mapping[int, Site], hostile: Passing, plain: Passing, unlike: Iterable[int]) -> Ground:
        """Return the same where some sites are others or elsewhere; the devices' own are what and where they were."""
        zones = {world[number].zone for world in (self.sites, sites) for number in unlike if number in world}
        other = Ground(self.network, sites, hostile, plain)
        for name in ("spaces", "routers_own", "_hosts_own", "permits", "_translated"):
            if name in vars(self):
                vars(other)[name] = vars(self)[name]
        other._entries = {zone: entries for zone, entries in self._entries.items() if zone not in zones}
        other._near = {zone: near for zone, near in self._near.items() if zone not in zones}
        vars(other)["wanted"] = self.wanted.resettled(sites, other.ways, zones)
        return other

    @cached_property
    def wanted(self) -> Wanted:
        """What must get through."""
        return Wanted(self.network, self.sites, self.ways, self.permits)

    @property
    def shared(self) -> Intervals:
        """Addresses that more than one host site has."""
        return self.wanted.shared

    @cached_property
    def _taken(self) -> frozenset[int]:
        """The sites that some router hands packets."""
        return frozenset(number for way in self.plain.hearing.values() for number in self.plain.takers(*way))

    @cached_property
    def taken_twice(self) -> Intervals:
        """Addresses that more than one host site has which routers hand packets: a packet does not tell who gets it."""
        return self.wanted.twice(self._taken) if self.shared else intervals.NONE

    @cached_property
    def deaf(self) -> Sequence[int]:
        """Host sites that no router hands packets, while another site has addresses of theirs."""
        alone = [number for number in self.sites if number not in self._taken] if self.shared else []
        spaces = ((number, self.sites[number]) for number in alone)
        return [n for n, site in spaces if not site.device and intervals.intersection(site.addresses, self.shared)]

    @cached_property
    def managed(self) -> Mapping[str, tuple[int, ...]]:
        """Zone -> the sites that are addresses at which the runner logs in to devices."""
        return grouped((site.zone, number) for number, site in self.sites.items() if site.managed)

    def same(self, start: int, end: int) -> bool:
        """Return whether two sites are of one segment: there is no router between; see `torn`."""
        segment = self.sites[start].segment
        return segment is not None and segment == self.sites[end].segment

    def of_hosts(self, packets: PacketSet) -> PacketSet:
        """Return the packets between hosts: what a router has as its own address, it does not pass on."""
        return packets.sourced(self._hosts_own).towards(self._hosts_own) if packets else packets

    @cached_property
    def _hosts_own(self) -> Intervals:
        """All addresses that hosts can have."""
        return intervals.difference(intervals.ADDRESSES, self.routers_own)

    @cached_property
    def spaces(self) -> Mapping[str, Intervals]:
        """Zone -> all its addresses."""
        return {zone: zone_space(self.network, self.sites.values(), zone) for zone in self.network.zones}

    @cached_property
    def routers_own(self) -> Intervals:
        """All addresses of the routers themselves, which no host can have."""
        own = (part for router in self.plain.routers.values() for part in router.own.values())
        return intervals.normal(piece for part in own for piece in part)

    @cached_property
    def permits(self) -> Mapping[Pair, PacketSet]:
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

    def _sources(self, zone: str) -> list[int]:
        """Return where somebody of ``zone`` may act from: its endpoints and upstreams, not the devices themselves."""
        return [number for number in self.wanted.by_zone.get(zone, ()) if not self.sites[number].device]

    def sources(self, zone: str) -> list[Site]:
        """Return the sites that somebody of ``zone`` may act from."""
        return [self.sites[number] for number in self._sources(zone)]

    def entries(self, zone: str) -> Entries:
        """Return what hostile endpoints of a zone can put into routers."""
        if zone not in self._entries:
            spaces: dict[Entrance, list[Span]] = {}
            for number in self._sources(zone):
                for entrance in self.hostile.ways_in(number):
                    spaces.setdefault(entrance, []).extend(self.sites[number].addresses)
            self._entries[zone] = {e: PacketSet.of(sources=intervals.normal(space)) for e, space in spaces.items()}
        return self._entries[zone]

    def near(self, zone: str) -> Mapping[int, Intervals]:
        """Return site (by number) whose broadcast domain some endpoints of a zone are in -> their addresses.

        Raises:
            KeyError: the network has no such zone.
        """
        if zone not in self._near:
            self.network.zones[zone]
            spaces: dict[int, Intervals] = {}
            for number in self._sources(zone):
                for other in self.hostile.near(number).sites:
                    spaces[other] = intervals.union(spaces.get(other, intervals.NONE), self.sites[number].addresses)
            self._near[zone] = spaces
        return self._near[zone]

    @cached_property
    def beside(self) -> Mapping[Pair, list[int]]:
        """(zone, other) -> the other's sites (indices) that are in a broadcast domain of some endpoint of the zone."""
        found: dict[Pair, list[int]] = {}
        for zone in self.network.zones:
            for index in self.near(zone):
                found.setdefault((zone, self.sites[index].zone), []).append(index)
        return found

    @cached_property
    def ways(self) -> Mapping[int, Way]:
        """Site -> where its ordinary hosts enter routers."""
        return {number: self.plain.ways_in(number) for number in self.sites}

    @cached_property
    def entered_first(self) -> Guards:
        """Addresses of hosts by the routers that their packets enter first."""
        return entered_first(self)

    @cached_property
    def left_last(self) -> Guards:
        """Addresses of hosts by the routers that may hand them packets."""
        return left_last(self)

    @cached_property
    def torn(self) -> Sequence[Gap]:
        """The sites of one segment that cannot exchange frames, both ways."""
        return tuple(torn(self))

    @cached_property
    def merged(self) -> Sequence[str]:
        """Findings that break no cell of the matrix, about places: segments merged, upstreams without a router."""
        return tuple(merged(self))
