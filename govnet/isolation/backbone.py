"""Routes that routing instances of different devices take over from one another by route targets (BGP/MPLS VPN).

An instance takes over what another announces when one's import list meets the other's export list (RFC 4364, section
4.3.1), when BGP carries both, when a chain of sessions leads from one device to the other, and when both are joined by
interfaces of the global instance that carry labelled packets: the backbone. An instance that BGP does not carry gives
nothing and takes nothing. Whether a session really comes up is not asked: two that name each other are taken to talk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation.frames import hearer, sender
from govnet.isolation.reflection import Sessions, announced, carried
from govnet.isolation.routers import Imported, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.isolation.layer2 import Layer2


def imported_routes(configs: Mapping[str, DeviceConfig], layer2: Layer2) -> dict[str, list[Imported]]:
    """Return device -> the routes that its instances take over from other devices."""
    edges = {name: config for name, config in configs.items() if config.bgp and config.bgp.instances}
    if len(edges) <= 1:
        return {}
    joined, heard = _backbones(configs, layer2), Sessions(configs)
    told = {(name, vrf): announced(name, config, vrf) for name, config in edges.items() for vrf in carried(config)}
    found: dict[str, list[Imported]] = {}
    for (name, vrf), origin in _pairs(edges):
        together = joined.get(name, name) == joined.get(origin.device, origin.device)
        if together and heard.told(origin, name):
            prefixes = told[origin.device, origin.vrf]
            found.setdefault(name, []).extend(Imported(vrf, prefix, origin) for prefix in prefixes)
    return found


def _pairs(edges: Mapping[str, DeviceConfig]) -> Iterator[tuple[Instance, Instance]]:
    """Yield (instance that imports, instance of another device that exports to it)."""
    exporters: dict[str, list[Instance]] = {}
    for name, config in edges.items():
        for vrf, value in carried(config).items():
            for target in value.exports:
                exporters.setdefault(target, []).append(Instance(name, vrf))
    for name, config in edges.items():
        for vrf, value in carried(config).items():
            meet = {origin for target in value.imports for origin in exporters.get(target, ())}
            yield from ((Instance(name, vrf), origin) for origin in sorted(meet) if origin.device != name)


def _backbones(configs: Mapping[str, DeviceConfig], layer2: Layer2) -> dict[str, str]:
    """Return device -> the first device of the backbone, joined by interfaces with labels, that it is part of."""
    hears = {
        hearer(name, key): name
        for name, config in configs.items()
        if config.forwarding and config.mpls
        for key, interface in config.interfaces.items()
        if key in config.mpls.interfaces and not interface.vrf
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
