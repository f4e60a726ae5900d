"""Information systems: what `systems.yaml` says, held against zones, devices, places and the policy."""

from __future__ import annotations

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
    for slug, entry in folder.files.systems.items():
        for cause, step in _wrong(folder, slug, entry, zones, devices):
            folder.problem(folder.origin("systems", slug), cause, step)
        nodes = tuple(_clients(folder, slug, index, nodes, places) for index, nodes in enumerate(entry.nodes))
        result[slug] = System(
            slug, entry.title, entry.title_en, entry.zone, entry.server_hosts, entry.clients, entry.traffic_class,
            entry.availability, entry.probe, entry.service, entry.owner, entry.members, entry.state, entry.exemption,
            nodes, entry.source, entry.note, entry.since, entry.until, entry.phase, folder.origin("systems", slug),
        )  # fmt: skip
    return result


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
    if entry.state in {"independent", "frozen"} and not entry.exemption:
        yield f"the system {slug!r} stays outside ({entry.state}) without an exemption", "Say who allowed it"


def _clients(folder: Folder, slug: str, index: int, entry: NodesEntry, places: Mapping[str, Place]) -> Clients:
    chosen = [place.slug for place in places.values() if place.kind == entry.kind]
    for name in entry.exceptions:
        if name not in chosen:
            cause = f"the system {slug!r} counts nodes of {name!r}, which is no {entry.kind}"
            folder.problem(folder.origin("systems", slug, "nodes", index), cause, "Mend the name")
    return Clients(entry.kind, {name: entry.exceptions.get(name, entry.each) for name in chosen})
