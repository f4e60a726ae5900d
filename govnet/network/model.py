"""The network as values: everything here is frozen, compared by content, and computed once by the loader.

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
    from ipaddress import IPv4Address, IPv4Interface, IPv4Network

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


class Action(StrEnum):
    """What a cell of the policy matrix says (the letters of the printed matrix)."""

    ALLOW = "A"
    DENY = "D"
    FIREWALL = "F"
    MANAGEMENT = "M"
    TRAPS = "T"
    RETURN = "R"
    NO_PATH = "P"
    OFFLINE = "X"


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where in the inventory folder a person wrote something."""

    file: str
    line: int

    def __str__(self) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where devices stand, or who is served there.

    Attributes:
        kind: ``building``, ``floor``, ``room``, ``town``; of a table: ``province``, ``prefecture``, ``county``,
            ``township``, ``node`` (the end of a leased line); ``unit`` (an office of a building).
        index: the rule's f, t, n or u.
        within: the building of a floor, room or unit; the place above a county or township; else empty.
        area_m2, altitude_m: None where no source tells it.
        numbers: what rules may use, by letter.
        venue: it takes part in video conferences.
        room_class: of its machine room: ``A``, ``B`` or ``C`` (GB 50174); empty where nobody wrote it.
        below: townships of a county, those that have joined and those that have not.
        planned: when the plan wanted it; ``since`` and ``until`` are when it was there.
    """

    slug: str
    title: str
    kind: str
    index: int
    origin: Origin
    within: str = ""
    area_m2: int | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    code: str = ""
    altitude_m: int | None = None
    venue: bool = False
    planned: date | None = None
    since: date | None = None
    until: date | None = None
    phase: str = ""
    below: int = 0
    room_class: str = ""

    @property
    def site(self) -> str:
        """What device names say of the place: the building of a floor, room or unit, else the place itself."""
        return self.within if self.within and self.kind in {"floor", "room", "unit"} else self.slug


@dataclass(frozen=True, slots=True)
class Zone:
    """A set of endpoints with one trust level; ``index`` is the rule's z.

    ``instance`` and ``vrf`` are name and number of the routing instance that carries it between places, empty and 0
    where it has none; ``routes`` is ``mesh`` (every place reaches every other) or ``hub-spoke`` (the centre alone);
    ``members`` are the departments that have it, all where it is empty.
    """

    slug: str
    index: int
    title: str
    title_en: str
    confidential: bool
    origin: Origin
    instance: str = ""
    vrf: int = 0
    routes: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One VLAN of one zone: the unit that carries a zone to a place.

    ``purpose`` is ``servers``, ``floor``, ``town``, ``oob`` (out-of-band management), ``circuit`` (the management
    /30 of a town's circuit), ``campus`` (a unit's LAN in a building); at a leased node ``lan`` (behind its own router),
    ``border`` (between the firewall and the provider network, one for each routing instance), ``prefecture``,
    ``county``, ``township``, ``department`` (behind that place's router), ``trunk-`` and a kind (the line to the router
    above); ``transit`` (the /30 between that router and the centre), ``venue`` (its video terminal) and ``manage`` (the
    management /30 of its router). ``gateway`` is the first address of the subnet when a gateway serves the segment.
    """

    zone: str
    place: str
    purpose: str
    vlan: int
    subnet: IPv4Network
    name: str
    gateway: IPv4Address | None


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
class PowerSource:
    """Mains, UPS or EPS. ``device`` names the inventory device that is this source; empty for mains."""

    name: str
    kind: str
    device: str
    fed_by: tuple[str, ...]
    minutes: float | None
    transfer_ms: float | None
    origin: Origin


@dataclass(frozen=True, slots=True, order=True)
class Permit:
    """One kind of packet that may open a session.

    ``protocol`` is ``tcp``, ``udp``, ``icmp`` or ``any``; ``ports`` are inclusive destination port ranges (empty: all
    ports); empty ``sources`` or ``destinations`` mean the whole source or target zone.
    """

    protocol: str
    ports: tuple[tuple[int, int], ...] = ()
    sources: tuple[IPv4Network, ...] = ()
    destinations: tuple[IPv4Network, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyCell:
    """What may flow from one zone to another. ``service`` names what is permitted (``F1``, ``M``, ``T``), or is empty.

    ``permits`` is what may open a session; empty for D, R, P and X. For A it is one ``any`` permit.
    ``approval``, ``owner`` and ``review`` are the approval id, the owner unit and the review date of the service; empty
    and None when it has none.
    """

    source: str
    target: str
    action: Action
    service: str
    permits: tuple[Permit, ...]
    origin: Origin
    approval: str = ""
    review: date | None = None
    owner: str = ""

    @property
    def code(self) -> str:
        """What the printed matrix shows in this cell: ``A``, ``D``, ``R``, ``F1``, ``M``, ..."""
        return self.service or str(self.action)


@dataclass(frozen=True, slots=True)
class Mirror:
    """A copy of ports' traffic for the IDS: what the inventory asks of one switch."""

    device: str
    sources: tuple[str, ...]
    destination: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Services:
    """Addresses inside the management zone that devices are told about."""

    runners: tuple[IPv4Network, ...]
    trap_receivers: tuple[IPv4Address, ...]
    syslog: tuple[IPv4Address, ...]
    ntp: tuple[IPv4Address, ...]
    contact: str
    banner: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may approve plans: the public half of an Ed25519 key, base64; it counts from ``since`` to ``until``.

    Both dates are part of the time; None leaves that side open.
    """

    name: str
    key: str
    since: date | None
    until: date | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Window:
    """When devices may be changed.

    Attributes:
        days: weekdays on which it opens, Monday is 0; empty: every day.
        start, end: local minutes of the day; an ``end`` before or at ``start`` is on the next day.
        utc_offset: of the local time, in minutes.
        origin: where it is written.
    """

    days: frozenset[int]
    start: int
    end: int
    utc_offset: int
    origin: Origin


_T = TypeVar("_T")


def _grouped(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, tuple[_T, ...]]:
    found: dict[str, list[_T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


@dataclass(frozen=True)
class Network:
    """One inventory folder: one administration's devices on one plane.

    Mappings are keyed by name or slug, in the order of the files. ``segments`` in order of zone and place. Without
    ``windows`` devices may be changed at any time. ``reference`` is the day that is meant where nobody names one,
    ``day`` the one that this value is of, None for everything ever written; ``profiles`` name what dates count.
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
    asn: int | None = None

    @cached_property
    def _links(self) -> Mapping[str, tuple[Link, ...]]:
        return _grouped((device, link) for link in self.links for device in {link.a.device: 0, link.b.device: 0})

    @cached_property
    def _attachments(self) -> Mapping[str, tuple[Attachment, ...]]:
        return _grouped((attachment.end.device, attachment) for attachment in self.attachments)

    @cached_property
    def _segments(self) -> Mapping[str, tuple[Segment, ...]]:
        return _grouped((segment.place, segment) for segment in self.segments)

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
