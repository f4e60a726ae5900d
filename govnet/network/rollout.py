"""How far a network has come, day by day and region by region: what has joined, of all that is there to join."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from govnet.network import figures
from govnet.network.asof import as_of
from govnet.network.figures import Coverage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govnet.network.model import Network
    from govnet.network.placed import Place

_COUNTED = ("prefecture", "county", "township", "department", "node")


@dataclass(frozen=True, slots=True)
class Stand:
    """What a network or a region of it has on a day.

    Attributes:
        places: kind of place -> how many have joined, of how many.
        lans: units with a LAN of their own, of all units.
        venues: places that take part in video conferences, of those that ever do.
        sets: system -> its registered places, of those that it ever has; only systems that count any.
    """

    places: Mapping[str, Coverage]
    lans: Coverage
    venues: Coverage
    sets: Mapping[str, Coverage]


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which something came or went, and how everything stood then."""

    day: date
    stand: Stand


@dataclass(frozen=True, slots=True)
class Region:
    """A place of the schematic: where it is drawn (column, row), and how it stands with all below it."""

    place: Place
    spot: tuple[int, int]
    stand: Stand


def steps(whole: Network, profile: str = "") -> tuple[Step, ...]:
    """Return how a network grew, one step for each day on which it did.

    ``whole`` is the network of no day (`govnet.network.load.read_whole`).
    """
    days = {day for place in whole.places.values() for day in (place.since, place.planned) if day}
    days |= {place.until + timedelta(days=1) for place in whole.places.values() if place.until}
    for system in whole.systems.values():
        days |= {day for day in (system.since, *(group.since for group in system.nodes)) if day}
    found: list[Step] = []
    for day in sorted(days):
        stand = standing(whole, as_of(whole, day, profile))
        if not found or found[-1].stand != stand:
            found.append(Step(day, stand))
    return tuple(found)


def standing(whole: Network, now: Network, within: str = "") -> Stand:
    """Return how the network of a day stands against all that it ever becomes; ``within`` limits it to a region.

    What has left for another network by then is not missed in this one.
    """
    every = {
        slug: place
        for slug, place in whole.places.items()
        if not (place.until and now.day and place.until < now.day) and (not within or _inside(whole, place, within))
    }
    there = {slug: place for slug, place in every.items() if slug in now.places}
    return Stand(
        places={kind: found for kind in _COUNTED if (found := _joined(kind, there, every)).of},
        lans=figures.Coverage(
            sum(unit.lan for unit in now.units.values() if unit.place in every),
            sum(unit.place in every for unit in whole.units.values()),
        ),
        venues=Coverage(figures.venues(replace(now, places=there)), sum(place.venue for place in every.values())),
        sets={slug: _registered(slug, whole, now, every) for slug, one in whole.systems.items() if one.nodes},
    )


def regions(whole: Network, now: Network) -> tuple[Region, ...]:
    """Return the places of the schematic, each with all below it."""
    return tuple(Region(whole.places[slug], spot, standing(whole, now, slug)) for slug, spot in whole.schematic.items())


def _inside(network: Network, place: Place, region: str) -> bool:
    while place.slug != region and place.within in network.places:
        place = network.places[place.within]
    return place.slug == region


def _joined(kind: str, there: Mapping[str, Place], every: Mapping[str, Place]) -> Coverage:
    """Return how many of a kind have joined; of townships those count that exist, also if they never join."""
    having = sum(place.kind == kind for place in there.values())
    known = sum(place.kind == kind for place in every.values())
    existing = sum(place.below for place in every.values()) if kind == "township" else 0
    return Coverage(having, max(known, existing))


def _registered(system: str, whole: Network, now: Network, every: Mapping[str, Place]) -> Coverage:
    groups = whole.systems[system].nodes
    of = sum(group.joined(None, every) for group in groups)
    there = every.keys() & now.places.keys()
    return Coverage(sum(group.joined(now.day, there) for group in groups) if system in now.systems else 0, of)
