"""Checks of numbers: VLANs, subnets and addresses are in range, in the network's blocks, and given once."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import pairwise
from typing import TYPE_CHECKING

from govnet.network.segments import address_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Address

    from govnet.network.folder import Folder
    from govnet.network.model import Network
    from govnet.network.placed import Origin, Segment

_FIRST_VLAN, _LAST_VLAN = 1, 4094
_GATEWAYS = 2  # a zone's gateway and its standby have the first two addresses
_BETWEEN_TWO = 30  # a prefix as long as this joins two routers, and has no room for a standby
LOCAL = frozenset(
    {
        *("lan", "prefecture", "county", "township", "department", "department-venue"),
        *("vpn-prefecture", "vpn-department", "app-department"),
        *("trunk-prefecture", "trunk-county", "trunk-township", "trunk-department"),
    }
)
"""Purposes whose VLAN stays on one device, so that the same number may be used at every place."""


@dataclass(frozen=True, slots=True)
class _Use:
    """Who uses a subnet or address, and where that is written."""

    who: str
    origin: Origin


def vlans(folder: Folder, network: Network) -> None:
    """Every segment has a VLAN of its own that switches accept and nothing else uses."""
    users = {
        1: "the VLAN of factory-new ports",
        network.parking_vlan: "the parking VLAN",
        network.peer_vlan: "the VLAN between the cores",
    }
    local: dict[tuple[str, int], str] = {}
    for key, number in (("parking_vlan", network.parking_vlan), ("peer", network.peer_vlan)):
        if not _FIRST_VLAN < number <= _LAST_VLAN:
            folder.problem(folder.origin("network", key), f"VLAN {number} is out of range", "Use 2 to 4094")
    if network.parking_vlan == network.peer_vlan:
        cause = f"the parking VLAN and the VLAN between the cores are both {network.peer_vlan}"
        folder.problem(folder.origin("network", "peer"), cause, "Change one of them")
    for segment in network.segments:
        origin = _written(folder, network, segment)
        if not _FIRST_VLAN <= segment.vlan <= _LAST_VLAN:
            cause = f"segment {segment.name} gets VLAN {segment.vlan}, which is out of range"
            step, kind = "Mend the rule, or add an exception in network.yaml", f"VLAN {segment.purpose}"
            folder.problem(origin, cause, step, kind)
        elif segment.purpose in LOCAL:
            _refuse_doubled_local(folder, segment, local, origin)
        elif segment.vlan in users:
            cause = f"segment {segment.name} gets VLAN {segment.vlan}, which is {users[segment.vlan]}"
            step, kind = "Mend the rule, or add an exception in network.yaml", f"VLAN {segment.purpose}"
            folder.problem(origin, cause, step, kind)
        else:
            users[segment.vlan] = f"segment {segment.name} already"


def _refuse_doubled_local(folder: Folder, segment: Segment, local: dict[tuple[str, int], str], origin: Origin) -> None:
    key = (segment.place, segment.vlan)
    if key in local:
        cause = f"segment {segment.name} gets VLAN {segment.vlan}, which {local[key]} has at {segment.place} already"
        folder.problem(origin, cause, "Mend the rule: use u in it", f"local VLAN {segment.purpose}")
    local.setdefault(key, segment.name)


def lines(folder: Folder, network: Network) -> None:
    """On the router above, the VLANs of the lines from below differ from each other and from all that it has."""
    at_home = [segment for segment in network.segments if segment.purpose.startswith("border")]
    for device in network.devices.values():
        links = network.links_of(device.name)
        below = [k.a.device for k in links if k.purpose == "trunk" and k.b.device == device.name]
        places = dict.fromkeys(network.devices[name].place for name in below)
        own = [s for s in network.segments_at(device.place) if s.purpose in LOCAL]
        own += at_home if any(link.purpose == "border" for link in links) else []
        taken = {segment.vlan: segment.name for segment in own}
        for line in [s for place in places for s in network.segments_at(place) if s.purpose.startswith("trunk-")]:
            if line.vlan in taken:
                cause = f"on {device.name}, VLAN {line.vlan} of {line.name} is {taken[line.vlan]} already"
                folder.problem(folder.origin("network", "numbering", line.purpose), cause, "Mend one rule", "line")
            taken.setdefault(line.vlan, line.name)


def _written(folder: Folder, network: Network, segment: Segment) -> Origin:
    """Return the exception that gave a segment its VLAN, else its zone."""
    for index, entry in enumerate(folder.files.network.exceptions):
        if (entry.zone, entry.purpose) == (segment.zone, segment.purpose):
            return folder.origin("network", "exceptions", index)
    return network.zones[segment.zone].origin


def subnets(folder: Folder, network: Network) -> None:
    """No two subnets share an address."""
    known = sorted(_subnets(folder, network), key=lambda item: (item[0].network_address, item[0].prefixlen))
    for (first, one), (second, other) in pairwise(known):
        if first.overlaps(second):
            cause = f"{second} of {other.who} overlaps {first} of {one.who}"
            folder.problem(other.origin, cause, "Change the address, or the rule that gives it", "overlap")


def blocks(folder: Folder, network: Network) -> None:
    """Every subnet and address lies in the blocks of the network: an address of another plane is evidence."""
    everything = [*_subnets(folder, network)]
    everything += [(IPv4Network(address), use) for address, use in _addresses(network)]
    for item, use in everything:
        if not any(item.subnet_of(block) for block in network.blocks):
            shown = item.network_address if item.prefixlen == item.max_prefixlen else item
            cause = f"{shown} of {use.who} is outside the network's blocks {', '.join(map(str, network.blocks))}"
            folder.problem(use.origin, cause, "Change the address, or the rule that gives it", "outside")


def _subnets(folder: Folder, network: Network) -> Iterator[tuple[IPv4Network, _Use]]:
    yield network.peer_subnet, _Use("the link between the cores", folder.origin("network", "peer"))
    for segment in network.segments:
        yield segment.subnet, _Use(f"segment {segment.name}", network.zones[segment.zone].origin)
    for upstream in network.upstreams:
        yield upstream.address.network, _Use(f"upstream {upstream.title}", upstream.origin)
    for device in network.devices.values():
        if device.loopback:
            yield device.loopback.network, _Use(f"the loopback of {device.name}", device.origin)


def device_addresses(folder: Folder, network: Network) -> None:
    """Every address is given once, and lies in the segment where its device stands."""
    users: dict[IPv4Address, str] = {}
    for address, use in [*_gateways(network), *_addresses(network)]:
        if address in users:
            cause = f"address {address} is given twice: to {users[address]} and to {use.who}"
            folder.problem(use.origin, cause, "Change one of them")
        users.setdefault(address, use.who)
    for device in network.devices.values():
        for what, ip, purpose, zone in (
            ("out-of-band address", device.oob.ip if device.oob else None, "oob", ""),
            ("address", device.zone_address, "", device.zone),
        ):
            unsaid = zone not in folder.unsound and zone in ("", *network.zones)
            if ip and unsaid and not _inside(network, ip, purpose, zone):
                where = f"zone {zone!r}" if zone else "the out-of-band segment" if purpose else "a zone: it names none"
                folder.problem(device.origin, f"{what} {ip} of {device.name} is not in {where}", "Change the address")


def _inside(network: Network, ip: IPv4Address, purpose: str, zone: str) -> bool:
    wanted = (s for s in network.segments if (s.purpose == purpose if purpose else s.zone == zone))
    return any(ip in segment.subnet for segment in wanted)


def _gateways(network: Network) -> Iterator[tuple[IPv4Address, _Use]]:
    for segment in network.segments:
        if segment.gateway is not None:
            count = 1 if segment.subnet.prefixlen >= _BETWEEN_TWO or segment.purpose in LOCAL else _GATEWAYS
            for number in range(1, count + 1):
                use = _Use(f"gateway {number} of segment {segment.name}", network.zones[segment.zone].origin)
                yield address_in(segment.subnet, number), use


def _addresses(network: Network) -> Iterator[tuple[IPv4Address, _Use]]:
    for device in network.devices.values():
        own = {device.oob.ip if device.oob else None, device.zone_address, device.address}
        own.add(device.loopback.ip if device.loopback else None)
        for address in sorted(address for address in own if address):
            yield address, _Use(device.name, device.origin)
