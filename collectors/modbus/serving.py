"""The exporter's path `/modbus`: one target is read when it is asked for; what went wrong is counted by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram
from prometheus_client.registry import Collector
from starlette.responses import PlainTextResponse

from collectors import answers, exposition
from collectors.answers import BadRequestError
from collectors.collect import DEADLINE_SECONDS
from collectors.exposition import Family
from collectors.modbus.visit import Gateways, UnitReading, visit
from collectors.selfmetrics import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from prometheus_client.core import Metric
    from starlette.requests import Request
    from starlette.responses import Response

    from collectors.collect import Result
    from collectors.modbus.model import RegisterMap
    from collectors.modbus.targets import ModbusTarget


class ModbusProbe(Collector):
    """Serves Modbus targets, and what it counted; only those that were told are asked.

    Attributes:
        targets: what may be asked for.
        heard: is told every visit.
    """

    def __init__(self, targets: Sequence[ModbusTarget], maps: Mapping[str, RegisterMap]) -> None:
        self.targets, self._maps, self._gateways = tuple(targets), maps, Gateways()
        self._known = {target.name: target for target in targets}
        self.heard: Callable[[Result], None] = lambda _: None
        self.scrapes = Counter("govnet_modbus_scrapes", "Requests for /modbus, by outcome.", ["outcome"], registry=None)
        self.seconds = Histogram(
            "govnet_modbus_read_seconds", "Time to read one unit.", ["map"], buckets=BUCKETS, registry=None
        )
        self.requests = Counter("govnet_modbus_requests", "Requests sent.", ["map"], registry=None)
        self.errors = Counter(
            "govnet_modbus_errors", "Requests that came to nothing, by kind.", ["map", "kind"], registry=None
        )

    def collect(self) -> Iterable[Metric]:
        """Return what was counted."""
        for metric in (self.scrapes, self.seconds, self.requests, self.errors):
            yield from metric.collect()

    def note(self, reading: UnitReading) -> None:
        """Count one unit read."""
        self.seconds.labels(reading.module).observe(reading.seconds)
        self.requests.labels(reading.module).inc(reading.requests)
        for error in reading.errors:
            self.errors.labels(reading.module, error.kind).inc()

    async def read(self, target: ModbusTarget, seconds: float = DEADLINE_SECONDS) -> Result:
        """Read all units of one target in at most `seconds`, and count them."""
        result = await visit(target, self._maps, self._gateways, seconds)
        for reading in _units(result):
            self.note(reading)
        self.heard(result)
        return result

    async def scrape(self, request: Request) -> Response:
        """Read all units of one target."""
        try:
            target = answers.known(answers.asked_for(request), self._known)
        except BadRequestError as error:
            self.scrapes.labels("refused").inc()
            return PlainTextResponse(f"{error}\n", 400)
        result = await self.read(target, answers.seconds(request))
        readings = _units(result)
        if not any(reading.bindings for reading in readings):
            self.scrapes.labels("failed").inc()
            return PlainTextResponse(f"error reading target {target.name}: {result.error}\n", 500)
        self.scrapes.labels("partial" if result.error else "ok").inc()
        families = [*result.families, *_of_scrape(result, readings)]
        return await answers.text(request, exposition.write(families))


def _units(result: Result) -> list[UnitReading]:
    return [reading for reading in result.readings if isinstance(reading, UnitReading)]


def _of_scrape(result: Result, readings: Sequence[UnitReading]) -> list[Family]:
    """Return which units could be read, and how long all of it took."""
    up = Family("govnet_module_up", "gauge", "Whether a module was read (1) or not (0).")
    up.rows = [(f'govnet_module_up{{module="{one.module}",unit="{one.unit}"}}', int(not one.error)) for one in readings]
    took = Family("modbus_scrape_duration_seconds", "gauge", "Total time the scrape took.")
    took.rows = [("modbus_scrape_duration_seconds", result.seconds)]
    return [up, took]
