"""What may stand in each file of an inventory folder; anything else is a mistake that gets a line and a hint.

Fields with a rule (``oob``, ``vlan``, ``to``) are text here; they are computed where their names have values.
"""

# Annotations are evaluated by pydantic: no postponed evaluation here.
from datetime import date
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from govnet.network.model import GatewayMode, Plane
from govnet.network.schema_audit import AuditFile
from govnet.network.schema_hosts import DefaultsEntry, Entry, HostEntry
from govnet.network.schema_lines import CircuitsFile, TrafficEntry
from govnet.network.schema_links import LinksFile, PolicyFile
from govnet.network.schema_tables import ArchetypeEntry, SiteRow, SystemEntry, TownshipsEntry, UnitRow

Purpose = Literal[
    "servers",
    "floor",
    "town",
    "oob",
    "circuit",
    "campus",
    "lan",
    "venue",
    "transit",
    "manage",
    "border",
    "border-down",
    "prefecture",
    "county",
    "township",
    "department",
    "department-venue",
    "vpn-prefecture",
    "vpn-department",
    "app-department",
    "trunk-prefecture",
    "trunk-county",
    "trunk-township",
    "trunk-department",
    "trunk-reflector",
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class NumberingRule(Entry):
    """How segments of one purpose are numbered."""

    vlan: str
    subnet: str
    name: str
    gateway: Literal["first", "none"] = "first"


class NumberingException(Entry):
    """A VLAN that does not follow the rule, and why."""

    zone: str
    purpose: Purpose
    vlan: int
    because: str


class PeerEntry(Entry):
    """VLAN and subnet of the link between the two cores."""

    vlan: int
    subnet: IPv4Network


class ProfileEntry(Entry):
    """A policy profile: which column of the tables says when a place is there."""

    title: str
    dates: Literal["planned", "since"]


class ServicesEntry(Entry):
    """Devices that serve the others; they are told the address where the runner reaches these."""

    runner: tuple[str, ...]
    trap: tuple[str, ...]
    syslog: tuple[str, ...]
    ntp: tuple[str, ...]
    contact: str
    banner: tuple[str, ...] = ()


class ApproverEntry(Entry):
    """Somebody who may approve plans: the public half of an Ed25519 key, base64, and when it counts."""

    key: str
    since: date | None = None
    until: date | None = None


class WindowEntry(Entry):
    """When devices may be changed: local times of some weekdays; one that ends before it starts runs past midnight."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    start: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    end: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    utc_offset: Annotated[str, Field(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")] = "+08:00"


class NetworkFile(Entry):
    """``network.yaml``."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+$")]
    title: str
    title_en: str = ""
    plane: Plane
    blocks: tuple[IPv4Network, ...]
    home: str
    gateway_mode: GatewayMode
    parking_vlan: int
    peer: PeerEntry
    asn: Annotated[int, Field(ge=1, le=4294967295)] | None = None  # of the provider network that carries the instances
    numbering: dict[Purpose, NumberingRule]
    exceptions: tuple[NumberingException, ...] = ()
    services: ServicesEntry
    reference: date | None = None  # the day that is meant where nobody names one; absent: everything ever written
    profiles: dict[str, ProfileEntry] = Field(default_factory=dict)
    approvers: dict[str, ApproverEntry] = Field(default_factory=dict)
    windows: tuple[WindowEntry, ...] = ()


class ZoneEntry(Entry):
    """One zone in ``zones.yaml``.

    ``vrf`` and ``instance`` are number and name of its routing instance, ``routes`` how its route targets are dealt;
    ``p`` is its part of a block that zones share. ``venues``: only places with a video venue have it; ``members``: of
    the departments only these, in the order that gives them their m.
    """

    z: Annotated[int, Field(ge=0)]
    title: str
    title_en: str = ""
    reach: tuple[Purpose, ...]
    confidential: bool = False
    vrf: Annotated[int, Field(ge=0, le=65535)] = 0
    instance: str = ""
    routes: Literal["", "mesh", "hub-spoke"] = ""
    p: Annotated[int, Field(ge=0)] = 0
    venues: bool = False
    members: tuple[Slug, ...] = ()


class BuildingEntry(Entry):
    """A building."""

    title: str


class FloorsEntry(Entry):
    """Floors 1 to ``count`` of a building, named by rule."""

    within: str
    count: Annotated[int, Field(ge=1, le=200)]
    slug: str
    title: str


class RoomEntry(Entry):
    """A room of a building."""

    within: str
    title: str
    area_m2: Annotated[int, Field(gt=0)] | None = None


class TownEntry(Entry):
    """A town or sub-district office."""

    t: Annotated[int, Field(ge=1)]
    title: str


class PlacesFile(Entry):
    """``places.yaml``."""

    buildings: dict[Slug, BuildingEntry]
    floors: tuple[FloorsEntry, ...] = ()
    rooms: dict[Slug, RoomEntry] = Field(default_factory=dict)
    towns: dict[Slug, TownEntry] = Field(default_factory=dict)
    townships: TownshipsEntry | None = None
    schematic: dict[Slug, tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]] = Field(default_factory=dict)
    room_classes: dict[Slug, Literal["A", "B", "C"]] = Field(default_factory=dict)  # of machine rooms (GB 50174)


class CardEntry(Entry):
    """A module of a chassis."""

    ports: Annotated[int, Field(ge=0)]


class ModelEntry(Entry):
    """A product: fixed ``ports`` or ``slots`` for cards. ``assumed`` says what no source tells."""

    vendor: str
    platform: str = ""
    ports: tuple[str, ...] = ()
    slots: int = 0
    assumed: str = ""


class ModelsFile(Entry):
    """``models.yaml``."""

    cards: dict[str, CardEntry] = Field(default_factory=dict)
    models: dict[str, ModelEntry]


class PowerEntry(Entry):
    """One power source in ``power.yaml``."""

    kind: Literal["mains", "ups", "eps"]
    device: str = ""
    fed_by: tuple[str, ...] = ()
    minutes: Annotated[float, Field(gt=0)] | None = None
    transfer_ms: Annotated[float, Field(ge=0)] | None = None


class Files(Entry):
    """All files of a folder, in the order in which they are read; one with a default may be absent."""

    network: NetworkFile
    zones: dict[Slug, ZoneEntry]
    places: PlacesFile
    models: ModelsFile
    power: dict[str, PowerEntry]
    circuits: CircuitsFile
    links: LinksFile
    policy: PolicyFile
    defaults: DefaultsEntry
    groups: dict[str, HostEntry]
    hosts: dict[str, HostEntry]
    sites: tuple[SiteRow, ...] = ()
    units: tuple[UnitRow, ...] = ()
    archetypes: dict[Slug, ArchetypeEntry] = Field(default_factory=dict)
    systems: dict[Slug, SystemEntry] = Field(default_factory=dict)
    traffic: dict[Slug, TrafficEntry] = Field(default_factory=dict)
    audit: AuditFile = AuditFile()
