"""What lines guarantee and admit, and go or no-go of meetings, against the figures of the sources."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from govnet.capacity import Call, Lines, Plan, examine, guaranteed
from govnet.capacity.conference import RATE_KBPS, Measured, Seen, admitted, needed
from govnet.cli.lines import at_once
from govnet.errors import InputError
from govnet.network import figures
from govnet.network.summary import network_named
from govnet.outcome import Outcome

if TYPE_CHECKING:
    from govnet.network.model import Network

HUB = "c-hxtel-zf-n-01"
GOOD = Measured(used=0.1, loss=0.0, delay=0.01, jitter=0.001)


@cache
def haixi() -> Network:
    return network_named("haixi")


@cache
def inner() -> Network:
    return network_named("qinghai-inner")


def venues(network: Network) -> tuple[str, ...]:
    return tuple(place.slug for place in network.places.values() if place.venue)


@pytest.mark.parametrize(
    ("speed", "video", "limit"), [(2000, 960, 1), (10000, 3000, 3), (20000, 8000, 8), (100000, 45000, 48)]
)
def test_the_video_share_of_each_speed_admits_so_many_venues(speed: int, video: int, limit: int) -> None:
    circuit = replace(haixi().circuits[HUB], speed_kbps=speed)
    assert (guaranteed(haixi(), circuit, "video"), admitted(haixi(), circuit)) == (video, limit)


def test_61_venues_at_once_are_more_than_the_hub_admits() -> None:
    assert needed(61) == 56218
    assert needed(48) <= 45000 < needed(49)


@pytest.mark.parametrize(
    ("name", "device", "found"),
    [
        ("haixi", "hx-tel-n-agg01", (61, 48)),
        ("qinghai-inner", "qh-haixi-n-pe01", (8, 8)),
        ("qinghai-inner", "qh-xining-datong-n-ce01", (11, 3)),
    ],
)
def test_so_many_of_the_lines_below_may_call_at_once(name: str, device: str, found: tuple[int, int]) -> None:
    network = network_named(name)
    (load,) = [load for load in figures.loads(network) if load.device == device]
    assert (load.lines, at_once(network, load, RATE_KBPS)) == found


def test_eight_county_venues_fit_a_20m_trunk_uncascaded() -> None:
    assert needed(8) == 7373
    assert needed(8) <= 8000


def test_classes_add_up_to_no_more_than_a_line() -> None:
    for network in (haixi(), inner(), network_named("qinghai-outer")):
        for circuit in network.circuits.values():
            shares = [guaranteed(network, circuit, name) for name in network.traffic]
            assert None not in shares
            assert sum(share or 0 for share in shares) <= circuit.speed_kbps or circuit.upgrades


def test_a_venue_of_a_node_depends_on_its_line_and_the_hub() -> None:
    call = Call(haixi(), Plan("t", venues(haixi())))
    assert call.way("n001") == ("c-hxtel-n001-n-01", HUB)
    assert call.streams[HUB] == 8


def test_two_levels_of_mcus_put_one_stream_on_each_trunk() -> None:
    call = Call(inner(), Plan("t", venues(inner())))
    assert call.centre == "qh-prov-n-mcu01"
    assert call.mcu_of("haixi-geermu") == "qh-haixi-n-mcu01"
    trunks = {
        name: count for name, count in call.streams.items() if name.startswith("c-prov-") and "dangwei" not in name
    }
    assert [trunks[f"c-prov-{place}-n-01"] for place in ("xining", "haixi", "yushu")] == [1, 1, 1]
    assert {check.outcome for venue in examine(call, Seen()) for check in venue.checks[:2]} == {Outcome.PASS}


def test_without_cascading_the_trunk_of_haixi_is_too_narrow() -> None:
    call = Call(inner(), Plan("t", venues(inner()), cascade=False))
    short = {
        venue.venue
        for venue in examine(call, Seen())
        if any(c.name == "reserved" and c.outcome is Outcome.FAIL for c in venue.checks)
    }
    assert short == {
        place.slug for place in inner().places.values() if place.venue and "haixi" in (place.slug, place.within)
    }


def seen(**of_n001: object) -> Seen:
    circuits = dict.fromkeys(haixi().circuits, GOOD)
    circuits["c-hxtel-n001-n-01"] = replace(GOOD, **of_n001)  # type: ignore[arg-type] # a table of one field each
    return Seen(circuits, {"hx-zf-n-mcu01": True})


@pytest.mark.parametrize(
    ("measured", "check", "outcome"),
    [
        ({}, "", Outcome.PASS),
        ({"used": 0.6}, "headroom", Outcome.FAIL),
        ({"used": 0.539}, "", Outcome.PASS),
        ({"used": None}, "headroom", Outcome.UNKNOWN),
        ({"loss": 0.011}, "quality", Outcome.FAIL),
        ({"loss": None}, "quality", Outcome.UNKNOWN),
        ({"delay": 0.151}, "quality", Outcome.FAIL),
        ({"jitter": 0.051}, "quality", Outcome.FAIL),
        ({"jitter": None, "loss": 0.5}, "quality", Outcome.FAIL),
    ],
)
def test_one_thing_wrong_with_a_line_decides_its_venue_alone(
    measured: dict[str, object], check: str, outcome: Outcome
) -> None:
    first, *others = examine(Call(haixi(), Plan("t", venues(haixi()))), seen(**measured))
    assert first.outcome is outcome
    assert {c.name for c in first.checks if c.outcome is not Outcome.PASS} == ({check} if check else set())
    assert {venue.outcome for venue in others} == {Outcome.PASS}


def test_an_mcu_that_does_not_answer_stops_everybody() -> None:
    found = list(examine(Call(haixi(), Plan("t", venues(haixi()))), Seen(seen().circuits, {"hx-zf-n-mcu01": False})))
    assert {venue.outcome for venue in found} == {Outcome.FAIL}


def test_nothing_seen_is_no_go_for_nobody_and_a_go_for_nobody() -> None:
    found = list(examine(Call(haixi(), Plan("t", venues(haixi()))), Seen()))
    assert {venue.outcome for venue in found} == {Outcome.UNKNOWN}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("n001", "n009"), "'n009' is no venue"),
        (("n001", "n001"), "'n001' is there 2 times"),
        ((), "the plan names no venue"),
    ],
)
def test_a_wrong_plan_says_what_is_wrong(names: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Call(haixi(), Plan("t", names), "plan.yaml")


def test_a_network_without_an_mcu_has_no_conferences() -> None:
    laixi = network_named("laixi")
    with pytest.raises(InputError, match="has no MCU"):
        Call(laixi, Plan("t", ("x",)))


def test_lines_lead_nowhere_from_a_place_without_a_device() -> None:
    assert Lines(haixi()).between("nowhere", "hx-zf-n-mcu01") is None
