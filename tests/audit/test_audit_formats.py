"""An audit in JSON, SARIF, JUnit XML and CSV, read back by somebody else's parser."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support.audits import FILE, NOON, declaring, evidence, town_hall
from support.isolation import hall_configs

from govnet.audit import Audit, Finding, Reference, Severity, Verdict, audit
from govnet.audit.formats import as_csv, as_junit, as_object, as_sarif
from govnet.network.declared import Waiver

WAIVER = Waiver("ARC-06", "role fw", "中心", "a second box is ordered", date(2009, 1, 1), FILE)


@pytest.fixture(scope="module")
def whole() -> Audit:
    """All rules on the town hall, with a failure that somebody took on."""
    return audit(evidence(declaring(town_hall(), waivers=(WAIVER,)), configs=hall_configs()))


def test_json_has_what_was_promised(whole: Audit) -> None:
    read = json.loads(json.dumps(as_object(whole)))
    assert set(read) == {"network", "as_of", "clean", "counts", "findings"}
    keys = {"rule", "object", "verdict", "severity", "expected", "actual", "evidence"}
    assert all(set(finding) - {"waiver"} == keys for finding in read["findings"])
    assert {finding["verdict"] for finding in read["findings"]} == set(map(str, Verdict))
    (waived,) = [finding for finding in read["findings"] if "waiver" in finding]
    assert (waived["object"], waived["waiver"]["expires"]) == ("role fw", "2009-01-01")


def test_counts_add_up(whole: Audit) -> None:
    assert sum(whole.counts.values()) == len(whole.findings)
    assert whole.counts["waived"] == 1
    assert whole.counts["fail"] == len(whole.failures) > 0


KINDS = {"pass": "pass", "fail": "fail", "unknown": "open", "not_applicable": "notApplicable"}


def test_sarif_is_a_log_of_one_run(whole: Audit) -> None:
    log = json.loads(json.dumps(as_sarif(whole)))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == 112
    assert len(run["results"]) == len(whole.findings)
    for result, finding in zip(run["results"], whole.findings, strict=True):
        assert_result(result, finding)
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule


def assert_result(result: dict[str, Any], finding: Finding) -> None:
    """Assert what SARIF 2.1.0 asks of a result (3.27.9, 3.27.10, 3.35)."""
    assert result["kind"] == KINDS[str(finding.verdict)]
    assert result["level"] in {"none", "note", "warning", "error"}
    assert (result["level"] == "none") is (result["kind"] != "fail")
    assert result["message"]["text"]
    for location in result["locations"]:
        physical = location.get("physicalLocation")
        assert physical is None or " " not in physical["artifactLocation"]["uri"]
        assert physical is None or physical.get("region", {"startLine": 1})["startLine"] >= 1
    for suppression in result.get("suppressions", []):
        assert suppression["kind"] in {"inSource", "external"}
    assert bool(result.get("suppressions")) is bool(finding.waiver)


def test_junit_is_read_by_an_xml_parser(whole: Audit) -> None:
    root = ET.fromstring(as_junit(whole))
    (suite,) = root
    assert int(suite.attrib["tests"]) == len(suite) == len(whole.findings)
    assert int(suite.attrib["failures"]) == len(root.findall(".//failure")) == whole.counts["fail"]
    assert int(suite.attrib["errors"]) == len(root.findall(".//error")) == whole.counts["unknown"]
    skipped = whole.counts["not_applicable"] + whole.counts["waived"]
    assert int(suite.attrib["skipped"]) == len(root.findall(".//skipped")) == skipped


HOSTILE = '=1+1 <&> ]]> "\x1b[31m\x00" \n 区域'


def hostile() -> Audit:
    """Return an audit of what a device said that means no good."""
    seen = (Reference(HOSTILE, "line 3: " + HOSTILE),)
    finding = Finding("ISO-12", HOSTILE, Verdict.FAIL, Severity.HIGH, HOSTILE, HOSTILE, seen)
    return Audit("hand", NOON, (finding, replace(finding, verdict=Verdict.UNKNOWN)))


def test_hostile_text_stays_text() -> None:
    bad = hostile()
    assert json.loads(json.dumps(as_object(bad)))["findings"][0]["object"] == HOSTILE
    (failure,) = ET.fromstring(as_junit(bad)).findall(".//failure")
    assert "<&> ]]>" in (failure.text or "")
    _, row, _ = csv.reader(io.StringIO(as_csv(bad), newline=""))
    assert row[4] == "'" + HOSTILE
    region = as_sarif(bad)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3}


def test_csv_has_a_row_for_each_finding(whole: Audit) -> None:
    head, *rows = csv.reader(io.StringIO(as_csv(whole), newline=""))
    assert len(rows) == len(whole.findings)
    assert {len(row) for row in rows} == {len(head)}
    assert dict(zip(head, rows[0], strict=True))["rule"] == "ISO-01"
