"""What joins boxes: cables, leased lines, lines that leave the network, and ports where endpoints plug in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from ipaddress import IPv4Address, IPv4Interface, IPv4Network

    from govnet.network.model import Plane
    from govnet.network.placed import Origin, Segment


@dataclass(frozen=True, slots=True)
class End:
    """One end of a cable."""

    device: str
    port: str

    def __str__(self) -> str:
        """Return ``device:port``."""
        return f"{self.device}:{self.port}"


@dataclass(frozen=True, slots=True)
class Link:
    """A cable or circuit between two devices of this network.

    ``purpose`` is ``floor``, ``peer`` (between the cores), ``firewall``, ``aggregation``, ``town``, ``endpoint``,
    ``mirror``, ``leased`` (a node's line to the carrier) or ``handoff`` (the carrier's line to the centre). ``circuit``
    names the leased line it runs on, or is empty. ``bandwidth_kbps`` in kbit/s.
    """

    id: str
    a: End
    b: End
    purpose: str
    plane: Plane
    medium: str
    bandwidth_kbps: int
    circuit: str
    origin: Origin

    def other(self, device: str) -> End:
        """Return the end that is not on ``device``."""
        return self.b if self.a.device == device else self.a

    def end(self, device: str) -> End:
        """Return the end that is on ``device``."""
        return self.a if self.a.device == device else self.b


@dataclass(frozen=True, slots=True)
class Circuit:
    """A leased line. Speeds in kbit/s: the first, then ``upgrades`` by day; ``protection`` may be empty."""

    id: str
    title: str
    owner: str
    speed_kbps: int
    dedicated: bool
    protection: str
    since: date | None
    until: date | None
    origin: Origin
    maintainer: str = ""
    upgrades: tuple[tuple[date, int], ...] = ()
    contract: str = ""

    def speed_on(self, day: date) -> int:
        """Return the speed on a day, in kbit/s: the last upgrade before it counts."""
        return next((speed for since, speed in reversed(self.upgrades) if since <= day), self.speed_kbps)


@dataclass(frozen=True, slots=True)
class Upstream:
    """A circuit that leaves the network: the internet, or a bureau above. Its far side belongs to ``zone``.

    ``prefixes`` are the networks routed towards ``peer``; empty means only the circuit's own subnet is reachable.
    """

    zone: str
    end: End
    circuit: str
    address: IPv4Interface
    peer: IPv4Address
    prefixes: tuple[IPv4Network, ...]
    title: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Attachment:
    """A front port where endpoints of a zone plug in: the zone's presence in the network, as intended."""

    zone: str
    end: End
    segment: Segment


@dataclass(frozen=True, slots=True)
class Mirror:
    """A copy of ports' traffic for the IDS: what the inventory asks of one switch."""

    device: str
    sources: tuple[str, ...]
    destination: str
    origin: Origin
