"""The rules of an audit on the page: counts, findings by rule, waivers, and what is other than at the last audit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from govnet.audit import Severity, Verdict, rules
from govnet.masking import masked_prose
from govnet.report.tone import Tone
from govnet.report.words import Text, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.audit import Audit, Finding
    from govnet.audit.rule import Rule
    from govnet.report.run import Run

_TONES = {Verdict.PASS: Tone.GOOD, Verdict.FAIL: Tone.BAD, Verdict.UNKNOWN: Tone.UNKNOWN}
_ORDER = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS, Verdict.NOT_APPLICABLE)
_LINE, _SLACK = 240, 60
_GRAVITY = tuple(Severity)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One verdict on one object; ``waiver`` says who took a failure on, or is empty; ``brief`` is what fits a line."""

    object: str
    expected: str
    brief: str
    actual: str
    evidence: tuple[str, ...]
    waiver: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """What one rule says with one verdict; ``demand`` is what it asks for."""

    id: str
    title: Text
    demand: Text
    clause: str
    severity: Text
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class VerdictView:
    """All rules that gave a verdict, the gravest first."""

    key: str
    title: Text
    tone: Tone
    count: int
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, slots=True)
class WaiverView:
    """A failure that somebody took on, and how many findings it covers now; 0: it covers none any more."""

    rule: str
    object: str
    owner: str
    reason: str
    expires: str
    covers: int


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A finding that is other than at the last audit; an absent verdict is None."""

    rule: str
    object: str
    before: Text | None
    after: Text | None
    tone: Tone
    actual: str


def verdict_views(audit: Audit) -> tuple[VerdictView, ...]:
    """Return the findings by verdict: what fails, what nobody knows, what passes, what does not apply."""
    known = {rule.id: rule for rule in rules()}
    found = [_verdict(known, verdict, [f for f in audit.findings if f.verdict is verdict]) for verdict in _ORDER]
    return tuple(found)


def _verdict(known: Mapping[str, Rule], verdict: Verdict, found: list[Finding]) -> VerdictView:
    order = {name: number for number, name in enumerate(known)}
    found.sort(key=lambda finding: (_GRAVITY.index(finding.severity), order.get(finding.rule, len(order))))
    groups = groupby(found, key=lambda finding: (finding.rule, finding.severity))
    views = tuple(_rule(known[name], severity, tuple(items)) for (name, severity), items in groups)
    return VerdictView(str(verdict), word(verdict), _TONES.get(verdict, Tone.PLAIN), len(found), views)


def word(verdict: Verdict) -> Text:
    """Return a verdict in words."""
    return say(str(verdict).replace("_", " "))


def _rule(rule: Rule, severity: Severity, found: tuple[Finding, ...]) -> RuleView:
    title, demand = Text(rule.title_en, rule.title), Text(_summary(rule), rule.demand)
    return RuleView(rule.id, title, demand, rule.clause, say(str(severity)), tuple(map(_view, found)))


def _summary(rule: Rule) -> str:
    """Return the first paragraph of what a rule says of itself."""
    return " ".join((rule.__doc__ or rule.title_en).split("\n\n")[0].replace("``", "").replace("`", "").split())


def _view(finding: Finding) -> FindingView:
    references = dict.fromkeys(masked_prose(str(reference)) for reference in finding.evidence)
    waiver = f"{finding.waiver.owner}, {finding.waiver.expires}" if finding.waiver else ""
    expected, actual = masked_prose(finding.expected), masked_prose(finding.actual)
    brief = actual if len(actual) <= _LINE + _SLACK else f"{actual[:_LINE].rsplit(' ', 1)[0]} ..."
    return FindingView(finding.object, expected, brief, actual, tuple(references), waiver)


def waivers(run: Run) -> tuple[WaiverView, ...]:
    """Return the waivers of the inventory, in the order of its file."""
    found = run.audit.findings if run.audit else ()
    return tuple(
        WaiverView(w.rule, w.object, w.owner, w.reason, str(w.expires), sum(f.waiver == w for f in found))
        for w in run.network.declared.waivers
    )


def changes(before: Audit, after: Audit) -> tuple[ChangeView, ...]:
    """Return the findings whose verdict is another than it was, in the order of the later audit."""
    return tuple(_changes(_by_object(before), _by_object(after)))


def _by_object(audit: Audit) -> dict[tuple[str, str], Finding]:
    return {(finding.rule, finding.object): finding for finding in audit.findings}


def _changes(
    before: Mapping[tuple[str, str], Finding], after: Mapping[tuple[str, str], Finding]
) -> Iterator[ChangeView]:
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        if old and new and (old.verdict, old.waiver) == (new.verdict, new.waiver):
            continue
        tone = _TONES.get(new.verdict, Tone.PLAIN) if new else Tone.PLAIN
        actual = masked_prose(new.actual) if new else ""
        yield ChangeView(*key, word(old.verdict) if old else None, word(new.verdict) if new else None, tone, actual)
