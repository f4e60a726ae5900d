"""The information systems in the report: carried, isolated, monitored, each with what shows it; unseen is no yes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.html_page import parse
from support.report_runs import laixi, run

from govnet.report import Run, render
from govnet.report.systems import SystemRow, systems
from govnet.report.tone import Tone


def found(of: Run) -> dict[str, SystemRow]:
    return {row.slug: row for row in systems(of)}


@pytest.mark.parametrize(
    ("system", "carried", "isolated", "monitored"),
    [
        ("jinhong", "yes", "yes", "yes"),
        ("sites", "yes", "yes", "yes"),
        ("statistics", "yes", "yes", "no"),
        ("health", "yes", "yes", "unknown"),
    ],
)
def test_a_network_as_it_should_be(system: str, carried: str, isolated: str, monitored: str) -> None:
    row = found(run())[system]
    assert (row.carried.word, row.isolated.word, row.monitored.word) == (carried, isolated, monitored)


def test_what_shows_it_is_named() -> None:
    row = found(run())["jinhong"]
    assert row.carried.why.en == "proven for prv > jh, health > jh, just > jh"
    assert row.monitored.why.en == "https to lx-adc-u-srv01 (10.128.96.11), lx-adc-u-srv02 (10.128.96.12)"


def test_before_the_change_systems_were_open_to_others() -> None:
    row = found(replace(run(), after=run().before))["jinhong"]
    assert (row.isolated.tone, row.isolated.word) == (Tone.BAD, "no")
    assert row.isolated.why.en.startswith("packets get through from ")


def test_without_a_proof_nothing_is_yes() -> None:
    bare = replace(run(), before=None, predicted=None, after=None)
    assert {(row.carried.word, row.isolated.word) for row in found(bare).values()} == {("unknown", "unknown")}


def test_a_system_that_the_policy_shuts_out_is_not_carried() -> None:
    network = laixi()
    shut = replace(network.systems["jinhong"], clients=("inet",))
    row = found(replace(run(), network=replace(network, systems={"jinhong": shut})))["jinhong"]
    assert (row.carried.word, row.carried.why.en) == ("no", "the policy opens nothing for inet > jh")


def test_the_page_has_a_row_for_each_in_both_languages() -> None:
    page = render(run())
    section = parse(page).one("section", id="systems")
    assert len([row for row in section.all("tr") if row.all("td")]) == len(laixi().systems) == 12
    assert "金宏电子政务系统" in page
    assert "Jinhong office system" in page
