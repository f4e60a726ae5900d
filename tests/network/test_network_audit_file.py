"""`audit.yaml`: records and waivers, and what is wrong with them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from govnet.errors import InputError
from govnet.network.load import load

LAIXI = Path(__file__).parents[2] / "inventory" / "laixi"
RECORD = "evidence:\n  - {rule: GOV-02, number: 2008-017, date: 2008-03-01, who: 计算机中心, title: 自查}\n"
WAIVER = "waivers:\n  - {rule: PWR-03, object: lx-adc-u-srv0*, owner: 中心, reason: UPS ordered, expires: 2009-01-01}\n"


def folder(tmp_path: Path, text: str | None) -> Path:
    copy = tmp_path / "laixi"
    shutil.copytree(LAIXI, copy)
    (copy / "audit.yaml").unlink(missing_ok=True)
    if text is not None:
        (copy / "audit.yaml").write_text(text, encoding="utf-8")
    return copy


def test_records_and_waivers_are_read_with_their_lines(tmp_path: Path) -> None:
    declared = load(folder(tmp_path, RECORD + WAIVER)).declared
    (document,), (waiver,) = declared.documents, declared.waivers
    assert (document.rule, document.object, document.date, document.origin.line) == ("GOV-02", "*", date(2008, 3, 1), 2)
    assert str(document) == "2008-017 of 2008-03-01, 计算机中心"
    assert waiver.covers("PWR-03", "lx-adc-u-srv02", date(2008, 12, 31))
    assert not waiver.covers("PWR-03", "lx-adc-u-web01", date(2008, 12, 31))
    assert waiver.origin.line == 4


def test_thresholds_are_read_with_their_lines(tmp_path: Path) -> None:
    (own,) = load(folder(tmp_path, "parameters:\n  log_retention_days: 365\n")).declared.parameters
    assert (own.name, own.value, own.origin.line) == ("log_retention_days", 365.0, 2)


@pytest.mark.parametrize("value", ["-1", "0", "many"])
def test_a_threshold_is_a_number_above_zero(tmp_path: Path, value: str) -> None:
    with pytest.raises(InputError, match=r"audit\.yaml:1.*log_retention_days"):
        load(folder(tmp_path, f"parameters: {{log_retention_days: {value}}}\n"))


def test_a_network_may_have_no_such_file(tmp_path: Path) -> None:
    assert load(folder(tmp_path, None)).declared.documents == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RECORD.replace("GOV-02", "gov2"), "rule"),
        (RECORD.replace(", who: 计算机中心", ""), "who"),
        (RECORD.replace("2008-03-01", "last spring"), "date"),
        (WAIVER.replace("reason: UPS ordered", 'reason: ""'), "reason"),
        (WAIVER.replace(", expires: 2009-01-01", ""), "expires"),
        (WAIVER.replace("waivers", "waiver"), "waiver"),
    ],
)
def test_a_record_that_is_not_whole_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=rf"audit.yaml:\d.*{said}"):
        load(folder(tmp_path, text))
