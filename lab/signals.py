"""Readings that move: functions of a name and of time alone, so that two runs with one clock agree."""

from __future__ import annotations

import math
import zlib

_DAY = 86_400.0
_SWING = 600.0  # seconds of one swell of traffic


def seed(*parts: object) -> int:
    """Return a number that belongs to these parts, the same in every process."""
    return zlib.crc32("/".join(map(str, parts)).encode())


def between(low: int, high: int, *parts: object) -> int:
    """Return a fixed number from `low` to `high` that belongs to these parts."""
    return low + seed(*parts) % (high - low + 1)


def swing(low: float, high: float, seconds: float, *parts: object) -> int:
    """Return a reading that swells and ebbs from `low` to `high` within 20 to 40 minutes."""
    period = between(1200, 2400, "period", *parts)
    phase = 2 * math.pi * ((seconds + seed(*parts) % period) / period)
    return round((low + high) / 2 + (high - low) / 2 * math.sin(phase))


def uptime_before(name: str) -> float:
    """Return how many seconds a device had been running when its lab opened: an hour to a month."""
    return float(between(3600, int(30 * _DAY), "uptime", name))


def amount(rate: float, seconds: float) -> int:
    """Return how much has passed after `seconds` at a mean `rate` per second, never decreasing.

    The rate itself swells by half and back, so that a graph of it is alive.
    """
    turn = 2 * math.pi / _SWING
    return int(rate * (seconds + 0.5 / turn * math.sin(turn * seconds)))


class Meter:
    """Adds up the seconds that something was up, so that its counters stop and never step back."""

    def __init__(self, *, up: bool, now: float, total: float = 0.0) -> None:
        self._up, self._total, self._since = up, total, now
        self.changed = 0.0

    def switch(self, now: float, *, up: bool) -> None:
        """Note that it is up, or not, from `now` on (seconds of uptime)."""
        if up == self._up:
            return
        self._total, self._since, self.changed = self.seconds(now), now, now
        self._up = up

    def seconds(self, now: float) -> float:
        """Return the seconds that it has been up until `now`."""
        return self._total + (max(0.0, now - self._since) if self._up else 0.0)
