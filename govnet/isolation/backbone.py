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
from govnet.isolation.reflection import Sessions, announced, carried, selective
from govnet.isolation.routes import Imported, Instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from ipaddress import IPv4Network

    from govnet.config.model import DeviceConfig
    from govnet.isolation.frames import Spot
    from govnet.isolation.kept import Kept
    from govnet.isolation.layer2 import Layer2

_Pairs = tuple[tuple[str, "Instance"], ...]


def imported_routes(
    configs: Mapping[str, DeviceConfig], layer2: Layer2, kept: Kept
) -> Mapping[str, tuple[Imported, ...]]:
    """Return device -> the routes that its instances take over from other devices.

    Args:
        configs: every device's configuration.
        layer2: the broadcast domains that backbones go over.
        kept: who tells whom, and what; neither is worked out again where nothing differs that it follows from.
    """
    edges = {name: config for name, config in configs.items() if config.bgp and config.bgp.instances}
    if len(edges) <= 1:
        return {}
    talks = _talks(configs, edges, layer2, kept)
    told = kept.each("told", {name: _telling(one) for name, one in edges.items()}, lambda name: announced(edges[name]))
    rests_on = {name: (pairs, told) for name, pairs in talks.items()}
    return kept.each("imported", rests_on, lambda name: _imported(name, talks[name], told, kept))


def carries(configs: Mapping[str, DeviceConfig], spots: Iterable[Spot]) -> bool:
    """Return whether frames from any of some spots may join backbones: an interface with labels sends from there."""
    setups = ((configs[spot.device].mpls, spot.interface) for spot in spots if spot.interface)
    return any(mpls is not None and interface in mpls.interfaces for mpls, interface in setups)


def _telling(config: DeviceConfig) -> tuple[object, ...]:
    """Return all of a configuration that decides what it tells."""
    return config.bgp, config.vrfs, config.routes, config.interfaces


def _imported(
    name: str, pairs: _Pairs, told: Mapping[str, Mapping[str, Sequence[IPv4Network]]], kept: Kept
) -> tuple[Imported, ...]:
    """Return the routes that one device takes over, those from before where nobody whom it hears tells others."""
    rests_on = pairs, *(told[origin.device] for _, origin in pairs)
    return kept.get(("taken over", name), rests_on, partial(_taken_over, pairs, told))


def _taken_over(pairs: _Pairs, told: Mapping[str, Mapping[str, Sequence[IPv4Network]]]) -> tuple[Imported, ...]:
    """Return the routes that one device takes over."""
    return tuple(Imported(vrf, prefix, origin) for vrf, origin in pairs for prefix in told[origin.device][origin.vrf])


def _talks(
    configs: Mapping[str, DeviceConfig], edges: Mapping[str, DeviceConfig], layer2: Layer2, kept: Kept
) -> Mapping[str, _Pairs]:
    """Return device -> (its instance that takes over routes, instance of another device that it takes them from)."""
    around = [part for config in configs.values() for part in (config.bgp, config.interfaces)]
    selected = [config.vrfs for config in configs.values()] if selective(configs.values()) else []
    heard = kept.get("sessions", (*around, *selected), lambda: Sessions(configs))
    wired = [part for one in configs.values() for part in (one.forwarding, one.mpls, one.interfaces)]
    joined = kept.alike("backbones", kept.get("joined", (layer2, *wired), lambda: _backbones(configs, layer2)))
    exporters = _exporters(edges, kept)

    def talk(name: str) -> _Pairs:
        one = edges[name]
        met = {target: exporters.get(target, ()) for vrf in carried(one).values() for target in sorted(vrf.imports)}
        rests_on = (one.vrfs, one.bgp, heard, joined, *met.values())
        return kept.get(("pairs", name), rests_on, partial(_pairs, name, configs, met, joined, heard))

    rests_on = {name: (one.vrfs, one.bgp, heard, joined, exporters) for name, one in edges.items()}
    return kept.each("talks", rests_on, talk)


def _exporters(edges: Mapping[str, DeviceConfig], kept: Kept) -> Mapping[str, tuple[Instance, ...]]:
    """Return route target -> the instances that export to it."""
    rests_on = {name: (one.vrfs, one.bgp) for name, one in edges.items()}
    exports = kept.each("exports", rests_on, lambda name: _exports(name, edges[name]))
    return kept.get("exporters", (exports,), lambda: _by_target(exports, kept))


def _by_target(exports: Mapping[str, list[tuple[str, Instance]]], kept: Kept) -> dict[str, tuple[Instance, ...]]:
    found: dict[str, list[Instance]] = {}
    for own in exports.values():
        for target, origin in own:
            found.setdefault(target, []).append(origin)
    return {target: kept.alike(("exporters", target), tuple(origins)) for target, origins in found.items()}


def _exports(name: str, config: DeviceConfig) -> list[tuple[str, Instance]]:
    """Return (route target, instance of a device that exports to it)."""
    return [(target, Instance(name, vrf)) for vrf, value in carried(config).items() for target in value.exports]


def _pairs(
    name: str,
    configs: Mapping[str, DeviceConfig],
    exporters: Mapping[str, Iterable[Instance]],
    joined: Mapping[str, str],
    heard: Sessions,
) -> _Pairs:
    """Return (instance of a device that imports, instance of another device that exports to it and whom it hears)."""
    return tuple(
        (vrf, origin)
        for vrf, value in carried(configs[name]).items()
        for origin in sorted({origin for target in value.imports for origin in exporters[target]})
        if origin.device != name
        and joined.get(name, name) == joined.get(origin.device, origin.device)
        and heard.told(origin.device, configs[origin.device].vrfs[origin.vrf].exports, name)
    )


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
