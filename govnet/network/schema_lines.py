"""What may stand in ``circuits.yaml`` and ``traffic.yaml``: leased lines, what is promised of them, what they carry."""

# Annotations are evaluated by pydantic: no postponed evaluation here.
from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from govnet.network.schema_hosts import Entry
from govnet.network.schema_tables import SiteKind

Percent = Annotated[float, Field(ge=0, le=100)]


class CircuitEntry(Entry):
    """A leased line."""

    title: str
    owner: Literal["government", "carrier"]
    speed_kbps: Annotated[int, Field(gt=0)]
    dedicated: bool
    protection: str = ""
    since: date | None = None
    until: date | None = None
    maintainer: str = ""
    upgrades: dict[date, Annotated[int, Field(gt=0)]] = Field(default_factory=dict)  # day -> speed from then on
    contract: str = ""


class TownCircuits(CircuitEntry):
    """The leased lines of all towns, by rule."""

    id: str


class SiteCircuits(TownCircuits):
    """The leased lines of all places of a kind, by rule; each is there as long as its place."""

    kind: SiteKind


class UpstreamEntry(Entry):
    """A circuit that leaves the network."""

    zone: str
    end: str
    circuit: str
    address: IPv4Interface
    peer: IPv4Address
    prefixes: tuple[IPv4Network, ...] = ()
    title: str


class CreditEntry(Entry):
    """What is given back: ``percent`` of a month's fee when availability was under ``below`` per cent."""

    below: Percent
    percent: Percent


class ContractEntry(Entry):
    """What a carrier promised: ``availability`` and ``loss_percent`` in per cent of a month, times in milliseconds."""

    title: str
    carrier: str
    availability: Percent
    loss_percent: Percent | None = None
    delay_ms: Annotated[float, Field(gt=0)] | None = None
    jitter_ms: Annotated[float, Field(gt=0)] | None = None
    credits: tuple[CreditEntry, ...] = ()


class TrafficEntry(Entry):
    """A class of packets in ``traffic.yaml``; ``shares`` is speed of a line in kbit/s -> per cent guaranteed."""

    title: str
    dscp: Annotated[int, Field(ge=0, le=63)]
    shares: Annotated[dict[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0, le=100)]], Field(min_length=1)]


class CircuitsFile(Entry):
    """``circuits.yaml``."""

    contracts: dict[str, ContractEntry] = Field(default_factory=dict)

    towns: TownCircuits | None = None
    sites: tuple[SiteCircuits, ...] = ()
    circuits: dict[str, CircuitEntry] = Field(default_factory=dict)
    upstreams: tuple[UpstreamEntry, ...] = ()
