"""Kinds of misconfiguration, each typed at an emulated device, read back and proven: found, and named; no false alarm.

``pytest -s tests/mutations`` prints them as one table, as ``python -m benchmarks.mutations`` does.
"""

from __future__ import annotations

import sys

import pytest
from support.mutation_firewalls import FIREWALLS, HARMLESS
from support.mutation_routers import TOWNS
from support.mutation_switches import CORES, FLOORS
from support.mutations import Bench, By, Mutation, Outcome, reference, table

from govnet.isolation.proof import PairResult

MUTATIONS = (*FLOORS, *CORES, *TOWNS, *FIREWALLS)
OUTCOMES: list[Outcome] = []
ALARMS: dict[str, list[str]] = {}


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(reference())


def test_the_clean_network_has_no_finding(bench: Bench) -> None:
    assert bench.proof.counts[PairResult.OK] == len(bench.proof.pairs) == len(bench.network.zones) ** 2
    assert (bench.proof.notes, bench.proof.holes) == ((), ())
    assert [str(line) for reading in bench.clean.values() for line in reading.unread] == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[mutation.kind for mutation in MUTATIONS])
def test_a_mistake_is_found_and_named(bench: Bench, mutation: Mutation) -> None:
    outcome = bench.judge(mutation)
    OUTCOMES.append(outcome)
    assert outcome.found, outcome.said


@pytest.mark.parametrize("kind", HARMLESS)
def test_harmless_lines_raise_no_alarm(bench: Bench, kind: str) -> None:
    ALARMS[kind] = bench.alarms(HARMLESS[kind])
    assert ALARMS[kind] == []


def test_the_table_is_long_enough_and_mostly_proven() -> None:
    """Printed last: what this run has judged."""
    sys.stdout.write("\n".join(["", *table(OUTCOMES, ALARMS), ""]))
    kinds = [mutation.kind for mutation in MUTATIONS]
    assert len(set(kinds)) == len(kinds) >= 40
    assert sum(mutation.by is By.CONFIG for mutation in MUTATIONS) < len(kinds) / 3
