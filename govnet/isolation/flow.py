"""Whole sets of packets on their way through the routers, until nothing new arrives anywhere."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.layer2 import hearer, sender
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govnet.isolation.layer2 import Layer2, Presence, Spot
    from govnet.isolation.routers import Exit, Router, Treatment
    from govnet.isolation.sites import Site


class Entrance(NamedTuple):
    """A router and the class of interfaces that packets come in by; None: the router sends them itself."""

    device: str
    treatment: Treatment | None


class Step(NamedTuple):
    """Packets that are new at an entrance, and the step they came from."""

    entrance: Entrance
    packets: PacketSet
    came: Step | None


class Arrival(NamedTuple):
    """Packets that got to a site; ``step`` is the last router, or None when a broadcast domain was enough."""

    site: int
    packets: PacketSet
    step: Step | None


Entries = dict[Entrance, PacketSet]


@dataclass(slots=True)
class Flow:
    """What one exploration found.

    Attributes:
        arrivals: packets at sites, in the order found.
        left_by: (device, interface) that packets left by; with the sites' own domains, everything that was touched.
        visited: routers that packets came to.
        last: the last step that was taken, for following a single packet.
        established: followed were packets of open sessions.
    """

    arrivals: list[Arrival] = field(default_factory=list)
    left_by: set[tuple[str, str]] = field(default_factory=set)
    visited: set[str] = field(default_factory=set)
    last: Step | None = None
    established: bool = False

    def at(self, site: int) -> PacketSet:
        """Return all that arrived at a site."""
        return PacketSet().union(*(arrival.packets for arrival in self.arrivals if arrival.site == site))


class Flows:
    """The routers of a network with their neighbours; explores, remembers nothing of an exploration."""

    def __init__(self, routers: Mapping[str, Router], layer2: Layer2, sites: Sequence[Site], *, hostile: bool) -> None:
        """Prepare explorations.

        Args:
            routers: every device with IP interfaces.
            layer2: the broadcast domains.
            sites: who may be reached; arrivals name them by index.
            hostile: whether sites hear also tagged frames.
        """
        self.routers, self.layer2, self.sites, self.hostile = routers, layer2, sites, hostile
        self.hearing = self._hearing()
        self._listeners = self._by_spot()
        self._own_sites = self._by_device()
        self._neighbours: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._nearby: dict[tuple[str, str], list[int]] = {}

    def presence(self, site: Site) -> Presence:
        """Return where a site is in these explorations."""
        return site.hostile if self.hostile else site.plain

    def _hearing(self) -> dict[Spot, tuple[str, str]]:
        return {hearer(name, key): (name, key) for name, router in self.routers.items() for key in router.own}

    def _by_spot(self) -> dict[Spot, list[int]]:
        """Return spot -> the sites that hear it; a device's own routed address is served by the router instead."""
        found: dict[Spot, list[int]] = {}
        for index, site in enumerate(self.sites):
            for spot in self.presence(site).hears:
                found.setdefault(spot, []).append(index)
        return found

    def _by_device(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index, site in enumerate(self.sites):
            if site.device:
                found.setdefault(site.device, []).append(index)
        return found

    def interfaces_near(self, spots: Iterable[Spot]) -> list[tuple[str, str]]:
        """Return (device, interface) of every router interface that frames sent at ``spots`` get to."""
        reached = self.layer2.reached(spots)
        return sorted(self.hearing[spot] for spot in reached if spot.interface and spot in self.hearing)

    def sites_near(self, spots: Iterable[Spot]) -> list[int]:
        """Return the sites that hear frames sent at ``spots``."""
        reached = self.layer2.reached(spots)
        return sorted({index for spot in reached for index in self._listeners.get(spot, ())})

    def entrance(self, device: str, interface: str) -> Entrance:
        """Return the entrance that an interface belongs to."""
        return Entrance(device, self.routers[device].entrance(interface))

    def entries(self, site: Site) -> frozenset[Entrance]:
        """Return the router entrances that ``site`` can put packets into.

        A hostile host uses any router that hears it; a plain one its gateway as told, which must also be heard back.
        """
        presence = self.presence(site)
        if site.device and not presence.sends.isdisjoint(sender(site.device, n) for n in self._names(site.device)):
            return frozenset({Entrance(site.device, None)})
        found = set()
        for device, name in self.interfaces_near(presence.sends):
            router = self.routers[device]
            serves = site.gateway is None or intervals.holds(router.own[name], int(site.gateway))
            back = not presence.hears.isdisjoint(self.layer2.reached([sender(device, name)]))
            if self.hostile or (serves and back):
                found.add(Entrance(device, router.entrance(name)))
        return frozenset(found)

    def _names(self, device: str) -> Iterable[str]:
        return self.routers[device].own if device in self.routers else ()

    def explore(self, entries: Entries, *, established: bool = False) -> Flow:
        """Return where packets get to from ``entries``; ends because only packets new at an entrance go on."""
        flow = Flow(established=established)
        seen: Entries = {}
        queue = deque(Step(entrance, packets, None) for entrance, packets in entries.items())
        while queue:
            step = queue.popleft()
            known = seen.get(step.entrance, PacketSet())
            fresh = step.packets.difference(known)
            if fresh:
                seen[step.entrance] = known.union(fresh)
                flow.last = step._replace(packets=fresh)
                queue.extend(self._pass(flow, flow.last))
        return flow

    def _pass(self, flow: Flow, step: Step) -> Iterator[Step]:
        """Take packets through one router: to its own addresses, and out of it."""
        device, treatment = step.entrance
        router = self.routers[device]
        flow.visited.add(device)
        packets = router.incoming(treatment, step.packets, established=flow.established)
        if treatment is not None:
            own = packets.towards(router.addresses(treatment.vrf))
            self._deliver(flow, self._own_sites.get(device, ()), own, step)
            if not router.config.forwarding:
                return
        for leave, part in router.forward(treatment, packets, established=flow.established):
            flow.left_by.add((device, leave.interface))
            yield from self._emit(flow, step, leave, part)

    def _deliver(self, flow: Flow, sites: Iterable[int], packets: PacketSet, step: Step | None) -> None:
        for index in sites if packets else ():
            accepted = packets.intersection(self.sites[index].accept)
            if accepted:
                flow.arrivals.append(Arrival(index, accepted, step))

    def _emit(self, flow: Flow, step: Step, leave: Exit, packets: PacketSet) -> Iterator[Step]:
        """Put packets into the domain of the interface they leave by: for a next hop, or for whom they are meant."""
        here = (step.entrance.device, leave.interface)
        self._deliver(flow, self._takers(here, leave), packets, step)
        for device, interface in self.neighbours(*here):
            own = self.routers[device].own[interface]
            if leave.next_hop is None:
                self._call_at(flow, step, (device, interface), packets)
            elif intervals.holds(own, int(leave.next_hop)):
                yield Step(self.entrance(device, interface), packets, step)

    def _call_at(self, flow: Flow, step: Step, there: tuple[str, str], packets: PacketSet) -> None:
        """Deliver packets to a neighbouring router's own address; it does not pass them on."""
        device, interface = there
        for index in self._own_sites.get(device, ()):
            if intervals.holds(self.routers[device].own[interface], self.sites[index].addresses[0][0]):
                entrance = self.entrance(device, interface)
                last = Step(entrance, packets.towards(self.sites[index].addresses), step)
                passed = self.routers[device].incoming(entrance.treatment, last.packets, established=flow.established)
                self._deliver(flow, [index], passed, last)

    def _takers(self, here: tuple[str, str], leave: Exit) -> list[int]:
        """Return the sites that may take packets which leave a router: hosts when delivered, an upstream as next hop.

        A device's own routed address is left to its router, which filters on the way in.
        """
        near = [(index, self.sites[index]) for index in self.nearby(*here)]
        if leave.next_hop is not None:
            return [index for index, site in near if site.upstream and site.upstream.peer == leave.next_hop]
        return [index for index, site in near if not site.device or site.plain.hears.isdisjoint(self.hearing)]

    def neighbours(self, device: str, interface: str) -> list[tuple[str, str]]:
        """Return the router interfaces that hear what leaves by ``interface``, without itself."""
        here = (device, interface)
        if here not in self._neighbours:
            near = self.interfaces_near([sender(device, interface)])
            self._neighbours[here] = [other for other in near if other != here]
        return self._neighbours[here]

    def nearby(self, device: str, interface: str) -> list[int]:
        """Return the sites that hear what leaves by ``interface``, those behind its own port among them."""
        here = (device, interface)
        if here not in self._nearby:
            reached = self.layer2.reached([sender(device, interface)])
            found = {index for spot in reached for index in self._listeners.get(spot, ())}
            self._nearby[here] = sorted(found)
        return self._nearby[here]
