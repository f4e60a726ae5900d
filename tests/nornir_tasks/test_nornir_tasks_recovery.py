"""The runner is killed at several points of a change; what comes next leaves each device as planned or as before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.laixi import CORE, ROOT, Estate, estate, floor, network, until
from support.plans import plan_file

from govnet.config.diff import diff
from govnet.config.intent import intent
from lab.faults import Hang
from nornir_tasks.changes import INTERRUPTED, NOT_STARTED, choose, resume, standing, unfinished
from nornir_tasks.job import Ending, Job
from nornir_tasks.journal import Journal
from nornir_tasks.planfile import Author, PlanFile, Request, read_file

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.lab
DEVICES = (floor(1), floor(2), CORE)


class Point(NamedTuple):
    """Where the runner is killed: the device that hangs, at which line, and the step that is then under way."""

    device: str
    line: str
    step: str
    then: str


POINTS = {
    "while it reads": Point(floor(1), "show running-config", "claim", Ending.AS_BEFORE),
    "before the first line": Point(floor(1), "^configure terminal", "send", Ending.AS_BEFORE),
    "in the middle": Point(floor(1), "snmp-server location", "send", Ending.AS_BEFORE),
    "while it saves": Point(floor(1), "copy config nvram", "save", Ending.AS_PLANNED),
    "at the checkpoint": Point(CORE, "save config file", "checkpoint", Ending.AS_BEFORE),
    "in the last wave": Point(CORE, "vlan 303 ", "send", Ending.AS_BEFORE),
}


def kill_at(laixi: Estate, plan: PlanFile, point: Point, folder: Path) -> Path:
    """Run a change in a process of its own, and kill it where the point says; return its journal."""
    path, file = folder / "killed.sqlite", folder / "plan.json"
    file.write_text(plan.text())
    laixi.lab.faults.set(point.device, Hang(point.line))
    access = laixi.access
    given = {"username": access.username, "password": access.password, "known_hosts": str(access.known_hosts)}
    given |= {"addresses": dict(access.addresses), "patience": 120}
    with subprocess.Popen(
        [sys.executable, "-m", "support.change_runner", str(path), str(file)],
        stdin=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    ) as run:
        assert run.stdin
        run.stdin.write(json.dumps(given))
        run.stdin.close()
        until(lambda: hangs(laixi, path, point), 90)
        run.kill()
    assert run.returncode == -9
    laixi.lab.faults.clear()
    return path


def hangs(laixi: Estate, path: Path, point: Point) -> bool:
    """Return whether the step is under way and the device has stopped to take lines."""
    if not path.exists():
        return False
    with Journal(path) as journal:
        rows = [row for row in journal.of_change("killed") if row.device == point.device]
    if not rows or (rows[-1].step, rows[-1].state) != (point.step, "begun"):
        return False
    before = laixi.lab.personalities[point.device].snapshot()  # type: ignore[attr-defined]
    return point.step != "send" or point.line.startswith("^") or before["vlans"].keys() > {1, 51}


@pytest.mark.parametrize("settle_only", [True, False], ids=["settle", "go on"])
@pytest.mark.parametrize("where", POINTS)
def test_after_a_kill_every_device_is_as_planned_or_as_before(tmp_path: Path, where: str, *, settle_only: bool) -> None:
    point = POINTS[where]
    with estate(tmp_path, *DEVICES, patience=10) as laixi:
        before = laixi.read()
        wanted = {name: intent(network(), name) for name in DEVICES}
        plan = plan_file(before, wanted, request=Request(Author("ann"), accept_unknown=True))
        path = kill_at(laixi, plan, point, tmp_path)
        with Journal(path) as journal:
            assert unfinished(journal) == ["killed"]
            assert choose(journal, "") == "killed"
            stood = standing(journal, plan, "killed")
            assert stood[point.device] == INTERRUPTED
            again = read_file(journal.plan_text("killed"), network(), "plan", carried_out=True)
            job = Job(network(), again.plan.devices, "killed", journal, accept_unverified=True)
            report = resume(laixi.runner, again, job, go_on=not settle_only)
            assert unfinished(journal) == []
            assert journal.verify() == []
            assert looked_first(journal, point.device)
        now = {name: found.reading.config for name, found in laixi.outcome().done.items()}
    for name, state in report.devices.items():
        if name == point.device or stood[name] != INTERRUPTED:  # others of its wave may be anywhere in theirs
            expected = point.then if name == point.device else stood[name]
            assert state == (expected if settle_only else Ending.AS_PLANNED), name
        target = wanted[name] if state == Ending.AS_PLANNED else before[name].config
        assert state in (Ending.AS_PLANNED, Ending.AS_BEFORE, NOT_STARTED)
        assert not diff(now[name], target), f"{name} is not {state}"


def looked_first(journal: Journal, device: str) -> bool:
    """Return whether the device was read after the crash before anything was sent to it."""
    steps = [row.step for row in journal.of_change("killed") if row.device == device and row.state == "begun"]
    after = steps[steps.index("look") + 1 :]
    return "look" in steps and after[:1] != ["look"]
