"""`intent`: what the network says that each device should have. Pure: the same network gives the same configuration.

Who carries what follows from the cables: a floor switch carries its floor's segments, a circuit its town's, a core all
of them; the gateways live on the firewalls. Nothing that is not needed on a port is on it, and what nobody uses is
shut and parked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.circuits import queueing
from govnet.config.console import console
from govnet.config.firewall import firewall_intent
from govnet.config.hardware import Hardware
from govnet.config.model import DeviceConfig
from govnet.config.nodes import node_interfaces, node_routes_of, node_vrfs
from govnet.config.ports import far_ports, switchports, uplinks
from govnet.config.provider import ROLES, provider_intent
from govnet.config.routing import EVERYWHERE, InterfaceKind, IpInterface, StaticRoute
from govnet.config.segments import circuit_segment, circuits, host, oob_segment, ordinal, served
from govnet.config.services import UPLINK_AGGREGATION, aggregation_name, management, services
from govnet.config.switching import DEFAULT_VLAN, Aggregation, Mirror, PeerLink, Port, Vlan
from govnet.errors import RefusedError
from govnet.network.model import GatewayMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Interface

    from govnet.network.built import Device
    from govnet.network.model import Network

PEER_AGGREGATION = 32
"""MLT number of the trunk between the two cores."""
TOWNS_AGGREGATION = 31
"""MLT number of a core's trunk to the aggregation switch; floors use their own number."""


def intent(network: Network, name: str) -> DeviceConfig:
    """Return the configuration that device ``name`` should have.

    Raises:
        RefusedError: no configuration follows for this device.
        KeyError: the network has no such device.
    """
    device = network.devices[name]
    if not device.platform:
        raise RefusedError(f"{name}: has no platform, so no configuration follows for it; it is monitored only.")
    if device.role == "fw":
        return firewall_intent(network, device)
    if network.gateway_mode is GatewayMode.VRF and device.role in ROLES:
        return provider_intent(network, device)
    return _switch(network, device)


def hardware(network: Network, name: str) -> Hardware:
    """Return what a platform must know of the box, including what was typed at its console.

    Raises:
        KeyError: the network has no such device.
    """
    device = network.devices[name]
    return Hardware(
        device.model,
        device.software,
        device.ports,
        device.cards,
        console(network, device),
        "snmp" if device.data.get("write_by") == "snmp" else "cli",
    )


def _switch(network: Network, device: Device) -> DeviceConfig:
    ports = dict(_ports(network, device))
    interfaces = dict(_interfaces(network, device))
    shared = services(network, device)
    return DeviceConfig(
        hostname=device.name,
        ports=ports,
        vlans=_vlans(network, ports, interfaces),
        vrfs=node_vrfs(network, device),
        interfaces=interfaces,
        routes=frozenset(_routes(network, device)),
        aggregations=dict(_aggregations(network, device)),
        mirrors=_mirrors(network, device),
        queueing=queueing(network, device),
        forwarding=bool(interfaces),
        management=management(network, device),
        snmp=shared.snmp,
        syslog=shared.syslog,
        ntp=shared.ntp,
        banner=shared.banner,
    )


def _ports(network: Network, device: Device) -> Iterator[tuple[str, Port]]:
    far = far_ports(network, device)
    plugged = {a.end.port: a.segment.name for a in network.attachments_of(device.name)}
    for name, switchport in switchports(network, device).items():
        used = name in far or name in plugged
        text = f"{far[name].device} {far[name].port}" if name in far else plugged.get(name, "")
        yield name, Port(text, used, switchport)


def _vlans(network: Network, ports: Mapping[str, Port], interfaces: Mapping[str, IpInterface]) -> Mapping[int, Vlan]:
    """Return the VLANs that something on this device uses, and VLAN 1, which no switch can be without."""
    used = {DEFAULT_VLAN} | {interface.vlan for interface in interfaces.values() if interface.vlan}
    used |= {vlan for port in ports.values() if port.switchport for vlan in port.switchport.members}
    names = {DEFAULT_VLAN: ""} | {segment.vlan: segment.name for segment in network.segments}
    names |= {network.parking_vlan: "parking", network.peer_vlan: "peer"}
    return {vlan: Vlan(names[vlan]) for vlan in sorted(used)}


def _interfaces(network: Network, device: Device) -> Iterator[tuple[str, IpInterface]]:
    if device.role == "core":
        yield _on_vlan(network.peer_vlan, host(network.peer_subnet, ordinal(network, device)))
    if device.role == "agg" and device.oob:
        yield _on_vlan(oob_segment(network).vlan, device.oob)
        for segment in circuits(network):
            yield _on_vlan(segment.vlan, host(segment.subnet, 0))
    if device.role == "ce":
        circuit = circuit_segment(network, device.place)
        yield _on_vlan(circuit.vlan, host(circuit.subnet, 1))
    if device.role == "cpe":
        yield from node_interfaces(network, device)
    if device.role == "agg" and device.loopback:  # a core that does not route could not be reached on one
        yield "loopback1", IpInterface(InterfaceKind.LOOPBACK, (device.loopback,))


def _on_vlan(vlan: int, address: IPv4Interface) -> tuple[str, IpInterface]:
    return f"vlan{vlan}", IpInterface(InterfaceKind.VLAN, (address,), vlan=vlan)


def _routes(network: Network, device: Device) -> Iterator[StaticRoute]:
    if device.role == "ce":
        gateway = host(circuit_segment(network, device.place).subnet, 0)
        yield StaticRoute(EVERYWHERE, gateway.ip)
    if device.role == "cpe":
        yield from node_routes_of(network, device)
    if device.role == "agg":
        yield from _ways_back(network)


def _ways_back(network: Network) -> Iterator[StaticRoute]:
    """Yield the aggregation switch's way to the servers of the management zone: over the first firewall."""
    zone = oob_segment(network).zone
    firewalls = [d.oob.ip for d in network.of_role("fw") if d.oob]
    for segment in served(network):
        if segment.zone == zone and firewalls:
            yield StaticRoute(segment.subnet, firewalls[0])


def _aggregations(network: Network, device: Device) -> Iterator[tuple[int, Aggregation]]:
    if device.role in {"acc", "agg"}:
        members = frozenset(uplinks(network, device))
        yield UPLINK_AGGREGATION, Aggregation(members, aggregation_name(device, UPLINK_AGGREGATION))
    if device.role != "core":
        return
    for link in network.links_of(device.name):
        if link.purpose in {"floor", "aggregation"}:
            far = network.devices[link.other(device.name).device]
            number = _floor_number(network, far) if link.purpose == "floor" else TOWNS_AGGREGATION
            name = aggregation_name(device, number)
            yield number, Aggregation(frozenset({link.end(device.name).port}), name, split=number)
    yield from _peer_trunk(network, device)


def _floor_number(network: Network, switch: Device) -> int:
    """Return the number of the trunk to an access switch: its floor's, or its own place among those of buildings."""
    return network.places[switch.place].index or ordinal(network, switch) + 1


def _peer_trunk(network: Network, device: Device) -> Iterator[tuple[int, Aggregation]]:
    links = [link for link in network.links_of(device.name) if link.purpose == "peer"]
    if links:
        other = network.devices[links[0].other(device.name).device]
        peer = PeerLink(host(network.peer_subnet, ordinal(network, other)).ip, network.peer_vlan)
        members = frozenset(link.end(device.name).port for link in links)
        yield PEER_AGGREGATION, Aggregation(members, aggregation_name(device, PEER_AGGREGATION), peer=peer)


def _mirrors(network: Network, device: Device) -> Mapping[int, Mirror]:
    asked = [mirror for mirror in network.mirrors if mirror.device == device.name]
    return {
        number: Mirror(frozenset(mirror.sources), mirror.destination) for number, mirror in enumerate(asked, start=1)
    }
