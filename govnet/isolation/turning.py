"""What a change at some routers turns: who gets packets from them now and did not, and the other way round.

Packets that a router still hands to all whom it handed them to come to where they came, and maybe further: only what is
new has to be followed. So nobody looks again at how packets get to a router in the middle of a network when that has
another default route. Packets that somebody no longer gets are followed anew from where they enter, unless that is a
site which no other router hands any.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from govnet.isolation.packets import NOTHING, PacketSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.isolation.passing import Passing
    from govnet.isolation.surroundings import Entrance

_Who = TypeVar("_Who")


class _Handed(NamedTuple):
    """Who got packets from one router."""

    onward: dict[Entrance, PacketSet]
    sites: dict[int, PacketSet]


@dataclass(slots=True)
class Turn:
    """What is other than before, of packets without translation.

    Attributes:
        anew: packets of which nothing is told here: they have to be followed from where they enter.
        onward: what comes to an entrance now and did not.
        came: site -> what it gets now and did not.
        gone: site -> what it no longer gets.
    """

    anew: list[PacketSet] = field(default_factory=list)
    onward: dict[Entrance, list[PacketSet]] = field(default_factory=dict)
    came: dict[int, list[PacketSet]] = field(default_factory=dict)
    gone: dict[int, list[PacketSet]] = field(default_factory=dict)

    @property
    def moves(self) -> bool:
        """Whether somebody gets what he did not, or the other way round, without what is followed anew."""
        return bool(self.onward or self.came or self.gone)


def turn(
    before: Passing, after: Passing, seen: Mapping[Entrance, PacketSet], parts: Mapping[Entrance, PacketSet]
) -> Turn:
    """Return what two states of some routers do differently with packets of hostile hosts that open sessions.

    Args:
        before: the routers as they were, as the exploration uses them.
        after: as they are.
        seen: all packets that came to an entrance before.
        parts: those of them that a router may treat in another way.
    """
    found = Turn()
    for entrance, packets in parts.items():
        old, new = (_handed(passing, entrance, packets) for passing in (before, after))
        onward, sites = [*_unlike(old.onward, new.onward)], [*_unlike(old.sites, new.sites)]
        found.anew += [gone for _, gone, _ in onward if gone]
        for site, gone, _ in sites:
            only = gone and all(_only(passing, entrance.device, site) for passing in (before, after))
            if only and not _elsewhere(seen, entrance, gone):
                found.gone.setdefault(site, []).append(gone)
            elif gone:
                found.anew.append(gone)
        anew = PacketSet.apart(found.anew)
        for there, _, came in onward:
            if more := came.difference(anew):
                found.onward.setdefault(there, []).append(more)
        for site, _, came in sites:
            if more := came.difference(anew):
                found.came.setdefault(site, []).append(more)
    return found


def _handed(passing: Passing, entrance: Entrance, packets: PacketSet) -> _Handed:
    passed = passing.through(entrance, packets, established=False)
    onward: dict[Entrance, PacketSet] = {}
    sites: dict[int, PacketSet] = {}
    for there, part in passed.onward:
        onward[there] = onward[there].union(part) if there in onward else part
    for one in passed.delivered:
        sites[one.site] = sites[one.site].union(one.packets) if one.site in sites else one.packets
    return _Handed(onward, sites)


def _unlike(
    was: Mapping[_Who, PacketSet], now: Mapping[_Who, PacketSet]
) -> Iterator[tuple[_Who, PacketSet, PacketSet]]:
    """Yield (who, what he no longer gets, what he gets now and did not)."""
    for key in was.keys() | now.keys():
        old, new = was.get(key, NOTHING), now.get(key, NOTHING)
        yield key, old.beyond(new), new.beyond(old)


def _only(passing: Passing, device: str, site: int) -> bool:
    """Return whether no other router than a device hands a site packets; a device's own address asks for more."""
    place = passing.sites.get(site)
    if place is None:
        return True
    heard = passing.layer2.before(passing.presence(place).hears)
    return not place.device and all(spot.device == device for spot in heard if spot.interface)


def _elsewhere(seen: Mapping[Entrance, PacketSet], entrance: Entrance, packets: PacketSet) -> bool:
    """Return whether some packets came to their router by another entrance too."""
    others = (part for there, part in seen.items() if there.device == entrance.device and there != entrance)
    return any(part.intersection(packets) for part in others)
