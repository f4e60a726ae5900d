"""The end of a leased line: a router whose offices are in a routing instance of their own.

Offices and management leave a node in two VLANs of one line. What the box says of itself (logs, traps, time) stays in
the global instance, which the boxes' own services use without being told; the offices are in `OFFICES`, so that no
office packet can get to a management address by way of the node's router.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.segments import at_place, circuit_segment, host, known_to, oob_segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Network

    from govnet.network.built import Device
    from govnet.network.model import Network

OFFICES = "OFF"
"""The routing instance of a node's offices."""


def node_vrfs(network: Network, device: Device) -> Mapping[str, Vrf]:
    """Return the routing instances of a node's router; a switch has none."""
    return {OFFICES: Vrf()} if device.role == "cpe" and at_place(network, device.place, "transit") else {}


def node_interfaces(network: Network, device: Device) -> Iterator[tuple[str, IpInterface]]:
    """Yield the router's addresses: in its offices' LANs the first, on the lines to the centre the second."""
    for purpose, index in (("lan", 0), ("transit", 1)):
        for segment in at_place(network, device.place, purpose):
            address = host(segment.subnet, index)
            yield f"vlan{segment.vlan}", IpInterface(InterfaceKind.VLAN, (address,), vlan=segment.vlan, vrf=OFFICES)
    line = circuit_segment(network, device.place)
    yield f"vlan{line.vlan}", IpInterface(InterfaceKind.VLAN, (host(line.subnet, 1),), vlan=line.vlan)
    if device.loopback:
        yield "loopback1", IpInterface(InterfaceKind.LOOPBACK, (device.loopback,))


def management_ways(network: Network) -> tuple[IPv4Network, ...]:
    """Return the networks that a node's router knows for itself: those of the management zone's servers.

    The inner network has no default route: what is not named has no way out of a node.
    """
    zone = oob_segment(network).zone
    return tuple(s.subnet for s in network.segments if s.zone == zone and s.purpose in {"servers", "oob"})


def node_routes_of(network: Network, device: Device) -> Iterator[StaticRoute]:
    """Yield the router's ways to the centre: those of management, and those of its offices."""
    gateway = host(circuit_segment(network, device.place).subnet, 0).ip
    yield from (StaticRoute(prefix, gateway) for prefix in management_ways(network))
    for segment in at_place(network, device.place, "transit"):
        for prefix in known_to(network, segment.zone):
            yield StaticRoute(prefix, host(segment.subnet, 0).ip, OFFICES)


def node_routes(network: Network) -> Iterator[StaticRoute]:
    """Yield the centre's ways to what lies behind the nodes' routers: their offices' LANs and their loopbacks."""
    for device in network.devices.values():
        if device.role != "cpe":
            continue
        if device.loopback:
            over = host(circuit_segment(network, device.place).subnet, 1).ip
            yield StaticRoute(device.loopback.network, over)
        for segment in at_place(network, device.place, "transit"):
            for lan in at_place(network, device.place, "lan"):
                yield StaticRoute(lan.subnet, host(segment.subnet, 1).ip)
