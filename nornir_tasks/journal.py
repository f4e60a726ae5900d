"""What was done, when and with what outcome: one row before and one after each device's step, in SQLite.

Write-ahead logging keeps the rows through a crash: a step that began and has no end was cut off, and its device is to
be looked at before it is touched again.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from govnet.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS steps (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    at TEXT NOT NULL,
    device TEXT NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('begun', 'done', 'failed')),
    detail TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One row: ``state`` is ``begun``, ``done`` or ``failed``; ``detail`` says why it failed."""

    run: str
    at: str
    device: str
    step: str
    state: str
    detail: str


class Journal:
    """The journal of one network; safe for the threads of one runner."""

    def __init__(self, path: Path) -> None:
        """Open the journal, made on first use.

        Raises:
            StorageError: it cannot be opened or written.
        """
        self.path = path
        self.run = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{path}: the journal cannot be written ({error}); nothing was sent.") from error

    def __enter__(self) -> Self:
        """Return the open journal."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._db.close()

    def write(self, device: str, step: str, state: str, detail: str = "") -> None:
        """Add a row; it is on disk when this returns.

        Raises:
            StorageError: it could not be written.
        """
        row = (self.run, datetime.now(UTC).isoformat(timespec="milliseconds"), device, step, state, detail)
        try:
            with self._lock:
                self._db.execute(
                    "INSERT INTO steps (run, at, device, step, state, detail) VALUES (?, ?, ?, ?, ?, ?)", row
                )
        except sqlite3.Error as error:
            raise StorageError(f"{self.path}: the journal cannot be written ({error}).") from error

    def steps(self) -> list[Step]:
        """Return this run's rows, in order."""
        query = "SELECT run, at, device, step, state, detail FROM steps WHERE run = ? ORDER BY id"
        with self._lock:
            return [Step(*row) for row in self._db.execute(query, (self.run,))]

    def cut_off(self) -> list[Step]:
        """Return the steps of any run that began and never ended: devices to be looked at."""
        query = (
            "SELECT run, at, device, step, state, detail FROM steps AS b WHERE state = 'begun' AND run != ?"
            " AND NOT EXISTS (SELECT 1 FROM steps AS e WHERE e.run = b.run AND e.device = b.device"
            " AND e.step = b.step AND e.id > b.id) ORDER BY id"
        )
        with self._lock:
            return [Step(*row) for row in self._db.execute(query, (self.run,))]
