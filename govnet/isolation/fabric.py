"""The fabric: what each zone can reach through the devices of one network, and what it cannot and should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.exploration import Exploration
from govnet.isolation.flow import Asked
from govnet.isolation.holes import HoleFinder
from govnet.isolation.packets import NOTHING, PacketSet
from govnet.isolation.trace import Tracer
from govnet.isolation.undisturbed import undisturbed
from govnet.isolation.world import World

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from govnet.config.reading import Reading
    from govnet.isolation.holes import Hole
    from govnet.isolation.intervals import Intervals
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


class Fabric(World):
    """What can reach what, computed from the network's cables and the readings of its devices.

    ``turned`` are the packets of each zone, and of answers by the name of no zone, that may have gone other ways since
    what is missing of them was looked for last; all where nothing is said.

    Endpoints are taken as hostile: they tag frames as they like and use any router that hears them, with the addresses
    of their own segment. Filters bound to switchports are not counted as isolation (on some platforms they see routed
    packets only); `govnet.isolation.holes` names the devices that have any.
    """

    def __init__(self, network: Network, readings: Mapping[str, Reading]) -> None:
        super().__init__(network, readings)
        self._explored: dict[tuple[str, str], Exploration] = {}
        self.turned: dict[str, PacketSet] = {}
        self._finder = HoleFinder(network)
        self._holes: dict[str, Hole] | None = None

    def holes(self) -> list[Hole]:
        """Return the devices that are not fully seen, in inventory order."""
        if self._holes is None:
            self._holes = self._finder.find(self.readings)
        return sorted(self._holes.values(), key=self._finder.place)

    def _kept(self, kind: str, zone: str) -> Exploration:
        if (kind, zone) not in self._explored:
            ground = self.ground
            self._explored[kind, zone] = {
                "spread": lambda: Exploration(self.hostile, ground.entries(zone)),
                "breach": lambda: Exploration(self.hostile, ground.entries(zone), Asked(ignored=ground.ignored(zone))),
                "need": lambda: Exploration(self.plain, ground.wanted.needs(zone)[0], Asked(keep=False, widen=True)),
                "answer": lambda: Exploration(
                    self.plain, ground.wanted.answers[0], Asked(established=True, keep=False, widen=True)
                ),
            }[kind]()
        return self._explored[kind, zone]

    def spread(self, zone: str) -> Exploration:
        """Return where session-opening packets of ``zone`` get to through routers."""
        return self._kept("spread", zone)

    def breach(self, zone: str) -> Exploration:
        """Return the same of packets that the policy does not permit."""
        return self._kept("breach", zone)

    def needed(self, zone: str) -> Exploration:
        """Return what becomes of the packets that must get through from ``zone``."""
        return self._kept("need", zone)

    def answers(self) -> Exploration:
        """Return what becomes of the answers to all that must get through."""
        return self._kept("answer", "")

    def reach(self, source: str, target: str) -> Reach:
        """Return what zone ``source`` can send to zone ``target``.

        Raises:
            KeyError: the network has no such zone.
        """
        return Reach(self._arrived(source, target, self.spread(source)), self.neighbours(source, target))

    def broken(self, source: str, target: str) -> PacketSet:
        """Return what gets from one zone to another and is not permitted.

        Raises:
            KeyError: the network has no such zone.
        """
        near = self.ground.near(source)
        beside = self.kept.get(("beside", source, target), (near,), lambda: self._beside(source, target))
        rests_on = self.breach(source).flow, beside, self.ground.permits
        return self.kept.get(("broken", source, target), rests_on, lambda: self._broken(source, target))

    def _beside(self, source: str, target: str) -> tuple[tuple[int, Intervals], ...]:
        """Return a zone's sites that share broadcast domains with endpoints of another, and the addresses of those."""
        near = self.ground.near(source)
        found = tuple((number, near[number]) for number in self.ground.beside.get((source, target), ()))
        return self.kept.alike(("all beside", source, target), found)

    def breaking(self, zone: str) -> tuple[object, ...]:
        """Return all that what a zone breaks follows from."""
        return self.breach(zone).flow, self.ground.near(zone), self.ground.permits

    def _broken(self, source: str, target: str) -> PacketSet:
        found = self._arrived(source, target, self.breach(source))
        return found.difference(self.ground.permits.get((source, target), PacketSet())) if found else found

    def _arrived(self, source: str, target: str, exploration: Exploration) -> PacketSet:
        near = self.ground.near(source)
        beside = self.ground.beside.get((source, target), ())
        direct = [PacketSet.of(near[index], self.sites[index].addresses) for index in beside]
        flow = exploration.flow
        found = [flow.at(index) for index in flow.arrivals if self.sites[index].zone == target]
        parts = [part for part in (*direct, *found) if part]
        return PacketSet.all_of(parts) if parts else PacketSet()

    def neighbours(self, source: str, target: str) -> bool:
        """Return whether frames of some endpoint of ``source`` come to one of ``target`` without a router."""
        for zone in (source, target):
            self.network.zones[zone]
        return bool(self.ground.beside.get((source, target)))

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
        tracer = Tracer(self)
        near = self.ground.near(source)
        for index in self.ground.beside.get((source, target), ()):
            packets = PacketSet.of(near[index], self.sites[index].addresses).intersection(wanted)
            if packets:
                return tracer.beside(source, index, packets)
        return self._routed_witness(tracer, source, target, wanted)

    def _routed_witness(self, tracer: Tracer, source: str, target: str, wanted: PacketSet) -> Witness | None:
        """Look among what the policy forbids first: that is what one asks for most, and little to explore."""
        for exploring in (self.breach, self.spread):
            arrivals = exploring(source).flow.arrivals
            ends = [index for index in arrivals if self.sites[index].zone == target]
            for index in sorted(ends, key=lambda one: self.sites[one].upstream is not None):
                for arrived in arrivals[index]:
                    packets = arrived.meant.intersection(wanted)
                    if packets and (found := tracer.arrived(source, index, packets, arrived.original)):
                        return found
        return None

    @undisturbed()
    def update(self, device: str, reading: Reading) -> Fabric:
        """Return the fabric with another reading of one device.

        Where rules, routes or route targets differ, packets that the devices treat as before are not looked at again;
        nor are any where ports or VLANs differ and everybody still hears whom they heard. Otherwise, and where
        interfaces differ, broadcast domains and sites without the device are kept, paths are explored anew.
        """
        other = object.__new__(Fabric)
        vars(other).update(vars(self))
        other._explored, other.kept, other.turned = {}, self.kept.copy(), {}
        if self._holes is not None:
            other._holes = {name: hole for name, hole in self._holes.items() if name != device}
            other._holes |= self._finder.find({device: reading}, [device])
        changed = other._replaced(device, reading)
        if changed is not None:
            other._explored = {key: other._again(*key, one, changed) for key, one in self._explored.items()}
            other.turned = other._turned_since(self)
        return other

    def _again(self, kind: str, zone: str, before: Exploration, changed: Collection[str]) -> Exploration:
        """Return an exploration as it is now: some routers have other rules or routes, sites may be elsewhere."""
        if kind in {"spread", "breach"}:
            return before.update(self.hostile, changed, self.ground.entries(zone))
        wanted = self.ground.wanted.needs(zone) if kind == "need" else self.ground.wanted.answers
        return before.update(self.plain, changed, wanted[0])

    def _turned_since(self, before: Fabric) -> dict[str, PacketSet]:
        """Return what may go other ways than when it was last looked at, of packets that open sessions and of answers.

        Of sites with the same addresses a packet does not tell which has sent it: such packets are followed each time.
        What is missing at a deaf site is told apart from what others do not get, so it counts as moved when that ends.
        """
        if not before.turned:
            return {}
        spaces = [space for one in (before, self) for space in (one.ground.wanted.sent_twice, one.ground.taken_twice)]
        deaf = {*before.ground.deaf} ^ {*self.ground.deaf}
        spaces += [self.sites[number].addresses for number in deaf & self.sites.keys() & before.sites.keys()]
        space = intervals.normal(piece for one in (self.elsewhere, *spaces) for piece in one)
        around = [PacketSet.of(sources=space), PacketSet.of(destinations=space)] if space else []
        opening = {zone: self.needed(zone).turned for zone in self.network.zones}
        back = [self.answers().turned, *(one.reversed() if one is not None else None for one in opening.values())]
        turned = {zone: [one] for zone, one in opening.items()} | {"": back}
        found = {}
        for key, parts in turned.items():
            known = [one for one in (before.turned.get(key), *parts, *around) if one is not None]
            if len(known) == len(parts) + len(around) + 1:
                found[key] = PacketSet.all_of([one for one in known if one] or [NOTHING])
        return found
