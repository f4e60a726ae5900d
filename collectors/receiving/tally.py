"""What was heard, as counters and last words; all of it bounded by the inventory, none by what is sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from collectors.receiving.events import DENY, IDS_ALERT, TOLD, Alarm, Denied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_client.core import Metric

    from collectors.receiving.events import Event
    from collectors.receiving.sources import Gate, Source
    from collectors.receiving.zones import ZoneMap

TEXT_SECONDS = 900.0
"""How long a last text is told: each new text is a new series, and only alerts of the last minutes want one."""


class _Last(NamedTuple):
    text: str
    at: float


class Tally(Collector):
    """Counts events; `now` is Unix time, handed in with each."""

    def __init__(self, zones: ZoneMap, gate: Gate, clock: Callable[[], float]) -> None:
        self._zones, self._gate, self._clock = zones, gate, clock
        self.events: Counter[tuple[str, str, str, str, str]] = Counter()
        self.denies: Counter[tuple[str, str, str]] = Counter()
        self.alarms: Counter[tuple[str, str, str]] = Counter()
        self.messages: Counter[str] = Counter()
        self.shed: Counter[tuple[str, str]] = Counter()
        self.unknown: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str, str]] = Counter()
        self._heard: dict[tuple[str, str, str], float] = {}
        self._expected: dict[tuple[str, str], float] = {}
        self._last: dict[tuple[str, str], _Last] = {}
        self._packets: dict[tuple[str, str], float] = {}

    def expect(self, name: str, via: str) -> None:
        """Note that a device is to be heard this way from now on: its silence is then worth an alert."""
        self._expected[name, via] = self._clock()

    def heard(self, source: Source, via: str) -> None:
        """Note that a device said something that was its own."""
        self._heard[source.name, via, source.role] = self._clock()

    def note(self, source: Source, via: str, event: Event) -> None:
        """Count an event."""
        self.events[source.name, source.zone, via, event.kind, event.severity] += 1
        if event.kind in TOLD or event.severity in _GRAVE:
            self._last[source.name, event.kind] = _Last(event.text, self._clock())
        if isinstance(event.detail, Denied):
            pair = (self._zones.zone(event.detail.source), self._zones.zone(event.detail.target))
            self.denies[source.name, *pair] += 1
        elif isinstance(event.detail, Alarm):
            self.alarms[source.name, event.detail.severity, event.detail.action] += 1

    def packets(self, source: Source, counters: dict[str, float]) -> None:
        """Keep what a sensor said of the packets that it saw and lost."""
        self._packets |= {(source.name, key): value for key, value in counters.items()}

    def collect(self) -> Iterator[Metric]:
        """Return the counters, when each device was last heard, and the last words of the last minutes."""
        yield _counter(
            "govnet_events", "Events heard.", ("name", "zone", "via", "kind", "severity"), self._whole().items()
        )
        labels = ("name", "source_zone", "target_zone")
        yield _counter(
            "govnet_firewall_denies", "Packets that a firewall let not through.", labels, self.denies.items()
        )
        labels = ("name", "severity", "action")
        yield _counter("govnet_ids_alerts", "Alarms of an IDS; 1 is the worst.", labels, self._alarms().items())
        yield _counter("govnet_receiver_messages", "Messages received.", ("via",), self.messages.items())
        yield _counter(
            "govnet_receiver_shed", "Messages of a device that sent too many.", ("name", "via"), self.shed.items()
        )
        yield _counter("govnet_receiver_unknown", "Messages of unknown addresses.", ("via",), self.unknown.items())
        labels = ("name", "via", "reason")
        yield _counter("govnet_receiver_refused", "Messages that did not verify.", labels, self.refused.items())
        yield from self._gauges()

    def _whole(self) -> Counter[tuple[str, str, str, str, str]]:
        """Return the events, with a 0 for what alerts count and no device has sent yet; add up by name and kind."""
        whole = Counter(self.events)
        met = {(name, kind) for name, _, _, kind, _ in whole}
        for source in self._gate.known.values():
            for kind in TOLD:
                if (source.name, kind) not in met and (kind not in _ROLES or source.role in _ROLES[kind]):
                    whole[source.name, source.zone, "", kind, ""] = 0
        return whole

    def _alarms(self) -> Counter[tuple[str, str, str]]:
        """Return the alarms, with a 0 for the worst of every IDS that may speak or is followed."""
        named = {source.name for source in self._gate.known.values() if source.role in _ROLES[IDS_ALERT]}
        whole = Counter(self.alarms)
        for name in named | {name for name, _ in self._expected}:
            whole[name, "1", ""] = 0
        return whole

    def _gauges(self) -> Iterator[Metric]:
        strangers = GaugeMetricFamily("govnet_receiver_unknown_sources", "Unknown addresses that are remembered.")
        strangers.add_metric([], self._gate.strangers)
        yield strangers
        text = "When a device was last heard, Unix time."
        labels = ("name", "via", "role")
        yield _gauge("govnet_source_last_heard_timestamp_seconds", text, labels, self._heard.items())
        text = "Since when a device is to be heard, Unix time."
        yield _gauge("govnet_source_expected_timestamp_seconds", text, ("name", "via"), self._expected.items())
        since = self._clock() - TEXT_SECONDS
        fresh = [((*key, last.text), 1.0) for key, last in self._last.items() if last.at > since]
        yield _gauge("govnet_last_event_info", "The last event of a kind.", ("name", "kind", "text"), fresh)
        text = "Packets since the sensor started, as it says itself: seen, and lost."
        yield _gauge("govnet_ids_packets", text, ("name", "what"), self._packets.items())


_GRAVE = frozenset(("emergency", "alert", "critical", "error"))
_ROLES = {DENY: frozenset(("fw",)), IDS_ALERT: frozenset(("ids",))}
"""Kinds that only some roles can send: the others need no 0."""


def _counter(
    name: str, text: str, labels: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...] | str, int]]
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text, labels=labels)
    for key, count in rows:
        family.add_metric([key] if isinstance(key, str) else list(key), count)
    return family


def _gauge(
    name: str, text: str, labels: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in rows:
        family.add_metric(list(key), value)
    return family
