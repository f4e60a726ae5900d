"""From archetypes to hosts: what each place of a kind is made of, written once and expanded for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.network.schema_hosts import HostEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.folder import Folder
    from govnet.network.placed import Place
    from govnet.network.schema_tables import ArchetypeDevice, ArchetypeEntry


def expand(folder: Folder, places: Mapping[str, Place]) -> None:
    """Add the hosts that archetypes give to the folder's, in order of archetype and place."""
    head = folder.files.network
    by_kind: dict[str, list[Place]] = {}
    for place in places.values():
        if place.slug not in folder.unsound:
            by_kind.setdefault(place.kind, []).append(place)
    for name, archetype in folder.files.archetypes.items():
        for slug in archetype.within:
            if slug not in places:
                cause = f"archetype {name!r} is for places within {slug!r}, which does not exist"
                folder.problem(folder.origin("archetypes", name, "within"), cause, "Name a place of sites.csv")
        chosen = _chosen(folder, name, archetype, by_kind.get(archetype.kind, []))
        for index, box in enumerate(archetype.devices):
            where = (name, "devices", index)
            shared = _shared(box)
            for place in chosen:
                for number in range(1, box.count + 1):
                    host = f"{head.slug}-{place.slug}-{head.plane.value}-{box.role}{number:02}"
                    _add(folder, host, where, _at(shared, place))


def _chosen(folder: Folder, name: str, archetype: ArchetypeEntry, places: list[Place]) -> list[Place]:
    known = {place.slug for place in places}
    for slug in archetype.only:
        if slug not in known:
            origin = folder.origin("archetypes", name, "only")
            cause = f"archetype {name!r} is for {slug!r}, which is no {archetype.kind}"
            folder.problem(origin, cause, f"Name places of kind {archetype.kind}")
    return [
        place
        for place in places
        if (not archetype.only or place.slug in archetype.only)
        and (not archetype.within or place.within in archetype.within)
        and (place.venue or not archetype.venues)
    ]


def _shared(box: ArchetypeDevice) -> HostEntry:
    return HostEntry(groups=box.groups, data=box.data.model_copy(update={"role": box.role}))


def _at(shared: HostEntry, place: Place) -> HostEntry:
    return shared.model_copy(update={"data": shared.data.model_copy(update=dict(_facts(shared, place)))})


def _facts(shared: HostEntry, place: Place) -> Iterator[tuple[str, object]]:
    """Yield what a device has of its place, unless the archetype says otherwise."""
    yield "place", place.slug
    for key in ("since", "until", "phase"):
        if key not in shared.data.model_fields_set and (value := getattr(place, key)):
            yield key, value


def _add(folder: Folder, host: str, where: tuple[str | int, ...], entry: HostEntry) -> None:
    if host in folder.hosts:
        origin = folder.origin("archetypes", *where)
        folder.problem(origin, f"the host {host!r} is here twice", "Remove it from hosts.yaml, or from one archetype")
        return
    folder.hosts[host] = entry
    folder.expanded[host] = where
