"""Rules on power of the machine room; what decides them is in `govnet.power.rules_power`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govnet.audit.facility import FacilityRule, class_of, level3, ups_readings
from govnet.audit.rule import declared_level
from govnet.audit.verdict import Severity, Verdict
from govnet.power import rules_power
from govnet.power.measured import RoomClass
from govnet.power.verdict import judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.power.verdict import Verdict as Said


class UpsFeedsNetwork(FacilityRule):
    """Passes for network and security gear that a UPS feeds and nothing else; not for places without a UPS."""

    id = "PWR-01"
    title = "通信控制设备由 UPS 供电"
    title_en = "UPS feeds every communication-control device"
    demand = "通信与安全设备只由 UPS 供电"
    clause = "行政办公中心: 通信控制设备由UPS供电; GB/T 22239-2019 8.1.1.9 b)"
    severity = Severity.HIGH

    def verdicts(self, evidence: Evidence) -> Iterable[Said]:
        """Return a verdict for each device that communicates or protects."""
        return rules_power.pwr_01(evidence.network)


class EpsFeedsComputers(FacilityRule):
    """Passes for a computer that an EPS or a UPS feeds; fails for one on the mains, or without a source written."""

    id = "PWR-02"
    title = "计算机类设备由 EPS 供电"
    title_en = "EPS feeds computer equipment"
    demand = "计算机由 EPS 或 UPS 供电"
    clause = "行政办公中心: 计算机类设备由EPS供电"
    severity = Severity.MEDIUM

    def verdicts(self, evidence: Evidence) -> Iterable[Said]:
        """Return a verdict for each computer."""
        return rules_power.pwr_02(evidence.network)


class EpsTransfer(FacilityRule):
    """Passes for a computer with a second feed, or on an EPS that transfers unnoticed; else it restarts."""

    id = "PWR-03"
    title = "EPS 切换时间"
    title_en = "EPS transfer gap against what computers ride through"
    demand = "EPS 切换时间在计算机可承受之内，或有第二路供电"
    clause = "GB 17945-2000: EPS 切换时间; GB/T 22239-2019 8.1.1.9 b)"
    severity = Severity.HIGH

    def verdicts(self, evidence: Evidence) -> Iterable[Said]:
        """Return a verdict for each computer."""
        return rules_power.pwr_03(evidence.network, self.parameters.eps_transfer_max_ms)


class BackupMinutes(FacilityRule):
    """Passes for a UPS that lasts as long as its room's class asks, under half its load at least, and was tested.

    Fails with too few minutes. Enough of them under less load prove nothing, and without the room's class nobody
    knows how many are enough; a discharge test is on record or unknown.
    """

    id = "PWR-04"
    title = "后备时间"
    title_en = "Back-up minutes"
    demand = "UPS 后备时间达到机房等级要求，并经放电测试"
    clause = "GB/T 22239-2019 8.1.1.9 b); GB 50174-2017 附录A"
    severity = Severity.HIGH

    def verdicts(self, evidence: Evidence) -> Iterator[Said]:
        """Yield two verdicts for each UPS: minutes of the device, test of the source."""
        readings, sources = ups_readings(evidence), evidence.network.power_sources.values()
        for source in sources:
            device = evidence.network.devices.get(source.device)
            written = class_of(evidence.network, self.parameters, device.place) if device else ""
            room_class = RoomClass(written) if written else None
            minutes = self.parameters.ups_minutes.get(written)
            for said in rules_power.pwr_04(evidence.network, readings, room_class, minutes):
                if said.object in {source.name, source.device}:
                    yield said


class UpsState(FacilityRule):
    """Passes for a UPS on mains, its battery normal, without an alarm; fails on battery, on bypass, or with one."""

    id = "PWR-05"
    title = "UPS 工作状态"
    title_en = "UPS state"
    demand = "UPS 在市电运行，电池正常，无告警"
    clause = "GB/T 22239-2019 8.1.1.9 b), 8.1.10.1 a)"
    severity = Severity.HIGH

    def verdicts(self, evidence: Evidence) -> Iterable[Said]:
        """Return a verdict for each UPS."""
        return rules_power.pwr_05(evidence.network, ups_readings(evidence))


class UpsCapacity(FacilityRule):
    """Passes for a UPS of 1.1 times the planned load, at most 80 % of it used, and no air conditioner on it.

    The planned load is nowhere written, so whether the capacity is enough is on record or unknown.
    """

    id = "PWR-06"
    title = "容量与分组"
    title_en = "UPS capacity and sharing"
    demand = "UPS 容量足够，空调不与设备共用"
    clause = "GB 50174-2017: E >= 1.1 P; 空调与IT不得同组UPS"
    severity = Severity.MEDIUM

    def verdicts(self, evidence: Evidence) -> Iterable[Said]:
        """Return three verdicts for each UPS: capacity, load, and who shares it."""
        return rules_power.pwr_06(evidence.network, ups_readings(evidence))


class PowerQuality(FacilityRule):
    """Passes for a UPS with 220 V plus or minus 10 % at its input, and at level 3 for a computer with two feeds.

    Where no level is declared a computer with one feed is unknown: the clause asks for two at level 3 only. Surge
    protectors are on record.
    """

    id = "PWR-07"
    title = "稳压与双路"
    title_en = "Power quality and dual feed"
    demand = "输入电压在范围内，有防浪涌，三级设备双路供电"
    clause = "GB/T 22239-2019 8.1.1.9 a), c)"
    severity = Severity.MEDIUM

    def verdicts(self, evidence: Evidence) -> Iterator[Said]:
        """Yield a verdict for each UPS, then one for each computer."""
        network, undeclared = evidence.network, declared_level(evidence) is None
        computers = {name for name, each in network.devices.items() if each.role in rules_power.COMPUTERS}
        for said in rules_power.pwr_07(network, ups_readings(evidence), level3=level3(evidence)):
            if undeclared and said.object in computers and said.outcome is Verdict.FAIL:
                actual = f"{said.actual}; asked at level 3, and no djbh_level is written"
                yield replace(said, outcome=Verdict.UNKNOWN, actual=actual)
            else:
                yield said
        if network.power_sources:
            yield judged(self.id, network.slug, "surge protectors and stabilisers", good=None, actual="on no device")
