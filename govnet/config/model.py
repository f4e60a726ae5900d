"""One device's configuration as a value, in no vendor's words.

Port names are the platform's own spelling (``1/1``, ``GigabitEthernet1/0/1``, ``eth1``): they are identities, and
translating them would only invite mistakes. Mappings are never mutated; `dataclasses.replace` derives new values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address, IPv4Interface

    from govnet.config.labelled import Bgp, Mpls
    from govnet.config.queueing import Queueing

DEFAULT_VLAN = 1
EVERYWHERE = IPv4Network("0.0.0.0/0")
"""Where a default route leads."""
PUBLIC = "_public_"
"""Name of the global routing instance where an empty one means something else; no VPN instance may be called so
(Huawei NetEngine 8000 command reference, ``ip route-static vpn-instance``)."""


@dataclass(frozen=True, slots=True)
class Switchport:
    """How a layer-2 port treats VLANs, exact for access, trunk and hybrid ports of every vendor.

    Attributes:
        untagged: VLANs whose frames leave without a tag.
        tagged: VLANs whose frames leave with a tag. Disjoint from ``untagged``.
        pvid: VLAN that an untagged frame enters; always a member (in ``untagged`` or ``tagged``). None: untagged
            frames are dropped, because the port says so or because its PVID is not among its members.
        tunnel: every frame that comes in, tagged or not, enters the PVID with its own tag kept inside (QinQ).
        isolated: group of ports between which the switch carries no frame of any VLAN (port isolation); 0 is none.
    """

    untagged: frozenset[int] = frozenset()
    tagged: frozenset[int] = frozenset()
    pvid: int | None = None
    tunnel: bool = False
    isolated: int = 0

    @property
    def members(self) -> frozenset[int]:
        """All VLANs that the port belongs to."""
        return self.untagged | self.tagged


@dataclass(frozen=True, slots=True)
class Port:
    """A front port. ``switchport`` is None for a routed port (a router's or firewall's interface)."""

    description: str = ""
    enabled: bool = True
    switchport: Switchport | None = None


@dataclass(frozen=True, slots=True)
class Vlan:
    """A VLAN that exists on the device. ``name`` is empty where the device or person gave none."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Vrf:
    """A routing instance beside the global one."""

    number: int | None = None
    route_distinguisher: str = ""
    imports: frozenset[str] = frozenset()
    exports: frozenset[str] = frozenset()


class InterfaceKind(StrEnum):
    """What an IP interface sits on."""

    VLAN = "vlan"
    SUBINTERFACE = "subinterface"
    PORT = "port"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class IpInterface:
    """An address of the device where it routes.

    Its key in `DeviceConfig.interfaces` is canonical: ``vlan101``, ``bond0.101`` (parent port or aggregation, tag),
    ``loopback1``, or the port's own name.

    Attributes:
        kind: what it sits on.
        addresses: with prefix length; the first is the primary one.
        vlan: VLAN id (``vlan`` and ``subinterface``).
        parent: port or aggregation name (``subinterface`` and ``port``).
        vrf: routing instance; empty for the global one.
    """

    kind: InterfaceKind
    addresses: tuple[IPv4Interface, ...]
    vlan: int | None = None
    parent: str = ""
    vrf: str = ""


@dataclass(frozen=True, slots=True, order=True)
class StaticRoute:
    """A static route; ``next_hop`` None discards.

    ``into`` names the routing instance in which the next hop is looked up: a leak. Empty: the route's own instance;
    `PUBLIC`: the global one.
    """

    prefix: IPv4Network
    next_hop: IPv4Address | None
    vrf: str = ""
    into: str = ""

    @property
    def hop_vrf(self) -> str:
        """The routing instance that the next hop is in; empty for the global one."""
        return "" if self.into == PUBLIC else self.into or self.vrf


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


class AggregationMode(StrEnum):
    """How several ports are made one."""

    STATIC = "static"
    LACP = "lacp"
    ACTIVE_BACKUP = "active-backup"


@dataclass(frozen=True, slots=True)
class PeerLink:
    """The inter-switch trunk (IST) that makes two Passports one split-MLT pair."""

    address: IPv4Address
    vlan: int


@dataclass(frozen=True, slots=True)
class Aggregation:
    """Ports that act as one (MLT, Eth-Trunk, bond). Every member port carries the aggregation's `Switchport`.

    ``split`` is the SMLT id shared with the peer chassis, or None; ``peer`` is set on the IST itself.
    """

    ports: frozenset[str]
    name: str = ""
    mode: AggregationMode = AggregationMode.STATIC
    split: int | None = None
    peer: PeerLink | None = None


@dataclass(frozen=True, slots=True)
class Mirror:
    """Copies of ports' frames, both directions, sent out of ``destination``."""

    sources: frozenset[str]
    destination: str


@dataclass(frozen=True, slots=True)
class Snmp:
    """What the agent says of itself and where it sends traps. Communities and users are set up at the console."""

    location: str = ""
    contact: str = ""
    trap_receivers: frozenset[IPv4Address] = frozenset()


@dataclass(frozen=True, slots=True)
class Management:
    """How people and runners get in.

    Attributes:
        address: the box's own management address where it is no routed interface (a stackable's switch address, a
            Passport's CPU port); None where management uses one of ``interfaces``.
        vlan: management VLAN of a stackable; None elsewhere.
        gateway: default gateway of that address, or None.
        sources: networks that may open a management session; empty: all.
        ssh, telnet, web: which services listen.
    """

    address: IPv4Interface | None = None
    vlan: int | None = None
    gateway: IPv4Address | None = None
    sources: frozenset[IPv4Network] = frozenset()
    ssh: bool = True
    telnet: bool = True
    web: bool = True


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """Everything govnet models of one device's configuration.

    ``vlans`` always holds VLAN 1 on a switch. ``forwarding`` is False for a host that does not route between its
    interfaces. ``firewall`` is None when no zone policy is loaded: a routing box then passes everything. ``mpls`` and
    ``bgp`` are None where neither runs. ``queueing`` is of front ports; one without serves its queues as from the
    factory and believes no mark.
    """

    hostname: str
    ports: Mapping[str, Port] = field(default_factory=dict)
    vlans: Mapping[int, Vlan] = field(default_factory=dict)
    vrfs: Mapping[str, Vrf] = field(default_factory=dict)
    interfaces: Mapping[str, IpInterface] = field(default_factory=dict)
    routes: frozenset[StaticRoute] = frozenset()
    acls: Mapping[str, Acl] = field(default_factory=dict)
    bindings: frozenset[AclBinding] = frozenset()
    firewall: Firewall | None = None
    aggregations: Mapping[int, Aggregation] = field(default_factory=dict)
    mirrors: Mapping[int, Mirror] = field(default_factory=dict)
    forwarding: bool = True
    management: Management = field(default_factory=Management)
    mpls: Mpls | None = None
    bgp: Bgp | None = None
    queueing: Mapping[str, Queueing] = field(default_factory=dict)
    snmp: Snmp = field(default_factory=Snmp)
    syslog: frozenset[IPv4Address] = frozenset()
    ntp: frozenset[IPv4Address] = frozenset()
    banner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsoleSetup:
    """What the installer typed at the console so that the device can be reached at all.

    Attributes:
        address: management address with prefix length.
        vlan: VLAN that carries it, tagged, on ``uplinks``; None where the box has a management port of its own.
        uplinks: ports towards the runner.
        gateway: next hop towards the runner, or None when the runner is on the same subnet.
        aggregation: number of the aggregation that the uplinks already form, or None when they are single ports.
        beyond: the networks behind the gateway that were typed as routes; everything, where nothing narrower was.
        loopback: address on the first loopback, for a router that is managed on it; None elsewhere.
    """

    address: IPv4Interface
    vlan: int | None = None
    uplinks: tuple[str, ...] = ()
    gateway: IPv4Address | None = None
    aggregation: int | None = None
    beyond: tuple[IPv4Network, ...] = (EVERYWHERE,)
    loopback: IPv4Interface | None = None


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a platform must know of a box to say what it looks like out of the box and what it cannot do.

    ``write_by`` is ``snmp`` where its administrator wants written by SNMP SET what its command line has no public
    source for.
    """

    model: str
    software: str
    ports: tuple[str, ...]
    cards: Mapping[int, str] = field(default_factory=dict)
    console: ConsoleSetup | None = None
    write_by: Literal["cli", "snmp"] = "cli"
