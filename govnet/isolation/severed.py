"""Sites that have no part in routed traffic: nothing has to be followed to know what is missing of theirs.

A host that enters no router sends nothing; one that no router hands packets gets nothing. What is missing of the latter
shows by itself, as packets that nobody takes, unless another site of the same addresses takes them: a segment's other
part, after it was torn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.segments import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.isolation.ground import Ground
    from govnet.isolation.packets import PacketSet


def severed(ground: Ground, zone: str) -> Iterator[Gap]:
    """Yield what a zone cannot send: one gap for each of its mute sites and zone, one for each deaf site of others."""
    outside = ground.wanted.needs(zone)[1]
    for start in ground.wanted.groups(zone).get((), ()) if outside else ():
        yield from _mute(ground, start, outside)
    for end in ground.deaf:
        yield from _deaf(ground, zone, end)


def _mute(ground: Ground, start: int, outside: PacketSet) -> Iterator[Gap]:
    """Yield what a site that enters no router cannot send, told of the first site of each zone that it is for."""
    sites, wanted = ground.sites, ground.wanted
    site = sites[start]
    own = ground.of_hosts(outside.sourced(site.addresses))
    for target, space in wanted.ends.items():
        needed = wanted.needed_between(site.zone, target, upstream=site.upstream is not None)
        packets = needed.intersection(own).towards(intervals.union(*space))
        for end in wanted.by_zone[target] if packets else ():
            if not sites[end].device and packets.towards(sites[end].addresses) and not ground.same(start, end):
                yield Gap(start, end, packets, answers=False)
                break


def _deaf(ground: Ground, zone: str, end: int) -> Iterator[Gap]:
    """Yield what a zone's sites cannot get to a site that no router hands packets, told of the first that sends any."""
    sites, wanted = ground.sites, ground.wanted
    for upstream in (False, True):
        packets = wanted.needed_between(zone, sites[end].zone, upstream=upstream).towards(sites[end].addresses)
        starts = [
            start
            for way, members in wanted.groups(zone).items()
            for start in members
            if packets and way and bool(sites[start].upstream) is upstream and not ground.same(start, end)
        ]
        packets = ground.of_hosts(packets.sourced(wanted.space(starts)))
        first = [start for start in sorted(starts) if packets.sourced(sites[start].addresses)][:1]
        yield from (Gap(start, end, packets, answers=False) for start in first)
