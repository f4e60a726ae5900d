"""All 112 rules are there, each with what a reader of a report must know of it."""

from __future__ import annotations

from collections import Counter

import pytest

from govnet.audit import Severity, rules
from govnet.audit.registry import FAMILIES

# Rules by family, and how many each has.
EXPECTED = {
    "ISO": 21, "ARC": 9, "ACL": 9, "BND": 7, "IDS": 4, "LOG": 7, "MGT": 15, "CFG": 9, "PWR": 7, "ENV": 8, "EGN": 7,
    "SEC": 2, "GOV": 7,
}  # fmt: skip
CRITICAL = {
    "ISO-01", "ISO-02", "ISO-04", "ISO-05", "ISO-06", "ISO-07", "ISO-08", "ISO-09", "ISO-11", "ACL-01", "ACL-02",
    "BND-01", "MGT-03", "MGT-05", "MGT-06", "CFG-09", "ENV-05", "EGN-06",
}  # fmt: skip
LOW = {"ARC-09", "EGN-07", "GOV-03", "GOV-04", "GOV-07"}
ALL = {rule.id: rule for rule in rules()}
IDS = [f"{family}-{number:02}" for family, count in EXPECTED.items() for number in range(1, count + 1)]


def test_every_rule_is_there_once_and_in_order() -> None:
    assert [rule.id for rule in rules()] == IDS
    assert len(IDS) == 112
    assert tuple(EXPECTED) == FAMILIES


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_says_what_it_is(rule: str) -> None:
    one = ALL[rule]
    assert any("一" <= letter <= "鿿" for letter in one.title)
    assert one.title_en.isascii()
    assert one.clause
    assert any("一" <= letter <= "鿿" for letter in one.demand)
    assert "\n" not in one.demand
    assert one.__doc__
    assert one.planes


def test_severities_are_those_of_the_rule_book() -> None:
    by = Counter(rule.severity for rule in ALL.values())
    assert {rule.id for rule in ALL.values() if rule.severity is Severity.CRITICAL} == CRITICAL
    assert {rule.id for rule in ALL.values() if rule.severity is Severity.LOW} == LOW
    assert by[Severity.HIGH] + by[Severity.MEDIUM] == 112 - len(CRITICAL) - len(LOW)


def test_titles_tell_rules_apart() -> None:
    assert len({rule.demand for rule in ALL.values()}) == 112
    assert len({rule.title for rule in ALL.values()}) == len({rule.title_en for rule in ALL.values()}) == 112
