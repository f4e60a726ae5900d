"""Figures of a network: how many of what, how far its lines are sold over, how many units have a LAN."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.network.lines import VIDEO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.cabled import Link
    from govnet.network.model import Network
    from govnet.network.served import System


@dataclass(frozen=True, slots=True)
class Load:
    """What lines bring to a device from below, and what leads on from it; in kbit/s.

    ``lines`` counts those from below, ``upwards`` are the circuits that lead on.
    """

    device: str
    place: str
    below_kbps: int
    above_kbps: int
    lines: int
    upwards: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """How many times the line above would be filled."""
        return self.below_kbps / self.above_kbps


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of how many have something."""

    having: int
    of: int

    @property
    def percent(self) -> float | None:
        """The share in per cent with one decimal; None of nobody."""
        return round(100 * self.having / self.of, 1) if self.of else None


def loads(network: Network) -> tuple[Load, ...]:
    """Return, for every device where leased lines from below meet one upwards, their sums; in inventory order.

    The first end of a link is the lower one.
    """
    below: defaultdict[str, list[Link]] = defaultdict(list)
    above: defaultdict[str, list[Link]] = defaultdict(list)
    for link in network.links:
        if link.circuit:
            below[link.b.device].append(link)
            above[link.a.device].append(link)
    return tuple(
        Load(
            name,
            device.place,
            sum(link.bandwidth_kbps for link in below[name]),
            sum(link.bandwidth_kbps for link in above[name]),
            len(below[name]),
            tuple(link.circuit for link in above[name]),
        )
        for name, device in network.devices.items()
        if name in below and name in above
    )


def lan_coverage(network: Network) -> Coverage:
    """Return how many units have a LAN of their own."""
    return Coverage(sum(unit.lan for unit in network.units.values()), len(network.units))


def places_by_kind(network: Network) -> Mapping[str, int]:
    """Return kind of place -> how many there are."""
    return Counter(place.kind for place in network.places.values())


def circuits_by_speed(network: Network) -> Mapping[tuple[str, int], int]:
    """Return (owner, speed in kbit/s) -> how many leased lines there are."""
    return Counter((circuit.owner, circuit.speed_kbps) for circuit in network.circuits.values())


def venues(network: Network) -> int:
    """Return how many places take part in video conferences; none before a system for them is there."""
    told = any(system.traffic_class == VIDEO for system in network.systems.values())
    return sum(place.venue for place in network.places.values()) if told else 0


def nodes_of(network: Network, system: str) -> int:
    """Return how many places a system has registered that are there, and had joined it, on the day.

    Raises:
        KeyError: the network has no such system.
    """
    return sum(group.joined(network.day, network.places) for group in network.systems[system].nodes)


ASKABLE = frozenset({"https", "ocsp", "h323", "sip"})
"""Kinds of probes that something can be asked by."""


def askable(network: Network, system: System) -> Iterator[tuple[str, str]]:
    """Yield server and address of a system that can be asked whether it answers; none where no probe is written."""
    for name in system.servers if system.probe in ASKABLE else ():
        server = network.devices.get(name)
        address = (server.zone_address or server.address) if server else None
        if address:
            yield name, str(address)
