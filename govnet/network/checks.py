"""What the files must say of each other beyond references: each check is one small function in one table."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from govnet.network.addressing import blocks, device_addresses, lines, subnets, vlans
from govnet.network.inheritance import written
from govnet.network.instances import known_members, own_instances
from govnet.network.model import GatewayMode
from govnet.network.objects import written_by_snmp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
    from ipaddress import IPv4Network

    from govnet.network.built import Device
    from govnet.network.cabled import Upstream
    from govnet.network.folder import Folder
    from govnet.network.model import Network
    from govnet.network.placed import Origin, Segment

_NAME = re.compile(r"(?P<net>[a-z0-9]+)-(?P<site>[a-z0-9]+(-[a-z0-9]+){0,2})-(?P<plane>[nwuf])-(?P<role>[a-z]+)\d{2,3}")
_VRF_SINCE = (5, 0)  # Passport/ERS 8600 release notes: VRF Lite and IP-VPN come with 5.0


def check(folder: Folder, network: Network) -> None:
    """Note every problem that the network has as a whole."""
    for rule in CHECKS:
        rule(folder, network)


def names(folder: Folder, network: Network) -> None:
    """A name says network, site, plane and role, and says them truly."""
    for device in network.devices.values():
        match = _NAME.fullmatch(device.name)
        if match is None:
            cause = f"the name {device.name!r} does not follow the pattern"
            folder.problem(device.origin, cause, "Name it like lx-adc-u-core01: network, site, plane, role and number")
            continue
        place = network.places.get(device.place)
        true = {"net": network.slug, "plane": network.plane.value, "role": device.role}
        if place:
            true["site"] = place.site
        for part, value in true.items():
            if match[part] != value:
                words = {"net": "network", "plane": "plane", "role": "role", "site": "site"}[part]
                cause = f"the name {device.name} says {words} {match[part]!r}, but it is {value!r}"
                folder.problem(device.origin, cause, "Rename the device, or mend its data")


def planes(folder: Folder, network: Network) -> None:
    """All devices of a folder are on one plane, and so is every cable."""
    for device in network.devices.values():
        if device.plane != network.plane:
            cause = f"{device.name} is on plane {device.plane.value!r}, the network is on {network.plane.value!r}"
            folder.problem(device.origin, cause, "Move it to the inventory of its own plane")
    for link in network.links:
        a, b = network.devices[link.a.device], network.devices[link.b.device]
        if a.plane != b.plane:
            cause = f"the cable {link.a} - {link.b} joins planes {a.plane.value!r} and {b.plane.value!r}"
            folder.problem(link.origin, cause, "Remove it: nothing may join two planes")


def references(folder: Folder, network: Network) -> None:
    """Places, zones and platforms that devices name exist and agree."""
    for device in network.devices.values():
        if device.place not in network.places:
            owner, origin = written(folder, device.name, "place")
            cause = f"{owner} stands at {device.place!r}, which does not exist"
            folder.problem(origin, cause, "Add it to places.yaml, or mend the name")
        for zone in _named_zones(device):
            if zone not in network.zones:
                owner, origin = written(folder, device.name, "zone" if zone == device.zone else "zones")
                cause = f"{owner} names zone {zone!r}, which does not exist"
                folder.problem(origin, cause, "Add it to zones.yaml, or mend the name")
        model = network.models.get(device.model)
        if model and model.platform != device.platform:
            owner, origin = written(folder, device.name, "platform")
            own, models = device.platform or "none", model.platform or "none"
            cause = f"{owner} has platform {own}, its model {model.name} has {models}"
            folder.problem(origin, cause, "Give both the same platform")


def _named_zones(device: Device) -> list[str]:
    listed = device.data.get("zones")
    zones = list(listed) if isinstance(listed, tuple) else []
    return zones if device.zone in ("", *zones) else [*zones, device.zone]


def carried_zones(folder: Folder, network: Network) -> None:
    """A port of a zone is on a device that says it carries the zone."""
    for attachment in network.attachments:
        device = network.devices[attachment.end.device]
        if attachment.zone not in _named_zones(device):
            owner, origin = written(folder, device.name, "zones")
            cause = f"{owner} does not list zone {attachment.zone!r} in its zones, but {attachment.end} serves it"
            folder.problem(
                origin, cause, "Add the zone to its 'zones', or move the port", f"not carried {attachment.zone}"
            )


def power(folder: Folder, network: Network) -> None:
    """Every device is fed, by sources that exist, and no source feeds itself."""
    for device in network.devices.values():
        if not device.power:
            cause = f"{device.name} has no power source"
            folder.problem(device.origin, cause, "Name it in 'power_source' of the host or its group")
        for name in device.power:
            if name not in network.power_sources:
                owner, origin = written(folder, device.name, "power_source")
                cause = f"{owner} is fed by {name!r}, which does not exist"
                folder.problem(origin, cause, "Add it to power.yaml, or mend the name")
    for source in network.power_sources.values():
        if source.device and source.device not in {*network.devices, *folder.unsound}:
            cause = f"power source {source.name} is the device {source.device!r}, which does not exist"
            folder.problem(source.origin, cause, "Name a device of hosts.yaml")
        for name in source.fed_by:
            if name not in network.power_sources:
                cause = f"power source {source.name} is fed by {name!r}, which does not exist"
                folder.problem(source.origin, cause, "Add it to power.yaml, or mend the name")
        if source.name in _upstream_power(network, source.name):
            folder.problem(source.origin, f"power source {source.name} feeds itself", "Break the circle")


def _upstream_power(network: Network, name: str) -> set[str]:
    found: set[str] = set()
    rest = list(network.power_sources[name].fed_by)
    while rest:
        source = rest.pop()
        if source not in found and source in network.power_sources:
            found.add(source)
            rest += network.power_sources[source].fed_by
    return found


def leased_lines(folder: Folder, network: Network) -> None:
    """Cables and upstreams name circuits that exist, and a circuit runs once."""
    users: dict[str, str] = {}
    runs = [(link.circuit, str(link.a), link.origin) for link in network.links if link.circuit]
    runs += [(up.circuit, str(up.end), up.origin) for up in network.upstreams]
    for circuit, user, origin in runs:
        if circuit not in network.circuits:
            cause = f"{user} runs on circuit {circuit!r}, which does not exist"
            folder.problem(origin, cause, "Add it to circuits.yaml", "unknown circuit")
        elif circuit in users:
            folder.problem(origin, f"{users[circuit]} and {user} both run on circuit {circuit}", "Give each its own")
        users.setdefault(circuit, user)


def dates(folder: Folder, network: Network) -> None:
    """Nothing ends before it began."""
    for name, since, until, origin in _periods(network):
        if since and until and since > until:
            folder.problem(origin, f"{name} is there since {since} and until {until}", "Exchange or mend the dates")


def _periods(network: Network) -> Iterator[tuple[str, date | None, date | None, Origin]]:
    for device in network.devices.values():
        yield device.name, device.since, device.until, device.origin
    for circuit in network.circuits.values():
        yield circuit.id, circuit.since, circuit.until, circuit.origin


def vrf_capability(folder: Folder, network: Network) -> None:
    """VRFs are asked only of cores that have them."""
    if network.gateway_mode is not GatewayMode.VRF:
        return
    for device in network.devices.values():
        if device.role == "core" and device.platform == "nortel_passport" and _release(device.software) < _VRF_SINCE:
            cause = f"gateway_mode is vrf, but {device.name} runs {device.software or 'an unknown release'}"
            cause += " and a Passport has VRFs only from 5.0"
            folder.problem(
                folder.origin("network", "gateway_mode"),
                cause,
                "Keep gateway_mode: firewall, or upgrade the core first",
            )


def _release(software: str) -> tuple[int, ...]:
    """Return the numbers of a release; none for text, which is below every release."""
    match = re.match(r"\d+(\.\d+)*", software)
    return tuple(map(int, match[0].split("."))) if match else ()


def policy_targets(folder: Folder, network: Network) -> None:
    """A permit's addresses lie inside the zones between which it stands.

    Its source may also be a block around some of its zone's networks: of the block's addresses it is those that count.
    """
    inside = zone_networks(network.segments, network.upstreams)
    for cell in network.policy.values():
        if {cell.source, cell.target} & folder.unsound:
            continue
        for permit in cell.permits:
            around = [prefix for prefix in permit.sources if any(n.subnet_of(prefix) for n in inside[cell.source])]
            for zone, networks in ((cell.source, permit.sources), (cell.target, permit.destinations)):
                for prefix in networks:
                    if prefix not in around and not any(prefix.subnet_of(subnet) for subnet in inside[zone]):
                        cause = (
                            f"{cell.service} in {cell.source} -> {cell.target} names {prefix}, which is not in {zone}"
                        )
                        folder.problem(
                            cell.origin, cause, "Name addresses of the cell's own zones, or use another cell"
                        )


def zone_networks(segments: Iterable[Segment], upstreams: Iterable[Upstream]) -> Mapping[str, list[IPv4Network]]:
    """Return zone -> the networks that its addresses are in: segments, circuits, and what is behind them."""
    inside: defaultdict[str, list[IPv4Network]] = defaultdict(list)
    for segment in segments:
        inside[segment.zone].append(segment.subnet)
    for upstream in upstreams:
        inside[upstream.zone] += [upstream.address.network, *upstream.prefixes]
    return inside


def session_pairs(folder: Folder, network: Network) -> None:
    """Who shares sessions is not alone with them."""
    shared: defaultdict[str, list[Device]] = defaultdict(list)
    for device in network.devices.values():
        if name := device.data.get("session_sync"):
            shared[str(name)].append(device)
    for name, members in shared.items():
        if len(members) == 1:
            owner, origin = written(folder, members[0].name, "session_sync")
            cause = f"{owner} shares its sessions as {name!r}, and no other device does"
            folder.problem(origin, cause, "Give the name to both devices of the pair, or remove it")


def isolated_zones(folder: Folder, network: Network) -> None:
    """A device keeps endpoints apart only of zones that there are."""
    for device in network.devices.values():
        for zone in device.isolated:
            if zone not in network.zones:
                owner, origin = written(folder, device.name, "isolated")
                cause = f"{owner} keeps endpoints of zone {zone!r} apart, which does not exist"
                folder.problem(origin, cause, "Name a zone of zones.yaml, or remove it")


CHECKS: tuple[Callable[[Folder, Network], None], ...] = (
    names,
    planes,
    vlans,
    lines,
    subnets,
    blocks,
    device_addresses,
    references,
    carried_zones,
    power,
    leased_lines,
    dates,
    vrf_capability,
    own_instances,
    known_members,
    policy_targets,
    session_pairs,
    isolated_zones,
    written_by_snmp,
)
