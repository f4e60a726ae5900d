"""The vocabulary of changes: one typed step between two DeviceConfigs, each with its exact inverse.

Steps that replace a value carry it both ways (``before``, ``after``), so an inverse never needs the device. Steps that
create something carry the whole of it, so that deleting it is their inverse and loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from govnet.config.filtering import Acl, AclBinding, Filter
    from govnet.config.labelled import BgpPeer
    from govnet.config.model import Management, Snmp
    from govnet.config.queueing import Queueing
    from govnet.config.routing import IpInterface, StaticRoute, Vrf
    from govnet.config.switching import Aggregation, Mirror, Switchport, Vlan


@dataclass(frozen=True, slots=True)
class SetHostname:
    """Rename the device."""

    before: str
    after: str


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
class CreateVrf:
    """Create a routing instance."""

    name: str
    value: Vrf


@dataclass(frozen=True, slots=True)
class DeleteVrf:
    """Delete a routing instance that nothing uses."""

    name: str
    value: Vrf


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
class AddInterface:
    """Give the device an address in a VLAN, on a port or on a loopback."""

    name: str
    value: IpInterface


@dataclass(frozen=True, slots=True)
class RemoveInterface:
    """Take an IP interface away."""

    name: str
    value: IpInterface


@dataclass(frozen=True, slots=True)
class AddRoute:
    """Add a static route."""

    value: StaticRoute


@dataclass(frozen=True, slots=True)
class RemoveRoute:
    """Remove a static route."""

    value: StaticRoute


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
class EnableMpls:
    """Start label switching with LDP; no interface carries labels yet."""

    router: IPv4Address
    longest_match: bool


@dataclass(frozen=True, slots=True)
class DisableMpls:
    """Stop label switching, which no interface may carry any more."""

    router: IPv4Address
    longest_match: bool


@dataclass(frozen=True, slots=True)
class SetMplsInterface:
    """Let an IP interface carry labelled packets, or no longer."""

    interface: str
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class EnableBgp:
    """Start BGP, without neighbours and instances."""

    asn: int


@dataclass(frozen=True, slots=True)
class DisableBgp:
    """Stop BGP, which must be empty."""

    asn: int


@dataclass(frozen=True, slots=True)
class SetBgpPeer:
    """Say how to talk to a neighbour; None is not at all."""

    address: IPv4Address
    before: BgpPeer | None
    after: BgpPeer | None


@dataclass(frozen=True, slots=True)
class SetBgpInstance:
    """Say what a routing instance announces; None takes it out of BGP."""

    instance: str
    before: frozenset[str] | None
    after: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class SetBgpFiltering:
    """Throw routes away that no instance here imports, or keep them for the neighbours."""

    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class SetQueueing:
    """Say how a port sends when there is more than it may; None is as from the factory."""

    port: str
    before: Queueing | None
    after: Queueing | None


@dataclass(frozen=True, slots=True)
class SetForwarding:
    """Start or stop routing between interfaces."""

    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class SetManagement:
    """Change how people and runners get in."""

    before: Management
    after: Management


@dataclass(frozen=True, slots=True)
class SetSnmp:
    """Change what the SNMP agent says of itself and where traps go."""

    before: Snmp
    after: Snmp


@dataclass(frozen=True, slots=True)
class SetSyslog:
    """Change the syslog servers."""

    before: frozenset[IPv4Address]
    after: frozenset[IPv4Address]


@dataclass(frozen=True, slots=True)
class SetNtp:
    """Change the time servers."""

    before: frozenset[IPv4Address]
    after: frozenset[IPv4Address]


@dataclass(frozen=True, slots=True)
class SetBanner:
    """Change the text shown at login, line by line."""

    before: tuple[str, ...]
    after: tuple[str, ...]


Change = (
    SetHostname
    | CreateVlan
    | DeleteVlan
    | RenameVlan
    | CreateVrf
    | DeleteVrf
    | SetPortDescription
    | SetPortEnabled
    | SetSwitchport
    | CreateAggregation
    | DeleteAggregation
    | AddInterface
    | RemoveInterface
    | AddRoute
    | RemoveRoute
    | CreateAcl
    | DeleteAcl
    | BindAcl
    | UnbindAcl
    | EnableFirewall
    | DisableFirewall
    | SetFirewallZone
    | SetFirewallPair
    | SetFirewallPrelude
    | CreateMirror
    | DeleteMirror
    | EnableMpls
    | DisableMpls
    | SetMplsInterface
    | EnableBgp
    | DisableBgp
    | SetBgpPeer
    | SetBgpInstance
    | SetBgpFiltering
    | SetQueueing
    | SetForwarding
    | SetManagement
    | SetSnmp
    | SetSyslog
    | SetNtp
    | SetBanner
)
