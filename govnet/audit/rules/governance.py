"""Rules on levels, figures, dates and certificates: what the inventory itself decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import Rule, by_document
from govnet.audit.verdict import Severity, Verdict
from govnet.isolation.proof import PairResult
from govnet.network.figures import lan_coverage
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding
    from govnet.network.built import Device
    from govnet.network.cabled import Upstream
    from govnet.network.served import System

FILED_FROM = 2
"""Lowest level that is filed with the police."""
HIGHEST = 4


class ClassifiedApart(Rule):
    """Passes for a device of the inner network under internal protection, or classified and otherwise left alone.

    Fails for classified protection with a graded level (等保 is for other systems), or with a configuration kept here.
    A device without a scheme is unknown.
    """

    id = "SEC-01"
    title = "涉密网络适用分级保护"
    title_en = "Secret network follows classified protection"
    demand = "涉密网络按分级保护管理，不在此保存其配置"
    clause = "BMB17, BMB20"
    severity = Severity.HIGH
    planes = frozenset({Plane.INNER})
    schemes: ClassVar[tuple[str, ...]] = ("internal", "classified")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device."""
        for device in evidence.network.devices.values():
            yield self._one(evidence, device)

    def _one(self, evidence: Evidence, device: Device) -> Finding:
        scheme, seen = device.data.get("protection_scheme"), evidence.written(device.origin)
        if not scheme:
            return by_document(self, evidence, device.name, f"the protection scheme of {device.name}")
        problems = [] if scheme in self.schemes else [(f"scheme {scheme}", seen)]
        if scheme == "classified":
            if device.data.get("djbh_level") is not None:
                problems.append((f"graded level {device.data['djbh_level']}", seen))
            if evidence.reading(device.name) or device.name in evidence.texts:
                problems.append(("its configuration is kept here", evidence.running(device.name)))
        return self.decide(device.name, "internal, or classified and only inventoried", problems, str(scheme), seen)


class SystemsGraded(Rule):
    """Passes for a system whose servers have a level from 1 to 4 and, from 2 on, a filing on record.

    Fails for a level beyond that. Where nobody wrote a level, which in an inventory means that nobody knows, and for a
    system whose servers stand elsewhere, a record must settle it.
    """

    id = "GOV-01"
    title = "定级"
    title_en = "Each system has a level"
    demand = "每个系统有等级，二级以上有备案"
    clause = "GB/T 22239-2019 8.1.9.1"
    severity = Severity.MEDIUM
    level = 1

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each system."""
        for system in evidence.network.systems.values():
            yield self._one(evidence, system)

    def _one(self, evidence: Evidence, system: System) -> Finding:
        devices, seen = evidence.network.devices, evidence.written(system.origin)
        found = {name: devices[name].data.get("djbh_level") for name in system.servers if name in devices}
        expected, levels = f"a level from 1 to {HIGHEST}", {each for each in found.values() if isinstance(each, int)}
        recorded = by_document(self, evidence, system.slug, f"level and filing number of {system.title}")
        if wrong := sorted(each for each in levels if not 1 <= each <= HIGHEST):
            return self.failed(system.slug, expected, f"level {wrong[0]}", seen)
        written = all(isinstance(each, int) for each in found.values())
        if recorded.verdict is Verdict.PASS or not found or not written or max(levels) >= FILED_FROM:
            return recorded
        return self.passed(system.slug, expected, f"level {max(levels)}", seen)


class FiguresComputed(Rule):
    """Passes for a published share of units with a LAN that is the inventory's, to two decimals of a per cent.

    Without a published figure the computed one is named, and the published one asked for.

    Attributes:
        metric: what a dashboard publishes, a share of 1.
    """

    id = "GOV-04"
    title = "覆盖率据实计算"
    title_en = "Coverage figures are computed"
    demand = "公布的覆盖率等于清单算出的数值"
    clause = "州级政务网: 97个单位中56个建成局域网"
    severity = Severity.LOW
    metric: ClassVar[str] = "govnet_units_with_lan_ratio"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each published figure; nothing for a network without units."""
        network = evidence.network
        if not network.units:
            return
        found = lan_coverage(network)
        share = found.having / found.of
        expected = f"{share:.2%}, {found.having} of {found.of} units"
        published = [sample for sample in evidence.samples or () if sample.name == self.metric]
        for sample in published:
            judge = self.passed if f"{sample.value:.2%}" == f"{share:.2%}" else self.failed
            yield judge("coverage", expected, f"{sample.value:.2%}", evidence.record(Kind.SAMPLES, sample.object))
        if not published:
            yield by_document(self, evidence, "coverage", f"the published figure; it is to be {expected}")


class BuiltTogether(Rule):
    """Passes for a line out that a firewall guards from its first day; fails for a firewall that came later.

    A date that nobody has written leaves it unknown. Lines that end elsewhere have no boundary device at all, which
    other rules judge.
    """

    id = "GOV-05"
    title = "同步规划、同步建设"
    title_en = "Security is built together"
    demand = "防火墙不晚于所保护的线路建成"
    clause = "安全保障体系和网络系统同步规划、同步建设的要求"
    severity = Severity.MEDIUM

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each line that ends on a firewall."""
        for upstream in evidence.network.upstreams:
            if evidence.network.devices[upstream.end.device].role == "fw":
                yield self._one(evidence, upstream)

    def _one(self, evidence: Evidence, upstream: Upstream) -> Finding:
        network = evidence.network
        firewall, line = network.devices[upstream.end.device], network.circuits.get(upstream.circuit)
        name = upstream.circuit or str(upstream.end)
        if line is None or line.since is None or firewall.since is None:
            return by_document(self, evidence, name, f"since when there are {name} and {firewall.name}")
        seen = evidence.written(line.origin), evidence.written(firewall.origin)
        judge = self.passed if firewall.since <= line.since else self.failed
        return judge(
            name, f"a firewall since {line.since} at the latest", f"{firewall.name} since {firewall.since}", *seen
        )


class SingleCertificateAuthority(Rule):
    """Passes for a plane with one zone for certificates that offices and document exchange reach; fails with two.

    A zone whose name begins with ``ca`` is one. A network without any uses an authority elsewhere, which is on record.

    Attributes:
        users: zones that sign and seal.
    """

    id = "GOV-06"
    title = "数字认证统一"
    title_en = "Single certificate authority"
    demand = "每个平面只有一个数字认证中心，办公与公文可达"
    clause = "数字认证由省政府办公厅统一建设和管理的要求"
    severity = Severity.MEDIUM
    users: ClassVar[tuple[str, ...]] = ("off", "doc")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict on their number, and one for each zone that uses it."""
        zones = evidence.network.zones
        found = [slug for slug in zones if slug == "ca" or slug.startswith(("ca-", "ca2"))]
        if not found:
            yield by_document(self, evidence, evidence.network.slug, "the certificate authority that its sites use")
            return
        seen = [evidence.written(zones[slug].origin) for slug in found]
        judge = self.passed if len(found) == 1 else self.failed
        yield judge("authorities", "one certificate authority", ", ".join(found), *seen)
        for user in (slug for slug in self.users if slug in zones):
            yield self._reaches(evidence, user, found[0])

    def _reaches(self, evidence: Evidence, user: str, authority: str) -> Finding:
        name, pair = f"{user} > {authority}", evidence.proof.pair(user, authority)
        if pair.verdict is PairResult.UNKNOWN:
            return self.unknown(name, pair.why, expected="reached")
        if pair.cell is None or not pair.cell.permits:
            return self.failed(
                name, "the policy lets it in", f"the policy says {pair.cell.code if pair.cell else 'nothing'}"
            )
        judge = self.failed if pair.missing else self.passed
        return judge(
            name,
            f"reached as {pair.cell.code} says",
            str(pair.missing) if pair.missing else "reached",
            evidence.computed(),
        )
