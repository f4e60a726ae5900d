"""Which devices a group of hosts of the management zone gets to, and which of them get back to it.

Whether it gets to one device does not depend on the others. So after a change only those are looked at again of whose
packets some go other ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from govnet.isolation.exploration import Exploration
from govnet.isolation.flow import ANSWERS
from govnet.isolation.packets import NOTHING, PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govnet.isolation.fabric import Fabric
    from govnet.isolation.sessions import Sessions
    from govnet.isolation.sites import Site
    from govnet.isolation.surroundings import Entrance

_Found = tuple[list[int], list[int]]


class _Asked(NamedTuple):
    """What a group of hosts asked of devices, and what came of it."""

    sites: Sequence[Site]
    needs: dict[int, PacketSet]
    there: Exploration
    back: Exploration
    found: _Found


def managed(
    fabric: Fabric, sessions: Sessions, way: Iterable[Entrance], hosts: list[int], needs: dict[int, PacketSet]
) -> _Found:
    """Return the devices that a group of hosts gets to and that get back to it, and those that do not get back.

    Args:
        fabric: the network.
        sessions: its stateful firewalls.
        way: where the hosts enter routers.
        hosts: their sites.
        needs: device's own site -> what must get there.
    """
    key = ("managed", *hosts)
    before = cast("_Asked | None", fabric.kept.last(key))
    turned = _turned(fabric, before) if before and before.needs == needs else None
    if before is None or turned is None:
        return fabric.kept.keep(key, _asked(fabric, sessions, way, hosts, needs)).found
    again = {end: need for end, need in needs.items() if need.intersection(turned)} if turned else {}
    if not again:
        return before.found
    stay = [[end for end in ends if end not in again] for ends in before.found]
    answering, mute = _asked(fabric, sessions, way, hosts, again).found
    return stay[0] + answering, stay[1] + mute


def _turned(fabric: Fabric, before: _Asked) -> PacketSet | None:
    """Return the packets that go other ways than before, or whose answers do; None: nobody knows which."""
    plain, was = fabric.plain, before.there.passing
    if plain.translates or plain.hearing is not was.hearing or fabric.sites is not before.sites:
        return None
    changed = [name for name, router in plain.routers.items() if router is not was.routers[name]]
    answers = (part.reversed() for part in before.back.differing(plain, changed))
    parts = [*before.there.differing(plain, changed), *answers]
    return PacketSet.all_of(parts) if parts else NOTHING


def _asked(
    fabric: Fabric, sessions: Sessions, way: Iterable[Entrance], hosts: list[int], needs: dict[int, PacketSet]
) -> _Asked:
    passing, sites = fabric.plain, fabric.sites
    near = {end for start in hosts for end in passing.sites_near(sites[start].plain.sends)}
    beside = [e for e in needs if e in near and not set(passing.sites_near(sites[e].plain.sends)).isdisjoint(hosts)]
    far = {end: need for end, need in needs.items() if end not in beside}
    there = Exploration(passing, dict.fromkeys(way, PacketSet.all_of(list(far.values()))) if far else {})
    reached = {end: need for end, need in far.items() if not need.difference(there.flow.at(end))}
    answers: dict[Entrance, list[PacketSet]] = {}
    for end, need in reached.items():
        for entrance in fabric.ground.ways[end]:
            answers.setdefault(entrance, []).append(need.reversed())
    entries = {entrance: PacketSet.all_of(parts) for entrance, parts in answers.items()}
    back = Exploration(sessions.remembering(there.flow), entries, ANSWERS)
    came = [back.flow.at(start) for start in hosts]
    mute = [end for end, need in reached.items() if need.reversed().without(came)]
    found = beside + [end for end in reached if end not in mute], mute
    return _Asked(sites, needs, there, back, found)
