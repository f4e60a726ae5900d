"""Rules on keeping an eye on devices: releases that are fit to run, and health that is really read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, Rule, by_document
from govnet.audit.verdict import Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding
    from govnet.network.built import Device


class SupportedReleases(Rule):
    """Passes for a device of a maker that still supports it, and for one with a record of compensating controls.

    Fails for gear out of support without such a record: it is reached out of band only, filtered and watched, or it is
    not to stay. Whether other makers still support a release nobody tells here: unknown, until a record approves it.

    Attributes:
        ended: makers that support nothing of theirs any more. Nortel Networks sold its enterprise business in 2009.
    """

    id = "MGT-12"
    title = "漏洞与停产"
    title_en = "Known vulnerabilities and end of life"
    demand = "版本在支持之内，停产设备有补偿措施记录"
    clause = "GB/T 22239-2019 8.1.4.4 e)"
    severity = Severity.MEDIUM
    ended: ClassVar[frozenset[str]] = frozenset({"nortel"})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that is logged in to."""
        for device in evidence.network.commanded():
            yield self._one(evidence, device)

    def _one(self, evidence: Evidence, device: Device) -> Finding:
        running = f"{device.model} {device.software}".strip()
        if device.vendor.lower() not in self.ended:
            return by_document(self, evidence, device.name, f"the approval of release {running}")
        found = by_document(self, evidence, device.name, "compensating controls (out of band only, filtered, watched)")
        if found.verdict is Verdict.PASS:
            return found
        expected = "a record of compensating controls, as nobody supports it any more"
        return self.failed(
            device.name, expected, f"{running} of {device.vendor}, no record", evidence.written(device.origin)
        )


class CentralMonitoring(Rule):
    """Passes for a device of which a reading is at hand that is not older than three rounds; fails when there is none.

    Servers and sensors are watched by what their makers gave them: without a reading of ours a record settles it.

    Attributes:
        roles: what 集中监测 names: network gear, security gear and servers.
        fresh: three rounds of a minute.
    """

    id = "MGT-14"
    title = "集中监测"
    title_en = "Central monitoring of links, network, security gear and servers"
    demand = "网络、安全设备与服务器都有新近的监测读数"
    clause = "GB/T 22239-2019 8.1.5.4 c)"
    severity = Severity.MEDIUM
    level = L3
    needs = (Kind.SAMPLES,)
    roles: ClassVar[tuple[str, ...]] = ("core", "agg", "acc", "ce", "pe", "rr", "cpe", "fw", "ids", "srv", "web", "nms")
    fresh: ClassVar[timedelta] = timedelta(minutes=3)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each such device."""
        newest: dict[str, datetime] = {}
        for sample in evidence.samples or ():
            newest[sample.object] = max(sample.at, newest.get(sample.object, sample.at))
        for device in evidence.of_role(*self.roles):
            expected, seen = f"a reading at most {self.fresh.seconds} s old", evidence.record(Kind.SAMPLES, device.name)
            asked = device.commanded and device.name not in (evidence.on_paper or ())
            if (last := newest.get(device.name)) is None and not asked:
                yield by_document(self, evidence, device.name, f"what watches {device.name}: no collector here asks it")
                continue
            if last is None:
                yield self.failed(device.name, expected, "no reading at all", seen)
                continue
            age = evidence.as_of - last
            judge = self.passed if age <= self.fresh else self.failed
            yield judge(device.name, expected, f"{age.total_seconds():.0f} s old", seen)
