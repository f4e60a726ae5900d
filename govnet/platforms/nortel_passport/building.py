"""The state that a Passport's configuration text builds up, line by line, and the `DeviceConfig` it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from govnet.config import reading
from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.switching import DEFAULT_VLAN, Aggregation, Mirror, PeerLink, Port, Switchport, Vlan
from govnet.platforms.grammar import Tally
from govnet.platforms.nortel_passport.filters import acl_name, faults
from govnet.platforms.nortel_passport.say_services import FIRST_POLICY
from govnet.platforms.portlists import port_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Interface

    from govnet.config.model import DeviceConfig, Management
    from govnet.config.reading import Line
    from govnet.config.routing import IpInterface, StaticRoute, Vrf

_SWITCH = {"enable": True, "disable": False, "true": True, "false": False}


def switch(word: str) -> bool:
    """Return what ``enable``, ``disable``, ``true`` or ``false`` says.

    Raises:
        ValueError: another word.
    """
    if word.lower() not in _SWITCH:
        raise ValueError(f"{word}: neither on nor off")
    return _SWITCH[word.lower()]


@dataclass(slots=True)
class PortState:
    """One port as the lines so far leave it."""

    members: dict[int, Line | None]
    tagged: bool = False
    discard: bool = False
    default_vlan: int = DEFAULT_VLAN
    default_line: Line | None = None
    description: str = ""
    enabled: bool = True
    drops: Line | None = None

    def join(self, vlan: int, line: Line) -> None:
        """Become a member; an untagged port is in exactly one port-based VLAN (Device Manager help)."""
        if not self.tagged:
            self.members.clear()
        self.members[vlan] = line

    def switchport(self) -> Switchport:
        """Return what the port does; ``default-vlan-id`` matters on tagged ports only."""
        members = frozenset(self.members)
        if self.tagged:
            pvid = self.default_vlan if self.default_vlan in members and not self.discard else None
            return Switchport(tagged=members, pvid=pvid)
        return Switchport(untagged=members, pvid=None if self.discard else next(iter(sorted(members)), None))


@dataclass(slots=True)
class FilterState:
    """One classic filter; without an action it does what its port does by default, which a `Filter` cannot say."""

    filter: Filter
    lines: list[Line]
    acting: bool = False
    odd: bool = False

    @property
    def whole(self) -> bool:
        """True when `Filter` says all that this filter does, and the box can be told so again."""
        return self.acting and not self.odd and not faults(self.filter)


@dataclass(slots=True)
class Numbered:
    """A numbered entry of some list (syslog host, access policy) and the lines that made it."""

    value: object = None
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Builder(Tally):
    """Everything the lines of one text have said so far."""

    start: DeviceConfig = field(kw_only=True)
    known: Sequence[str] = field(kw_only=True)
    ports: dict[str, PortState] = field(kw_only=True)
    vlans: dict[int, Vlan] = field(kw_only=True)
    hostname: str = ""
    prompt: str = ""
    vrfs: dict[str, Vrf] = field(default_factory=dict)
    vlan_vrfs: dict[int, str] = field(default_factory=dict)
    interfaces: dict[str, IpInterface] = field(default_factory=dict)
    routes: set[StaticRoute] = field(default_factory=set)
    mlts: dict[int, Aggregation] = field(default_factory=dict)
    peers: dict[int, PeerLink] = field(default_factory=dict)
    filters: dict[int, FilterState] = field(default_factory=dict)
    sets: dict[int, list[int]] = field(default_factory=dict)
    set_lines: dict[int, list[Line]] = field(default_factory=dict)
    bindings: dict[tuple[str, int], Line] = field(default_factory=dict)
    mirrors: dict[int, tuple[str, str, Line]] = field(default_factory=dict)
    syslog: dict[int, Numbered] = field(default_factory=dict)
    policies: dict[int, Numbered] = field(default_factory=dict)
    ntp: set[IPv4Address] = field(default_factory=set)
    location: str = ""
    contact: str = ""
    traps: set[IPv4Address] = field(default_factory=set)
    banner: list[str] = field(default_factory=list)
    policies_on: bool = False
    web: bool = False
    ssh: bool | None = None
    boot: dict[str, bool] | None = None
    cpu_ports: dict[int, IPv4Interface] = field(default_factory=dict)
    sources: dict[str, Line] = field(default_factory=dict)

    def port(self, name: str) -> PortState:
        """Return a port's state.

        Raises:
            ValueError: the box has no such port.
        """
        if name not in self.ports:
            raise ValueError(f"{name}: not a port of this box")
        return self.ports[name]

    def has_vlan(self, vlan: str) -> int:
        """Return a VLAN number.

        Raises:
            ValueError: it is no number, or no port-based VLAN of that number was created.
        """
        if int(vlan) not in self.vlans:
            raise ValueError(f"VLAN {vlan} was not created")
        return int(vlan)

    def finish(self) -> DeviceConfig:
        """Return the configuration; lists whose numbering the box's commands could not take back become unread."""
        acls = self._acls()
        syslog = self._list(self.syslog, 1)
        policies = self._list(self.policies, FIRST_POLICY, working=self.policies_on)
        return replace(
            self.start,
            hostname=self.hostname or self.prompt or self.start.hostname,
            ports={name: self._port(name, state) for name, state in self.ports.items()},
            vlans=self.vlans,
            vrfs=self.vrfs,
            interfaces=self.interfaces,
            routes=frozenset(self.routes),
            acls=acls,
            bindings=self._bindings(acls),
            aggregations={number: replace(mlt, peer=self.peers.get(number)) for number, mlt in self.mlts.items()},
            mirrors=self._mirrors(),
            management=self._management(policies),
            snmp=replace(
                self.start.snmp, location=self.location, contact=self.contact, trap_receivers=frozenset(self.traps)
            ),
            syslog=frozenset(host for host in syslog if isinstance(host, IPv4Address)),
            ntp=frozenset(self.ntp),
            banner=tuple(self.banner),
        )

    def _port(self, name: str, state: PortState) -> Port:
        switchport = state.switchport()
        for vlan, line in state.members.items():
            if line:
                self.sources[reading.membership(vlan, name)] = line
        entry = state.default_line if state.tagged else state.members.get(switchport.pvid or 0)
        if switchport.pvid is not None and entry:
            self.sources[reading.untagged_vlan(name)] = entry
        return Port(state.description, state.enabled, switchport)

    def _acls(self) -> dict[str, Acl]:
        """Return the sets that can be modelled; filters in no set do nothing and stay unread."""
        found: dict[str, Acl] = {}
        used: set[int] = set()
        for number, ids in self.sets.items():
            states = [self.filters[identity] for identity in ids if identity in self.filters]
            # A filter in two sets could not be deleted with one of them.
            if len(set(ids) - used) == len(ids) == len(states) and all(state.whole for state in states):
                used |= set(ids)
                name = acl_name(number, ids)
                found[name] = Acl(tuple(state.filter for state in states))
                for index, state in enumerate(states):
                    self.sources[reading.acl_filter(name, index)] = state.lines[0]
            else:
                self.not_understood(self.set_lines[number])
        for identity, state in self.filters.items():
            if identity not in used:
                self.not_understood(state.lines)
        return found

    def _bindings(self, acls: dict[str, Acl]) -> frozenset[AclBinding]:
        names = {acl_name(number, ids): number for number, ids in self.sets.items()}
        known = {number: name for name, number in names.items() if name in acls}
        found = set()
        for (port, number), line in self.bindings.items():
            if number in known:
                default = Verdict.DENY if self.ports[port].drops else Verdict.PERMIT
                found.add(AclBinding(known[number], port, "in", default))
            else:
                self.not_understood([line])
        bound = {binding.target for binding in found}
        for name, state in self.ports.items():
            if state.drops and name not in bound:
                self.not_understood([state.drops])
        return frozenset(found)

    def _mirrors(self) -> dict[int, Mirror]:
        found = {}
        for destination in dict.fromkeys(out for _, out, _ in self.mirrors.values()):
            entries = {number: entry for number, entry in self.mirrors.items() if entry[1] == destination}
            first = min(entries)
            if set(entries) == set(range(first, first + len(entries))):
                found[first] = Mirror(frozenset(source for source, _, _ in entries.values()), destination)
            else:
                self.not_understood([line for _, _, line in entries.values()])
        return found

    def _list(self, entries: dict[int, Numbered], first: int, *, working: bool = True) -> list[object]:
        """Return the values of entries numbered ``first``, ``first`` + 1, ...; other numberings become unread."""
        values = [entry.value for entry in entries.values() if entry.value is not None]
        whole = set(entries) == set(range(first, first + len(entries))) and len(set(values)) == len(entries)
        if whole and working:
            return values
        for entry in entries.values():
            self.not_understood(entry.lines)
        return []

    def _management(self, policies: list[object]) -> Management:
        """Return how people get in: boot settings where the text shows them, else what the console set-up left."""
        held = self.start.management
        ssh = held.ssh if self.ssh is None else self.ssh
        addresses = [address for _, address in sorted(self.cpu_ports.items())]
        return replace(
            held,
            address=held.address if held.address in addresses or not addresses else addresses[0],
            ssh=ssh and (self.boot is None or self.boot.get("sshd", False)),
            telnet=held.telnet if self.boot is None else self.boot.get("telnetd", False),
            web=self.web,
            sources=frozenset(policy for policy in policies if isinstance(policy, IPv4Network)),
        )


def builder(start: DeviceConfig) -> Builder:
    """Return a builder that stands where ``start`` is."""
    known = sorted(start.ports, key=port_key)
    ports = {
        name: PortState(dict.fromkeys(port.switchport.members if port.switchport else ()))
        for name, port in start.ports.items()
    }
    return Builder(start=start, known=known, ports=ports, vlans=dict(start.vlans))
