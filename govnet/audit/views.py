"""Questions that several rules ask of a network and its readings."""

from __future__ import annotations

from collections import defaultdict
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.config.reading import Line
from govnet.config.routing import InterfaceKind
from govnet.isolation.proof import PairResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from ipaddress import IPv4Address

    from govnet.audit.evidence import Evidence
    from govnet.audit.rule import Rule
    from govnet.audit.verdict import Finding
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.config.routing import IpInterface
    from govnet.network.built import Device
    from govnet.network.cabled import Upstream
    from govnet.network.model import Network

ANYWHERE = IPv4Network("0.0.0.0/0")
SPOKES = frozenset({"town", "node", "prefecture", "county", "township"})
"""Kinds of places that a line joins to the place above them."""


def zone_of(evidence: Evidence, device: str, interface: IpInterface) -> str:
    """Return the zone that an IP interface faces: of its VLAN, of its upstream, or of its address; empty for none.

    A VLAN number may be used at many places: the segment that has the address is meant, then the one at the device's
    place. Loopbacks and the link between the cores face no zone.
    """
    network = evidence.network
    if interface.kind is InterfaceKind.LOOPBACK or interface.vlan == network.peer_vlan:
        return ""
    for up in network.upstreams:
        if (up.end.device, up.end.port) == (device, interface.parent):
            return up.zone
    there = evidence.segments_by_vlan.get(interface.vlan, ()) if interface.vlan else network.segments
    inside = [one for one in there if any(address.ip in one.subnet for address in interface.addresses)]
    if inside or not interface.vlan:
        return inside[0].zone if inside else ""
    place = network.devices[device].place
    near = [one for one in there if one.place == place] or there
    return near[0].zone if near else ""


def zones_by_table(evidence: Evidence, device: str, config: DeviceConfig) -> Mapping[str, Mapping[str, list[str]]]:
    """Return routing table -> zone -> the interfaces in it that face the zone; the global table is ``""``."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, interface in config.interfaces.items():
        if interface.addresses and (zone := zone_of(evidence, device, interface)):
            found[interface.vrf][zone].append(name)
    return found


def to_internet(network: Network) -> Iterator[Upstream]:
    """Yield the circuits towards the internet: those that lead anywhere, or to public addresses."""
    for upstream in network.upstreams:
        if any(prefix == ANYWHERE or prefix.is_global for prefix in upstream.prefixes):
            yield upstream


def internet_zones(network: Network) -> tuple[str, ...]:
    """Return the zones whose addresses are anybody's: those behind such circuits, else the one called ``inet``."""
    found = dict.fromkeys(upstream.zone for upstream in to_internet(network))
    return tuple(found) or tuple(zone for zone in network.zones if zone == "inet")


def known_addresses(device: Device) -> list[IPv4Address]:
    """Return all addresses that the inventory gives a device."""
    interfaces = (device.oob, device.loopback)
    found = [interface.ip for interface in interfaces if interface]
    found += [address for address in (device.address, device.zone_address) if address]
    return list(dict.fromkeys(found))


def outside(network: Network, addresses: Iterable[IPv4Address]) -> list[IPv4Address]:
    """Return the addresses that lie in none of the blocks of the network's plane, in the order given."""
    return [one for one in addresses if not any(one in block for block in network.blocks)]


def lines_of(evidence: Evidence, device: str, reading: Reading) -> Iterator[Line]:
    """Yield every line that a device showed, those included that move no packet and count as read; secrets are masked.

    Where the text is not in the evidence, those that were not understood are all there is.
    """
    text = evidence.texts.get(device)
    if text is None:
        yield from reading.unread
    else:
        yield from (Line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())


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


def closed(rule: Rule, evidence: Evidence, source: str, target: str) -> Finding:
    """Return a pass when nothing opens a session from one zone to another; else a packet, or what was not seen."""
    name, pair = f"{source} > {target}", evidence.proof.pair(source, target)
    reach = evidence.fabric.reach(source, target)
    if reach.packets or reach.layer2:
        shown = pair.witness or evidence.fabric.witness(source, target)
        return rule.failed(name, "no packet gets through", str(shown or reach.packets), evidence.computed(shown))
    if pair.verdict is PairResult.UNKNOWN:
        return rule.unknown(name, pair.why, expected="no packet gets through")
    return rule.passed(name, "no packet gets through", "none does", evidence.computed())
