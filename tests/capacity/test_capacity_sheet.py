"""The month's sheet from a real Prometheus that holds a month: down, up, and unseen time each counted as what it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest
from support.claims import free_port
from support.laixi import ROOT, until
from support.probing import is_ready, running

from govnet.cli.lines import bounds
from govnet.cli.noc import program
from govnet.errors import InputError
from govnet.monitoring import Settings, render
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from govnet.network.model import Network

MONTH, STEP = "2006-12", 900
WELL, CUT, HIDDEN = "c-hxtel-n001-n-01", "c-hxtel-n002-n-01", "c-hxtel-n003-n-01"
BEGIN, END = bounds(MONTH)
_FEW = ("--max-block-duration", "744h")
"""A block of two hours each, as without it, would be hundreds, and the most of the test's time."""


@cache
def haixi() -> Network:
    return network_named("haixi")


def history() -> Iterator[str]:
    """Yield a month of recorded states: one line is well, one down for a day, one not seen in the second half."""
    yield "# TYPE govnet:circuit_up:bool gauge"
    moments = range(int(BEGIN) + STEP, int(END) + 1, STEP)
    day = (int(BEGIN) + 10 * 86_400, int(BEGIN) + 11 * 86_400)
    for name in (WELL, CUT, HIDDEN):
        for at in moments:
            if name == HIDDEN and at > (BEGIN + END) / 2:
                continue
            up = 0 if name == CUT and day[0] < at <= day[1] else 1
            yield f'govnet:circuit_up:bool{{network="hx",circuit="{name}"}} {up} {at}'
    yield "# TYPE govnet:circuit_loss:ratio gauge"
    for at in moments:
        yield f'govnet:circuit_loss:ratio{{network="hx",circuit="{WELL}"}} 0.05 {at}'
    yield "# EOF"


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("month")
    (folder / "history.txt").write_text("\n".join(history()) + "\n")
    made = [program("promtool"), "tsdb", "create-blocks-from", *_FEW, "openmetrics", "history.txt", "tsdb"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True, timeout=120)
    for name, text in render(haixi(), Settings(evaluate=STEP)).items():
        (folder / name).write_text(text)
    address = f"127.0.0.1:{free_port()}"
    options = (
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address={address}",
    )
    with running(folder, "prometheus", *options, address=address):
        until(lambda: is_ready(address), 60)
        yield f"http://{address}"


@cache
def credits_of(address: str) -> subprocess.CompletedProcess[str]:
    """Return what the command says to scripts of the month."""
    return govnet("--prometheus", address, "--json")


def govnet(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "govnet", "circuits", "credits", "haixi", "--month", MONTH, *words]
    environment = os.environ | {"COLUMNS": "160"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.needs("prometheus", "promtool")
def test_the_sheet_of_a_month(prometheus: str) -> None:
    done = credits_of(prometheus)
    assert done.returncode == 7, done.stderr
    said = json.loads(done.stdout)
    lines = {line["circuit"]: line for line in said["lines"]}
    assert said["seconds"] == 31 * 86_400
    assert (lines[WELL]["verdicts"]["availability"], lines[WELL]["availability"]) == ("pass", 100)
    assert lines[CUT]["verdicts"]["availability"] == "fail"
    assert lines[CUT]["down_seconds"] == pytest.approx(86_400, abs=2 * STEP)
    assert lines[CUT]["credit_percent"] == 25, "a day of 31 is 3.2 %: under 99 %, over 95 %"
    assert lines[HIDDEN]["verdicts"]["availability"] == "unknown"
    assert lines[HIDDEN]["seen_seconds"] == pytest.approx((END - BEGIN) / 2, abs=2 * STEP)
    assert lines[HIDDEN]["credit_percent"] == 0
    nobody = lines["c-hxtel-n004-n-01"]
    assert (nobody["verdicts"]["availability"], nobody["availability"]) == ("unknown", None)


@pytest.mark.needs("prometheus", "promtool")
def test_loss_measured_over_two_lines_is_neither_ones_own(prometheus: str) -> None:
    """The hub between has no address of ours: what is lost on the way may be lost there."""
    done = credits_of(prometheus)
    lines = {line["circuit"]: line for line in json.loads(done.stdout)["lines"]}
    assert (lines[WELL]["loss"], lines[WELL]["verdicts"]["quality"]) == (None, "unknown")


@pytest.mark.needs("prometheus", "promtool")
def test_the_sheet_for_people_names_the_carrier(prometheus: str) -> None:
    done = govnet("--prometheus", prometheus)
    assert "中国电信海西分公司: 1 of 62 lines broke their promise, of 60 nobody can tell" in done.stdout


@pytest.mark.parametrize("month", ["2006", "2006-13", "december"])
def test_a_month_that_is_none_is_refused(month: str) -> None:
    with pytest.raises(InputError, match="is no month"):
        bounds(month)
