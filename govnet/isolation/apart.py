"""Zones whose own cell is a denial: one administration's offices that must not meet, as behind lines to a star's hub.

Inside one segment nothing can keep hosts apart, so the denial is between segments. Hosts have the addresses of their
own segment; so what arrives at a segment with another's source came from outside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.isolation.fabric import Fabric


def between_segments(fabric: Fabric, zone: str) -> tuple[PacketSet, bool]:
    """Return (packets from one segment of a zone to another, whether some of them needed no router).

    Raises:
        KeyError: the network has no such zone.
    """
    permits = fabric.ground.permits.get((zone, zone), PacketSet())
    near, flow = fabric.ground.near(zone), fabric.breach(zone).flow
    beside = [(index, PacketSet.of(space, fabric.sites[index].addresses)) for index, space in near.items()]
    direct = [part for part in _strangers(fabric, zone, beside) if part.difference(permits)]
    routed = _strangers(fabric, zone, ((index, flow.at(index)) for index in flow.arrivals))
    return PacketSet.all_of([*direct, *routed]).difference(permits), bool(direct)


def _strangers(fabric: Fabric, zone: str, arrived: Iterable[tuple[int, PacketSet]]) -> Iterator[PacketSet]:
    """Yield what arrived at the zone's sites and has another segment's source."""
    for index, packets in arrived:
        if fabric.sites[index].zone == zone:
            yield packets.difference(PacketSet.of(sources=fabric.sites[index].addresses))
