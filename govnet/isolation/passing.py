"""One router after another: what becomes of a set of packets at one entrance."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.leaves import leaf
from govnet.isolation.packets import NOTHING
from govnet.isolation.placing import told
from govnet.isolation.routers import backbone
from govnet.isolation.routing import Leaving, Routing, Situation
from govnet.isolation.surroundings import Entrance, Landing, Surroundings

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from govnet.isolation.layer2 import Layer2
    from govnet.isolation.leaves import Leaf
    from govnet.isolation.likeness import Likeness
    from govnet.isolation.listening import Way
    from govnet.isolation.packets import PacketSet
    from govnet.isolation.placing import Told
    from govnet.isolation.routers import Router
    from govnet.isolation.routes import Span
    from govnet.isolation.routing import Routed
    from govnet.isolation.sites import Site
    from govnet.isolation.translation import Original

_LEAVES = 2
"""So many ways out of a router are remembered for each of its entrances: to its own segment and to the centre."""
_NOWHERE = Landing((), (), ())


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

    def __init__(
        self, routers: Mapping[str, Router], layer2: Layer2, sites: Mapping[int, Site], *, hostile: bool
    ) -> None:
        """Prepare explorations; the arguments are those of `Surroundings`."""
        super().__init__(routers, layer2, sites, hostile=hostile)
        self.translates = any(router.nat for router in routers.values())
        self._known: Mapping[str, PacketSet] | None = None
        self._leaves: dict[Entrance, list[Leaf]] = {}
        self._ignored, self._forgetful = NOTHING, False

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

    def exploring(self, ignored: PacketSet, *, forgetful: bool) -> Passing:
        """Return the same for one exploration.

        Args:
            ignored: packets that are dropped once they are through a router that left them as they were.
            forgetful: nobody asks which sessions firewalls let open.
        """
        other = copy(self)
        other._ignored, other._forgetful = ignored, forgetful  # noqa: SLF001 - a Passing too
        vars(other).pop("_told", None)
        return other

    @cached_property
    def _told(self) -> Told:
        """What is ignored, taken apart."""
        return told(self._ignored)

    def through(self, entrance: Entrance, packets: PacketSet, *, established: bool) -> Passed:
        """Take packets through one router: to its own addresses, and out of it."""
        known = self._leaf(entrance, packets)
        if known and known.way:
            return self._left(entrance.device, known, known.way.interface, packets, established=established)
        routed = self._routed(entrance, packets, established=established)
        passed = Passed(lost=routed.lost, opened=routed.opened)
        for own, original in routed.own:
            self._deliver(passed, self._own_sites.get(entrance.device, ()), own, original)
        for one in routed.leaving:
            self._emit(passed, entrance.device, one, established=established)
        return passed

    def _leaf(self, entrance: Entrance, packets: PacketSet) -> Leaf | None:
        """Return by which way past no filter all of some packets leave a router, if that is known of it."""
        plain = packets.blocks and entrance.original is None and not self._ignored.blocks
        if not plain or entrance.device not in self._own_sites:  # the others are told by what their like did
            return None
        router, known = self.routers[entrance.device], self._leaves.get(entrance, [])
        if not known or known[0].router is not router:
            known = self._leaves[entrance] = []
        for one in known:
            if one.known and packets.towards(one.known) is packets:
                return one
        if len(known) == _LEAVES:
            return None
        found = leaf(router, entrance.treatment, packets.blocks[0][1][0][0], self._asked_at(entrance.device))
        known.append(found)
        return found if packets.towards(found.known) is packets else None

    def _left(self, device: str, known: Leaf, interface: str, packets: PacketSet, *, established: bool) -> Passed:
        """Return what becomes of packets that leave a router by a known way."""
        handed = packets if known.known is known.handed else packets.towards(known.handed)
        if not handed.blocks:
            return Passed()
        if known.onward:
            return Passed(onward=[(known.onward, handed)])
        if (site := self._taker((device, interface), known, handed)) is not None:
            return Passed([Delivery(site, handed, None)], left_by=[(device, interface)])
        passed = Passed()
        self._emit(passed, device, Leaving(handed, interface, known.hop, None, None), established=established)
        return passed

    def _taker(self, here: Way, known: Leaf, packets: PacketSet) -> int | None:
        """Return the site that takes all packets which leave by an interface, if there is one and nobody else there."""
        receivers, onward, doors = self.landing(here, known.hop)
        if len(receivers) != 1 or onward or doors:
            return None
        site = self.sites[receivers[0]]
        return receivers[0] if not site.device and packets.towards(site.addresses) is packets else None

    def _asked_at(self, device: str) -> intervals.Intervals:
        """Return a device's own addresses that somebody asks for packets to."""
        return intervals.normal(piece for site in self._own_sites[device] for piece in self.sites[site].addresses)

    def _routed(self, entrance: Entrance, packets: PacketSet, *, established: bool) -> Routed:
        """Return what a router makes of packets; where it is like others, maybe as they did."""
        router, served = self.routers[entrance.device], entrance.device in self._own_sites
        known = self._known_at(entrance) if established else None

        def routed() -> Routed:
            asked = Situation(self.hostile, established, self._forgetful, self._ignored)
            return Routing(router, entrance, asked, known, served=served).through(packets)

        likeness = self._likeness(entrance, established=established)
        if likeness is None:
            return routed()
        return likeness.routed(packets, self._about(entrance, established=established), self._told, routed)

    def _likeness(self, entrance: Entrance, *, established: bool) -> Likeness | None:
        """Return what is known of routers like one, where nothing but packets and addresses tells them apart."""
        device, treatment, original = entrance
        if original is not None or treatment is None or device in self._own_sites:
            return None
        if established and self._known_at(entrance) is not None:
            return None
        return self.routers[device].likeness

    def _about(self, entrance: Entrance, *, established: bool) -> tuple[Hashable, ...]:
        return entrance.treatment, self.hostile, established, self._forgetful

    def forwarded(
        self, entrance: Entrance, packets: PacketSet, *, established: bool
    ) -> list[tuple[Entrance, PacketSet]] | None:
        """Return what a router passes on to others as the last one of its like did, if no packet is lost there.

        None says nothing: `through` has to be asked. That is slower, as it also tells who gets the packets.
        """
        known = self._leaf(entrance, packets)
        if not (known and known.way):
            return self._as_its_like(entrance, packets, established=established)
        if known.onward:
            handed = packets.towards(known.handed)
            return [(known.onward, handed)] if handed.blocks else []
        return [] if self._taker((entrance.device, known.way.interface), known, packets) is not None else None

    def _as_its_like(
        self, entrance: Entrance, packets: PacketSet, *, established: bool
    ) -> list[tuple[Entrance, PacketSet]] | None:
        """Return what a router passes on as the last one of its like did; None where it may do otherwise."""
        likeness = self._likeness(entrance, established=established)
        last = likeness and likeness.last(packets, self._about(entrance, established=established), self._told)
        if not last or last[1].lost:
            return None
        placed, step = last
        onward = []
        for blocks, interface, hop, tunnel in step.leaving:
            landing = self.landing((entrance.device, interface), placed.hop(hop)) if not tunnel else _NOWHERE
            if landing.doors or len(landing.sites) + len(landing.onward) != 1:
                return None
            if landing.onward:
                onward.append((landing.onward[0], placed.packets(blocks, step)))
            elif not self._all_for(landing.sites[0], placed.outer(blocks, step)):
                return None
        return onward

    def _all_for(self, number: int, outer: Iterable[Span]) -> bool:
        """Return whether a host site with one range of addresses has all between some."""
        site = self.sites[number]
        if site.device or len(site.addresses) != 1:
            return False
        ((first, last),) = site.addresses
        return all(first <= low and high <= last for low, high in outer)

    def _known_at(self, entrance: Entrance) -> PacketSet | None:
        """Return the answers whose sessions a router has seen open; None where it keeps no state of any."""
        stateful = entrance.treatment is not None and self.routers[entrance.device].config.firewall
        return self._known.get(entrance.device, NOTHING) if self._known is not None and stateful else None

    def remembered(self, entrance: Entrance, answers: PacketSet) -> PacketSet:
        """Return the answers whose sessions a router has seen open, all where it keeps no state of any."""
        known = self._known_at(entrance)
        return answers if known is None else answers.intersection(known)

    def _emit(self, passed: Passed, device: str, leaving: Leaving, *, established: bool) -> None:
        """Put packets into the domain of the interface they leave by: for a next hop, or for whom they are meant."""
        packets, interface, hop, tunnel, original = leaving
        if tunnel:
            passed.onward.append((Entrance(tunnel.device, backbone(tunnel.vrf), original), packets))
            return
        here = (device, interface)
        passed.left_by.append(here)
        receivers, onward, doors = self.landing(here, hop)
        taken = self._deliver(passed, receivers, packets, original)
        for door in doors:
            self._call_at(passed, original, door, packets, established=established)
        for entrance in onward:
            passed.onward.append((entrance._replace(original=original) if original else entrance, packets))
            taken = [packets]
        if not self.hostile:  # of hostile packets nobody asks
            lost = packets.beyond(taken[0] if len(taken) == 1 else NOTHING.union(*taken))
            passed.lost += [original.meant(lost) if original else lost] if lost else []

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
