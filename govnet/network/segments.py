"""From zones, places and numbering rules to segments: which VLAN and subnet carries which zone where."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from govnet.network import rules
from govnet.network.placed import Segment
from govnet.network.sites import lans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.network.folder import Folder
    from govnet.network.placed import Place, Zone
    from govnet.network.schema import NumberingRule, Purpose, ZoneEntry
    from govnet.network.served import Unit

_KIND_OF_PLACE: dict[Purpose, str] = {
    "floor": "floor",
    "town": "town",
    "circuit": "town",
    "campus": "unit",
    "transit": "node",
    "venue": "node",
    "manage": "node",
    **{kind: kind for kind in ("prefecture", "county", "township", "department")},
    "department-venue": "department",
    "vpn-prefecture": "prefecture",
    "vpn-department": "department",
    "app-department": "department",
    "trunk-prefecture": "prefecture",
    "trunk-county": "county",
    "trunk-township": "township",
    "trunk-department": "department",
}
_OF_TABLES = frozenset({"prefecture", "county", "township", "department"})
_LETTER = {"floor": "f", "town": "t", "node": "n", "unit": "u", "department": "u"}


def segments(
    folder: Folder, zones: Mapping[str, Zone], places: Mapping[str, Place], units: Mapping[str, Unit]
) -> tuple[Segment, ...]:
    """Return all segments in order of zone, then of its ``reach``, then of place."""
    _check_exceptions(folder)
    result: list[Segment] = []
    for zone in sorted(zones.values(), key=lambda zone: zone.index):
        if zone.slug not in folder.unsound:
            result += _of_zone(folder, zone, places, units)
    return tuple(result)


def _of_zone(folder: Folder, zone: Zone, places: Mapping[str, Place], units: Mapping[str, Unit]) -> Iterator[Segment]:
    for purpose in folder.files.zones[zone.slug].reach:
        rule = folder.files.network.numbering.get(purpose)
        if rule is None:
            folder.problem(zone.origin, f"no rule numbers segments of purpose {purpose!r}", "Add it to network.yaml")
            folder.unsound.add(f"{zone.slug} {purpose}")
            continue
        for place, numbers in _where(folder, purpose, places, units):
            if not _has(folder.files.zones[zone.slug], purpose, place):
                continue
            try:
                yield _segment(folder, zone, purpose, place, rule, numbers)
            except ValueError as error:
                origin = folder.origin("network", "numbering", purpose)
                cause = f"segments of purpose {purpose}, of {place.slug!r} ({place.origin}): {error}"
                folder.problem(origin, cause, "Mend the rule, or the place's numbers")
                folder.unsound.add(f"{zone.slug} {purpose}")
                break


def _has(zone: ZoneEntry, purpose: Purpose, place: Place) -> bool:
    """Return whether a zone is at a place of the right kind: some are at venues or with their members only."""
    listed = _KIND_OF_PLACE.get(purpose) != "department" or not zone.members or place.slug in zone.members
    return listed and (place.venue or not zone.venues or place.kind not in _OF_TABLES)


def _where(
    folder: Folder, purpose: Purpose, places: Mapping[str, Place], units: Mapping[str, Unit]
) -> Iterator[tuple[Place, Mapping[str, int]]]:
    """Yield where a purpose has segments, with the numbers that its rule may use there."""
    if purpose == "lan":
        sound = [unit for unit in units.values() if not {unit.slug, unit.place} & folder.unsound]
        yield from ((lan.place, lan.numbers) for lan in lans(places, sound))
        return
    kind = _KIND_OF_PLACE.get(purpose)
    home = folder.files.network.home
    for place in places.values() if kind else [places[home]] if home in places else []:
        chosen = place.kind == kind and place.slug not in folder.unsound and (place.venue or purpose != "venue")
        if chosen or not kind:
            yield place, place_numbers(place)


def _segment(  # noqa: PLR0913, PLR0917 - all that a rule is filled with
    folder: Folder, zone: Zone, purpose: Purpose, place: Place, rule: NumberingRule, numbers: Mapping[str, int]
) -> Segment:
    entry = folder.files.zones[zone.slug]
    known = {"z": zone.index, "v": zone.vrf, "p": entry.p, **numbers}
    if place.slug in zone.members:
        known["m"] = zone.members.index(place.slug)
    texts = {"zone": zone.slug} | place_texts(place) | ({"uu": f"{known['u']:02}"} if "u" in known else {})
    subnet = IPv4Network(rules.fill(rule.subnet, known))
    return Segment(
        zone=zone.slug,
        place=place.slug,
        purpose=purpose,
        vlan=_exception(folder, zone.slug, purpose) or rules.evaluate(rule.vlan, known),
        subnet=subnet,
        name=rules.fill(rule.name, known, texts),
        gateway=address_in(subnet, 1) if rule.gateway == "first" else None,
    )


def keyed(parts: Iterable[Segment]) -> dict[tuple[str, str, str], Segment]:
    """Return segments by zone, purpose and place; further LANs of one place as ``<place>#2``, ``#3``, ..."""
    result: dict[tuple[str, str, str], Segment] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for part in parts:
        key = (part.zone, part.purpose, part.place)
        counts[key] += 1
        result[key if counts[key] == 1 else (part.zone, part.purpose, f"{part.place}#{counts[key]}")] = part
    return result


def _exception(folder: Folder, zone: str, purpose: Purpose) -> int | None:
    exceptions = () if purpose in _KIND_OF_PLACE else folder.files.network.exceptions
    return next((entry.vlan for entry in exceptions if (entry.zone, entry.purpose) == (zone, purpose)), None)


def _check_exceptions(folder: Folder) -> None:
    for index, entry in enumerate(folder.files.network.exceptions):
        zone = folder.files.zones.get(entry.zone)
        if zone is None or entry.purpose not in zone.reach:
            origin = folder.origin("network", "exceptions", index)
            cause = f"the exception is for {entry.purpose} of zone {entry.zone!r}, which does not exist"
            folder.problem(origin, cause, "Name a zone and a purpose that it reaches")
        elif entry.purpose in _KIND_OF_PLACE:
            origin = folder.origin("network", "exceptions", index)
            cause = f"one VLAN cannot serve every {entry.purpose} of zone {entry.zone!r}"
            folder.problem(origin, cause, "Exceptions are for servers and oob")


def place_numbers(place: Place) -> dict[str, int]:
    """Return the numbers of a place under the letters that rules use for its kind."""
    own = {_LETTER[place.kind]: place.index} if place.kind in _LETTER else {}
    return {**place.numbers, **own}


def place_texts(place: Place) -> dict[str, str]:
    """Return the texts that templates may use of a place."""
    texts = {"place": place.slug, "title": place.title, "above": place.within}
    letter = _LETTER.get(place.kind)
    return texts | {letter * 2: f"{place.index:02}"} if letter else texts


def address_in(subnet: IPv4Network, number: int) -> IPv4Address:
    """Return the address number ``number`` of a subnet, from 1."""
    return subnet.network_address + number
