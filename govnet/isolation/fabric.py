"""The fabric: what each zone can reach through the devices of one network, and what it cannot and should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.isolation.exploration import Exploration
from govnet.isolation.flow import Asked
from govnet.isolation.holes import HoleFinder
from govnet.isolation.packets import PacketSet
from govnet.isolation.trace import Tracer
from govnet.isolation.undisturbed import undisturbed
from govnet.isolation.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.reading import Reading
    from govnet.isolation.holes import Hole
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

    ``turned`` are the answers that may have gone other ways since the kept gaps of answers were found; None: all.

    Endpoints are taken as hostile: they tag frames as they like and use any router that hears them, with the addresses
    of their own segment. Filters bound to switchports are not counted as isolation (on some platforms they see routed
    packets only); `govnet.isolation.holes` names the devices that have any.
    """

    def __init__(self, network: Network, readings: Mapping[str, Reading]) -> None:
        super().__init__(network, readings)
        self._explored: dict[tuple[str, str], Exploration] = {}
        self.turned: PacketSet | None = None
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
                "need": lambda: Exploration(self.plain, ground.needs(zone)[0], Asked(keep=False, widen=True)),
                "answer": lambda: Exploration(
                    self.plain, ground.answers[0], Asked(established=True, keep=False, widen=True)
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
        return self.kept.get(("broken", source, target), self.breaking(source), lambda: self._broken(source, target))

    def breaking(self, zone: str) -> tuple[object, ...]:
        """Return all that what a zone breaks follows from."""
        return self.breach(zone).flow, self.ground.near, self.ground.permits, self.sites

    def _broken(self, source: str, target: str) -> PacketSet:
        found = self._arrived(source, target, self.breach(source))
        return found.difference(self.ground.permits.get((source, target), PacketSet())) if found else found

    def _arrived(self, source: str, target: str, exploration: Exploration) -> PacketSet:
        near = self.ground.near[source]
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
        near = self.ground.near[source]
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
        other._explored, other.kept, other.turned = {}, self.kept.copy(), None
        if self._holes is not None:
            other._holes = {name: hole for name, hole in self._holes.items() if name != device}
            other._holes |= self._finder.find({device: reading}, [device])
        changed = other._replaced(device, reading)
        if changed is not None:
            passing = {True: other.hostile, False: other.plain}
            other._explored = {
                key: one.update(passing[one.passing.hostile], changed) for key, one in self._explored.items()
            }
            other.turned = other._turned_since(self.turned)
        return other

    def _turned_since(self, before: PacketSet | None) -> PacketSet | None:
        """Return the answers that may go other ways than when they were last looked at, or whose sessions may."""
        if before is None:
            return None
        opening = [self.needed(zone).turned for zone in self.network.zones]
        answers = self.answers().turned
        parts = [before, answers, *(one.reversed() if one is not None else None for one in opening)]
        known = [one for one in parts if one is not None]
        return PacketSet.all_of(known) if len(known) == len(parts) else None
