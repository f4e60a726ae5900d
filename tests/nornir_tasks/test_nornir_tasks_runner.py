"""Many devices at once: one that fails never stops the others, and each failure names its device and cause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.laixi import AGG, CORE, CORE2, FIREWALL, Estate, access_to, floor, lab_of, network

from govnet.errors import (
    DeviceError,
    GovnetError,
    LoginError,
    RefusedError,
    SessionLostError,
    UnreachableError,
    VerifyError,
)
from lab.faults import DropAfter, Hang, Unreachable, WrongPassword
from lab.server import new_credentials
from nornir_tasks import tasks
from nornir_tasks.journal import Journal
from nornir_tasks.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nornir.core.task import Task

    from lab.faults import Fault

pytestmark = pytest.mark.lab


class Case(NamedTuple):
    """A device, what is wrong with it, and what its failure says; no fault where its host key is at fault."""

    device: str
    fault: Fault | None
    error: type[GovnetError]
    words: str


CASES = (
    Case(floor(1), Unreachable(), UnreachableError, "cannot be reached"),
    Case(floor(2), WrongPassword(), LoginError, "refused the user name or password. Check GOVNET_USERNAME"),
    Case(floor(3), Hang(""), SessionLostError, "fell silent for"),
    Case(floor(4), Hang("show running-config"), SessionLostError, "fell silent for"),
    Case(floor(5), DropAfter(2), SessionLostError, "closed the session. Read the device again"),
    Case(floor(6), None, LoginError, "shows a host key that is not known. Add its key"),
    Case(floor(7), None, LoginError, "shows another host key (SHA256:"),
    Case(CORE, Hang("show bootconfig"), SessionLostError, "fell silent for"),
    Case(AGG, DropAfter(2, "silent"), SessionLostError, "closed the session"),
    Case(FIREWALL, DropAfter(3, "lost"), SessionLostError, "closed the session"),
)
UNKNOWN_KEY, CHANGED_KEY = floor(6), floor(7)
HEALTHY = (CORE2, floor(8), floor(9))


@pytest.fixture(scope="module")
def laixi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """A lab in which most devices are at fault, and an estate that has read them all once."""
    folder = tmp_path_factory.mktemp("runner")
    with lab_of(*(case.device for case in CASES), *HEALTHY) as lab, lab_of(floor(10)) as other:
        made = Estate(lab, folder, patience=8)  # of each that hangs; thirteen log in at once, on one processor maybe
        known = made.access.known_hosts
        assert known
        _spoil_keys(made, other.host_keys)
        for case in CASES:
            lab.faults.set(case.device, *([case.fault] if case.fault else []))
        yield made
        made.close()


def _spoil_keys(made: Estate, others: tuple[str, ...]) -> None:
    """Forget the key of one device and replace that of another by a stranger's."""
    known = made.access.known_hosts
    assert known
    marks = {name: "[{}]:{} ".format(*made.access.addresses[name]) for name in (UNKNOWN_KEY, CHANGED_KEY)}
    kept = [line for line in known.read_text().splitlines() if not line.startswith(tuple(marks.values()))]
    known.write_text("\n".join([*kept, *(marks[CHANGED_KEY] + key for key in others)]) + "\n")


def test_every_device_is_in_exactly_one_of_done_and_failed(laixi: Estate) -> None:
    outcome = laixi.outcome()
    assert list(outcome.done) == [name for name in laixi.all() if name in HEALTHY]
    assert set(outcome.failed) == {case.device for case in CASES}
    assert list(outcome.failed) == [name for name in laixi.all() if name in outcome.failed], "inventory order"
    for case in CASES:
        error = outcome.failed[case.device]
        assert (case.device, type(error)) == (case.device, case.error)
        assert str(error).startswith(f"{case.device}: {case.words}")
        assert laixi.lab.credentials.password not in str(error)
    assert laixi.watcher.begun[-1] == ("read", len(laixi.all()))
    assert laixi.watcher.through == {name: name not in HEALTHY for name in laixi.all()}
    assert laixi.watcher.ended == len(laixi.watcher.begun)


def test_a_device_that_was_mended_is_reached_again_by_the_same_runner(laixi: Estate) -> None:
    laixi.lab.faults.clear(floor(1))
    laixi.lab.faults.clear(floor(4))
    try:
        assert list(laixi.outcome(floor(1), floor(4), floor(8)).done) == [floor(1), floor(4), floor(8)]
    finally:
        for case in CASES:
            laixi.lab.faults.set(case.device, *([case.fault] if case.fault else []))


def test_a_wrong_account_is_refused_by_every_device(laixi: Estate) -> None:
    wrong = replace(access_to(laixi.lab, laixi.folder), password=new_credentials().password)
    with Runner(network(), wrong, laixi.journal) as runner:
        outcome = runner.run(tasks.read, HEALTHY, network=network())
    assert not outcome.done
    assert {type(error) for error in outcome.failed.values()} == {LoginError}
    assert all(str(error).startswith(f"{name}: refused the user") for name, error in outcome.failed.items())
    assert "password" not in repr(wrong).replace("password=", ""), "an account is never shown"
    assert wrong.password not in repr(wrong)


def test_no_devices_is_no_work(laixi: Estate) -> None:
    outcome = laixi.runner.run(tasks.read, [], network=laixi.network)
    assert (outcome.done, outcome.failed) == ({}, {})


def test_what_nobody_foresaw_keeps_its_type_and_text(laixi: Estate) -> None:
    def stumble(task: Task) -> None:
        raise ZeroDivisionError(task.host.name)

    error = laixi.runner.run(stumble, [floor(8)]).failed[floor(8)]
    assert type(error) is DeviceError
    assert str(error) == f"{floor(8)}: unexpected ZeroDivisionError: {floor(8)}. Report this with the journal."
    assert isinstance(error.__cause__, ZeroDivisionError)


def test_verify_names_the_first_differences(laixi: Estate) -> None:
    error = laixi.runner.run(tasks.verify, [floor(8)], network=laixi.network).failed[floor(8)]
    assert isinstance(error, VerifyError)
    assert "differs from the intent in" in str(error)
    assert str(error).endswith("Run `govnet plan`, look, and apply it.")


def test_a_plan_is_refused_after_drift_and_nothing_is_sent(laixi: Estate) -> None:
    name = floor(9)
    laixi.read(name)
    plan = laixi.plan(name)
    laixi.type(name, "configure terminal", "vlan create 77 type port")
    before = laixi.lab.personalities[name].snapshot()  # type: ignore[attr-defined]
    error = laixi.send(plan).failed[name]
    assert isinstance(error, RefusedError)
    assert str(error) == f"{name}: was changed since the plan was made; make a new plan."
    assert laixi.lab.personalities[name].snapshot() == before  # type: ignore[attr-defined]
    assert 77 in before["vlans"]
    laixi.read(name)
    assert set(laixi.send(laixi.plan(name)).done) == {name}


def test_an_unmodelled_line_is_drift_too(laixi: Estate) -> None:
    name = floor(8)
    laixi.read(name)
    plan = laixi.plan(name)
    laixi.type(name, "configure terminal", "autosave enable")
    assert laixi.read(name)
    before, now = plan.devices[name].fingerprint, laixi.plan(name).devices[name].fingerprint
    assert (before == now) == (plan.devices[name].unread == laixi.readings[name].unread)


def test_commands_without_a_source_are_refused_until_somebody_accepts_them(laixi: Estate) -> None:
    laixi.read(CORE2)
    plan = laixi.plan(CORE2)
    assert plan.unverified
    before = laixi.lab.personalities[CORE2].snapshot()  # type: ignore[attr-defined]
    error = laixi.send(plan, accept_unverified=False).failed[CORE2]
    assert isinstance(error, RefusedError)
    assert str(error).startswith(f"{CORE2}: {plan.unverified} commands have no public source (")
    assert "--accept-unverified" in str(error)
    assert laixi.lab.personalities[CORE2].snapshot() == before  # type: ignore[attr-defined]


def test_a_verdict_of_a_box_stops_its_apply(laixi: Estate) -> None:
    laixi.read(CORE2)
    plan = laixi.plan(CORE2)
    refused = replace(plan, devices={CORE2: replace(plan.devices[CORE2], refused=("VRF: needs release 5",))})
    error = laixi.send(refused).failed[CORE2]
    assert isinstance(error, RefusedError)
    assert str(error) == f"{CORE2}: the plan asks what this box cannot do: VRF: needs release 5"


def test_a_session_dropped_in_the_middle_of_an_apply_saves_nothing_and_a_new_plan_finishes(laixi: Estate) -> None:
    name, other = floor(8), CORE2
    laixi.read(name, other)
    plan = laixi.plan(name, other)
    laixi.lab.faults.set(name, Hang(r"vlan name 8"))
    outcome = laixi.send(plan)
    assert list(outcome.done) == [other]
    assert isinstance(outcome.failed[name], SessionLostError)
    laixi.lab.faults.clear(name)
    laixi.read(name)
    left = laixi.plan(name)
    assert 0 < left.changes < len(plan.devices[name].changes)
    assert list(laixi.send(left).done) == [name]
    laixi.read(name)
    assert laixi.plan(name).changes == 0


def test_the_journal_outlives_the_runner(laixi: Estate) -> None:
    with Journal(laixi.journal.path) as later:
        assert later.cut_off() == []
