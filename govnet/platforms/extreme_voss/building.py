"""The state that a VSP's configuration text builds up, line by line, and the `DeviceConfig` it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from govnet.config import reading
from govnet.config.model import Snmp
from govnet.config.switching import DEFAULT_VLAN, Mirror, Port
from govnet.platforms.extreme_voss.building_filters import AclState, finish_filters
from govnet.platforms.extreme_voss.ports import PortMode, switchport
from govnet.platforms.extreme_voss.say_services import FIRST_POLICY
from govnet.platforms.grammar import Tally
from govnet.platforms.portlists import parse_ports, port_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.model import DeviceConfig, Management
    from govnet.config.reading import Line
    from govnet.config.routing import IpInterface, StaticRoute, Vrf
    from govnet.config.switching import Aggregation, Vlan


@dataclass(slots=True)
class PortState:
    """One port as the lines so far leave it."""

    members: dict[int, Line | None]
    enabled: bool
    tagged: bool = False
    discard: bool = False
    untag: bool = False
    default_vlan: int = DEFAULT_VLAN
    default_line: Line | None = None
    description: str = ""

    def join(self, vlan: int, line: Line) -> None:
        """Become a member; an untagged port is in exactly one port-based VLAN."""
        if not self.tagged:
            self.members.clear()
        self.members[vlan] = line

    def mode(self) -> PortMode:
        """Return what the port was told apart from its VLANs."""
        return PortMode(self.tagged, self.discard, self.default_vlan, self.untag)


@dataclass(slots=True)
class Numbered:
    """A numbered entry of some list (syslog host, access policy), the lines that made it, and whether it is on."""

    value: object = None
    lines: list[Line] = field(default_factory=list)
    on: bool = False


@dataclass(slots=True)
class Builder(Tally):
    """Everything the lines of one text have said so far. ``scope`` is the mode that a line stands in."""

    start: DeviceConfig = field(kw_only=True)
    known: Sequence[str] = field(kw_only=True)
    ports: dict[str, PortState] = field(kw_only=True)
    vlans: dict[int, Vlan] = field(kw_only=True)
    management: Management = field(kw_only=True)
    scope: str = ""
    prompt: str = ""
    name: str = ""
    name_lines: list[Line] = field(default_factory=list)
    seen: str = ""
    vrfs: dict[str, Vrf] = field(default_factory=dict)
    vlan_vrfs: dict[int, str] = field(default_factory=dict)
    interfaces: dict[str, IpInterface] = field(default_factory=dict)
    routes: set[StaticRoute] = field(default_factory=set)
    mlts: dict[int, Aggregation] = field(default_factory=dict)
    mlt_tagged: set[int] = field(default_factory=set)
    acls: dict[int, AclState] = field(default_factory=dict)
    mirrors: dict[int, tuple[str, str, list[Line]]] = field(default_factory=dict)
    syslog: dict[int, Numbered] = field(default_factory=dict)
    policies: dict[int, Numbered] = field(default_factory=dict)
    policies_on: bool = False
    ntp: dict[IPv4Address, Line] = field(default_factory=dict)
    ntp_on: bool = False
    snmp: Snmp = field(default_factory=Snmp)
    banner: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    ssh: bool = False
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
        """Return the configuration; what the box's commands could not take back as it is becomes unread."""
        if self.prompt and self.name and self.name != self.prompt:
            self.not_understood(self.name_lines)
        acls, bindings = finish_filters(self.acls, self.interfaces, self)
        return replace(
            self.start,
            hostname=self.prompt or self.name or self.seen or self.start.hostname,
            ports={name: self._port(name, state) for name, state in self.ports.items()},
            vlans=self.vlans,
            vrfs=self.vrfs,
            interfaces=self.interfaces,
            routes=frozenset(self.routes),
            acls=acls,
            bindings=bindings,
            aggregations=self.mlts,
            mirrors=self._mirrors(),
            management=self._management(),
            snmp=self.snmp,
            syslog=frozenset(host for host in self._list(self.syslog, 1) if isinstance(host, IPv4Address)),
            ntp=self._ntp(),
            banner=tuple(self.banner),
        )

    def _port(self, name: str, state: PortState) -> Port:
        made = switchport(frozenset(state.members), state.mode())
        for vlan, line in state.members.items():
            if line:
                self.sources[reading.membership(vlan, name)] = line
        entry = state.default_line if state.tagged else state.members.get(made.pvid or 0)
        if made.pvid is not None and entry:
            self.sources[reading.untagged_vlan(name)] = entry
        return Port(state.description, state.enabled, made)

    def _mirrors(self) -> dict[int, Mirror]:
        found = {}
        for destination in dict.fromkeys(out for _, out, _ in self.mirrors.values()):
            entries = {number: entry for number, entry in self.mirrors.items() if entry[1] == destination}
            first = min(entries)
            if set(entries) == set(range(first, first + len(entries))):
                found[first] = Mirror(frozenset(source for source, _, _ in entries.values()), destination)
            else:
                self.not_understood([line for _, _, lines in entries.values() for line in lines])
        return found

    def _list(self, entries: dict[int, Numbered], first: int, *, working: bool = True) -> list[object]:
        """Return the values of entries numbered ``first``, ``first`` + 1, ...; other numberings become unread."""
        values = [entry.value for entry in entries.values() if entry.value is not None and entry.on]
        whole = set(entries) == set(range(first, first + len(entries))) and len(set(values)) == len(entries)
        if whole and working:
            return values
        for entry in entries.values():
            self.not_understood(entry.lines)
        return []

    def _ntp(self) -> frozenset[IPv4Address]:
        """Return the time servers; named but never asked, they give nothing, and their lines stay unread."""
        if self.ntp_on:
            return frozenset(self.ntp)
        self.not_understood(list(self.ntp.values()))
        return frozenset()

    def _management(self) -> Management:
        policies = self._list(self.policies, FIRST_POLICY, working=self.policies_on)
        return replace(
            self.management,
            ssh=self.ssh and "sshd" in self.flags,
            telnet="telnetd" in self.flags,
            sources=frozenset(policy for policy in policies if isinstance(policy, IPv4Network)),
        )


def builder(start: DeviceConfig) -> Builder:
    """Return a builder that stands where ``start`` is: a box out of the box."""
    known = sorted(start.ports, key=port_key)
    ports = {
        name: PortState(dict.fromkeys(port.switchport.members if port.switchport else ()), port.enabled)
        for name, port in start.ports.items()
    }
    return Builder(start=start, known=known, ports=ports, vlans=dict(start.vlans), management=start.management)
