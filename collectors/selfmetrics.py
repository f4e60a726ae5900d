"""What the exporter says of its own work: visits, datagrams, retries, refused replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from collectors.collect import Reading
    from snmp import Counters

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class SelfMetrics:
    """The exporter's own registry, apart from the process's global one."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.scrapes = Counter(
            "govnet_snmp_scrapes", "Requests for /snmp, by outcome.", ["outcome"], registry=self.registry
        )
        self.seconds = Histogram(
            "govnet_snmp_walk_seconds", "Time to read one module.", ["module"], buckets=BUCKETS, registry=self.registry
        )
        self.requests = Counter(
            "govnet_snmp_requests", "Requests sent, retries included.", ["module"], registry=self.registry
        )
        self.retries = Counter("govnet_snmp_retries", "Requests sent again.", ["module"], registry=self.registry)
        self.bindings = Counter(
            "govnet_snmp_pdus_returned", "Variable bindings received.", ["module"], registry=self.registry
        )
        self.errors = Counter(
            "govnet_snmp_errors", "Modules not read, by kind.", ["module", "kind"], registry=self.registry
        )

    def watch(self, counters: Callable[[], Counters | None]) -> None:
        """Publish what the socket counted, refused replies above all."""
        self.registry.register(_SocketCollector(counters))

    def note(self, reading: Reading) -> None:
        """Count one module read from one device."""
        self.seconds.labels(reading.module).observe(reading.seconds)
        self.requests.labels(reading.module).inc(reading.requests)
        self.retries.labels(reading.module).inc(reading.retries)
        self.bindings.labels(reading.module).inc(reading.bindings)
        if reading.error is not None:
            self.errors.labels(reading.module, reading.error.kind).inc()


class _SocketCollector(Collector):
    """Yields the socket's counters at scrape time."""

    def __init__(self, counters: Callable[[], Counters | None]) -> None:
        self._counters = counters

    def collect(self) -> Iterable[CounterMetricFamily]:
        """Yield datagrams sent and received, and replies refused by reason."""
        counters = self._counters()
        if counters is None:
            return
        yield CounterMetricFamily("govnet_snmp_datagrams_sent", "Datagrams sent.", counters.sent)
        yield CounterMetricFamily("govnet_snmp_datagrams_received", "Datagrams received.", counters.received)
        refused = CounterMetricFamily(
            "govnet_snmp_replies_refused", "Replies dropped because they failed verification.", labels=["reason"]
        )
        for reason, count in sorted(counters.refused.items()):
            refused.add_metric([reason], count)
        yield refused
