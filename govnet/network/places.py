"""Places, zones, products, power sources: what stands in one file and refers to nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govnet.network import rules, sites
from govnet.network.built import Model, PowerSource
from govnet.network.placed import Place, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.network.folder import Folder
    from govnet.network.schema import FloorsEntry, ModelEntry


def places(folder: Folder) -> dict[str, Place]:
    """Return buildings, floors, rooms, towns, the places of tables, and units of buildings, by slug."""
    result: dict[str, Place] = {}
    _add(folder, result, _all_places(folder))
    _add(folder, result, sites.offices(folder, result))
    _refuse_doubled_towns(folder, result)
    sites.refuse_contradictions(folder, result)
    _classify_rooms(folder, result)
    if folder.files.network.home not in result:
        folder.problem(
            folder.origin("network", "home"),
            f"the place {folder.files.network.home!r} does not exist",
            "Name a building of places.yaml",
        )
        folder.raise_problems()  # every server segment and every cable would follow
    return result


def _classify_rooms(folder: Folder, result: dict[str, Place]) -> None:
    """Give places the class of their machine room."""
    for slug, room_class in folder.files.places.room_classes.items():
        if slug in result:
            result[slug] = replace(result[slug], room_class=room_class)
        else:
            origin = folder.origin("places", "room_classes", slug)
            folder.problem(origin, f"the place {slug!r} has a machine room and does not exist", "Mend the name")


def _add(folder: Folder, result: dict[str, Place], found: Iterable[Place]) -> None:
    for place in found:
        if place.slug in result:
            if place.within not in folder.unsound:  # else what follows from a place is doubled, because that is
                cause = f"the place {place.slug!r} is here twice, first at {result[place.slug].origin}"
                folder.problem(place.origin, cause, "Give each place its own slug")
            folder.unsound.add(place.slug)
        elif place.site != place.slug and place.within not in folder.files.places.buildings:
            folder.problem(place.origin, f"the building {place.within!r} does not exist", "Add it under 'buildings'")
        else:
            result[place.slug] = place


def _all_places(folder: Folder) -> Iterator[Place]:
    file = folder.files.places
    for slug, building in file.buildings.items():
        yield Place(slug, building.title, "building", 0, folder.origin("places", "buildings", slug))
    for index, floors in enumerate(file.floors):
        yield from _floors(folder, index, floors)
    for slug, room in file.rooms.items():
        origin = folder.origin("places", "rooms", slug)
        yield Place(slug, room.title, "room", 0, origin, room.within, room.area_m2)
    for slug, town in file.towns.items():
        yield Place(slug, town.title, "town", town.t, folder.origin("places", "towns", slug))
    yield from sites.sites(folder)


def _floors(folder: Folder, index: int, floors: FloorsEntry) -> Iterator[Place]:
    origin = folder.origin("places", "floors", index)
    for number in range(1, floors.count + 1):
        texts = {"f": str(number), "ff": f"{number:02}"}
        try:
            slug, title = rules.fill(floors.slug, {}, texts), rules.fill(floors.title, {}, texts)
        except rules.RuleError as error:
            folder.problem(origin, str(error), "Mend the rule")
            return
        yield Place(slug, title, "floor", number, origin, floors.within)


def _refuse_doubled_towns(folder: Folder, result: dict[str, Place]) -> None:
    seen: dict[int, str] = {}
    for place in [place for place in result.values() if place.kind == "town"]:
        if place.index in seen:
            folder.problem(
                place.origin, f"towns {seen[place.index]!r} and {place.slug!r} both have t {place.index}", "Change one"
            )
            folder.unsound.add(place.slug)
        seen.setdefault(place.index, place.slug)


def zones(folder: Folder) -> dict[str, Zone]:
    """Return the zones by slug; the second of two with one index is unsound."""
    result: dict[str, Zone] = {}
    seen: dict[int, str] = {}
    for slug, entry in folder.files.zones.items():
        origin = folder.origin("zones", slug)
        if entry.z in seen:
            folder.problem(origin, f"zones {seen[entry.z]!r} and {slug!r} both have z {entry.z}", "Change one of them")
            folder.unsound.add(slug)
        seen.setdefault(entry.z, slug)
        result[slug] = Zone(
            slug, entry.z, entry.title, entry.title_en, entry.confidential, origin, entry.instance, entry.vrf,
            entry.routes, entry.members,
        )  # fmt: skip
    return result


def models(folder: Folder) -> dict[str, Model]:
    """Return the products by name, their port ranges expanded."""
    return {name: _model(folder, name, entry) for name, entry in folder.files.models.models.items()}


def _model(folder: Folder, name: str, entry: ModelEntry) -> Model:
    origin = folder.origin("models", "models", name)
    ports: tuple[str, ...] = ()
    try:
        ports = rules.expand(entry.ports)
    except rules.RuleError as error:
        folder.problem(origin, f"model {name}: {error}", "Write it like eth1-6")
        folder.unsound.add(f"model {name}")
    if bool(entry.ports) == bool(entry.slots):
        folder.problem(origin, f"model {name} needs either ports or slots", "Give it exactly one of them")
        folder.unsound.add(f"model {name}")
    return Model(name, entry.vendor, entry.platform, ports, entry.slots, origin)


def power_sources(folder: Folder) -> dict[str, PowerSource]:
    """Return the power sources by name."""
    return {
        name: PowerSource(
            name, entry.kind, entry.device, entry.fed_by, entry.minutes, entry.transfer_ms, folder.origin("power", name)
        )
        for name, entry in folder.files.power.items()
    }


def schematic(folder: Folder, known: Mapping[str, Place]) -> dict[str, tuple[int, int]]:
    """Return where places are on the schematic; each exists, and no two are at one spot."""
    found: dict[tuple[int, int], str] = {}
    for slug, spot in folder.files.places.schematic.items():
        origin = folder.origin("places", "schematic", slug)
        if slug not in known:
            folder.problem(origin, f"the schematic shows {slug!r}, which does not exist", "Mend the name")
        if found.setdefault(spot, slug) != slug:
            folder.problem(origin, f"{slug} and {found[spot]} are at one spot of the schematic", "Move one of them")
    return dict(folder.files.places.schematic)
