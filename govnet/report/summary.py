"""The first screen: the verdict in one sentence, and the figures behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.report.tone import Tone
from govnet.report.words import Text, joined, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.audit import Audit
    from govnet.report.findings import Parts
    from govnet.report.matrix import Matrix
    from govnet.report.run import Run

_NONE = "–"


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict of the run; good only when everything was looked at and nothing failed."""

    tone: Tone
    text: Text


@dataclass(frozen=True, slots=True)
class Card:
    """One figure; ``href`` is the id of the section behind it."""

    title: Text
    figure: str
    detail: Text
    tone: Tone
    href: str


def headline(run: Run, matrices: Sequence[Matrix]) -> Headline:
    """Return what the audit found, or ``0 of 196 zone pairs violate the policy; before: 182``, or what there is."""
    if run.audit and run.only_audited:
        return _audited(run.audit)
    after = matrices[0]
    if not after.proven:
        rest = [say("{state}: {sentence}", state=m.title, sentence=m.sentence) for m in matrices[1:] if m.proven]
        return Headline(Tone.UNKNOWN, joined([say("The state after the change was not proven"), *rest]))
    parts = [after.sentence]
    parts += [say("before: {count}", count=m.count(Tone.BAD)) for m in matrices if m.key == "before" and m.proven]
    parts += [say("the run failed on {devices}", devices=_devices(len(run.failures)))] if run.failures else []
    if run.audit:
        parts.append(say("{count} findings of the audit fail", count=len(run.audit.failures)))
    tone = Tone.BAD if run.failures or after.tone is Tone.BAD else after.tone
    return Headline(tone, joined(parts))


def _audited(audit: Audit) -> Headline:
    counts = audit.counts
    said = [say("{count} findings fail", count=len(audit.failures))]
    said += [say("{count} are unknown, {grave} of them grave", count=counts["unknown"], grave=len(audit.doubts))]
    said += [say("{count} pass", count=counts["pass"])]
    said += [say("{count} failures are waived", count=counts["waived"])] if counts["waived"] else []
    return Headline(Tone.BAD if audit.failures else Tone.GOOD if audit.clean else Tone.UNKNOWN, joined(said))


def cards(run: Run, parts: Parts) -> tuple[Card, ...]:
    """Return the figures in the order of reading."""
    return tuple(_cards(run, parts))


def _cards(run: Run, parts: Parts) -> Iterator[Card]:
    if run.audit and run.only_audited:
        yield from _verdict_cards(run.audit)
    for matrix in parts.matrices:
        yield _proof_card(matrix)
    if not run.only_audited:
        yield _plan_card(run, parts)
        yield _second_card(run)
    yield _failure_card(run)
    yield _coverage_card(parts)
    if run.health or not run.only_audited:
        yield _health_card(parts)
    if run.audit and not run.only_audited:
        yield from _verdict_cards(run.audit)


def _verdict_cards(audit: Audit) -> Iterator[Card]:
    counts = audit.counts
    details = {
        "fail": (say("Failing"), say("findings that nobody took on"), Tone.BAD if counts["fail"] else Tone.GOOD),
        "unknown": (
            say("Unknown"),
            say("findings; {grave} on critical and high rules", grave=len(audit.doubts)),
            Tone.UNKNOWN if counts["unknown"] else Tone.GOOD,
        ),
        "pass": (say("Passing"), say("findings"), Tone.GOOD if counts["pass"] else Tone.UNKNOWN),
        "not_applicable": (say("Not applicable"), say("findings"), Tone.PLAIN),
        "waived": (say("Waived"), say("failures that somebody took on"), Tone.PLAIN),
    }
    for name, (title, detail, tone) in details.items():
        yield Card(title, str(counts[name]), detail, tone, "waivers" if name == "waived" else "rules")


def _proof_card(matrix: Matrix) -> Card:
    if not matrix.proven:
        return Card(matrix.title, _NONE, say("not proven"), Tone.UNKNOWN, "matrix")
    unknown = matrix.count(Tone.UNKNOWN)
    detail = say("of {total} zone pairs violate, {unknown} unknown", total=matrix.total, unknown=unknown)
    return Card(matrix.title, str(matrix.count(Tone.BAD)), detail, matrix.tone, "matrix")


def _plan_card(run: Run, parts: Parts) -> Card:
    if run.plan is None:
        return Card(say("Plan"), _NONE, say("no plan was made"), Tone.UNKNOWN, "plan")
    unverified = sum(plan.unverified for plan in parts.plans)
    detail = say(
        "changes on {devices}, {commands}, {unverified} unverified",
        devices=_devices(sum(bool(plan.steps) for plan in parts.plans)),
        commands=_counted(run.plan.commands, "{count} command", "{count} commands"),
        unverified=unverified,
    )
    tone = Tone.BAD if run.plan.refused else Tone.UNKNOWN if unverified else Tone.PLAIN
    return Card(say("Plan"), str(run.plan.changes), detail, tone, "plan")


def _second_card(run: Run) -> Card:
    if run.second_changes is None:
        return Card(say("Second run"), _NONE, say("not made"), Tone.UNKNOWN, "phases")
    tone = Tone.BAD if run.second_changes else Tone.GOOD
    detail = "changes would still be made" if run.second_changes else "changes: the run is idempotent"
    return Card(say("Second run"), str(run.second_changes), say(detail), tone, "phases")


def _failure_card(run: Run) -> Card:
    if not run.spoke:
        return Card(say("Failed devices"), _NONE, say("no device was spoken to"), Tone.UNKNOWN, "findings")
    tone = Tone.BAD if run.failures else Tone.GOOD
    detail = say("of {count} that govnet commands", count=len(run.network.commanded()))
    return Card(say("Failed devices"), str(len(run.failures)), detail, tone, "findings")


def _coverage_card(parts: Parts) -> Card:
    read = [row for row in parts.coverage if row.read is not None]
    if not read:
        return Card(say("Coverage"), _NONE, say("no device was read"), Tone.UNKNOWN, "coverage")
    missed = sum(row.missed for row in parts.coverage)
    unread = sum(row.unread or 0 for row in read)
    detail = say(
        "lines understood on {devices}, {unread} not; {missed} not read",
        devices=_devices(len(read)),
        unread=unread,
        missed=_devices(missed),
    )
    tone = Tone.UNKNOWN if unread or missed else Tone.GOOD
    return Card(say("Coverage"), str(sum(row.read or 0 for row in read)), detail, tone, "coverage")


def _health_card(parts: Parts) -> Card:
    polled = [row for row in parts.health if row.samples is not None]
    if not polled:
        return Card(say("Health"), _NONE, say("no target was polled"), Tone.UNKNOWN, "health")
    good = sum(row.tone is Tone.GOOD for row in polled)
    detail = say(
        "of {targets} answer, {samples} samples",
        targets=_counted(len(polled), "{count} target", "{count} targets"),
        samples=sum(row.samples or 0 for row in polled),
    )
    worst = Tone.BAD if any(row.tone is Tone.BAD for row in polled) else Tone.UNKNOWN
    return Card(say("Health"), str(good), detail, Tone.GOOD if good == len(polled) else worst, "health")


def _devices(count: int) -> Text:
    return _counted(count, "{count} device", "{count} devices")


def _counted(count: int, one: str, many: str) -> Text:
    return say(one if count == 1 else many, count=count)
