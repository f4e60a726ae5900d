"""What two states of one router treat differently: the packets to look at again after a device's change."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.isolation.intervals import Intervals
    from govnet.isolation.routers import Router, Treatment
    from govnet.isolation.routes import Exit

_EVERYTHING, _NOTHING = PacketSet.everything(), PacketSet()


@lru_cache(maxsize=128)
def differing(before: Router, after: Router, entrance: Treatment | None, *, established: bool) -> PacketSet:
    """Return a set that holds every packet which two states of a router send different ways, stop or let through.

    Args:
        before: the one state.
        after: the other; it has the same classes of interfaces and the same translation.
        entrance: class of the interface that the packets come in by; None when the router sends them itself.
        established: packets of open sessions; the others open one.
    """
    old, new = before.config, after.config
    if old.forwarding is not new.forwarding or (old.firewall is None) is not (new.firewall is None):
        return _EVERYTHING
    vrf = entrance.vrf if entrance else ""
    moved = _moved(before, after, vrf)
    parts = [PacketSet.of(destinations=moved)] if moved else []
    if (old.firewall, old.acls) != (new.firewall, new.acls):
        parts += _filtered(before, after, entrance, established=established)
    return PacketSet.all_of(parts) if parts else _NOTHING


def _moved(before: Router, after: Router, vrf: str) -> Intervals:
    """Return the destinations that a routing instance has other ways to."""
    one, other = before.config, after.config
    if (one.routes, one.vrfs, before.imported) == (other.routes, other.vrfs, after.imported):
        return intervals.NONE
    old, new = ({(e.interface, e.next_hop, e.tunnel): e.destinations for e in _exits(r, vrf)} for r in (before, after))
    pairs = ((old.get(hop, intervals.NONE), new.get(hop, intervals.NONE)) for hop in old.keys() | new.keys())
    gone = (intervals.difference(*way) for a, b in pairs if a != b for way in ((a, b), (b, a)))
    return intervals.normal(piece for part in gone for piece in part)


def _exits(router: Router, vrf: str) -> Iterator[Exit]:
    return (leave for group in router.groups(vrf) for leave in group.exits)


def _filtered(before: Router, after: Router, entrance: Treatment | None, *, established: bool) -> Iterator[PacketSet]:
    """Yield the packets that the filters on the way in or out, or the zone policy, decide on in another way."""
    inside = [router.incoming(entrance, _EVERYTHING, established=established) for router in (before, after)]
    yield from _symmetric(*inside)
    for group in after.groups(entrance.vrf if entrance else ""):
        out = [router.through(entrance, group.leave, established=established) for router in (before, after)]
        for part in _symmetric(*out):
            yield part.towards(group.destinations)


def _symmetric(first: PacketSet, second: PacketSet) -> Iterator[PacketSet]:
    if first.blocks != second.blocks:
        yield from (part for part in (first.difference(second), second.difference(first)) if part)
