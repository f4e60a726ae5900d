"""What a rule is: one class that says what it demands, of whom, by which clause, and what it needs to see."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.parameters import Parameters
from govnet.audit.verdict import Finding, Reference, Severity, Verdict
from govnet.network.model import Plane

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence, Kind
    from govnet.config.reading import Line, Reading
    from govnet.network.built import Device
    from govnet.network.declared import Document

EVERY_PLANE = frozenset(Plane)
SPLIT = frozenset({Plane.INNER, Plane.OUTER})
"""Planes that stand physically beside each other; a unified network has no other plane to be kept apart from."""
L3 = 3
"""Lowest protection level of the clauses that are marked "level 3 only"."""


class Rule(ABC):
    """One rule of the audit.

    A subclass is all that a new rule needs; the registry finds it. Its docstring says what passes and what fails.

    Attributes:
        id, title, title_en: ``ISO-12``, the rule's name in Chinese and in English.
        demand: what it demands, in one Chinese sentence; the docstring says it in English.
        clause: where it comes from: clauses of GB/T 22239-2019, laws, the governments' own documents.
        severity: of its findings.
        planes: where it applies; elsewhere it is ``not_applicable``.
        level: lowest protection level (等保) that it applies to. A network that declares none is held to all rules.
        needs: evidence without which it can say nothing at all; it is then ``unknown`` and says what to supply.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    title_en: ClassVar[str]
    demand: ClassVar[str]
    clause: ClassVar[str]
    severity: ClassVar[Severity]
    planes: ClassVar[frozenset[Plane]] = EVERY_PLANE
    level: ClassVar[int] = 2
    needs: ClassVar[tuple[Kind, ...]] = ()

    def __init__(self, parameters: Parameters | None = None) -> None:
        self.parameters = parameters or Parameters()

    @abstractmethod
    def check(self, evidence: Evidence) -> Iterable[Finding]:
        """Yield a verdict for each object; nothing at all means that the network has no such object."""

    def judge(self, evidence: Evidence) -> list[Finding]:
        """Return the verdicts with scope and absent evidence accounted for; never empty."""
        if why := self._outside(evidence):
            return [self.not_applicable(evidence.network.slug, why)]
        if absent := [kind for kind in self.needs if not evidence.has(kind)]:
            return [self.unknown(evidence.network.slug, f"supply {kind.value}") for kind in absent]
        found = list(self.check(evidence))
        return found or [self.not_applicable(evidence.network.slug, "the network has nothing that this rule is about")]

    def _outside(self, evidence: Evidence) -> str:
        """Return why the rule is not for this network; empty when it is."""
        plane, level = evidence.network.plane, declared_level(evidence)
        if plane not in self.planes:
            return f"for planes {', '.join(sorted(self.planes))}; this network is on plane {plane}"
        if level is not None and level < self.level:
            return f"for protection level {self.level} and above; this network declares level {level}"
        return ""

    def passed(self, name: str, expected: str, actual: str, *seen: Reference) -> Finding:
        """Return a pass."""
        return self._finding(Verdict.PASS, name, expected, actual, seen)

    def failed(self, name: str, expected: str, actual: str, *seen: Reference) -> Finding:
        """Return a failure."""
        return self._finding(Verdict.FAIL, name, expected, actual, seen)

    def unknown(self, name: str, supply: str, *seen: Reference, expected: str = "") -> Finding:
        """Return that nobody knows, and what a person must supply so that somebody does."""
        return self._finding(Verdict.UNKNOWN, name, expected or self.title_en, supply, seen)

    def not_applicable(self, name: str, why: str) -> Finding:
        """Return that the rule is not about this network or object."""
        return self._finding(Verdict.NOT_APPLICABLE, name, self.title_en, why, ())

    def decide(
        self, name: str, expected: str, problems: Iterable[tuple[str, Reference]], ok: str, *seen: Reference
    ) -> Finding:
        """Return a failure that tells all problems, or a pass when there are none."""
        found = list(problems)
        if found:
            said = "; ".join(dict.fromkeys(text for text, _ in found))
            return self.failed(name, expected, said, *dict.fromkeys(reference for _, reference in found))
        return self.passed(name, expected, ok, *seen)

    def _finding(self, verdict: Verdict, name: str, expected: str, actual: str, seen: tuple[Reference, ...]) -> Finding:
        return Finding(self.id, name, verdict, self.severity, expected, actual, seen)


class ConfigRule(Rule):
    """A rule on each device's configuration; one that was not read is ``unknown``.

    Attributes:
        hidden_by: lines that were not understood and look like this could hide what the rule forbids: where one is, no
            pass is given.
    """

    hidden_by: ClassVar[re.Pattern[str] | None] = None

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield the verdicts of every device that the rule is about."""
        for device in self.subjects(evidence):
            reading = evidence.reading(device.name)
            if reading is None:
                yield self.unknown(device.name, f"the running configuration of {device.name}: it was not read")
                continue
            for finding in self.check_device(evidence, device, reading):
                yield self._unless_hidden(finding, evidence, device, reading)

    def subjects(self, evidence: Evidence) -> Iterable[Device]:
        """Return the devices that the rule is about: all that govnet logs in to, unless a rule says otherwise."""
        return evidence.network.commanded()

    @abstractmethod
    def check_device(self, evidence: Evidence, device: Device, reading: Reading) -> Iterable[Finding]:
        """Yield the verdicts of one device."""

    def _unless_hidden(self, finding: Finding, evidence: Evidence, device: Device, reading: Reading) -> Finding:
        line = self.hiding(reading)
        if line is None or finding.verdict is not Verdict.PASS:
            return finding
        supply = f"a look at what was not understood: {line}"
        return self.unknown(finding.object, supply, evidence.running(device.name, line), expected=finding.expected)

    def hiding(self, reading: Reading) -> Line | None:
        """Return a line that was not understood and could hide what the rule forbids."""
        if self.hidden_by is None:
            return None
        return next((line for line in reading.unread if self.hidden_by.search(line.text)), None)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A rule that only a document can settle so far, as a row of a table.

    ``supply`` says what a person must supply; ``level``, ``planes`` and ``demand`` as in `Rule`, the others as in
    `DocumentRule`.
    """

    id: str
    title: str
    title_en: str
    clause: str
    severity: Severity
    supply: str
    level: int = 2
    planes: frozenset[Plane] = EVERY_PLANE
    term: str = "document_max_age_days"
    dated: bool = False
    demand: str = ""


class DocumentRule(Rule):
    """A rule that nothing seen can decide: it passes by a record in ``audit.yaml`` that is not too old, or is unknown.

    A subclass may name more objects than the network as a whole; a record then settles those that it covers.

    Attributes:
        supply: what a person must supply.
        term: the parameter that says for how many days a record counts.
        dated: the term is the duty itself; a newest record that is older fails.
    """

    supply: ClassVar[str]
    term: ClassVar[str] = "document_max_age_days"
    dated: ClassVar[bool] = False

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a verdict for each object, from the newest record that covers it."""
        for name in self.objects(evidence):
            yield self.settled(evidence, name)

    def objects(self, evidence: Evidence) -> Iterable[str]:
        """Return what is judged: the network as a whole, unless a rule says otherwise."""
        return [evidence.network.slug]

    def settled(self, evidence: Evidence, name: str) -> Finding:
        """Return a pass by a record, or unknown with what to supply."""
        return by_document(self, evidence, name, self.supply, term=self.term, dated=self.dated)


def by_document(  # noqa: PLR0913 - a record's whole situation
    rule: Rule,
    evidence: Evidence,
    name: str,
    supply: str,
    *,
    term: str = "document_max_age_days",
    dated: bool = False,
) -> Finding:
    """Return a pass by the newest record for this rule and object, or unknown: none, or too old, or of a later day.

    ``term`` and ``dated`` as in `DocumentRule`: a duty beyond its term has failed.
    """
    records = [r for r in evidence.network.declared.documents if r.covers(rule.id, name) and r.date <= evidence.day]
    if not records:
        return rule.unknown(name, f"supply {supply} as a record under evidence: in audit.yaml")
    newest = max(records, key=_date)
    seen = evidence.written(newest.origin)
    limit: int = getattr(rule.parameters, term)
    if (age := (evidence.day - newest.date).days) > limit and dated:
        expected = f"{supply}, at most {limit} days old"
        return rule.failed(name, expected, f"the newest record, {newest}, is {age} days old", seen)
    if age > limit:
        return rule.unknown(name, f"the record {newest} is {age} days old, more than {limit}; supply {supply}", seen)
    return rule.passed(name, f"a record of {supply}, at most {limit} days old", f"record {newest}", seen)


def _date(record: Document) -> int:
    return record.date.toordinal()


def declared_level(evidence: Evidence) -> int | None:
    """Return the highest protection level that a device of the network declares, or None when none does."""
    levels = [device.data.get("djbh_level") for device in evidence.network.devices.values()]
    return max((level for level in levels if isinstance(level, int)), default=None)


def from_declaration(row: Declaration) -> type[DocumentRule]:
    """Return the class of a rule that stands in a table."""
    body = {
        "__doc__": f"{row.title_en}: settled by a document.",
        "__module__": __name__,
        **{name: getattr(row, name) for name in Declaration.__slots__},
    }
    return type(f"Declared{row.id.replace('-', '')}", (DocumentRule,), body)
