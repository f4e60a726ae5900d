"""Steps on what decides about packets: lists and where they are bound, and the firewall's zone policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govnet.config.filtering import Acl, AclBinding, Filter


@dataclass(frozen=True, slots=True)
class CreateAcl:
    """Create a packet filter; it does nothing until it is bound."""

    name: str
    value: Acl


@dataclass(frozen=True, slots=True)
class DeleteAcl:
    """Delete a packet filter that is bound nowhere."""

    name: str
    value: Acl


@dataclass(frozen=True, slots=True)
class BindAcl:
    """Put a packet filter to work."""

    value: AclBinding


@dataclass(frozen=True, slots=True)
class UnbindAcl:
    """Take a packet filter out of work."""

    value: AclBinding


@dataclass(frozen=True, slots=True)
class EnableFirewall:
    """Load an empty zone policy: everything is denied and logged."""


@dataclass(frozen=True, slots=True)
class DisableFirewall:
    """Unload the zone policy, which must be empty."""


@dataclass(frozen=True, slots=True)
class SetFirewallZone:
    """Say which IP interfaces make a firewall zone; an empty set means the zone does not exist."""

    zone: str
    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetFirewallPair:
    """Say which sessions one zone may open towards another; no rules means denied."""

    source: str
    target: str
    before: tuple[Filter, ...]
    after: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class SetFirewallPrelude:
    """Set the rules in front of the zone rules; the intent always clears them."""

    before: tuple[Filter, ...]
    after: tuple[Filter, ...]
