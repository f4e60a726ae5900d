"""What was done, when and with what outcome: one row before and one after each device's step, in SQLite.

Write-ahead logging keeps the rows through a crash: a step that began and has no end was cut off, and its device is to
be looked at before it is touched again. Each row carries the hash of the one before it, so that no row can be altered,
taken out or put in between without its being seen.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from govnet.errors import RefusedError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS steps (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    at TEXT NOT NULL,
    change TEXT NOT NULL,
    device TEXT NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('begun', 'done', 'failed')),
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS plans (change TEXT PRIMARY KEY, text TEXT NOT NULL);
"""
_PATIENCE = 20.0
"""Seconds that one writer waits for another."""
_ROW = "run, at, device, step, state, detail, change"


@dataclass(frozen=True, slots=True)
class Step:
    """One row: ``state`` is ``begun``, ``done`` or ``failed``; ``detail`` says why it failed, or what came of it.

    ``change`` is the id of the change that it belongs to; empty for what only looks. Its own rows have no device.
    """

    run: str
    at: str
    device: str
    step: str
    state: str
    detail: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row that waits to be written, with the text of the plan that it begins; ``written`` says how that ended."""

    row: Step
    plan: str | None
    written: Future[None] = field(default_factory=Future)


class Journal:
    """The journal of one network; safe for the threads of one runner, and for several processes."""

    def __init__(self, path: Path) -> None:
        """Open the journal, made on first use.

        Raises:
            StorageError: it cannot be opened or written.
        """
        self.path = path
        self.run = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        self._lock = threading.Lock()
        self._waiting: deque[_Entry] = deque()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=_PATIENCE)
            self._write_ahead()
            self._db.execute("PRAGMA synchronous = FULL")
            self._set_aside()
            self._db.executescript(_SCHEMA)
            self._db.execute("SELECT change, hash FROM steps LIMIT 0")
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{path}: the journal cannot be written ({error}); nothing was sent.") from error

    def __enter__(self) -> Self:
        """Return the open journal."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._db.close()

    def _write_ahead(self) -> None:
        """Switch write-ahead logging on. For that SQLite does not wait for another who opens the journal; this does."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return

    def _set_aside(self) -> None:
        """Keep the rows of a journal without a chain under another name, as a new chain cannot vouch for them."""
        columns = {row[1] for row in self._db.execute("PRAGMA table_info(steps)")}
        if "run" in columns and "hash" not in columns:
            self._db.execute("ALTER TABLE steps RENAME TO steps_without_chain")

    def write(self, device: str, step: str, state: str, detail: str = "", change: str = "") -> None:
        """Add a row; it is on disk when this returns.

        Raises:
            StorageError: it could not be written.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._add(Step(self.run, at, device, step, state, detail, change))

    def _add(self, row: Step, plan: str | None = None) -> None:
        """Put a row with those that wait, and return when it is on disk.

        Whoever gets hold of the disk writes all rows that wait by then: twenty devices at once wait for the disk once,
        and not one after another.
        """
        entry = _Entry(row, plan)
        self._waiting.append(entry)
        with self._lock:
            if not entry.written.done():
                self._write(self._take())
        if error := entry.written.exception():
            raise StorageError(f"{self.path}: the journal cannot be written ({error}).") from error

    def _take(self) -> list[_Entry]:
        """Return the rows that wait now; they wait no longer."""
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _write(self, entries: Sequence[_Entry]) -> None:
        """Write rows in one transaction, and tell each how that ended: all are on disk, or none is."""
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                found = self._db.execute("SELECT hash FROM steps ORDER BY id DESC LIMIT 1").fetchone()
                last = found[0] if found else ""
                for entry in entries:
                    last = self._insert(entry, last)
        except BaseException as error:
            for entry in entries:
                entry.written.set_exception(error)
            if not isinstance(error, sqlite3.Error):
                raise
        else:
            for entry in entries:
                entry.written.set_result(None)

    def _insert(self, entry: _Entry, last: str) -> str:
        """Write one row, and its plan; return its hash."""
        row, link = entry.row, _link(last, entry.row)
        values = (row.run, row.at, row.device, row.step, row.state, row.detail, row.change, link)
        self._db.execute(f"INSERT INTO steps ({_ROW}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608 - our own words
        if entry.plan is not None:
            self._db.execute("INSERT INTO plans (change, text) VALUES (?, ?)", (row.change, entry.plan))
        return link

    def open_change(self, change: str, plan: str, detail: str) -> None:
        """Note that a change begins, with the plan's whole text; its row holds the text's hash.

        Raises:
            StorageError: it could not be written; nothing may be sent.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        detail = json.dumps({"text": _digest(plan), "said": detail}, ensure_ascii=False)
        self._add(Step(self.run, at, "", "change", "begun", detail, change), plan)

    def steps(self) -> list[Step]:
        """Return this run's rows, in order."""
        return self._rows("WHERE run = ? ORDER BY id", self.run)

    def all_steps(self) -> list[Step]:
        """Return the rows of every run, in order."""
        return self._rows("ORDER BY id")

    def last_link(self) -> tuple[int, str]:
        """Return how many rows there are and the hash of the last: whoever keeps it elsewhere can tell a rewritten one.

        Without a row: 0 and an empty text.
        """
        with self._lock:
            found = self._db.execute("SELECT id, hash FROM steps ORDER BY id DESC LIMIT 1").fetchone()
        return (int(found[0]), str(found[1])) if found else (0, "")

    def of_change(self, change: str, device: str = "") -> list[Step]:
        """Return the rows of one change, of whatever run, in order; with ``device`` only those of that one."""
        if device:
            return self._rows("WHERE change = ? AND device = ? ORDER BY id", change, device)
        return self._rows("WHERE change = ? ORDER BY id", change)

    def changes(self) -> list[str]:
        """Return the ids of all changes, oldest first."""
        begun = self._rows("WHERE step = 'change' AND device = '' AND state = 'begun' ORDER BY id")
        return list(dict.fromkeys(row.change for row in begun))

    def plan_text(self, change: str) -> str:
        """Return the text of the plan that a change carried out.

        Raises:
            RefusedError: there is no such change.
        """
        with self._lock:
            found = self._db.execute("SELECT text FROM plans WHERE change = ?", (change,)).fetchone()
        if found is None:
            raise RefusedError(f"{change}: no such change; `govnet changes` lists them.")
        return str(found[0])

    def cut_off(self) -> list[Step]:
        """Return the steps of any run that began and never ended: devices to be looked at."""
        return self._rows(
            "AS b WHERE state = 'begun' AND run != ?"
            " AND NOT EXISTS (SELECT 1 FROM steps AS e WHERE e.run = b.run AND e.device = b.device"
            " AND e.step = b.step AND e.id > b.id) ORDER BY id",
            self.run,
        )

    def _rows(self, where: str, *values: str) -> list[Step]:
        with self._lock:
            return [Step(*row) for row in self._db.execute(f"SELECT {_ROW} FROM steps {where}", values)]  # noqa: S608 - our own words

    def verify(self) -> list[str]:
        """Return what is wrong with the chain, in words; empty when every row is as it was written."""
        found, last, number = [], "", 0
        with self._lock:
            rows = list(self._db.execute(f"SELECT id, hash, {_ROW} FROM steps ORDER BY id"))  # noqa: S608 - our own words
            plans = dict(self._db.execute("SELECT change, text FROM plans"))
        for key, link, *values in rows:
            row, number = Step(*values), number + 1
            if key != number:
                found.append(f"row {number} is missing")
                number = key
            if _link(last, row) != link:
                found.append(f"row {key} ({row.at} {row.device} {row.step}) was altered, or one before it")
            if (row.device, row.step, row.state) == ("", "change", "begun") and not _same_plan(
                row, plans.get(row.change)
            ):
                found.append(f"row {key}: the plan of change {row.change} was altered")
            last = link
        return found

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other govnet from changing this network while the block runs; the kernel lets go at any death.

        Raises:
            RefusedError: another one is at it.
        """
        with self.path.with_suffix(".lock").open("w") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RefusedError(
                    f"{self.path}: another govnet is changing this network now; wait until it is through."
                ) from error
            yield


def _link(last: str, row: Step) -> str:
    values = [last, row.run, row.at, row.device, row.step, row.state, row.detail, row.change]
    return _digest(json.dumps(values, ensure_ascii=False))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _same_plan(row: Step, text: str | None) -> bool:
    return text is not None and _digest(text) in row.detail
