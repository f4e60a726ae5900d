"""A part of a network as namespaces: switches, routers and hosts, made from the same configurations that are proven.

A VLAN is a bridge in its switch's namespace, a cable a veth pair, and what goes over it a VXLAN for each tag, with the
tag as VNI: so it needs no 802.1Q of the kernel. Of ports that act as one, the first with a cable carries; the others
would be loops without the makers' own protocols. A firewall loads the very rules that its platform says. Neighbours are
permanent: the kernel's table of them is one for all namespaces, and where it is full nobody answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from pathlib import Path
from typing import TYPE_CHECKING

from govnet.config import diff
from govnet.config.intent import hardware
from govnet.config.routing import InterfaceKind
from govnet.platforms.registry import platform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Address

    from govnet.config.model import DeviceConfig
    from govnet.network.cabled import Attachment, End, Link
    from govnet.network.model import Network
    from support.namespaces import Machine

AGENT = Path(__file__).with_name("packet_agent.py")
UNTAGGED = 4095
_NEAR_FIRST = ("peer", "firewall", "aggregation", "floor", "town", "endpoint", "mirror")
PORTS = (22, 80, 443, 8443)


@dataclass(frozen=True)
class Host:
    """Somebody plugged in: a zone's first or second host on one port, or the far side of an upstream."""

    name: str
    zone: str
    end: End
    address: IPv4Address
    length: int
    gateway: IPv4Address


@dataclass
class Estate:
    """Namespaces of devices and hosts; `build` fills a machine, `probe` sends packets between all hosts."""

    network: Network
    configs: Mapping[str, DeviceConfig]
    machine: Machine
    hosts: list[Host] = field(default_factory=list)

    def build(self) -> None:
        """Make every device, cable and host."""
        self.hosts = [*self._plugged(), *self._behind()]
        for name in [*self.configs, *(host.name for host in self.hosts)]:
            self.machine.add(name)
            self.machine.ip(name, ["link set lo up"])
        for name, config in self.configs.items():
            self.machine.ip(name, [line for vlan in self._vlans(name) for line in _bridge(vlan)])
            for setting in ("ip_forward=1" if config.forwarding else "ip_forward=0", "conf.all.rp_filter=0"):
                self.machine.run(name, ["sysctl", "-qw", f"net.ipv4.{setting}"])
        for number, link in enumerate(self._cables()):
            self._lay(number, link)
        for number, host in enumerate(self.hosts):
            self._plug(number, host)
        for name in self.configs:
            self._route(name)

    def probe(self) -> dict[str, set[tuple[str, str]]]:
        """Return what arrived: ``frames``, ``icmp``, ``tcp/22``, ... -> (host, host)."""
        plan = {"hosts": [[self.machine.pid(h.name), str(h.address)] for h in self.hosts], "ports": PORTS}
        found = json.loads(self.machine.python(AGENT, json.dumps(plan)))
        kinds = {"frames": found["frames"], "icmp": found["icmp"]}
        kinds |= {f"tcp/{port}": pairs for port, pairs in found["tcp"].items()}
        return {kind: {(self.hosts[a].name, self.hosts[b].name) for a, b in pairs} for kind, pairs in kinds.items()}

    # Who is there

    def _plugged(self) -> Iterator[Host]:
        """Yield one host a device and segment, two in each zone's servers: .11 is whom services are opened to."""
        seen: dict[tuple[str, str], int] = {}
        for attachment in self.network.attachments:
            key = (attachment.end.device, attachment.segment.name)
            count = seen.get(key, 0)
            if attachment.end.device in self.configs and count < 1 + (attachment.segment.purpose == "servers"):
                seen[key] = count + 1
                if attachment.segment.gateway:
                    yield self._host(attachment, count)

    def _host(self, attachment: Attachment, count: int) -> Host:
        part = attachment.segment
        assert part.gateway is not None
        name = f"{part.name}-{attachment.end.device}-{count}"
        return Host(name, part.zone, attachment.end, part.subnet[11 + count], part.subnet.prefixlen, part.gateway)

    def _behind(self) -> Iterator[Host]:
        for up in self.network.upstreams:
            if up.end.device in self.configs:
                length = up.address.network.prefixlen
                yield Host(f"up-{up.end.port}", up.zone, up.end, up.peer, length, up.address.ip)

    # What carries

    def _vlans(self, name: str) -> list[int]:
        """Return the VLANs of a switch that somebody here uses."""
        used = {host.end for host in self.hosts}
        wanted = {a.segment.vlan for a in self.network.attachments if a.end in used}
        wanted |= {p.switchport.pvid for e in used if (p := self.configs[e.device].ports[e.port]).switchport}
        routed = {i.vlan for i in self.configs[name].interfaces.values() if i.kind is InterfaceKind.VLAN}
        return sorted(vlan for vlan in self.configs[name].vlans if vlan in wanted | routed)

    def _cables(self) -> list[Link]:
        """Return one cable for each pair of devices that are cabled, so that nothing goes round in circles."""
        tree: dict[str, set[str]] = {name: {name} for name in self.configs}
        found = []
        for link in sorted(self.network.links, key=lambda link: _NEAR_FIRST.index(link.purpose)):
            a, b = link.a.device, link.b.device
            if a in tree and b in tree and tree[a] is not tree[b]:
                tree[a] |= tree[b]
                tree |= dict.fromkeys(tree[a], tree[a])
                found.append(link)
        return found

    def _lay(self, number: int, link: Link) -> None:
        """Lay a cable: an underlay, and one VXLAN for each tag that an end sends; the other end may have none."""
        one, two = f"c{number}a", f"c{number}b"
        near, far = (self._under(end) for end in (link.a, link.b))
        there = f"name {two} address {_mac(3, number)} mtu 1600 netns {self.machine.pid(far)}"
        self.machine.ip(near, [f"link add name {one} address {_mac(2, number)} mtu 1600 type veth peer {there}"])
        for end, port, own, other in ((link.a, one, 1, 2), (link.b, two, 2, 1)):
            if self.configs[end.device].ports[end.port].enabled:
                self._carry(number, end, port, (own, other))

    def _under(self, end: End) -> str:
        """Return the namespace that the cable itself is in: not a firewall's own, whose rules would look at it."""
        if self.configs[end.device].ports[end.port].switchport is not None:
            return end.device
        cabinet = f"{end.device} cables"
        if cabinet not in self.machine.holders:
            self.machine.add(cabinet)
        return cabinet

    def _carry(self, number: int, end: End, port: str, sides: tuple[int, int]) -> None:
        """Make one end of a cable: its underlay, and what goes over it in the device's own namespace."""
        own, far = (f"192.0.{number}.{side}" for side in sides)
        under, device = self._under(end), end.device
        lines = [f"address add {own}/30 dev {port}", f"link set {port} up"]
        lines += [f"neigh replace {far} lladdr {_mac(1 + sides[1], number)} dev {port} nud permanent"]
        inside = []
        for name, tag, bridge in self._tags(end, number):
            mac = "" if bridge else f"address {self._box_mac(device)}"
            ways = f"local {own} remote {far} dev {port} dstport {5000 + number}"
            lines += [f"link add name {name} {mac} mtu 1500 type vxlan id {tag} {ways}"]
            lines += [f"link set {name} netns {self.machine.pid(device)}"] if under != device else []
            inside += [f"link set {name} master {bridge}"] if bridge else []
            inside += [f"link set {name} up"]
        self.machine.ip(under, lines)
        self.machine.ip(device, inside)

    def _tags(self, end: End, number: int) -> Iterator[tuple[str, int, str]]:
        """Yield (device name, VNI, bridge or nothing) for what an end of a cable does with tags."""
        config = self.configs[end.device]
        switchport = config.ports[end.port].switchport
        if switchport is None:
            for name, interface in config.interfaces.items():
                if interface.kind is InterfaceKind.SUBINTERFACE and interface.vlan:
                    yield name, interface.vlan, ""
            return
        for vlan in self._vlans(end.device):
            if vlan in switchport.tagged:
                yield f"x{number}.{vlan}", vlan, f"br{vlan}"
            elif vlan in switchport.untagged:
                yield f"x{number}.u{vlan}", UNTAGGED, f"br{vlan}"

    def _plug(self, number: int, host: Host) -> None:
        """Plug a host into its port; a shut port has no wire, a routed one has the wire by its own name."""
        config = self.configs[host.end.device]
        port = config.ports[host.end.port]
        vlan = port.switchport.pvid if port.switchport else None
        wire = f"h{number}" if port.switchport else host.end.port
        own = "" if port.switchport else f"address {self._box_mac(host.end.device)}"
        there = f"name eth0 address {_mac(1, number)} netns {self.machine.pid(host.name)}"
        lines = [f"link add name {wire} {own} type veth peer {there}"]
        lines += [f"link set {wire} master br{vlan}"] if vlan in self._vlans(host.end.device) else []
        lines += [f"link set {wire} up"] if port.enabled else []
        self.machine.ip(host.end.device, lines)
        address = [f"address add {host.address}/{host.length} dev eth0", "link set eth0 up"]
        known = [f"neigh replace {ip} lladdr {mac} dev eth0 nud permanent" for ip, mac in self._neighbours(host)]
        self.machine.ip(host.name, [*address, *known, f"route add default via {host.gateway}"])

    def _box_mac(self, device: str) -> str:
        return _mac(0, list(self.configs).index(device))

    def _neighbours(self, host: Host) -> Iterator[tuple[IPv4Address, str]]:
        """Yield (address, hardware address) of everybody in a host's subnet, its gateway among them."""
        subnet = IPv4Interface((int(host.address), host.length)).network
        for number, other in enumerate(self.hosts):
            if other != host and other.address in subnet:
                yield other.address, _mac(1, number)
        for name, config in self.configs.items():
            if any(host.gateway == a.ip for i in config.interfaces.values() for a in i.addresses):
                yield host.gateway, self._box_mac(name)

    def _route(self, name: str) -> None:
        """Give a device its addresses, routes and rules; what is not carried here is left out."""
        config = self.configs[name]
        here = self.machine.run(name, ["ip", "-o", "link", "show"])
        lines = []
        for key, interface in config.interfaces.items():
            device = f"br{interface.vlan}" if interface.kind is InterfaceKind.VLAN else key
            if f" {device}:" in here or f" {device}@" in here:
                lines += [f"link set {device} address {self._box_mac(name)}"] if device.startswith("br") else []
                lines += [f"address add {address} dev {device}" for address in interface.addresses]
                nets = [address.network for address in interface.addresses]
                lines += [
                    f"neigh replace {host.address} lladdr {_mac(1, number)} dev {device} nud permanent"
                    for number, host in enumerate(self.hosts)
                    if any(host.address in net for net in nets)
                ]
        self.machine.ip(name, lines)
        for route in sorted(config.routes):
            if route.next_hop and any(
                route.next_hop in a.network for k, i in config.interfaces.items() for a in i.addresses if k
            ):
                self.machine.ip(name, [f"route add {route.prefix} via {route.next_hop}"])
        if config.firewall is not None:
            self.machine.run(name, ["sh", "-e"], "\n".join(self._rules(name)))

    def _rules(self, name: str) -> list[str]:
        """Return the nft commands by which the platform makes a host with no rules this firewall."""
        box = hardware(self.network, name)
        speaks = platform("linux_nft", box)
        bare = speaks.factory(box)
        said = speaks.say(diff(bare, self.configs[name]), bare)
        return [command.text for command in said if command.text.startswith("nft -f")]


def _mac(kind: int, number: int) -> str:
    return f"02:{kind:02x}:00:00:00:{number:02x}"


def _bridge(vlan: int) -> list[str]:
    return [f"link add name br{vlan} type bridge stp_state 0 forward_delay 0 mcast_snooping 0", f"link set br{vlan} up"]
