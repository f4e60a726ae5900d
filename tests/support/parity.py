"""The same module read by snmp_exporter and by us: which samples differ, and why."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from collectors.render import SENSOR_UP
from support.claims import free_port

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from collectors.model import Metric, Module

Series: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
TWICE = "was collected before with the same name and label values"


def samples(text: str) -> dict[Series, float]:
    """Return the samples of an exposition, without those on the scrape itself."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.startswith("snmp_scrape")
    }


@contextmanager
def snmp_exporter(folder: Path, content: str) -> Iterator[str]:
    """Run snmp_exporter on a module file; yield the address of its ``/snmp``."""
    program = shutil.which("prometheus-snmp-exporter")
    if program is None:
        pytest.skip("needs prometheus-snmp-exporter (Debian: prometheus-snmp-exporter)")
    (folder / "snmp.yml").write_text(content, "utf-8")
    listen = f"127.0.0.1:{free_port()}"
    command = [program, f"--config.file={folder}/snmp.yml", f"--web.listen-address={listen}", "--log.level=error"]
    process = subprocess.Popen(command)
    try:
        _wait(f"http://{listen}/")
        yield f"http://{listen}/snmp"
    finally:
        process.terminate()
        process.wait(60)


def _wait(url: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            httpx.get(url, timeout=5)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("snmp_exporter did not start")


@dataclass
class Differences:
    """How two expositions of one module differ.

    Attributes:
        why: explained differences, by reason.
        unexplained: the others, as lines to read.
    """

    same: int = 0
    why: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    def line(self, module: str) -> str:
        """Return a line of the table of differences."""
        reasons = [f"{count} {reason}" for reason, count in sorted(self.why.items())]
        reasons += [f"{len(self.unexplained)} UNEXPLAINED"] if self.unexplained else []
        return f"{module:14}{self.same:6} the same   {'; '.join(reasons)}"


def compare(module: Module, mine: Mapping[Series, float], theirs: Mapping[Series, float]) -> Differences:
    """Return what differs between our samples, sanity layer and all, and those of the old layout."""
    found = Differences()
    metrics: dict[str, list[Metric]] = {}
    for metric in module.metrics:
        extracted = [metric.name + extract.suffix for extract in metric.regex_extracts]
        for name in {metric.name, f"{metric.name}_info", *extracted}:
            metrics.setdefault(name, []).append(metric)
    left = {series: value for series, value in mine.items() if series[0] != SENSOR_UP}
    found.why["govnet_sensor_up is ours"] = len(mine) - len(left)
    for series, value in theirs.items():
        own, labelled = _own(series, metrics.get(series[0], []), left)
        reason = (
            _reason(metrics.get(series[0], []), own, value) if labelled else "a label is constant or an enumeration"
        )
        if reason == "":
            found.same += 1
        elif reason is None:
            found.unexplained.append(f"{series}: {own} here, {value} there")
        else:
            found.why[reason] += 1
    found.unexplained += [f"{series}: {value} here, nothing there" for series, value in left.items()]
    found.why = +found.why
    return found


def _own(series: Series, metrics: Iterable[Metric], left: dict[Series, float]) -> tuple[float | None, bool]:
    """Return our value of a series and take it away; and whether labels of ours do not hide which it is."""
    hidden = {lookup.labelname for m in metrics for lookup in m.lookups if lookup.value or lookup.enum_values}
    if not hidden:
        return left.pop(series, None), True
    bare = tuple(pair for pair in series[1] if pair[0] not in hidden)
    for other in left:
        if other[0] == series[0] and tuple(pair for pair in other[1] if pair[0] not in hidden) == bare:
            return left.pop(other), False
    return None, True


def _reason(metrics: Iterable[Metric], own: float | None, raw: float) -> str | None:
    """Return why a value differs: empty when it does not, None when there is no reason."""
    if own == raw:
        return ""
    reasons = (_absence(metric, raw) if own is None else _conversion(metric, own, raw) for metric in metrics)
    return next(filter(None, reasons), None)


def _absence(metric: Metric, raw: float) -> str | None:
    """Return why a value is not among ours."""
    sanity = metric.sanity
    if sanity and raw in sanity.sentinels:
        return "a sentinel is absent"
    if sanity and not sanity.plausible(raw * (metric.scale or 1) + metric.offset):
        return "an implausible reading is absent"
    return None


def _conversion(metric: Metric, own: float, raw: float) -> str | None:
    """Return how a value became ours."""
    sanity = metric.sanity
    if own == pytest.approx(raw * (metric.scale or 1) + metric.offset):
        return "scaled to base units"
    if sanity and any(own == pytest.approx(raw * scale) for scale in sanity.also_scales):
        return "the scale of this device, recognised"
    if sanity and sanity.values and own == sanity.values.get(int(raw)):
        return "a number means a value"
    return None
