"""What a switch is told: ports and their VLANs, ports that act as one, copies of frames."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address

DEFAULT_VLAN = 1


@dataclass(frozen=True, slots=True)
class Switchport:
    """How a layer-2 port treats VLANs, exact for access, trunk and hybrid ports of every vendor.

    Attributes:
        untagged: VLANs whose frames leave without a tag.
        tagged: VLANs whose frames leave with a tag. Disjoint from ``untagged``.
        pvid: VLAN that an untagged frame enters; always a member (in ``untagged`` or ``tagged``). None: untagged
            frames are dropped, because the port says so or because its PVID is not among its members.
        tunnel: every frame that comes in, tagged or not, enters the PVID with its own tag kept inside (QinQ).
        isolated: group of ports between which the switch carries no frame of any VLAN (port isolation); 0 is none.
    """

    untagged: frozenset[int] = frozenset()
    tagged: frozenset[int] = frozenset()
    pvid: int | None = None
    tunnel: bool = False
    isolated: int = 0

    @property
    def members(self) -> frozenset[int]:
        """All VLANs that the port belongs to."""
        return self.untagged | self.tagged


@dataclass(frozen=True, slots=True)
class Port:
    """A front port. ``switchport`` is None for a routed port (a router's or firewall's interface)."""

    description: str = ""
    enabled: bool = True
    switchport: Switchport | None = None


@dataclass(frozen=True, slots=True)
class Vlan:
    """A VLAN that exists on the device. ``name`` is empty where the device or person gave none."""

    name: str = ""


class AggregationMode(StrEnum):
    """How several ports are made one."""

    STATIC = "static"
    LACP = "lacp"
    ACTIVE_BACKUP = "active-backup"


@dataclass(frozen=True, slots=True)
class PeerLink:
    """The inter-switch trunk (IST) that makes two Passports one split-MLT pair."""

    address: IPv4Address
    vlan: int


@dataclass(frozen=True, slots=True)
class Aggregation:
    """Ports that act as one (MLT, Eth-Trunk, bond). Every member port carries the aggregation's `Switchport`.

    ``split`` is the SMLT id shared with the peer chassis, or None; ``peer`` is set on the IST itself.
    """

    ports: frozenset[str]
    name: str = ""
    mode: AggregationMode = AggregationMode.STATIC
    split: int | None = None
    peer: PeerLink | None = None


@dataclass(frozen=True, slots=True)
class Mirror:
    """Copies of ports' frames, both directions, sent out of ``destination``."""

    sources: frozenset[str]
    destination: str
