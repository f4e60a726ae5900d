"""One audit: every rule on one network's evidence, failures held against the waivers, outcomes counted apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from govnet.audit.parameters import parameters_of
from govnet.audit.registry import rules as all_rules
from govnet.audit.verdict import GRAVE, Finding, Verdict
from govnet.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from govnet.audit.evidence import Evidence
    from govnet.audit.rule import Rule
    from govnet.network.declared import Document, Waiver


@dataclass(frozen=True, slots=True)
class Audit:
    """What all rules said of one network at one moment; findings in the order of the rules."""

    network: str
    as_of: datetime
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Outcome -> number of findings; waived failures are counted as ``waived`` and not as failures."""
        found = Counter("waived" if finding.waiver else str(finding.verdict) for finding in self.findings)
        return {name: found[name] for name in (*map(str, Verdict), "waived")}

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The failures that nobody took on."""
        return tuple(finding for finding in self.findings if finding.failing)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """The unknowns on critical and high rules: with one of them a run is not clean."""
        return tuple(f for f in self.findings if f.verdict is Verdict.UNKNOWN and f.severity in GRAVE)

    @property
    def clean(self) -> bool:
        """True when nothing fails and nothing grave is unknown."""
        return not self.failures and not self.doubts


def audit(evidence: Evidence, rules: Sequence[Rule] | None = None) -> Audit:
    """Return the verdicts of all rules, or of those given, on what was seen.

    Raises:
        InputError: a record or waiver in ``audit.yaml`` names a rule that does not exist, or a parameter is none.
    """
    _check_records(evidence)
    chosen = all_rules() if rules is None else rules
    if evidence.network.declared.parameters:
        own = parameters_of(evidence.network)
        chosen = [type(rule)(own) for rule in chosen]
    found = (finding for rule in chosen for finding in _judged(rule, evidence))
    return Audit(evidence.network.slug, evidence.as_of, tuple(_waived(finding, evidence) for finding in found))


def _judged(rule: Rule, evidence: Evidence) -> list[Finding]:
    try:
        return rule.judge(evidence)
    except Exception as error:  # noqa: BLE001 - one broken rule must not hide the others, nor pass for a failure
        said = f"a mend of govnet: the rule broke off with {type(error).__name__}: {error}"
        return [rule.unknown(evidence.network.slug, said)]


def _waived(finding: Finding, evidence: Evidence) -> Finding:
    if finding.verdict is not Verdict.FAIL:
        return finding
    waivers = evidence.network.declared.waivers
    holds = (waiver for waiver in waivers if waiver.covers(finding.rule, finding.object, evidence.day))
    return replace(finding, waiver=next(holds, None))


def _check_records(evidence: Evidence) -> None:
    known = {rule.id for rule in all_rules()}
    declared = evidence.network.declared
    folder = Path(evidence.network.folder)
    records: tuple[Document | Waiver, ...] = (*declared.documents, *declared.waivers)
    problems = [
        Problem(str(folder / r.origin.file), r.origin.line, f"there is no rule {r.rule}", "Mend the id")
        for r in records
        if r.rule not in known
    ]
    if problems:
        raise InputError(problems)
