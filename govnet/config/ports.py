"""What each front port of a switch carries, derived from the cables and from where endpoints plug in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.segments import NODE_PURPOSES, SERVED_PURPOSES, TOWN_PURPOSES, oob_segment
from govnet.config.switching import Switchport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.built import Device
    from govnet.network.cabled import End, Link
    from govnet.network.model import Network

UPWARD = {"acc": "floor", "agg": "aggregation", "ce": "town", "fw": "firewall", "cpe": "leased"}
"""Role -> purpose of the links that lead from it towards the runner."""


ISOLATED = 1
"""The isolation group of ports whose endpoints are not to hear each other."""

_LOWER = {"town": ("ce", TOWN_PURPOSES), "leased": ("cpe", NODE_PURPOSES)}
"""Purpose of a link to a place -> the role of the device there, and what it is given."""
_TRUNK = {
    "handoff": NODE_PURPOSES,
    "border": frozenset({"border", "border-down"}),
    "aggregation": frozenset({"town"}),
    "firewall": SERVED_PURPOSES,
    "peer": SERVED_PURPOSES,
}
"""Purpose of a link between boxes of the centre -> what it carries for all places."""


def far_ports(network: Network, device: Device) -> Mapping[str, End]:
    """Return port -> the far end of its cable."""
    return {link.end(device.name).port: link.other(device.name) for link in network.links_of(device.name)}


def uplinks(network: Network, device: Device) -> tuple[str, ...]:
    """Return the ports towards the runner, in the order of the cables; empty for a core."""
    purpose = UPWARD.get(device.role)
    return tuple(link.end(device.name).port for link in network.links_of(device.name) if link.purpose == purpose)


def switchports(network: Network, device: Device) -> Mapping[str, Switchport]:
    """Return port -> what it carries, for every front port of a switch, in port order."""
    access = {a.end.port: a for a in network.attachments_of(device.name)}
    carried = {link.end(device.name).port: _carried(network, link) for link in network.links_of(device.name)}
    monitors = {mirror.destination for mirror in network.mirrors if mirror.device == device.name}
    found: dict[str, Switchport] = {}
    for port in device.ports:
        if port in monitors:
            found[port] = Switchport()  # a copy must never enter a VLAN
        elif port in access:
            apart = access[port].zone in device.isolated
            found[port] = _access(access[port].segment.vlan, ISOLATED if apart else 0)
        elif carried.get(port):
            found[port] = Switchport(tagged=carried[port])
        else:
            found[port] = _access(network.parking_vlan)
    return found


def _access(vlan: int, isolated: int = 0) -> Switchport:
    return Switchport(untagged=frozenset({vlan}), pvid=vlan, isolated=isolated)


def _carried(network: Network, link: Link) -> frozenset[int]:
    """Return the VLANs that cross a link between two switches, or a switch and a firewall."""
    if link.purpose == "floor":
        return _of_building(network, network.devices[_lower(network, link, "acc")].place) | {oob_segment(network).vlan}
    if link.purpose == "trunk":  # the line's own VLAN; its first end is the lower one
        place = network.devices[link.a.device].place
        return frozenset(s.vlan for s in network.segments_at(place) if s.purpose.startswith("trunk-"))
    if link.purpose in _LOWER:
        role, purposes = _LOWER[link.purpose]
        place = network.devices[_lower(network, link, role)].place
        return frozenset(s.vlan for s in network.segments_at(place) if s.purpose in purposes)
    if link.purpose not in _TRUNK:
        return frozenset()
    beside = {oob_segment(network).vlan} if link.purpose not in {"handoff", "border"} else set()
    beside |= {network.peer_vlan} if link.purpose == "peer" else set()
    return frozenset(s.vlan for s in network.segments if s.purpose in _TRUNK[link.purpose]) | beside


def _of_building(network: Network, place: str) -> frozenset[int]:
    """Return the VLANs of a floor, or those of the units of a building."""
    inside = {slug for slug, other in network.places.items() if other.kind == "unit" and other.within == place}
    return frozenset(
        s.vlan
        for s in network.segments
        if (s.purpose == "floor" and s.place == place) or (s.purpose == "campus" and s.place in inside)
    )


def _lower(network: Network, link: Link, role: str) -> str:
    """Return the device of ``role`` at one end of a link: the end whose place decides what is carried."""
    return next(end.device for end in (link.a, link.b) if network.devices[end.device].role == role)
