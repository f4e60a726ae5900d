"""Who is around each router: the sites and the other routers that hear what leaves by one of its interfaces."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, NamedTuple, Self

from govnet.isolation import intervals
from govnet.isolation.frames import hearer, sender
from govnet.isolation.listening import Around, Listening, Way
from govnet.network.model import grouped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from govnet.isolation.frames import Presence, Spot
    from govnet.isolation.layer2 import Layer2
    from govnet.isolation.packets import PacketSet
    from govnet.isolation.routers import Router, Treatment
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


class Landing(NamedTuple):
    """Where packets come to that leave by an interface: sites, routers that take them on, routers' own addresses."""

    sites: tuple[int, ...]
    onward: tuple[Entrance, ...]
    doors: tuple[Way, ...]


Relanded = dict[str, dict[tuple[str, int | None], intervals.Intervals]]
"""Device -> (interface, next hop as an integer) -> destinations."""


class Surroundings:
    """The routers of a network with their neighbours."""

    def __init__(
        self, routers: Mapping[str, Router], layer2: Layer2, sites: Mapping[int, Site], *, hostile: bool
    ) -> None:
        """Look around routers.

        Args:
            routers: every device with IP interfaces.
            layer2: the broadcast domains.
            sites: who may be reached; they are named by index.
            hostile: whether sites hear also tagged frames.
        """
        self.routers, self.layer2, self.sites = routers, layer2, sites
        self.hearing = {hearer(name, key): (name, key) for name, router in routers.items() for key in router.own}
        self._holders: dict[int, list[Spot]] = {}
        self._own_sites = grouped((site.device, index) for index, site in sites.items() if site.device)
        self._meet(hostile=hostile)

    def as_plain(self) -> Self:
        """Return the same as ordinary hosts meet it, for hostile ones: they neither tag frames nor read tags."""
        other = copy(self)
        same = all(site.plain is site.hostile for site in self.sites.values())
        other._meet(hostile=False, same=same)  # noqa: SLF001 - one of these too
        return other

    def _meet(self, *, hostile: bool, same: bool = False) -> None:
        """Look around; ``same``: whoever is near is who was near those that were looked for before."""
        self.hostile = hostile
        self._compared: tuple[object, Relanded] = (None, {})
        self._ways: dict[int, tuple[Entrance, ...]] = {}
        if not same:
            self._listening = Listening(self.hearing, self._by_spot())
            self._landings: dict[tuple[Way, int | None], Landing] = {}
            self._near: dict[int, Around] = {}
            self._takers: dict[Way, tuple[int, ...]] = {}

    def resettled(
        self, layer2: Layer2, routers: Mapping[str, Router], sites: Mapping[int, Site], spots: Collection[Spot]
    ) -> Self:
        """Return the same on other domains; what was found so far stays where none of some spots has a part in it.

        Args:
            layer2: the other domains.
            routers: the routers, with the interfaces that they had.
            sites: the sites; where one is another than before, all who hear it or are heard by it are among ``spots``.
            spots: all whose frames may get to others than before.
        """
        other = copy(self)
        moved = {(spot.device, spot.interface) for spot in spots if spot.interface}
        near = {
            number: around
            for number, around in self._near.items()
            if (site := sites.get(number)) is self.sites[number] and self.presence(site).sends.isdisjoint(spots)
        }
        ways = ((number, ways) for number, ways in self._ways.items() if number in near)
        vars(other).update(
            layer2=layer2, routers=routers, sites=sites, _near=near,
            _ways={number: ways for number, ways in ways if moved.isdisjoint(near[number].interfaces)},
            _takers={way: takers for way, takers in self._takers.items() if way not in moved},
            _landings={key: landing for key, landing in self._landings.items() if key[0] not in moved},
        )  # fmt: skip
        if sites is not self.sites:
            vars(other)["_listening"] = Listening(self.hearing, other._by_spot())  # noqa: SLF001 - one of these too
        return other

    def unlike(self, was: Self) -> set[int]:
        """Return the sites that are others than before, or that others hear."""
        numbers = self.sites.keys() | was.sites.keys()
        found = {number for number in numbers if self.sites.get(number) is not was.sites.get(number)}
        for number, near in was._near.items():
            stays = self._near.get(number) is near and self._ways.get(number) is was._ways.get(number)
            if not (stays or number in found) and (self.near(number), self.ways_in(number)) != (
                near,
                was.ways_in(number),
            ):
                found.add(number)
        return found

    def rerouted(self, was: Self, unlike: Iterable[int]) -> set[int]:
        """Return those of the sites unlike before that enter routers elsewhere, and all that others hand packets to."""
        ways = ((n, [one.ways_in(n) if n in one.sites else () for one in (was, self)]) for n in unlike)
        found = {number for number, (before, after) in ways if before != after}
        for way, takers in was._takers.items():
            if self._takers.get(way) is not takers:
                found.update({*takers} ^ {*self.takers(*way)})
        return found

    def relanded(self, was: Self) -> Relanded:
        """Return device -> (interface, next hop) -> destinations of packets that others take than before."""
        if self._landings is was._landings:
            return {}
        if self._compared[0] is not was._landings:  # every exploration of a state asks the same
            found: Relanded = {}
            for (way, hop), before in was._landings.items():
                after = self.landing(way, hop)
                if after is not before and after != before:
                    found.setdefault(way[0], {})[way[1], hop] = self._taken(before, after, was.sites)
            self._compared = was._landings, found
        return self._compared[1]

    def _taken(self, before: Landing, after: Landing, sites: Mapping[int, Site]) -> intervals.Intervals:
        """Return the destinations of what one of two landings takes and the other does not."""
        if before.onward != after.onward:
            return intervals.ADDRESSES
        found = [(self.sites.get(number) or sites[number]).addresses for number in {*before.sites} ^ {*after.sites}]
        found += [self.routers[device].own[name] for device, name in {*before.doors} ^ {*after.doors}]
        return intervals.normal(piece for one in found for piece in one)

    def holders(self, address: int) -> Sequence[Spot]:
        """Return where the routers hear that have an address."""
        if not self._holders:
            for spot, (device, name) in self.hearing.items():
                for low, high in self.routers[device].own[name]:
                    for one in range(low, high + 1):
                        self._holders.setdefault(one, []).append(spot)
        return self._holders.get(address, ())

    def near(self, number: int) -> Around:
        """Return who hears a site."""
        if number not in self._near:
            self._near[number] = self.around(self.presence(self.sites[number]).sends)
        return self._near[number]

    def ways_in(self, number: int) -> tuple[Entrance, ...]:
        """Return the router entrances that a site can put packets into; see `entries`."""
        if number not in self._ways:
            self._ways[number] = self._entered(self.sites[number], self.near(number))
        return self._ways[number]

    def hear_alike(self, layer2: Layer2) -> bool:
        """Return whether on these domains every router and site is heard by the same routers and sites."""
        spots = [frozenset({sender(*way)}) for way in self.hearing.values()]
        spots += [self.presence(site).sends for site in self.sites.values()]
        listening = self._listening.spots
        moved = (one for one in spots if not all(layer2.goes_as(self.layer2, spot) for spot in one))
        return all(self.layer2.reached(one) & listening == layer2.reached(one) & listening for one in moved)

    def presence(self, site: Site) -> Presence:
        """Return where a site is in these explorations."""
        return site.hostile if self.hostile else site.plain

    def _by_spot(self) -> Mapping[Spot, Sequence[int]]:
        """Return spot -> the sites that hear it; a device's own routed address is served by the router instead."""
        found: dict[Spot, list[int]] = {}
        for index, site in self.sites.items():
            for spot in self.presence(site).hears:
                found.setdefault(spot, []).append(index)
        return found

    def around(self, spots: Collection[Spot]) -> Around:
        """Return who hears frames sent at ``spots``."""
        return self._listening.around(self.layer2, spots)

    def interfaces_near(self, spots: Collection[Spot]) -> list[Way]:
        """Return every router interface that frames sent at ``spots`` get to."""
        return self.around(spots).interfaces

    def sites_near(self, spots: Collection[Spot]) -> list[int]:
        """Return the sites that hear frames sent at ``spots``."""
        return self.around(spots).sites

    def entrance(self, device: str, interface: str) -> Entrance:
        """Return the entrance that an interface belongs to."""
        return Entrance(device, self.routers[device].entrance(interface))

    def entries(self, site: Site) -> tuple[Entrance, ...]:
        """Return the router entrances that ``site`` can put packets into, always in the same order.

        A hostile host uses any router that hears it; a plain one its gateway as told, which must also be heard back.
        """
        return self._entered(site, self.around(self.presence(site).sends))

    def _entered(self, site: Site, near: Around) -> tuple[Entrance, ...]:
        presence = self.presence(site)
        if site.device and not presence.sends.isdisjoint(sender(site.device, n) for n in self._names(site.device)):
            return (Entrance(site.device, None),)
        found: dict[Entrance, None] = {}
        for device, name in near.interfaces:
            router = self.routers[device]
            if self.hostile or (self._serves(site, router.own[name]) and self._hears(site, device, name)):
                found[Entrance(device, router.entrance(name))] = None
        return tuple(found)

    @staticmethod
    def _serves(site: Site, own: intervals.Intervals) -> bool:
        return site.gateway is None or intervals.holds(own, int(site.gateway))

    def _hears(self, site: Site, device: str, name: str) -> bool:
        hears, spot = self.presence(site).hears, sender(device, name)
        return spot in hears or not hears.isdisjoint(self.layer2.heard([spot]))

    def _names(self, device: str) -> Iterable[str]:
        return self.routers[device].own if device in self.routers else ()

    def landing(self, here: Way, hop: int | None) -> Landing:
        """Return who may take packets that leave a router: hosts when delivered, a next hop's routers and upstreams.

        A device's own routed address is left to its router, which filters on the way in.
        """
        found = self._landings.get((here, hop))
        if found is None:
            near = self.around([sender(*here)])
            sites, others = self._taking(near.sites), [other for other in near.interfaces if other != here]
            self._takers.setdefault(here, sites)
            if hop is None:
                found = Landing(sites, (), tuple(other for other in others if self._own_sites.get(other[0])))
            else:
                beyond = (i for i in sites if (up := self.sites[i].upstream) and int(up.peer) == hop)
                hops = (o for o in others if intervals.holds(self.routers[o[0]].own[o[1]], hop))
                found = Landing(tuple(beyond), tuple(self.entrance(*other) for other in hops), ())
            self._landings[here, hop] = found
        return found

    def neighbours(self, device: str, interface: str) -> list[Way]:
        """Return the router interfaces that hear what leaves by ``interface``, without itself."""
        return [other for other in self.interfaces_near([sender(device, interface)]) if other != (device, interface)]

    def takers(self, device: str, interface: str) -> tuple[int, ...]:
        """Return the sites that take what leaves by ``interface``, those behind its own port among them."""
        way = device, interface
        if way not in self._takers:
            self._takers[way] = self._taking(self.sites_near([sender(device, interface)]))
        return self._takers[way]

    def _taking(self, near: Iterable[int]) -> tuple[int, ...]:
        sites = self.sites
        return tuple([i for i in near if not sites[i].device or sites[i].plain.hears.isdisjoint(self.hearing)])
