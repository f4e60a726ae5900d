"""Leased lines are held to the ordered speed and shared out by class at every router that has words for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from govnet.config import check
from govnet.config.circuits import SHAPED
from govnet.config.intent import intent
from govnet.config.queueing import Queueing, queue_of
from govnet.network.asof import viewing
from govnet.network.model import Network  # noqa: TC001 - beside what loads it
from govnet.network.summary import network_named

SHARES = {
    2000: {0: 7, 1: 10, 2: 20, 3: 10, 4: 48, 6: 5},
    10000: {0: 10, 1: 20, 2: 25, 3: 10, 4: 30, 6: 5},
    20000: {0: 10, 1: 15, 2: 20, 3: 10, 4: 40, 6: 5},
}


def lines(network: Network) -> dict[tuple[str, str], int]:
    """Return (device, port) -> kbit/s of every end of a leased line that a router of ours has."""
    return {
        (end.device, end.port): network.circuits[link.circuit].speed_on(network.day)  # type: ignore[arg-type]
        for link in network.links
        if link.circuit
        for end in (link.a, link.b)
        if network.devices[end.device].platform in SHAPED
    }


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("haixi", {2000: 61}),
        ("qinghai-inner", {2000: 402, 10000: 120, 20000: 16}),
        ("qinghai-outer", {10000: 146, 20000: 16}),
    ],
)
def test_every_end_of_a_line_has_its_classes(name: str, counts: dict[int, int]) -> None:
    network = network_named(name)
    wanted = lines(network)
    assert Counter(wanted.values()) == counts
    for device in network.commanded():
        queueing = intent(network, device.name).queueing
        shared = {port: one for port, one in queueing.items() if one.shares}
        own = {port: speed for (at, port), speed in wanted.items() if at == device.name}
        assert shared == {port: Queueing(speed, SHARES[speed]) for port, speed in own.items()}
        assert {one.rate_kbps for port, one in queueing.items() if port not in own} <= {None}


def test_before_the_upgrade_a_county_line_is_held_to_two_megabits() -> None:
    with viewing(date(2007, 1, 1), ""):
        network = network_named("qinghai-inner")
    assert {one.rate_kbps for one in intent(network, "qh-haixi-geermu-n-ce01").queueing.values()} == {2000, None}


def test_a_network_without_classes_shares_nothing_out() -> None:
    network = network_named("laixi")
    assert not any(intent(network, device.name).queueing for device in network.commanded())


@pytest.mark.parametrize(("dscp", "queue"), [(48, 6), (34, 4), (26, 3), (18, 2), (10, 1), (0, 0)])
def test_classes_have_queues_of_their_own(dscp: int, queue: int) -> None:
    assert queue_of(dscp) == queue


def test_what_does_not_hang_together_is_named() -> None:
    config = intent(network_named("haixi"), "hx-n001-n-cpe01")
    wrong = {"nowhere": Queueing(), "GigabitEthernet0/0/1": Queueing(2000, {9: 60, 1: 50})}
    assert check(replace(config, queueing=wrong)) == [
        "queues of port nowhere, which does not exist",
        "port GigabitEthernet0/0/1 has no queue 9: they are numbered 0 to 7",
        "the queues of port GigabitEthernet0/0/1 are guaranteed 110 % together",
    ]
