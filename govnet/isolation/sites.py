"""Who is where: the ends of every zone as sites, each a group of ports of one segment in one broadcast domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config.routing import InterfaceKind
from govnet.isolation import intervals
from govnet.isolation.frames import Presence, Spot, hearer, sender, vlan_spots
from govnet.isolation.packets import TCP, PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.model import DeviceConfig, Management
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.layer2 import Layer2
    from govnet.network.built import Device
    from govnet.network.cabled import Attachment, End, Upstream
    from govnet.network.model import Network
    from govnet.network.placed import Segment

MANAGED_PURPOSES = frozenset({"oob", "circuit", "manage"})


@dataclass(frozen=True, slots=True)
class Site:
    """Endpoints of one zone that are in the same place of the network.

    Attributes:
        zone: slug.
        name: the segment's name, the upstream's title or the device's name.
        segment: what they should be in; None for an upstream and for a device's own address.
        ends: front ports where they plug in.
        addresses: theirs.
        hostile: where they are when they tag frames as they like.
        plain: where they are as ordinary hosts.
        accept: the packets that mean anything to them.
        gateway: the router address that ordinary hosts use; None: any router that they hear.
        upstream: the circuit they are behind, or None.
        device: the device whose own address this is, or empty.
        managed: the runner logs in to the device at this address.
    """

    zone: str
    name: str
    segment: Segment | None
    ends: tuple[End, ...]
    addresses: Intervals
    hostile: Presence
    plain: Presence
    accept: PacketSet
    gateway: IPv4Address | None = None
    upstream: Upstream | None = None
    device: str = ""
    managed: bool = False

    def __str__(self) -> str:
        """Return the zone and name."""
        return f"{self.zone}/{self.name}"


def find_sites(network: Network, configs: Mapping[str, DeviceConfig], layer2: Layer2) -> list[Site]:
    """Return all sites of all zones that can be seen in ``configs``."""
    return [
        *_attached(network, layer2),
        *_upstream(network, layer2),
        *_own_all(network, configs),
    ]


def _attached(network: Network, layer2: Layer2) -> Iterator[Site]:
    groups: dict[object, list[Attachment]] = {}
    places: dict[End, tuple[Presence, Presence]] = {}
    for attachment in network.attachments:
        end = attachment.end
        view = layer2.views.get(end.device)
        if view is None:
            continue
        hostile, plain = view.presence(end.port, hostile=True), view.presence(end.port, hostile=False)
        places[end] = (hostile, hostile if plain == hostile else plain)
        domains = tuple(layer2.domain(spots) for p in (hostile, plain) for spots in (p.sends, p.hears))
        groups.setdefault((attachment.zone, attachment.segment, domains), []).append(attachment)
    for members in groups.values():
        segment, ends = members[0].segment, tuple(member.end for member in members)
        addresses = intervals.of_networks([segment.subnet])
        hostile, plain = (_joined([places[end][side] for end in ends]) for side in (0, 1))
        yield Site(
            members[0].zone, segment.name, segment, ends, addresses, hostile, plain,
            PacketSet.of(destinations=addresses), segment.gateway,
        )  # fmt: skip


def _joined(found: Sequence[Presence]) -> Presence:
    if len(found) == 1:
        return found[0]
    return Presence(frozenset().union(*(p.sends for p in found)), frozenset().union(*(p.hears for p in found)))


def upstream_space(network: Network, upstream: Upstream) -> Intervals:
    """Return the addresses behind an upstream: its prefixes and circuit without what is known to be elsewhere.

    A more specific network always wins: the internet is everywhere except where the inventory says otherwise.
    """
    own = [*upstream.prefixes, upstream.address.network]
    known = [*network.blocks, *(segment.subnet for segment in network.segments)]
    for other in network.upstreams:
        if other is not upstream:
            known += [*other.prefixes, other.address.network]
    space = intervals.NONE
    for prefix in own:
        inside = [net for net in known if net != prefix and net.subnet_of(prefix)]
        rest = intervals.difference(intervals.of_networks([prefix]), intervals.of_networks(inside))
        space = intervals.union(space, rest)
    return space


def _upstream(network: Network, layer2: Layer2) -> Iterator[Site]:
    for upstream in network.upstreams:
        view = layer2.views.get(upstream.end.device)
        if view is not None:
            space = upstream_space(network, upstream)
            yield Site(
                upstream.zone, upstream.title or upstream.circuit, None, (upstream.end,), space,
                view.presence(upstream.end.port, hostile=True), view.presence(upstream.end.port, hostile=False),
                PacketSet.of(destinations=space), None, upstream,
            )  # fmt: skip


def _own_all(network: Network, configs: Mapping[str, DeviceConfig]) -> Iterator[Site]:
    managed = [segment for segment in network.segments if segment.purpose in MANAGED_PURPOSES]
    for name, config in configs.items() if managed else ():
        yield from _own(network.devices[name], config, managed)


def _own(device: Device, config: DeviceConfig, managed: Sequence[Segment]) -> Iterator[Site]:
    """Yield the device's own management addresses, each as a site of the management zone."""
    name, setup = device.name, config.management
    home = next((segment for segment in managed if segment.purpose == "oob"), None)
    for key, interface in config.interfaces.items():
        for address in interface.addresses:
            loopback = interface.kind is InterfaceKind.LOOPBACK
            segment = home if loopback else _managed_segment(managed, address.ip)
            if segment:
                here = Presence(frozenset({sender(name, key)}), frozenset({hearer(name, key)}))
                yield _device_site(device, segment.zone, address.ip, setup, here)
    if setup.address and setup.vlan and setup.vlan in config.vlans:
        segment = _managed_segment(managed, setup.address.ip) or home
        if segment:
            here = Presence(frozenset({Spot(name, setup.vlan)}), vlan_spots(name, config, setup.vlan))
            yield _device_site(device, segment.zone, setup.address.ip, setup, here)


def _managed_segment(managed: Sequence[Segment], address: IPv4Address) -> Segment | None:
    return next((segment for segment in managed if address in segment.subnet), None)


def _device_site(device: Device, zone: str, address: IPv4Address, setup: Management, here: Presence) -> Site:
    own = intervals.of_addresses([address])
    sources = intervals.of_networks(setup.sources) if setup.sources else intervals.ADDRESSES
    accept = PacketSet.of(sources, own, ((TCP, TCP),), ports=_management_ports(setup))
    return Site(
        zone, f"{device.name} {address}", None, (), own, here, here, accept, setup.gateway, None, device.name,
        address == device.address,
    )  # fmt: skip


def _management_ports(setup: Management) -> Intervals:
    offered = {22: setup.ssh, 23: setup.telnet, 80: setup.web, 443: setup.web}
    return intervals.normal((port, port) for port, on in offered.items() if on)


def zone_space(network: Network, sites: Iterable[Site], zone: str) -> Intervals:
    """Return all addresses of a zone: its segments, what is behind its upstreams, and its devices' own addresses."""
    nets: list[IPv4Network] = [segment.subnet for segment in network.segments if segment.zone == zone]
    spaces = [upstream_space(network, upstream) for upstream in network.upstreams if upstream.zone == zone]
    spaces += [site.addresses for site in sites if site.zone == zone and site.device]
    return intervals.normal(piece for space in [intervals.of_networks(nets), *spaces] for piece in space)
