"""What may stand in each file of an inventory folder; anything else is a mistake that gets a line and a hint.

Fields with a rule (``oob``, ``vlan``, ``to``) are text here; they are computed where their names have values.
"""

# Annotations are evaluated by pydantic: no postponed evaluation here.
from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from govnet.network.model import GatewayMode, Plane

Purpose = Literal["servers", "floor", "town", "oob", "circuit"]
Role = Literal[  # fmt: skip
    "core",
    "agg",
    "acc",
    "pe",
    "rr",
    "ce",
    "cpe",
    "fw",
    "ids",
    "mcu",
    "srv",
    "web",
    "nms",
    "ups",
    "eps",
    "hvac",
    "fire",
    "env",
    "cam",
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Entry(BaseModel):
    """Base of all entries: immutable, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HostData(Entry):
    """The record of a host (NETWORKS 0.9): typed at the host or inherited from a group. Absent means unknown."""

    network: str | None = None
    place: str | None = None
    plane: Plane | None = None
    level: Literal["province", "prefecture", "county", "township", "city", "town"] | None = None
    role: Role | None = None
    model: str | None = None
    software: str | None = None
    serial: str | None = None
    owner: Literal["government", "carrier"] | None = None
    maintainer: str | None = None
    config_authority: Literal["government", "joint", "carrier"] | None = None
    managed: bool | None = None
    zones: tuple[str, ...] | None = None
    zone: str | None = None
    address: str | None = None
    loopback: str | None = None
    oob: str | None = None
    power_source: tuple[str, ...] | None = None
    room: str | None = None
    since: date | None = None
    until: date | None = None
    phase: str | None = None
    protection_scheme: str | None = None
    djbh_level: int | None = None
    responsible_unit: str | None = None
    archetype: str | None = None
    cards: dict[int, str] | None = None
    stand_in: str | None = None
    syntax_evidence: dict[str, str] | None = None
    sensors: dict[str, int] | None = None
    note: str | None = None


class ConnectionEntry(Entry):
    """Nornir's ConnectionOptions."""

    hostname: str | None = None
    port: int | None = None
    username: str | None = None
    password: None = None
    platform: str | None = None
    extras: dict[str, Any] | None = None


class DefaultsEntry(Entry):
    """Nornir's Defaults."""

    hostname: str | None = None
    port: int | None = None
    username: str | None = None
    password: None = None
    platform: str | None = None
    data: HostData = HostData()
    connection_options: dict[str, ConnectionEntry] = {}


class HostEntry(DefaultsEntry):
    """Nornir's Host or Group."""

    groups: tuple[str, ...] = ()


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


class ServicesEntry(Entry):
    """Devices that serve the others; they are told the address where the runner reaches these."""

    runner: tuple[str, ...]
    trap: tuple[str, ...]
    syslog: tuple[str, ...]
    ntp: tuple[str, ...]
    contact: str
    banner: tuple[str, ...] = ()


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
    numbering: dict[Purpose, NumberingRule]
    exceptions: tuple[NumberingException, ...] = ()
    services: ServicesEntry


class ZoneEntry(Entry):
    """One zone in ``zones.yaml``."""

    z: Annotated[int, Field(ge=0)]
    title: str
    title_en: str = ""
    reach: tuple[Purpose, ...]
    confidential: bool = False


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
    rooms: dict[Slug, RoomEntry] = {}
    towns: dict[Slug, TownEntry] = {}


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

    cards: dict[str, CardEntry] = {}
    models: dict[str, ModelEntry]


class PowerEntry(Entry):
    """One power source in ``power.yaml``."""

    kind: Literal["mains", "ups", "eps"]
    device: str = ""
    fed_by: tuple[str, ...] = ()
    minutes: Annotated[float, Field(gt=0)] | None = None
    transfer_ms: Annotated[float, Field(ge=0)] | None = None


class CircuitEntry(Entry):
    """A leased line."""

    title: str
    owner: Literal["government", "carrier"]
    speed_kbps: Annotated[int, Field(gt=0)]
    dedicated: bool
    protection: str = ""
    since: date | None = None
    until: date | None = None


class TownCircuits(CircuitEntry):
    """The leased lines of all towns, by rule."""

    id: str


class UpstreamEntry(Entry):
    """A circuit that leaves the network."""

    zone: str
    end: str
    circuit: str
    address: IPv4Interface
    peer: IPv4Address
    prefixes: tuple[IPv4Network, ...] = ()
    title: str


class CircuitsFile(Entry):
    """``circuits.yaml``."""

    towns: TownCircuits | None = None
    circuits: dict[str, CircuitEntry] = {}
    upstreams: tuple[UpstreamEntry, ...] = ()


class RuleCable(Entry):
    """A cable of every device of a role; ``to`` is an end with arithmetic."""

    port: str
    to: str
    circuit: str = ""


class CableRule(Entry):
    """The cables that every device of a role has."""

    role: Role
    purpose: Literal["floor", "town"]
    medium: str
    bandwidth_kbps: Annotated[int, Field(gt=0)]
    cables: tuple[RuleCable, ...]


class CableEntry(Entry):
    """One cable between two devices of the network."""

    a: str | None = None
    b: str | None = None
    purpose: Literal["peer", "firewall", "aggregation", "mirror", "floor", "town"]
    medium: str
    bandwidth_kbps: Annotated[int, Field(gt=0)]
    circuit: str = ""


class EndpointCable(Entry):
    """The cable of an endpoint ``a`` to the switch port ``b``; the segment is of the endpoint's zone, or oob."""

    a: str | None = None
    b: str | None = None
    segment: Literal["servers", "oob"] = "servers"


class EndpointsEntry(Entry):
    """All cables of endpoints that the inventory names."""

    medium: str
    bandwidth_kbps: Annotated[int, Field(gt=0)]
    cables: tuple[EndpointCable, ...] = ()


class AttachmentEntry(Entry):
    """Ports for endpoints that the inventory does not name."""

    zone: str
    device: str
    ports: tuple[str, ...]
    segment: Literal["servers", "oob"] = "servers"


class MirrorEntry(Entry):
    """A copy of ports' traffic."""

    device: str
    sources: tuple[str, ...]
    destination: str


class LinksFile(Entry):
    """``links.yaml``."""

    archetypes: dict[str, dict[str, Annotated[int, Field(ge=0)]]] = {}
    rules: tuple[CableRule, ...] = ()
    cables: tuple[CableEntry, ...] = ()
    endpoints: EndpointsEntry | None = None
    attachments: tuple[AttachmentEntry, ...] = ()
    mirrors: tuple[MirrorEntry, ...] = ()


class PermitEntry(Entry):
    """``allow`` is ``tcp/80,443``, ``udp/161-162``, ``icmp`` or ``any``; ends are devices or networks."""

    model_config = ConfigDict(validate_by_name=True)

    allow: str
    sources: Annotated[tuple[str, ...], Field(alias="from")] = ()
    to: tuple[str, ...] = ()


class ServiceEntry(Entry):
    """What a code of the matrix permits, and who approved it until when."""

    title: str
    permits: tuple[PermitEntry, ...]
    approval: str = ""
    owner: str = ""
    review: date | None = None


class PolicyFile(Entry):
    """``policy.yaml``."""

    services: dict[str, ServiceEntry]
    matrix: str


class Files(Entry):
    """All files of a folder, in the order in which they are read."""

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
