"""Segments that are not whole, or not alone: torn apart into sites that do not hear each other, merged with others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation.isolated import apart
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.isolation.ground import Ground


class Gap(NamedTuple):
    """Packets that should get from site ``start`` to site ``end`` (indices) and do not, or whose answers do not."""

    start: int
    end: int
    packets: PacketSet
    answers: bool


def torn(ground: Ground) -> Iterator[Gap]:
    """Yield the sites of one segment that cannot exchange frames, both ways."""
    segments: dict[object, list[int]] = {}
    for index, site in ground.sites.items():
        if site.segment:
            segments.setdefault((site.segment.vlan, site.segment.subnet, site.segment.name), []).append(index)
    for members in segments.values():
        yield from _torn(ground, members)


def _torn(ground: Ground, members: Sequence[int]) -> Iterator[Gap]:
    for one in members:
        site = ground.sites[one]
        if len(members) == 1 and len(site.ends) == 1:
            continue
        near = ground.plain.near(one).sites
        for other in members:
            alone = (other == one and len(site.ends) == 1) or other in near
            if not (alone or apart(ground.network, site.zone, (*site.ends, *ground.sites[other].ends))):
                yield Gap(one, other, PacketSet.of(site.addresses, site.addresses), answers=False)


def merged(ground: Ground) -> Iterator[str]:
    """Yield what breaks no cell of the matrix: segments of one zone merged, upstreams that enter no router."""
    seen = set()
    for number, site in ground.sites.items():
        for other in ground.hostile.near(number).sites if site.segment else ():
            near = ground.sites[other]
            names = tuple(sorted((site.name, near.name)))
            if near.segment and near.zone == site.zone and near.segment != site.segment and names not in seen:
                seen.add(names)
                yield f"segments merged: {names[0]} and {names[1]} of zone {site.zone} share a broadcast domain"
        if site.upstream and not ground.hostile.ways_in(number):
            yield f"upstream {site} enters no router"
