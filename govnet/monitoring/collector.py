"""The facts of a network for `/metrics`: made once, since an inventory does not change under a running exporter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from govnet.monitoring.causes import Causes
from govnet.monitoring.facts import HELP, facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

    from govnet.network.model import Network


class NetworkFacts(Collector):
    """Serves the inventory's side of every alert."""

    def __init__(self, network: Network, reached: Mapping[str, str] | None = None) -> None:
        """Make the facts of a network; ``reached`` as for `facts`."""
        families: dict[str, GaugeMetricFamily] = {}
        for fact in facts(network, Causes(network), reached):
            family = families.get(fact.metric)
            if family is None:
                family = families[fact.metric] = GaugeMetricFamily(
                    fact.metric, HELP[fact.metric], labels=list(fact.labels)
                )
            family.add_metric(list(fact.labels.values()), fact.value)
        self._families = list(families.values())

    def collect(self) -> Iterator[Metric]:
        """Return the facts."""
        yield from self._families
