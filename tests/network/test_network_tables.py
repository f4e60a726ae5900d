"""Tables of an inventory: read as spreadsheets write them, wrong rows named with file and line, taken over whole."""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING

import pytest

from govnet.errors import InputError
from govnet.network import tables
from govnet.network.editing import table_text, take_over
from govnet.network.exchange import netbox
from govnet.network.load import load
from govnet.network.sites import apportioned
from govnet.network.summary import folder_named, network_named

if TYPE_CHECKING:
    from pathlib import Path

COUNTY = "qinghai-inner"


@pytest.fixture
def haixi(tmp_path: Path) -> Path:
    return shutil.copytree(folder_named("haixi"), tmp_path / "haixi")


# What a person changes: network, table, text, its replacement, and the beginning of what is said, file and line first.
WRONG = [
    ("haixi", "units", "2,delingha,", "1,delingha,", "units.csv:3: units 'geermu' and 'delingha' both have u 1"),
    ("haixi", "units", "n003,yes", "n099,yes", "units.csv:4: the unit 'wulan' is at 'n099', which does not exist"),
    (
        "haixi",
        "units",
        "county-level,n001,yes",
        "county-level,n001,perhaps",
        "units.csv:2: 'geermu.lan' is 'perhaps'. Write yes or no",
    ),
    (
        "haixi",
        "sites",
        "node,n002,德令哈市,2",
        "node,n002,德令哈市,1",
        "sites.csv:3: node 'n002' and 'n001' both have n 1",
    ),
    ("haixi", "sites", "node,n004", "town,n004", "sites.csv:5: 'n004.kind' is 'town'"),
    (
        "haixi",
        "sites",
        "2006-11-01,2008-06-30,star-2006\nnode,n006",
        "yesterday,2008-06-30,star-2006\nnode,n006",
        "sites.csv:6: 'n005.since' is",
    ),
    (
        COUNTY,
        "sites",
        "xining-chengzhong",
        "xining-chengdong",
        "sites.csv:12: the place 'xining-chengdong' is here twice, first at sites.csv:11. Give",
    ),
    (COUNTY, "sites", "xining-chengdong,城东区,xining", "xining-chengdong,城东区,xinning", "sites.csv:11: the county"),
    (COUNTY, "sites", "no,,2005-12-01", "no,,2005-01-01", "sites.csv:11: 'xining-chengdong' is there since 2005-01-01"),
]


# The same of the files beside the tables: a typing error in an instance, a member, a line, a date, a kind.
WRONG_BESIDE = [
    (
        "zones",
        "instance: HONGGUAN, vrf: 302",
        "instance: HONGGUAN, vrf: 303",
        "zone 'jincai' has vrf 303, which is",
    ),
    ("zones", "instance: JINCAI,", "instance: HONGGUAN,", "zone 'jincai' has instance HONGGUAN, which is 'hongguan'"),
    ("zones", "vrf: 303, routes: hub-spoke", "vrf: 303, routes: hub", "'jincai.routes' is 'hub'. Write"),
    (
        "zones",
        "members: [prov-caizheng]",
        "members: [prov-caizhen]",
        "zone 'jincai' has the member 'prov-caizhen'",
    ),
    (
        "places",
        "since: 2008-06-01",
        "since: 2004-06-01",
        "'xining-chengdong-t01' is there since 2004-06-01, 'xining-chengdong'",
    ),
    (
        "links",
        'circuit: "c-prov-{place}-n-01"',
        'circuit: "c-prov-{place}-n-09"',
        "circuit 'c-prov-xining-n-09'",
    ),
    ("circuits", "c-state-prov-n-01: {", "c-state-prov-n-02: {", "circuit 'c-state-prov-n-01', which does not exist"),
    (
        "archetypes",
        "[hainan, guoluo",
        "[hainan, guolo",
        "'generic-oa-2008' is for places within 'guolo', which does not exist",
    ),
    ("systems", "[hainan, guoluo", "[hainan, guolo", "'generic-oa' counts nodes within 'guolo', which is no place"),
    ("systems", "qh-*-n-srv01", "qh-*-n-srv09", "the system 'generic-oa' runs on 'qh-*-n-srv09', which does not exist"),
    ("traffic", "video:     {", "picture:   {", "the system 'video' is of class 'video', which traffic.yaml has not"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), WRONG_BESIDE, ids=lambda value: str(value)[:24])
def test_a_wrong_line_beside_the_tables_is_named(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    network = "qinghai-outer" if file == "zones" else COUNTY
    edited = shutil.copytree(folder_named(network), tmp_path / network) / f"{file}.yaml"
    text = edited.read_text(encoding="utf-8")
    assert old in text
    edited.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(edited.parent)
    found = [problem for problem in caught.value.problems if said in str(problem)]
    assert found
    where = {"traffic": "systems"}.get(file, file)
    assert all(str(problem).startswith(f"{edited.parent}/{where}.yaml:") for problem in found)


def test_a_venue_without_a_class_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(folder_named(COUNTY), tmp_path / COUNTY)
    (folder / "traffic.yaml").unlink()
    with pytest.raises(InputError) as caught:
        load(folder)
    assert str(caught.value) == (
        f"{folder}/sites.csv:3: 'xining' is a venue of video conferences, and traffic.yaml has no class 'video'"
        " (and 63 more like it). Add the class, or say that it is no venue."
    )


def test_what_only_follows_from_a_wrong_row_is_not_said(tmp_path: Path) -> None:
    """A county twice would double its townships; one within nowhere would leave its cables without an end."""
    for old, new in (
        ("haixi-delingha,德令哈市", "haixi-geermu,格尔木市"),
        ("格尔木市,haixi,", "格尔木市,haixxi,"),
        ("德令哈市,haixi,8,2", "德令哈市,haixi,8,1"),
        ("xining-chengzhong,城中区,xining", "xining-chengdong,城中区,xining"),
    ):
        folder = shutil.copytree(folder_named(COUNTY), tmp_path / new)
        file = folder / "sites.csv"
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load(folder)
        (problem,) = caught.value.problems
        assert problem.file == str(file)


@pytest.mark.parametrize(("network", "table", "old", "new", "said"), WRONG, ids=lambda value: str(value)[:24])
def test_a_wrong_row_is_named_with_file_and_line(  # noqa: PLR0913, PLR0917 - a row of the table
    tmp_path: Path, network: str, table: str, old: str, new: str, said: str
) -> None:
    folder = shutil.copytree(folder_named(network), tmp_path / network)
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder)
    assert f"{folder}/{said}" in str(caught.value)


def test_a_table_that_was_not_edited_is_taken_over_unchanged(haixi: Path, tmp_path: Path) -> None:
    before = table_text(haixi, "units")
    (tmp_path / "edited.csv").write_text(before, encoding="utf-8")
    assert take_over(haixi, "units", tmp_path / "edited.csv") == 97
    assert table_text(haixi, "units") == before


def test_a_spreadsheet_s_own_way_of_writing_is_understood(haixi: Path, tmp_path: Path) -> None:
    edited = table_text(haixi, "units").replace("61,xunhuan,循环经济试验区管委会,", '61,xunhuan,"循环, 经济",')
    (tmp_path / "edited.csv").write_bytes(("\ufeff" + edited.replace("\n", "\r\n") + ",,,,,\r\n").encode())
    assert take_over(haixi, "units", tmp_path / "edited.csv") == 97
    assert load(haixi).units["xunhuan"].title == "循环, 经济"


def test_a_table_with_a_bad_row_changes_nothing_and_names_the_edited_file(haixi: Path, tmp_path: Path) -> None:
    before, edited = table_text(haixi, "sites"), tmp_path / "edited.csv"
    edited.write_text(before.replace("node,n007,", "node,n008,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"edited\.csv:9: the place 'n008' is here twice"):
        take_over(haixi, "sites", edited)
    assert table_text(haixi, "sites") == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "t.csv: the table is empty"),
        ("a,a\n1,2\n", "t.csv:1: the column 'a' is here twice"),
        ("a,b\n1,2,3\n", "t.csv:2: the row has 3 cells, the table has 2 columns"),
        ('a,b\n"1,2\n', "t.csv:2: this is no table"),
        ("a,b\n", "t.csv:1: the table has no rows"),
        ("a;b\n1;2\n", "t.csv:1: the columns are divided by semicolons"),
        ("a\tb\n1\t2\n", "t.csv:1: the columns are divided by tabs"),
        ("1,2\n3,4\n", "t.csv:1: the first row names no column. Write into it: a, b, c"),
        ("a,b,x\n1,2,3\n", "t.csv:1: there is no column 'x'. Columns are: a, b, c"),
        ("b,c\n1,2\n", "t.csv:1: the column 'a' is missing"),
        ("a,\n1,\n2,remark\n", "t.csv:3: 'remark' is in a column without a name"),
    ],
)
def test_what_is_no_table_is_refused(text: str, said: str) -> None:
    _, problems = tables.parse(text, "t.csv", tables.Columns(("a", "b", "c"), ("a",)))
    assert str(problems[0]).startswith(said)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("gbk", 'edited.csv:2: the text is in GBK, not UTF-8. Save it as "CSV UTF-8".'),
        ("utf-16", "edited.csv:1: the text is UTF-16, not UTF-8."),
        ("utf-8-sig", ""),
    ],
)
def test_a_table_in_another_code_is_told_by_its_name(haixi: Path, tmp_path: Path, code: str, said: str) -> None:
    edited = tmp_path / "edited.csv"
    edited.write_bytes(table_text(haixi, "units").encode(code))
    if not said:
        assert take_over(haixi, "units", edited) == 97
        return
    with pytest.raises(InputError) as caught:
        take_over(haixi, "units", edited)
    assert said in str(caught.value)


@pytest.mark.parametrize("table", ["sites", "units"])
def test_a_table_that_others_speak_of_and_is_not_there_is_missed_alone(haixi: Path, table: str) -> None:
    (haixi / f"{table}.csv").unlink()
    with pytest.raises(InputError) as caught:
        load(haixi)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{haixi}/{table}.csv: the file is missing: ")


def test_a_place_that_ends_before_it_begins_is_said_at_its_row(haixi: Path) -> None:
    file = haixi / "sites.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("2006-11-01,2008", "2008-11-01,2008", 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(haixi)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{file}:2: 'n001' is there since 2008-11-01 and until 2008-06-30. Exchange")


def test_a_row_twice_is_said_once(haixi: Path, tmp_path: Path) -> None:
    text = table_text(haixi, "units")
    (tmp_path / "edited.csv").write_text(text + text.splitlines()[4] + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        take_over(haixi, "units", tmp_path / "edited.csv")
    (problem,) = caught.value.problems
    assert str(problem) == f"{tmp_path}/edited.csv:99: the unit 'dulan' is here twice. Give each unit its own slug."


def test_a_table_that_carries_the_mark_of_spreadsheets_keeps_its_columns(haixi: Path, tmp_path: Path) -> None:
    """A file that somebody put into the folder by hand, as the spreadsheet wrote it."""
    text = table_text(haixi, "units")
    (haixi / "units.csv").write_text(tables.for_spreadsheets(text), encoding="utf-8")
    (tmp_path / "edited.csv").write_text(text, encoding="utf-8")
    assert take_over(haixi, "units", tmp_path / "edited.csv") == 97
    assert table_text(haixi, "units") == text


def test_every_place_has_its_share_and_the_sum_is_exact() -> None:
    existing = {f"c{number}": number % 23 for number in range(46)}
    shares = apportioned(existing, 0.55, 260)
    assert sum(shares.values()) == 260
    assert all(0 <= shares[name] - int(count * 0.55) <= 1 for name, count in existing.items())


def test_netbox_tables_refer_only_to_what_comes_before_them() -> None:
    found = {name: list(csv.DictReader(text.splitlines())) for name, text in netbox(network_named("haixi")).items()}
    assert list(found)[:3] == ["sites", "manufacturers", "device-types"]
    names = {row["name"] for row in found["devices"]}
    ports = {(row["device"], row["name"]) for row in found["interfaces"]}
    assert {row["site"] for row in found["devices"]} <= {row["name"] for row in found["sites"]}
    assert {row["device_type"] for row in found["devices"]} <= {row["model"] for row in found["device-types"]}
    assert {row["role"] for row in found["devices"]} <= {row["slug"] for row in found["device-roles"]}
    for row in found["cables"]:
        assert {row["side_a_device"], row["side_b_device"]} <= names
        assert {(row["side_a_device"], row["side_a_name"]), (row["side_b_device"], row["side_b_name"])} <= ports
    assert {row["provider"] for row in found["circuits"]} <= {row["name"] for row in found["providers"]}
    assert (len(found["devices"]), len(found["cables"]), len(found["circuits"])) == (75, 83, 64)
