"""Rules on what has to be kept up, as far as inventory and readings go, and by records beyond.

Sensors, virus patterns, classes of traffic, secrecy reviews, emergency plans, and the sources of the rules themselves.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.facility import rooms
from govnet.audit.rule import DocumentRule, Rule, by_document
from govnet.audit.verdict import Severity
from govnet.audit.views import lines_of
from govnet.config.circuits import SHAPED, shared
from govnet.config.queueing import Queueing
from govnet.isolation.proof import PairResult
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding
    from govnet.network.built import Device
    from govnet.network.cabled import Circuit, End
    from govnet.network.placed import Place
    from govnet.network.served import System

_IDLE = timedelta(hours=2)
SLOW_KBPS = 2048
"""Lines up to this speed are those on which one conference takes all where nothing divides them."""


class SensorAlive(Rule):
    """Passes for a sensor that answers and gets frames, with a record of its signatures; fails for one that is silent.

    Fails too for one that got no frame for two hours, by the counter of its port, and for signatures beyond their term.
    """

    id = "IDS-02"
    title = "传感器在线且特征库更新"
    title_en = "Sensor alive and current"
    demand = "检测设备在线、有流量，特征库不过期"
    clause = "GB/T 22239-2019 8.1.3.3 c), d)"
    severity = Severity.HIGH

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each sensor."""
        for device in evidence.network.devices.values():
            if device.role == "ids":
                yield self._one(evidence, device)

    def _one(self, evidence: Evidence, device: Device) -> Finding:
        since = evidence.as_of.timestamp() - self.parameters.heartbeat_s
        told = evidence.samples_of(device.name, "up")
        newest = max((one for one in told if one.at <= evidence.as_of), key=lambda one: one.at, default=None)
        if newest and (not newest.value or newest.at.timestamp() < since):
            said = "does not answer" if not newest.value else f"last answered at {newest.at:%Y-%m-%d %H:%M}"
            seen = evidence.record(Kind.SAMPLES, device.name)
            return self.failed(device.name, f"answers every {self.parameters.heartbeat_s} s", said, seen)
        if idle := next(self._idle(evidence, device), None):
            seen, said = evidence.record(Kind.SAMPLES, idle.device), f"{idle} sent none for two hours"
            return self.failed(device.name, "frames are copied to it", said, seen)
        supply = f"the signature date and packet counter of {device.name}"
        return by_document(self, evidence, device.name, supply, term="signature_max_age_days", dated=True)

    def _idle(self, evidence: Evidence, sensor: Device) -> Iterator[End]:
        """Yield the ports towards a sensor whose counter did not move in the last two hours."""
        for link in evidence.network.links_of(sensor.name):
            end, since = link.other(sensor.name), evidence.as_of - _IDLE
            late = [s for s in evidence.samples_of(end.device, "ifHCOutOctets") if s.at >= since]
            told = {one.at: one.value for one in late if end.port in one.labels.values()}
            if told and max(told) - min(told) >= _IDLE * 0.9 and len(set(told.values())) == 1:
                yield end


class PatternsCurrent(Rule):
    """Passes for an antivirus server whose patterns are at most a week old and that its zones reach.

    Its date is a reading (``govnet antivirus``) or, on a plane that gets patterns by offline import, a record of it.
    """

    id = "IDS-03"
    title = "恶意代码防范"
    title_en = "Malicious code at key nodes"
    demand = "病毒库不超过期限，各区域能到达防病毒服务器"
    clause = "GB/T 22239-2019 8.1.3.4 a)"
    severity = Severity.MEDIUM
    metric: ClassVar[str] = "govnet_antivirus_pattern_timestamp_seconds"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for the patterns of each system, and one for each zone that it serves."""
        found = [one for slug, one in evidence.network.systems.items() if slug.startswith("antivirus")]
        for system in found:
            yield self._patterns(evidence, system)
            yield from (self._reached(evidence, system, zone) for zone in system.clients if zone != system.zone)
        if not found:
            yield self._settled(evidence, evidence.network.slug)

    def _settled(self, evidence: Evidence, name: str) -> Finding:
        supply = "the date of the virus patterns of each antivirus server"
        return by_document(self, evidence, name, supply, term="pattern_max_age_days", dated=True)

    def _patterns(self, evidence: Evidence, system: System) -> Finding:
        dates = [s.value for s in evidence.samples or () if s.name == self.metric and s.object in system.servers]
        if not dates:
            return self._settled(evidence, system.slug)
        limit, oldest = self.parameters.pattern_max_age_days, datetime.fromtimestamp(min(dates), UTC)
        judge = self.passed if (evidence.as_of - oldest).days <= limit else self.failed
        expected, seen = f"patterns at most {limit} days old", evidence.record(Kind.SAMPLES, system.servers[0])
        return judge(system.slug, expected, f"of {oldest:%Y-%m-%d}", seen)

    def _reached(self, evidence: Evidence, system: System, zone: str) -> Finding:
        name, pair = f"{zone} > {system.zone}", evidence.proof.pair(zone, system.zone)
        if pair.verdict is PairResult.UNKNOWN:
            return self.unknown(name, pair.why, expected="reached as the policy says")
        permitted = pair.cell is not None and bool(pair.cell.permits)
        judge = self.passed if permitted and not pair.missing else self.failed
        said = str(pair.missing) if pair.missing else "reached" if permitted else "the policy lets nothing through"
        return judge(name, "reached as the policy says", said, evidence.computed())


class ClassesOnLines(Rule):
    """Passes for a line with shares for its speed that add up, to which its ends keep, by their readings or a record.

    Fails for shares beyond the whole, for conferences that get over half of a slow line, for a router that shares out
    nothing or less than it should, and for a slow line to a venue that nothing divides: no shares in the inventory, or
    no line about it in what a router shows whose queues are not modelled.

    Attributes:
        queueing: words of lines that divide a line.
        half: most per cent that conferences may get of a slow line.
    """

    id = "ARC-07"
    title = "按重要程度分配带宽"
    title_en = "Important business gets bandwidth first"
    demand = "线路按业务类别保障带宽，合计不超过全部"
    clause = "GB/T 22239-2019 9.1.2.1 f)"
    severity = Severity.MEDIUM
    queueing: ClassVar[re.Pattern[str]] = re.compile(
        r"\b(qos|traffic[ -](policy|behavior|classifier)|queue|dscp)\b", re.IGNORECASE
    )
    half: ClassVar[int] = 50
    supply: ClassVar[str] = "the traffic classes of each WAN interface"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each line, or one on the network where nothing is written of classes or venues."""
        network = evidence.network
        lines = {link.circuit: link.a.device for link in network.links if link.circuit in network.circuits}
        found = [(network.circuits[name], network.devices[device]) for name, device in lines.items()]
        venues = [(one, device) for one, device in found if self._slow_venue(evidence, one, device)]
        for circuit, device in found if network.traffic else venues:
            yield self._one(evidence, circuit, device)
        if not found or not (network.traffic or venues):
            yield by_document(self, evidence, network.slug, self.supply)

    @staticmethod
    def _slow_venue(evidence: Evidence, circuit: Circuit, device: Device) -> bool:
        place = evidence.network.places.get(device.place)
        return place is not None and place.venue and circuit.speed_on(evidence.day) <= SLOW_KBPS

    def _one(self, evidence: Evidence, circuit: Circuit, device: Device) -> Finding:
        expected, speed = "shares of at most the whole, kept to at both ends", circuit.speed_on(evidence.day)
        classes = [one for one in evidence.network.traffic.values() if speed in one.shares]
        seen = evidence.written(classes[0].origin if classes else circuit.origin)
        slow = self._slow_venue(evidence, circuit, device)
        if not classes:
            if slow:
                return self.failed(circuit.id, expected, f"no class has a share of {speed} kbit/s", seen)
            return by_document(self, evidence, circuit.id, f"the classes' shares of {speed} kbit/s")
        whole, video = sum(c.shares[speed] for c in classes), sum(c.shares[speed] for c in classes if c.name == "video")
        if whole > 100 or (speed <= SLOW_KBPS and video > self.half):  # noqa: PLR2004 - per cent
            said = f"{whole} % in all, {video} % for conferences, of {speed} kbit/s"
            return self.failed(circuit.id, expected, said, seen)
        return self._kept_to(evidence, circuit, device, expected, slow=slow)

    def _kept_to(self, evidence: Evidence, circuit: Circuit, device: Device, expected: str, *, slow: bool) -> Finding:
        ends = [self._end(evidence, circuit, end) for end in self._ends(evidence, circuit)]
        if bad := [said for good, said in ends if good is False]:
            return self.failed(circuit.id, expected, bad[0], evidence.running(device.name))
        if ends and all(good for good, _ in ends):
            return self.passed(circuit.id, expected, "; ".join(said for _, said in ends), evidence.running(device.name))
        if slow and self._undivided(evidence, device):
            said = f"{device.name} shows no class: first come, first served"
            return self.failed(circuit.id, expected, said, evidence.running(device.name))
        return by_document(self, evidence, circuit.id, f"that both ends of {circuit.id} keep to the shares")

    @staticmethod
    def _ends(evidence: Evidence, circuit: Circuit) -> Iterator[End]:
        """Yield the ends of a line at devices of ours; the carrier's switch passes on what it gets."""
        for link in evidence.network.links:
            if link.circuit == circuit.id:
                yield from (end for end in (link.a, link.b) if evidence.network.devices[end.device].commanded)

    @staticmethod
    def _end(evidence: Evidence, circuit: Circuit, end: End) -> tuple[bool | None, str]:
        """Say whether an end shares the line out as it should; None where nobody can tell."""
        reading, wanted = evidence.reading(end.device), shared(evidence.network, circuit)
        if reading is None or evidence.network.devices[end.device].platform not in SHAPED:
            return None, f"{end}: not seen"
        found = reading.config.queueing.get(end.port, Queueing())
        if not found.shares:
            return False, f"{end} shares nothing out: first come, first served"
        short = [queue for queue, share in wanted.shares.items() if found.shares.get(queue, 0) < share]
        if short:
            queue = short[0]
            return False, f"{end}: queue {queue} gets {found.shares.get(queue, 0)} % of {wanted.shares[queue]} %"
        if found.rate_kbps is None or found.rate_kbps > (wanted.rate_kbps or 0):
            return False, f"{end} sends faster than {wanted.rate_kbps} kbit/s: what is too much is lost in the line"
        return True, f"{end} holds {found.rate_kbps} kbit/s and shares it out"

    def _undivided(self, evidence: Evidence, device: Device) -> bool:
        reading = evidence.reading(device.name)
        shown = list(lines_of(evidence, device.name, reading)) if reading else []
        return device.name in evidence.texts and not any(self.queueing.search(line.text) for line in shown)


class SecrecyReviewed(DocumentRule):
    """Passes for a place of secret zones whose review by the secrecy office is of before it was connected.

    Fails for a review that came after; without any it is unknown. A review does not grow old.
    """

    id = "SEC-02"
    title = "保密部门参加审查与验收"
    title_en = "Secrecy office took part"
    demand = "涉密点位接入之前经保密部门审查"
    clause = "省级电子政务网规划: 方案审查和网络验收必须有保密部门参加"
    severity = Severity.HIGH
    planes = frozenset({Plane.INNER})
    supply = "the reference and date of the secrecy review"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each place with endpoints of a secret zone."""
        network = evidence.network
        secret = {slug for slug, zone in network.zones.items() if zone.confidential}
        here = dict.fromkeys(network.devices[a.end.device].place for a in network.attachments if a.zone in secret)
        for slug in here:
            place = network.places.get(slug)
            yield self._place(evidence, place) if place else self.settled(evidence, slug)

    def _place(self, evidence: Evidence, place: Place) -> Finding:
        records = [r for r in evidence.network.declared.documents if r.covers(self.id, place.slug)]
        first = min((record for record in records if record.date <= evidence.day), key=lambda r: r.date, default=None)
        if first is None or place.since is None:
            since = "" if place.since else f", and since when {place.slug} is connected"
            return by_document(self, evidence, place.slug, self.supply + since)
        judge = self.passed if first.date <= place.since else self.failed
        seen = evidence.written(first.origin), evidence.written(place.origin)
        return judge(place.slug, f"reviewed before {place.since}", f"record {first}", *seen)


class PlansAndDrills(DocumentRule):
    """Passes for a machine room and for a line out with an emergency plan that was drilled within the year."""

    id = "GOV-03"
    title = "应急预案"
    title_en = "Plans and drills"
    demand = "机房与对外线路有应急预案，一年内演练过"
    clause = "GB/T 22239-2019 8.1.10.13 b), c)"
    severity = Severity.LOW
    supply = "the emergency plan and the date of its last drill"
    term = "drill_max_age_days"

    def objects(self, evidence: Evidence) -> Iterable[str]:
        """Return the machine rooms and the circuits that leave the network; the whole where it has neither."""
        circuits = [upstream.circuit for upstream in evidence.network.upstreams if upstream.circuit]
        places = [f"room {room.place}" for room in rooms(evidence, self.parameters)]
        return dict.fromkeys([*places, *circuits]) or [evidence.network.slug]


class SourcesNamed(Rule):
    """Passes when every rule names where it comes from; a rule without a source fails."""

    id = "EGN-07"
    title = "标准索引"
    title_en = "Standards index"
    demand = "每条规则都有出处"
    clause = "GB/T 21061-2007"
    severity = Severity.LOW

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict on all rules of this release."""
        known = self.all_rules()
        silent = [(f"{rule.id} has no source", evidence.computed()) for rule in known if not rule.clause.strip()]
        yield self.decide("rules", "a source of each rule", silent, f"{len(known)} rules, each with one")

    def all_rules(self) -> list[type[Rule]]:
        """Return every rule's class that this release has loaded."""
        found, todo = {}, list(Rule.__subclasses__())
        while todo:
            rule = todo.pop()
            todo += rule.__subclasses__()
            if hasattr(rule, "id") and rule.__module__.startswith("govnet."):
                found[rule.id] = rule
        return [found[name] for name in sorted(found)]
