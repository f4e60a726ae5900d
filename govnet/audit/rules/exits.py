"""Rules on what leaves a plane without a route: endpoints and tools in two planes, exchanges of data."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from govnet.audit import views
from govnet.audit.crossing import CrossPlaneRule, joined, side
from govnet.audit.evidence import Kind
from govnet.audit.rule import SPLIT
from govnet.audit.traces import FACILITIES, hardware_of, listed, stations_of
from govnet.audit.verdict import Severity
from govnet.audit.views import known_addresses
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from ipaddress import IPv4Address

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import Move, OtherPlane, Registered, RunRecord
    from govnet.audit.traces import Trace
    from govnet.audit.verdict import Finding, Reference
    from govnet.network.declared import Exchange
    from govnet.network.model import Network, Plane

Problem = tuple[str, "Reference"]
_SECONDS_A_DAY = 86400
_REGISTER, _EMPTY = "exchanges: in audit.yaml", "an empty list says there are none"


class NoEndpointInTwoPlanes(CrossPlaneRule):
    """Passes when no machine was seen in both planes, but where a change moved it and it stayed there.

    Attributes of a sighting: MAC tables and ARP of any port; those of network gear are for ISO-02.
    """

    id = "ISO-04"
    title = "一机不得跨网"
    title_en = "No endpoint in two planes"
    demand = "任何终端不得先后出现在两个平面，经批准的移机除外"
    clause = "省级电子政务网规划: 物理隔离的两套局域网; GB/T 22239-2019 8.1.3.1 c)"
    severity = Severity.CRITICAL
    planes = SPLIT
    apart = "no machine in both planes within days of each other, but by an approved move"
    both_need = (Kind.FDB,)

    def alone(self, evidence: Evidence) -> Iterable[Finding]:  # noqa: ARG002 - one plane alone cannot tell
        """Return nothing."""
        return ()

    def common(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        """Yield a verdict for each machine that was seen in both."""
        ours = stations_of(evidence)
        gear = hardware_of(evidence).keys() | other.hardware.keys()
        for identity in sorted((ours.keys() & other.stations.keys()) - gear):
            here, there = _last(ours[identity]), _last(other.stations[identity])
            if _apart(here.at, there.at) <= self.parameters.fdb_window_days:
                yield self._seen_twice(evidence, other, identity, ours[identity])

    def _seen_twice(self, evidence: Evidence, other: OtherPlane, identity: str, ours: Sequence[Trace]) -> Finding:
        own, theirs = evidence.network.plane, other.stations[identity]
        here, there = _last(ours), _last(theirs)
        said = f"{identity} on {own} {here.where} {_day(here.at)} and on {other.plane} {there.where} {_day(there.at)}"
        seen = (here.seen, evidence.record(Kind.PLANES, f"{other.network} {there.where}"))
        times = {own: [one.at for one in ours if one.at], other.plane: [one.at for one in theirs if one.at]}
        move = next((one for one in other.moves if one.identity == identity), None)
        if move and _kept(move, times):
            return self.passed(identity, self.apart, f"{said}; moved by change {move.change}", *seen)
        if move:
            why = f"change {move.change} moved it from {move.source} to {move.target}, and it was not left there"
            return self.failed(identity, self.apart, f"{said}; {why}", *seen)
        if record := next((one for one in evidence.network.declared.documents if one.covers(self.id, identity)), None):
            return self.passed(identity, self.apart, f"{said}; record {record}", *seen, evidence.written(record.origin))
        return self.failed(identity, self.apart, f"{said}, without an approved move", *seen)


class _Sighted(Protocol):
    @property
    def at(self) -> datetime | None: ...


_Seen = TypeVar("_Seen", bound=_Sighted)


def _last(sightings: Sequence[_Seen]) -> _Seen:
    return max(sightings, key=lambda one: one.at.timestamp() if one.at else 0.0)


def _day(at: datetime | None) -> str:
    return f"on {at.date()}" if at else "at a time not recorded"


def _apart(one: datetime | None, other: datetime | None) -> float:
    """Return the days between two sightings; 0 when a time is not recorded, so that it counts."""
    return abs((one - other).total_seconds()) / _SECONDS_A_DAY if one and other else 0.0


def _kept(move: Move, seen: Mapping[Plane, Sequence[datetime]]) -> bool:
    """Return whether it was last seen in the old plane before it was first seen in the new one."""
    before, after = seen.get(move.source, ()), seen.get(move.target, ())
    return bool(before and after) and max(before) < min(after)


class ToolsStayInPlane(CrossPlaneRule):
    """Passes for a host or card whose interfaces, and for a run whose devices, are all of one plane."""

    id = "ISO-07"
    title = "运维与监控系统不得跨网"
    title_en = "Tools do not bridge planes"
    demand = "运维与监控主机、动环板卡和作业只在一个平面"
    clause = "省级电子政务网规划: 物理隔离; GB/T 22239-2019 8.1.5.4 a)"
    severity = Severity.CRITICAL
    planes = SPLIT
    apart = "hosts, cards and runs in one plane only"
    both_need = (Kind.RUNS,)

    def alone(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each host and run; runs that nobody recorded are unknown."""
        for device in evidence.of_role(*FACILITIES):
            written = evidence.written(device.origin)
            expected = f"all interfaces on plane {evidence.network.plane}"
            outside = views.outside(evidence.network, known_addresses(device))
            problems = [(f"{address} is outside this plane", written) for address in outside]
            yield self.decide(device.name, expected, problems, "they are", written)
        if evidence.runs is None:
            yield self.unknown("runs", f"supply {Kind.RUNS.value}", expected="the devices of a run are of one plane")
        for run in evidence.runs or ():
            yield self._run(evidence, run)

    def _run(self, evidence: Evidence, run: RunRecord) -> Finding:
        strangers = sorted(run.devices - evidence.network.devices.keys())
        planes = sorted(run.planes | {evidence.network.plane})
        seen, problems = evidence.record(Kind.RUNS, run.id), []
        if len(planes) > 1:
            problems.append((f"its devices are on planes {', '.join(planes)}", seen))
        if strangers:
            problems.append((f"{', '.join(strangers)} are not of this network", seen))
        return self.decide(
            f"run {run.id}", "the devices of a run are of one plane", problems, f"plane {planes[0]}", seen
        )

    def common(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        """Yield a failure for each host or card that is in both planes, by its hardware or by its name."""
        own = {device.name for device in evidence.of_role(*FACILITIES)}
        names = own | {name for name, role in other.devices.items() if role in FACILITIES}
        ours = hardware_of(evidence)
        for identity in sorted(ours.keys() & other.hardware.keys()):
            (one, here), there = ours[identity][0], other.hardware[identity][0]
            if names & {one, there.device}:
                said = f"{one} and {there.device} are one box with a leg in each plane ({identity})"
                yield self.failed(joined(one, there.device), self.apart, said, here.seen)
        for name in sorted(evidence.network.devices.keys() & other.devices.keys() & names):
            seen = evidence.written(evidence.network.devices[name].origin)
            yield self.failed(name, self.apart, f"{name} is in both planes", seen)

    def reaching(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        """Yield a failure for each address, run and poll that goes over to the other plane."""
        plane, foreign = evidence.network.plane, other.devices.keys() - evidence.network.devices.keys()
        for device in evidence.of_role(*FACILITIES):
            if inside := _within(other, known_addresses(device)):
                said = f"{plane} {device.name} has the address {listed(map(str, inside))} of plane {other.plane}"
                yield self.failed(device.name, self.apart, said, evidence.written(device.origin))
        for kind, address in _told(evidence.network):
            if _within(other, [address]):
                said = f"devices of plane {plane} are told {kind} {address}, of plane {other.plane}"
                yield self.failed(kind, self.apart, said)
        for run in evidence.runs or ():
            strangers = sorted(run.devices & foreign)
            if strangers or other.plane in run.planes:
                said = f"run {run.id} of plane {plane} went to {listed(strangers) or f'plane {other.plane}'}"
                yield self.failed(f"run {run.id}", self.apart, said, evidence.record(Kind.RUNS, run.id))
        for name in sorted({sample.object for sample in evidence.samples or ()} & foreign):
            said = f"plane {plane} polled {name} of plane {other.plane}"
            yield self.failed(name, self.apart, said, evidence.record(Kind.SAMPLES, name))


def _within(other: OtherPlane, addresses: Iterable[IPv4Address]) -> list[IPv4Address]:
    return [one for one in addresses if any(one in block for block in other.prefixes)]


def _told(network: Network) -> Iterator[tuple[str, IPv4Address]]:
    """Yield what devices are told of addresses: (what for, address)."""
    services = network.services
    yield from (("runner", prefix.network_address) for prefix in services.runners)
    yield from (("trap receiver", address) for address in services.trap_receivers)
    yield from (("log server", address) for address in services.syslog)
    yield from (("time source", address) for address in services.ntp)


class RegisteredExchanges(CrossPlaneRule):
    """Passes for an exchange by removable media or one-way import with owner and approval; a gap device is no such.

    Attributes:
        accepted: mechanisms that leave no path between the planes.
    """

    id = "ISO-08"
    title = "跨平面数据仅限登记的离线或单向交换"
    title_en = "Data crosses planes only by registered offline or one-way exchange"
    demand = "跨平面数据只用登记并批准的离线或单向交换"
    clause = "省级电子政务网规划: 物理隔离"
    severity = Severity.CRITICAL
    planes = SPLIT
    accepted: ClassVar[tuple[str, ...]] = ("removable-media", "one-way-import")
    apart = "a registered exchange by removable-media or one-way-import, with owner and approval"

    def alone(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each exchange, and one where the policy asks for some and none is registered."""
        exchanges = evidence.network.declared.exchanges
        if exchanges is None:
            yield self.unknown(evidence.network.slug, f"supply {_REGISTER}; {_EMPTY}", expected=self.apart)
        for exchange in exchanges or ():
            seen = evidence.written(exchange.origin)
            problems = [(text, seen) for text in self._wrong(exchange)]
            yield self.decide(exchange.system, self.apart, problems, exchange.approval, seen)
        offline = [cell for cell in evidence.network.policy.values() if cell.action is Action.OFFLINE]
        if offline and exchanges == ():
            seen = evidence.written(offline[0].origin)
            yield self.failed("policy", self.apart, "the matrix has X cells, and no exchange is registered", seen)

    def common(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        """Yield a verdict for each system with a part in both planes, by what either side has registered."""
        own = evidence.network.declared.exchanges
        records: list[Exchange | Registered] = [*(own or ()), *(other.exchanges or ())]
        both = evidence.network.systems.keys() & set(other.systems)
        for slug in sorted(both | {record.system for record in records}):
            registered = [record for record in records if record.system == slug]
            if not registered:
                said = f"system {slug} is in both planes, and no exchange is registered"
                yield self.failed(slug, self.apart, said, evidence.record(Kind.PLANES, other.network))
            elif wrong := [said for record in registered for said in self._wrong(record)]:
                yield self.failed(slug, self.apart, f"registered with {listed(wrong)}")
            else:
                yield self.passed(slug, self.apart, f"registered: {listed(one.approval for one in registered)}")
        for name, register in ((side(evidence), own), (str(other), other.exchanges)):
            if register is None:
                yield self.unknown(name, f"supply {_REGISTER} of {name}; {_EMPTY}", expected=self.apart)

    def _wrong(self, record: Exchange | Registered) -> Iterator[str]:
        if record.mechanism not in self.accepted:
            yield f"mechanism {record.mechanism}"
        yield from (f"no {name}" for name in ("owner", "approval") if not getattr(record, name))
