"""Steps on what a switch is told: VLANs, ports, aggregations, mirrors, and how a port sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govnet.config.queueing import Queueing
    from govnet.config.switching import Aggregation, Mirror, Switchport, Vlan


@dataclass(frozen=True, slots=True)
class CreateVlan:
    """Create a VLAN without members."""

    vlan: int
    value: Vlan


@dataclass(frozen=True, slots=True)
class DeleteVlan:
    """Delete a VLAN that has no members and no interface."""

    vlan: int
    value: Vlan


@dataclass(frozen=True, slots=True)
class RenameVlan:
    """Give a VLAN another name."""

    vlan: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SetPortDescription:
    """Label a port."""

    port: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SetPortEnabled:
    """Open or shut a port."""

    port: str
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class SetSwitchport:
    """Change a port's VLANs as a whole: members, tagging and the VLAN of untagged frames."""

    port: str
    before: Switchport | None
    after: Switchport | None


@dataclass(frozen=True, slots=True)
class CreateAggregation:
    """Make several ports one."""

    number: int
    value: Aggregation


@dataclass(frozen=True, slots=True)
class DeleteAggregation:
    """Take an aggregation apart."""

    number: int
    value: Aggregation


@dataclass(frozen=True, slots=True)
class CreateMirror:
    """Start copying frames to a monitor port."""

    number: int
    value: Mirror


@dataclass(frozen=True, slots=True)
class DeleteMirror:
    """Stop copying frames."""

    number: int
    value: Mirror


@dataclass(frozen=True, slots=True)
class SetQueueing:
    """Say how a port sends when there is more than it may; None is as from the factory."""

    port: str
    before: Queueing | None
    after: Queueing | None
