"""A network as its devices' readings make it: domains, routers with the routes they import, sites, who hears whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation.backbone import imported_routes
from govnet.isolation.ground import Ground
from govnet.isolation.layer2 import Layer2
from govnet.isolation.passing import Passing
from govnet.isolation.routers import Router
from govnet.isolation.sites import find_sites
from govnet.isolation.undisturbed import undisturbed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.network.model import Network


class World:
    """Everything that paths are found in. ``hostile`` and ``plain`` are the same routers as such hosts meet them."""

    def __init__(self, network: Network, readings: Mapping[str, Reading]) -> None:
        self.network = network
        self.readings = {name: reading for name, reading in readings.items() if name in network.devices}
        self.configs = {name: reading.config for name, reading in self.readings.items()}
        self._build(Layer2(network, self.configs))

    @undisturbed()
    def _build(self, layer2: Layer2) -> None:
        """Make sites and routers on these broadcast domains."""
        self.layer2 = layer2
        self.sites = find_sites(self.network, self.configs, layer2)
        imported = imported_routes(self.configs, layer2)
        routers = {
            name: Router(name, config, imported.get(name, ()), self.readings[name].nat)
            for name, config in self.configs.items()
            if config.interfaces
        }
        self.hostile = Passing(routers, layer2, self.sites, hostile=True)
        self.plain = Passing(routers, layer2, self.sites, hostile=False)
        self.ground = Ground(self.network, self.sites, self.hostile, self.plain)

    def _replaced(self, device: str, reading: Reading) -> bool:
        """Take another reading of one device; return whether paths differ by its rules or routes alone."""
        before, after = self.configs.get(device), reading.config
        translated = device in self.readings and self.readings[device].nat == reading.nat
        self.readings = {**self.readings, device: reading}
        self.configs = {**self.configs, device: after}
        layer2 = self.layer2.update(device, after)
        old, new = self.plain.routers.get(device), self._router(device, after)
        alike = translated and before is not None and _alike(before, after)
        alike = alike and (old.same_entrances(new) if old and new else old is new)
        if not alike or not (layer2 is self.layer2 or self._unmoved(layer2)):
            self._build(layer2)
            return False
        self.layer2 = layer2
        self.hostile, self.plain = (one.moved(layer2, new) for one in (self.hostile, self.plain))
        self.ground = self.ground.moved(self.hostile, self.plain)
        return True

    def _router(self, device: str, config: DeviceConfig) -> Router | None:
        """Return the router that a device now is, with the routes that it imports as before."""
        old = self.plain.routers.get(device)
        return Router(device, config, old.imported, old.nat) if old and config.interfaces else None

    def _unmoved(self, layer2: Layer2) -> bool:
        """Return whether everybody still hears whom they heard, as when a spare cable goes: then no path differs."""
        if any(config.vrfs for config in self.configs.values()):
            return False  # backbones would have to be looked at too
        sites = find_sites(self.network, self.configs, layer2)
        return sites == self.sites and self.hostile.hear_alike(layer2) and self.plain.hear_alike(layer2)


def _alike(before: DeviceConfig, after: DeviceConfig) -> bool:
    """Return whether two configurations of a device differ in nothing that other devices' routers or sites see."""
    interfaces = before.interfaces == after.interfaces and before.management == after.management
    leaks = before.vrfs == after.vrfs and (not before.vrfs or before.routes == after.routes)
    return interfaces and leaks
