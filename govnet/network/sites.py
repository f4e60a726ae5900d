"""Places that come from tables: prefectures, counties, townships, leased nodes, and the units that they serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.network import rules
from govnet.network.placed import Place
from govnet.network.served import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.network.folder import Folder
    from govnet.network.schema_tables import TownshipsEntry

_INDEX = {"node": "n", "township": "t", "county": "j", "prefecture": "k", "department": "u"}
_ABOVE = {"county": "prefecture", "township": "county", "department": "province"}
_LETTERS = ("k", "j", "t", "n", "u")
_MOST_BELOW = 63
"""Townships of one county: as many /30s as their numbering rule has."""


def sites(folder: Folder) -> Iterator[Place]:
    """Yield the places of ``sites.csv`` in the order of its rows, then the townships that follow by rule."""
    for index, row in enumerate(folder.files.sites):
        numbers = {letter: value for letter in _LETTERS if (value := getattr(row, letter)) is not None}
        origin = folder.origin("sites", index)
        letter = _INDEX.get(row.kind)
        if letter and letter not in numbers:
            cause = f"the {row.kind} {row.slug!r} has no {letter}"
            folder.problem(origin, cause, f"Give it a number in the column {letter}")
            folder.unsound.add(row.slug)
        yield Place(
            row.slug, row.title, row.kind, numbers.get(letter or "", 0), origin, row.within, None, numbers, row.code,
            row.altitude_m, row.venue, row.planned, row.since, row.until, row.phase, row.townships,
        )  # fmt: skip
    if folder.files.places.townships:
        yield from _townships(folder, folder.files.places.townships)


def _townships(folder: Folder, rule: TownshipsEntry) -> Iterator[Place]:
    counties = [row for row in folder.files.sites if row.kind == "county"]
    shares = apportioned({row.slug: row.townships for row in counties}, rule.share, rule.total)
    origin = folder.origin("places", "townships")
    for row in counties:
        for number in range(1, shares[row.slug] + 1):
            numbers = {"k": row.k or 0, "j": row.j or 0, "t": number}
            texts = {"place": row.slug, "title": row.title, "t": str(number), "tt": f"{number:02}"}
            try:
                slug, title = rules.fill(rule.slug, numbers, texts), rules.fill(rule.title, numbers, texts)
            except rules.RuleError as error:
                folder.problem(origin, str(error), "Mend the rule")
                return
            yield Place(
                slug, title, "township", number, origin, row.slug, None, numbers, "", None, venue=False,
                planned=rule.planned, since=rule.since, phase=rule.phase,
            )  # fmt: skip


def apportioned(existing: Mapping[str, int], share: float, total: int) -> dict[str, int]:
    """Return how many of each may join: the whole part of its share, then by largest fraction until ``total``.

    >>> apportioned({"a": 3, "b": 4, "c": 5}, 0.55, 6)
    {'a': 2, 'b': 2, 'c': 2}
    """
    exact = {name: count * share for name, count in existing.items()}
    found = {name: int(value) for name, value in exact.items()}
    rest = max(0, total - sum(found.values()))
    by_fraction = sorted(exact, key=lambda name: int(exact[name]) - exact[name])
    for name in by_fraction[:rest]:
        found[name] += 1
    return found


def refuse_contradictions(folder: Folder, known: Mapping[str, Place]) -> None:
    """Say which tables' places are at odds: two with one number, one above that is not there, too many below."""
    taken: dict[tuple[object, ...], Place] = {}
    for place in known.values():
        if place.within in folder.unsound:  # what follows from a place that is wrong already
            folder.unsound.add(place.slug)
        if place.kind not in _INDEX or place.slug in folder.unsound:
            continue
        key = (place.kind, *sorted(place.numbers.items()))
        if key in taken:
            shown = ", ".join(f"{letter} {value}" for letter, value in place.numbers.items())
            cause = f"{place.kind} {place.slug!r} and {taken[key].slug!r} both have {shown}"
            folder.problem(place.origin, cause, "Change one of them")
            folder.unsound.add(place.slug)
        taken.setdefault(key, place)
        _check_above(folder, known, place)
        if place.since and place.until and place.since > place.until:
            cause = f"{place.slug!r} is there since {place.since} and until {place.until}"
            folder.problem(place.origin, cause, "Exchange or mend the dates")
            folder.unsound.add(place.slug)


def _check_above(folder: Folder, known: Mapping[str, Place], place: Place) -> None:
    above, kind = known.get(place.within), _ABOVE.get(place.kind)
    if kind and (above is None or above.kind != kind):
        cause = f"the {place.kind} {place.slug!r} is within {place.within!r}, which is no {kind}"
        folder.problem(place.origin, cause, f"Name the {kind} above it", f"within {place.within}")
        folder.unsound.add(place.slug)
    elif above and kind and above.numbers.get("k") != place.numbers.get("k"):
        cause = f"{place.slug!r} has k {place.numbers.get('k')}, {above.slug!r} above it has {above.numbers.get('k')}"
        folder.problem(place.origin, cause, "Give both the same k", f"k of {above.slug}")
    elif place.kind == "township" and place.index > _MOST_BELOW:
        cause = f"{place.within!r} has more than {_MOST_BELOW} townships"
        folder.problem(place.origin, cause, "Lower the number in sites.csv", "too many townships")
    if above and place.since and above.since and place.since < above.since:
        cause = f"{place.slug!r} is there since {place.since}, {above.slug!r} above it only since {above.since}"
        folder.problem(place.origin, cause, "Mend one of the dates", f"before a {above.kind}")


def units(folder: Folder, known: Mapping[str, Place]) -> dict[str, Unit]:
    """Return the units by slug; each has a number of its own and a place that exists."""
    result: dict[str, Unit] = {}
    numbers: dict[int, str] = {}
    for index, row in enumerate(folder.files.units):
        origin = folder.origin("units", index)
        if row.slug in result:
            folder.problem(origin, f"the unit {row.slug!r} is here twice", "Give each unit its own slug")
            continue
        if row.u in numbers:
            cause = f"units {numbers[row.u]!r} and {row.slug!r} both have u {row.u}"
            folder.problem(origin, cause, "Change one of them")
            folder.unsound.add(row.slug)
        if row.site not in known:
            cause = f"the unit {row.slug!r} is at {row.site!r}, which does not exist"
            folder.problem(origin, cause, "Name a building, or a place of sites.csv")
            folder.unsound.add(row.slug)
        numbers.setdefault(row.u, row.slug)
        unit = Unit(row.slug, row.u, row.title, row.kind, row.site, row.lan, row.since, row.until, origin)
        result.setdefault(row.slug, unit)
    return result


def offices(folder: Folder, known: Mapping[str, Place]) -> Iterator[Place]:
    """Yield each unit of a building as a place of its own: its LAN is carried there."""
    for index, row in enumerate(folder.files.units):
        building = known.get(row.site)
        if building and building.kind == "building":
            yield Place(
                row.slug, row.title, "unit", row.u, folder.origin("units", index), row.site, None, {"u": row.u},
                since=row.since, until=row.until,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lan:
    """A unit's LAN behind the router of a place: the numbers that its rule uses."""

    unit: Unit
    place: Place

    @property
    def numbers(self) -> dict[str, int]:
        """The place's numbers, and the unit's as u."""
        return {**self.place.numbers, "u": self.unit.number}


def lans(places: Mapping[str, Place], served: Iterable[Unit]) -> Iterator[Lan]:
    """Yield the LANs of the units at leased nodes."""
    for unit in served:
        place = places.get(unit.place)
        if place and place.kind == "node":
            yield Lan(unit, place)
