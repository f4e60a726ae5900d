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
    from collections.abc import Iterable

    from govnet.isolation.fabric import Fabric
    from govnet.isolation.passing import Passing
    from govnet.isolation.sessions import Sessions
    from govnet.isolation.surroundings import Entrance

_Found = tuple[list[int], list[int]]


class _Asked(NamedTuple):
    """What a group of hosts asked of devices, and what came of it; ``around`` is who is around all of them."""

    around: object
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
    around = _around(fabric.plain, way, [*hosts, *needs])
    turned = _turned(fabric, before) if before and before.needs == needs and before.around == around else None
    if before is None or turned is None:
        asked = _asked(fabric, sessions, way, hosts, needs)._replace(around=around)
        return fabric.kept.keep(key, asked).found
    again = {end: need for end, need in needs.items() if need.intersection(turned)} if turned else {}
    if not again:
        return before.found
    stay = [[end for end in ends if end not in again] for ends in before.found]
    answering, mute = _asked(fabric, sessions, way, hosts, again).found
    return stay[0] + answering, stay[1] + mute


def _around(plain: Passing, way: Iterable[Entrance], numbers: Iterable[int]) -> object:
    """Return all of a group of hosts and of devices that does not follow from what routers do with packets."""
    return tuple(way), [(plain.near(number), plain.ways_in(number)) for number in numbers]


def _turned(fabric: Fabric, before: _Asked) -> PacketSet | None:
    """Return the packets that go other ways than before, or whose answers do; None: nobody knows which."""
    plain, was = fabric.plain, before.there.passing
    if plain.translates or plain.hearing is not was.hearing:
        return None
    changed = [name for name, router in plain.routers.items() if router is not was.routers[name]]
    answers = (part.reversed() for part in before.back.differing(plain, changed))
    parts = [*before.there.differing(plain, changed), *answers]
    return PacketSet.all_of(parts) if parts else NOTHING


def _asked(
    fabric: Fabric, sessions: Sessions, way: Iterable[Entrance], hosts: list[int], needs: dict[int, PacketSet]
) -> _Asked:
    passing = fabric.plain
    near = {end for start in hosts for end in passing.near(start).sites}
    beside = [end for end in needs if end in near and not set(passing.near(end).sites).isdisjoint(hosts)]
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
    return _Asked(None, needs, there, back, found)
