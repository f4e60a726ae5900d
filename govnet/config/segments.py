"""Which segments a device is concerned with, and the addresses that follow. Helpers of the intent."""

from __future__ import annotations

from ipaddress import IPv4Interface, collapse_addresses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.network.placed import Segment

TOWN_PURPOSES = frozenset({"town", "circuit"})
SERVED_PURPOSES = frozenset(
    {"servers", "floor", "town", "campus", "transit", "venue", "manage", "border", "border-down"}
)
"""What the firewalls are the gateways of; the LAN behind a node's own router is not among them."""
NODE_PURPOSES = frozenset({"transit", "venue", "manage"})
"""What a leased line carries, each in a VLAN of its own."""


def oob_segment(network: Network) -> Segment:
    """Return the out-of-band management segment."""
    return next(segment for segment in network.segments if segment.purpose == "oob")


def circuit_segment(network: Network, place: str) -> Segment:
    """Return the management segment of the circuit of a town or leased node."""
    return next(s for s in network.segments_at(place) if s.purpose in {"circuit", "manage"})


def at_place(network: Network, place: str, purpose: str) -> list[Segment]:
    """Return the segments of one purpose at a place."""
    return [segment for segment in network.segments_at(place) if segment.purpose == purpose]


def served(network: Network) -> list[Segment]:
    """Return the segments whose gateways are the firewalls."""
    return [segment for segment in network.segments if segment.purpose in SERVED_PURPOSES]


def circuits(network: Network) -> list[Segment]:
    """Return the management segments of the towns' circuits; their gateway is the aggregation switch."""
    return [segment for segment in network.segments if segment.purpose == "circuit"]


def known_to(network: Network, zone: str) -> list[IPv4Network]:
    """Return the networks that routers know for a zone's endpoints: its own, and those above that policy lets it to.

    A default route is among them only where an uplink that the zone may use is one.
    """
    allowed = {target for (source, target), cell in network.policy.items() if source == zone and cell.permits}
    uplinks = [prefix for upstream in network.upstreams if upstream.zone in allowed for prefix in upstream.prefixes]
    return list(collapse_addresses({*network.blocks, *uplinks}))


def host(subnet: IPv4Network, index: int) -> IPv4Interface:
    """Return usable address ``index`` (from 0) of a subnet, with its prefix length."""
    return IPv4Interface(f"{subnet[index + 1]}/{subnet.prefixlen}")


def ordinal(network: Network, device: Device) -> int:
    """Return the device's place among those of its role, from 0: the first takes the first address."""
    return [other.name for other in network.of_role(device.role)].index(device.name)
