"""Who is where: the ends of every zone as sites, each a group of ports of one segment in one broadcast domain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
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
    from govnet.isolation.kept import Kept
    from govnet.isolation.layer2 import Layer2
    from govnet.network.built import Device
    from govnet.network.cabled import End, Upstream
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


def find_sites(network: Network, configs: Mapping[str, DeviceConfig], layer2: Layer2, kept: Kept) -> list[Site]:
    """Return all sites of all zones that can be seen in ``configs``, those in ``kept`` where nothing has moved."""
    return [*_attached(network, layer2, kept), *_upstream(network, layer2, kept), *_own_all(network, configs, kept)]


def renumbered(before: Mapping[int, Site], found: Sequence[Site], fresh: Iterator[int]) -> dict[int, Site]:
    """Return sites by number; each that is still there, if maybe elsewhere, keeps the number that it had before.

    Where a segment's ports are parted, those that hear most of what the whole heard keep the number. ``fresh`` are
    numbers that no site ever had: what was worked out for one must not be taken for another's.
    """
    known = {id(site): number for number, site in before.items()}
    numbers = [known.get(id(site)) for site in found]
    gone = sorted(before.keys() - {number for number in numbers if number is not None})
    new = [place for place, number in enumerate(numbers) if number is None]
    for number in gone:
        was = before[number]
        same = [place for place in new if numbers[place] is None and _who(found[place]) == _who(was)]
        if same:
            numbers[max(same, key=lambda place: _common(found[place], was))] = number
    told = {next(fresh) if number is None else number: site for number, site in zip(numbers, found, strict=True)}
    return {number: before[number] if before.get(number) == site else site for number, site in told.items()}


def _who(site: Site) -> object:
    """Return what a site is, wherever it may be."""
    return site.zone, site.name, site.segment, site.addresses, site.upstream, site.device


def _common(one: Site, other: Site) -> tuple[int, int]:
    heard = len(one.hostile.hears & other.hostile.hears)
    return heard, len(set(one.ends).intersection(other.ends))


def _attached(network: Network, layer2: Layer2, kept: Kept) -> Iterator[Site]:
    plugged = kept.get("plugged", (network.attachments,), lambda: _plugged(network))
    for number, ((zone, segment), ends) in enumerate(plugged.items()):
        places = {end: layer2.views[end.device].places(end.port) for end in ends if end.device in layer2.views}
        work = partial(_in_segment, zone, segment, places, layer2)
        yield from kept.get(("sites", number), _rests_on(places, layer2), work) if places else ()


def _rests_on(places: Mapping[End, tuple[Presence, Presence]], layer2: Layer2) -> tuple[object, ...]:
    """Return all that sites follow from: where their ends are, and the broadcast domains there."""
    presences = {id(one): one for both in places.values() for one in both}.values()
    sides = {id(spots): spots for one in presences for spots in (one.sends, one.hears)}.values()
    spots = next(iter(sides)) if len(sides) == 1 else frozenset().union(*sides)
    return (*presences, *map(layer2.around, spots))


def _plugged(network: Network) -> dict[tuple[str, Segment], list[End]]:
    """Return (zone, segment) -> the ports where its endpoints plug in."""
    found: dict[tuple[str, Segment], list[End]] = {}
    for attachment in network.attachments:
        found.setdefault((attachment.zone, attachment.segment), []).append(attachment.end)
    return found


def _in_segment(
    zone: str, segment: Segment, places: Mapping[End, tuple[Presence, Presence]], layer2: Layer2
) -> list[Site]:
    """Return the sites of one segment: its ports by the broadcast domains that they are in."""
    addresses = intervals.of_networks([segment.subnet])
    accept, told = PacketSet.of(destinations=addresses), (segment.name, segment)
    if len(places) == 1:
        ((end, (hostile, plain)),) = places.items()
        return [Site(zone, *told, (end,), addresses, hostile, plain, accept, segment.gateway)]
    groups: dict[object, list[End]] = {}
    for end, presences in places.items():
        together = tuple(layer2.domain(spots) for p in presences for spots in (p.sends, p.hears))
        groups.setdefault(together, []).append(end)
    found = []
    for ends in groups.values():
        hostile, plain = (_joined([places[end][side] for end in ends]) for side in (0, 1))
        found.append(Site(zone, *told, tuple(ends), addresses, hostile, plain, accept, segment.gateway))
    return found


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


def _upstream(network: Network, layer2: Layer2, kept: Kept) -> Iterator[Site]:
    for upstream in network.upstreams:
        view = layer2.views.get(upstream.end.device)
        if view is not None:
            hostile, plain = places = view.places(upstream.end.port)
            yield kept.get(("upstream", upstream.circuit), places, partial(_behind, network, upstream, hostile, plain))


def _behind(network: Network, upstream: Upstream, hostile: Presence, plain: Presence) -> Site:
    space, name = upstream_space(network, upstream), upstream.title or upstream.circuit
    accept = PacketSet.of(destinations=space)
    return Site(upstream.zone, name, None, (upstream.end,), space, hostile, plain, accept, None, upstream)


def _own_all(network: Network, configs: Mapping[str, DeviceConfig], kept: Kept) -> Iterator[Site]:
    managed = [segment for segment in network.segments if segment.purpose in MANAGED_PURPOSES]
    for name, config in configs.items() if managed else ():
        yield from kept.get(("own", name), (config,), partial(_own, network.devices[name], config, managed))


def _own(device: Device, config: DeviceConfig, managed: Sequence[Segment]) -> list[Site]:
    """Return the device's own management addresses, each as a site of the management zone."""
    name, setup = device.name, config.management
    home, found = next((segment for segment in managed if segment.purpose == "oob"), None), []
    for key, interface in config.interfaces.items():
        for address in interface.addresses:
            loopback = interface.kind is InterfaceKind.LOOPBACK
            segment = home if loopback else _managed_segment(managed, address.ip)
            if segment:
                here = Presence(frozenset({sender(name, key)}), frozenset({hearer(name, key)}))
                found.append(_device_site(device, segment.zone, address.ip, setup, here))
    if setup.address and setup.vlan and setup.vlan in config.vlans:
        segment = _managed_segment(managed, setup.address.ip) or home
        if segment:
            here = Presence(frozenset({Spot(name, setup.vlan)}), vlan_spots(name, config, setup.vlan))
            found.append(_device_site(device, segment.zone, setup.address.ip, setup, here))
    return found


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
