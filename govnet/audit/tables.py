"""Rows of evidence that devices and collectors give beside configurations, as values.

Addresses of hardware are written ``00:1a:64:00:00:01``; inside one evidence all of them may instead be salted hashes,
as rules only compare them. Times carry a time zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from ipaddress import IPv4Address, IPv4Network

    from govnet.network.model import Plane


@dataclass(frozen=True, slots=True, order=True)
class Neighbour:
    """What a device hears on a port; ``device`` is empty when the chassis is nobody's we know.

    ``protocol`` is ``lldp``, ``sonmp`` or ``cdp``, empty when nobody noted it.
    """

    port: str
    chassis: str
    device: str = ""
    device_port: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """A MAC address that a switch learned on a port, in a VLAN, at a time; None where its table knows no VLANs."""

    mac: str
    port: str
    vlan: int | None
    seen: datetime


@dataclass(frozen=True, slots=True)
class ArpEntry:
    """Which MAC address a device holds for an IPv4 address."""

    address: IPv4Address
    mac: str
    interface: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A measured value: a metric name as the collectors expose it, of an inventory object, at a time, in base units."""

    name: str
    object: str
    value: float
    at: datetime
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogSource:
    """What the log collector holds of one source.

    Attributes:
        device: inventory name of the source.
        oldest, newest: times of the first and last message kept; None when there is none.
        longest_gap_hours: longest time between two messages kept.
        retention_days: what the collector is set to keep; None when nobody looked.
        lines: a sample of messages as they were stored.
        full_in_days: when the disk will be full, from its growth; None when nobody looked.
    """

    device: str
    oldest: datetime | None
    newest: datetime | None
    longest_gap_hours: float = 0.0
    retention_days: int | None = None
    lines: tuple[str, ...] = ()
    full_in_days: float | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of the automation, from its journal.

    Attributes:
        id: of the change or run.
        at: when it began.
        runner: inventory name of the host that ran it; empty when unknown.
        devices: every device that a session was opened to.
        written: devices that were sent commands.
        planes: planes of all of them.
        author, approver: who made and who approved it; empty when nobody is recorded.
        approval: id of the approval; empty without one.
        window: whether it was inside an approved window; None when nobody recorded it.
        planned, applied: hashes of what was approved and of what was sent.
    """

    id: str
    at: datetime
    runner: str = ""
    devices: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    planes: frozenset[Plane] = frozenset()
    author: str = ""
    approver: str = ""
    approval: str = ""
    window: bool | None = None
    planned: str = ""
    applied: str = ""


@dataclass(frozen=True, slots=True)
class JournalChain:
    """The hash chain over a journal of runs, as it was verified.

    Attributes:
        name: of the journal.
        rows: how many it has.
        last: hash of the last one, in hex; whoever keeps it elsewhere can tell when the whole journal is written anew.
        broken: what does not verify, in words.
    """

    name: str
    rows: int
    last: str = ""
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """When a device's configuration was last kept in the backup store."""

    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Probe:
    """One try at something from outside: ``what`` is like ``tcp/23``, ``snmp v2c public``, ``reach platform``.

    ``answered`` is whether something answered; ``detail`` is what.
    """

    what: str
    object: str
    answered: bool
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that should not be on a segment: ``kind`` is ``dhcp-server``, ``router-advertisement``, ``wireless``...

    ``where`` is ``device:port`` or ``device VLAN 110``.
    """

    kind: str
    where: str
    mac: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A device that a serial number or base MAC address is of, and where it says so."""

    device: str
    where: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a machine's address was seen; ``at`` is None when nobody wrote down when."""

    where: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered exchange of data between planes, see `govnet.network.declared.Exchange`."""

    system: str
    mechanism: str
    owner: str
    approval: str


@dataclass(frozen=True, slots=True)
class Move:
    """Hardware that left one plane for the other, and the change that allowed it."""

    identity: str
    source: Plane
    target: Plane
    change: str


@dataclass(frozen=True, slots=True)
class OtherPlane:
    """What a bundle of another plane tells: enough to find what serves both planes, and no more.

    Attributes:
        network, plane: whose it is.
        devices: device -> role.
        hardware: serial number or base MAC, as value or as hash salted as ours -> who bears it.
        nameless: devices of which no serial number or base MAC is known.
        circuits: leased lines.
        stations: MAC address of a machine -> where it was seen.
        prefixes: private blocks that the plane is numbered from; public ones anybody may speak of.
        systems: those with a part on the plane.
        exchanges: its register of exchanges; None when nobody wrote one.
        unseen: name of a `Kind` of evidence -> what nobody looked at there.
        moves: changes that moved hardware between that plane and ours.
    """

    network: str
    plane: Plane
    devices: Mapping[str, str] = field(default_factory=dict)
    hardware: Mapping[str, tuple[Bearer, ...]] = field(default_factory=dict)
    nameless: tuple[str, ...] = ()
    circuits: tuple[str, ...] = ()
    stations: Mapping[str, tuple[Sight, ...]] = field(default_factory=dict)
    prefixes: tuple[IPv4Network, ...] = ()
    systems: tuple[str, ...] = ()
    exchanges: tuple[Registered, ...] | None = None
    unseen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()

    def __str__(self) -> str:
        """Return ``w qh``: plane and network."""
        return f"{self.plane} {self.network}"
