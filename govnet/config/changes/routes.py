"""Steps on what a router is told: instances, addresses, routes, labels and BGP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from govnet.config.labelled import BgpPeer
    from govnet.config.routing import IpInterface, StaticRoute, Vrf


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
class SetForwarding:
    """Start or stop routing between interfaces."""

    before: bool
    after: bool


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
