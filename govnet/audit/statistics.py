"""Arithmetic on measured values that several rules share."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govnet.audit.tables import Sample

_FIVE_MINUTES = 300
_OFFICE_HOURS = range(8, 18)
_WORKDAYS = 5
_MOST_OF = 0.9


def percentile95(values: Sequence[float]) -> float:
    """Return the 95th percentile by nearest rank.

    >>> percentile95([10, 20, 30])
    30

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def five_minute_maxima(samples: Iterable[Sample]) -> list[float]:
    """Return the highest value of each five minutes of office hours: Monday to Friday, 8 to 18 in the samples' zone."""
    highest: dict[float, float] = defaultdict(lambda: -math.inf)
    for sample in samples:
        if sample.at.weekday() < _WORKDAYS and sample.at.hour in _OFFICE_HOURS:
            slot = sample.at.timestamp() // _FIVE_MINUTES
            highest[slot] = max(highest[slot], sample.value)
    return list(highest.values())


def covers(times: Sequence[datetime], days: int, until: datetime) -> bool:
    """Return whether times reach back at least nine tenths of ``days`` before ``until``."""
    oldest = min(times, default=datetime.max.replace(tzinfo=UTC))
    return until - oldest >= timedelta(days=days * _MOST_OF)


def rates(samples: Iterable[Sample]) -> list[float]:
    """Return how fast a counter grew from each value to the next, per second; a counter that fell began anew."""
    rows = sorted(samples, key=_time)
    found = []
    for one, two in pairwise(rows):
        seconds = (two.at - one.at).total_seconds()
        if seconds > 0 and two.value >= one.value:
            found.append((two.value - one.value) / seconds)
    return found


def _time(sample: Sample) -> datetime:
    return sample.at
