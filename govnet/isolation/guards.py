"""Addresses by the routers around them: those that a site's packets enter first, and those that hand it packets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation import intervals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govnet.isolation.ground import Ground
    from govnet.isolation.intervals import Intervals

Guards = dict[str, list[tuple[frozenset[str], "Intervals"]]]
"""Router -> (all routers of some sites, itself among them; the addresses that only those sites have)."""


def entered_first(ground: Ground) -> Guards:
    """Return the sites of hosts by the routers that their packets enter first."""
    ways = {index: {entrance.device for entrance in way} for index, way in ground.ways.items()}
    return _collected(ground, ways, ground.wanted.sent_twice)


def left_last(ground: Ground) -> Guards:
    """Return the sites of hosts by the routers that may hand them packets."""
    found: dict[int, set[str]] = {}
    for device, interface in ground.plain.hearing.values():
        for index in ground.plain.takers(device, interface):
            found.setdefault(index, set()).add(device)
    return _collected(ground, found, ground.taken_twice)


def _collected(ground: Ground, routers: Mapping[int, set[str]], twice: Intervals) -> Guards:
    groups: dict[frozenset[str], list[int]] = {}
    for index, names in routers.items():
        if not ground.sites[index].device:
            groups.setdefault(frozenset(names), []).append(index)
    found: Guards = {}
    for group, members in groups.items():
        space = intervals.difference(ground.wanted.space(members), twice)
        for name in group:
            found.setdefault(name, []).append((group, space))
    return found


def behind(guards: Guards, group: Iterable[str]) -> Intervals:
    """Return the addresses of the sites that have no other routers than those of ``group``."""
    names = frozenset(group)
    spaces = (space for name in names for routers, space in guards.get(name, ()) if routers <= names)
    return intervals.normal(piece for space in spaces for piece in space)
