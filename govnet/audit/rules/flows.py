"""Rules on flows: what gets from zone to zone, held against the matrix, its approvals, and what must never flow."""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.permits import all_permits, inside
from govnet.audit.rule import ConfigRule, Rule
from govnet.audit.verdict import Severity
from govnet.config.routing import InterfaceKind
from govnet.isolation import intervals
from govnet.isolation.filters import matched
from govnet.isolation.ground import allowed
from govnet.isolation.packets import TCP, UDP, PacketSet
from govnet.isolation.proof import PairResult
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.permits import RuleLine
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.built import Device
    from govnet.network.permitted import PolicyCell

Problem = tuple[str, "Reference"]


class PermitsHavePolicy(Rule):
    """Passes for a cell of the matrix whose permits on the firewalls it covers, with approval, owner and review date.

    Fails for a permit that no cell covers, for two zones between which anything else gets through, by whatever way, and
    for a cell that permits without approval, owner or date. Once the review is overdue nobody knows whether the permit
    is still wanted: unknown.
    """

    id = "ACL-06"
    title = "每条放行均有策略依据"
    title_en = "Every permit is in the policy matrix"
    demand = "每条放行都在策略矩阵之内，有审批、责任单位与复审日期"
    clause = "GB/T 22239-2019 8.1.3.2 a), 8.1.10.6 j)"
    severity = Severity.HIGH
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a failure for each permit without a cell, then one verdict for each service of the matrix in use."""
        used: dict[str, PolicyCell] = {}
        for line in all_permits(evidence):
            cell = evidence.network.policy.get((line.source, line.target))
            if beyond := self._beyond(evidence, line, cell):
                expected = f"a cell {line.source or 'any'} > {line.target or 'any'} that permits it"
                yield self.failed(str(line), expected, beyond, line.seen(evidence))
            elif cell and cell.action is not Action.ALLOW:
                used[cell.code] = cell
        for device in evidence.of_role("fw"):
            if evidence.reading(device.name) is None and device.commanded:
                yield self.unknown(device.name, f"the running configuration of {device.name}")
        for code, cell in sorted(used.items()):
            yield self._approved(evidence, code, cell)
        yield from self._matrix(evidence)

    def _matrix(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a failure for each pair of zones with a breach, then what was not seen, or one pass of all."""
        pairs, expected = evidence.proof.pairs, "nothing gets from zone to zone but what the matrix permits"
        breaches = [one for one in pairs if one.verdict is PairResult.VIOLATING and (one.extra or one.layer2)]
        for pair in breaches:
            yield self.failed(f"{pair.source} > {pair.target}", expected, pair.why, evidence.computed(pair.witness))
        doubts = [pair for pair in pairs if pair.verdict is PairResult.UNKNOWN]
        if doubts:
            yield self.unknown("matrix", f"{len(doubts)} of {len(pairs)} pairs: {doubts[0].why}", expected=expected)
        elif not breaches:
            yield self.passed("matrix", expected, f"all {len(pairs)} pairs", evidence.computed())

    def _beyond(self, evidence: Evidence, line: RuleLine, cell: PolicyCell | None) -> str:
        """Return the packets that a line permits and its cell does not."""
        if inside(evidence, line):
            return ""
        if not line.source:
            return "" if line.chain != "prelude" else "a rule in front of the zone rules permits it to all zones"
        spaces = evidence.spaces
        sources, targets = spaces.get(line.source, ()), spaces.get(line.target, ())
        here = matched(line.filter).intersection(PacketSet.of(sources, targets))
        return str(here.difference(allowed(cell, sources, targets)) or "")

    def _approved(self, evidence: Evidence, code: str, cell: PolicyCell) -> Finding:
        name, expected, seen = f"service {code}", "approval, owner and review date", evidence.written(cell.origin)
        facts = {"approval": cell.approval, "owner": cell.owner, "review date": cell.review}
        missing = [what for what, value in facts.items() if not value]
        if missing:
            return self.failed(name, expected, f"no {', no '.join(missing)}", seen)
        if cell.review and cell.review < evidence.day:
            supply = f"supply the review of {code}, due {cell.review}, and its next date in policy.yaml"
            return self.unknown(name, supply, seen, expected=expected)
        return self.passed(name, expected, f"{cell.approval} of {cell.owner}, review {cell.review}", seen)


class HighRiskPorts(Rule):
    """Passes when no packet to a high-risk port gets from zone to zone, but what an approved cell names.

    SNMP is for the management zone alone.

    Attributes:
        ports: of TCP and UDP (assumed: remote procedures, file shares, databases, telnet, r-services, remote desktop).
        management: the zone that may ask over SNMP.
    """

    id = "ACL-07"
    title = "高危端口"
    title_en = "High-risk ports closed between zones"
    demand = "区域之间不放行高危端口"
    clause = "GB/T 22239-2019 8.1.4.4 b)"
    severity = Severity.HIGH
    needs = (Kind.CONFIG,)
    ports: ClassVar[tuple[tuple[int, int], ...]] = (
        (23, 23), (135, 139), (445, 445), (512, 514), (593, 593), (1433, 1434), (3389, 3389),
    )  # fmt: skip
    snmp: ClassVar[tuple[tuple[int, int], ...]] = ((161, 161),)
    management: ClassVar[str] = "mgt"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a verdict for each ordered pair of zones between which something gets through or may."""
        for source, target in permutations(evidence.network.zones, 2):
            pair, reach = evidence.proof.pair(source, target), evidence.fabric.reach(source, target)
            found = reach.packets.intersection(self._risky(source, target)).difference(self._named(evidence, pair.cell))
            name, expected = f"{source} > {target}", "no packet to a high-risk port"
            if found or reach.layer2:
                shown = evidence.fabric.witness(source, target, found) if found else pair.witness
                actual = f"gets through: {found.brief()}" if found else "they share a broadcast domain"
                yield self.failed(name, expected, actual, evidence.computed(shown))
            elif pair.verdict is PairResult.UNKNOWN:
                yield self.unknown(name, pair.why, expected=expected)
            elif reach.packets:
                yield self.passed(name, expected, "none of what gets through", evidence.computed())

    def _risky(self, source: str, target: str) -> PacketSet:
        ports = self.ports if source == self.management else (*self.ports, *self.snmp)
        if target == self.management:
            ports = tuple(span for span in ports if span != (512, 514))
        both = PacketSet.of(protocols=((TCP, TCP), (UDP, UDP)), ports=intervals.normal(ports))
        if target != self.management:
            return both
        return both.union(PacketSet.of(protocols=((TCP, TCP),), ports=((512, 514),)))

    def _named(self, evidence: Evidence, cell: PolicyCell | None) -> PacketSet:
        """Return what an approved cell names port by port; a permit of all ports names none."""
        if cell is None or not cell.approval or not all(permit.ports for permit in cell.permits):
            return PacketSet()
        spaces = evidence.spaces
        return allowed(cell, spaces[cell.source], spaces[cell.target])


class OutsidersStayOut(Rule):
    """Passes when nothing from a guest zone gets to an important one but messages to the collectors.

    Attributes:
        guests: zones of enterprises and of training.
        important: what they must never see.
    """

    id = "BND-07"
    title = "企业接入与培训教室"
    title_en = "Enterprise and training networks"
    demand = "企业与培训区域到不了重要区域"
    clause = "省政府专网企业接入的要求; 培训教室与生产网隔离"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)
    guests: ClassVar[tuple[str, ...]] = ("enterprise", "train")
    important: ClassVar[tuple[str, ...]] = ("doc", "ca", "mgt", "jh")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each guest zone and important zone, and one for each circuit of a guest zone."""
        zones = evidence.network.zones
        for source in self.guests:
            for target in self.important:
                if source in zones and target in zones:
                    yield self._pair(evidence, source, target)
        for upstream in evidence.network.upstreams:
            if upstream.zone in self.guests:
                device, seen = evidence.network.devices[upstream.end.device], evidence.written(upstream.origin)
                judge = self.passed if device.role == "fw" else self.failed
                yield judge(upstream.circuit, "ends on a firewall", f"ends on {upstream.end}", seen)

    def _pair(self, evidence: Evidence, source: str, target: str) -> Finding:
        name, pair = f"{source} > {target}", evidence.proof.pair(source, target)
        reach, cell, spaces = evidence.fabric.reach(source, target), pair.cell, evidence.spaces
        traps = cell is not None and cell.action is Action.TRAPS
        found = reach.packets.difference(allowed(cell, spaces[source], spaces[target]) if traps else PacketSet())
        expected = "nothing but traps, logs and time to the collectors" if traps else "nothing gets through"
        if found or reach.layer2:
            shown = evidence.fabric.witness(source, target, found) if found else pair.witness
            return self.failed(name, expected, str(shown or pair.why), evidence.computed(shown))
        if pair.verdict is PairResult.UNKNOWN:
            return self.unknown(name, pair.why, expected=expected)
        return self.passed(name, expected, "nothing else does", evidence.computed())


class AntiSpoofing(ConfigRule):
    """Passes for a firewall or edge router that takes from each side only what belongs there.

    That is reverse-path checks in its text, or permits that all name sources of their own zone. Fails where the text
    turns the check off, or where a device whose text would show the check has none at a circuit.

    Attributes:
        shows: platforms whose running text names each interface's check, so that its absence tells.
    """

    id = "ACL-08"
    title = "源地址校验"
    title_en = "Anti-spoofing"
    demand = "边界接口校验源地址"
    clause = "GB/T 22239-2019 8.1.3.2 c)"
    severity = Severity.MEDIUM
    needs = (Kind.CONFIG,)
    shows: ClassVar[frozenset[str]] = frozenset({"huawei_vrp"})
    _on: ClassVar[re.Pattern[str]] = re.compile(r"\burpf\b|reverse-path|rp_filter\s*=\s*[12]|fib saddr", re.IGNORECASE)
    _off: ClassVar[re.Pattern[str]] = re.compile(r"rp_filter\s*=\s*0|undo\s+(ip\s+)?urpf", re.IGNORECASE)

    def subjects(self, evidence: Evidence) -> Iterable[Device]:
        """Return the firewalls and the devices where circuits leave the network."""
        edge = {upstream.end.device for upstream in evidence.network.upstreams}
        return (one for one in evidence.network.commanded() if one.role == "fw" or one.name in edge)

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        expected, seen = "sources of its own zone on each interface", evidence.running(device.name)
        text = evidence.texts.get(device.name, "\n".join(line.text for line in reading.unread))
        routed = any(one.kind is not InterfaceKind.LOOPBACK for one in reading.config.interfaces.values())
        if off := self._off.search(text):
            yield self.failed(device.name, expected, f"the check is off: {off[0]}", seen)
        elif on := self._on.search(text):
            yield self.passed(device.name, expected, f"checked: {on[0]}", seen)
        elif _sources_named(evidence, device, reading):
            yield self.passed(device.name, expected, "every permit names sources of its own zone", seen)
        elif device.platform in self.shows and routed:
            yield self.failed(device.name, expected, "no interface checks where packets come from", seen)
        else:
            supply = f"supply the reverse-path setting of {device.name}, which its running text does not show"
            yield self.unknown(device.name, supply, seen, expected=expected)


def _sources_named(evidence: Evidence, device: Device, reading: Reading) -> bool:
    """Return whether there are permits, and each permits only addresses of the zone that it is for."""
    firewall = reading.config.firewall
    if firewall is None:
        return False
    rows = [(pair[0], rule) for pair, rules in firewall.pairs.items() for rule in rules]
    space = evidence.spaces
    inside = [
        bool(rule.sources) and not intervals.difference(intervals.of_networks(rule.sources), space.get(zone, ()))
        for zone, rule in rows
    ]
    return bool(rows) and all(inside) and device.role == "fw"
