"""The first screen: the verdict in one sentence, and the figures behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.report.tone import Tone, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.report.findings import Parts
    from govnet.report.matrix import Matrix
    from govnet.report.run import Run


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict of the run; good only when everything was proven and nothing failed."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One figure; ``href`` is the id of the section behind it."""

    title: str
    figure: str
    detail: str
    tone: Tone
    href: str


def headline(run: Run, matrices: Sequence[Matrix]) -> Headline:
    """Return ``0 of 196 zone pairs violate the policy; before: 182`` or what there is instead."""
    after, predicted, before = matrices
    if not after.proven:
        rest = [f"{name}: {m.sentence}" for name, m in (("predicted", predicted), ("before", before)) if m.proven]
        return Headline(Tone.UNKNOWN, "; ".join(["The state after the change was not proven", *rest]))
    parts = [after.sentence]
    parts += [f"before: {before.count(Tone.BAD)}"] if before.proven else []
    parts += [f"the run failed on {plural(len(run.failures), 'device')}"] if run.failures else []
    tone = Tone.BAD if run.failures or after.tone is Tone.BAD else after.tone
    return Headline(tone, "; ".join(parts))


def cards(run: Run, parts: Parts) -> tuple[Card, ...]:
    """Return the figures in the order of reading."""
    return tuple(_cards(run, parts))


def _cards(run: Run, parts: Parts) -> Iterator[Card]:
    for matrix in parts.matrices:
        yield _proof_card(matrix)
    yield _plan_card(run, parts)
    yield _second_card(run)
    yield _failure_card(run)
    yield _coverage_card(parts)
    yield _health_card(parts)


def _proof_card(matrix: Matrix) -> Card:
    if not matrix.proven:
        return Card(matrix.title, "–", "not proven", Tone.UNKNOWN, "matrix")
    detail = f"of {matrix.total} zone pairs violate, {matrix.count(Tone.UNKNOWN)} unknown"
    return Card(matrix.title, str(matrix.count(Tone.BAD)), detail, matrix.tone, "matrix")


def _plan_card(run: Run, parts: Parts) -> Card:
    if run.plan is None:
        return Card("Plan", "–", "no plan was made", Tone.UNKNOWN, "plan")
    unverified = sum(plan.unverified for plan in parts.plans)
    devices = plural(sum(bool(plan.steps) for plan in parts.plans), "device")
    detail = f"changes on {devices}, {plural(run.plan.commands, 'command')}, {unverified} unverified"
    tone = Tone.BAD if run.plan.refused else Tone.UNKNOWN if unverified else Tone.PLAIN
    return Card("Plan", str(run.plan.changes), detail, tone, "plan")


def _second_card(run: Run) -> Card:
    if run.second_changes is None:
        return Card("Second run", "–", "not made", Tone.UNKNOWN, "phases")
    tone = Tone.BAD if run.second_changes else Tone.GOOD
    detail = "changes would still be made" if run.second_changes else "changes: the run is idempotent"
    return Card("Second run", str(run.second_changes), detail, tone, "phases")


def _failure_card(run: Run) -> Card:
    if not run.spoke:
        return Card("Failed devices", "–", "no device was spoken to", Tone.UNKNOWN, "findings")
    tone = Tone.BAD if run.failures else Tone.GOOD
    commanded = len(run.network.commanded())
    return Card("Failed devices", str(len(run.failures)), f"of {commanded} that govnet commands", tone, "findings")


def _coverage_card(parts: Parts) -> Card:
    read = [row for row in parts.coverage if row.read is not None]
    if not read:
        return Card("Coverage", "–", "no device was read", Tone.UNKNOWN, "coverage")
    missed = sum(row.state == "not read" for row in parts.coverage)
    unread = sum(row.unread or 0 for row in read)
    lines = sum(row.read or 0 for row in read)
    detail = f"lines understood on {plural(len(read), 'device')}, {unread} not; {plural(missed, 'device')} not read"
    return Card("Coverage", str(lines), detail, Tone.UNKNOWN if unread or missed else Tone.GOOD, "coverage")


def _health_card(parts: Parts) -> Card:
    polled = [row for row in parts.health if row.samples is not None]
    if not polled:
        return Card("Health", "–", "no target was polled", Tone.UNKNOWN, "health")
    good = sum(row.tone is Tone.GOOD for row in polled)
    samples = sum(row.samples or 0 for row in polled)
    worst = Tone.BAD if any(row.tone is Tone.BAD for row in polled) else Tone.UNKNOWN
    tone = Tone.GOOD if good == len(polled) else worst
    return Card("Health", str(good), f"of {plural(len(polled), 'target')} answer, {samples} samples", tone, "health")
