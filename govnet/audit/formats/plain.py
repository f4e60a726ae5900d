"""An audit as one JSON object, and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from govnet.audit.registry import rule_classes

if TYPE_CHECKING:
    from govnet.audit.run import Audit
    from govnet.audit.verdict import Finding, Reference

COLUMNS = (
    "rule", "title", "title_en", "clause", "object", "verdict", "severity", "expected", "actual", "evidence",
    "waived_by", "waived_until",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_object(audit: Audit) -> dict[str, object]:
    """Return ``{"network", "as_of", "clean", "counts", "findings": [{"rule", "object", "verdict", ...}]}``."""
    return {
        "network": audit.network,
        "as_of": audit.as_of.isoformat(),
        "clean": audit.clean,
        "counts": dict(audit.counts),
        "findings": [_finding(finding) for finding in audit.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    found: dict[str, object] = {
        "rule": finding.rule,
        "object": finding.object,
        "verdict": str(finding.verdict),
        "severity": str(finding.severity),
        "expected": finding.expected,
        "actual": finding.actual,
        "evidence": [_reference(reference) for reference in finding.evidence],
    }
    if waiver := finding.waiver:
        found["waiver"] = {"owner": waiver.owner, "reason": waiver.reason, "expires": waiver.expires.isoformat()}
    return found


def _reference(reference: Reference) -> dict[str, str]:
    return {"item": reference.item, "where": reference.where, "sha256": reference.sha256}


def as_csv(audit: Audit) -> str:
    """Return a row for each finding, with a head; a cell that a spreadsheet would compute begins with an apostrophe."""
    about = {rule.id: rule for rule in rule_classes()}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for finding in audit.findings:
        rule, waiver = about[finding.rule], finding.waiver
        row = [finding.rule, rule.title, rule.title_en, rule.clause, finding.object, finding.verdict, finding.severity]
        row += [finding.expected, finding.actual, "; ".join(map(str, finding.evidence))]
        row += [waiver.owner, waiver.expires.isoformat()] if waiver else ["", ""]
        writer.writerow([_harmless(str(cell)) for cell in row])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
