"""Two planes held together, on a station with no network: what must be in one of them only, and is in both.

The rules are those of the audit that one plane alone cannot answer: ISO-01, 02, 04, 05, 07 and 08. They speak of pairs
of planes; what one bundle has not looked at leaves its rule unknown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from govnet.audit import Finding, Kind, Parameters, Verdict, rules
from govnet.errors import RefusedError
from govnet.evidence.crossing import Rulings, address_leaks, exchanges, hosts_in_both
from govnet.evidence.traces import hardware_of, listed, missing, stations_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from govnet.audit import Evidence, Reference
    from govnet.evidence.approved import Move
    from govnet.evidence.manifest import Manifest
    from govnet.evidence.traces import Trace
    from govnet.network.model import Plane

RULES = ("ISO-01", "ISO-02", "ISO-04", "ISO-05", "ISO-07", "ISO-08")


@dataclass(frozen=True, slots=True)
class Side:
    """One bundle: what it says of itself, and the evidence in it."""

    manifest: Manifest
    evidence: Evidence

    @property
    def name(self) -> str:
        """Return ``n qh``: plane and network."""
        return f"{self.plane} {self.manifest.network}"

    @property
    def plane(self) -> Plane:
        """The plane of its network."""
        return self.evidence.network.plane


@dataclass(frozen=True, slots=True)
class Join:
    """What came of it: the bundles, and the verdicts in the order of the rules."""

    sides: tuple[Side, ...]
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What is in two planes."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.FAIL)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """What nobody looked at."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Register:
    """What may be in two planes, and for how long sightings are held together."""

    moves: tuple[Move, ...] = ()
    window_days: int = field(default_factory=lambda: Parameters().fdb_window_days)


def join(sides: Sequence[Side], register: Register | None = None) -> Join:
    """Return what bundles of different planes have in common and may not.

    Raises:
        RefusedError: they are not of different planes, or hashed with different salts.
    """
    if len({side.plane for side in sides}) < len(("one", "other")):
        raise RefusedError("all bundles are of one plane: join one of each plane.")
    if len({side.manifest.salt for side in sides}) > 1:
        told = ", ".join(f"{side.name} with {side.manifest.salt}" for side in sides)
        raise RefusedError(f"the bundles are hashed with different salts ({told}); export them with the same --salt.")
    known = {rule.id: rule for rule in rules()}
    pairs = [(a, b) for a, b in combinations(sides, 2) if a.plane is not b.plane]
    found = [
        finding
        for name in RULES
        for a, b in pairs
        for finding in _CHECKS[name](Rulings(known[name], f"{a.name} + {b.name}"), a, b, register or Register())
    ]
    return Join(tuple(sides), tuple(found))


def _devices(say: Rulings, a: Side, b: Side, _: Register) -> Iterator[Finding]:
    """ISO-01: no chassis is in both planes."""
    expected = "every serial number and base MAC in one plane only"
    ours, theirs = hardware_of(a.evidence), hardware_of(b.evidence)
    for identity in sorted(ours.keys() & theirs.keys()):
        one, other = ours[identity][0], theirs[identity][0]
        said = f"{a.plane} {one[0]} ({one[1].where}) and {b.plane} {other[0]} ({other[1].where}) are {identity}"
        yield say.fail(f"{one[0]} + {other[0]}", expected, said, one[1].seen, other[1].seen)
    for name in sorted(a.evidence.network.devices.keys() & b.evidence.network.devices.keys()):
        seen = [side.evidence.written(side.evidence.network.devices[name].origin) for side in (a, b)]
        yield say.fail(name, expected, f"{name} is in the inventory of both planes", *seen)
    for side, bearers in ((a, ours), (b, theirs)):
        borne = {device for pairs in bearers.values() for device, _ in pairs}
        if unnamed := [name for name in side.evidence.network.devices if name not in borne]:
            supply = f"serial number or base MAC of {len(unnamed)} devices of {side.name}: {listed(unnamed)}"
            yield say.unknown(side.name, expected, supply)
    yield from say.passed_unless_told(expected, f"{len(ours)} and {len(theirs)} identities, none in both")


def _links(say: Rulings, a: Side, b: Side, _: Register) -> Iterator[Finding]:
    """ISO-02: nothing of one plane is heard, learned or cabled in the other."""
    expected = "no link between the planes"
    for here, there in ((a, b), (b, a)):
        theirs = hardware_of(there.evidence)
        for place, identity, seen in _heard(here.evidence):
            for device in sorted({name for name, _ in theirs.get(identity, ())}):
                said = f"{here.plane} {place} hears {there.plane} {device}"
                yield say.fail(f"{place} - {device}", expected, said, seen)
    for circuit in sorted(a.evidence.network.circuits.keys() & b.evidence.network.circuits.keys()):
        origins = [side.evidence.written(side.evidence.network.circuits[circuit].origin) for side in (a, b)]
        yield say.fail(circuit, expected, f"circuit {circuit} is in the inventory of both planes", *origins)
    yield from say.unseen(expected, (a, b), Kind.NEIGHBOURS)
    yield from say.passed_unless_told(expected, "no device of one plane is heard in the other; no circuit is in both")


def _heard(evidence: Evidence) -> Iterator[tuple[str, str, Reference]]:
    """Yield (device:port, identity, reference) of everything that a device hears on a port."""
    for device, rows in (evidence.neighbours or {}).items():
        for row in rows:
            yield f"{device}:{row.port}", row.chassis, evidence.record(Kind.NEIGHBOURS, f"{device}:{row.port}")
    for device, stations in (evidence.fdb or {}).items():
        for station in stations:
            yield f"{device}:{station.port}", station.mac, evidence.record(Kind.FDB, f"{device}:{station.port}")


def _endpoints(say: Rulings, a: Side, b: Side, register: Register) -> Iterator[Finding]:
    """ISO-04: no endpoint is seen in both planes, unless a change moved it and it stayed where it was moved to."""
    expected = f"no address in both planes within {register.window_days} days, but by an approved move"
    ours, theirs = stations_of(a.evidence), stations_of(b.evidence)
    network_gear = hardware_of(a.evidence).keys() | hardware_of(b.evidence).keys()
    moves = {move.identity: move for move in register.moves}
    for identity in sorted((ours.keys() & theirs.keys()) - network_gear):
        one, other = _last(ours[identity]), _last(theirs[identity])
        if _apart(one, other) > register.window_days:
            continue
        said = f"{identity} on {a.plane} {one.where} {_day(one)} and on {b.plane} {other.where} {_day(other)}"
        if (move := moves.get(identity)) is None:
            yield say.fail(identity, expected, f"{said}, without an approved move", one.seen, other.seen)
        elif _kept(move, {a.plane: ours[identity], b.plane: theirs[identity]}):
            yield say.passed(identity, expected, f"{said}; moved by change {move.change}", one.seen, other.seen)
        else:
            why = f"change {move.change} moved it from {move.source} to {move.target}, and it was not left there"
            yield say.fail(identity, expected, f"{said}; {why}", one.seen, other.seen)
    yield from say.unseen(expected, (a, b), Kind.FDB)
    yield from say.passed_unless_told(expected, f"{len(ours)} and {len(theirs)} addresses, none in both")


def _last(traces: Sequence[Trace]) -> Trace:
    return max(traces, key=lambda trace: trace.at.timestamp() if trace.at else 0.0)


def _day(trace: Trace) -> str:
    return f"on {trace.at.date()}" if trace.at else "at a time not recorded"


def _apart(one: Trace, other: Trace) -> float:
    """Return the days between two sightings; 0 when a time is not recorded, so that it counts."""
    return abs((one.at - other.at).total_seconds()) / 86400 if one.at and other.at else 0.0


def _kept(move: Move, seen: dict[Plane, list[Trace]]) -> bool:
    """Return whether it was last seen in the old plane before it was first seen in the new one."""
    if {move.source, move.target} != seen.keys():
        return False
    before, after = (_times(seen[plane]) for plane in (move.source, move.target))
    return bool(before and after) and max(before) < min(after)


def _times(traces: Sequence[Trace]) -> list[datetime]:
    return [trace.at for trace in traces if trace.at]


def _addresses(say: Rulings, a: Side, b: Side, _: Register) -> Iterator[Finding]:
    """ISO-05: no prefix of one plane lies in the address plan of the other."""
    expected = "no address of one plane in the address plan of the other"
    for here, there in ((a, b), (b, a)):
        grouped = defaultdict(list)
        for where, prefix, seen in address_leaks(here.evidence, there.evidence.network):
            grouped[where].append((prefix, seen))
        for where, found in grouped.items():
            said = f"{here.plane} {where} has {listed(str(prefix) for prefix, _ in found)} of plane {there.plane}"
            yield say.fail(where, expected, said, *dict.fromkeys(seen for _, seen in found))
    yield from say.unseen(expected, (a, b), Kind.CONFIG, Kind.ARP, Kind.ROUTES)
    yield from say.passed_unless_told(expected, "no prefix of one lies in a block of the other")


def _tools(say: Rulings, a: Side, b: Side, _: Register) -> Iterator[Finding]:
    """ISO-07: no host or card that watches, serves or feeds has a leg in both planes, and no run went to both."""
    expected = "hosts, cards and runs in one plane only"
    for name, said, seen in hosts_in_both(a.evidence, b.evidence):
        yield say.fail(name, expected, said, *seen)
    for side in (a, b):
        if side.evidence.runs is None:
            yield say.unknown(side.name, expected, f"{missing(side.evidence, Kind.RUNS)[0]} of {side.name}")
    yield from say.passed_unless_told(expected, "no host, card, address or run is in both")


def _exchanges(say: Rulings, a: Side, b: Side, _: Register) -> Iterator[Finding]:
    """ISO-08: a system with a part in each plane has a registered exchange, offline or one-way."""
    yield from exchanges(say, a.evidence, b.evidence)


_CHECKS = dict(zip(RULES, (_devices, _links, _endpoints, _addresses, _tools, _exchanges), strict=True))
