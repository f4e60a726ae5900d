"""One configuration said for another make of box: names mapped, and what the new box refuses taken out, with reasons.

Pure. The new platform itself says what it cannot do; each thing that can be rewritten or left out is tried, and is only
touched when that answers a refusal and raises no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govnet.config.switching import DEFAULT_VLAN, Switchport
from govnet.errors import RefusedError
from nornir_tasks.concessions import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface
    from govnet.config.switching import Port
    from govnet.platforms.base import Platform

AGGREGATION_NAMES = {"huawei_vrp": "Eth-Trunk{}", "nortel_ers": "MLT-{}"}
"""Platform -> how it names aggregations by itself; elsewhere a name is a person's choice and stays."""


@dataclass(frozen=True, slots=True)
class Concession:
    """Something that is not said as it was. ``lost``: it is gone; else it is said in another way."""

    what: str
    why: str
    lost: bool

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class Translation:
    """A configuration for another box.

    Attributes:
        config: as the new box is to have it.
        concessions: what is not said as it was.
        refused: what the new box still cannot do; nothing may be said to it then.
    """

    config: DeviceConfig
    concessions: tuple[Concession, ...]
    refused: tuple[str, ...]


def port_map(
    old: Sequence[str], new: Sequence[str], used: frozenset[str], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return old port -> new port: as given, else all in order, else the used ones in order.

    Raises:
        RefusedError: a port that is used has no place, or what is given does not fit.
    """
    if given is not None:
        return _checked(given, old, new, used)
    chosen = list(old) if len(old) <= len(new) else [port for port in old if port in used]
    if len(chosen) > len(new):
        raise RefusedError(
            f"{len(chosen)} ports are used and the successor has {len(new)}; choose a larger --model, or free ports."
        )
    return dict(zip(chosen, new, strict=False))


def _checked(given: Mapping[str, str], old: Sequence[str], new: Sequence[str], used: frozenset[str]) -> dict[str, str]:
    for port, target in given.items():
        if port not in old:
            raise RefusedError(f"port map: {port} is no port of the old device; mend the file.")
        if target not in new:
            raise RefusedError(f"port map: {port} goes to {target}, which is no port of the successor; mend the file.")
    if twice := sorted({target for target in given.values() if list(given.values()).count(target) > 1}):
        raise RefusedError(f"port map: {twice[0]} is given to two ports; mend the file.")
    if left := [port for port in old if port in used and port not in given]:
        raise RefusedError(f"port map: {', '.join(left[:6])} in use and not in the file; add where each goes.")
    return dict(given)


def translate(
    config: DeviceConfig, ports: Mapping[str, str], speaks: Platform, box: Hardware, management_vlan: int | None
) -> Translation:
    """Return a configuration as another box says it.

    Args:
        config: of the old device.
        ports: old port -> new port.
        speaks: the new platform.
        box: the new hardware.
        management_vlan: VLAN that a management address moves to when the new box has no place of its own for it.
    """
    moved = _filled(_renamed(config, ports, speaks.name), speaks, box)
    refused = frozenset(speaks.refuse(moved, box))
    made: list[Concession] = []
    for family in FAMILIES:
        for offer in family(moved, management_vlan):
            if not refused:
                break
            tried = offer.change(moved)
            left = frozenset(speaks.refuse(tried, box))
            if left < refused:
                made.append(Concession(offer.what, "; ".join(sorted(refused - left)), offer.lost))
                moved, refused = tried, left
    return Translation(moved, tuple(made), tuple(sorted(refused)))


def _renamed(config: DeviceConfig, ports: Mapping[str, str], platform: str) -> DeviceConfig:
    """Return a configuration with the names of the new box; ports without a place are left out."""
    pattern = AGGREGATION_NAMES.get(platform)
    bundles = {n: pattern.format(n) if pattern else one.name for n, one in config.aggregations.items()}
    names = dict(ports) | {one.name: bundles[n] for n, one in config.aggregations.items() if one.name}
    keys = {key: _key(key, one, names) for key, one in config.interfaces.items()}
    anywhere = {**names, **keys}
    return replace(
        config,
        ports={ports[name]: port for name, port in config.ports.items() if name in ports},
        interfaces={
            keys[key]: replace(one, parent=names.get(one.parent, one.parent)) for key, one in config.interfaces.items()
        },
        bindings=frozenset(replace(one, target=anywhere.get(one.target, one.target)) for one in config.bindings),
        aggregations={
            n: replace(one, name=bundles[n], ports=frozenset(ports[port] for port in one.ports if port in ports))
            for n, one in config.aggregations.items()
        },
        mirrors={
            n: replace(
                one,
                sources=frozenset(ports.get(port, port) for port in one.sources),
                destination=ports.get(one.destination, one.destination),
            )
            for n, one in config.mirrors.items()
        },
    )


def _key(key: str, interface: IpInterface, names: Mapping[str, str]) -> str:
    parent = names.get(interface.parent, interface.parent)
    if interface.parent and key == f"{interface.parent}.{interface.vlan}":
        return f"{parent}.{interface.vlan}"
    return names.get(key, key)


def _filled(config: DeviceConfig, speaks: Platform, box: Hardware) -> DeviceConfig:
    """Return the configuration with the new box's other ports, shut, and in the order of the new box."""
    out_of_the_box = speaks.factory(replace(box, console=None)).ports
    return replace(config, ports={name: config.ports.get(name) or _shut(port) for name, port in out_of_the_box.items()})


def _shut(port: Port) -> Port:
    return replace(port, enabled=False)


def is_used(config: DeviceConfig, name: str) -> bool:
    """Return whether a port of a configuration matters: it is open, or part of an aggregation or a mirror."""
    port = config.ports[name]
    idle = Switchport(frozenset({DEFAULT_VLAN}), frozenset(), DEFAULT_VLAN)
    bundled = any(name in one.ports for one in config.aggregations.values())
    mirrored = any(name in one.sources or name == one.destination for one in config.mirrors.values())
    plain = port.switchport in {None, idle} and not port.description
    return bundled or mirrored or (port.enabled and not plain)
