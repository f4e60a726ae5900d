"""From zones, places and numbering rules to segments: which VLAN and subnet carries which zone where."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from govnet.network import rules
from govnet.network.model import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.network.folder import Folder
    from govnet.network.model import Place, Zone
    from govnet.network.schema import NumberingRule, Purpose

_KIND_OF_PLACE: dict[Purpose, str] = {"floor": "floor", "town": "town", "circuit": "town"}
_LETTER = {"floor": "f", "town": "t"}


def segments(folder: Folder, zones: Mapping[str, Zone], places: Mapping[str, Place]) -> tuple[Segment, ...]:
    """Return all segments in order of zone, then of its ``reach``, then of place."""
    _check_exceptions(folder)
    result: list[Segment] = []
    for zone in sorted(zones.values(), key=lambda zone: zone.index):
        if zone.slug not in folder.unsound:
            result += _of_zone(folder, zone, places)
    return tuple(result)


def _of_zone(folder: Folder, zone: Zone, places: Mapping[str, Place]) -> Iterator[Segment]:
    for purpose in folder.files.zones[zone.slug].reach:
        rule = folder.files.network.numbering.get(purpose)
        if rule is None:
            folder.problem(zone.origin, f"no rule numbers segments of purpose {purpose!r}", "Add it to network.yaml")
            folder.unsound.add(f"{zone.slug} {purpose}")
            continue
        for place in _where(folder, purpose, places):
            try:
                yield _segment(folder, zone, purpose, place, rule)
            except ValueError as error:
                origin = folder.origin("network", "numbering", purpose)
                folder.problem(origin, f"segments of purpose {purpose}: {error}", "Mend the rule")
                folder.unsound.add(f"{zone.slug} {purpose}")
                break


def _where(folder: Folder, purpose: Purpose, places: Mapping[str, Place]) -> Iterable[Place]:
    kind = _KIND_OF_PLACE.get(purpose)
    if kind:
        return [p for p in places.values() if p.kind == kind and p.slug not in folder.unsound]
    home = places.get(folder.files.network.home)
    return [home] if home else []


def _segment(folder: Folder, zone: Zone, purpose: Purpose, place: Place, rule: NumberingRule) -> Segment:
    numbers = {"z": zone.index} | place_numbers(place)
    texts = {"zone": zone.slug} | place_texts(place)
    subnet = IPv4Network(rules.fill(rule.subnet, numbers))
    return Segment(
        zone=zone.slug,
        place=place.slug,
        purpose=purpose,
        vlan=_exception(folder, zone.slug, purpose) or rules.evaluate(rule.vlan, numbers),
        subnet=subnet,
        name=rules.fill(rule.name, numbers, texts),
        gateway=address_in(subnet, 1) if rule.gateway == "first" else None,
    )


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
    """Return the number of a place under the letter that rules use for its kind."""
    return {_LETTER[place.kind]: place.index} if place.kind in _LETTER else {}


def place_texts(place: Place) -> dict[str, str]:
    """Return the texts that templates may use of a place."""
    texts = {"place": place.slug, "title": place.title}
    letter = _LETTER.get(place.kind)
    return texts | {letter * 2: f"{place.index:02}"} if letter else texts


def address_in(subnet: IPv4Network, number: int) -> IPv4Address:
    """Return the address number ``number`` of a subnet, from 1."""
    return subnet.network_address + number
