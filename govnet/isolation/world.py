"""A network as its devices' readings make it: domains, routers with the routes they import, sites, who hears whom."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.backbone import carries, imported_routes
from govnet.isolation.ground import Ground
from govnet.isolation.kept import Kept
from govnet.isolation.layer2 import Layer2
from govnet.isolation.likeness import Likenesses
from govnet.isolation.passing import Passing
from govnet.isolation.routers import Router
from govnet.isolation.sites import find_sites, renumbered
from govnet.isolation.undisturbed import undisturbed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.isolation.sites import Site
    from govnet.network.model import Network


class World:
    """Everything that paths are found in. ``hostile`` and ``plain`` are the same routers as such hosts meet them."""

    @undisturbed()
    def __init__(self, network: Network, readings: Mapping[str, Reading]) -> None:
        self.network = network
        self.readings = {name: reading for name, reading in readings.items() if name in network.devices}
        self.configs = {name: reading.config for name, reading in self.readings.items()}
        self.mirroring = _mirroring(self.configs)
        self.kept = Kept()
        self._build(Layer2(network, self.configs))

    def _build(self, layer2: Layer2) -> None:
        """Make sites and routers on these broadcast domains."""
        self.layer2 = layer2
        self._numbers = count()
        self.sites = dict(zip(self._numbers, find_sites(self.network, self.configs, layer2, self.kept), strict=False))
        self.elsewhere = intervals.NONE
        imported = imported_routes(self.configs, layer2, self.kept)
        alike = Likenesses(config for config in self.configs.values() if config.interfaces)
        routers = {
            name: Router(
                name, config, imported.get(name, ()), self.readings[name].nat, alike.of(config, imported.get(name, ()))
            )
            for name, config in self.configs.items()
            if config.interfaces
        }
        self.hostile = Passing(routers, layer2, self.sites, hostile=True)
        self.plain = self.hostile.as_plain()
        self.ground = Ground(self.network, self.sites, self.hostile, self.plain)

    def _replaced(self, device: str, reading: Reading) -> Collection[str] | None:
        """Take another reading of one device; return the routers with other rules or routes, None if all is new.

        Then ``elsewhere`` are the addresses of all sites that enter routers elsewhere, or that others hand packets to.
        """
        before, after = self.configs.get(device), reading.config
        alike = before is not None and self.readings[device].nat == reading.nat and _alike(before, after)
        self.readings = {**self.readings, device: reading}
        self.configs = {**self.configs, device: after}
        if after.mirrors or device in self.mirroring:
            self.mirroring = _mirroring(self.configs)
        layer2 = self.layer2.update(device, after)
        told = layer2 is self.layer2 or layer2.stirred is not None
        if not alike or not (told or self._unmoved(layer2)):
            self._build(layer2)
            return None
        old = self.plain.routers
        joined = layer2 is self.layer2 or (layer2.stirred is not None and not carries(self.configs, layer2.stirred))
        told = joined and before is not None and _tells(before) == _tells(after)
        changed = self._routers(device, None if told else layer2)
        settled = all(old[name].same_entrances(router) for name, router in changed.items())
        if not settled or not self._resettled(layer2, changed):
            self._build(layer2)
            return None
        return changed

    def _resettled(self, layer2: Layer2, changed: Mapping[str, Router]) -> bool:
        """Take routers with the interfaces that they had, on these domains; False where devices are elsewhere."""
        self.elsewhere = intervals.NONE
        if layer2 is self.layer2 or layer2.stirred is None:
            self.layer2 = layer2
            self.hostile, self.plain = (one.moved(layer2, changed) for one in (self.hostile, self.plain))
            self.ground = self.ground.moved(self.hostile, self.plain)
            return True
        was, sites = self.sites, self._renumbered(layer2)
        others = {number for number in was.keys() | sites.keys() if was.get(number) is not sites.get(number)}
        known = [world[number] for world in (was, sites) for number in others if number in world]
        if any(site.device for site in known):
            return False
        heard = (spot for site in known for spots in (site.hostile.hears, site.plain.hears) for spot in spots)
        spots = layer2.stirred | layer2.reaching(heard)
        self.layer2, self.sites = layer2, sites if others else was
        routers = {**self.plain.routers, **changed}
        before = self.hostile, self.plain
        self.hostile, self.plain = (one.resettled(layer2, routers, self.sites, spots) for one in before)
        unlike = self.hostile.unlike(before[0]) | self.plain.unlike(before[1])
        self.ground = self.ground.resettled(self.sites, self.hostile, self.plain, unlike)
        moved = self.plain.rerouted(before[1], unlike)
        spaces = [world[number].addresses for world in (was, sites) for number in moved if number in world]
        self.elsewhere = intervals.normal(piece for space in spaces for piece in space)
        return True

    def _routers(self, device: str, layer2: Layer2 | None) -> dict[str, Router]:
        """Return the routers that are others now: the device's own, and those that import other routes than before.

        Without ``layer2`` nobody imports others.
        """
        old = self.plain.routers
        imported = {name: router.imported for name, router in old.items()}
        if layer2:
            imported = {
                name: tuple(routes) for name, routes in imported_routes(self.configs, layer2, self.kept).items()
            }
        names = [name for name, router in old.items() if name == device or router.imported != imported.get(name, ())]
        found = {name: Router(name, self.configs[name], imported.get(name, ()), old[name].nat) for name in names}
        for name, router in found.items():
            router.take_over(old[name])
        return found

    def _renumbered(self, layer2: Layer2) -> dict[int, Site]:
        return renumbered(self.sites, find_sites(self.network, self.configs, layer2, self.kept), self._numbers)

    def _unmoved(self, layer2: Layer2) -> bool:
        """Return whether everybody still hears whom they heard, as when a spare cable goes: then no path differs."""
        sites = find_sites(self.network, self.configs, layer2, self.kept)
        return sites == [*self.sites.values()] and self.hostile.hear_alike(layer2) and self.plain.hear_alike(layer2)


def _mirroring(configs: Mapping[str, DeviceConfig]) -> dict[str, DeviceConfig]:
    """Return the devices that copy frames of some ports to others."""
    return {name: config for name, config in configs.items() if config.mirrors}


def _alike(before: DeviceConfig, after: DeviceConfig) -> bool:
    """Return whether two configurations of a device differ in nothing that sites or the neighbours of routers see."""
    return before.interfaces == after.interfaces and before.management == after.management


def _tells(config: DeviceConfig) -> object:
    """Return all of a configuration that decides which routes devices tell one another."""
    return config.vrfs, config.routes, config.bgp, config.mpls, config.forwarding
