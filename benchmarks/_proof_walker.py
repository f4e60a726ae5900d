"""One packet after another through the devices' configurations: what the proof of `benchmarks.proof` is held against.

Written from the configurations alone: it shares nothing with the engine but the model of a configuration.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, NamedTuple

from govnet.config.filtering import Verdict
from govnet.config.routing import InterfaceKind

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from govnet.config.filtering import Filter
    from govnet.config.model import DeviceConfig
    from govnet.network.cabled import Attachment, End
    from govnet.network.model import Network

_TCP, _UDP = 6, 17
_NUMBERS = {"icmp": 1, "tcp": _TCP, "udp": _UDP}
_LONGEST = 16
"""Routers on a path before the walker takes it for a loop."""


class Header(NamedTuple):
    """A packet."""

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    source_port: int
    port: int


class Walker:
    """Walks packets through one network."""

    def __init__(self, network: Network, configs: dict[str, DeviceConfig]) -> None:
        self._configs = configs
        self._cables: dict[tuple[str, str], End] = {}
        for link in network.links:
            self._cables[link.a.device, link.a.port] = link.b
            self._cables[link.b.device, link.b.port] = link.a
        self._plugged: dict[tuple[str, str], Attachment] = {(a.end.device, a.end.port): a for a in network.attachments}
        self._homes: dict[IPv4Network, Attachment] = {a.segment.subnet: a for a in network.attachments}
        self._tables: dict[str, dict[tuple[str, IPv4Network], list[tuple[str, IPv4Address | None]]]] = {}

    def home(self, address: IPv4Address, length: int) -> Attachment | None:
        """Return where hosts of an address plug in, given the length of its subnet."""
        return self._homes.get(_net(address, length))

    def arrives(self, start: Attachment, packet: Header) -> bool:
        """Return whether a host's packet gets to a port of the segment that its destination is in."""
        heard = self._flood(start.end.device, start.end.port, None)
        if any(self._takes(end, packet) for end in heard):
            return True
        return any(self._routed(device, name, packet, 0) for device, name in self._interfaces(heard))

    def _takes(self, frame: tuple[str, str, int | None], packet: Header) -> bool:
        there = self._plugged.get(frame[:2])
        return there is not None and packet.destination in there.segment.subnet

    def _flood(self, device: str, port: str, tag: int | None) -> set[tuple[str, str, int | None]]:
        """Return (device, port, tag) of every frame on a wire at a device, in or out, after one came in here."""
        seen: set[tuple[str, str, int | None]] = set()
        todo = [(device, port, tag)]
        while todo:
            frame = todo.pop()
            if frame not in seen:
                seen.add(frame)
                todo += self._bridged(*frame, seen)
        return seen

    def _bridged(
        self, device: str, port: str, tag: int | None, seen: set[tuple[str, str, int | None]]
    ) -> list[tuple[str, str, int | None]]:
        switchport = self._configs[device].ports[port].switchport
        vlan = None if switchport is None else switchport.pvid if tag is None else tag
        if switchport is None or vlan not in switchport.untagged | switchport.tagged:
            return []
        found = []
        for name, other in self._configs[device].ports.items():
            if name == port or not other.switchport or vlan not in other.switchport.untagged | other.switchport.tagged:
                continue
            out = None if vlan in other.switchport.untagged else vlan
            seen.add((device, name, out))
            far = self._cables.get((device, name))
            found += [(far.device, far.port, out)] if far else []
        return found

    def _interfaces(self, frames: set[tuple[str, str, int | None]]) -> list[tuple[str, str]]:
        """Return the IP interfaces that frames come in by."""
        return [
            (device, name)
            for device, port, tag in frames
            for name, interface in self._configs[device].interfaces.items()
            if interface.kind is InterfaceKind.SUBINTERFACE and (interface.parent, interface.vlan) == (port, tag)
        ]

    def _routed(self, device: str, came: str, packet: Header, depth: int) -> bool:
        config = self._configs[device]
        if depth > _LONGEST or packet.destination in (a.ip for i in config.interfaces.values() for a in i.addresses):
            return False
        for name, hop in self._lookup(device, config.interfaces[came].vrf, packet.destination):
            if not _permits(config, came, name, packet):
                continue
            leave = config.interfaces[name]
            far = self._cables.get((device, leave.parent))
            frames = self._flood(far.device, far.port, leave.vlan) if far else set()
            if hop is None and any(self._takes(frame, packet) for frame in frames):
                return True
            for there, into in self._interfaces(frames):
                owns = hop in (a.ip for a in self._configs[there].interfaces[into].addresses)
                if hop is not None and owns and self._routed(there, into, packet, depth + 1):
                    return True
        return False

    def _lookup(self, device: str, vrf: str, destination: IPv4Address) -> list[tuple[str, IPv4Address | None]]:
        """Return (interface, next hop or None) of the longest prefix."""
        table = self._tables.setdefault(device, {}) or self._fill(device)
        for length in range(32, -1, -1):
            if found := table.get((vrf, _net(destination, length))):
                return found
        return []

    def _fill(self, device: str) -> dict[tuple[str, IPv4Network], list[tuple[str, IPv4Address | None]]]:
        config, table = self._configs[device], self._tables[device]
        near = {(i.vrf, a.network): name for name, i in config.interfaces.items() for a in i.addresses}
        for route in config.routes:
            for length in range(32, -1, -1):
                if route.next_hop and (name := near.get((route.vrf, _net(route.next_hop, length)))):
                    table.setdefault((route.vrf, route.prefix), []).append((name, route.next_hop))
                    break
        for (vrf, net), name in near.items():
            table[vrf, net] = [(name, None)]
        return table


def _net(address: IPv4Address, length: int) -> IPv4Network:
    return IPv4Network((int(address) >> (32 - length) << (32 - length), length))


def _permits(config: DeviceConfig, came: str, leaves: str, packet: Header) -> bool:
    if config.firewall is None:
        return True
    home = {name: zone for zone, names in config.firewall.zones.items() for name in names}
    for rule in config.firewall.pairs.get((home[came], home[leaves]), ()):
        if _matches(rule, packet):
            return rule.verdict is Verdict.PERMIT
    return False


def _matches(rule: Filter, packet: Header) -> bool:
    if rule.protocol != "any" and packet.protocol != _NUMBERS[rule.protocol]:
        return False
    if rule.sources and not any(packet.source in net for net in rule.sources):
        return False
    if rule.destinations and not any(packet.destination in net for net in rule.destinations):
        return False
    ports = packet.protocol in (_TCP, _UDP)
    return not rule.ports or (ports and any(low <= packet.port <= high for low, high in rule.ports))
