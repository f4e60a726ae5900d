"""What a machine-room rule says of one object; the same four outcomes as every rule of the project."""

from __future__ import annotations

from dataclasses import dataclass

from govnet.outcome import Outcome

__all__ = ["Outcome", "Verdict", "judged"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule held against one object.

    Attributes:
        rule: ``PWR-04``.
        object: the device, source or sensor.
        outcome: what came of it.
        expected, actual: in words; ``actual`` says what was missing when the outcome is unknown.
    """

    rule: str
    object: str
    outcome: Outcome
    expected: str
    actual: str


def judged(rule: str, of: str, expected: str, *, good: bool | None, actual: str) -> Verdict:
    """Return a verdict; ``good`` is None when nobody could tell."""
    outcome = Outcome.UNKNOWN if good is None else Outcome.PASS if good else Outcome.FAIL
    return Verdict(rule, of, outcome, expected, actual)
