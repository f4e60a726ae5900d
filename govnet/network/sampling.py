"""A sample of a network's places: those of its tables that somebody names, the places above them, and the centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govnet.network.model import Network
    from govnet.network.placed import Place

OF_TABLES = frozenset({"prefecture", "county", "township", "department", "node"})
"""Kinds of places that follow from tables, of which there are many; every other place is the centre."""
_OF_A_KIND = 2


def sampled(network: Network, slugs: Iterable[str]) -> frozenset[str]:
    """Return the places that are meant by naming some: these, all places above them, and the centre.

    Raises:
        InputError: the network has no such place, or has no devices there to sample.
    """
    found = {slug for slug, place in network.places.items() if place.kind not in OF_TABLES}
    known = {slug for slug, place in network.places.items() if place.kind in OF_TABLES}
    for slug in slugs:
        if slug not in known:
            cause = f"there is no place {slug!r} of a table"
            example = ", ".join(sample(network)[:3]) or "none; leave --places out"
            raise InputError([Problem(network.folder, 0, cause, f"It has, for example: {example}")])
        found.update(_upwards(network, slug))
    return frozenset(found)


def _upwards(network: Network, slug: str) -> Iterable[str]:
    while slug:
        yield slug
        slug = network.places[slug].within


def sample(network: Network) -> Sequence[str]:
    """Return the first two places of each kind at each place: enough to have every kind of line, and a line too many.

    In inventory order, so that it is the same each time.
    """
    chosen: list[str] = []
    taken: dict[tuple[str, str], int] = {}
    for slug, place in network.places.items():
        key = place.kind, place.within
        if place.kind in OF_TABLES and taken.get(key, 0) < _OF_A_KIND and _joined(network, place, chosen):
            taken[key] = taken.get(key, 0) + 1
            chosen.append(slug)
    return chosen


def _joined(network: Network, place: Place, chosen: Sequence[str]) -> bool:
    """Return whether what a place hangs on is in the sample: nothing, the centre, or a place chosen before it."""
    above = network.places.get(place.within)
    return above is None or above.kind not in OF_TABLES or above.slug in chosen
