"""What is cut off when devices or circuits are lost, seen from where the network is watched and served."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from govnet.network.built import Device
    from govnet.network.model import Network

END_ROLES = frozenset({"srv", "web", "nms", "mcu", "ups", "eps", "hvac", "fire", "env", "cam", "ids"})
"""Devices that no traffic of others passes."""
SERVICE_ROLES = frozenset({"srv", "web", "nms", "mcu"})
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Reach:
    """What a fault reaches, beside itself; each tuple in the inventory's order.

    Attributes:
        devices: devices that have lost power, or that no path leads to any more.
        segments: (zone, place) whose every port for endpoints is on such a device.
        services: servers among the devices.
        upstreams: titles of the networks outside that can no longer be reached.
        circuits: circuits that nothing is carried over any more.
    """

    devices: tuple[str, ...] = ()
    segments: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()
    upstreams: tuple[str, ...] = ()
    circuits: tuple[str, ...] = ()

    @property
    def symptoms(self) -> int:
        """How many things would each cry for themselves: devices, segments and networks outside."""
        return len(self.devices) + len(self.segments) + len(self.upstreams)

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones of the segments, each once."""
        return tuple(dict.fromkeys(zone for zone, _ in self.segments))

    @property
    def places(self) -> tuple[str, ...]:
        """The places of the segments, each once."""
        return tuple(dict.fromkeys(place for _, place in self.segments))


class Reaches:
    """Answers what a loss reaches, for one network."""

    def __init__(self, network: Network) -> None:
        self.network = network

    @cached_property
    def watchers(self) -> frozenset[str]:
        """Where the network is watched from: runners and the receivers of traps and logs."""
        named = self.network.services
        told = {*named.runners, *named.trap_receivers, *named.syslog}
        addresses = {str(each).partition("/")[0] for each in told}
        return frozenset(d.name for d in self.network.devices.values() if addresses & set(_addresses(d)))

    @cached_property
    def cores(self) -> frozenset[str]:
        """The network's middle, which still serves when nobody watches."""
        return frozenset(d.name for d in self.network.of_role("core"))

    @cached_property
    def _neighbours(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {name: [] for name in self.network.devices}
        for link in self.network.links:
            if link.purpose != "mirror":
                found[link.a.device].append((link.b.device, link.circuit))
                found[link.b.device].append((link.a.device, link.circuit))
        return found

    @cached_property
    def _healthy(self) -> frozenset[str]:
        return self._reached(frozenset(), frozenset())

    def of(self, devices: Iterable[str] = (), circuits: Iterable[str] = ()) -> Reach:
        """Return what is lost with these devices and circuits; the devices themselves are among what is lost.

        What could not be reached before the loss is no part of it.
        """
        dead, cut = frozenset(devices), frozenset(circuits)
        lost = dead | (self._healthy - self._reached(dead, cut))
        known = self.network.devices
        return Reach(
            devices=tuple(name for name in known if name in lost),
            segments=tuple(self._segments(lost)),
            services=tuple(name for name, device in known.items() if name in lost and device.role in SERVICE_ROLES),
            upstreams=tuple(u.title for u in self.network.upstreams if u.end.device in lost or u.circuit in cut),
            circuits=tuple(self._circuits(lost, cut)),
        )

    def _reached(self, dead: AbstractSet[str], cut: AbstractSet[str]) -> frozenset[str]:
        """Return the devices that a path leads to: from the watchers, or from the cores where no watcher is left."""
        seen = set((self.watchers - dead) or (self.cores - dead))
        begun = frozenset(seen)  # a watcher is an end device; paths begin at it all the same
        waiting = list(seen)
        while waiting:
            here = waiting.pop()
            if here not in begun and self.network.devices[here].role in END_ROLES:
                continue
            for there, circuit in self._neighbours[here]:
                if there not in seen and there not in dead and not (circuit and circuit in cut):
                    seen.add(there)
                    waiting.append(there)
        return frozenset(seen)

    def _segments(self, lost: AbstractSet[str]) -> Iterator[tuple[str, str]]:
        carried: dict[tuple[str, str], list[bool]] = {}
        for port in self.network.attachments:
            carried.setdefault((port.zone, port.segment.place), []).append(port.end.device in lost)
        return (segment for segment, dark in carried.items() if all(dark))

    def _circuits(self, lost: AbstractSet[str], cut: AbstractSet[str]) -> Iterator[str]:
        for name in self.network.circuits:
            ends = {e.device for link in self.network.links if link.circuit == name for e in (link.a, link.b)}
            ends |= {upstream.end.device for upstream in self.network.upstreams if upstream.circuit == name}
            if name in cut or ends & lost:
                yield name


def words(network: Network, reach: Reach) -> str:
    """Return a reach in one line for people: ``1 device, 5 segments (prv, pub, inet, stat, agri) at 水集街道``."""
    parts = [_counted(len(reach.devices), "device")]
    if reach.segments:
        zones = ", ".join(reach.zones)
        parts.append(f"{_counted(len(reach.segments), 'segment')} ({zones}) at {_places(network, reach)}")
    if reach.services:
        parts.append(f"{_counted(len(reach.services), 'server')} ({_short(reach.services)})")
    if reach.upstreams:
        parts.append(f"no way to {_short(reach.upstreams)}")
    return ", ".join(part for part in parts if part) or "nothing else"


def _places(network: Network, reach: Reach) -> str:
    return _short([network.places[place].title for place in reach.places])


def _short(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""


def _addresses(device: Device) -> Iterator[str]:
    yield from (str(each) for each in (device.address, device.zone_address) if each)
    if device.oob:
        yield str(device.oob.ip)
