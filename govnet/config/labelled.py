"""What a provider's router is told of labels and of VPN routes: MPLS with LDP, and BGP between routing instances."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address


@dataclass(frozen=True, slots=True)
class Mpls:
    """Label switching, with labels bound by LDP.

    Attributes:
        router: the LSR id, an address of the router that does not go away.
        longest_match: LDP follows a route that covers a neighbour's address, instead of exactly that address.
        interfaces: IP interfaces (keys of `DeviceConfig.interfaces`) that carry labelled packets.
    """

    router: IPv4Address
    longest_match: bool = False
    interfaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BgpPeer:
    """A neighbour that BGP talks to.

    Attributes:
        asn: its autonomous system.
        source: IP interface whose address the session is opened from; empty for the one towards the peer.
        vpnv4: routes of VPN instances are exchanged.
        client: what it tells is reflected to the other neighbours of this system (RFC 4456).
    """

    asn: int
    source: str = ""
    vpnv4: bool = True
    client: bool = False


@dataclass(frozen=True, slots=True)
class Bgp:
    """The BGP process.

    Attributes:
        asn: its own autonomous system.
        peers: address -> neighbour.
        instances: routing instance -> what it announces: ``direct``, ``static``, both or nothing. An instance that is
            not named here tells no neighbour anything and takes over nothing, whatever its route targets say.
        filtering: routes whose targets no instance here imports are thrown away, so they are not reflected either.
    """

    asn: int
    peers: Mapping[IPv4Address, BgpPeer] = field(default_factory=dict)
    instances: Mapping[str, frozenset[str]] = field(default_factory=dict)
    filtering: bool = True
