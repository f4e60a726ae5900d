"""The auditor's questions at the command line, of what the inventory wants: no device is logged in to."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from govnet.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

WEB = ("10.128.17.10", "10.128.96.11", "tcp/443")


def govnet(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does, in a folder of its own."""
    command = [sys.executable, "-m", "govnet", *words, "--build", str(tmp_path)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, timeout=300)


def test_trace_tells_hops_lines_and_verdict(tmp_path: Path) -> None:
    done = govnet(tmp_path, "trace", "laixi", *WEB, "--intended", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["fate"], found["answer"], found["policy"], found["as_permitted"]) == (
        "arrives",
        "arrives",
        "F1",
        True,
    )
    assert [hop["device"] for hop in found["hops"]] == [
        "lx-adc-u-acc01", "lx-adc-u-core01", "lx-adc-u-fw01", "lx-adc-u-core01",
    ]  # fmt: skip
    assert "rule 1 `F1 prv>jh`" in found["hops"][2]["why"]
    shown = govnet(tmp_path, "trace", "laixi", *WEB[:2], "tcp/80", "--intended")
    assert (shown.returncode, "stops" in shown.stdout, "not permitted" in shown.stdout) == (0, True, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("trace", "laixi", "10.128.17", "10.128.96.11", "tcp/443"), "10.128.17: is no IPv4 address"),
        (("trace", "laixi", *WEB[:2], "tcp"), "tcp: is no service"),
        (("trace", "laixi", "10.128.255.1", "10.128.17.10", "icmp"), "nobody has the address"),
        (("why", "laixi", "prv", "moon"), "has no zone `moon`"),
        (("prove", "laixi", "--from", "moon"), "has no zone `moon`"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    done = govnet(tmp_path, *words, "--intended")
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "mistakes"),
    [(("why", "laixi", "prv", "moon"), 1), (("prove", "laixi", "--from", "moon", "--to", "sun"), 2)],
)
def test_a_zone_is_looked_up_before_any_device(tmp_path: Path, words: tuple[str, ...], mistakes: int) -> None:
    """Without a lab and without credentials: the mistake is told, not that nobody can log in."""
    done = govnet(tmp_path, *words)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("laixi: has no zone") == mistakes


def test_nothing_is_proven_of_a_network_before_its_first_day(tmp_path: Path) -> None:
    done = govnet(tmp_path, "prove", "haixi", "--intended", "--as-of", "2000-01-01")
    assert (done.returncode, "haixi: has no device on 2000-01-01" in done.stderr) == (2, True), done


COMPLETED = {
    "govnet pro": {"prove"},
    "govnet prove q": {"qinghai-inner", "qinghai-outer"},
    "govnet prove laixi --from j": {"jh", "just"},
    "govnet prove nowhere --from j": set[str](),
    "govnet why laixi pub d": {"dmz"},
    "govnet audit laixi --rule ISO-1": {f"ISO-1{n}" for n in range(10)},
    "govnet audit laixi --rule EN": {"ENV", *(f"ENV-0{n}" for n in range(1, 9))},
    "govnet evidence e": {"export"},
}


@pytest.mark.parametrize("typed", COMPLETED)
def test_a_shell_completes_commands_networks_zones_and_rules(typed: str) -> None:
    asked = {"_GOVNET_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    said = CliRunner().invoke(app, [], prog_name="govnet", env=asked)
    assert set(said.stdout.split()) == COMPLETED[typed], said


def test_why_names_the_cell_and_the_rules(tmp_path: Path) -> None:
    found = json.loads(govnet(tmp_path, "why", "laixi", "prv", "jh", "--intended", "--json").stdout)
    assert found["policy"] == "F1"
    assert found["written"].startswith("policy.yaml:")
    permits = {(one["device"], one["words"]) for one in found["decisions"] if one["permits"]}
    assert permits == {(f"lx-adc-u-fw0{n}", "rule 1 `F1 prv>jh` from prv to jh permits") for n in (1, 2)}
    shown = govnet(tmp_path, "why", "laixi", "pub", "prv", "--intended").stdout
    assert "no rule from pub to prv names it: denied and logged" in shown
    assert "gets through: nothing" in shown


def test_one_pair_with_all_that_gets_through(tmp_path: Path) -> None:
    done = govnet(tmp_path, "prove", "laixi", "--intended", "--from", "prv", "--to", "jh", "--json")
    assert done.returncode == 0, done.stderr
    (pair,) = json.loads(done.stdout)["asked"]
    assert pair["reaches"] == "tcp 10.128.16.0-10.128.28.255,10.129.16.0/20 -> 10.128.96.11:443"
    shown = govnet(tmp_path, "prove", "laixi", "--intended", "--from", "prv", "--to", "jh").stdout
    assert "prv > jh  ok  policy F1" in shown
    assert f"gets through: {pair['reaches']}" in shown
