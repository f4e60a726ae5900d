"""What may stand in ``hosts.yaml``, ``groups.yaml`` and ``defaults.yaml``: Nornir's own layout, with typed data."""

# Annotations are evaluated by pydantic: no postponed evaluation here.
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from govnet.network.model import Plane

Role = Literal[
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


class Entry(BaseModel):
    """Base of all entries: immutable, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ModbusUnit(Entry):
    """One device on a serial line behind a gateway."""

    unit: int = Field(ge=0, le=255)
    map: str | None = None
    sensor: str | None = None
    position: str | None = None  # cold_aisle, rack_inlet, room, battery_room: where a sensor hangs


class ModbusEntry(Entry):
    """How a device is asked by Modbus; absent where it is unit 1 at its own address and its model names its map."""

    unit: int | None = Field(default=None, ge=0, le=255)
    map: str | None = None  # register map
    framing: Literal["tcp", "rtu"] | None = None  # rtu: the gateway passes the serial line's frames on
    port: int | None = Field(default=None, ge=1, le=65535)
    via: str | None = None  # the device whose address the gateway has
    units: tuple[ModbusUnit, ...] | None = None  # several units behind this one address


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
    modbus: ModbusEntry | None = None
    aggregation_name: str | None = None  # how the platform calls an aggregation; {} is its number
    management_port: str | None = None  # where a management port that is no front port is cabled, device:port
    restrict_management: bool | None = None  # the box can be told who may log in, and to leave telnet and web off
    session_sync: str | None = None  # firewalls with the same name here share their sessions: a hot-standby pair
    isolated: tuple[str, ...] | None = None  # zones whose endpoints hear only what is above the device, not each other
    accounts: int | None = None
    transport: Literal["ssh", "telnet"] | None = None  # how govnet logs in; absent is ssh
    legacy_ssh: bool | None = None  # the box speaks only the SSH algorithms of its time; they are allowed for it alone
    write_by: Literal["cli", "snmp"] | None = None  # removals by SNMPv3 SET where the command line has no source
    write_account: str | None = None  # the account for that, by reference: env:NAME or file:/path
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
    connection_options: dict[str, ConnectionEntry] = Field(default_factory=dict)


class HostEntry(DefaultsEntry):
    """Nornir's Host or Group."""

    groups: tuple[str, ...] = ()
