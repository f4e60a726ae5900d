"""The end of a leased line: a router whose offices are in a routing instance of their own.

Offices and management leave a node in two VLANs of one line. What the box says of itself (logs, traps, time) stays in
the global instance, which the boxes' own services use without being told; the offices are in `OFFICES`, so that no
office packet can get to a management address by way of the node's router.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.config.model import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.segments import at_place, circuit_segment, host

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.model import Device, Network

OFFICES = "OFF"
"""The routing instance of a node's offices."""
_EVERYWHERE = IPv4Network("0.0.0.0/0")


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


def node_routes_of(network: Network, device: Device) -> Iterator[StaticRoute]:
    """Yield the router's ways to the centre: one for management, one for its offices."""
    yield StaticRoute(_EVERYWHERE, host(circuit_segment(network, device.place).subnet, 0).ip)
    for segment in at_place(network, device.place, "transit"):
        yield StaticRoute(_EVERYWHERE, host(segment.subnet, 0).ip, OFFICES)


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
