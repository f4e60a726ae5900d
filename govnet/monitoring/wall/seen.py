"""What was read lately, device by device: how it is, and the samples of its last two answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from govnet.audit.tables import Sample
from govnet.monitoring.ports import port_of
from govnet.monitoring.wall.tiles import ANSWERS, NOBODY_ASKS, NOT_YET, SILENT, STALE, Said, Tone
from govnet.power.sensing import INTERVAL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from collectors.lately import History, Visit

STALE_SECONDS = 3 * INTERVAL_SECONDS
"""Older than that a value says nothing of now: three intervals, as ENV-08 has it."""
_UP = 1.0
_PREFIXES = ("ups_", "room_", "air_conditioner_", "eps_")
_OCTETS = ("ifHCInOctets", "ifHCOutOctets")
_OF_PORTS = ("ifOperStatus", *_OCTETS)
_INSIDE = "_temperature_celsius"


def wanted(metric: str) -> bool:
    """Whether the page shows anything of a metric."""
    return metric.startswith(_PREFIXES) or metric in _OF_PORTS or metric.endswith(_INSIDE)


class Seen:
    """What is known of every device at a moment."""

    def __init__(
        self,
        histories: Mapping[str, History],
        asked: Collection[str],
        now: float,
        before: Mapping[tuple[str, float], tuple[Sample, ...]] | None = None,
    ) -> None:
        """Look at what was read.

        Args:
            histories: target -> its last visits.
            asked: names of all targets.
            now: Unix time.
            before: ``read`` of the look before this one; reading a visit's text takes longer than all else.
        """
        self.histories, self.asked, self.now = histories, asked, now
        known = {(name, visit.at) for name, history in histories.items() for visit in history.answered}
        self.read = {key: samples for key, samples in (before or {}).items() if key in known}

    def device(self, name: str) -> tuple[Tone, Said]:
        """Return how a device is: well when it answered lately, bad when it did not answer, else unseen."""
        if name not in self.asked:
            return Tone.UNSEEN, NOBODY_ASKS
        history = self.histories.get(name)
        if history is None:
            return Tone.UNSEEN, NOT_YET
        age = self.now - history.last.at
        if age > STALE_SECONDS:
            return Tone.UNSEEN, Said(STALE.words, {"ago": age})
        if history.last not in history.answered:
            return Tone.BAD, SILENT
        return (Tone.WARN, Said("answers in part")) if history.last.error else (Tone.WELL, ANSWERS)

    def samples(self, name: str) -> tuple[Sample, ...]:
        """Return the samples of a device's last answer; none when that is too old to say anything of now."""
        history = self.histories.get(name)
        if history is None or not history.answered or self.now - history.answered[-1].at > STALE_SECONDS:
            return ()
        return self._samples(name, history.answered[-1])

    def of_room(self) -> Iterator[Sample]:
        """Yield what power sources and sensors of rooms say."""
        for name in self.histories:
            yield from (sample for sample in self.samples(name) if sample.name.startswith(_PREFIXES))

    def ports(self, name: str) -> dict[str, bool]:
        """Return port -> whether it is up, of a device that answered lately."""
        found = (sample for sample in self.samples(name) if sample.name == "ifOperStatus")
        return {port_of(sample.labels.get("ifName", "")): sample.value == _UP for sample in found}

    def rates(self, name: str) -> dict[str, tuple[float, float]]:
        """Return port -> bits a second in and out, between a device's last two answers."""
        history = self.histories.get(name)
        if not self.samples(name) or history is None or len(history.answered) < len(_OCTETS):
            return {}
        older, newer = history.answered
        then, now = self._octets(name, older), self._octets(name, newer)
        seconds = newer.at - older.at
        ports = {port for port, _ in now}
        found: dict[str, tuple[float, float]] = {}
        for port in ports:
            grown = [now.get((port, way), 0.0) - then.get((port, way), float("inf")) for way in _OCTETS]
            # A counter that fell was set back: nobody knows the rate.
            if seconds > 0 and min(grown) >= 0:
                found[port] = (8 * grown[0] / seconds, 8 * grown[1] / seconds)
        return found

    def warmest(self, name: str) -> float | None:
        """Return the highest temperature inside a device in Celsius; None when it told none."""
        told = (s.value for s in self.samples(name) if s.name.endswith(_INSIDE) and not s.name.startswith(_PREFIXES))
        return max(told, default=None)

    def _octets(self, name: str, visit: Visit) -> dict[tuple[str, str], float]:
        counted = (sample for sample in self._samples(name, visit) if sample.name in _OCTETS)
        return {(port_of(sample.labels.get("ifName", "")), sample.name): sample.value for sample in counted}

    def _samples(self, name: str, visit: Visit) -> tuple[Sample, ...]:
        key = (name, visit.at)
        if key not in self.read:
            self.read[key] = tuple(_parsed(name, visit))
        return self.read[key]


def _parsed(name: str, visit: Visit) -> Iterator[Sample]:
    text = "".join(f"{series} {value}\n" for family in visit.families for series, value in family.rows)
    at = datetime.fromtimestamp(visit.at, UTC)
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield Sample(sample.name, name, float(sample.value), at, sample.labels)
