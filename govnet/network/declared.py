"""What people declare for the audit: documents that settle a rule, and failures that somebody took on for a time."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govnet.network.placed import Origin


@dataclass(frozen=True, slots=True)
class Document:
    """A record that a person vouches for: what no device says (``evidence:`` in ``audit.yaml``).

    Attributes:
        rule: id of the rule that it is for.
        object: pattern of the objects that it is for, as ``lx-adc-u-core*``; ``*`` is all of them.
        number: of the document, as it can be found in the archive.
        date: of the document.
        who: vouches for it.
        title: what it says.
    """

    rule: str
    object: str
    number: str
    date: date
    who: str
    title: str
    origin: Origin

    def covers(self, rule: str, name: str) -> bool:
        """Return whether the record is for this rule and object."""
        return self.rule == rule and fnmatchcase(name, self.object)

    def __str__(self) -> str:
        """Return ``2008-017 of 2008-03-01, 计算机中心``."""
        return f"{self.number} of {self.date}, {self.who}"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A failure that ``owner`` took on until ``expires``; on that day it fails again.

    ``object`` is a pattern as in `Document`.
    """

    rule: str
    object: str
    owner: str
    reason: str
    expires: date
    origin: Origin

    def covers(self, rule: str, name: str, day: date) -> bool:
        """Return whether the waiver holds for this rule and object on this day."""
        return self.rule == rule and fnmatchcase(name, self.object) and day < self.expires


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a system with a part on each of two planes moves its data: ``mechanism`` is ``removable-media`` and so on."""

    system: str
    planes: tuple[str, ...]
    mechanism: str
    owner: str
    approval: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A machine that may be plugged in: its MAC address, its port (``device:port``), and what it is."""

    mac: str
    end: str
    kind: str
    owner: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Connection:
    """The registration of a circuit that leaves the network: who owns and who approved it, until when."""

    circuit: str
    approval: str
    owner: str
    expires: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class Lan:
    """A LAN of a unit: its plane, and the switches that it is made of."""

    plane: str
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanProfile:
    """Which LANs a unit has. ``role`` is ``four-offices``, ``key`` or ``other``; ``level`` as in a host's record."""

    unit: str
    role: str
    level: str
    lans: tuple[Lan, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of the audit that this network has its own of: ``log_retention_days``, 365."""

    name: str
    value: float
    origin: Origin


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything in ``audit.yaml``, in the order of the file; None of a list means that nobody has written it.

    ``vpns`` gives the VPNs whose routes may appear in others: VRF -> the VRFs that may import its routes.
    """

    documents: tuple[Document, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    exchanges: tuple[Exchange, ...] | None = None
    endpoints: tuple[Endpoint, ...] | None = None
    connections: tuple[Connection, ...] = ()
    lan_profiles: tuple[LanProfile, ...] = ()
    vpns: Mapping[str, tuple[str, ...]] | None = None
    parameters: tuple[Threshold, ...] = ()
