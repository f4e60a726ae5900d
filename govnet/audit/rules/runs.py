"""Rules on the automation's own runs: approved, journalled, of one plane, never on what the carrier configures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import Rule, by_document
from govnet.audit.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import RunRecord
    from govnet.audit.verdict import Finding


class ChangesApproved(Rule):
    """Passes for a run that wrote just what somebody else than its author approved, inside a window.

    A run of which the window was not recorded is unknown; one that wrote nothing needs no approval.
    """

    id = "CFG-03"
    title = "变更审批"
    title_en = "Changes carry approval"
    demand = "变更由他人审批，在窗口内，所下发即所批准"
    clause = "GB/T 22239-2019 8.1.10.10 a), 8.1.10.6 g)"
    severity = Severity.HIGH
    needs = (Kind.RUNS,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each run that wrote."""
        expected = "an approval by another than the author, inside a window, of just what was sent"
        for run in evidence.runs or ():
            if not run.written:
                continue
            seen = evidence.record(Kind.RUNS, run.id)
            problems = list(_unapproved(run))
            if problems:
                yield self.failed(run.id, expected, "; ".join(problems), seen)
            elif run.window is None:
                yield self.unknown(run.id, f"the approved window that run {run.id} was in", seen, expected=expected)
            else:
                said = f"{run.approval} by {run.approver}, not {run.author}"
                yield self.passed(run.id, expected, said, seen)


def _unapproved(run: RunRecord) -> Iterator[str]:
    if not run.approval or not run.approver:
        yield "no approval"
    elif not run.author:
        yield "no author is recorded"
    elif run.approver == run.author:
        yield f"{run.author} approved the own change"
    if run.window is False:
        yield "outside its window"
    if run.approval and run.planned != run.applied:
        yield "what was sent is not what was approved"


class JournalUnaltered(Rule):
    """Fails when the hash chain over a journal of runs does not verify.

    One that does shows that no row was altered since, unless the whole journal was written anew: that only shows by its
    last hash as it is kept elsewhere, so a record of that settles the rest.
    """

    id = "CFG-04"
    title = "操作日志不可更改"
    title_en = "Operation log cannot be altered"
    demand = "操作日志的哈希链完整"
    clause = "GB/T 22239-2019 8.1.10.6 g), h)"
    severity = Severity.HIGH

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each journal; one for the network where nobody verified any."""
        if not evidence.journals:
            yield by_document(
                self, evidence, evidence.network.slug, "a verification of the hash chain, its last hash kept elsewhere"
            )
        for chain in evidence.journals or ():
            if chain.broken:
                seen = evidence.record(Kind.JOURNALS, chain.name)
                yield self.failed(chain.name, "every row as it was written", "; ".join(chain.broken), seen)
            else:
                supply = f"the last hash as kept elsewhere: {chain.rows} rows verify, the last is {chain.last[:16]};"
                yield by_document(self, evidence, chain.name, f"{supply} a comparison")


class OneRunOnePlane(Rule):
    """Passes for a run whose devices are all of one plane, and that wrote to none that the carrier configures.

    A device that both configure needs an approval that says so; ownership alone is no test.
    """

    id = "CFG-09"
    title = "一次作业仅限单一平面且不触及运营商设备"
    title_en = "One run, one plane, one owner class"
    demand = "一次作业只在一个平面，不写运营商管理的设备"
    clause = "省级电子政务网规划: 物理隔离; 行政办公中心: 运营商设备"
    severity = Severity.CRITICAL
    needs = (Kind.RUNS,)

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each run."""
        expected = "devices of one plane, none written to that the carrier configures"
        for run in evidence.runs or ():
            problems = [(text, evidence.record(Kind.RUNS, run.id)) for text in self._wrong(evidence, run)]
            said = f"{len(run.devices)} devices of plane {', '.join(sorted(run.planes)) or 'unknown'}"
            yield self.decide(run.id, expected, problems, said, evidence.record(Kind.RUNS, run.id))

    def _wrong(self, evidence: Evidence, run: RunRecord) -> Iterator[str]:
        if len(run.planes) > 1:
            yield f"planes {' and '.join(sorted(run.planes))}"
        for name in sorted(run.written):
            device = evidence.network.devices.get(name)
            if device is None:
                yield f"wrote to {name}, which is not in the inventory"
            elif not device.managed or device.config_authority == "carrier":
                yield f"wrote to {name}, which the carrier configures"
            elif device.config_authority == "joint" and not run.approval:
                yield f"wrote to {name}, which the carrier configures too, without an approval"
