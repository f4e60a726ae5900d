"""One router after another: what becomes of a set of packets at one entrance."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.packets import PacketSet
from govnet.isolation.routers import backbone
from govnet.isolation.surroundings import Entrance, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govnet.isolation.layer2 import Layer2
    from govnet.isolation.routers import Router
    from govnet.isolation.routes import Exit
    from govnet.isolation.sites import Site
    from govnet.isolation.surroundings import Way
    from govnet.isolation.translation import Original

NOTHING = PacketSet()


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
    left_by: list[Way] = field(default_factory=list)
    lost: list[PacketSet] = field(default_factory=list)
    opened: list[PacketSet] = field(default_factory=list)


class Passing(Surroundings):
    """The routers of a network at work."""

    def __init__(self, routers: Mapping[str, Router], layer2: Layer2, sites: Sequence[Site], *, hostile: bool) -> None:
        """Prepare explorations; the arguments are those of `Surroundings`."""
        super().__init__(routers, layer2, sites, hostile=hostile)
        self.translates = any(router.nat for router in routers.values())
        self._known: Mapping[str, PacketSet] | None = None
        self._ignored = NOTHING

    def moved(self, layer2: Layer2, routers: Mapping[str, Router]) -> Passing:
        """Return the same on domains that say the same, with other routers that have the interfaces of the old ones."""
        other = copy(self)
        other.layer2, other.routers = layer2, {**self.routers, **routers}
        return other

    def remembering(self, known: Mapping[str, PacketSet]) -> Passing:
        """Return the same where each stateful firewall passes the answers that it is told here, and no others."""
        other = copy(self)
        other._known = known  # noqa: SLF001 - a Passing too
        return other

    def ignoring(self, packets: PacketSet) -> Passing:
        """Return the same where some packets are dropped once they are through a router that left them as they were."""
        other = copy(self)
        other._ignored = packets  # noqa: SLF001 - a Passing too
        return other

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
        return answers.intersection(self._known.get(entrance.device, NOTHING))

    def _route(self, passed: Passed, entrance: Entrance, packets: PacketSet, *, established: bool) -> None:
        device, treatment, original = entrance
        router = self.routers[device]
        vrf = treatment.vrf if treatment else ""
        if treatment is not None:
            sites = self._own_sites.get(device)
            if sites or not router.config.forwarding:
                own = packets.towards(router.addresses(vrf))
                self._deliver(passed, sites or (), self._followed(own, original), original)
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
            if router.translator is None or established:
                self._leave(passed, entrance, exits, self._followed(out, original), established=established)
                continue
            for one in router.translator.leaving(treatment, leave, out, original):
                origin = entrance._replace(original=one.original)
                self._leave(passed, origin, exits, self._followed(one.packets, one.original), established=established)

    def _followed(self, packets: PacketSet, original: Original | None) -> PacketSet:
        """Return the packets that are not ignored; what translation made is always followed."""
        return packets.difference(self._ignored) if self._ignored.blocks and original is None else packets

    def _leave(
        self, passed: Passed, origin: Entrance, exits: Sequence[Exit], packets: PacketSet, *, established: bool
    ) -> None:
        for way in exits if packets.blocks else ():
            part = packets.towards(way.destinations) if len(exits) > 1 else packets
            if part.blocks:
                self._emit(passed, origin, way, part, established=established)

    def _emit(self, passed: Passed, origin: Entrance, leave: Exit, packets: PacketSet, *, established: bool) -> None:
        """Put packets into the domain of the interface they leave by: for a next hop, or for whom they are meant."""
        if leave.tunnel:
            passed.onward.append((Entrance(leave.tunnel.device, backbone(leave.tunnel.vrf), origin.original), packets))
            return
        here = (origin.device, leave.interface)
        passed.left_by.append(here)
        receivers, onward, doors = self.landing(here, leave.next_hop)
        taken = self._deliver(passed, receivers, packets, origin.original)
        for door in doors:
            self._call_at(passed, origin.original, door, packets, established=established)
        for entrance in onward:
            there = entrance._replace(original=origin.original) if origin.original else entrance
            passed.onward.append((there, packets))
            taken = [packets]
        if not self.hostile:
            left = taken[0] if len(taken) == 1 else NOTHING.union(*taken)
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
        there: Way,
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

    def _note_lost(self, passed: Passed, before: PacketSet, after: PacketSet, original: Original | None) -> None:
        """Note what a filter kept back; of hostile packets nobody asks."""
        if self.hostile or after is before or after.blocks == before.blocks:
            return
        lost = before.difference(after)
        if lost:
            passed.lost.append(original.meant(lost) if original else lost)
