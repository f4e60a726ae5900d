"""What stands in racks: products, boxes, and the sources of their power."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from ipaddress import IPv4Address, IPv4Interface

    from govnet.network.model import Plane
    from govnet.network.placed import Origin


@dataclass(frozen=True, slots=True)
class Model:
    """A product as its maker built it: which front ports it has, on which cards, and what it can do.

    ``ports`` names the fixed front ports; a chassis instead has ``slots`` and gets its ports from ``Device.cards``.
    """

    name: str
    vendor: str
    platform: str
    ports: tuple[str, ...]
    slots: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Device:
    """One box. The fields of NETWORKS 0.9 that this release uses by name; the rest of a host's data in ``data``.

    Attributes:
        name: ``lx-adc-u-core01``.
        role: ``core agg acc ce fw ids srv web nms ups eps hvac fire env cam``.
        platform: the command line it speaks; empty when govnet never logs in to it.
        stand_in: why the platform is not the real product's, shown in every report; empty when it is.
        oob: out-of-band management address with prefix length, or None.
        address: where the runner reaches it: the OOB address, a town CE's circuit address, or its zone address.
        ports: front ports in the platform's own spelling, in order (network interfaces for a server).
        zone_address: address of an endpoint device inside its zone, or None.
        power: names of the power sources that feed it.
        syntax_evidence: command family -> who saw it work on which release.
        groups: the groups of its host, as Nornir has them.
    """

    name: str
    role: str
    place: str
    plane: Plane
    platform: str
    stand_in: str
    vendor: str
    model: str
    software: str
    serial: str
    owner: str
    maintainer: str
    config_authority: str
    managed: bool
    oob: IPv4Interface | None
    loopback: IPv4Interface | None
    address: IPv4Address | None
    zone: str
    zone_address: IPv4Address | None
    ports: tuple[str, ...]
    cards: Mapping[int, str]
    power: tuple[str, ...]
    syntax_evidence: Mapping[str, str]
    since: date | None
    until: date | None
    origin: Origin
    data: Mapping[str, object] = field(default_factory=dict)
    groups: tuple[str, ...] = ()

    @property
    def isolated(self) -> tuple[str, ...]:
        """Zones whose endpoints at this device are not to hear each other, only what is above it."""
        found = self.data.get("isolated")
        return found if isinstance(found, tuple) else ()

    @property
    def commanded(self) -> bool:
        """True when govnet may log in to it and change it."""
        return bool(self.platform) and self.managed and self.config_authority != "carrier"


@dataclass(frozen=True, slots=True)
class PowerSource:
    """Mains, UPS or EPS. ``device`` names the inventory device that is this source; empty for mains."""

    name: str
    kind: str
    device: str
    fed_by: tuple[str, ...]
    minutes: float | None
    transfer_ms: float | None
    origin: Origin
