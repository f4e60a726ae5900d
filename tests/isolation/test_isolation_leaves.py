"""Where all packets go one way out of a router, what is remembered of that says what the router's tables say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from govnet.config.handoff import ordered
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.isolation.fabric import Fabric
from govnet.isolation.packets import NOTHING, PacketSet
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from govnet.isolation.exploration import Exploration
    from govnet.isolation.passing import Passed, Passing

AWAY = PacketSet.of(sources=((2**32 - 1, 2**32 - 1),))
"""Packets that are not looked at here: where some are ignored every router is asked."""


def told(passed: Passed) -> tuple[object, ...]:
    onward = {
        entrance: PacketSet.all_of([p for e, p in passed.onward if e == entrance]) for entrance, _ in passed.onward
    }
    sites = {one.site for one in passed.delivered}
    delivered = {site: PacketSet.all_of([d.packets for d in passed.delivered if d.site == site]) for site in sites}
    return onward, delivered, PacketSet.all_of([NOTHING, *passed.lost]), {*passed.left_by}


def compared(passing: Passing, exploration: Exploration) -> int:
    """Return at how many entrances a leaf told what becomes of all packets, and all are told the same without."""
    asking = passing.exploring(AWAY, forgetful=False)
    found = 0
    for entrance, packets in exploration.flow.seen.items():
        for part in (packets.difference(AWAY), PacketSet(packets.blocks[:1]).difference(AWAY)):
            short = passing.through(entrance, part, established=exploration.asked.established)
            assert told(short) == told(asking.through(entrance, part, established=exploration.asked.established))
            found += not short.opened and len(short.onward) + len(short.delivered) == 1
    return found


@pytest.mark.parametrize("name", ["haixi", "qinghai-outer"])
def test_what_is_remembered_of_a_way_out_is_what_the_tables_say(name: str) -> None:
    net = network_named(name)
    readings = {d.name: Reading(intent(net, d.name)) for d in net.commanded()} | dict(ordered(net))
    fabric = Fabric(net, readings)
    hostile = sum(compared(fabric.hostile, fabric.spread(zone)) for zone in [*net.zones][:2])
    plain = [*map(fabric.needed, net.zones), fabric.answers()]
    assert hostile + sum(compared(fabric.plain, one) for one in plain) > 100
