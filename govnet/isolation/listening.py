"""Who listens where, and so who hears frames: interfaces of routers, and sites. Each domain is looked through once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from govnet.isolation.frames import Spot
    from govnet.isolation.layer2 import Layer2

Way = tuple[str, str]
"""A router's interface: device and name."""


class Around(NamedTuple):
    """Who hears some frames: interfaces of routers, and sites."""

    interfaces: list[Way]
    sites: list[int]


class Listening:
    """All who listen."""

    def __init__(self, interfaces: Mapping[Spot, Way], sites: Mapping[Spot, Sequence[int]]) -> None:
        """Take spot -> the interface that hears there, and spot -> the sites (by index) that do."""
        self._interfaces, self._sites = interfaces, sites
        self._found: dict[frozenset[Spot], Around] = {}

    @property
    def spots(self) -> AbstractSet[Spot]:
        """Everywhere that somebody listens."""
        return self._interfaces.keys() | self._sites.keys()

    def around(self, layer2: Layer2, spots: Collection[Spot]) -> Around:
        """Return who hears frames sent at ``spots``."""
        heard = layer2.heard(spots)
        if any(spot in self._sites and spot not in heard for spot in spots):  # somebody at the very wire of a router
            return self._at(heard.union(spots))
        found = self._found.get(heard)
        if found is None:
            found = self._found[heard] = self._at(heard)
        return found

    def _at(self, spots: Collection[Spot]) -> Around:
        interfaces: list[Way] = []
        sites: list[int] = []
        for spot in spots:
            if spot in self._interfaces:
                interfaces.append(self._interfaces[spot])
            if spot in self._sites:
                sites += self._sites[spot]
        return Around(sorted(interfaces), sorted(set(sites)) if len(sites) > 1 else sites)
