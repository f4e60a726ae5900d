"""Rules on VPNs of the outer network: whose routes appear in whose routing table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.routed import not_seen
from govnet.audit.rule import Rule
from govnet.audit.traces import listed
from govnet.audit.verdict import Severity
from govnet.audit.vpntables import Tables
from govnet.isolation.proof import PairResult
from govnet.network.model import Plane
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference

Problem = tuple[str, "Reference"]


@dataclass(slots=True)
class _Vpn:
    """One VRF over all devices: what it exports and imports, where, under which route distinguishers."""

    exports: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    devices: list[str] = field(default_factory=list)


def _vpns(evidence: Evidence) -> dict[str, _Vpn]:
    found: dict[str, _Vpn] = defaultdict(_Vpn)
    for device, reading in (evidence.readings or {}).items():
        for name, vrf in reading.config.vrfs.items():
            found[name].exports |= vrf.exports
            found[name].imports |= vrf.imports
            found[name].devices.append(device)
    return found


class RouteTargetMatrix(Rule):
    """Passes for a VPN whose routes appear, by route targets, in just the VPNs that ``vpns:`` in ``audit.yaml`` names.

    A route of a appears in b when an export target of a is an import target of b. Fails for one more or less, and for a
    route distinguisher that two VRFs share. The tables of the instances must show the same: fails for a prefix of a
    that is in b otherwise, and for a declared VPN none of whose prefixes is there.
    """

    id = "ISO-11"
    title = "VPN 路由隔离矩阵"
    title_en = "VPN separation: route-target matrix"
    demand = "每个 VPN 的路由只出现在申报的 VPN 之中"
    clause = "省级电子政务网规划: 运用虚拟网技术; 地方电子政务外网: 专用网络区采用MPLS VPN"
    severity = Severity.CRITICAL
    planes = frozenset({Plane.OUTER})
    needs = (Kind.CONFIG,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each VPN, one on distinguishers, one on devices that were not read."""
        vpns, declared = _vpns(evidence), evidence.network.declared.vpns
        unread = [device.name for device in evidence.network.commanded() if evidence.reading(device.name) is None]
        if unread:
            yield self.unknown("unread devices", f"the running configurations of {', '.join(unread)}")
        if vpns and declared is None:
            yield self.unknown(evidence.network.slug, "supply the matrix of VPNs under vpns: in audit.yaml")
            return
        for name in sorted(vpns):
            yield self._one(evidence, name, vpns)
        if vpns:
            yield self._distinguishers(evidence)
            yield from self._seen(evidence)

    def _seen(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each instance of each device, from the table that it showed."""
        if evidence.routes is None:
            supply = f"supply {Kind.ROUTES.value}"
            yield self.unknown("routing tables", supply, expected="prefixes of declared VPNs only")
            return
        tables = Tables(evidence)
        for device, reading in (evidence.readings or {}).items():
            for vrf in reading.config.vrfs:
                yield self._table(evidence, tables, device, vrf)

    def _table(self, evidence: Evidence, tables: Tables, device: str, vrf: str) -> Finding:
        declared = evidence.network.declared.vpns or {}
        givers = {name for name, takers in declared.items() if vrf in takers}
        expected = f"prefixes of {', '.join(sorted({vrf, *givers}))} only"
        seen = evidence.record(Kind.ROUTES, f"{device} {vrf}")
        why, brought = not_seen(evidence, device, vrf), list(tables.brought(device, vrf))
        problems = [
            (f"{one.row.prefix} of {', '.join(sorted(one.owners))} via {one.row.next_hop}", seen)
            for one in brought
            if one.owners and not one.owners & {vrf, *givers}
        ]
        absent, there = tables.own(), {name for one in brought for name in one.owners}
        if not why:
            missing = [name for name in sorted(givers) if name in absent and name not in there]
            problems += [(f"none of {listed(map(str, absent[name]))} of {name}", seen) for name in missing]
        nobody = [str(one.row.prefix) for one in brought if not one.owners]
        if not problems and (why or nobody):
            also = f"who has {listed(nobody)}: {listed(tables.unseen()) or 'no table shows it'}" if nobody else ""
            supply = "; ".join(filter(None, (why, also)))
            return self.unknown(f"{device} {vrf}", f"supply the routing table: {supply}", seen, expected=expected)
        return self.decide(f"{device} {vrf}", expected, problems, f"{len(brought)} routes of others, all theirs", seen)

    def _one(self, evidence: Evidence, name: str, vpns: dict[str, _Vpn]) -> Finding:
        wanted = set((evidence.network.declared.vpns or {}).get(name, ())) & vpns.keys()
        found = {other for other in vpns if other != name and vpns[name].exports & vpns[other].imports}
        problems = [(f"appears in {other} by {self._targets(vpns, name, other)}", other) for other in found - wanted]
        problems += [(f"does not appear in {other}", other) for other in wanted - found]
        seen = [(text, evidence.running(vpns[other].devices[0])) for text, other in sorted(problems)]
        expected = f"routes of {name} in {', '.join(sorted(wanted)) or 'no other VPN'}"
        ok = f"in {', '.join(sorted(found)) or 'none'}"
        return self.decide(name, expected, seen, ok, *(evidence.running(device) for device in vpns[name].devices))

    def _targets(self, vpns: dict[str, _Vpn], name: str, other: str) -> str:
        return ", ".join(sorted(vpns[name].exports & vpns[other].imports))

    def _distinguishers(self, evidence: Evidence) -> Finding:
        used: dict[str, str] = {}
        problems: list[Problem] = []
        for device, reading in (evidence.readings or {}).items():
            for name, vrf in reading.config.vrfs.items():
                before = used.setdefault(vrf.route_distinguisher, f"{device} {name}")
                if vrf.route_distinguisher and before != f"{device} {name}":
                    said = f"{vrf.route_distinguisher} is of {before} and of {device} {name}"
                    problems.append((said, evidence.running(device)))
        expected = "one route distinguisher for each VRF and device"
        return self.decide("route distinguishers", expected, problems, f"{len(used)} in use", evidence.computed())


class ExchangeOnly(Rule):
    """Passes for two departments' zones between which nothing gets through beyond the policy; fails with a packet.

    Golden projects are cells of the matrix, so what they permit is no breach.

    Attributes:
        shared: zones that are no department's.
    """

    id = "ACL-09"
    title = "部门间只经交换体系"
    title_en = "Exchange is the only cross-department path"
    demand = "部门之间只经交换区互通"
    clause = "政务信息资源目录体系与交换体系的要求"
    severity = Severity.HIGH
    planes = frozenset({Plane.OUTER})
    needs = (Kind.CONFIG,)
    shared: ClassVar[frozenset[str]] = frozenset({"exch", "pub", "inet", "dmz", "voice", "mgt"})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each ordered pair of departments' zones."""
        expected = "the exchange zone is the only way"
        for source, target in permutations([zone for zone in evidence.network.zones if zone not in self.shared], 2):
            name, pair = f"{source} > {target}", evidence.proof.pair(source, target)
            cell, reference = pair.cell, evidence.computed(pair.witness)
            if cell and cell.action not in {Action.DENY, Action.NO_PATH, Action.RETURN}:
                yield self.not_applicable(name, f"the matrix joins them: {cell.code}")
            elif pair.extra or pair.layer2:
                yield self.failed(name, expected, pair.why, reference)
            elif pair.verdict is PairResult.UNKNOWN:
                yield self.unknown(name, pair.why, expected=expected)
            else:
                yield self.passed(name, expected, "nothing gets through", reference)
