"""Endpoints that must not hear each other at one switch, and do: port isolation that is missing there.

The inventory names the zones (``isolated`` of a device); it is about frames from one port of the switch to another, not
about what a router or another switch hands back.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from govnet.isolation import intervals
from govnet.isolation.packets import PacketSet
from govnet.isolation.trace import Tracer, likely
from govnet.isolation.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.isolation.sites import Site
    from govnet.isolation.world import World
    from govnet.network.cabled import End
    from govnet.network.model import Network
    from govnet.network.placed import Segment


class Heard(NamedTuple):
    """An endpoint's port whose frames come to another port of the same switch, and may not."""

    segment: Segment
    one: End
    other: End

    @property
    def packets(self) -> PacketSet:
        """The packets that hosts of the segment can send each other."""
        space = intervals.of_networks([self.segment.subnet])
        return PacketSet.of(space, space)


def apart(network: Network, zone: str, ends: Sequence[End]) -> bool:
    """Return whether endpoints of a zone at some ports are not to hear each other: they are at one switch, isolated."""
    devices = {end.device for end in ends}
    return len(devices) == 1 and zone in network.devices[ends[0].device].isolated


def heard(world: World, zone: str) -> Iterator[Heard]:
    """Yield every two ports of a zone at one switch that should be isolated from each other and are not."""
    ends: dict[Segment, list[End]] = {}
    isolating = any(zone in device.isolated for device in world.network.devices.values())
    for plug in world.network.attachments if isolating else ():
        if plug.zone == zone and apart(world.network, zone, [plug.end]) and plug.end.device in world.configs:
            ends.setdefault(plug.segment, []).append(plug.end)
    for segment, members in ends.items():
        for one, other in permutations(members, 2):
            if one.device == other.device and _way(world, one, other):
                yield Heard(segment, one, other)


def _way(world: World, one: End, other: End) -> bool:
    view = world.layer2.views[one.device]
    sends, hears = view.presence(one.port, hostile=True).sends, view.presence(other.port, hostile=True).hears
    return not hears.isdisjoint(world.layer2.reached(sorted(sends)))


def witness(world: World, found: Heard) -> Witness:
    """Return a packet from one port to the other, through the switch."""
    view, tracer = world.layer2.views[found.one.device], Tracer(world)
    way = tracer.way(
        view.presence(found.one.port, hostile=True).sends, view.presence(found.other.port, hostile=True).hears
    )
    site: Site = next(s for s in world.sites.values() if s.segment == found.segment)
    return Witness(likely(found.packets, site, site), tuple(tracer.switched(way, [found.one], [found.other])))
