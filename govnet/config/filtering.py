"""What decides about a packet: filters in lists and between zones, and the translation of addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address, IPv4Network


class Verdict(StrEnum):
    """What a filter does with a packet."""

    PERMIT = "permit"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Filter:
    """One line of an ACL or firewall chain: the packets it matches, and what becomes of them.

    Attributes:
        verdict: permit or deny.
        protocol: ``tcp``, ``udp``, ``icmp``, a number as text, or ``any``.
        sources, destinations: networks; empty matches every address.
        source_ports, ports: inclusive ranges; empty matches every port.
        established: matches only packets of sessions that are open already.
        log: the packet is logged too.
        comment: the identity the intent gave it (``F1 prv>jh``); empty when the device keeps none.
        incoming, outgoing: interface names it is limited to (firewalls only); empty matches every interface.
    """

    verdict: Verdict
    protocol: str = "any"
    sources: tuple[IPv4Network, ...] = ()
    destinations: tuple[IPv4Network, ...] = ()
    source_ports: tuple[tuple[int, int], ...] = ()
    ports: tuple[tuple[int, int], ...] = ()
    established: bool = False
    log: bool = False
    comment: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acl:
    """An ordered packet filter; the first match decides."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True, order=True)
class AclBinding:
    """An ACL at work: on a port or IP interface, in one direction.

    ``default`` is what happens to packets that no line matches; it belongs to the place of use, not to the list
    (on a Passport it is the port's default action, on VRP a traffic filter passes what it does not name).
    """

    acl: str
    target: str
    direction: str
    default: Verdict = Verdict.PERMIT


@dataclass(frozen=True, slots=True)
class Firewall:
    """A stateful zone firewall: what no rule permits is dropped and logged, and return traffic always passes.

    Attributes:
        zones: zone -> IP interface names (keys of `DeviceConfig.interfaces`).
        pairs: (source zone, target zone) -> rules for sessions opened that way; an absent pair is denied.
        prelude: rules that somebody put in front of the zone rules; the intent never has any.
    """

    zones: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], tuple[Filter, ...]] = field(default_factory=dict)
    prelude: tuple[Filter, ...] = ()


class NatKind(StrEnum):
    """Which half of a session's first packet is written anew; answers are written back."""

    SOURCE = "source"
    DESTINATION = "destination"


@dataclass(frozen=True, slots=True)
class Nat:
    """One line of address translation; the first line of a kind that matches decides.

    It is read, and never part of a `DeviceConfig`: govnet sets none up and takes none away.

    Attributes:
        kind: source (after routing and filters) or destination (before them).
        match: what it matches; its verdict says nothing.
        address: the new address; None is the address of the interface that the packet leaves by (masquerade), for
            a destination that of the one it came in by (redirect).
        port: the new port, or None to keep it.
    """

    kind: NatKind
    match: Filter
    address: IPv4Address | None = None
    port: int | None = None
