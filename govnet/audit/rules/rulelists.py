"""Rules on rule lists themselves: what they do with a packet that no line matches, and with every packet."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.permits import chains, inside, useless
from govnet.audit.rule import ConfigRule
from govnet.audit.verdict import Severity
from govnet.audit.views import internet_zones
from govnet.config.filtering import Verdict as Decision
from govnet.isolation import intervals
from govnet.isolation.filters import permitted
from govnet.isolation.intervals import ADDRESSES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from ipaddress import IPv4Network

    from govnet.audit.evidence import Evidence
    from govnet.audit.permits import RuleLine
    from govnet.audit.tables import Sample
    from govnet.audit.verdict import Finding
    from govnet.config.filtering import AclBinding
    from govnet.config.reading import Reading
    from govnet.network.built import Device


class DefaultDeny(ConfigRule):
    """Passes when what no line matches is dropped and logged: always of a loaded zone policy, of an ACL by its end.

    Fails for a firewall without a zone policy, and for an ACL at work that lets through what no line names.
    """

    id = "ACL-01"
    title = "默认拒绝"
    title_en = "Default deny"
    demand = "规则未允许的一律拒绝并记录"
    clause = "GB/T 22239-2019 8.1.3.2 a)"
    severity = Severity.CRITICAL
    needs = (Kind.CONFIG,)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield a verdict for a firewall's policy and for each ACL at work."""
        expected, seen = "what no rule permits is dropped and logged", evidence.running(device.name)
        if reading.config.firewall is not None:
            yield self.passed(device.name, expected, "the zone policy drops and logs the rest", seen)
        elif device.role == "fw":
            yield self.failed(device.name, expected, "no zone policy is loaded: everything passes", seen)
        for binding in sorted(reading.config.bindings):
            yield self._bound(evidence, device, reading, binding)

    def _bound(self, evidence: Evidence, device: Device, reading: Reading, binding: AclBinding) -> Finding:
        name = f"{device.name}:{binding.target} {binding.acl} {binding.direction}"
        expected, seen = "what no line permits is denied and logged", evidence.running(device.name)
        acl = reading.config.acls.get(binding.acl)
        if acl is None:
            return self.unknown(name, f"the ACL {binding.acl}, which the running configuration does not show", seen)
        last = acl.filters[-1] if acl.filters else None
        named = [line for line in acl.filters if line.verdict is Decision.PERMIT]
        rest = permitted(acl.filters, binding.default).difference(permitted(tuple(named), Decision.DENY))
        if rest:
            return self.failed(name, expected, f"passes unnamed: {rest}", seen)
        if last is None or last.verdict is not Decision.DENY or not last.log:
            return self.failed(name, expected, "the rest is dropped silently: no final deny that logs", seen)
        return self.passed(name, expected, "ends with a deny that logs", seen)


class NoAnyAny(ConfigRule):
    """Passes for a device without a permit of everything between two whole zones, or of anything from outside.

    Fails for a permit of any service whose source and destination are each a whole zone or more, and for one from the
    internet, from any address, to another zone than the one for published servers.

    Attributes:
        published: the only zone that anybody may be let into.
    """

    id = "ACL-02"
    title = "禁止全通规则"
    title_en = "No any-any permits"
    demand = "没有区域间的全通规则"
    clause = "GB/T 22239-2019 8.1.3.2 c)"
    severity = Severity.CRITICAL
    needs = (Kind.CONFIG,)
    published: ClassVar[str] = "dmz"

    def subjects(self, evidence: Evidence) -> Iterator[Device]:
        """Yield the firewalls, and whatever has an ACL at work."""
        return _with_lists(evidence)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        wrong = [
            (f"{line}: {why}", line.seen(evidence))
            for _, lines, _ in chains(device.name, reading)
            for line in lines
            if line.filter.verdict is Decision.PERMIT and (why := self._too_wide(evidence, line))
        ]
        expected = "each permit names source, destination and service"
        yield self.decide(device.name, expected, wrong, "no permit is wider", evidence.running(device.name))

    def _too_wide(self, evidence: Evidence, line: RuleLine) -> str:
        """Return why a permit is too wide; empty when it is not."""
        if inside(evidence, line) or line.filter.established:
            return ""
        filtered = line.filter
        whole = _whole(evidence, line.source, filtered.sources)
        if (
            whole
            and _whole(evidence, line.target, filtered.destinations)
            and not line.filter.ports
            and line.filter.protocol in {"any", "ip", ""}
        ):
            return f"permits any service from {line.source or 'any'} to {line.target or 'any'}"
        if line.source in internet_zones(evidence.network) and line.target != self.published and whole:
            return f"lets {line.source} into {line.target}"
        return ""


def _with_lists(evidence: Evidence) -> Iterator[Device]:
    for device in evidence.network.commanded():
        reading = evidence.reading(device.name)
        if device.role == "fw" or (reading and (reading.config.bindings or reading.config.firewall)):
            yield device


def _whole(evidence: Evidence, zone: str, networks: tuple[IPv4Network, ...]) -> bool:
    """Return whether networks are all of a zone, or more; no networks mean every address."""
    if not networks:
        return True
    space = evidence.spaces.get(zone, ADDRESSES)
    return not intervals.difference(space, intervals.of_networks(networks))


class MinimalRules(ConfigRule):
    """Passes for a rule list in which every line decides something; and for rules that were all hit.

    Fails with the line that is shadowed by earlier ones or that changes nothing, and for one without a hit for
    `Parameters.acl_zero_hit_days`. Hit counters are samples named ``rule_hits_total`` with the label ``rule``.
    """

    id = "ACL-03"
    title = "规则最小化"
    title_en = "No redundant, shadowed or dead rules"
    demand = "没有被遮蔽、多余或长期不命中的规则"
    clause = "GB/T 22239-2019 8.1.3.2 b)"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)

    def subjects(self, evidence: Evidence) -> Iterator[Device]:
        """Yield the firewalls, and whatever has an ACL at work."""
        return _with_lists(evidence)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict on the lists, and one on their counters."""
        lists = list(chains(device.name, reading))
        dead = [(f"{one} is {why}", one.seen(evidence)) for _, rows, rest in lists for one, why in useless(rows, rest)]
        count = sum(len(rows) for _, rows, _ in lists)
        seen = evidence.running(device.name)
        yield self.decide(device.name, "each line decides something", dead, f"all {count} lines do", seen)
        if count:
            yield self._hits(evidence, device)

    def _hits(self, evidence: Evidence, device: Device) -> Finding:
        days, name = self.parameters.acl_zero_hit_days, f"{device.name} hit counters"
        expected, since = f"a hit in {days} days", evidence.as_of - timedelta(days=days)
        rows = evidence.samples_of(device.name, "rule_hits_total")
        before = {one.labels.get("rule"): one.value for one in rows if one.at <= since}
        if not before:
            return self.unknown(name, f"hit counters of {device.name}, now and {days} days ago", expected=expected)
        now = {one.labels.get("rule"): one.value for one in sorted(rows, key=_time)}
        seen = evidence.record(Kind.SAMPLES, device.name)
        still = [(f"{rule} has none", seen) for rule, value in before.items() if now[rule] == value]
        return self.decide(name, expected, still, f"{len(before)} rules have", seen)


def _time(sample: Sample) -> datetime:
    return sample.at


class StatefulControl(ConfigRule):
    """Passes where zones are joined by a stateful firewall alone; fails for filters that guess state from TCP flags."""

    id = "ACL-04"
    title = "会话状态"
    title_en = "Stateful control"
    demand = "区域之间由有状态防火墙控制"
    clause = "GB/T 22239-2019 8.1.3.2 d)"
    severity = Severity.HIGH
    needs = (Kind.CONFIG,)

    def subjects(self, evidence: Evidence) -> Iterator[Device]:
        """Yield the firewalls, and whatever has an ACL at work."""
        return _with_lists(evidence)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        seen, expected = evidence.running(device.name), "a stateful firewall between zones"
        wrong = [
            (f"{line} permits by the flag established", line.seen(evidence))
            for _, lines, _ in chains(device.name, reading)
            for line in lines
            if line.filter.established and line.filter.verdict is Decision.PERMIT
        ]
        if device.role == "fw" and reading.config.firewall is None:
            wrong.append(("no zone policy is loaded", seen))
        yield self.decide(device.name, expected, wrong, "no filter guesses state", seen)
