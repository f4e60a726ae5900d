"""The file on disk, its colours, and what a browser makes of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

import pytest
from support.html_page import parse
from support.report_runs import run

from collectors.loader import load
from govnet.errors import StorageError
from govnet.masking import masked_prose
from govnet.report import render, write
from govnet.report.estate import speed
from govnet.report.health import KEYS
from govnet.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def test_a_report_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.html"
    write(path, run())
    assert path.read_text(encoding="utf-8") == render(run())
    assert [entry.name for entry in path.parent.iterdir()] == ["report.html"]


def test_what_cannot_be_written_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.mkdir()
    (path / "old").touch()
    with pytest.raises(
        StorageError, match=r"report\.html: not written \(Is a directory\); what was there before is untouched"
    ):
        write(path, run())
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]
    assert (path / "old").exists()


@cache
def _style() -> str:
    return (folder("templates") / "report" / "page.css").read_text(encoding="utf-8")


def _luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, two: str) -> float:
    high, low = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    *((f"{tone}-ink", f"{tone}-paper") for tone in ("good", "bad", "unknown", "plain")),
    *((ink, paper) for ink in ("ink", "soft", "link") for paper in ("paper", "shade")),
    *(("ink", f"{tone}-paper") for tone in ("bad", "unknown", "plain")),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_text_stands_out_from_its_paper(scheme: int, ink: str, paper: str) -> None:
    block = re.findall(r":root \{(.*?)\}", _style(), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    assert _contrast(colours[ink], colours[paper]) >= 4.5


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("login refused, look at the password of the device", "login refused, look at the password of the device"),
        ("refused `snmp-server community abc ro`: no", "refused `snmp-server community ********`: no"),
        ("(line 3: snmp community abc is not understood)", "(line 3: snmp community ******** is not understood)"),
        ("no 'password abc' and no \"secret 5 xyz\"", "no 'password ********' and no \"secret ********\""),
    ],
)  # fmt: skip
def test_a_message_keeps_its_words_but_not_the_secrets_it_quotes(given: str, expected: str) -> None:
    assert masked_prose(given) == expected


@pytest.mark.parametrize(
    ("kbps", "expected"), [(64, "64 kbit/s"), (2048, "2.048 Mbit/s"), (10_000, "10 Mbit/s"), (2_500_000, "2.5 Gbit/s")]
)
def test_speeds_are_in_the_largest_fitting_unit(kbps: int, expected: str) -> None:
    assert speed(kbps) == expected


def test_the_values_shown_are_metrics_that_the_modules_give() -> None:
    modules = load().modules
    given = {name: {metric.name for metric in module.metrics} for name, module in modules.items()}
    shown = {name: {key.metric for key in keys} for name, keys in KEYS.items()}
    assert set(shown) == set(given)
    assert {name: metrics - given[name] for name, metrics in shown.items() if metrics - given[name]} == {}


def _browse(path: Path, profile: Path) -> str:
    assert CHROMIUM
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--dump-dom"]
    done = subprocess.run(
        [*command, f"{path.as_uri()}#pair-before-mgt-prv"], check=True, capture_output=True, text=True, timeout=120
    )
    return done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian: chromium)")
def test_a_browser_runs_the_script_and_unfolds_the_witness_that_is_linked(tmp_path: Path) -> None:
    write(tmp_path / "report.html", run())
    page = parse(_browse(tmp_path / "report.html", tmp_path / "profile"))
    assert all("hidden" not in button.attributes for button in page.all("button"))
    unfolded = [details for details in page.all("details") if "open" in details.attributes]
    assert [len(details.all("article", id="pair-before-mgt-prv")) for details in unfolded] == [1]
