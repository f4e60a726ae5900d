"""Which alert explains which others: derived from the cables and the power graph, never typed.

A device explains what can only be reached through it, a circuit what only it leads to, a power source what it alone
feeds. Explaining goes one way only, so that two alerts never hide each other: a device explains a circuit when it cuts
off both of its ends; a dead end explains nothing about the circuit that leads to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from govnet.power import Feeds, Reach, Reaches, outage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.network.cabled import Link
    from govnet.network.model import Network

DEVICE, CIRCUIT, SOURCE = "device", "circuit", "source"
ALERT_OF = {DEVICE: "DeviceSilent", CIRCUIT: "CircuitDown", SOURCE: "PowerSourceDark"}
"""Kind of cause -> the alert that tells of it."""
LABEL_OF = {DEVICE: "name", CIRCUIT: "circuit", SOURCE: "source"}
"""Kind of cause -> the label that names it in that alert, and in metrics."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing whose fault explains others.

    Attributes:
        kind: ``device``, ``circuit`` or ``source``.
        name: of the device, circuit or power source.
        reach: all that is lost with it.
        devices: other devices whose alerts it explains.
        links: ids of cables whose alerts it explains.
        circuits: other circuits whose alerts it explains.
        tier: how many levels of causes it explains; its alert must outlive theirs.
    """

    kind: str
    name: str
    reach: Reach
    devices: tuple[str, ...]
    links: tuple[str, ...]
    circuits: tuple[str, ...]
    tier: int

    @property
    def explains(self) -> bool:
        """Whether it explains anything at all."""
        return bool(self.devices or self.links or self.circuits)


class Causes:
    """All causes of a network."""

    def __init__(self, network: Network) -> None:
        self.network, self._reaches = network, Reaches(network)

    @cached_property
    def all(self) -> tuple[Cause, ...]:
        """Devices, circuits and power sources, each in the inventory's order."""
        return (*self._devices(), *self._circuits(), *self._sources())

    @cached_property
    def tiers(self) -> tuple[int, ...]:
        """The tiers that occur, from 0."""
        return tuple(range(max((cause.tier for cause in self.all), default=0) + 1))

    def _devices(self) -> Iterator[Cause]:
        for name in self.network.devices:
            reach = self._lost[name]
            yield self._cause(DEVICE, name, reach, self._tier(name))

    def _circuits(self) -> Iterator[Cause]:
        for name in self.network.circuits:
            reach = self._reaches.of((), [name])
            tier = 1 + max((self._tier(device) for device in reach.devices), default=-1)
            yield self._cause(CIRCUIT, name, reach, tier)

    def _sources(self) -> Iterator[Cause]:
        """Yield the sources that are devices: of mains nobody tells, and one entry may stand for many."""
        feeds = Feeds(self.network)
        for source in self.network.power_sources.values():
            stages = outage(feeds, self._reaches, [source.name]).stages if source.device else ()
            if stages:
                reach = stages[-1].reach
                tier = 1 + max((self._tier(device) for device in reach.devices), default=-1)
                yield self._cause(SOURCE, source.name, reach, tier)

    def _cause(self, kind: str, name: str, reach: Reach, tier: int) -> Cause:
        lost = frozenset(reach.devices)
        return Cause(
            kind=kind,
            name=name,
            reach=reach,
            devices=tuple(device for device in reach.devices if device != name),
            links=tuple(link.id for link in self.cables if lost & {link.a.device, link.b.device}),
            circuits=tuple(c for c, ends in self.ends.items() if ends and ends <= lost and c != name),
            tier=tier,
        )

    @cached_property
    def cables(self) -> tuple[Link, ...]:
        """The cables that are no circuits."""
        return tuple(link for link in self.network.links if not link.circuit)

    @cached_property
    def ends(self) -> dict[str, frozenset[str]]:
        """Circuit -> the devices of this network at its ends."""
        found: dict[str, set[str]] = {name: set() for name in self.network.circuits}
        for link in self.network.links:
            if link.circuit:
                found[link.circuit] |= {link.a.device, link.b.device}
        for upstream in self.network.upstreams:
            if upstream.circuit:
                found[upstream.circuit].add(upstream.end.device)
        return {name: frozenset(devices) for name, devices in found.items()}

    @cached_property
    def _lost(self) -> dict[str, Reach]:
        return {name: self._reaches.of([name]) for name in self.network.devices}

    @cached_property
    def _tiers(self) -> dict[str, int]:
        return {}

    def _tier(self, device: str) -> int:
        """Return how many levels of devices are cut off behind a device: 0 for a dead end."""
        if device not in self._tiers:
            behind = [other for other in self._lost[device].devices if other != device]
            # What is cut off cuts off less than what cuts it off, so this ends.
            self._tiers[device] = 1 + max((self._tier(other) for other in behind), default=-1)
        return self._tiers[device]
