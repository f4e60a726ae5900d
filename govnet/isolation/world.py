"""A network as its devices' readings make it: domains, routers with the routes they import, sites, who hears whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation.backbone import imported_routes
from govnet.isolation.ground import Ground
from govnet.isolation.layer2 import Layer2
from govnet.isolation.passing import Passing
from govnet.isolation.routers import Router
from govnet.isolation.sites import find_sites

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

    def _build(self, layer2: Layer2) -> None:
        """Make sites and routers on these broadcast domains."""
        self.layer2 = layer2
        self.sites = find_sites(self.network, self.configs, layer2)
        imported = imported_routes(self.configs, layer2)
        routers = {n: Router(n, c, imported.get(n, ())) for n, c in self.configs.items() if c.interfaces}
        self.hostile = Passing(routers, layer2, self.sites, hostile=True)
        self.plain = Passing(routers, layer2, self.sites, hostile=False)
        self.ground = Ground(self.network, self.sites, self.hostile, self.plain)

    def _replaced(self, device: str, reading: Reading) -> bool:
        """Take another reading of one device; return whether only its rules or routes differ."""
        before, after = self.configs.get(device), reading.config
        self.readings = {**self.readings, device: reading}
        self.configs = {**self.configs, device: after}
        layer2 = self.layer2.update(device, after)
        old = self.plain.routers.get(device)
        new = Router(device, after, old.imported) if old and layer2 is self.layer2 else None
        if before is None or old is None or new is None or not _alike(before, after) or not old.same_entrances(new):
            self._build(layer2)
            return False
        self.hostile, self.plain = self.hostile.with_router(new), self.plain.with_router(new)
        self.ground = self.ground.moved(self.hostile, self.plain)
        return True


def _alike(before: DeviceConfig, after: DeviceConfig) -> bool:
    """Return whether two configurations of a device differ in nothing that other devices' routers or sites see."""
    interfaces = before.interfaces == after.interfaces and before.management == after.management
    leaks = before.vrfs == after.vrfs and (not before.vrfs or before.routes == after.routes)
    return interfaces and leaks and before.nat == after.nat
