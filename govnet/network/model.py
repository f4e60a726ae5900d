"""The network as one value: everything here is frozen, compared by content, and computed once by the loader.

Numbers that follow from a rule (VLANs, subnets, addresses, ports) are results of `load`, not of typing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from govnet.network.declared import Declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from ipaddress import IPv4Network

    from govnet.network.administered import Approver, Services, Window
    from govnet.network.built import Device, Model, PowerSource
    from govnet.network.cabled import Attachment, Circuit, Link, Mirror, Upstream
    from govnet.network.permitted import PolicyCell
    from govnet.network.placed import Place, Segment, Zone
    from govnet.network.served import Contract, System, TrafficClass, Unit


class Plane(StrEnum):
    """Physical worlds; nothing, not even a run of govnet, touches two of them."""

    INNER = "n"
    OUTER = "w"
    UNIFIED = "u"
    FACILITY = "f"


class GatewayMode(StrEnum):
    """Where the gateways of the zones live."""

    FIREWALL = "firewall"
    VRF = "vrf"


_K = TypeVar("_K")
_T = TypeVar("_T")


def grouped(pairs: Iterable[tuple[_K, _T]]) -> Mapping[_K, tuple[_T, ...]]:
    """Return each key -> its values, both in the order in which they come."""
    found: dict[_K, list[_T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


@dataclass(frozen=True)
class Network:
    """One inventory folder: one administration's devices on one plane.

    Mappings are keyed by name or slug, in the order of the files. ``segments`` in order of zone and place. Without
    ``windows`` devices may be changed at any time. ``reference`` is the day that is meant where nobody names one,
    ``day`` the one that this value is of, None for everything ever written; ``profiles`` name what dates count,
    ``profile`` is the one that did, empty for what was there, and ``planned`` says that this value has what was planned
    instead of what was built.
    ``schematic`` is where places are on a drawing that keeps neighbours together: column and row, from 0.
    """

    slug: str
    title: str
    plane: Plane
    folder: str
    blocks: tuple[IPv4Network, ...]
    gateway_mode: GatewayMode
    parking_vlan: int
    peer_vlan: int
    peer_subnet: IPv4Network
    places: Mapping[str, Place]
    zones: Mapping[str, Zone]
    segments: tuple[Segment, ...]
    models: Mapping[str, Model]
    devices: Mapping[str, Device]
    links: tuple[Link, ...]
    circuits: Mapping[str, Circuit]
    upstreams: tuple[Upstream, ...]
    attachments: tuple[Attachment, ...]
    power_sources: Mapping[str, PowerSource]
    policy: Mapping[tuple[str, str], PolicyCell]
    mirrors: tuple[Mirror, ...]
    services: Services
    title_en: str = ""
    approvers: Mapping[str, Approver] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    declared: Declared = field(default_factory=Declared)
    units: Mapping[str, Unit] = field(default_factory=dict)
    systems: Mapping[str, System] = field(default_factory=dict)
    traffic: Mapping[str, TrafficClass] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    schematic: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    reference: date | None = None
    profiles: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None
    profile: str = ""
    planned: bool = False
    asn: int | None = None

    @property
    def iso_day(self) -> str:
        """The day that this value is of, as ``2008-05-01``; empty for everything ever written."""
        return self.day.isoformat() if self.day else ""

    @cached_property
    def _links(self) -> Mapping[str, tuple[Link, ...]]:
        return grouped((device, link) for link in self.links for device in {link.a.device: 0, link.b.device: 0})

    @cached_property
    def _attachments(self) -> Mapping[str, tuple[Attachment, ...]]:
        return grouped((attachment.end.device, attachment) for attachment in self.attachments)

    @cached_property
    def _segments(self) -> Mapping[str, tuple[Segment, ...]]:
        return grouped((segment.place, segment) for segment in self.segments)

    @cached_property
    def _roles(self) -> Mapping[str, tuple[Device, ...]]:
        return grouped((device.role, device) for device in self.devices.values())

    def of_role(self, *roles: str) -> tuple[Device, ...]:
        """Return the devices of some roles, in inventory order."""
        if len(roles) == 1:
            return self._roles.get(roles[0], ())
        return tuple(device for device in self.devices.values() if device.role in roles)

    def links_of(self, device: str) -> tuple[Link, ...]:
        """Return the links with an end on ``device``, in file order."""
        return self._links.get(device, ())

    def attachments_of(self, device: str) -> tuple[Attachment, ...]:
        """Return the ports of ``device`` where endpoints plug in, in the network's order."""
        return self._attachments.get(device, ())

    def segments_at(self, place: str) -> tuple[Segment, ...]:
        """Return the segments of a place, in the network's order."""
        return self._segments.get(place, ())

    def room_class(self, place: str) -> str:
        """Return the class of a place's machine room, its own or the highest of those inside it; empty for none."""
        at = self.places.get(place)
        inside = [one.room_class for one in self.places.values() if one.within == place and one.room_class]
        return (at.room_class if at else "") or min(inside, default="")

    def altitude(self, place: str) -> int | None:
        """Return the metres above the sea of a place, or of the building that it is in; None when nobody wrote them."""
        at = self.places.get(place)
        if at is None:
            return None
        return at.altitude_m if at.altitude_m is not None or not at.within else self.altitude(at.within)

    def commanded(self) -> tuple[Device, ...]:
        """Return the devices that govnet logs in to and changes, in inventory order."""
        return tuple(device for device in self.devices.values() if device.commanded)
