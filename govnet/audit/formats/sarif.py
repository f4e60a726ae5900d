"""An audit as SARIF 2.1.0 (OASIS standard), which code hosts and security dashboards show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from govnet import __version__
from govnet.audit.registry import rule_classes
from govnet.audit.verdict import Severity, Verdict

if TYPE_CHECKING:
    from govnet.audit.rule import Rule
    from govnet.audit.run import Audit
    from govnet.audit.verdict import Finding, Reference

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_KINDS = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.UNKNOWN: "open",
    Verdict.NOT_APPLICABLE: "notApplicable",
}
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_LINE = re.compile(r"line (\d+)")


def as_sarif(audit: Audit) -> dict[str, Any]:
    """Return a log with one run; a result's ``kind`` keeps the four outcomes apart, a waiver is a suppression."""
    about = rule_classes()
    index = {rule.id: number for number, rule in enumerate(about)}
    driver = {"name": "govnet", "semanticVersion": __version__, "rules": [_rule(rule) for rule in about]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"{audit.network}/{audit.as_of.isoformat()}"},
        "results": [_result(finding, index[finding.rule]) for finding in audit.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: type[Rule]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.title_en,
        "shortDescription": {"text": f"{rule.title} · {rule.title_en}"},
        "fullDescription": {"text": " ".join((rule.__doc__ or rule.title_en).split())},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"clause": rule.clause, "severity": str(rule.severity), "tags": [rule.id[:3]]},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    failing = finding.verdict is Verdict.FAIL
    said = f"{finding.object}: expected {finding.expected}; actual {finding.actual}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "kind": _KINDS[finding.verdict],
        "level": _LEVELS[finding.severity] if failing else "none",
        "message": {"text": said},
        "locations": [_location(finding, reference) for reference in finding.evidence[:1]] or [_nowhere(finding)],
        "properties": {"severity": str(finding.severity), "verdict": str(finding.verdict)},
    }
    if more := finding.evidence[1:]:
        result["relatedLocations"] = [_location(finding, reference) for reference in more]
    if waiver := finding.waiver:
        why = f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return result


def _nowhere(finding: Finding) -> dict[str, Any]:
    return {"logicalLocations": [{"fullyQualifiedName": finding.object}]}


def _location(finding: Finding, reference: Reference) -> dict[str, Any]:
    """Return a location whose address is the item of evidence, as ``running/lx-adc-u-core01``."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": _address(reference.item)}}
    if line := _LINE.match(reference.where):
        physical["region"] = {"startLine": int(line[1])}
    shown = _nowhere(finding) | {"physicalLocation": physical}
    return shown | ({"message": {"text": str(reference)}} if reference.where else {})


def _address(item: str) -> str:
    return "/".join(item.split())
