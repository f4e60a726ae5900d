"""What a rule says of one object, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from govnet.outcome import Outcome as Verdict

if TYPE_CHECKING:
    from govnet.network.declared import Waiver

__all__ = ["GRAVE", "Finding", "Reference", "Severity", "Verdict"]


class Severity(StrEnum):
    """How grave a failure is; `GRAVE` ones must also not stay unknown.

    critical: isolation is broken, or a law on secrets; high: a clause of level 2 or 3 is not met and can be exploited;
    medium: not met, but contained; low: hygiene.
    """

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


GRAVE = frozenset({Severity.CRITICAL, Severity.HIGH})


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """Where evidence was seen: ``running lx-adc-u-core01``, ``line 12: vlan 101 ...``, SHA-256 of the whole item.

    ``where`` says the place inside the item and is empty for the whole; ``sha256`` is empty when nobody hashed it.
    """

    item: str
    where: str = ""
    sha256: str = ""

    def __str__(self) -> str:
        """Return ``running lx-adc-u-core01, line 12: vlan 101 ...``."""
        return f"{self.item}, {self.where}" if self.where else self.item


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's verdict on an object.

    Attributes:
        rule: id of the rule.
        object: what was judged: a device, ``device:port``, a circuit, a pair of zones.
        verdict: the outcome.
        severity: of the rule for this object.
        expected, actual: one line each. For ``unknown`` the actual says what a person must supply.
        evidence: what it rests on.
        waiver: who took the failure on, why and until when; None for all that is not waived.
    """

    rule: str
    object: str
    verdict: Verdict
    severity: Severity
    expected: str
    actual: str
    evidence: tuple[Reference, ...] = ()
    waiver: Waiver | None = None

    @property
    def failing(self) -> bool:
        """True for a failure that nobody took on."""
        return self.verdict is Verdict.FAIL and self.waiver is None
