"""What goes dark, when, and what is cut off: on Laixi, whose figures can be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.laixi import AGG, CORE, CORE2, FIREWALL, floor, network

from govnet.power import Feeds, Reaches, outage
from govnet.power.feeds import FOREVER
from govnet.power.reach import words

if TYPE_CHECKING:
    from govnet.network.model import Network

UPS, EPS = "lx-adc-u-ups01", "lx-adc-u-eps01"
REACHES = Reaches(network())
COMPUTERS = {d.name for d in network().devices.values() if d.role in {"srv", "web", "nms"}}


def with_source(name: str, **changes: object) -> Network:
    source = replace(network().power_sources[name], **changes)  # type: ignore[arg-type]  # names are of the class
    return replace(network(), power_sources={**network().power_sources, name: source})


def test_one_main_of_two_leaves_the_ups_on_and_makes_the_computers_restart() -> None:
    found = outage(Feeds(network()), REACHES, ["mains-a"])
    assert found.stages[0].dark == ("lx-adc-u-hvac01",)
    assert set(found.restarting) == COMPUTERS
    # How long the EPS lasts is not written: a stage without a time, and not one of 0 minutes.
    assert found.stages[-1].minutes is None
    assert set(found.stages[-1].dark) == {"lx-adc-u-hvac01", EPS, *COMPUTERS}


def test_both_mains_end_and_the_network_follows_after_the_minutes_of_the_ups() -> None:
    found = outage(Feeds(network()), REACHES, ["mains-a", "mains-b"])
    air, ups, unknown = found.stages
    assert [stage.minutes for stage in found.stages] == [0.0, 7.0, None]
    assert set(air.dark) == {"lx-adc-u-hvac01", "lx-adc-u-hvac02"}
    assert {CORE, CORE2, FIREWALL, AGG, floor(12), UPS} <= set(ups.dark)
    assert not COMPUTERS & set(ups.dark)
    # The towns have power, but no path.
    assert "lx-shuiji-u-ce01" not in ups.dark
    assert "lx-shuiji-u-ce01" in ups.reach.devices
    assert ("prv", "adc-f03") in ups.reach.segments
    assert set(unknown.dark) >= set(ups.dark) | COMPUTERS


def test_measured_minutes_replace_those_of_the_inventory() -> None:
    found = outage(Feeds(network(), {"ups01": 23.0}), REACHES, ["mains-a", "mains-b"])
    assert [stage.minutes for stage in found.stages] == [0.0, 23.0, None]


def test_a_fast_eps_makes_nobody_restart() -> None:
    fast = with_source("eps01", transfer_ms=5)
    assert outage(Feeds(fast), Reaches(fast), ["mains-a"]).restarting == ()


def test_a_source_that_ends_takes_its_own_batteries_with_it() -> None:
    assert Feeds(network()).source_minutes("ups01", {"ups01"}) == 0
    assert Feeds(network()).source_minutes("ups01", {"mains-a"}) == FOREVER
    assert Feeds(with_source("ups01", minutes=None)).source_minutes("ups01", {"mains-a", "mains-b"}) is None


@pytest.mark.parametrize(
    ("devices", "circuits", "cut", "segments", "upstreams"),
    [
        ((), ("c-adc-shuiji-u-01",), {"lx-shuiji-u-ce01"}, 5, 0),
        ((), ("c-adc-internet-u-01",), set(), 0, 1),
        ((floor(3),), (), {floor(3)}, 9, 0),
        ((FIREWALL,), (), {FIREWALL}, 0, 4),
        ((AGG,), (), {AGG, *(d.name for d in network().devices.values() if d.role == "ce")}, 80, 0),
    ],
)
def test_reach_of_a_loss(
    devices: tuple[str, ...], circuits: tuple[str, ...], cut: set[str], segments: int, upstreams: int
) -> None:
    found = REACHES.of(devices, circuits)
    assert set(found.devices) == cut
    assert (len(found.segments), len(found.upstreams)) == (segments, upstreams)
    assert found.symptoms == len(cut) + segments + upstreams


def test_reach_in_words() -> None:
    said = words(network(), REACHES.of((), ["c-adc-shuiji-u-01"]))
    assert said == "1 device, 5 segments (prv, pub, inet, stat, agri) at 水集街道"


def test_one_of_two_cores_cuts_off_what_hangs_on_it_alone() -> None:
    lost = set(REACHES.of([CORE]).devices)
    assert {CORE, "lx-adc-u-srv01"} <= lost
    assert not lost & {CORE2, AGG, FIREWALL, floor(1)}


names = st.sets(st.sampled_from(sorted(network().devices)), max_size=4)
circuits = st.sets(st.sampled_from(sorted(network().circuits)), max_size=4)


@given(names, circuits, names, circuits)
def test_losing_more_never_reaches_less(some: set[str], cut: set[str], more: set[str], also: set[str]) -> None:
    smaller, larger = REACHES.of(some, cut), REACHES.of(some | more, cut | also)
    # Where every watcher is dead the view is from the cores: that is another question, so it is left out.
    if REACHES.watchers - (some | more):
        assert set(smaller.devices) <= set(larger.devices)
        assert set(smaller.segments) <= set(larger.segments)


@given(st.sets(st.sampled_from(sorted(network().power_sources))))
def test_stages_grow_and_their_times_rise(ended: set[str]) -> None:
    found = outage(Feeds(network()), REACHES, sorted(ended))
    for before, after in zip(found.stages, found.stages[1:], strict=False):
        assert set(before.dark) <= set(after.dark)
        assert before.minutes is not None
        assert after.minutes is None or before.minutes < after.minutes
