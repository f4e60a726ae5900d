"""The watch over a commit that nobody has confirmed yet: a thread of the runner that takes it back in time.

None of these devices can take a change back by itself. So the clock runs here, and it stops with the process: the
thread is no daemon, so a script that comes to its end is kept until the change is confirmed or taken back, but a
process that is killed leaves the change in place.
"""

from __future__ import annotations

import logging
import threading
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_TRIES = 20
_PAUSE = 15.0
"""Seconds between two tries to reach a device that does not answer when its time is up."""


class GuardState(StrEnum):
    """Where a guard stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REVERTING = "reverting"
    REVERTED = "reverted"
    FAILED = "failed"


class Guard:
    """Calls ``revert`` after ``seconds``, unless it is called off before.

    Args:
        name: the device, for the log.
        seconds: how long to wait.
        revert: takes the change back over a session of its own; raises what went wrong.
        pause: seconds between two tries.
    """

    def __init__(self, name: str, seconds: float, revert: Callable[[], None], *, pause: float = _PAUSE) -> None:
        self.state = GuardState.WAITING
        self.error: Exception | None = None
        self._name, self._seconds, self._revert, self._pause = name, seconds, revert, pause
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"revert {name}", daemon=False)
        self._thread.start()

    @property
    def pending(self) -> bool:
        """Return whether the change still waits for a word, or is being taken back."""
        return self.state in {GuardState.WAITING, GuardState.REVERTING}

    def call_off(self) -> bool:
        """Stop the clock; return False when it is too late for that."""
        with self._lock:
            if self.state is not GuardState.WAITING:
                return False
            self.state = GuardState.CONFIRMED
        self._over.set()
        self._thread.join()
        return True

    def wait(self) -> None:
        """Wait until the change is taken back, or cannot be."""
        self._thread.join()

    def _watch(self) -> None:
        if self._over.wait(self._seconds):
            return
        with self._lock:
            if self.state is not GuardState.WAITING:
                return
            self.state = GuardState.REVERTING
        for attempt in range(1, _TRIES + 1):
            if self._tried(attempt):
                self.state = GuardState.REVERTED
                return
            self._over.wait(self._pause)
        self.state = GuardState.FAILED

    def _tried(self, attempt: int) -> bool:
        try:
            self._revert()
        except Exception as error:  # noqa: BLE001 - a thread's border: whatever it is, it is kept, logged, tried again
            self.error = error
            _LOG.error("%s: try %d of %d to take the change back failed: %s", self._name, attempt, _TRIES, error)
            return False
        _LOG.warning("%s: the change was not confirmed within %s s and was taken back", self._name, self._seconds)
        return True
