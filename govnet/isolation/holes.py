"""What nobody has seen: devices without a reading and devices whose readings leave lines open that could matter.

All holes together are taken as one adversary that joins everything it touches. That is careful rather than sharp: a
pair that no adversary could change is still answered, every other one is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config import reading as element
from govnet.config.routing import InterfaceKind
from govnet.isolation.flow import explore
from govnet.isolation.frames import Presence, hearer, sender, vlan_spots
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Line, Reading
    from govnet.isolation.fabric import Fabric
    from govnet.isolation.flow import Entries
    from govnet.network.built import Device
    from govnet.network.model import Network

FORWARDING_ROLES = frozenset({"core", "agg", "acc", "pe", "rr", "ce", "cpe", "fw"})
"""Roles that carry other people's traffic (NETWORKS 0.7); a box of these without a reading is a hole."""

_HARMLESS = re.compile(
    r"\b(snmp\S*|syslog|logging|ntp|sntp|clock|timezone|banner|prompt|location|contact|hostname|sysname|"
    r"password|username|aaa|radius\S*|tacacs\S*|local-user|cli|console|web-server|ssh\S*|telnet\S*|http\S*|"
    r"rmon|info-center|stelnet|user-interface|idle-timeout|screen-length|autosave|led|fan|power|poe)\b",
    re.IGNORECASE,
)
_RELEVANT = re.compile(
    r"\b(vlans?|vrf|vpn\S*|route\S*|routing|static|nat|filter\S*|acl\S*|access-\S+|firewall|zone|policy\S*|bridge|trunk|"
    r"switchport|mlt|smlt|ist|lacp|eth-trunk|port\S*|interface|ip\s+address|forward\S*|tunnel|mirror\S*|dhcp|"
    r"arp|vrrp|ospf|rip|bgp|mpls|accept|drop|permit|deny|iif\w*|oif\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hole:
    """A device that is not fully seen. ``blank``: there is no reading at all."""

    device: str
    why: str
    blank: bool


def matters(line: Line) -> bool:
    """Return whether an unread line could change what flows; only lines about something else do not."""
    return bool(_RELEVANT.search(line.text)) or not _HARMLESS.search(line.text)


class HoleFinder:
    """Finds the devices of one network that are not fully seen."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._places = {name: number for number, name in enumerate(network.devices)}
        self._cabled: dict[str, list[str]] = {}
        for end in (end for link in network.links for end in (link.a, link.b)):
            self._cabled.setdefault(end.device, []).append(end.port)
        for attachment in network.attachments:
            self._cabled.setdefault(attachment.end.device, []).append(attachment.end.port)

    def place(self, hole: Hole) -> int:
        """Return where in the inventory a hole's device stands."""
        return self._places[hole.device]

    def find(self, readings: Mapping[str, Reading], among: Iterable[str] | None = None) -> dict[str, Hole]:
        """Return device -> why it is not fully seen, for the network's devices or those of ``among``."""
        names = self._network.devices if among is None else among
        return {name: hole for name in names if (hole := self._hole(name, readings.get(name)))}

    def _hole(self, name: str, reading: Reading | None) -> Hole | None:
        if reading is None:
            blank = _forwards(self._network.devices[name])
            return Hole(name, "there is no reading of it", blank=True) if blank else None
        why = next(_doubts(self._cabled.get(name, ()), reading), "")
        return Hole(name, why, blank=False) if why else None


def _forwards(device: Device) -> bool:
    return device.role in FORWARDING_ROLES or bool(device.platform)


def _doubts(cabled: Iterable[str], reading: Reading) -> Iterator[str]:
    known = {reading.sources.get(element.nat(index)) for index in range(len(reading.nat))}
    unread = [line for line in reading.unread if line not in known]
    yield from (f"{line} is not understood" for line in unread if matters(line))
    config = reading.config
    yield from (
        f"port {port} of the inventory is not in the reading" for port in sorted(set(cabled) - config.ports.keys())
    )
    yield from (f"ACL {acl} on switchport {port} is not followed" for acl, port in sorted(_bound_ports(config)))


def _bound_ports(config: DeviceConfig) -> set[tuple[str, str]]:
    """Return the ACLs at ports that switch: some platforms filter there what they bridge, others what they route."""
    routed = {name for name, interface in config.interfaces.items()}
    routed |= {i.parent for i in config.interfaces.values() if i.kind is not InterfaceKind.VLAN}
    return {(binding.acl, binding.target) for binding in config.bindings if binding.target not in routed}


class Shadow:
    """What the holes could touch and reach."""

    def __init__(self, fabric: Fabric, holes: Iterable[Hole]) -> None:
        self._fabric = fabric
        self.holes = {hole.device: hole for hole in holes}
        self._here = self._presence()
        self._flow = explore(fabric.hostile, self._entries()) if self.holes else None
        self._direct = set(fabric.hostile.sites_near(self._here.sends))

    def _presence(self) -> Presence:
        """Return everywhere the holes are: their own VLANs and interfaces, and the ports that their cables end on."""
        parts = [part for name in self.holes for part in self._parts(name)]
        return Presence(frozenset().union(*(p.sends for p in parts)), frozenset().union(*(p.hears for p in parts)))

    def _parts(self, name: str) -> Iterator[Presence]:
        views = self._fabric.layer2.views
        for link in self._fabric.network.links_of(name):
            far = link.other(name)
            if far.device in views:
                yield views[far.device].presence(far.port, hostile=True)
        config = self._fabric.configs.get(name)
        if config:
            vlans = frozenset(spot for vlan in config.vlans for spot in vlan_spots(name, config, vlan))
            ways_out = frozenset(sender(name, key) for key in config.interfaces)
            yield Presence(vlans | ways_out, vlans | frozenset(hearer(name, key) for key in config.interfaces))

    def _entries(self) -> Entries:
        flows = self._fabric.hostile
        found = [flows.entrance(*near) for near in flows.interfaces_near(self._here.sends)]
        return dict.fromkeys(found, PacketSet.everything())

    def blind(self, zone: str) -> bool:
        """Return whether endpoints of a zone plug into a device without a reading."""
        blank = {name for name, hole in self.holes.items() if hole.blank}
        network = self._fabric.network
        ends = [(a.zone, a.end) for a in network.attachments] + [(u.zone, u.end) for u in network.upstreams]
        return any(where == zone and end.device in blank for where, end in ends)

    def touches(self, zone: str) -> bool:
        """Return whether frames or packets of a zone may come to a hole."""
        if not self.holes:
            return False
        fabric = self._fabric
        flow = fabric.spread(zone).flow
        if self.blind(zone) or not self.holes.keys().isdisjoint(flow.visited):
            return True
        spots = {spot for site in fabric.sites.values() if site.zone == zone for spot in site.hostile.sends}
        for entrance, packets in flow.seen.items():
            passed = fabric.hostile.through(entrance, packets, established=False)
            spots |= {sender(device, interface) for device, interface in passed.left_by}
        return not self._here.hears.isdisjoint(fabric.layer2.reached(sorted(spots)))

    def could_send(self, target: str) -> tuple[bool, PacketSet]:
        """Return (whether a hole is in a broadcast domain of the zone, the packets that it can get to the zone)."""
        if self._flow is None:
            return False, PacketSet()
        sites = self._fabric.sites
        direct = self.blind(target) or any(sites[index].zone == target for index in self._direct)
        packets = [self._flow.at(index) for index in self._flow.arrivals if sites[index].zone == target]
        return direct, PacketSet().union(*packets)
