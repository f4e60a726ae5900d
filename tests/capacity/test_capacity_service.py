"""A month against the contract: unseen time is neither up nor down, and credit is claimed for what was seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govnet.capacity.service import Line, Month, alone, by_carrier, sheet
from govnet.network.summary import network_named
from govnet.outcome import Outcome

NODE = "c-hxtel-n001-n-01"
MONTH = 30 * 86_400.0
WELL = Month(MONTH, seen=MONTH, down=0.0, loss=0.0, delay=0.01, jitter=0.001)


def line(month: Month) -> Line:
    found = {one.circuit.id: one for one in sheet(network_named("haixi"), {NODE: month}, MONTH)}
    return found[NODE]


@pytest.mark.parametrize(
    ("seen", "down", "outcome", "credit"),
    [
        (MONTH, 0.0, Outcome.PASS, 0),
        (MONTH, MONTH * 0.0009, Outcome.PASS, 0),
        (MONTH, MONTH * 0.0011, Outcome.FAIL, 5),
        (MONTH, MONTH * 0.006, Outcome.FAIL, 10),
        (MONTH, MONTH * 0.02, Outcome.FAIL, 25),
        (MONTH, MONTH, Outcome.FAIL, 100),
        (0.0, 0.0, Outcome.UNKNOWN, 0),
        (MONTH * 0.9, 0.0, Outcome.UNKNOWN, 0),
        (MONTH * 0.9995, 0.0, Outcome.PASS, 0),
        (MONTH * 0.5, MONTH * 0.0011, Outcome.FAIL, 5),
        (MONTH * 0.5, MONTH * 0.0005, Outcome.UNKNOWN, 0),
    ],
)
def test_availability(seen: float, down: float, outcome: Outcome, credit: float) -> None:
    found = line(replace(WELL, seen=seen, down=down))
    assert (found.availability, found.credit) == (outcome, credit)


@pytest.mark.parametrize(
    ("measured", "outcome", "said"),
    [
        ({}, Outcome.PASS, "as promised"),
        ({"loss": 0.002}, Outcome.FAIL, "loss 0.20% of 0.10%"),
        ({"delay": 0.021}, Outcome.FAIL, "delay 0.021 s of 0.020 s"),
        ({"jitter": None}, Outcome.UNKNOWN, "jitter not measured"),
        ({"jitter": None, "loss": 0.5}, Outcome.FAIL, "loss 50.00% of 0.10%"),
    ],
)
def test_quality(measured: dict[str, float | None], outcome: Outcome, said: str) -> None:
    found = line(replace(WELL, **measured))
    assert (found.quality, found.said) == (outcome, said)


def test_lines_of_the_government_are_not_on_the_sheet_and_carriers_are_counted() -> None:
    lines = list(sheet(network_named("haixi"), {NODE: replace(WELL, down=MONTH)}, MONTH))
    assert len(lines) == 62
    assert by_carrier(lines) == {"中国电信海西分公司": (1, 61, 62)}


def test_a_line_without_a_contract_is_not_judged() -> None:
    lines = list(sheet(network_named("laixi"), {}, MONTH))
    assert {(one.availability, one.credit) for one in lines} == {(Outcome.NOT_APPLICABLE, 0.0)}


@pytest.mark.parametrize(
    ("far", "near", "ratio", "own"),
    [
        (0.03, 0.01, False, 0.02),
        (0.01, 0.03, False, 0.0),
        (None, 0.01, False, None),
        (0.01, None, False, None),
        (0.75, 0.5, True, 0.5),
        (1.0, 1.0, True, 1.0),
    ],
)
def test_what_a_line_adds_to_the_way_before_it(
    far: float | None,
    near: float | None,
    ratio: bool,  # noqa: FBT001 - a column of the table
    own: float | None,
) -> None:
    found = alone(far, near, ratio=ratio)
    assert found == (None if own is None else pytest.approx(own))
