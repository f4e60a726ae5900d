"""Rules on zones of one plane: what keeps them apart, and from the internet."""

from __future__ import annotations

import re
from itertools import permutations, product
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import ConfigRule, Rule
from govnet.audit.verdict import Severity
from govnet.audit.views import closed, internet_zones, zones_by_table
from govnet.config import reading as element
from govnet.isolation.proof import PairResult
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.config.reading import Reading
    from govnet.network.built import Device


class NoInterZoneRouting(ConfigRule):
    """Passes when no routing table of a switch has addresses in two zones; fails when one has.

    Firewalls are what zones are to be routed by, so they are not judged.
    """

    id = "ISO-12"
    title = "核心交换机不做区域间路由"
    title_en = "No inter-zone routing on the core"
    demand = "核心的一张路由表内没有两个区域的地址"
    clause = "GB/T 22239-2019 8.1.2.1 d)"
    severity = Severity.HIGH
    planes = frozenset({Plane.UNIFIED, Plane.OUTER})
    needs = (Kind.CONFIG,)
    hidden_by = re.compile(r"\bip\s+(create|address)\b|\bvrrp\b|\binterface\s+vlan", re.IGNORECASE)

    def subjects(self, evidence: Evidence) -> Iterable[Device]:
        """Return the commanded devices that are no firewall."""
        return (device for device in evidence.network.commanded() if device.role != "fw")

    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[Finding]:
        """Yield one verdict."""
        problems = self._mixed(evidence, device, reading)
        expected, ok = "no two zones in one routing table", "each routing table has addresses in one zone at most"
        yield self.decide(device.name, expected, problems, ok, evidence.running(device.name))

    def _mixed(self, evidence: Evidence, device: Device, reading: Reading) -> Iterator[tuple[str, Reference]]:
        for table, zones in zones_by_table(evidence, device.name, reading.config).items():
            for zone, names in zones.items() if len(zones) > 1 else ():
                line = reading.sources.get(element.address(names[0]))
                said = f"{table or 'the global table'} has {names[0]} in {zone}"
                yield said, evidence.running(device.name, line)


class PrivateZonesOffline(Rule):
    """Passes when nothing may open a session between a private zone and the internet, either way; fails with a packet.

    Attributes:
        private: the zones of the office private network and of the named networks beside it.
    """

    id = "ISO-10"
    title = "办公专网不得访问互联网"
    title_en = "The private zones never reach the internet"
    demand = "办公专网各区域与互联网之间双向不可建立会话"
    clause = "行政办公中心三个模式: 机关办公专网、机关办公公网、国际互联网"
    severity = Severity.HIGH
    planes = frozenset({Plane.UNIFIED})
    needs = (Kind.CONFIG,)
    private: ClassVar[tuple[str, ...]] = ("prv", "jh", "stat", "agri", "health", "just")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each private zone and direction."""
        private = [zone for zone in self.private if zone in evidence.network.zones]
        for zone, internet in product(private, internet_zones(evidence.network)):
            yield closed(self, evidence, zone, internet)
            yield closed(self, evidence, internet, zone)


class NamedNetworksApart(Rule):
    """Passes for named networks with VLANs of their own and nothing between them but what the matrix lists.

    Attributes:
        named: zones of networks that were built one by one and share the architecture now.
    """

    id = "ISO-19"
    title = "统计、金宏、农经等专网分区独立"
    title_en = "Inter-network zones stand apart"
    demand = "统计、金宏、农经各有自己的 VLAN，彼此只按策略互通"
    clause = "行政办公中心: 统计专网、金宏网、农经网融合在统一的网络架构中"
    severity = Severity.MEDIUM
    planes = frozenset({Plane.UNIFIED})
    needs = (Kind.CONFIG,)
    named: ClassVar[tuple[str, ...]] = ("stat", "jh", "agri")

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict a network, and one for each ordered pair of them."""
        zones = [zone for zone in self.named if zone in evidence.network.zones]
        for zone in zones:
            yield self._numbered(evidence, zone)
        for source, target in permutations(zones, 2):
            yield self._pair(evidence, source, target)

    def _numbered(self, evidence: Evidence, zone: str) -> Finding:
        segments = evidence.network.segments
        own = {segment.vlan for segment in segments if segment.zone == zone}
        shared = {segment.vlan: segment.zone for segment in segments if segment.zone != zone and segment.vlan in own}
        seen = evidence.written(evidence.network.zones[zone].origin)
        problems = [(f"VLAN {vlan} is of {other} too", seen) for vlan, other in shared.items()]
        return self.decide(zone, "VLANs and subnets of its own", problems, f"{len(own)} VLANs, all its own", seen)

    def _pair(self, evidence: Evidence, source: str, target: str) -> Finding:
        name, pair = f"{source} > {target}", evidence.proof.pair(source, target)
        expected, seen = f"what the matrix lists: {pair.cell.code if pair.cell else 'nothing'}", evidence.computed()
        if pair.extra or pair.layer2:
            return self.failed(name, expected, pair.why, evidence.computed(pair.witness))
        if pair.verdict is PairResult.UNKNOWN:
            return self.unknown(name, pair.why, expected=expected)
        return self.passed(name, expected, "nothing else gets through", seen)
