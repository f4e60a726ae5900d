"""The fabric: broadcast domains, routers and sites of one network, and what each zone can reach through them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.flow import Arrival, Entrance, Entries, Flow, Flows
from govnet.isolation.layer2 import Layer2
from govnet.isolation.packets import PacketSet
from govnet.isolation.routers import Router
from govnet.isolation.sites import find_sites, zone_space
from govnet.isolation.trace import Tracer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govnet.config.reading import Reading
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.sites import Site
    from govnet.isolation.witness import Witness
    from govnet.network.model import Network


@dataclass(frozen=True, slots=True)
class Reach:
    """What gets from one zone to another.

    Attributes:
        packets: packets that may open a session.
        layer2: some of their endpoints share a broadcast domain: any frame gets through, whatever its addresses.
    """

    packets: PacketSet
    layer2: bool


class Fabric:
    """What can reach what, computed from the network's cables and the readings of its devices.

    Endpoints are taken as hostile: they tag frames as they like and use any router that hears them, with the addresses
    of their own segment. Filters bound to switchports are not counted as isolation (on some platforms they see routed
    packets only); `govnet.isolation.holes` names the devices that have any.
    """

    def __init__(self, network: Network, readings: Mapping[str, Reading]) -> None:
        self.network = network
        self.readings = {name: reading for name, reading in readings.items() if name in network.devices}
        self.configs = {name: reading.config for name, reading in self.readings.items()}
        self.layer2 = Layer2(network, self.configs)
        self.sites = find_sites(network, self.configs, self.layer2)
        routers = {name: Router(name, config) for name, config in self.configs.items() if config.interfaces}
        self.hostile = Flows(routers, self.layer2, self.sites, hostile=True)
        self.plain = Flows(routers, self.layer2, self.sites, hostile=False)
        self._spread: dict[str, Flow] = {}
        self._reach: dict[tuple[str, str], Reach] = {}

    @cached_property
    def spaces(self) -> Mapping[str, Intervals]:
        """Zone -> all its addresses."""
        return {zone: zone_space(self.network, self.sites, zone) for zone in self.network.zones}

    @cached_property
    def routers_own(self) -> Intervals:
        """All addresses of the routers themselves, which no host can have."""
        own = (part for router in self.plain.routers.values() for part in router.own.values())
        return intervals.normal(piece for part in own for piece in part)

    def sources(self, zone: str) -> list[Site]:
        """Return where somebody of ``zone`` may act from: its endpoints and upstreams, not the devices themselves."""
        return [site for site in self.sites if site.zone == zone and not site.device]

    def spread(self, zone: str) -> Flow:
        """Return where session-opening packets of ``zone`` get to; arrivals without a step went by layer 2."""
        if zone not in self._spread:
            sources = self.sources(zone)
            flow = self.hostile.explore(self._entries(sources))
            flow.arrivals[:0] = self._neighbours(sources)
            self._spread[zone] = flow
        return self._spread[zone]

    def _entries(self, sources: Iterable[Site]) -> Entries:
        spaces: dict[Entrance, Intervals] = {}
        for site in sources:
            for entrance in self.hostile.entries(site):
                spaces[entrance] = intervals.union(spaces.get(entrance, intervals.NONE), site.addresses)
        return {entrance: PacketSet.of(sources=space) for entrance, space in spaces.items()}

    def _neighbours(self, sources: Iterable[Site]) -> list[Arrival]:
        """Return who is reached inside broadcast domains: all packets between their addresses."""
        spaces: dict[int, Intervals] = {}
        for site in sources:
            for index in self.hostile.sites_near(site.hostile.sends):
                spaces[index] = intervals.union(spaces.get(index, intervals.NONE), site.addresses)
        return [
            Arrival(index, PacketSet.of(space, self.sites[index].addresses), None) for index, space in spaces.items()
        ]

    def reach(self, source: str, target: str) -> Reach:
        """Return what zone ``source`` can send to zone ``target``.

        Raises:
            KeyError: the network has no such zone.
        """
        if (source, target) not in self._reach:
            found = self.arrivals(source, target)
            packets = PacketSet().union(*(arrival.packets for arrival in found))
            self._reach[source, target] = Reach(packets, self.neighbours(source, target))
        return self._reach[source, target]

    def neighbours(self, source: str, target: str) -> bool:
        """Return whether frames of some endpoint of ``source`` come to one of ``target`` without a router."""
        return any(arrival.step is None for arrival in self.arrivals(source, target))

    def arrivals(self, source: str, target: str) -> list[Arrival]:
        """Return how packets of ``source`` got to sites of ``target``."""
        for zone in (source, target):
            self.network.zones[zone]
        return [arrival for arrival in self.spread(source).arrivals if self.sites[arrival.site].zone == target]

    def witness(self, source: str, target: str, among: PacketSet | None = None) -> Witness | None:
        """Return a concrete packet from ``source`` to ``target`` with its path, or None when nothing gets through.

        Args:
            source: zone slug.
            target: zone slug.
            among: only packets of this set will do.

        Raises:
            KeyError: the network has no such zone.
        """
        wanted = PacketSet.everything() if among is None else among
        found = self.arrivals(source, target)
        for arrival in sorted(found, key=lambda one: self.sites[one.site].upstream is not None):
            packets = arrival.packets.intersection(wanted)
            if packets:
                return Tracer(self).arrived(source, arrival, packets)
        return None

    def update(self, device: str, reading: Reading) -> Fabric:
        """Return the fabric with another reading of one device. Everything is computed anew."""
        return Fabric(self.network, {**self.readings, device: reading})
