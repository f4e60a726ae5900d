"""Zones whose own cell is a denial: one administration's offices that must not meet, as behind lines to a star's hub.

Inside one segment nothing can keep hosts apart, so the denial is between segments. Hosts have the addresses of their
own segment; so what arrives at a segment with another's source came from outside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from govnet.isolation.fabric import Fabric


def between_segments(fabric: Fabric, zone: str) -> tuple[PacketSet, bool]:
    """Return (packets from one segment of a zone to another, whether some of them needed no router).

    Raises:
        KeyError: the network has no such zone.
    """
    found, direct = PacketSet(), False
    for arrival in fabric.arrivals(zone, zone):
        strangers = arrival.packets.difference(PacketSet.of(sources=fabric.sites[arrival.site].addresses))
        found = found.union(strangers)
        direct = direct or (arrival.step is None and bool(strangers))
    return found, direct
