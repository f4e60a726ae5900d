"""The month's sheet of leased lines: what the carriers promised, what was seen, what they owe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.outcome import Outcome
from govnet.report.tone import Tone

if TYPE_CHECKING:
    from govnet.capacity.service import Line
    from govnet.report.run import Run

_TONES = {
    Outcome.PASS: (Tone.GOOD, "yes"),
    Outcome.FAIL: (Tone.BAD, "no"),
    Outcome.UNKNOWN: (Tone.UNKNOWN, "unknown"),
    Outcome.NOT_APPLICABLE: (Tone.UNKNOWN, "not applicable"),
}


@dataclass(frozen=True, slots=True)
class CreditRow:
    """One circuit; ``available`` is empty when nothing was seen of it."""

    circuit: str
    carrier: str
    promised: str
    available: str
    seen: str
    kept: Tone
    kept_word: str
    quality: Tone
    quality_word: str
    why: str
    owed: str


def credit_rows(run: Run) -> tuple[CreditRow, ...]:
    """Return a row for each line of the run's sheet."""
    return tuple(_row(line) for line in run.lines)


def _row(line: Line) -> CreditRow:
    month, contract = line.month, line.contract
    return CreditRow(
        line.circuit.id,
        contract.carrier if contract else line.circuit.maintainer,
        f"{contract.availability:g} %" if contract else "",
        "" if month.availability is None else f"{month.availability:.3f} %",
        f"{month.seen / month.seconds:.1%}",
        *_TONES[line.availability],
        *_TONES[line.quality],
        line.said,
        f"{line.credit:g} %" if line.credit else "",
    )
