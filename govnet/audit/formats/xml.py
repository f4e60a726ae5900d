"""An audit as JUnit XML, which CI systems show: a test case for each finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from govnet.audit.verdict import Verdict

if TYPE_CHECKING:
    from govnet.audit.run import Audit
    from govnet.audit.verdict import Finding

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow; a device may print any."""


def as_junit(audit: Audit) -> str:
    """Return the document. An unknown is an ``error``: the check could not be made; what is waived is ``skipped``."""
    cases = [_case(finding) for finding in audit.findings]
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    totals = {"tests": str(len(cases)), "failures": str(counts["failure"]), "errors": str(counts["error"])}
    head = {"name": f"govnet audit {audit.network}", **totals, "skipped": str(counts["skipped"])}
    suite = ET.Element("testsuite", head | {"timestamp": audit.as_of.isoformat()})
    suite.extend(cases)
    root = ET.Element("testsuites", totals)
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(finding: Finding) -> ET.Element:
    name = {"classname": f"govnet.{finding.rule[:3]}.{finding.rule}", "name": f"{finding.rule} {finding.object}"}
    case = ET.Element("testcase", {key: _clean(value) for key, value in name.items()})
    if tag := _tag(finding):
        said = {"message": _clean(finding.actual), "type": str(finding.severity)}
        element = ET.SubElement(case, tag, said)
        element.text = _clean(_words(finding))
    return case


def _tag(finding: Finding) -> str:
    if finding.verdict is Verdict.FAIL:
        return "skipped" if finding.waiver else "failure"
    return {Verdict.UNKNOWN: "error", Verdict.NOT_APPLICABLE: "skipped"}.get(finding.verdict, "")


def _words(finding: Finding) -> str:
    lines = [f"Expected: {finding.expected}", f"Actual: {finding.actual}", *map(str, finding.evidence)]
    if waiver := finding.waiver:
        lines.append(f"Waived by {waiver.owner} until {waiver.expires}: {waiver.reason}")
    return "\n".join(lines)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
