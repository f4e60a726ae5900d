"""`govnet audit` as people and scripts call it, on the last backup of a small network."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from support.town_hall import DEVICES, Said, govnet, own_block, small_inventory, started

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.lab

FAILED, NOT_CLEAN, BAD_INPUT, REFUSED = 7, 11, 2, 3


@dataclass(frozen=True)
class Hall:
    """A network of factory-new devices, backed up once; its lab is down again."""

    inventory: Path
    build: Path

    def __call__(self, *words: str, build: Path | None = None) -> Said:
        return govnet("audit", str(self.inventory), *words, build=build or self.build)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    folder = tmp_path_factory.mktemp("audited")
    made = Hall(small_inventory(folder, own_block()), folder / "build")
    assert govnet("lab", "up", str(made.inventory), build=made.build).code == 0
    try:
        kept = govnet("backup", str(made.inventory), build=made.build)
        assert kept.code == 0, kept
    finally:
        govnet("lab", "down", str(made.inventory), build=made.build)
    return made


def test_the_table_tells_expected_and_actual(hall: Hall) -> None:
    said = started("audit", str(hall.inventory), "--from-backup", "--rule", "ACL-01", build=hall.build)
    assert said.code == FAILED, said
    assert "ACL-01  默认拒绝 · Default deny" in said.out
    assert "Expected: what no rule permits is dropped and logged" in said.out
    assert "Actual:   no zone policy is loaded: everything passes" in said.out


def test_json_names_the_line_and_the_hash_of_its_text(hall: Hall) -> None:
    said = hall("--from-backup", "--rule", "BND-02", "--json")
    assert said.code == FAILED, said
    found = json.loads(said.out)
    assert found["network"] == "lx"
    assert {finding["rule"] for finding in found["findings"]} == {"BND-02"}
    assert {finding["object"] for finding in found["findings"]} == set(DEVICES)
    seen = [reference for finding in found["findings"] for reference in finding["evidence"]]
    assert {len(reference["sha256"]) for reference in seen} == {64}


def test_a_grave_unknown_is_no_clean_run(hall: Hall) -> None:
    said = hall("--from-backup", "--rule", "BND-06")
    assert said.code == NOT_CLEAN, said
    assert "not a clean run" in said.out


def test_a_run_of_rules_that_hold_is_clean(hall: Hall) -> None:
    assert hall("--from-backup", "--rule", "ISO-18", "--rule", "iso-21").code == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--rule", "ISO-99"), BAD_INPUT, "there is no rule 'ISO-99'"),
        (("--json", "--csv"), BAD_INPUT, "--json and --csv were both given"),
        (("--as-of", "tomorrow"), BAD_INPUT, "as-of"),
        (("--lab",), REFUSED, "start one with `govnet lab up`"),
    ],
)
def test_mistakes_are_named(hall: Hall, words: tuple[str, ...], code: int, message: str) -> None:
    said = hall(*words)
    assert said.code == code, said
    assert message in said.err


def test_without_a_backup_it_says_what_to_do(hall: Hall, tmp_path: Path) -> None:
    said = hall("--from-backup", build=tmp_path / "empty")
    assert said.code == REFUSED, said
    assert "run `govnet backup`" in said.err


def test_a_waiver_holds_until_its_day(hall: Hall) -> None:
    records = hall.inventory / "audit.yaml"
    before = records.read_text(encoding="utf-8")
    waiver = "waivers:\n  - {rule: ACL-01, object: '*', owner: 中心, reason: being set up, expires: 2007-07-01}\n"
    records.write_text(waiver, encoding="utf-8")
    try:
        held = hall("--from-backup", "--rule", "ACL-01", "--as-of", "2007-06-30")
        ended = hall("--from-backup", "--rule", "ACL-01", "--as-of", "2007-07-01")
    finally:
        records.write_text(before, encoding="utf-8")
    assert (held.code, ended.code) == (0, FAILED), (held, ended)
    assert "waived until 2007-07-01 by 中心: being set up" in held.out


def test_files_for_other_programs(hall: Hall, tmp_path: Path) -> None:
    names = ("found.json", "found.sarif", "found.xml", "found.csv")
    for name in names:
        said = hall("--from-backup", "--rule", "ISO", "--out", str(tmp_path / name))
        assert said.code in {FAILED, NOT_CLEAN}, said
        assert not said.out
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in names]
    findings = json.loads(texts[0])["findings"]
    assert len(json.loads(texts[1])["runs"][0]["results"]) == len(findings)
    assert len(ET.fromstring(texts[2])[0]) == len(findings)
    assert len(list(csv.reader(io.StringIO(texts[3], newline="")))) == len(findings) + 1
