"""Rules on capacity: of devices, of lines, of video conferences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, Rule, by_document
from govnet.audit.statistics import covers, five_minute_maxima, percentile95, rates
from govnet.audit.verdict import Severity
from govnet.audit.views import SPOKES
from govnet.capacity import Call, Plan
from govnet.capacity.conference import admitted
from govnet.config.circuits import SHAPED
from govnet.config.queueing import Queueing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import Sample
    from govnet.audit.verdict import Finding
    from govnet.network.built import Device
    from govnet.network.cabled import Circuit, End, Link

_MONTH = 30
_PER_CENT = 100.0


def _recent(evidence: Evidence, name: str) -> list[Sample]:
    """Return the samples of an object of the last month."""
    since = evidence.as_of - timedelta(days=_MONTH)
    return [one for one in evidence.samples_of(name) if since <= one.at <= evidence.as_of]


class DeviceCapacity(Rule):
    """Passes when the CPU of a device stays under the threshold in 95 of 100 five-minute peaks of a month's work hours.

    Samples of less than a month say nothing: the peak may be what they missed.
    """

    id = "ARC-01"
    title = "网络设备业务处理能力"
    title_en = "Device capacity at peak"
    demand = "工作时间 CPU 峰值的第 95 百分位低于限值"
    clause = "GB/T 22239-2019 8.1.2.1 a)"
    severity = Severity.MEDIUM
    level = L3
    needs = (Kind.SAMPLES,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that is logged in to."""
        for device in evidence.network.commanded():
            yield self._one(evidence, device)

    def _one(self, evidence: Evidence, device: Device) -> Finding:
        limit = self.parameters.cpu_peak_fail
        name, expected = device.name, f"CPU p95 under {limit:g} %"
        samples = [one for one in _recent(evidence, name) if one.name.endswith("cpu_utilization_ratio")]
        peaks = five_minute_maxima(samples)
        if not peaks or not covers([one.at for one in samples], _MONTH, evidence.as_of):
            said = f"CPU readings of {name} over {_MONTH} days; there are {len(samples)}"
            return self.unknown(name, said, evidence.record(Kind.SAMPLES, name), expected=expected)
        found, seen = percentile95(peaks) * _PER_CENT, evidence.record(Kind.SAMPLES, name)
        judge = self.passed if found < limit else self.failed
        warned = f", over {self.parameters.cpu_peak_warn:g} %" if found >= self.parameters.cpu_peak_warn else ""
        return judge(name, expected, f"p95 {found:.0f} %{warned}", seen)


class LineCapacity(Rule):
    """Passes when a line is used under the threshold, both ways, in 95 of 100 intervals of a month.

    Measured against what the circuit is declared to carry: a line of 2 Mbit/s hangs on a port of 100.
    """

    id = "ARC-02"
    title = "带宽满足高峰期"
    title_en = "Bandwidth at peak"
    demand = "线路双向利用率的第 95 百分位低于限值"
    clause = "GB/T 22239-2019 8.1.2.1 b)"
    severity = Severity.MEDIUM
    level = L3
    needs = (Kind.SAMPLES,)
    counters: ClassVar[tuple[str, ...]] = ("ifHCInOctets", "ifHCOutOctets")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each line, from the counters of either end."""
        ends: dict[str, list[End]] = {}
        for link in evidence.network.links:
            if link.circuit:
                ends.setdefault(link.circuit, []).extend((link.a, link.b))
        for upstream in evidence.network.upstreams:
            ends.setdefault(upstream.circuit, []).append(upstream.end)
        for name, where in ends.items():
            if circuit := evidence.network.circuits.get(name):
                yield self._one(evidence, circuit, where)

    def _one(self, evidence: Evidence, circuit: Circuit, ends: list[End]) -> Finding:
        limit, speed = self.parameters.link_peak_fail, circuit.speed_on(evidence.day) * 1000
        expected, seen = f"p95 under {limit:g} % of {speed // 1000} kbit/s both ways", evidence.record(Kind.SAMPLES)
        used = [ratio for end in ends for ratio in self._used(evidence, end, speed)]
        if not used:
            said = f"octet counters of {' or '.join(map(str, ends))} over {_MONTH} days"
            return self.unknown(circuit.id, said, seen, expected=expected)
        judge = self.passed if max(used) < limit else self.failed
        return judge(circuit.id, expected, f"p95 {max(used):.0f} %", seen)

    def _used(self, evidence: Evidence, end: End, speed: int) -> Iterator[float]:
        """Yield the utilisation of each direction in per cent, where a month of it is known."""
        samples = [one for one in _recent(evidence, end.device) if end.port in one.labels.values()]
        for counter in self.counters:
            rows = [one for one in samples if one.name == counter]
            grown = rates(rows)
            if grown and covers([one.at for one in rows], _MONTH, evidence.as_of):
                yield percentile95(grown) * 8 * _PER_CENT / speed


class LineSpeeds(Rule):
    """Passes when a router at an end holds what it sends to the circuit's speed, or a measurement is on record.

    Fails when a cable says another speed than its circuit, when a circuit is slower than the plan for its kind of
    place, and when a router whose queues are read sends at another rate.

    Attributes:
        plan: kind of place -> (day, kbit/s from then on), as the source texts tell.
    """

    id = "ARC-03"
    title = "线路带宽与规划一致"
    title_en = "Circuit speeds equal the plan"
    demand = "线路速率与规划一致，路由器按此速率整形"
    clause = "州级政务网 100M/2M; 省至各州20M,各州至县10M"
    severity = Severity.MEDIUM
    plan: ClassVar[Mapping[str, tuple[tuple[date, int], ...]]] = {
        "node": ((date.min, 2000),),
        "county": ((date.min, 2000), (date(2008, 1, 1), 10000)),
        "prefecture": ((date(2008, 1, 1), 20000),),
    }

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each cable on a circuit."""
        for link in evidence.network.links:
            circuit = evidence.network.circuits.get(link.circuit)
            if circuit is None:
                continue
            speed, planned = circuit.speed_on(evidence.day), self._planned(evidence, link)
            expected, seen = f"{max(planned, speed)} kbit/s", evidence.written(circuit.origin)
            if speed < planned:
                yield self.failed(circuit.id, expected, f"{speed} kbit/s", seen)
            elif link.bandwidth_kbps not in {speed, circuit.speed_kbps}:
                yield self.failed(circuit.id, expected, f"its cable {link.a} says {link.bandwidth_kbps} kbit/s", seen)
            else:
                yield self._shaped(evidence, link, circuit, expected)

    def _shaped(self, evidence: Evidence, link: Link, circuit: Circuit, expected: str) -> Finding:
        """Hold the rate of each end that shapes against the circuit's speed; without one a record must tell."""
        speed, rates = circuit.speed_on(evidence.day), dict(_shapers(evidence, link))
        seen = [evidence.running(end.device) for end in rates]
        said = "; ".join(f"{end} sends {_rate(rate)}" for end, rate in rates.items())
        if any(rate != speed for rate in rates.values()):
            return self.failed(circuit.id, expected, said, *seen)
        if rates:
            return self.passed(circuit.id, expected, said, *seen)
        return by_document(self, evidence, circuit.id, f"a throughput measurement of {circuit.id}")

    def _planned(self, evidence: Evidence, link: Link) -> int:
        """Return what the plan gives the lower of the two places; 0 where it says nothing."""
        network = evidence.network
        places = (network.places.get(network.devices[end.device].place) for end in (link.a, link.b))
        kinds = [place.kind for place in places if place and place.kind in SPOKES]
        steps = ([speed for since, speed in self.plan.get(kind, ()) if since <= evidence.day] for kind in kinds)
        return min((max(speeds, default=0) for speeds in steps), default=0)


def _shapers(evidence: Evidence, link: Link) -> Iterator[tuple[End, int | None]]:
    """Yield (end, kbit/s) of the ends of a line whose queues are modelled and were read; None: it holds back nothing.

    A network without classes of traffic shapes nothing.
    """
    for end in (link.a, link.b) if evidence.network.traffic else ():
        reading = evidence.reading(end.device)
        if reading and evidence.network.devices[end.device].platform in SHAPED:
            yield end, reading.config.queueing.get(end.port, Queueing()).rate_kbps


def _rate(kbps: int | None) -> str:
    return f"{kbps} kbit/s" if kbps else "as fast as it can"


class VideoQuality(Rule):
    """Passes when delay, jitter and loss of a venue stay inside what a conference needs in 95 of 100 probes.

    So does a line whose share for conferences carries the calls of all venues behind it at once; one that carries none
    of them fails. In between somebody must say how many are admitted.

    Attributes:
        limits: sample name -> highest value that is still good, in base units.
    """

    id = "ARC-09"
    title = "视频会议承载质量"
    title_en = "Video service quality"
    demand = "时延、抖动、丢包满足会议要求，线路容得下会议"
    clause = "视频会议承载指标: 时延<150ms, 抖动<50ms, 丢包<=1%"
    severity = Severity.LOW
    limits: ClassVar[Mapping[str, float]] = {
        "video_delay_seconds": 0.150,
        "video_jitter_seconds": 0.050,
        "video_loss_ratio": 0.01,
    }

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each venue, and one for each line that their calls go over."""
        expected = "delay < 150 ms, jitter < 50 ms, loss <= 1 %"
        for place in evidence.network.places.values():
            if place.venue:
                found = {name: self._p95(evidence, place.slug, name) for name in self.limits}
                missing = [name for name, value in found.items() if value is None]
                if missing:
                    yield self.unknown(place.slug, f"probes of {', '.join(missing)}", expected=expected)
                    continue
                seen = evidence.record(Kind.SAMPLES, place.slug)
                bad = [(f"{n} p95 {v:g}", seen) for n, v in found.items() if v is not None and v > self.limits[n]]
                yield self.decide(place.slug, expected, bad, "all three are", seen)
        yield from self._lines(evidence)

    def _lines(self, evidence: Evidence) -> Iterator[Finding]:
        network = evidence.network
        venues = tuple(place.slug for place in network.places.values() if place.venue)
        calls = Call(network, Plan("all venues at once", venues)).streams if venues and network.of_role("mcu") else {}
        for name, count in calls.items():
            if (most := admitted(network, circuit := network.circuits[name])) is not None:
                yield self._admits(evidence, circuit, count, most)

    def _admits(self, evidence: Evidence, circuit: Circuit, calls: int, most: int) -> Finding:
        expected, seen = f"carries the {calls} calls behind it at once", evidence.written(circuit.origin)
        if 0 < most < calls:
            supply = f"how many venues confer at once over {circuit.id}: of {calls} it carries {most};"
            return by_document(self, evidence, circuit.id, f"{supply} the admission limit")
        judge = self.passed if most else self.failed
        return judge(circuit.id, expected, f"its share for conferences carries {most}", seen)

    def _p95(self, evidence: Evidence, place: str, name: str) -> float | None:
        values = [one.value for one in _recent(evidence, place) if one.name == name]
        return percentile95(values) if values else None
