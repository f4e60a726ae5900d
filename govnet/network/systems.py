"""Information systems: what `systems.yaml` says, held against zones, devices, places and the policy."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from govnet.network.served import Clients, System

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.built import Device
    from govnet.network.folder import Folder
    from govnet.network.placed import Place, Zone
    from govnet.network.schema_tables import NodesEntry, SystemEntry

BEST_EFFORT = "bulk"
"""The class of systems that send much and are promised nothing: routers treat it as they do what is left over."""


def systems(
    folder: Folder, zones: Mapping[str, Zone], devices: Mapping[str, Device], places: Mapping[str, Place]
) -> dict[str, System]:
    """Return the systems by slug, in the order of the file."""
    result = {}
    for slug, written in folder.files.systems.items():
        entry = written.model_copy(update={"server_hosts": tuple(_servers(written, devices))})
        for cause, step in _wrong(folder, slug, entry, zones, devices):
            folder.problem(folder.origin("systems", slug), cause, step)
        nodes = tuple(_clients(folder, slug, index, nodes, places) for index, nodes in enumerate(entry.nodes))
        result[slug] = System(
            slug, entry.title, entry.title_en, entry.zone, entry.server_hosts, entry.clients, entry.traffic_class,
            entry.availability, entry.probe, entry.service, entry.owner, entry.members, entry.state, entry.exemption,
            nodes, entry.source, entry.note, entry.since, entry.until, entry.phase, folder.origin("systems", slug),
            tuple(sorted(entry.states.items())),
        )  # fmt: skip
    return result


def _servers(entry: SystemEntry, devices: Mapping[str, Device]) -> Iterator[str]:
    """Yield the names of its servers: a pattern stands for the devices of its zone that it fits, if there are any."""
    for name in entry.server_hosts:
        here = [box.name for box in devices.values() if "*" in name and box.zone == entry.zone]
        yield from fnmatch.filter(here, name) or [name]


def _wrong(
    folder: Folder, slug: str, entry: SystemEntry, zones: Mapping[str, Zone], devices: Mapping[str, Device]
) -> Iterator[tuple[str, str]]:
    for zone in dict.fromkeys((entry.zone, *entry.clients)):
        if zone not in zones:
            yield f"the system {slug!r} names zone {zone!r}, which does not exist", "Name a zone of zones.yaml"
    for host in entry.server_hosts:
        if host not in devices and host not in folder.unsound:
            yield f"the system {slug!r} runs on {host!r}, which does not exist", "Name a device"
        elif host in devices and devices[host].zone != entry.zone and devices[host].zone in {"", *zones}:
            zone = devices[host].zone or "no zone"
            yield f"the system {slug!r} is of zone {entry.zone!r}, its server {host} of {zone!r}", "Give both the same"
    if folder.files.traffic and entry.traffic_class not in {*folder.files.traffic, BEST_EFFORT}:
        known = ", ".join((*folder.files.traffic, BEST_EFFORT))
        cause = f"the system {slug!r} is of class {entry.traffic_class!r}, which traffic.yaml has not"
        yield cause, f"There is: {known}"
    if entry.service and entry.service not in folder.files.policy.services:
        yield f"the system {slug!r} is carried by {entry.service!r}, which is no service", "Name one of policy.yaml"
    if (outside := sorted(entry.every_state & {"independent", "frozen"})) and not entry.exemption:
        yield f"the system {slug!r} stays outside ({outside[0]}) without an exemption", "Say who allowed it"


def _clients(folder: Folder, slug: str, index: int, entry: NodesEntry, places: Mapping[str, Place]) -> Clients:
    origin = folder.origin("systems", slug, "nodes", index)
    for name in entry.within:
        if name not in places and not folder.unsound:
            folder.problem(
                origin, f"the system {slug!r} counts nodes within {name!r}, which is no place", "Mend the name"
            )
    wanted = [place for place in places.values() if place.kind == entry.kind]
    chosen = [place.slug for place in wanted if not entry.within or place.within in entry.within]
    for name in entry.exceptions:
        if name not in chosen and not folder.unsound:  # a place that is wrong may well be this one
            cause = f"the system {slug!r} counts nodes of {name!r}, which is no {entry.kind}"
            folder.problem(origin, cause, "Mend the name")
    return Clients(entry.kind, {name: entry.exceptions.get(name, entry.each) for name in chosen}, entry.since)
