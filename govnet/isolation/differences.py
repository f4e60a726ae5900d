"""What two states of one router treat differently: the packets to look at again after a device's change."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from govnet.isolation import intervals
from govnet.isolation.packets import PacketSet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from govnet.isolation.intervals import Intervals
    from govnet.isolation.routers import Router, Treatment
    from govnet.isolation.routes import Exit, Span

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
    parts = [*_moved(before, after, entrance, established=established)]
    if (old.firewall, old.acls) != (new.firewall, new.acls):
        parts += _filtered(before, after, entrance, established=established)
    return PacketSet.all_of(parts) if parts else _NOTHING


def _moved(before: Router, after: Router, entrance: Treatment | None, *, established: bool) -> Iterator[PacketSet]:
    """Yield the packets that a routing instance lets out by other ways; those that no filter lets out go none."""
    let: dict[int, tuple[PacketSet, list[Span]]] = {}
    for router, leave, gone in _rerouted(before, after, entrance.vrf if entrance else ""):
        through = router.through(entrance, leave, established=established)
        let.setdefault(id(through), (through, []))[1].extend(gone)
    yield from (part for through, pieces in let.values() if (part := through.towards(intervals.normal(pieces))))


@lru_cache(maxsize=32)
def _rerouted(before: Router, after: Router, vrf: str) -> list[tuple[Router, Treatment, Intervals]]:
    """Return (one of two states, class of interfaces, destinations that only that state sends there)."""
    one, other = before.config, after.config
    same = (one.routes, one.vrfs, before.imported) == (other.routes, other.vrfs, after.imported)
    if same or before.groups(vrf) is after.groups(vrf):
        return []
    old, new = ({_hop(way): (leave, way.destinations) for leave, way in _exits(r, vrf)} for r in (before, after))
    return [
        (router, leave, gone)
        for router, here, there in ((before, old, new), (after, new, old))
        for hop, (leave, destinations) in here.items()
        if (gone := intervals.difference(destinations, there[hop][1] if hop in there else intervals.NONE))
    ]


def _exits(router: Router, vrf: str) -> Iterator[tuple[Treatment, Exit]]:
    return ((group.leave, way) for group in router.groups(vrf) for way in group.exits)


def _hop(way: Exit) -> Hashable:
    return way.interface, way.next_hop, way.tunnel


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
