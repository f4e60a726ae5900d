"""Routes that routing instances of different devices take over from one another by route targets (BGP/MPLS VPN).

An instance takes over what another announces when one's import list meets the other's export list (RFC 4364, section
4.3.1), when BGP carries both, when a chain of sessions leads from one device to the other, and when both are joined by
interfaces of the global instance that carry labelled packets: the backbone. An instance that BGP does not carry gives
nothing and takes nothing. Whether a session really comes up is not asked: two that name each other are taken to talk.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from govnet.isolation.frames import hearer, sender
from govnet.isolation.reflection import Sessions, announced, carried
from govnet.isolation.routes import Imported, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.isolation.kept import Kept
    from govnet.isolation.layer2 import Layer2


def imported_routes(configs: Mapping[str, DeviceConfig], layer2: Layer2, kept: Kept) -> dict[str, list[Imported]]:
    """Return device -> the routes that its instances take over from other devices.

    Args:
        configs: every device's configuration.
        layer2: the broadcast domains that backbones go over.
        kept: who tells whom, and what; neither is worked out again where nothing differs that it follows from.
    """
    edges = {name: config for name, config in configs.items() if config.bgp and config.bgp.instances}
    if len(edges) <= 1:
        return {}
    rests_on = (layer2, *(part for config in configs.values() for part in _talking(config)))
    talks = kept.get("who tells whom", rests_on, lambda: _talks(configs, edges, layer2))
    told = {name: kept.get(("told", name), (config,), partial(announced, config)) for name, config in edges.items()}
    found: dict[str, list[Imported]] = {}
    for (name, vrf), origin in talks:
        routes = (Imported(vrf, prefix, origin) for prefix in told[origin.device][origin.vrf])
        found.setdefault(name, []).extend(routes)
    return found


def _talking(config: DeviceConfig) -> tuple[object, ...]:
    """Return all of a configuration that decides who tells whom."""
    return config.bgp, config.mpls, config.vrfs, config.interfaces, config.forwarding


def _talks(
    configs: Mapping[str, DeviceConfig], edges: Mapping[str, DeviceConfig], layer2: Layer2
) -> list[tuple[Instance, Instance]]:
    """Return (instance that takes over routes, instance of another device that it takes them from)."""
    joined, heard = _backbones(configs, layer2), Sessions(configs)
    return [
        (taker, origin)
        for taker, origin in _pairs(edges)
        if joined.get(taker.device, taker.device) == joined.get(origin.device, origin.device)
        and heard.told(origin, taker.device)
    ]


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
