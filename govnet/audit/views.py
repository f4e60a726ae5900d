"""Questions that several rules ask of a network and its readings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from govnet.config.model import InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address

    from govnet.audit.evidence import Evidence
    from govnet.config.model import DeviceConfig, IpInterface
    from govnet.network.model import Device, Network

SPOKES = frozenset({"town", "node", "prefecture", "county", "township"})
"""Kinds of places that a line joins to the place above them."""


def zone_of(network: Network, device: str, interface: IpInterface) -> str:
    """Return the zone that an IP interface faces: of its VLAN, of its upstream, or of its address; empty for none.

    Loopbacks and the link between the cores face no zone.
    """
    if interface.kind is InterfaceKind.LOOPBACK or interface.vlan == network.peer_vlan:
        return ""
    for segment in network.segments:
        if interface.vlan == segment.vlan or (interface.vlan is None and _inside(interface, segment.subnet)):
            return segment.zone
    ends = {(up.end.device, up.end.port): up.zone for up in network.upstreams}
    return ends.get((device, interface.parent), "")


def _inside(interface: IpInterface, subnet: object) -> bool:
    return any(address.network == subnet for address in interface.addresses)


def zones_by_table(network: Network, device: str, config: DeviceConfig) -> Mapping[str, Mapping[str, list[str]]]:
    """Return routing table -> zone -> the interfaces in it that face the zone; the global table is ``""``."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, interface in config.interfaces.items():
        if interface.addresses and (zone := zone_of(network, device, interface)):
            found[interface.vrf][zone].append(name)
    return found


def known_addresses(device: Device) -> list[IPv4Address]:
    """Return all addresses that the inventory gives a device."""
    interfaces = (device.oob, device.loopback)
    found = [interface.ip for interface in interfaces if interface]
    found += [address for address in (device.address, device.zone_address) if address]
    return list(dict.fromkeys(found))


def own_base_macs(evidence: Evidence) -> dict[str, str]:
    """Return base MAC address -> device, as the neighbours of each device hear it."""
    rows = (row for table in (evidence.neighbours or {}).values() for row in table)
    return {row.chassis: row.device for row in rows if row.device and row.chassis}


def components(network: Network, devices: set[str]) -> list[set[str]]:
    """Return the groups of devices that hang together over cables between them alone."""
    left, found = set(devices), []
    while left:
        part, rest = set(), [left.pop()]
        while rest:
            device = rest.pop()
            part.add(device)
            near = {link.other(device).device for link in network.links_of(device)} & left
            left -= near
            rest += near
        found.append(part)
    return found
