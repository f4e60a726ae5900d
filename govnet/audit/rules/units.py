"""Rules on who is served: how many LANs a unit has, who may join the inner network, who must."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import SPLIT, Rule
from govnet.audit.verdict import Severity
from govnet.network.model import Plane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding, Reference
    from govnet.network.declared import LanProfile

Problem = tuple[str, "Reference"]


class LanProfiles(Rule):
    """Passes for a four-offices or key unit of province or prefecture with two LANs that share no switch.

    Any other unit has one LAN: by the plan of 2004 on the outer network, as built until 2008 on the inner one too.

    Attributes:
        dual: roles of units that have two.
        levels: of administration where they do.
    """

    id = "ISO-13"
    title = "单位局域网套数符合规定"
    title_en = "LAN profile of each unit"
    demand = "重要单位建两套互不共用交换机的局域网，其他单位一套"
    clause = "省级电子政务网规划: 四大办公厅及重要部门两套局域网,其它一套"
    severity = Severity.HIGH
    planes = SPLIT
    dual: ClassVar[frozenset[str]] = frozenset({"four-offices", "key"})
    levels: ClassVar[frozenset[str]] = frozenset({"province", "prefecture"})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each unit that has a profile, and one for all that have none."""
        profiles = evidence.network.declared.lan_profiles
        for profile in profiles:
            yield self._unit(evidence, profile)
        without = sorted(evidence.network.units.keys() - {profile.unit for profile in profiles})
        if without or not profiles:
            supply = f"supply lan_profiles: in audit.yaml of {len(without) or 'all'} units"
            yield self.unknown("units without profile", supply, evidence.written_file("audit.yaml"))

    def _unit(self, evidence: Evidence, profile: LanProfile) -> Finding:
        two = profile.role in self.dual and profile.level in self.levels
        expected = "two LANs, inner and outer, that share no switch" if two else "one LAN"
        seen, planes = evidence.written(profile.origin), sorted(lan.plane for lan in profile.lans)
        wrong: list[Problem] = []
        if not two and evidence.network.planned and planes == [str(Plane.INNER)]:
            wrong.append(("its LAN is on n, and the plan has it on w", seen))
        if planes != (["n", "w"] if two else planes[:1]) or not planes:
            wrong.append((f"LANs on {', '.join(planes) or 'no plane'}", seen))
        shared = [one for lan in profile.lans[:1] for one in lan.devices if one in _others(profile)]
        wrong += [(f"{device} is in both", seen) for device in shared]
        return self.decide(profile.unit, expected, wrong, f"LANs on {', '.join(planes)}", seen)


def _others(profile: LanProfile) -> set[str]:
    return {device for lan in profile.lans[1:] for device in lan.devices}


class InnerMembers(Rule):
    """Passes for a place below the prefecture that joined the inner network when the policy of its time let it.

    The plan of 2004 lets no county or township in: under a profile of what was planned each of them fails. What was
    built until 2008 did, from each place's day on.

    Attributes:
        low: kinds of places that the plan of 2004 keeps out.
        opened: the day from which what was built may be judged by what was decided later (assumed).
    """

    id = "ISO-14"
    title = "内网接入范围"
    title_en = "Who may join the inner network"
    demand = "县乡接入内网须符合当时的规划"
    clause = "省级电子政务网规划: 县级及以下党政部门暂不连接政务内网"
    severity = Severity.HIGH
    planes = frozenset({Plane.INNER})
    low: ClassVar[frozenset[str]] = frozenset({"county", "township"})
    opened: ClassVar[date] = date(2005, 1, 1)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each county and township that the network has."""
        expected = "joined after the plan of 2004 was opened to counties"
        for place in evidence.network.places.values():
            if place.kind not in self.low:
                continue
            seen = evidence.written(place.origin)
            if evidence.network.planned:
                yield self.failed(place.slug, "no county or township on the inner network", "planned to be on it", seen)
            elif place.since is None:
                yield self.unknown(place.slug, f"the day on which {place.slug} joined, in sites.csv", seen)
            elif place.since < self.opened:
                yield self.failed(place.slug, expected, f"joined on {place.since}", seen)
            else:
                yield self.passed(place.slug, expected, f"joined on {place.since}", seen)


class MustBeJoined(Rule):
    """Passes for a unit with a LAN that a probe reached in the last day; fails for one with no line to the platform.

    Attributes:
        probe: what the probe is called.
    """

    id = "ISO-15"
    title = "必须与省政府专网互联"
    title_en = "Interconnection is mandatory"
    demand = "有局域网的单位都有到平台的线路，且 24 小时内可达"
    clause = "各地、各部门与省政府专网平台互联互通的要求"
    severity = Severity.MEDIUM
    planes = frozenset({Plane.INNER})
    probe: ClassVar[str] = "reach platform"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each unit that has a LAN."""
        served = {segment.place for segment in evidence.network.segments}
        expected = "a line to the platform, and an answer in the last 24 h"
        for unit in evidence.network.units.values():
            if not unit.lan:
                continue
            seen = evidence.written(unit.origin)
            if not served & {unit.slug, unit.place}:
                yield self.failed(unit.slug, expected, f"nothing is carried to {unit.place}", seen)
            elif evidence.probes is None:
                yield self.unknown(unit.slug, f"supply {Kind.PROBES.value}", seen, expected=expected)
            else:
                yield self._probed(evidence, unit.slug, expected)

    def _probed(self, evidence: Evidence, unit: str, expected: str) -> Finding:
        since, seen = evidence.as_of - timedelta(days=1), evidence.record(Kind.PROBES, unit)
        tries = [one for one in evidence.probes or () if (one.what, one.object) == (self.probe, unit)]
        fresh = [one for one in tries if since <= one.at <= evidence.as_of]
        if not fresh:
            return self.unknown(unit, f"a probe of {unit} in the last 24 h", seen, expected=expected)
        judge = self.passed if any(one.answered for one in fresh) else self.failed
        return judge(unit, expected, f"{sum(one.answered for one in fresh)} of {len(fresh)} answered", seen)


class NoGrowthOfOwnNetworks(Rule):
    """Passes for a department's own network that is integrated, exempt, or did not grow since it was to stop.

    Attributes:
        frozen: the day of the decision.
        own: states of a network that stands by itself.
    """

    id = "ISO-16"
    title = "部门专网停止扩张并逐步整合"
    title_en = "No growth of stand-alone department networks"
    demand = "部门专网不再扩张，逐步整合；例外须有依据"
    clause = "省级部门业务专网停止扩张规模、逐步整合到统一专网平台的要求"
    severity = Severity.MEDIUM
    frozen: ClassVar[date] = date(2005, 12, 31)
    own: ClassVar[frozenset[str]] = frozenset({"independent", "frozen", "handoff"})

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each system with a network of its own; unknown when no system is registered."""
        systems = evidence.network.systems
        if not systems:
            yield self.unknown(evidence.network.slug, "supply the systems with their states in systems.yaml")
        for system in systems.values():
            expected, seen = f"no network of its own begun after {self.frozen}", evidence.written(system.origin)
            if system.state not in self.own:
                yield self.passed(system.slug, expected, f"state {system.state}", seen)
            elif system.exemption:
                yield self.passed(system.slug, expected, f"exempt: {system.exemption}", seen)
            elif system.since is None:
                yield self.unknown(system.slug, f"the day since which {system.slug} stands, in systems.yaml", seen)
            else:
                judge = self.failed if system.since > self.frozen else self.passed
                yield judge(system.slug, expected, f"{system.state}, since {system.since}", seen)
