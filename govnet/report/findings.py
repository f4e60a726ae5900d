"""Everything that a reader must know before believing the first line: breaches, doubts, failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.masking import masked_prose
from govnet.report.tone import Tone, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.report.coverage import CoverageRow
    from govnet.report.health import HealthRow
    from govnet.report.matrix import Cell, Matrix
    from govnet.report.plans import DeviceView
    from govnet.report.run import Run


@dataclass(frozen=True, slots=True)
class Item:
    """One finding: what it is about, and what; ``anchor`` is the id of the place that tells more, or empty."""

    subject: str
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of one kind. ``looked`` is False when nobody looked: no items then means nothing."""

    title: str
    tone: Tone
    items: tuple[Item, ...]
    looked: bool = True

    @property
    def shown(self) -> Tone:
        """Good when somebody looked and found none."""
        if self.items:
            return self.tone
        return Tone.GOOD if self.looked else Tone.UNKNOWN

    @property
    def nothing(self) -> str:
        """What to say in place of items."""
        return "none" if self.looked else "nobody looked"


@dataclass(frozen=True, slots=True)
class Parts:
    """The rest of the page, which findings are drawn from."""

    matrices: Sequence[Matrix]
    plans: Sequence[DeviceView]
    coverage: Sequence[CoverageRow]
    health: Sequence[HealthRow]


_OF_CHANGES = frozenset(
    {"Refused: what a box cannot do", "Unverified commands", "Devices that do not answer, or only in part"}
)


def findings(run: Run, parts: Parts) -> tuple[Findings, ...]:
    """Return findings by kind, the gravest first; every kind is there, with or without items."""
    final = final_matrix(parts.matrices)
    proof = run.after or run.predicted or run.before
    cells = [cell for row in final.rows for cell in row.cells]
    notes = proof.notes if proof else ()
    holes = proof.holes if proof else ()
    kinds = (
        Findings("Failed devices", Tone.BAD, tuple(_failures(run)), run.spoke),
        Findings("Breaches of the policy", Tone.BAD, tuple(_pairs(cells, Tone.BAD)), final.proven),
        Findings("Pairs that could not be judged", Tone.UNKNOWN, tuple(_pairs(cells, Tone.UNKNOWN)), final.proven),
        Findings("Refused: what a box cannot do", Tone.BAD, tuple(_refused(parts.plans)), run.plan is not None),
        Findings(
            "Devices that do not answer, or only in part", Tone.BAD, tuple(_silent(parts.health)), bool(run.health)
        ),
        Findings(
            "Devices not fully seen",
            Tone.UNKNOWN,
            tuple(Item(h.device, masked_prose(h.why)) for h in holes),
            proof is not None,
        ),
        Findings(
            "Notes of the proof",
            Tone.UNKNOWN,
            tuple(Item("", masked_prose(note)) for note in notes),
            proof is not None,
        ),
        Findings(
            "Lines not understood, left as they are", Tone.UNKNOWN, tuple(_unread(parts.coverage)), bool(run.readings)
        ),
        Findings("Unverified commands", Tone.UNKNOWN, tuple(_unverified(parts.plans)), run.plan is not None),
    )
    # An audit asks for no plan, and has a rule for who answers.
    return tuple(kind for kind in kinds if not (run.only_audited and not kind.looked and kind.title in _OF_CHANGES))


def final_matrix(matrices: Sequence[Matrix]) -> Matrix:
    """Return the matrix that the verdict stands on: the latest state that was proven."""
    return next((matrix for matrix in matrices if matrix.proven), matrices[0])


def _failures(run: Run) -> Iterator[Item]:
    for device, cause in run.failures.items():
        yield Item(device, masked_prose(cause))


def _pairs(cells: Sequence[Cell], tone: Tone) -> Iterator[Item]:
    for cell in cells:
        if cell.tone is tone:
            yield Item(f"{cell.source} to {cell.target}", f"{cell.word}: {cell.why}", cell.anchor)


def _refused(plans: Sequence[DeviceView]) -> Iterator[Item]:
    for plan in plans:
        for text in plan.refused:
            yield Item(plan.name, text, f"plan-{plan.name}")


def _silent(rows: Sequence[HealthRow]) -> Iterator[Item]:
    for row in rows:
        if row.error:
            yield Item(row.name, f"{row.state}: {row.error}", "health")


def _unread(rows: Sequence[CoverageRow]) -> Iterator[Item]:
    for row in rows:
        if row.lines:
            yield Item(row.name, f"{plural(len(row.lines), 'line')}; the first: {row.lines[0]}", f"unread-{row.name}")


def _unverified(plans: Sequence[DeviceView]) -> Iterator[Item]:
    for plan in plans:
        families = sorted({c.family for step in plan.steps for c in step.commands if c.unverified})
        if families:
            yield Item(
                plan.name, f"{plan.unverified} of {plan.commands} commands: {', '.join(families)}", f"plan-{plan.name}"
            )
