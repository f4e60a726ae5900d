"""Leased lines, the circuits that leave the network, and the hosts that serve the other devices."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.network import rules
from govnet.network.administered import Services
from govnet.network.cabled import Circuit, Upstream
from govnet.network.segments import place_numbers, place_texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address

    from govnet.network.built import Device
    from govnet.network.cabling import Cabling
    from govnet.network.folder import Folder
    from govnet.network.placed import Origin, Place
    from govnet.network.schema_lines import CircuitEntry, SiteCircuits, UpstreamEntry


def circuits(folder: Folder, places: Mapping[str, Place]) -> dict[str, Circuit]:
    """Return the leased lines by id: one for each town or place by rule, then those that are written out."""
    result = _town_circuits(folder, places)
    for index, rule in enumerate(folder.files.circuits.sites):
        _site_circuits(folder, rule, folder.origin("circuits", "sites", index), places, result)
    for name, entry in folder.files.circuits.circuits.items():
        origin = folder.origin("circuits", "circuits", name)
        if name in result:
            folder.problem(origin, f"the circuit {name!r} is here twice", "Rename one, or mend the rule of the towns")
        result[name] = _circuit(name, entry.title, entry, origin)
    return result


def _town_circuits(folder: Folder, places: Mapping[str, Place]) -> dict[str, Circuit]:
    rule = folder.files.circuits.towns
    result: dict[str, Circuit] = {}
    if rule is None:
        return result
    origin = folder.origin("circuits", "towns")
    for place in [place for place in places.values() if place.kind == "town"]:
        try:
            name = rules.fill(rule.id, place_numbers(place), place_texts(place))
            title = rules.fill(rule.title, {}, place_texts(place))
        except rules.RuleError as error:
            folder.problem(origin, str(error), "Mend the rule")
            return result
        if name in result:
            folder.problem(origin, f"the rule gives the id {name!r} twice", "Use {place} in it")
        result[name] = _circuit(name, title, rule, origin)
    return result


def _site_circuits(
    folder: Folder, rule: SiteCircuits, origin: Origin, places: Mapping[str, Place], result: dict[str, Circuit]
) -> None:
    """Add the leased line of each place of a kind; a line is there as long as its place, unless the rule says."""
    for place in [place for place in places.values() if place.kind == rule.kind and place.slug not in folder.unsound]:
        try:
            name = rules.fill(rule.id, place_numbers(place), place_texts(place))
            title = rules.fill(rule.title, {}, place_texts(place))
        except rules.RuleError as error:
            folder.problem(origin, str(error), "Mend the rule")
            return
        if name in result:
            folder.problem(origin, f"the rule gives the id {name!r} twice", "Use {place} in it")
        dated = rule.model_copy(update={"since": rule.since or place.since, "until": rule.until or place.until})
        result[name] = _circuit(name, title, dated, origin)


def _circuit(name: str, title: str, entry: CircuitEntry, origin: Origin) -> Circuit:
    return Circuit(
        name,
        title,
        entry.owner,
        entry.speed_kbps,
        entry.dedicated,
        entry.protection,
        entry.since,
        entry.until,
        origin,
        entry.maintainer,
        tuple(sorted(entry.upgrades.items())),
        entry.contract,
    )


def upstreams(folder: Folder, cabling: Cabling) -> tuple[Upstream, ...]:
    """Return the circuits that leave the network, each on a port of its own."""
    entries = enumerate(folder.files.circuits.upstreams)
    found = [_upstream(folder, cabling, entry, folder.origin("circuits", "upstreams", n)) for n, entry in entries]
    return tuple(upstream for upstream in found if upstream)


def _upstream(folder: Folder, cabling: Cabling, entry: UpstreamEntry, origin: Origin) -> Upstream | None:
    try:
        end = rules.end(entry.end)
    except rules.RuleError as error:
        folder.problem(origin, str(error), "Mend the end")
        return None
    if not cabling.take(end, f"upstream {entry.title}", origin):
        return None
    if entry.zone not in folder.files.zones:
        folder.problem(origin, f"the upstream is of zone {entry.zone!r}, which does not exist", "Name a zone")
    subnet = entry.address.network
    if entry.peer not in subnet or entry.peer in {entry.address.ip, subnet.network_address, subnet.broadcast_address}:
        cause = f"the upstream's peer {entry.peer} is no neighbour of {entry.address}"
        folder.problem(origin, cause, "Give the other address of the circuit's subnet")
    return Upstream(entry.zone, end, entry.circuit, entry.address, entry.peer, entry.prefixes, entry.title, origin)


def services(folder: Folder, devices: Mapping[str, Device]) -> Services:
    """Return the addresses that devices are told: those where the runner reaches the hosts of the services."""
    entry = folder.files.network.services
    return Services(
        runners=tuple(IPv4Network(address) for address in _addresses(folder, devices, "runner", entry.runner)),
        trap_receivers=_addresses(folder, devices, "trap", entry.trap),
        syslog=_addresses(folder, devices, "syslog", entry.syslog),
        ntp=_addresses(folder, devices, "ntp", entry.ntp),
        contact=entry.contact,
        banner=entry.banner,
    )


def _addresses(
    folder: Folder, devices: Mapping[str, Device], service: str, names: tuple[str, ...]
) -> tuple[IPv4Address, ...]:
    result: list[IPv4Address] = []
    for name in names:
        if name in folder.unsound:
            continue
        device = devices.get(name)
        if device is None or device.address is None:
            origin = folder.origin("network", "services", service)
            cause = f"the service {service} is on {name!r}, which is no device with an address"
            folder.problem(origin, cause, "Name a device of hosts.yaml")
        else:
            result.append(device.address)
    return tuple(result)
