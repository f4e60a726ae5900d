"""What has been read so far: the switch as a value that lines are carried out on, one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govnet.config.switching import DEFAULT_VLAN, AggregationMode, Switchport
from govnet.platforms.huawei_vrp.words import TUNNEL, routed_by_default, trunk_number

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Interface

    from govnet.config.filtering import Filter
    from govnet.config.hardware import Hardware
    from govnet.config.reading import Line
    from govnet.config.routing import StaticRoute

Members = dict[int, "Line | None"]


@dataclass(slots=True)
class Interface:
    """One interface of any kind. Each VLAN that it carries remembers the line that said so."""

    name: str
    switched: bool
    default_vlan: int
    line: Line | None = None
    description: str = ""
    enabled: bool = True
    link_type: str = "hybrid"
    pvid: int = 0
    pvid_line: Line | None = None
    allowed: Members = field(default_factory=dict)
    tagged: Members = field(default_factory=dict)
    untagged: Members = field(default_factory=dict)
    trunk: int | None = None
    trunk_line: Line | None = None
    mode: AggregationMode = AggregationMode.STATIC
    addresses: list[tuple[IPv4Interface, Line]] = field(default_factory=list)
    vrf: str = ""
    tag: int | None = None
    mirrored: dict[int, set[str]] = field(default_factory=dict)
    mirror_lines: list[tuple[int, Line]] = field(default_factory=list)
    filters: dict[tuple[str, str], Line] = field(default_factory=dict)
    isolated: int = 0
    isolated_line: Line | None = None
    labels: dict[str, Line] = field(default_factory=dict)
    marks: Line | None = None
    rate: int | None = None
    drr: Line | None = None
    weights: dict[int, int] = field(default_factory=dict)
    queue_lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reset_vlans(self.link_type)

    def reset_vlans(self, link_type: str) -> None:
        """Give the port the VLANs that a port of this type has by itself (NE portLinkType, NTC display_port_vlan)."""
        first: Members = {self.default_vlan: None} if self.default_vlan else {}
        self.link_type, self.pvid, self.pvid_line = link_type, self.default_vlan, None
        self.allowed, self.tagged, self.untagged = dict(first), {}, dict(first)

    def switchport(self) -> Switchport | None:
        """Return how it treats VLANs; None when it routes."""
        if not self.switched:
            return None
        if self.link_type in {"access", TUNNEL}:
            members, tagged = ({self.pvid} if self.pvid else set()), set()
        elif self.link_type == "trunk":
            members, tagged = set(self.allowed), set(self.allowed) - {self.pvid}
        else:
            members, tagged = {*self.tagged, *self.untagged}, set(self.tagged)
        pvid = self.pvid if self.pvid in members else None
        tunnel = self.link_type == TUNNEL
        return Switchport(frozenset(members - tagged), frozenset(tagged), pvid, tunnel, self.isolated)

    def line_of(self, vlan: int) -> Line | None:
        """Return the line that made the port a member of a VLAN; None when it is one from the factory."""
        if self.link_type in {"access", TUNNEL}:
            return self.pvid_line
        if self.link_type == "trunk":
            return self.allowed.get(vlan)
        return self.tagged.get(vlan) or self.untagged.get(vlan)


@dataclass(slots=True)
class VlanState:
    """A VLAN; VRP keeps a description and, since V200, a name beside it."""

    description: str = ""
    name: str = ""


@dataclass(slots=True)
class VrfState:
    """A VPN instance; ``lines`` say its route targets."""

    distinguisher: str = ""
    imports: set[str] = field(default_factory=set)
    exports: set[str] = field(default_factory=set)
    lines: dict[str, Line] = field(default_factory=dict)


@dataclass(slots=True)
class PeerState:
    """A BGP neighbour."""

    asn: int
    source: str = ""
    vpnv4: bool = False
    client: bool = False


@dataclass(slots=True)
class BgpState:
    """The BGP process: neighbours, and what its instances take over from other protocols."""

    asn: int
    peers: dict[IPv4Address, PeerState] = field(default_factory=dict)
    instances: dict[str, set[str]] = field(default_factory=dict)
    filtering: bool = True


@dataclass(slots=True)
class AclState:
    """An access list: rule number -> filter and line, and the remarks that belong to rules."""

    number: int | None
    line: Line
    rules: dict[int, tuple[Filter, Line]] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    partly_unread: bool = False

    def next_number(self) -> int:
        """Return the number that a rule without one gets: the next multiple of the step, which is 5 (NTC)."""
        return 5 if not self.rules else (max(self.rules) // 5 + 1) * 5


@dataclass(slots=True)
class Box:
    """The whole switch, as it leaves the factory until lines are carried out on it."""

    hardware: Hardware
    hostname: str = "HUAWEI"
    interfaces: dict[str, Interface] = field(default_factory=dict)
    vlans: dict[int, VlanState] = field(default_factory=dict)
    vrfs: dict[str, VrfState] = field(default_factory=dict)
    acls: dict[str, AclState] = field(default_factory=dict)
    routes: dict[StaticRoute, Line] = field(default_factory=dict)
    observers: dict[int, tuple[str, Line]] = field(default_factory=dict)
    vty_acls: dict[str, tuple[int, Line] | None] = field(default_factory=dict)
    ssh: bool = False
    telnet: bool = True
    http: bool = True
    https: bool = False
    location: str = ""
    contact: str = ""
    traps: set[IPv4Address] = field(default_factory=set)
    syslog: set[IPv4Address] = field(default_factory=set)
    ntp: set[IPv4Address] = field(default_factory=set)
    banner: tuple[str, ...] = ()
    labels: dict[str, tuple[str, Line]] = field(default_factory=dict)
    bgp: BgpState | None = None

    def __post_init__(self) -> None:
        for name in self.hardware.ports:
            self.interfaces[name] = self.new_interface(name)
        if not self.routed:
            self.vlans[DEFAULT_VLAN] = VlanState()

    @property
    def routed(self) -> bool:
        """True when ports route until told otherwise."""
        return routed_by_default(self.hardware.model)

    def new_interface(self, name: str, line: Line | None = None) -> Interface:
        """Return an interface as it is when first entered."""
        switched = not self.routed and not name.startswith(("MEth", "Vlanif", "LoopBack", "NULL")) and "." not in name
        return Interface(name, switched, 0 if self.routed else DEFAULT_VLAN, line)

    def members(self, trunk: int) -> list[Interface]:
        """Return the ports of an Eth-Trunk."""
        return [port for port in self.interfaces.values() if port.trunk == trunk]

    def carrier(self, port: Interface) -> Interface:
        """Return the interface whose VLANs a port has: its Eth-Trunk's, or its own."""
        if port.trunk is None:
            return port
        return self.interfaces.get(f"Eth-Trunk{port.trunk}", port)

    def trunks(self) -> dict[int, Interface]:
        """Return the Eth-Trunks that exist."""
        found = ((trunk_number(name), interface) for name, interface in self.interfaces.items())
        return {number: interface for number, interface in found if number is not None}
