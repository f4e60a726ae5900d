"""The journal: a row before and after each step, kept through SIGKILL; a step that was cut off is found."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from support.laixi import CORE, CORE2, ROOT, access_to, estate, floor, lab_of, until

from govnet.errors import StorageError
from lab.faults import Hang, Unreachable
from nornir_tasks.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.lab


def rows(journal: Journal) -> list[tuple[str, str, str]]:
    return [(step.device, step.step, step.state) for step in journal.steps()]


def test_who_opens_a_journal_waits_for_another_who_is_making_it(tmp_path: Path) -> None:
    """SQLite gives up at once where write-ahead logging is switched on while somebody else writes."""
    path = tmp_path / "journal.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE made (by TEXT)")
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO made VALUES ('another')")
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    with Journal(path) as journal:
        journal.write("sw1", "apply", "begun")
        assert len(journal.steps()) == 1
    release.join()
    other.close()


def test_rows_keep_their_order_and_their_run(tmp_path: Path) -> None:
    with Journal(tmp_path / "deep" / "journal.sqlite") as first:
        first.write("sw1", "apply", "begun")
        first.write("sw1", "apply", "failed", "it said no")
        assert rows(first) == [("sw1", "apply", "begun"), ("sw1", "apply", "failed")]
        assert first.steps()[1].detail == "it said no"
        assert first.cut_off() == []
        with Journal(first.path) as second:
            assert second.run != first.run
            assert rows(second) == []


@pytest.mark.parametrize(
    ("before", "cut"),
    [
        ([("sw1", "apply", "begun")], [("sw1", "apply")]),
        ([("sw1", "apply", "begun"), ("sw1", "apply", "done")], []),
        ([("sw1", "apply", "begun"), ("sw1", "apply", "failed")], []),
        ([("sw1", "read", "begun"), ("sw1", "read", "done"), ("sw1", "apply", "begun")], [("sw1", "apply")]),
        ([("sw1", "read", "begun"), ("sw2", "read", "begun"), ("sw1", "read", "done")], [("sw2", "read")]),
        ([("sw1", "read", "begun"), ("sw1", "read", "done"), ("sw1", "read", "begun")], [("sw1", "read")]),
    ],
)
def test_a_step_without_an_end_is_cut_off(
    tmp_path: Path, before: list[tuple[str, str, str]], cut: list[tuple[str, str]]
) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal(path) as old:
        for row in before:
            old.write(*row)
        assert old.cut_off() == [], "a run that is under way has cut nothing off"
    with Journal(path) as now:
        assert [(step.device, step.step) for step in now.cut_off()] == cut


def test_each_of_those_that_wait_together_is_told_that_nothing_was_written(tmp_path: Path) -> None:
    """Rows that wait are written in one go: where that fails, no writer may go on as if its own were on disk."""
    path = tmp_path / "journal.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    with Journal(path) as journal, ThreadPoolExecutor(8) as writers:
        journal.write("sw0", "send", "begun", change="c")
        other.execute("BEGIN IMMEDIATE")
        told = [writers.submit(journal.write, f"sw{n}", "send", "begun", "", "c") for n in range(1, 9)]
        other.execute("ALTER TABLE steps RENAME TO gone")
        other.execute("COMMIT")
        assert {type(each.exception()) for each in told} == {StorageError}
        other.execute("ALTER TABLE gone RENAME TO steps")
        journal.write("sw2", "send", "done", change="c")
        assert [(row.device, row.state) for row in journal.of_change("c")] == [("sw0", "begun"), ("sw2", "done")]
        assert [row.state for row in journal.of_change("c", "sw2")] == ["done"]
        assert journal.verify() == []
    other.close()


def test_many_threads_write_whole_rows(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal:
        writers = [
            threading.Thread(target=lambda n=n: [journal.write(f"sw{n}", "read", s) for s in ("begun", "done")])  # type: ignore[misc]
            for n in range(20)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert sorted(rows(journal)) == sorted((f"sw{n}", "read", s) for n in range(20) for s in ("begun", "done"))


@pytest.mark.parametrize("spoil", ["folder", "file", "table"])
def test_a_journal_that_cannot_be_written_stops_everything_by_name(tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "journal.sqlite"
    if spoil == "folder":
        path.mkdir()
    elif spoil == "file":
        path.write_text("this is no database, and long enough to be seen as none\n" * 20)
    else:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE steps (other INTEGER)")
        other.close()
    with pytest.raises(StorageError, match=r"journal\.sqlite: the journal cannot be written"), Journal(path) as journal:
        journal.write("sw1", "read", "begun")


def test_every_devices_step_has_a_row_before_and_after(tmp_path: Path) -> None:
    with estate(tmp_path, CORE, CORE2, floor(1)) as laixi:
        laixi.lab.faults.set(CORE2, Unreachable())
        failed = laixi.outcome().failed
        by_device = {
            name: [(step.step, step.state) for step in laixi.journal.steps() if step.device == name]
            for name in laixi.all()
        }
        told = [step.detail for step in laixi.journal.steps() if step.state == "failed"]
    good = [("read", "begun"), ("read", "done")]
    assert by_device == {CORE: good, CORE2: [("read", "begun"), ("read", "failed")], floor(1): good}
    assert told == [str(failed[CORE2])]


APPLY = """
import json, sys
from pathlib import Path
from support.laixi import Estate, network
from nornir_tasks import tasks
from nornir_tasks.journal import Journal
from nornir_tasks.planning import make_plan
from nornir_tasks.runner import Access, Runner
access = json.load(sys.stdin)
access["known_hosts"] = Path(access["known_hosts"])
with Journal(Path(sys.argv[1])) as journal, Runner(network(), Access(**access), journal) as runner:
    found = runner.run(tasks.read, list(access["addresses"]), network=network())
    plan = make_plan(network(), {name: read.reading for name, read in found.done.items()})
    arguments = dict(network=network(), plans=plan.devices, accept_unverified=True)
    runner.run(tasks.apply, list(plan.devices), **arguments)
"""


def test_a_run_killed_in_the_middle_of_an_apply_is_found_afterwards(tmp_path: Path) -> None:
    """The core hangs in the middle of its plan, the floor switch gets through; then the process is killed."""
    import json  # noqa: PLC0415 - only here

    path = tmp_path / "journal.sqlite"
    with lab_of(CORE, floor(1)) as lab:
        access = access_to(lab, tmp_path, patience=120)
        lab.faults.set(CORE, Hang(r"vlan 303 "))
        given = {"username": access.username, "password": access.password, "known_hosts": str(access.known_hosts)}
        given |= {"addresses": access.addresses, "patience": access.patience}
        with subprocess.Popen(
            [sys.executable, "-c", APPLY, str(path)],
            stdin=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        ) as run:
            assert run.stdin
            run.stdin.write(json.dumps(given))
            run.stdin.close()
            until(lambda: _state(path, floor(1), "done"), 60)
            until(lambda: 302 in lab.personalities[CORE].snapshot()["vlans"], 60)  # type: ignore[attr-defined]
            run.kill()
        assert run.returncode == -9
    with Journal(path) as journal:
        assert [(step.device, step.step, step.state) for step in journal.cut_off()] == [(CORE, "apply", "begun")]


def _state(path: Path, device: str, state: str) -> bool:
    if not path.exists():
        return False
    db = sqlite3.connect(path)
    try:
        query = "SELECT count(*) FROM steps WHERE device = ? AND step = 'apply' AND state = ?"
        return bool(db.execute(query, (device, state)).fetchone()[0])
    except sqlite3.OperationalError:  # the table is not there yet
        return False
    finally:
        db.close()
