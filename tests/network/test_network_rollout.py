"""How the networks grew: the figures of the sources, day by day and prefecture by prefecture."""

from __future__ import annotations

import itertools
from datetime import date
from functools import cache

import pytest

from govnet import resources
from govnet.network.asof import as_of
from govnet.network.figures import Coverage
from govnet.network.load import read_whole
from govnet.network.model import Network  # noqa: TC001 - beside what loads it
from govnet.network.rollout import regions, steps


@cache
def whole(name: str) -> Network:
    return read_whole(resources.folder("inventory") / name)


@pytest.mark.parametrize(
    ("day", "kind", "having", "of"),
    [
        ("2005-07-01", "prefecture", 8, 8),
        ("2005-07-01", "county", 0, 46),
        ("2005-12-01", "county", 46, 46),
        ("2006-07-01", "department", 14, 14),
        ("2007-01-01", "township", 0, 366),
        ("2008-06-01", "township", 201, 366),
    ],
)
def test_what_had_joined_on_a_day(day: str, kind: str, having: int, of: int) -> None:
    found = {str(step.day): step.stand for step in steps(whole("qinghai-inner"))}
    assert found[day].places[kind] == Coverage(having, of)


def test_nothing_ever_leaves_and_in_the_end_all_is_there() -> None:
    found = [step.stand for step in steps(whole("qinghai-inner"))]
    for before, after in itertools.pairwise(found):
        assert all(after.places[kind].having >= covered.having for kind, covered in before.places.items())
    assert found[-1].venues == Coverage(64, 64)
    assert found[-1].sets == {"documents": Coverage(2770, 2770), "generic-oa": Coverage(42, 42)}


@pytest.mark.parametrize(
    ("day", "documents", "sets"),
    [
        ("2005-07-01", 128, 0),
        ("2005-12-01", 128, 0),
        ("2007-03-01", 729, 0),
        ("2007-07-01", 729, 17),
        ("2008-06-01", 2770, 17),
        ("2008-07-01", 2770, 42),
    ],
)
def test_systems_grew_in_phases(day: str, documents: int, sets: int) -> None:
    """Documents in 2005 at the province, 2007 in the prefectures, 2008 in the counties; the sets in 2007 and 2008."""
    found = {str(step.day): step.stand.sets for step in steps(whole("qinghai-inner"))}[day]
    assert found == {"documents": Coverage(documents, 2770), "generic-oa": Coverage(sets, 42)}


@pytest.mark.parametrize(
    ("day", "lans", "percent", "nodes"),
    [
        ("2006-11-01", Coverage(56, 97), 57.7, Coverage(61, 61)),
        ("2008-07-01", Coverage(48, 89), 53.9, Coverage(53, 53)),
    ],
)
def test_56_of_97_units_have_a_lan_until_eight_leave(day: str, lans: Coverage, percent: float, nodes: Coverage) -> None:
    stand = {str(step.day): step.stand for step in steps(whole("haixi"))}[day]
    assert (stand.lans, stand.lans.percent, stand.places["node"]) == (lans, percent, nodes)


def test_regions_add_up_to_the_network() -> None:
    network = whole("qinghai-inner")
    found = regions(network, as_of(network, date(2008, 12, 31)))
    assert len(found) == len({region.spot for region in found}) == 8
    for kind, having, of in (("county", 46, 46), ("township", 201, 366)):
        assert sum(region.stand.places[kind].having for region in found) == having
        assert sum(region.stand.places[kind].of for region in found) == of


def test_a_plan_of_2004_joins_no_county() -> None:
    last = steps(whole("qinghai-inner"), "plan-2004")[-1].stand
    assert last.places["county"].having == 0
    assert last.places["prefecture"].having == 8


def test_nobody_is_a_venue_before_there_are_conferences() -> None:
    for profile in ("", "plan-2004"):
        found = [
            step.stand.venues.having for step in steps(whole("qinghai-inner"), profile) if step.day < date(2007, 1, 1)
        ]
        assert found
        assert set(found) == {0}
