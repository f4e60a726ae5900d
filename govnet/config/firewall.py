"""What a zone firewall should have: the gateways of all zones as sub-interfaces, and the policy matrix as rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.config.model import DeviceConfig
from govnet.config.nodes import node_routes
from govnet.config.ports import uplinks
from govnet.config.provider import provider_routes
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.segments import circuits, host, oob_segment, ordinal, served
from govnet.config.services import BOND, aggregation_name, management, services
from govnet.config.switching import Aggregation, AggregationMode, Port
from govnet.network.model import GatewayMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.built import Device
    from govnet.network.cabled import Upstream
    from govnet.network.model import Network
    from govnet.network.permitted import PolicyCell


def firewall_intent(network: Network, device: Device) -> DeviceConfig:
    """Return the configuration of a firewall that is the gateway of every zone."""
    bond = aggregation_name(device, BOND)
    members = frozenset(uplinks(network, device))
    landed = [upstream for upstream in network.upstreams if upstream.end.device == device.name]
    used = members | {upstream.end.port for upstream in landed}
    shared = services(network, device)
    return DeviceConfig(
        hostname=device.name,
        ports={port: Port(enabled=port in used) for port in device.ports},
        interfaces=_interfaces(network, device, bond) | _upstream_interfaces(landed),
        routes=frozenset([*_routes(landed), *_town_routes(network), *_further(network)]),
        firewall=zone_policy(network, device, bond),
        aggregations={BOND: Aggregation(members, bond, AggregationMode.ACTIVE_BACKUP)},
        management=management(network, device),
        snmp=shared.snmp,
        syslog=shared.syslog,
        ntp=shared.ntp,
        banner=shared.banner,
    )


def _further(network: Network) -> Iterator[StaticRoute]:
    """Yield the ways to what lies behind other routers: a provider network's, or those at the ends of leased lines."""
    return provider_routes(network) if network.gateway_mode is GatewayMode.VRF else node_routes(network)


def _interfaces(network: Network, device: Device, bond: str) -> dict[str, IpInterface]:
    """Return one sub-interface a segment; the first firewall has the first address of each, the second the second."""
    index = ordinal(network, device)
    addresses = {segment.vlan: host(segment.subnet, index) for segment in served(network)}
    if device.oob:
        addresses[oob_segment(network).vlan] = device.oob
    return {
        f"{bond}.{vlan}": IpInterface(InterfaceKind.SUBINTERFACE, (address,), vlan=vlan, parent=bond)
        for vlan, address in sorted(addresses.items())
    }


def _upstream_interfaces(landed: list[Upstream]) -> dict[str, IpInterface]:
    return {
        upstream.end.port: IpInterface(InterfaceKind.PORT, (upstream.address,), parent=upstream.end.port)
        for upstream in landed
    }


def _routes(landed: list[Upstream]) -> Iterator[StaticRoute]:
    for upstream in landed:
        for prefix in upstream.prefixes:
            yield StaticRoute(prefix, upstream.peer)


def _town_routes(network: Network) -> Iterator[StaticRoute]:
    """Yield the way to the management addresses of the towns, which the aggregation switch routes."""
    gateways = [d.oob.ip for d in network.of_role("agg") if d.oob]
    for segment in circuits(network):
        for gateway in gateways[:1]:
            yield StaticRoute(segment.subnet, gateway)


def zone_policy(network: Network, device: Device, bond: str) -> Firewall:
    """Return the matrix as a zone firewall: a pair without a permit has no entry, and is denied and logged."""
    return Firewall(
        zones=_zones(network, device, bond),
        pairs={key: tuple(_filters(cell)) for key, cell in sorted(network.policy.items()) if cell.permits},
    )


def _zones(network: Network, device: Device, bond: str) -> Mapping[str, frozenset[str]]:
    members: dict[str, set[str]] = {zone: set() for zone in network.zones}
    for segment in served(network):
        members[segment.zone].add(f"{bond}.{segment.vlan}")
    oob = oob_segment(network)
    if device.oob:
        members[oob.zone].add(f"{bond}.{oob.vlan}")
    for upstream in network.upstreams:
        if upstream.end.device == device.name:
            members[upstream.zone].add(upstream.end.port)
    return {zone: frozenset(names) for zone, names in sorted(members.items()) if names}


def _filters(cell: PolicyCell) -> Iterator[Filter]:
    for permit in sorted(cell.permits):
        yield Filter(
            Verdict.PERMIT,
            protocol=permit.protocol,
            sources=permit.sources,
            destinations=permit.destinations,
            ports=permit.ports,
            comment=f"{cell.code} {cell.source}>{cell.target}",
        )
