"""Two planes held together, on a station with no network: what must be in one of them only, and is in both.

The rules that judge are those of the audit, each asked about every pair of planes. Here the bundles are brought
together and nothing is judged; what one bundle has not looked at leaves its rule unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from govnet.audit import Finding, Verdict, rules
from govnet.audit.crossing import CrossPlaneRule, side
from govnet.audit.traces import told
from govnet.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.audit import Evidence
    from govnet.audit.tables import Move
    from govnet.evidence.manifest import Manifest
    from govnet.network.model import Plane


@dataclass(frozen=True, slots=True)
class Side:
    """One bundle: what it says of itself, and the evidence in it."""

    manifest: Manifest
    evidence: Evidence

    @property
    def name(self) -> str:
        """Return ``n qh``: plane and network."""
        return side(self.evidence)

    @property
    def plane(self) -> Plane:
        """The plane of its network."""
        return self.evidence.network.plane


@dataclass(frozen=True, slots=True)
class Join:
    """What came of it: the bundles, and the verdicts in the order of the rules."""

    sides: tuple[Side, ...]
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What is in two planes."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.FAIL)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """What nobody looked at."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.UNKNOWN)


def crossing_rules() -> tuple[CrossPlaneRule, ...]:
    """Return the rules that two planes are held against, in the order of their ids."""
    return tuple(rule for rule in rules() if isinstance(rule, CrossPlaneRule))


def join(sides: Sequence[Side], moves: tuple[Move, ...] = ()) -> Join:
    """Return what bundles of different planes have in common and may not; ``moves`` were approved.

    Raises:
        RefusedError: they are not of different planes, or hashed with different salts.
    """
    if len({one.plane for one in sides}) < len(("one", "other")):
        raise RefusedError("all bundles are of one plane: join one of each plane.")
    if len({one.manifest.salt for one in sides}) > 1:
        said = ", ".join(f"{one.name} with {one.manifest.salt}" for one in sides)
        raise RefusedError(f"the bundles are hashed with different salts ({said}); export them with the same --salt.")
    planes = [(one, told(one.evidence, moves)) for one in sides]
    pairs = [(a, b) for a, b in combinations(planes, 2) if a[0].plane is not b[0].plane]
    found = [
        finding
        for rule in crossing_rules()
        for (a, told_a), (b, told_b) in pairs
        for finding in rule.across(a.evidence, told_b, (b.evidence, told_a))
    ]
    return Join(tuple(sides), tuple(found))
