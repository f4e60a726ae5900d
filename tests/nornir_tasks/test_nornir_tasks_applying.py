"""Changes on emulated devices: checkpoint, refusal and way back, drift, budget, deadline, and what the journal says."""

from __future__ import annotations

import re
import sqlite3
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from support.laixi import CORE, Estate, estate, floor, network
from support.plans import plan_file

from govnet.config.diff import diff
from govnet.config.intent import intent
from govnet.errors import RefusedError
from lab.faults import DropAfter, Hang, Refuse, Unreachable
from nornir_tasks.changes import begin, carry_out, choose, new_id, standing, unfinished
from nornir_tasks.job import Ending, Job
from nornir_tasks.journal import Journal
from nornir_tasks.planfile import Author, PlanFile, Request
from nornir_tasks.readiness import insist_accepted, insist_ready, way_back

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lab.faults import Fault
    from nornir_tasks.changes import ChangeReport

pytestmark = pytest.mark.lab
DEVICES = (floor(1), floor(2), floor(3), CORE)
NOW = datetime(2026, 5, 1, 2, 30, tzinfo=UTC)
SMALL = Request(Author("ann"), accept_unknown=True)


@pytest.fixture
def laixi(tmp_path: Path) -> Iterator[Estate]:
    with estate(tmp_path, *DEVICES) as made:
        made.read()
        yield made


def plan_of(laixi: Estate, *names: str) -> PlanFile:
    chosen = names or DEVICES
    return plan_file(laixi.readings, {name: intent(network(), name) for name in chosen}, request=SMALL)


def run(laixi: Estate, plan: PlanFile, *, budget: int = 0, deadline: float = 60) -> ChangeReport:
    change = new_id(laixi.journal, plan, NOW)
    begin(laixi.journal, plan, change)
    job = Job(
        network(), plan.plan.devices, change, laixi.journal, accept_unverified=True, deadline=deadline, budget=budget
    )
    return carry_out(laixi.runner, plan, job)


def as_before(laixi: Estate, name: str) -> bool:
    was = laixi.readings[name].config
    return not diff(laixi.outcome(name).done[name].reading.config, was)


def test_a_change_goes_through_and_the_journal_says_how(laixi: Estate) -> None:
    plan = plan_of(laixi)
    report = run(laixi, plan)
    assert report.devices == dict.fromkeys([name for wave in plan.waves for name in wave], Ending.AS_PLANNED)
    assert report.failed == {}
    for name in DEVICES:
        assert not diff(laixi.outcome(name).done[name].reading.config, intent(network(), name))
    rows = [(row.step, row.state) for row in laixi.journal.of_change(report.id) if row.device == CORE]
    steps = ("checkpoint", "send", "verify", "save")
    assert rows == [("claim", "begun"), *((s, w) for s in steps for w in ("begun", "done")), ("outcome", "done")]
    assert "vlan 303 create" not in laixi.type(CORE, "more govnet.cfg")[0], "the checkpoint is from before the change"
    assert laixi.journal.verify() == []
    assert unfinished(laixi.journal) == []
    again = run(laixi, plan)
    assert set(again.devices.values()) == {Ending.AS_PLANNED}
    short = plan.hash[:8]
    assert [report.id, again.id] == [f"20260501T023000-{short}", f"20260501T023000.2-{short}"], "in the same second"
    with pytest.raises(RefusedError, match=rf"may mean {report.id}, {re.escape(again.id)}"):
        choose(laixi.journal, short)
    assert not [row for row in laixi.journal.of_change(again.id) if row.step == "send"], "nothing is sent twice"


FAULTS: dict[str, Fault] = {
    "refuses a line": Refuse(r"vlan create 203|vlan members add 3\d\d", "% Invalid input detected at '^' marker."),
    "refuses to save": Refuse("copy config nvram", "% Cannot save"),
    "takes a line in silence and does not do it": Refuse("snmp-server location", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_device_that_fails_is_put_back_and_no_further_wave_is_begun(laixi: Estate, fault: str) -> None:
    plan = plan_of(laixi)
    canary = plan.waves[0][0]
    laixi.lab.faults.set(canary, FAULTS[fault])
    report = run(laixi, plan)
    assert report.devices[canary] == Ending.AS_BEFORE
    assert report.stopped
    assert {state for name, state in report.devices.items() if name != canary} == {"not-started"}
    assert "It was put back and is as before" in str(report.failed[canary])
    assert as_before(laixi, canary)


def test_the_failure_budget_lets_the_others_go_on(laixi: Estate) -> None:
    plan = plan_of(laixi)
    canary = plan.waves[0][0]
    laixi.lab.faults.set(canary, FAULTS["refuses a line"])
    report = run(laixi, plan, budget=1)
    assert report.devices[canary] == Ending.AS_BEFORE
    assert {state for name, state in report.devices.items() if name != canary} == {Ending.AS_PLANNED}
    assert not report.stopped


def test_a_session_that_is_lost_is_opened_again_for_the_way_back(laixi: Estate) -> None:
    """The session is dropped again and again: the device cannot be put back, and the journal says so."""
    laixi.lab.faults.set(floor(1), DropAfter(30))
    report = run(laixi, plan_of(laixi, floor(1)))
    assert report.devices[floor(1)] in (Ending.LOOK, Ending.AS_BEFORE)
    if report.devices[floor(1)] == Ending.AS_BEFORE:
        laixi.lab.faults.clear()
        assert as_before(laixi, floor(1))
    else:
        assert "look at it" in str(report.failed[floor(1)])


def test_a_device_that_hangs_is_given_up_at_its_deadline(laixi: Estate) -> None:
    laixi.lab.faults.set(floor(1), Hang("snmp-server location"))
    # Time to get to the line that hangs, and for the way back; much less than the patience with a silent device.
    deadline = 8
    begun = time.monotonic()
    report = run(laixi, plan_of(laixi, floor(1)), deadline=deadline)
    assert time.monotonic() - begun > deadline
    assert report.devices[floor(1)] == Ending.AS_BEFORE
    (waited,) = re.findall(r"fell silent for (\d+) s", str(report.failed[floor(1)]))
    assert int(waited) <= deadline < laixi.access.patience
    laixi.lab.faults.clear()
    assert as_before(laixi, floor(1))


def test_a_device_that_drifted_is_refused_and_nothing_is_sent(laixi: Estate) -> None:
    plan = plan_of(laixi, floor(1))
    laixi.type(floor(1), "enable", "configure terminal", "vlan create 777 type port")
    with pytest.raises(RefusedError, match=f"{floor(1)}: was changed since the plan was made; nothing was sent"):
        insist_ready(network(), laixi.read(), {}, plan)
    report = run(laixi, plan)
    assert "was changed since the plan was made" in str(report.failed[floor(1)])
    assert not [row for row in laixi.journal.of_change(report.id) if row.step == "send"]


def test_unverified_commands_are_asked_for_before_anything_is_sent(laixi: Estate) -> None:
    with pytest.raises(RefusedError, match="have no public source"):
        insist_accepted(plan_of(laixi, CORE).plan, accepted=False)


def test_a_device_that_is_gone_is_a_failure_of_its_own(laixi: Estate) -> None:
    plan = plan_of(laixi, floor(1), floor(2))
    laixi.runner.__exit__()
    laixi.lab.faults.set(plan.waves[0][0], Unreachable())
    report = run(laixi, plan)
    assert report.devices[plan.waves[0][0]] == Ending.AS_BEFORE
    assert "nothing was sent" in laixi.journal.of_change(report.id)[-2].detail or report.stopped


def test_a_change_is_taken_back_in_reverse_and_only_when_it_proves(laixi: Estate) -> None:
    plan = plan_of(laixi)
    done = run(laixi, plan)
    now = laixi.outcome()
    readings = {name: found.reading for name, found in now.done.items()}
    undo, order = way_back(network(), readings, plan, standing(laixi.journal, plan, done.id))
    assert order == tuple(reversed(plan.waves))
    back = plan_file(readings, {name: plan.plan.devices[name].running for name in undo.devices}, request=SMALL)
    assert back.refused, "back to the factory state everybody reaches everybody"
    laixi.type(floor(1), "enable", "configure terminal", "vlan create 777 type port")
    spoilt = {**readings, floor(1): laixi.outcome(floor(1)).done[floor(1)].reading}
    with pytest.raises(RefusedError, match="taking it back would undo that too"):
        way_back(network(), spoilt, plan, standing(laixi.journal, plan, done.id))
    assert choose(laixi.journal, done.id[:10]) == done.id
    with pytest.raises(RefusedError, match="nothing to resume"):
        choose(laixi.journal, "")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("UPDATE steps SET detail = 'x' WHERE id = 2", "row 2 "),
        ("DELETE FROM steps WHERE id = 2", "row 2 is missing"),
        ("UPDATE steps SET at = '2020-01-01' WHERE id = 3", "row 3 "),
        ("UPDATE plans SET text = replace(text, 'lx', 'yx')", "the plan of change c1 was altered"),
    ],
)
def test_a_journal_that_was_altered_is_found_out(tmp_path: Path, spoil: str, words: str) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal(path) as journal:
        journal.open_change("c1", '{"plan": "lx"}', "said")
        journal.write("sw1", "send", "begun", change="c1")
        journal.write("sw1", "send", "done", change="c1")
        assert journal.verify() == []
    with sqlite3.connect(path) as other:
        other.execute(spoil)
    other.close()
    with Journal(path) as journal:
        assert words in journal.verify()[0]


def test_two_runs_do_not_change_one_network_at_once(tmp_path: Path) -> None:
    with (
        Journal(tmp_path / "j.sqlite") as one,
        Journal(tmp_path / "j.sqlite") as two,
        one.alone(),
        pytest.raises(RefusedError, match="another govnet is changing this network now"),
        two.alone(),
    ):
        pytest.fail("both at once")
