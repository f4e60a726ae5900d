"""Removals by SNMPv3 SET on an emulated core, over real SSH and SNMP: through, back, and what can go wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from support import core_by_snmp
from support.laixi import CORE, ROOT, Estate, agent_in, until
from support.plans import plan_file

from govnet.config.diff import diff
from govnet.errors import GovnetError, LoginError, UnreachableError
from lab.faults import SetRefused, SetUnanswered, StaleAgent
from nornir_tasks.changes import begin, carry_out, new_id, resume, standing
from nornir_tasks.job import Ending, Job
from nornir_tasks.journal import Journal
from nornir_tasks.objects import DisagreementError, Objects, nobody
from nornir_tasks.planfile import Author, PlanFile, Request, read_file
from nornir_tasks.readiness import insist_accepted, way_back
from nornir_tasks.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lab.faults import Fault
    from nornir_tasks.changes import ChangeReport
    from nornir_tasks.objects import Agent

pytestmark = pytest.mark.lab
SMALL = Request(Author("ann"), accept_unknown=True)
ORDER = ["rcIpAdEntRowStatus", "rcVlanPortMembers", "rcVlanPortMembers", "rcVlanRowStatus"]


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Estate]:
    with core_by_snmp.core(tmp_path, patience=10) as made:
        yield made


def plan_of(core: Estate) -> PlanFile:
    target = core_by_snmp.wanted(core.readings[CORE].config)
    return plan_file(core.readings, {CORE: target}, core.network, SMALL)


def run(core: Estate, plan: PlanFile, runner: Runner | None = None) -> ChangeReport:
    change = new_id(core.journal, plan, datetime.now(UTC))
    begin(core.journal, plan, change)
    job = Job(core.network, plan.plan.devices, change, core.journal, deadline=60)
    return carry_out(runner or core.runner, plan, job)


def rows(core: Estate, change: str) -> list[tuple[str, str]]:
    return [(row.step, row.state) for row in core.journal.of_change(change) if row.device == CORE]


def left(core: Estate, target: str) -> list[str]:
    """Return in words how the core differs from before, or from the plan."""
    before = core.readings[CORE].config
    wished = before if target == "before" else core_by_snmp.wanted(before)
    now = core.outcome(CORE).done[CORE].reading.config
    return [str(change) for change in diff(now, wished)]


def test_a_plan_says_removals_as_sets_and_asks_for_nothing_unverified(core: Estate) -> None:
    plan = plan_of(core)
    device = plan.plan.devices[CORE]
    insist_accepted(plan.plan, accepted=False)
    written = [command.sets[0].name for command in device.commands if command.sets]
    assert sorted(name.partition(".")[0] for name in written) == sorted(ORDER)
    entry = plan.content["devices"][CORE]["commands"]
    (gone,) = [one for one in entry if one.get("sets") and "rcVlanRowStatus" in one["text"]]
    assert gone["sets"] == [
        {
            "name": "rcVlanRowStatus.303",
            "oid": "1.3.6.1.4.1.2272.1.3.2.1.20.303",
            "type": "INTEGER",
            "value": 6,
            "before": 1,
            "after": None,
        }
    ]
    assert plan.text() == plan_of(core).text(), "the same input gives the same bytes"
    assert read_file(plan.text(), core.network, "plan").hash == plan.hash
    altered = plan.text().replace('"1.3.6.1.4.1.2272.1.3.2.1.20.303"', '"1.3.6.1.4.1.2272.1.3.2.1.20.304"')
    with pytest.raises(GovnetError, match="altered"):
        read_file(altered, core.network, "plan")


def test_a_change_goes_through_in_its_order_and_back_again(core: Estate) -> None:
    plan = plan_of(core)
    report = run(core, plan)
    assert report.devices == {CORE: Ending.AS_PLANNED}
    assert left(core, "planned") == []
    steps = rows(core, report.id)
    assert steps.count(("set", "begun")) == steps.count(("set", "done")) == len(ORDER)
    begun = [row.detail for row in core.journal.of_change(report.id) if (row.step, row.state) == ("set", "begun")]
    assert begun == [command.text for command in plan.plan.devices[CORE].commands if command.sets]
    assert ("type", "done") in steps, "what is typed between has its rows too"
    assert steps[-1] == ("outcome", "done")
    assert "vlan 303" not in core.type(CORE, "more config.cfg")[0], "it is saved"
    now = core.outcome(CORE).done[CORE].reading
    undo, _ = way_back(core.network, {CORE: now}, plan, standing(core.journal, plan, report.id))
    insist_accepted(undo, accepted=False)
    back = plan_file({CORE: now}, {CORE: core.readings[CORE].config}, core.network, SMALL)
    assert run(core, back).devices == {CORE: Ending.AS_PLANNED}
    assert left(core, "before") == []
    assert core.journal.verify() == []


# What the agent does, and a part of what is said of it; the core is as before afterwards.
REFUSED: dict[str, tuple[Fault, str]] = {
    "noSuchName": (SetRefused(2), "noSuchName, it has no such row, or its release no such column"),
    "noAccess": (SetRefused(6), "noAccess, the SNMP user may not write it"),
    "wrongLength": (SetRefused(8), "wrongLength, it does not take such a value"),
    "inconsistentValue": (SetRefused(12), "inconsistentValue, its own rules forbid that now"),
    "commitFailed": (SetRefused(14), "commitFailed, it could not carry that out and changed nothing"),
    "undoFailed": (SetRefused(15, obeyed=True), "undoFailed, it did a part of that and could not undo it"),
    "no answer at all": (SetUnanswered(), "left 3 SETs of rc"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_set_that_fails_is_named_and_the_core_put_back(core: Estate, case: str) -> None:
    fault, words = REFUSED[case]
    plan = plan_of(core)
    core.lab.faults.set(CORE, fault)
    with core.runner if isinstance(fault, SetRefused) else quicker(core, 1) as runner:
        report = run(core, plan, runner)
    assert report.devices == {CORE: Ending.AS_BEFORE}
    assert words in str(report.failed[CORE])
    assert "It was put back and is as before" in str(report.failed[CORE])
    assert left(core, "before") == []
    assert ("set", "failed") in rows(core, report.id)


def quicker(core: Estate, timeout: float) -> Runner:
    """Return a runner that waits less for an agent."""
    access = replace(core.access, agents=lambda device: agent_in(core.lab, device, timeout=timeout))
    return Runner(core.network, access, core.journal)


@pytest.mark.parametrize("obeyed", [True, False])
def test_an_unanswered_set_is_read_before_it_is_sent_again(core: Estate, *, obeyed: bool) -> None:
    core.lab.faults.set(CORE, SetUnanswered(obeyed=obeyed, most=1))
    report = run(core, plan_of(core))
    assert report.devices == {CORE: Ending.AS_PLANNED}
    assert left(core, "planned") == []


def test_a_set_that_was_obeyed_unseen_is_not_sent_again(core: Estate) -> None:
    (written,) = [one.sets for one in plan_of(core).plan.devices[CORE].commands if "RowStatus.2351" in one.text]
    objects = Objects(CORE, agent_in(core.lab, CORE))
    core.lab.faults.set(CORE, SetUnanswered(obeyed=True))
    assert objects.write(written, 20) == 1
    core.lab.faults.clear()
    with pytest.raises(GovnetError, match=r"holds nothing in rcIpAdEntRowStatus\S+ .*where the plan found 1"):
        objects.write(written, 20)


def test_an_agent_that_takes_a_set_and_does_not_obey_is_found_out(core: Estate) -> None:
    plan = plan_of(core)
    core.lab.faults.set(CORE, StaleAgent())
    report = run(core, plan)
    assert "took the SET of" in str(report.failed[CORE])
    assert report.devices == {CORE: Ending.LOOK}, "what both ways do not say alike is not believed"
    core.lab.faults.clear()
    job = Job(core.network, plan.plan.devices, report.id, core.journal)
    assert resume(core.runner, plan, job, go_on=False).devices == {CORE: Ending.AS_BEFORE}
    assert left(core, "before") == []


def test_where_the_two_ways_disagree_nothing_is_sent(core: Estate) -> None:
    run(core, plan_of(core))  # the agent is asked once, so that it has something to go stale
    core.lab.faults.set(CORE, StaleAgent())
    core.type(CORE, 'config vlan 404 create byport 1 name "NEW"')
    core.read(CORE)
    target = replace(core.readings[CORE].config, vlans={
        vid: vlan for vid, vlan in core.readings[CORE].config.vlans.items() if vid != 404
    })  # fmt: skip
    report = run(core, plan_file(core.readings, {CORE: target}, core.network, SMALL))
    error = report.failed[CORE]
    assert isinstance(error, DisagreementError)
    assert error.exit_code == 3
    assert "VLAN 404 is there on the command line only" in str(error)
    assert report.devices == {CORE: Ending.AS_BEFORE}
    assert ("send", "begun") not in rows(core, report.id)


def wrong(core: Estate, field: str) -> Agent:
    agent = agent_in(core.lab, CORE, timeout=0.3 if field in {"address", "username"} else 3)  # the others are answered
    if field == "address":
        return replace(agent, address=(agent.address[0], 9))
    return replace(agent, auth=replace(agent.auth, **{field: "not-the-right-one"}))


WRONG = {
    "password": (LoginError, "refused the SNMPv3 account .*wrongDigests.*Check the account that `write_account` names"),
    "priv_password": (LoginError, "refused the SNMPv3 account .*decryptionErrors"),
    "username": (UnreachableError, "does not answer SNMP .*Check that its agent runs and knows the user"),
    "address": (UnreachableError, "does not answer SNMP .*:9"),
}


@pytest.mark.parametrize("field", WRONG)
def test_an_account_or_agent_that_is_wrong_is_told_and_nothing_was_sent(core: Estate, field: str) -> None:
    kind, words = WRONG[field]
    agent = wrong(core, field)
    access = replace(core.access, agents=lambda _: agent)
    with Runner(core.network, access, core.journal) as other:
        report = run(core, plan_of(core), other)
    with pytest.raises(kind, match=words):
        raise report.failed[CORE]
    assert ("send", "begun") not in rows(core, report.id)
    text = json.dumps([row.detail for row in core.journal.of_change(report.id)]) + repr(access) + repr(agent)
    assert core.lab.credentials.snmp_auth not in text
    assert "not-the-right-one" not in text


def test_without_an_account_it_is_refused_before_anything_is_sent(core: Estate) -> None:
    with Runner(core.network, replace(core.access, agents=nobody), core.journal) as other:
        report = run(core, plan_of(core), other)
    assert "no SNMPv3 account for that is given" in str(report.failed[CORE])
    assert report.failed[CORE].exit_code == 3
    assert left(core, "before") == []


@pytest.mark.parametrize("obeyed", [False, True], ids=["SET lost", "SET obeyed"])
@pytest.mark.parametrize("settle_only", [True, False], ids=["settle", "go on"])
def test_after_a_kill_at_a_set_the_core_is_as_planned_or_as_before(
    core: Estate, tmp_path: Path, *, obeyed: bool, settle_only: bool
) -> None:
    plan = plan_of(core)
    path, file = tmp_path / "killed.sqlite", tmp_path / "plan.json"
    file.write_text(plan.text())
    core.lab.faults.set(CORE, SetUnanswered(obeyed=obeyed))
    kill_at_a_set(core, path, file)
    core.lab.faults.clear()
    with Journal(path) as journal:
        job = Job(core.network, plan.plan.devices, "killed", journal)
        report = resume(core.runner, plan, job, go_on=not settle_only)
        steps = [row.step for row in journal.of_change("killed") if row.device == CORE and row.state == "begun"]
        assert "look" in steps[steps.index("set") :], "the device is read before anything is sent again"
        assert journal.verify() == []
    ending = Ending.AS_BEFORE if settle_only else Ending.AS_PLANNED
    assert report.devices == {CORE: ending}
    assert left(core, "before" if settle_only else "planned") == []


def kill_at_a_set(core: Estate, path: Path, file: Path) -> None:
    """Carry a plan out in a process of its own, and kill it while it waits for the answer to a SET."""
    access, account = core.access, core.lab.credentials
    given = {"username": access.username, "password": access.password, "known_hosts": str(access.known_hosts)}
    given |= {"addresses": dict(access.addresses), "patience": 120}
    given |= {"agent": agent_in(core.lab, CORE).address}
    given |= {"account": [account.snmp_user, account.snmp_auth, account.snmp_priv]}
    with subprocess.Popen(
        [sys.executable, "-m", "support.core_by_snmp", core.network.folder, str(path), str(file)],
        stdin=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    ) as process:
        assert process.stdin
        process.stdin.write(json.dumps(given))
        process.stdin.close()
        until(lambda: waits(core, path), 90)
        process.kill()
    assert process.returncode == -9


def waits(core: Estate, path: Path) -> bool:
    """Return whether a SET is under way, and has reached the agent."""
    if not path.exists():
        return False
    with Journal(path) as journal:
        last = [row for row in journal.of_change("killed") if row.device == CORE][-1:]
    if not last or (last[0].step, last[0].state) != ("set", "begun"):
        return False
    return core.lab.agents is not None and core.lab.agents.sets(CORE) > 0
