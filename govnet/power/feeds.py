"""Who feeds whom, and how long each source and device lasts when sources end."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from govnet.network.built import Device, PowerSource
    from govnet.network.model import Network

FOREVER = math.inf
RIDE_THROUGH_MS = 20.0
"""How long a server's power supply bridges a gap; from memory of the ITI (CBEMA) curve, to be verified."""


@dataclass(frozen=True)
class Feeds:
    """The power graph of a network.

    Attributes:
        network: where sources and devices come from.
        left: source -> minutes that its batteries will last now, where that was measured; others last what the
            inventory says. What neither tells is unknown, and None below.
    """

    network: Network
    left: Mapping[str, float] = field(default_factory=dict)

    def fed(self, source: str) -> tuple[Device, ...]:
        """Return the devices with a feed from a source, in inventory order."""
        return tuple(device for device in self.network.devices.values() if source in device.power)

    def below(self, source: str) -> tuple[PowerSource, ...]:
        """Return the sources that a source feeds directly."""
        return tuple(each for each in self.network.power_sources.values() if source in each.fed_by)

    def without(self) -> tuple[Device, ...]:
        """Return the devices that no source is written for: nobody knows what becomes of them."""
        return tuple(device for device in self.network.devices.values() if not device.power)

    def backup(self, source: str) -> float | None:
        """Return the minutes that a source gives without its own feeds; 0 for mains, None when unknown."""
        if source in self.left:
            return self.left[source]
        entry = self.network.power_sources[source]
        return 0.0 if entry.kind == "mains" else entry.minutes

    def source_minutes(self, source: str, ended: AbstractSet[str]) -> float | None:
        """Return how long a source lasts once ``ended`` have ended: FOREVER, minutes, or None when unknown."""
        if source in ended:
            return 0.0
        above = self.network.power_sources[source].fed_by
        if not above:
            return FOREVER
        return _plus(_longest([self.source_minutes(each, ended) for each in above]), self.backup(source))

    def device_minutes(self, device: str, ended: AbstractSet[str]) -> float | None:
        """Return how long a device lasts: as its longest feed; None when unknown, or when it has no source written.

        A UPS or EPS lives on its own batteries: it lasts as long as what it gives.
        """
        own = [each.name for each in self.network.power_sources.values() if each.device == device]
        feeds = own or self.network.devices[device].power
        return _longest([self.source_minutes(each, ended) for each in feeds])

    def restarts(self, ended: AbstractSet[str], bridge_ms: float = RIDE_THROUGH_MS) -> Iterator[Device]:
        """Yield the devices that survive but restart at once: every feed left must first transfer, too slowly."""
        for device in self.network.devices.values():
            left = [name for name in device.power if self.source_minutes(name, ended) != 0.0]
            if left and device.power and all(self._gap(name, ended) > bridge_ms for name in left):
                yield device

    def _gap(self, source: str, ended: AbstractSet[str]) -> float:
        """Return the milliseconds without output when ``ended`` end; 0 for a source that does not have to transfer."""
        entry = self.network.power_sources[source]
        lost = bool(entry.fed_by) and all(self.source_minutes(each, ended) == 0.0 for each in entry.fed_by)
        return (entry.transfer_ms or 0.0) if lost else 0.0


def _longest(minutes: list[float | None]) -> float | None:
    """Return the longest; an unknown one hides all but FOREVER."""
    if FOREVER in minutes:
        return FOREVER
    known = [each for each in minutes if each is not None]
    return max(known) if known and len(known) == len(minutes) else None


def _plus(first: float | None, second: float | None) -> float | None:
    if first == FOREVER:
        return FOREVER
    return None if first is None or second is None else first + second
