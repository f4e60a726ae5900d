"""The state that a stackable's configuration text builds up, line by line, and the `DeviceConfig` it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from govnet.config import reading
from govnet.config.model import Snmp
from govnet.config.switching import DEFAULT_VLAN, Port, Vlan
from govnet.platforms.grammar import Tally
from govnet.platforms.nortel_ers.ports import UNTAG_ALL, switchport
from govnet.platforms.nortel_ers.say_services import EVERYBODY
from govnet.platforms.portlists import parse_ports, port_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network

    from govnet.config.model import DeviceConfig, Management
    from govnet.config.reading import Line
    from govnet.config.routing import IpInterface, StaticRoute
    from govnet.config.switching import Aggregation, Mirror

_CLASSES = ((128, 8), (192, 16), (256, 24))


@dataclass(slots=True)
class PortState:
    """One port as the lines so far leave it."""

    members: dict[int, Line | None]
    tagging: str = UNTAG_ALL
    filtering: bool = False
    pvid: int = DEFAULT_VLAN
    pvid_line: Line | None = None
    description: str = ""
    enabled: bool = True


@dataclass(slots=True)
class Servers:
    """Servers that count only once they are switched on, and the lines that named them."""

    addresses: dict[str, IPv4Address] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    on: bool = False


@dataclass(slots=True)
class Builder(Tally):
    """Everything the lines of one text have said so far. ``scope`` is the ``interface ...`` a line stands in."""

    start: DeviceConfig = field(kw_only=True)
    known: Sequence[str] = field(kw_only=True)
    ports: dict[str, PortState] = field(kw_only=True)
    vlans: dict[int, Vlan] = field(kw_only=True)
    management: Management = field(kw_only=True)
    scope: str = ""
    hostname: str = ""
    prompt: str = ""
    address: IPv4Address | None = None
    mask: int | None = None
    slots: dict[int, IPv4Network] = field(default_factory=dict)
    interfaces: dict[str, IpInterface] = field(default_factory=dict)
    routes: set[StaticRoute] = field(default_factory=set)
    mlts: dict[int, Aggregation] = field(default_factory=dict)
    mirrors: dict[int, Mirror] = field(default_factory=dict)
    routing: bool = False
    snmp: Snmp = field(default_factory=Snmp)
    syslog: Servers = field(default_factory=Servers)
    sntp: Servers = field(default_factory=Servers)
    banner: dict[int, str] = field(default_factory=dict)
    custom: bool = False
    sources: dict[str, Line] = field(default_factory=dict)

    def listed(self, ports: str) -> list[str]:
        """Return the ports of a port list."""
        return parse_ports(ports, self.known)

    def has_vlan(self, vlan: str) -> int:
        """Return a VLAN number.

        Raises:
            ValueError: it is no number, or no port-based VLAN of that number was created.
        """
        if int(vlan) not in self.vlans:
            raise ValueError(f"VLAN {vlan} was not created")
        return int(vlan)

    def finish(self) -> DeviceConfig:
        """Return the configuration."""
        return replace(
            self.start,
            hostname=self.hostname or self.prompt or self.start.hostname,
            ports={name: self._port(name, state) for name, state in self.ports.items()},
            vlans=self.vlans,
            interfaces=self.interfaces,
            routes=frozenset(self.routes),
            aggregations=self.mlts,
            mirrors=self.mirrors,
            forwarding=self.routing,
            management=self._management(),
            snmp=self.snmp,
            syslog=self._servers(self.syslog),
            ntp=self._servers(self.sntp),
            banner=tuple(line for _, line in sorted(self.banner.items()) if line) if self.custom else (),
        )

    def _port(self, name: str, state: PortState) -> Port:
        for vlan, line in state.members.items():
            if line:
                self.sources[reading.membership(vlan, name)] = line
        made = switchport(frozenset(state.members), state.tagging, state.pvid, filtering=state.filtering)
        if made.pvid is not None and state.pvid_line:
            self.sources[reading.untagged_vlan(name)] = state.pvid_line
        return Port(state.description, state.enabled, made)

    def _management(self) -> Management:
        sources = frozenset(self.slots.values())
        address = None
        if self.address is not None:
            length = self.mask if self.mask is not None else _natural_length(self.address)
            address = IPv4Interface(f"{self.address}/{length}")
        return replace(self.management, address=address, sources=frozenset() if EVERYBODY in sources else sources)

    def _servers(self, servers: Servers) -> frozenset[IPv4Address]:
        """Return the servers in use; named but never switched on, they get nothing, and their lines stay unread."""
        if servers.on:
            return frozenset(servers.addresses.values())
        self.not_understood(servers.lines)
        return frozenset()


def _natural_length(address: IPv4Address) -> int:
    """Return the prefix length of an address's class, which a text that prints only non-defaults leaves out."""
    first = address.packed[0]
    return next(length for limit, length in _CLASSES if first < limit)


def builder(start: DeviceConfig) -> Builder:
    """Return a builder that stands where ``start`` is: a box out of the box."""
    ports = {
        name: PortState(dict.fromkeys(port.switchport.members if port.switchport else ()))
        for name, port in start.ports.items()
    }
    known = sorted(start.ports, key=port_key)
    return Builder(start=start, known=known, ports=ports, vlans=dict(start.vlans), management=start.management)
