"""Broadcast domains as they are found: kept by spot, and by device what gets there.

A changed network takes over those that the change has no part in. The lists by device are shared until one of the two
networks adds to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from govnet.isolation.frames import Spot


class Domain(NamedTuple):
    """A broadcast domain: its first spot, all its spots, and every spot that its frames get to (also one-way).

    The sending side of a router's interface is a domain of its own, without itself among ``reached``.
    """

    first: Spot
    members: tuple[Spot, ...]
    reached: frozenset[Spot]


class Domains:
    """The domains of one network that were found so far."""

    def __init__(self) -> None:
        self._by_spot: dict[Spot, Domain] = {}
        self._at: dict[str, list[Domain]] = {}
        self._own: set[str] = set()

    def of(self, spot: Spot) -> Domain | None:
        """Return the domain of a spot, if it was found."""
        return self._by_spot.get(spot)

    def keep(self, domain: Domain) -> Domain:
        """Keep a domain; a list that another network has too is copied first."""
        self._by_spot.update(dict.fromkeys(domain.members, domain))
        for name in _devices(domain):
            if name not in self._own:
                self._own.add(name)
                self._at[name] = list(self._at.get(name, ()))
            self._at[name].append(domain)
        return domain

    def touching(self, spots: Collection[Spot]) -> list[Domain]:
        """Return each domain once that has any of some spots or gets to it."""
        wanted = frozenset(spots)
        near = (one for name in {spot.device for spot in wanted} for one in self._at.get(name, ()))
        found = {one.first: one for one in near if one.first in wanted or not wanted.isdisjoint(one.reached)}
        return list(found.values())

    def without(self, gone: Iterable[Domain]) -> Domains:
        """Return all but some."""
        lost = {domain.first: domain for domain in gone}
        spots = {spot for domain in lost.values() for spot in domain.members}
        shrunk = {name for domain in lost.values() for name in _devices(domain)}
        other = Domains()
        other._by_spot = dict(self._by_spot)
        for spot in spots:
            other._by_spot.pop(spot, None)
        other._at = {**self._at, **{name: [one for one in self._at[name] if one.first not in lost] for name in shrunk}}
        other._own, self._own = shrunk, set()  # from here on the other lists are of both
        return other


def _devices(domain: Domain) -> Iterator[str]:
    """Yield each device once that frames of a domain get to, and that of its first spot."""
    yield from {domain.first.device, *(spot.device for spot in domain.reached)}
