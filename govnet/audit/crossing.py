"""Rules that one plane alone answers in part: the rest is held against what a bundle of another plane tells."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from govnet.audit.evidence import Kind
from govnet.audit.rule import Rule
from govnet.audit.traces import listed, missing
from govnet.audit.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import OtherPlane
    from govnet.audit.verdict import Finding

ACROSS = "other planes"
"""The object that stays unknown while nobody has joined the bundle of another plane."""


class CrossPlaneRule(Rule):
    """A rule on planes: `alone` judges the one at hand, `common` and `reaching` what it has to do with another.

    Attributes:
        apart: what is expected of two planes.
        both_need: evidence that both planes must have looked at before the pair passes.
    """

    apart: ClassVar[str]
    both_need: ClassVar[tuple[Kind, ...]] = ()

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield the verdicts on this plane, then those on it and each other one; unknown where none was joined."""
        yield from self.alone(evidence)
        if evidence.planes is None:
            yield self.unknown(ACROSS, f"supply {Kind.PLANES.value}", expected=self.apart)
        for other in evidence.planes or ():
            yield from self.across(evidence, other)

    @abstractmethod
    def alone(self, evidence: Evidence) -> Iterable[Finding]:
        """Yield the verdicts that need no other plane."""

    @abstractmethod
    def common(self, evidence: Evidence, other: OtherPlane) -> Iterable[Finding]:
        """Yield the verdicts on what both planes have; the same from whichever side one looks."""

    def reaching(self, evidence: Evidence, other: OtherPlane) -> Iterable[Finding]:  # noqa: ARG002 - for rules that have some
        """Yield the verdicts on what of this plane reaches into the other."""
        return ()

    def across(
        self, evidence: Evidence, other: OtherPlane, back: tuple[Evidence, OtherPlane] | None = None
    ) -> Iterator[Finding]:
        """Yield the verdicts on two planes, with ``back`` on what reaches the other way too.

        The pair as a whole passes when both looked, and nothing failed or stayed in doubt.
        """
        found = [
            *self.common(evidence, other),
            *self.reaching(evidence, other),
            *(self.reaching(*back) if back else ()),
        ]
        found += self._unseen(evidence, other)
        yield from found
        if all(finding.verdict is Verdict.PASS for finding in found):
            yield self.passed(pair(evidence, other), self.apart, "nothing is in both, and nothing of one in the other")

    def _unseen(self, evidence: Evidence, other: OtherPlane) -> Iterator[Finding]:
        theirs = [what for kind in self.both_need for what in other.unseen.get(kind.name, ())]
        for name, absent in ((side(evidence), missing(evidence, *self.both_need)), (str(other), theirs)):
            if absent:
                yield self.unknown(name, f"supply of {name}: {listed(absent)}", expected=self.apart)


def side(evidence: Evidence) -> str:
    """Return ``n qh``: plane and network."""
    return f"{evidence.network.plane} {evidence.network.slug}"


def pair(evidence: Evidence, other: OtherPlane) -> str:
    """Return ``n qh + w qh``: the same name from either side."""
    return joined(side(evidence), str(other))


def joined(one: str, other: str) -> str:
    """Return ``a + b`` for two names of one thing: the same from either side."""
    return " + ".join(sorted((one, other)))
