"""Routes that routing instances of different devices take over from one another by route targets (BGP/MPLS VPN).

An instance takes over what another has connected or static when one's import list meets the other's export list
(RFC 4364, section 4.3.1) and their devices are joined by routers of the global instance: the backbone that carries
labelled packets. Which protocols a device redistributes is not modelled: what it has, it is taken to announce.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation.frames import hearer, sender
from govnet.isolation.routers import Imported, Instance, Router

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.isolation.layer2 import Layer2


def imported_routes(configs: Mapping[str, DeviceConfig], layer2: Layer2) -> dict[str, list[Imported]]:
    """Return device -> the routes that its instances take over from other devices."""
    edges = {
        name: config for name, config in configs.items() if any(v.imports or v.exports for v in config.vrfs.values())
    }
    if len(edges) <= 1:
        return {}
    joined = _backbones(configs, layer2)
    told = {(name, vrf): Router(name, config).announced(vrf) for name, config in edges.items() for vrf in config.vrfs}
    found: dict[str, list[Imported]] = {}
    for (name, vrf), origin in _pairs(edges):
        if joined.get(name, name) == joined.get(origin.device, origin.device):
            prefixes = told[origin.device, origin.vrf]
            found.setdefault(name, []).extend(Imported(vrf, prefix, origin) for prefix in prefixes)
    return found


def _pairs(edges: Mapping[str, DeviceConfig]) -> Iterator[tuple[Instance, Instance]]:
    """Yield (instance that imports, instance of another device that exports to it)."""
    exporters: dict[str, list[Instance]] = {}
    for name, config in edges.items():
        for vrf, value in config.vrfs.items():
            for target in value.exports:
                exporters.setdefault(target, []).append(Instance(name, vrf))
    for name, config in edges.items():
        for vrf, value in config.vrfs.items():
            meet = {origin for target in value.imports for origin in exporters.get(target, ())}
            yield from ((Instance(name, vrf), origin) for origin in sorted(meet) if origin.device != name)


def _backbones(configs: Mapping[str, DeviceConfig], layer2: Layer2) -> dict[str, str]:
    """Return device -> the first device of the backbone that it is part of."""
    hears = {
        hearer(name, key): name
        for name, config in configs.items()
        if config.forwarding
        for key, interface in config.interfaces.items()
        if not interface.vrf
    }
    near: dict[str, set[str]] = {}
    for spot, name in hears.items():
        reached = layer2.reached([sender(name, spot.interface)])
        near.setdefault(name, set()).update(hears[other] for other in reached if other in hears)
    first: dict[str, str] = {}
    for start in near:
        todo = [start] if start not in first else []
        while todo:
            name = todo.pop()
            if name not in first:
                first[name] = start
                todo += near.get(name, ())
    return first
