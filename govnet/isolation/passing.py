"""One router after another: what becomes of a set of packets at one entrance, and who is behind each interface."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.frames import hearer, sender
from govnet.isolation.packets import PacketSet
from govnet.isolation.routers import Treatment, backbone
from govnet.isolation.translation import Translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from ipaddress import IPv4Address

    from govnet.isolation.frames import Presence, Spot
    from govnet.isolation.layer2 import Layer2
    from govnet.isolation.routers import Router
    from govnet.isolation.routes import Exit
    from govnet.isolation.sites import Site
    from govnet.isolation.translation import Original


class Entrance(NamedTuple):
    """A router and the class of interfaces that packets come in by; None: the router sends them itself.

    ``original`` tells what translation has made the packets from; None for packets as they were sent.
    """

    device: str
    treatment: Treatment | None
    original: Original | None = None

    def meant(self, packets: PacketSet) -> PacketSet:
        """Return packets here as the policy speaks of them."""
        return self.original.meant(packets) if self.original else packets


class Delivery(NamedTuple):
    """Packets that got to a site; ``door`` is where the site's own router takes them in, when it is a router's."""

    site: int
    packets: PacketSet
    original: Original | None
    door: Entrance | None = None


@dataclass(slots=True)
class Passed:
    """What became of packets at one entrance. ``lost`` and ``opened`` are told as the policy speaks of them.

    ``opened`` are the packets whose sessions a stateful firewall let through and remembers.
    """

    delivered: list[Delivery] = field(default_factory=list)
    onward: list[tuple[Entrance, PacketSet]] = field(default_factory=list)
    left_by: list[tuple[str, str]] = field(default_factory=list)
    lost: list[PacketSet] = field(default_factory=list)
    opened: list[PacketSet] = field(default_factory=list)


class _Landing(NamedTuple):
    """Where packets come to that leave by an interface: sites, routers that take them on, routers' own addresses."""

    sites: Sequence[int]
    onward: Sequence[Entrance]
    doors: Sequence[tuple[str, str]]


class Passing:
    """The routers of a network with their neighbours."""

    def __init__(self, routers: Mapping[str, Router], layer2: Layer2, sites: Sequence[Site], *, hostile: bool) -> None:
        """Prepare explorations.

        Args:
            routers: every device with IP interfaces.
            layer2: the broadcast domains.
            sites: who may be reached; deliveries name them by index.
            hostile: whether sites hear also tagged frames.
        """
        self.routers, self.layer2, self.sites, self.hostile = routers, layer2, sites, hostile
        self.hearing = {hearer(name, key): (name, key) for name, router in routers.items() for key in router.own}
        self._listeners = self._by_spot()
        self._own_sites = self._by_device()
        self.translates = any(router.nat for router in routers.values())
        self._neighbours: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._takers: dict[tuple[str, str], list[int]] = {}
        self._landings: dict[tuple[str, str, IPv4Address | None], _Landing] = {}
        self._known: Mapping[str, PacketSet] | None = None

    def moved(self, layer2: Layer2, routers: Mapping[str, Router]) -> Passing:
        """Return the same on domains that say the same, with other routers that have the interfaces of the old ones."""
        other = object.__new__(Passing)
        vars(other).update(vars(self))
        other.layer2 = layer2
        other.routers = {**self.routers, **routers}
        return other

    def remembering(self, known: Mapping[str, PacketSet]) -> Passing:
        """Return the same where each stateful firewall passes the answers that it is told here, and no others."""
        other = object.__new__(Passing)
        vars(other).update(vars(self) | {"_known": known})
        return other

    def hear_alike(self, layer2: Layer2) -> bool:
        """Return whether on these domains every router and site is heard by the same routers and sites."""
        spots = [frozenset({sender(*way)}) for way in self.hearing.values()]
        spots += [self.presence(site).sends for site in self.sites]
        listening = self.hearing.keys() | self._listeners.keys()
        return all(self.layer2.reached(one) & listening == layer2.reached(one) & listening for one in spots)

    def presence(self, site: Site) -> Presence:
        """Return where a site is in these explorations."""
        return site.hostile if self.hostile else site.plain

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

    def entries(self, site: Site) -> tuple[Entrance, ...]:
        """Return the router entrances that ``site`` can put packets into, always in the same order.

        A hostile host uses any router that hears it; a plain one its gateway as told, which must also be heard back.
        """
        presence = self.presence(site)
        if site.device and not presence.sends.isdisjoint(sender(site.device, n) for n in self._names(site.device)):
            return (Entrance(site.device, None),)
        found: dict[Entrance, None] = {}
        for device, name in self.interfaces_near(presence.sends):
            router = self.routers[device]
            if self.hostile or (self._serves(site, router.own[name]) and self._hears(site, device, name)):
                found[Entrance(device, router.entrance(name))] = None
        return tuple(found)

    @staticmethod
    def _serves(site: Site, own: intervals.Intervals) -> bool:
        return site.gateway is None or intervals.holds(own, int(site.gateway))

    def _hears(self, site: Site, device: str, name: str) -> bool:
        return not self.presence(site).hears.isdisjoint(self.layer2.reached([sender(device, name)]))

    def _names(self, device: str) -> Iterable[str]:
        return self.routers[device].own if device in self.routers else ()

    def through(self, entrance: Entrance, packets: PacketSet, *, established: bool) -> Passed:
        """Take packets through one router: to its own addresses, and out of it."""
        passed = Passed()
        router, treatment = self.routers[entrance.device], entrance.treatment
        inside = router.incoming(treatment, packets, established=established)
        self._note_lost(passed, packets, inside, entrance.original)
        translator = None if established else router.translator
        for one in translator.entering(treatment, inside, entrance.original) if translator else ():
            self._route(passed, entrance._replace(original=one.original), one.packets, established=established)
        if translator is None and inside:
            self._route(passed, entrance, inside, established=established)
        return passed

    def remembered(self, entrance: Entrance, answers: PacketSet) -> PacketSet:
        """Return the answers whose sessions a router has seen open, all where it keeps no state of any."""
        stateful = entrance.treatment is not None and self.routers[entrance.device].config.firewall
        if self._known is None or not stateful:
            return answers
        return answers.intersection(self._known.get(entrance.device, PacketSet()))

    def _route(self, passed: Passed, entrance: Entrance, packets: PacketSet, *, established: bool) -> None:
        device, treatment, original = entrance
        router = self.routers[device]
        vrf = treatment.vrf if treatment else ""
        if treatment is not None:
            sites = self._own_sites.get(device)
            own = packets.towards(router.addresses(vrf)) if sites or not router.config.forwarding else PacketSet()
            self._deliver(passed, sites or (), own, original)
            if not router.config.forwarding:
                self._note_lost(passed, packets, own, original)
                return
        if established:
            known = self.remembered(entrance, packets)
            self._note_lost(passed, packets, known, original)
            packets = known
        if not self.hostile:
            self._note_lost(passed, packets, packets.towards(router.routed(vrf)), original)
        for leave, exits, towards, out in router.ways(
            treatment, packets, established=established, closed=not self.hostile
        ):
            self._note_lost(passed, towards, out, original)
            if router.config.firewall and treatment is not None and not (established or self.hostile):
                passed.opened.append(entrance.meant(out))
            for one in self._translated(router, treatment, leave, out, original, established=established):
                origin = entrance if one.original is original else entrance._replace(original=one.original)
                for way in exits:
                    part = one.packets.towards(way.destinations) if len(exits) > 1 else one.packets
                    if part:
                        self._emit(passed, origin, way, part, established=established)

    @staticmethod
    def _translated(  # noqa: PLR0913 - a packet's whole situation
        router: Router,
        came: Treatment | None,
        leave: Treatment,
        packets: PacketSet,
        original: Original | None,
        *,
        established: bool,
    ) -> list[Translated]:
        if router.translator is None or established:
            return [Translated(packets, original, None)]
        return router.translator.leaving(came, leave, packets, original)

    def _emit(self, passed: Passed, origin: Entrance, leave: Exit, packets: PacketSet, *, established: bool) -> None:
        """Put packets into the domain of the interface they leave by: for a next hop, or for whom they are meant."""
        if leave.tunnel:
            passed.onward.append((Entrance(leave.tunnel.device, backbone(leave.tunnel.vrf), origin.original), packets))
            return
        here = (origin.device, leave.interface)
        passed.left_by.append(here)
        receivers, onward, doors = self._landing(here, leave.next_hop)
        taken = self._deliver(passed, receivers, packets, origin.original)
        for door in doors:
            self._call_at(passed, origin.original, door, packets, established=established)
        for entrance in onward:
            there = entrance._replace(original=origin.original) if origin.original else entrance
            passed.onward.append((there, packets))
            taken = [packets]
        if not self.hostile:
            left = taken[0] if len(taken) == 1 else PacketSet().union(*taken)
            self._note_lost(passed, packets, left, origin.original)

    def _deliver(
        self, passed: Passed, sites: Iterable[int], packets: PacketSet, original: Original | None
    ) -> list[PacketSet]:
        found = []
        for index in sites if packets else ():
            site = self.sites[index]
            accepted = packets.intersection(site.accept) if site.device else packets.towards(site.addresses)
            if accepted:
                passed.delivered.append(Delivery(index, accepted, original))
                found.append(accepted)
        return found

    def _call_at(
        self,
        passed: Passed,
        original: Original | None,
        there: tuple[str, str],
        packets: PacketSet,
        *,
        established: bool,
    ) -> None:
        """Deliver packets to a neighbouring router's own address; it does not pass them on."""
        device, interface = there
        for index in self._own_sites.get(device, ()):
            site = self.sites[index]
            meant = packets.towards(site.addresses)
            if meant and intervals.holds(self.routers[device].own[interface], site.addresses[0][0]):
                door = self.entrance(device, interface)
                inside = self.routers[device].incoming(door.treatment, meant, established=established)
                accepted = inside.intersection(site.accept)
                passed.delivered += [Delivery(index, accepted, original, door)] if accepted else []

    def _landing(self, here: tuple[str, str], next_hop: IPv4Address | None) -> _Landing:
        """Return who may take packets that leave a router: hosts when delivered, a next hop's routers and upstreams.

        A device's own routed address is left to its router, which filters on the way in.
        """
        key = (*here, next_hop)
        if key not in self._landings:
            near, others = self.takers(*here), self.neighbours(*here)
            if next_hop is None:
                doors = [other for other in others if self._own_sites.get(other[0])]
                self._landings[key] = _Landing(near, (), doors)
            else:
                sites = [i for i in near if (up := self.sites[i].upstream) and up.peer == next_hop]
                hops = [o for o in others if intervals.holds(self.routers[o[0]].own[o[1]], int(next_hop))]
                self._landings[key] = _Landing(sites, [self.entrance(*other) for other in hops], ())
        return self._landings[key]

    def neighbours(self, device: str, interface: str) -> list[tuple[str, str]]:
        """Return the router interfaces that hear what leaves by ``interface``, without itself."""
        here = (device, interface)
        if here not in self._neighbours:
            near = self.interfaces_near([sender(device, interface)])
            self._neighbours[here] = [other for other in near if other != here]
        return self._neighbours[here]

    def takers(self, device: str, interface: str) -> list[int]:
        """Return the sites that take what leaves by ``interface``, those behind its own port among them."""
        here = (device, interface)
        if here not in self._takers:
            near = self.sites_near([sender(device, interface)])
            sites = self.sites
            self._takers[here] = [
                i for i in near if not sites[i].device or sites[i].plain.hears.isdisjoint(self.hearing)
            ]
        return self._takers[here]

    def _note_lost(self, passed: Passed, before: PacketSet, after: PacketSet, original: Original | None) -> None:
        """Note what a filter kept back; of hostile packets nobody asks."""
        if self.hostile or after.blocks == before.blocks:
            return
        lost = before.difference(after)
        if lost:
            passed.lost.append(original.meant(lost) if original else lost)
