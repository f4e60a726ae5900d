"""A network, provisioned once; mistakes typed at one or two of its devices, read back, and held against the policy."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from govnet import resources
from govnet.audit.evidence import Evidence
from govnet.audit.run import audit
from govnet.config import diff
from govnet.config.intent import intent
from govnet.config.words import words
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import PairResult, Proof, prove_fabric
from govnet.network.load import load
from support.consoles import console, readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.audit.verdict import Finding
    from govnet.config.reading import Reading
    from govnet.network.model import Network

_TOWN = "lx-shuiji-u-ce01"
AS_OF = datetime.fromisoformat("2026-03-01T00:00:00+08:00")


class By(StrEnum):
    """What decides on a kind of mistake."""

    REACH = "reach"
    """The matrix: a pair gets more than it may, or less than it must."""
    UNSEEN = "unseen"
    """The matrix says unknown, and names the line that it cannot follow."""
    NOTE = "note"
    """A finding beside the matrix."""
    SEEN = "seen"
    """No configuration tells: an audit rule does, from tables of what devices hear and learn."""
    CONFIG = "config"
    """No packet between zones tells: only an audit rule, or the comparison with the intent."""


@dataclass(frozen=True)
class Mutation:
    """One kind of mistake.

    Attributes:
        kind: in words; unique.
        typed: device -> lines, in its configuration mode.
        by: what decides on it.
        pair: the pair whose verdict is looked at, ``prv>pub``; empty where none is.
        device: the device that must be named.
        words: what must be said of it: a part of the line of its configuration, or of the reason.
        seen: what devices show of it beside their configurations: a field of `Evidence` -> its rows.
    """

    kind: str
    typed: Mapping[str, tuple[str, ...]]
    by: By
    pair: str
    device: str
    words: str
    seen: Mapping[str, Mapping[str, tuple[object, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What was found of a mutation: how it was decided and said; ``found`` when it is named as it must be."""

    mutation: Mutation
    found: bool
    by: str
    said: str


def reference() -> Network:
    """Return Laixi with one wish more: the internet's users at one town are not to hear each other."""
    laixi = load(resources.folder("inventory") / "laixi")
    town = replace(laixi.devices[_TOWN], data={**laixi.devices[_TOWN].data, "isolated": ("inet",)})
    return replace(laixi, devices={**laixi.devices, _TOWN: town})


@dataclass
class Bench:
    """A provisioned network that forgets each mutation: the devices of the next one are made anew."""

    network: Network
    clean: Mapping[str, Reading]
    fabric: Fabric
    proof: Proof
    failing: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    @classmethod
    def of(cls, network: Network) -> Self:
        """Provision every device, read all back, prove and audit."""
        clean = readings(network)
        fabric = Fabric(network, clean)
        return cls(network, clean, fabric, prove_fabric(fabric), frozenset(_failures(network, clean)))

    def after(self, typed: Mapping[str, Iterable[str]]) -> dict[str, Reading]:
        """Return the readings when lines were typed at devices.

        Raises:
            AssertionError: a device refused a line.
        """
        found = dict(self.clean)
        for name, lines in typed.items():
            box = console(self.network, name)
            try:
                box.provision()
                box.configure(*lines)
                found[name] = box.read()
            finally:
                box.close()
        return found

    def prove(self, seen: Mapping[str, Reading], devices: Iterable[str]) -> Proof:
        """Return the proof of the clean network with other readings of some devices."""
        fabric = self.fabric
        for name in devices:
            fabric = fabric.update(name, seen[name])
        return prove_fabric(fabric)

    def judge(self, mutation: Mutation) -> Outcome:
        """Type a mutation, read back, and ask who finds it."""
        seen = self.after(mutation.typed)
        if mutation.by in {By.CONFIG, By.SEEN}:
            return self._configured(mutation, seen)
        proof = self.prove(seen, mutation.typed)
        if mutation.by is By.NOTE:
            notes = set(proof.notes) - set(self.proof.notes)
            said = next((note for note in sorted(notes) if mutation.words in note), "")
            return Outcome(mutation, mutation.device in said, "note", said or str(sorted(notes)))
        return _by_matrix(mutation, proof)

    def _configured(self, mutation: Mutation, seen: Mapping[str, Reading]) -> Outcome:
        """Ask the audit rules; where none says so yet, the comparison with the intent does."""
        new = _failures(self.network, seen, mutation.seen)
        for (rule, _), finding in new.items():
            said = f"{finding.object}: {finding.actual}"
            named = mutation.device in f"{finding.object} {finding.evidence}"
            if (rule, finding.object) in self.failing or not named:
                continue
            if mutation.by is By.CONFIG or mutation.words in said:
                return Outcome(mutation, found=True, by=f"audit {rule}", said=said)
        if mutation.by is By.SEEN:
            return Outcome(mutation, found=False, by="nobody", said=str(sorted(set(new) - self.failing)))
        drift = [words(change) for change in diff(seen[mutation.device].config, intent(self.network, mutation.device))]
        unread = [str(line) for line in seen[mutation.device].unread]
        said = "; ".join([*drift, *unread])
        return Outcome(mutation, mutation.words in said, "drift" if drift else "unread", said)

    def alarms(self, typed: Mapping[str, Iterable[str]]) -> list[str]:
        """Return everything that the proof finds, beside what it finds of the clean network, after harmless lines."""
        proof = self.prove(self.after(typed), typed)
        pairs = [f"{p.source}>{p.target}: {p.why}" for p in proof.pairs if p.verdict is not PairResult.OK]
        return [*pairs, *sorted(set(proof.notes) - set(self.proof.notes))]


def _failures(
    network: Network,
    readings: Mapping[str, Reading],
    tables: Mapping[str, Mapping[str, tuple[object, ...]]] | None = None,
) -> dict[tuple[str, str], Finding]:
    return {(f.rule, f.object): f for f in audit(Evidence(network, AS_OF, readings, **(tables or {}))).failures}


def _by_matrix(mutation: Mutation, proof: Proof) -> Outcome:
    source, target = mutation.pair.split(">")
    pair = proof.pair(source, target)
    wanted = PairResult.VIOLATING if mutation.by is By.REACH else PairResult.UNKNOWN
    hops = pair.witness.hops if pair.witness else ()
    said = [words for words in map(str, hops) if mutation.device in words and mutation.words in words]
    if mutation.by is By.UNSEEN:
        said = [pair.why] if mutation.device in pair.why and mutation.words in pair.why else []
    best = said[0] if said else f"{pair.verdict}: {pair.why} {pair.witness or ''}"
    return Outcome(mutation, pair.verdict is wanted and bool(said), str(mutation.by), best)


def table(outcomes: Iterable[Outcome], alarms: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield one table: each kind, who decided, where it was named; then the counts."""
    rows = list(outcomes)
    widest = max((len(row.mutation.kind) for row in rows), default=0)
    for row in rows:
        mark = "found " if row.found else "MISSED"
        where = row.mutation.pair or row.mutation.device
        yield f"{row.mutation.kind:{widest}}  {mark}  {row.by:14}  {where:22}  {row.said[:110]}"
    for kind, said in alarms.items():
        yield f"{kind:{widest}}  {'ALARM ' if said else 'quiet '}  {'harmless':14}  {'; '.join(said)[:130]}"
    found, raised = sum(row.found for row in rows), sum(bool(said) for said in alarms.values())
    yield f"kinds injected {len(rows)}, found {found} ({found / max(len(rows), 1):.0%})"
    yield f"harmless changes {len(alarms)}, false alarms {raised}"
