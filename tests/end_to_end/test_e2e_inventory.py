"""`govnet inventory`, and days and profiles on the command line, as people type them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from govnet.cli.main import app
from govnet.network.summary import folder_named

ROOT = Path(__file__).resolve().parents[2]


def govnet(*words: str, cache: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GOVNET_CACHE": str(cache), "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, "-m", "govnet", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip


def test_figures_of_haixi(tmp_path: Path) -> None:
    shown = json.loads(govnet("inventory", "show", "haixi", "--json", cache=tmp_path).stdout)
    assert shown["units"] == {"count": 97, "with_lan": 56, "percent": 57.7}
    assert shown["loads"] == [{"device": "hx-tel-n-agg01", "below_kbps": 122_000, "above_kbps": 100_000, "ratio": 1.22}]
    assert shown["as_of"] == "2006-12-31"


@pytest.mark.parametrize(
    ("network", "options", "places"),
    [
        ("haixi", ["--as-of", "2005-12-31"], {"node": 0}),
        ("haixi", ["--as-of", "2006-11-01"], {"node": 61}),
        ("qinghai-inner", [], {"prefecture": 8, "county": 46, "township": 201}),
        ("qinghai-inner", ["--profile", "plan-2004"], {"prefecture": 8, "county": 0, "township": 0}),
        ("qinghai-outer", ["--as-of", "2005-12-31"], {"prefecture": 8, "county": 2}),
    ],
)
def test_a_day_and_a_profile_decide_what_is_there(
    network: str, options: list[str], places: dict[str, int], tmp_path: Path
) -> None:
    shown = json.loads(govnet("inventory", "show", network, "--json", *options, cache=tmp_path).stdout)
    assert {kind: shown["places"].get(kind, 0) for kind in places} == places


def test_every_command_that_loads_a_network_takes_a_day() -> None:
    """A plan that is approved carries its own day; keys, salts, bundles and modules are of no network."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group, as typer makes it
    found = {f"{name} {sub}".strip(): one for name in commands for sub, one in _inside(commands[name])}
    without = {name for name, one in found.items() if "as_of" not in {parameter.name for parameter in one.params}}
    assert without == {
        "approve", "modules", "key new", "key show", "key backup",
        "evidence salt", "evidence verify", "evidence join",
    }  # fmt: skip


def _inside(command: Any) -> list[tuple[str, Any]]:
    return [*getattr(command, "commands", {"": command}).items()]


def test_what_is_no_day_is_refused(tmp_path: Path) -> None:
    done = govnet("check", "haixi", "--as-of", "soon", cache=tmp_path)
    assert done.returncode == 2
    assert "is no day. Write it like 2006-12-31." in done.stderr


def test_a_table_goes_out_and_comes_back(tmp_path: Path) -> None:
    folder = shutil.copytree(folder_named("haixi"), tmp_path / "haixi")
    table = tmp_path / "units.csv"
    assert (
        govnet("inventory", "export", str(folder), "--table", "units", "-o", str(table), cache=tmp_path).returncode == 0
    )
    assert table.read_bytes().startswith(b"\xef\xbb\xbf"), "a Chinese spreadsheet takes a file without it for GBK"
    table.write_text(table.read_text(encoding="utf-8").replace(",n021,no", ",n021,yes"), encoding="utf-8")
    assert govnet("inventory", "import", str(folder), str(table), "--table", "units", cache=tmp_path).returncode == 0
    shown = json.loads(govnet("inventory", "show", str(folder), "--json", cache=tmp_path).stdout)
    assert shown["units"]["with_lan"] == 57


def test_a_bad_row_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    folder = shutil.copytree(folder_named("haixi"), tmp_path / "haixi")
    before = (folder / "units.csv").read_text(encoding="utf-8")
    (tmp_path / "bad.csv").write_text(before.replace("3,wulan", "2,wulan"), encoding="utf-8")
    done = govnet("inventory", "import", str(folder), str(tmp_path / "bad.csv"), "--table", "units", cache=tmp_path)
    assert done.returncode == 2
    assert "bad.csv:4: units 'delingha' and 'wulan' both have u 2" in done.stderr
    assert (folder / "units.csv").read_text(encoding="utf-8") == before


def test_a_network_without_dated_places_says_so(tmp_path: Path) -> None:
    done = govnet("inventory", "rollout", "laixi", cache=tmp_path)
    assert (done.returncode, "no growth to show" in done.stdout) == (0, True)


def test_a_meeting_is_checked_on_the_network_of_a_day(tmp_path: Path) -> None:
    """Without Prometheus what nobody saw is said once; after its venues left, the network has none."""
    plan = tmp_path / "meeting.yaml"
    plan.write_text("network: haixi\ntitle: 全州会议\nvenues: all\n", encoding="utf-8")
    now = govnet("conference", "check", str(plan), cache=tmp_path)
    assert (now.returncode, now.stdout.count("headroom"), "格尔木市" in now.stdout) == (11, 1, True)
    later = govnet("conference", "check", str(plan), "--as-of", "2008-12-31", cache=tmp_path)
    assert (later.returncode, "海西州政务内网 has no venue on 2008-12-31" in later.stderr) == (2, True)
