"""One packet, hop by hop, the slow and obvious way: the judge of the set engine. Shares no code with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.filtering import Verdict
from govnet.config.routing import InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Address

    from govnet.config.filtering import AclBinding, Filter
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface
    from govnet.isolation.packets import Packet
    from govnet.network.model import Network

Wire = tuple[str, str, int | None]  # a frame on the cable at this device and port, with this tag
NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17}


class Walker:
    """Walks packets of hostile hosts. ``hub``: switches also send a frame back out of the port it came in by."""

    def __init__(self, network: Network, configs: Mapping[str, DeviceConfig], *, hub: bool) -> None:
        self.network, self.configs, self.hub = network, configs, hub
        vlans = {vlan for config in configs.values() for vlan in config.vlans}
        vlans |= {i.vlan for config in configs.values() for i in config.interfaces.values() if i.vlan}
        self.tags = [None, *sorted(vlans)]

    def reaches(self, packet: Packet, source: str, target: str) -> bool:
        """Return whether any host of ``source`` with the packet's source address gets it to zone ``target``."""
        return any(
            self._from(a.end.device, a.end.port, packet, target)
            for a in self.network.attachments
            if a.zone == source and packet.source in a.segment.subnet
        )

    def _from(self, device: str, port: str, packet: Packet, target: str) -> bool:
        heard = [spot for tag in self.tags for spot in self._flood([(device, port, tag)])]
        if any(self._host(spot, packet, target) for spot in heard):
            return True
        todo = [(d, p) for kind, d, p in heard if kind == "router"]
        seen: set[tuple[str, str]] = set()
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                for spot, hop in self._route(*here, packet):
                    if hop is None and self._host(spot, packet, target):
                        return True
                    if spot[0] == "router" and hop and hop in self._own(spot[1], spot[2]):
                        todo.append((spot[1], spot[2]))
        return False

    def _host(self, spot: tuple[str, str, str], packet: Packet, target: str) -> bool:
        return spot[0] == "port" and any(
            (a.end.device, a.end.port) == spot[1:] and a.zone == target and packet.destination in a.segment.subnet
            for a in self.network.attachments
        )

    def _own(self, device: str, interface: str) -> list[object]:
        return [address.ip for address in self.configs[device].interfaces[interface].addresses]

    # Layer 2

    def _flood(self, wires: list[Wire]) -> set[tuple[str, str, str]]:
        """Return ("port", device, port) and ("router", device, interface) that hear frames arriving at these ports."""
        heard: set[tuple[str, str, str]] = set()
        seen: set[Wire] = set()
        todo = list(wires)
        while todo:
            wire = todo.pop()
            if wire in seen or not self._up(wire[0], wire[1]):
                continue
            seen.add(wire)
            device, port, tag = wire
            for name, interface in self.configs[device].interfaces.items():
                if self._on(device, interface, name, port) and self._tag(interface) == tag:
                    heard.add(("router", device, name))
            vlan = self._classify(device, port, tag)
            if vlan is not None:
                todo += self._bridge(device, vlan, "" if self.hub else port, heard)
        return heard

    def _bridge(self, device: str, vlan: int, but: str, heard: set[tuple[str, str, str]]) -> list[Wire]:
        config = self.configs[device]
        for name, interface in config.interfaces.items():
            if interface.kind is InterfaceKind.VLAN and interface.vlan == vlan:
                heard.add(("router", device, name))
        found: list[Wire] = []
        for port, value in config.ports.items():
            if port == but or not value.enabled or not value.switchport or vlan not in value.switchport.members:
                continue
            heard.add(("port", device, port))
            found += self._over(device, port, None if vlan in value.switchport.untagged else vlan)
        return found

    def _classify(self, device: str, port: str, tag: int | None) -> int | None:
        switchport = self.configs[device].ports[port].switchport
        if switchport is None:
            return None
        vlan = switchport.pvid if tag is None else tag
        member = tag is None or vlan in switchport.untagged or vlan in switchport.tagged
        return vlan if member and vlan in self.configs[device].vlans else None

    def _over(self, device: str, port: str, tag: int | None) -> list[Wire]:
        found: list[Wire] = []
        for link in self.network.links:
            for near, far in ((link.a, link.b), (link.b, link.a)):
                if (near.device, near.port) == (device, port) and far.device in self.configs:
                    found.append((far.device, far.port, tag))
        return found

    def _up(self, device: str, port: str) -> bool:
        return port in self.configs[device].ports and self.configs[device].ports[port].enabled

    def _on(self, device: str, interface: IpInterface, name: str, port: str) -> bool:
        parent = interface.parent or name
        if interface.kind not in (InterfaceKind.PORT, InterfaceKind.SUBINTERFACE):
            return False
        bundles = {a.name: a.ports for a in self.configs[device].aggregations.values()}
        return port == parent or port in bundles.get(parent, ())

    def _tag(self, interface: IpInterface) -> int | None:
        return interface.vlan if interface.kind is InterfaceKind.SUBINTERFACE else None

    def _send(self, device: str, name: str) -> set[tuple[str, str, str]]:
        """Return who hears a frame that a router sends by an interface, without that interface."""
        interface = self.configs[device].interfaces[name]
        heard: set[tuple[str, str, str]] = set()
        if interface.kind is InterfaceKind.VLAN:
            wires = (
                self._bridge(device, interface.vlan or 0, "", heard)
                if interface.vlan in self.configs[device].vlans
                else []
            )
        else:
            ports = [
                p for p in self.configs[device].ports if self._on(device, interface, name, p) and self._up(device, p)
            ]
            wires = [wire for port in ports for wire in self._over(device, port, self._tag(interface))]
            heard |= {("port", device, port) for port in ports}
        return (heard | self._flood(wires)) - {("router", device, name)}

    # Layer 3

    def _route(self, device: str, came: str, packet: Packet) -> Iterator[tuple[tuple[str, str, str], object]]:
        """Yield (who hears it, next hop or None) for one packet that came to a router."""
        config = self.configs[device]
        vrf = config.interfaces[came].vrf
        mine = [a.ip for i in config.interfaces.values() if i.vrf == vrf for a in i.addresses]
        if not self._acls(config, came, "in", packet) or packet.destination in mine or not config.forwarding:
            return
        for name, hop in self._lookup(config, vrf, packet):
            if self._zones(config, came, name, packet) and self._acls(config, name, "out", packet):
                for spot in self._send(device, name):
                    yield spot, hop

    def _lookup(self, config: DeviceConfig, vrf: str, packet: Packet) -> list[tuple[str, object]]:
        routes: list[tuple[int, int, str, object]] = []
        connected = [(n, a.network) for n, i in config.interfaces.items() if i.vrf == vrf for a in i.addresses]
        for name, net in connected:
            if packet.destination in net:
                routes.append((net.prefixlen, 1, name, None))
        for route in config.routes:
            if route.vrf == vrf and packet.destination in route.prefix:
                if route.next_hop is None:
                    routes.append((route.prefix.prefixlen, 0, "", None))
                    continue
                for name, hop in self._gateway(config, vrf, route.next_hop, 0):
                    routes.append((route.prefix.prefixlen, 0, name, hop))
        best = max(((length, direct) for length, direct, _, _ in routes), default=None)
        return [(name, hop) for length, direct, name, hop in routes if (length, direct) == best and name]

    def _gateway(self, config: DeviceConfig, vrf: str, hop: IPv4Address, turns: int) -> list[tuple[str, IPv4Address]]:
        """Return (interface, neighbour) for a next hop that may itself need a static route."""
        if turns > 7:
            return []
        connected = [(n, a.network) for n, i in config.interfaces.items() if i.vrf == vrf for a in i.addresses]
        here = [(name, hop) for name, net in connected if hop in net]
        if here:
            return here
        others = [r for r in config.routes if r.vrf == vrf and hop in r.prefix and r.next_hop not in (None, hop)]
        length = max((r.prefix.prefixlen for r in others), default=0)
        found: list[tuple[str, IPv4Address]] = []
        for route in others:
            if route.prefix.prefixlen == length and route.next_hop:
                found += self._gateway(config, vrf, route.next_hop, turns + 1)
        return found

    def _acls(self, config: DeviceConfig, name: str, direction: str, packet: Packet) -> bool:
        targets = {name, config.interfaces[name].parent}
        bound = [b for b in config.bindings if b.direction == direction and b.target in targets]
        return all(self._acl(config, binding, packet) for binding in bound)

    def _acl(self, config: DeviceConfig, binding: AclBinding, packet: Packet) -> bool:
        for line in config.acls[binding.acl].filters:
            if matches(line, packet):
                return line.verdict is Verdict.PERMIT
        return binding.default is Verdict.PERMIT

    def _zones(self, config: DeviceConfig, came: str, leaves: str, packet: Packet) -> bool:
        if config.firewall is None:
            return True
        for line in config.firewall.prelude:
            named = (not line.incoming or came in line.incoming) and (not line.outgoing or leaves in line.outgoing)
            if named and matches(line, packet):
                return line.verdict is Verdict.PERMIT
        zone = {name: zone for zone, names in config.firewall.zones.items() for name in names}
        for line in config.firewall.pairs.get((zone.get(came, ""), zone.get(leaves, "")), ()):
            if matches(line, packet):
                return line.verdict is Verdict.PERMIT
        return False


def matches(line: Filter, packet: Packet) -> bool:
    """Return whether a filter line matches a packet that opens a session."""
    if line.established:
        return False
    if line.protocol != "any" and packet.protocol != NUMBERS.get(line.protocol, -1):
        return False
    if line.sources and not any(packet.source in net for net in line.sources):
        return False
    if line.destinations and not any(packet.destination in net for net in line.destinations):
        return False
    return _in(line.source_ports, packet.source_port, packet) and _in(line.ports, packet.port, packet)


def _in(ranges: tuple[tuple[int, int], ...], port: int, packet: Packet) -> bool:
    if not ranges:
        return True
    return packet.protocol in (6, 17) and any(low <= port <= high for low, high in ranges)
