"""Where all packets to some addresses leave a router by one way and past no filter: nothing of them is kept back.

Most steps of most explorations are of this kind: a router at the edge and its own segment, or its way to the centre.
What becomes of such packets is known without asking the router's tables and filters for each set of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.routers import backbone
from govnet.isolation.surroundings import Entrance

if TYPE_CHECKING:
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.routers import Router, Treatment
    from govnet.isolation.routes import Exit


class Leaf(NamedTuple):
    """What a router does with packets to some addresses, whatever else they are.

    Attributes:
        router: the router, in the state that this is true of.
        way: by which they leave; None where there are no such addresses.
        hop: the next hop as an integer, if they leave for one.
        onward: where they come in next, if that is over the backbone.
        handed: the addresses of those that leave.
        known: the same, and the router's own addresses that nobody asks for packets to: those go no further.
    """

    router: Router
    way: Exit | None = None
    hop: int | None = None
    onward: Entrance | None = None
    handed: Intervals = intervals.NONE
    known: Intervals = intervals.NONE


def leaf(router: Router, entrance: Treatment | None, address: int, asked: Intervals) -> Leaf:
    """Return where packets go that come in by a class of interfaces for an address and others that go the same way.

    Args:
        router: the router.
        entrance: the class; None when the router itself sends them.
        address: the address, as an integer.
        asked: the router's own addresses that somebody asks for packets to.
    """
    filtered = router.config.firewall or router.nat or not router.config.forwarding
    if entrance is None or entrance.acls or filtered:
        return Leaf(router)
    ways = [(leave, way) for leave, _, exits in router.groups(entrance.vrf) for way in exits]
    here = [one for one in ways if intervals.holds(one[1].destinations, address)]
    if len(here) != 1 or here[0][0].acls:
        return Leaf(router)
    way = here[0][1]
    if any(intervals.intersection(way.destinations, other.destinations) for _, other in ways if other is not way):
        return Leaf(router)
    own = intervals.difference(router.addresses(entrance.vrf), asked)
    hop = None if way.next_hop is None else int(way.next_hop)
    onward = Entrance(way.tunnel.device, backbone(way.tunnel.vrf)) if way.tunnel else None
    return Leaf(router, way, hop, onward, way.destinations, intervals.union(way.destinations, own))
