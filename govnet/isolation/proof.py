"""The proof: every ordered pair of zones held against the policy matrix, each breach with a witness."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from govnet.isolation.apart import between_segments
from govnet.isolation.fabric import Fabric
from govnet.isolation.holes import Shadow
from govnet.isolation.isolated import heard
from govnet.isolation.isolated import witness as hearing
from govnet.isolation.needs import Needs
from govnet.isolation.packets import PacketSet
from govnet.isolation.stopped import Stopped
from govnet.isolation.undisturbed import undisturbed
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.config.reading import Reading
    from govnet.isolation.holes import Hole
    from govnet.isolation.isolated import Heard
    from govnet.isolation.segments import Gap
    from govnet.isolation.witness import Witness
    from govnet.network.model import Network
    from govnet.network.permitted import PolicyCell


class PairResult(StrEnum):
    """What the proof says of one ordered pair of zones."""

    OK = "ok"
    VIOLATING = "violating"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """One ordered pair of zones.

    Attributes:
        source, target: zone slugs.
        cell: what the policy says; None when it says nothing, which denies.
        verdict: ok, violating, or unknown because something on the way was not seen.
        extra: packets that get through and may not.
        missing: packets that may get through and do not, or whose answers do not.
        layer2: endpoints of the two zones share a broadcast domain, in this direction or the other.
        witness: of the breach; None for ok and unknown.
        why: one line for people; for unknown it names the device that was not seen.
    """

    source: str
    target: str
    cell: PolicyCell | None
    verdict: PairResult
    extra: PacketSet
    missing: PacketSet
    layer2: bool
    witness: Witness | None
    why: str


@dataclass(frozen=True)
class Proof:
    """All pairs. ``notes`` are findings beside the matrix; ``holes`` are the devices that were not fully seen."""

    pairs: tuple[PairVerdict, ...]
    notes: tuple[str, ...]
    holes: tuple[Hole, ...]

    @cached_property
    def counts(self) -> Mapping[PairResult, int]:
        """Verdict -> number of pairs; all three are always there."""
        found = Counter(pair.verdict for pair in self.pairs)
        return {verdict: found[verdict] for verdict in PairResult}

    @property
    def violations(self) -> tuple[PairVerdict, ...]:
        """The pairs that break the policy."""
        return tuple(pair for pair in self.pairs if pair.verdict is PairResult.VIOLATING)

    def pair(self, source: str, target: str) -> PairVerdict:
        """Return the verdict on one ordered pair.

        Raises:
            KeyError: the network has no such pair of zones.
        """
        for pair in self.pairs:
            if (pair.source, pair.target) == (source, target):
                return pair
        raise KeyError((source, target))


@dataclass(frozen=True, slots=True)
class PairChange:
    """How a pair differs between two proofs: packets that get through now and did not, and the other way round.

    ``gained`` and ``lost`` are what the pair has beyond and below the policy, so a change inside the policy is none.
    """

    source: str
    target: str
    before: PairResult
    after: PairResult
    gained: PacketSet
    lost: PacketSet


def prove(network: Network, readings: Mapping[str, Reading]) -> Proof:
    """Return the verdict on every ordered pair of zones.

    Args:
        network: what should be.
        readings: device name -> what its running configuration says; a device without one is a hole, never a pass.
    """
    return prove_fabric(Fabric(network, readings))


@undisturbed()
def prove_fabric(fabric: Fabric) -> Proof:
    """Return the verdict on every ordered pair of zones of a fabric that is built already."""
    holes = fabric.holes()
    judge = _Judge(fabric, holes)
    zones = fabric.network.zones
    pairs = tuple(pair for source in zones for pair in judge.row(source))
    return Proof(pairs, tuple(_notes(fabric)), tuple(holes))


def compare(before: Proof, after: Proof) -> list[PairChange]:
    """Return the pairs whose verdict or breach differs, in the order of ``after``."""
    old = {(pair.source, pair.target): pair for pair in before.pairs}
    found = []
    for new in after.pairs:
        was = old.get((new.source, new.target))
        if was is None:
            continue
        gained = new.extra.difference(was.extra).union(was.missing.difference(new.missing))
        lost = was.extra.difference(new.extra).union(new.missing.difference(was.missing))
        if gained or lost or was.verdict is not new.verdict:
            found.append(PairChange(new.source, new.target, was.verdict, new.verdict, gained, lost))
    return found


@dataclass(frozen=True, slots=True)
class _Case:
    """A pair as it is judged: ``free`` when the policy allows everything."""

    source: str
    target: str
    permits: PacketSet
    free: bool


class _Judge:
    """Holds what was found against what the matrix says."""

    def __init__(self, fabric: Fabric, holes: list[Hole]) -> None:
        self._fabric = fabric
        self._shadow = Shadow(fabric, holes)
        self._permits = fabric.ground.permits
        self._gaps = Needs(fabric).gaps()
        self._touched = {zone: self._shadow.touches(zone) for zone in fabric.network.zones}
        self._could = {zone: self._shadow.could_send(zone) for zone in fabric.network.zones}

    def row(self, source: str) -> list[PairVerdict]:
        """Return the verdicts on a zone and every other; those from before where all was well and nothing differs."""
        fabric, targets = self._fabric, list(self._fabric.network.zones)
        if self._shadow.holes or any(self._gaps.get((source, target)) for target in targets):
            return [self._pair(source, target) for target in targets]
        beside = fabric.kept.alike("beside", fabric.ground.beside)
        rests_on = *fabric.breaking(source), beside, self._unisolated(source)
        key = "row", source
        found = fabric.kept.get(key, rests_on, lambda: [self._pair(source, target) for target in targets])
        if any(pair.verdict is not PairResult.OK for pair in found):
            fabric.kept.keep(key, None)  # a witness tells of more than what the verdict follows from
        return found

    def _pair(self, source: str, target: str) -> PairVerdict:
        cell = self._fabric.network.policy.get((source, target))
        permits = self._permits.get((source, target), PacketSet())
        case = _Case(source, target, permits, free=cell is not None and cell.action is Action.ALLOW)
        layer2 = self._direct(source, target)
        extra = PacketSet() if case.free or source == target else self._fabric.broken(source, target)
        if source == target and not case.free:
            fabric = self._fabric
            extra, layer2 = fabric.kept.get(
                ("between", source), fabric.breaking(source), lambda: between_segments(fabric, source)
            )
        unisolated = self._unisolated(source) if source == target else None
        if unisolated:
            extra = extra.union(unisolated.packets)
        gaps = self._gaps.get((source, target), [])
        missing = PacketSet.all_of([gap.packets for gap in gaps])
        breach = bool(extra) or (layer2 and not case.free)
        verdict, why = self._verdict(case, breach=breach, missing=bool(missing))
        witness = self._witness(source, target, extra, gaps, breach=breach)
        if unisolated:
            witness = hearing(self._fabric, unisolated)
        if verdict is not PairResult.VIOLATING:
            witness = None
        elif unisolated:
            why = f"{unisolated.one} and {unisolated.other} hear each other; their ports are to be isolated"
        elif breach:
            why = _breach_words(extra, layer2=layer2)
        return PairVerdict(source, target, cell, verdict, extra, missing, layer2, witness, why)

    def _unisolated(self, zone: str) -> Heard | None:
        """Return two ports of a zone that should be isolated and are not; rules and routes change nothing in that."""
        fabric = self._fabric
        return fabric.kept.get(("unisolated", zone), (fabric.layer2,), lambda: next(heard(fabric, zone), None))

    def _direct(self, source: str, target: str) -> bool:
        return self._fabric.neighbours(source, target) or self._fabric.neighbours(target, source)

    def _verdict(self, case: _Case, *, breach: bool, missing: bool) -> tuple[PairResult, str]:
        if breach:
            return PairResult.VIOLATING, ""
        unseen = self._unseen(case, missing=missing)
        if unseen:
            return PairResult.UNKNOWN, unseen
        if missing:
            return PairResult.VIOLATING, "packets that the policy permits do not get through"
        return PairResult.OK, ""

    def _unseen(self, case: _Case, *, missing: bool) -> str:
        """Return why a pair cannot be answered, or nothing when what was not seen cannot change it."""
        holes = self._shadow.holes
        if not holes:
            return ""
        names = "; ".join(f"{hole.device}: {hole.why}" for hole in holes.values())
        direct, sent = self._could[case.target]
        reachable = PacketSet.everything() if direct else sent
        more = reachable.intersection(self._between(case.source, case.target)).difference(case.permits)
        if not case.free and self._touched[case.source] and more:
            return f"more might get through what was not seen ({names})"
        near = self._touched[case.source] or self._touched[case.target]
        partly = any(not hole.blank for hole in holes.values())
        blind = self._shadow.blind(case.source) or self._shadow.blind(case.target)
        if case.permits and (blind or (near and (missing or partly))):
            return f"what must get through may depend on what was not seen ({names})"
        return ""

    def _between(self, source: str, target: str) -> PacketSet:
        return PacketSet.of(self._fabric.ground.spaces[source], self._fabric.ground.spaces[target])

    def _witness(self, source: str, target: str, extra: PacketSet, gaps: list[Gap], *, breach: bool) -> Witness | None:
        if breach:
            there = self._fabric.witness(source, target, extra) if extra else None
            return there or self._fabric.witness(target, source) or self._fabric.witness(source, target)
        return Stopped(self._fabric).witness(gaps[0]) if gaps else None


def _breach_words(extra: PacketSet, *, layer2: bool) -> str:
    return "endpoints of both zones share a broadcast domain" if layer2 else f"gets through: {extra.brief()}"


def _notes(fabric: Fabric) -> Iterator[str]:
    """Yield findings that break no cell of the matrix."""
    yield from fabric.ground.merged
    for name, config in fabric.mirroring.items():
        plugged = {a.end.port for a in fabric.network.attachments if a.end.device == name}
        for mirror in config.mirrors.values():
            if mirror.destination in plugged:
                yield f"{name}: endpoints plug into port {mirror.destination}, which gets copies of other ports' frames"
