"""Rules on what is logged, how long it is kept, and that all clocks agree."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import ConfigRule, Rule
from govnet.audit.verdict import Severity
from govnet.audit.views import outside
from govnet.config.filtering import Verdict as Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import LogSource
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.built import Device

Problem = tuple[str, "Reference"]
KEY_ROLES = ("fw", "core", "ids", "pe", "rr", "agg")
"""Boundaries and key nodes: what has to log, with the servers of the management zone that people log in to."""
_DAY = timedelta(hours=24)


class KeyNodesLog(ConfigRule):
    """Passes for a boundary or key node that sends its log inside its plane, and was heard within a day.

    Fails without a target, with one outside the plane, or when the collector heard nothing for a day. Whether anything
    arrived is unknown without the collector's index.
    """

    id = "LOG-01"
    title = "边界与重要节点审计"
    title_en = "Boundary and key nodes log"
    demand = "边界与重要节点向本平面发送日志，24 小时内有记录"
    clause = "GB/T 22239-2019 8.1.3.5 a)"
    severity = Severity.HIGH
    needs = (Kind.CONFIG,)

    def subjects(self, evidence: Evidence) -> Iterable[Device]:
        """Return the boundaries and key nodes that are logged in to."""
        return (device for device in evidence.of_role(*KEY_ROLES) if device.commanded)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        targets, seen = reading.config.syslog, evidence.running(device.name)
        problems: list[Problem] = [] if targets else [("no syslog target", seen)]
        problems += [(f"target {one} is outside the plane", seen) for one in outside(evidence.network, sorted(targets))]
        expected = "a syslog target in its plane, heard within 24 h"
        source = _source(evidence, device.name)
        if source and (source.newest is None or evidence.as_of - source.newest > _DAY):
            said = f"last heard {source.newest}" if source.newest else "never heard"
            problems.append((said, evidence.record(Kind.LOGS, device.name)))
        if problems or source:
            heard = (evidence.record(Kind.LOGS, device.name),) if source else ()
            yield self.decide(device.name, expected, problems, ", ".join(map(str, sorted(targets))), seen, *heard)
        else:
            supply = f"the log collector's index of {device.name}: it sends to {', '.join(map(str, sorted(targets)))}"
            yield self.unknown(device.name, supply, seen, expected=expected)


def _source(evidence: Evidence, name: str) -> LogSource | None:
    return next((one for one in evidence.logs or () if one.device == name), None)


class SixMonthsKept(Rule):
    """Passes for a source whose oldest message is as old as the law asks, without a gap of a day, with room for more.

    A source younger than that is unknown until it can be judged; its retention setting is judged at once.
    """

    id = "LOG-02"
    title = "留存不少于六个月"
    title_en = "Six months of logs"
    demand = "日志留存不少于六个月且无中断"
    clause = "中华人民共和国网络安全法 留存相关的网络日志不少于六个月; GB/T 22239-2019 8.1.5.4 d)"
    severity = Severity.HIGH
    needs = (Kind.LOGS,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each source."""
        for source in evidence.logs or ():
            yield self._one(evidence, source)

    def _one(self, evidence: Evidence, source: LogSource) -> Finding:
        asked, seen = self.parameters.log_retention_days, evidence.record(Kind.LOGS, source.device)
        expected = f"{asked} days kept without a gap of a day"
        age = (evidence.as_of - source.oldest).days if source.oldest else 0
        problems = list(self._wrong(source, asked, age))
        if problems:
            return self.failed(source.device, expected, "; ".join(problems), seen)
        if age < asked:
            supply = f"time: {source.device} has been logging for {age} days, set to keep {source.retention_days}"
            return self.unknown(source.device, supply, seen, expected=expected)
        return self.passed(source.device, expected, f"oldest message {age} days old", seen)

    def _wrong(self, source: LogSource, asked: int, age: int) -> Iterator[str]:
        kept = source.retention_days
        if kept is not None and kept < asked:
            yield f"set to keep {kept} days"
        if source.oldest is None:
            yield "nothing is kept"
        if source.longest_gap_hours > _DAY.total_seconds() / 3600:
            yield f"a gap of {source.longest_gap_hours:g} h"
        if source.full_in_days is not None and age + source.full_in_days < asked:
            yield f"the disk is full in {source.full_in_days:g} days"


class LogFields(Rule):
    """Passes for a source whose sampled messages tell date and time, who, what kind, and whether it succeeded."""

    id = "LOG-03"
    title = "审计记录要素"
    title_en = "Log fields"
    demand = "日志含时间、用户、类型与结果"
    clause = "GB/T 22239-2019 8.1.3.5 b)"
    severity = Severity.MEDIUM
    needs = (Kind.LOGS,)
    fields: ClassVar[dict[str, re.Pattern[str]]] = {
        "date and time with zone": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)"),
        "user or peer": re.compile(r"\b(?:user(?:name)?|peer|from|src)[=: ]\s*\S+", re.IGNORECASE),
        "kind of event": re.compile(
            r"\b(?:type|event|action|msgid|cmd|command)[=: ]\s*\S+|%%\d+\w+/\d/\w+", re.IGNORECASE
        ),
        "result": re.compile(
            r"\b(?:succe\w+|fail\w*|accept\w*|den(?:y|ied)|refused|permit\w*|drop\w*|result[=: ]\s*\S+)\b",
            re.IGNORECASE,
        ),
    }

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each source; one without a sample is unknown."""
        for source in evidence.logs or ():
            seen, expected = evidence.record(Kind.LOGS, source.device), ", ".join(self.fields)
            if not source.lines:
                yield self.unknown(source.device, f"a sample of messages of {source.device}", seen, expected=expected)
                continue
            missing = {what for what, how in self.fields.items() for line in source.lines if not how.search(line)}
            problems = [(f"a message without {what}", seen) for what in self.fields if what in missing]
            yield self.decide(source.device, expected, problems, f"all of them in {len(source.lines)} messages", seen)


class OneClock(ConfigRule):
    """Passes for a device whose time sources all lie in its own plane; fails without one, or with one outside it.

    The inner plane has a clock of its own: a source in another plane would be a way out.
    """

    id = "LOG-05"
    title = "时间同步"
    title_en = "One clock per plane"
    demand = "设备与本平面的时间源同步"
    clause = "GB/T 22239-2019 8.1.3.5 b)"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)
    hidden_by = re.compile(r"\b(s?ntp\S*|ntp-service)\b", re.IGNORECASE)
    most: ClassVar[float] = 1.0
    """Seconds that a clock may be off, assumed."""

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        sources, seen = reading.config.ntp, evidence.running(device.name)
        problems: list[Problem] = [] if sources else [("no time source", seen)]
        problems += [(f"{one} is outside the plane", seen) for one in outside(evidence.network, sorted(sources))]
        problems += [
            (f"{one.value:g} s off", evidence.record(Kind.SAMPLES, device.name))
            for one in evidence.samples_of(device.name, "govnet_clock_offset_seconds")
            if abs(one.value) >= self.most
        ]
        expected = "time from a source in its own plane"
        yield self.decide(device.name, expected, problems, ", ".join(map(str, sorted(sources))), seen)


class DenialsLogged(ConfigRule):
    """Passes for a firewall whose denials are all logged; fails with a rule that denies in silence.

    What no rule of a zone firewall names is dropped and logged by its last rule.
    """

    id = "LOG-06"
    title = "拒绝日志"
    title_en = "Denials are logged"
    demand = "边界上的拒绝都有日志"
    clause = "GB/T 22239-2019 8.1.3.5 a)"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)

    def subjects(self, evidence: Evidence) -> Iterable[Device]:
        """Return the firewalls that are logged in to."""
        return (device for device in evidence.of_role("fw") if device.commanded)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        firewall, seen = reading.config.firewall, evidence.running(device.name)
        if firewall is None:
            yield self.failed(device.name, "a last rule that drops and logs", "no zone rules are loaded", seen)
            return
        chains = {"prelude": firewall.prelude, **{f"{s} > {t}": rules for (s, t), rules in firewall.pairs.items()}}
        problems = [
            (f"{chain} denies {one.protocol} in silence", seen)
            for chain, rules in chains.items()
            for one in rules
            if one.verdict is Decision.DENY and not one.log
        ]
        yield self.decide(device.name, "every denial logged", problems, "the last rule logs what it drops", seen)
