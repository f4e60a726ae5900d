"""`govnet power` and `govnet noc` as people run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from support.claims import free_port
from support.laixi import ROOT, floor, twin, until
from support.noc import UPS

from govnet.cli import background, noc
from govnet.errors import LabError
from govnet.monitoring import Settings, render
from govnet.monitoring.render import FILES, TARGETS
from lab import daemon

if TYPE_CHECKING:
    from pathlib import Path


def govnet(folder: Path, *words: str, seconds: float = 280) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GOVNET_BUILD": str(folder), "COLUMNS": "200"}
    command = [sys.executable, "-m", "govnet", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )


def test_power_as_json(tmp_path: Path) -> None:
    done = govnet(tmp_path, "power", "laixi", "--ends", "mains-a", "--ends", "mains-b", "--rules", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["sources"]["ups01"]["minutes"] == 7
    assert said["sources"]["eps01"]["minutes"] is None
    assert said["sources"]["ups01"]["measured"] is None
    (outage,) = said["outages"]
    assert [stage["minutes"] for stage in outage["stages"]] == [0, 7, None]
    outcomes = {(v["rule"], v["outcome"]) for v in said["verdicts"]}
    assert ("PWR-03", "fail") in outcomes
    assert ("PWR-05", "unknown") in outcomes, "no UPS was read"
    assert ("PWR-05", "pass") not in outcomes


def test_power_for_people(tmp_path: Path) -> None:
    done = govnet(tmp_path, "power", "laixi")
    assert done.returncode == 0, done.stderr
    assert "if mains-a ends" in done.stdout
    assert "8 devices start anew" in done.stdout
    assert "莱西市行政办公中心" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("power", "laixi", "--ends", "ups9"), 2, "ups9 is no power source of this network"),
        (("power", "laixi", "--lab"), 3, "no lab of lx runs"),
        (("noc", "render", "laixi", "out", "--webhook", "carrier"), 2, "Write government=URL or carrier=URL"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = govnet(tmp_path, *words)
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stderr


def test_render_writes_every_file(tmp_path: Path) -> None:
    hook = "government=http://127.0.0.1:8080/x"
    done = govnet(tmp_path, "noc", "render", "laixi", str(tmp_path / "out"), "--exporter", "h:1", "--webhook", hook)
    assert done.returncode == 0, done.stderr
    assert {file.name for file in (tmp_path / "out").iterdir()} == {*FILES, TARGETS}
    assert "http://127.0.0.1:8080/x" in (tmp_path / "out" / "alertmanager.yml").read_text()
    assert '"h:1"' in (tmp_path / "out" / "prometheus.yml").read_text()


def test_a_noc_that_does_not_run_is_ended_without_complaint(tmp_path: Path) -> None:
    done = govnet(tmp_path, "noc", "down", "laixi")
    assert (done.returncode, done.stdout) == (0, "NOC of lx was not running\n")


@pytest.mark.needs("prometheus", "alertmanager")
def test_a_port_in_use_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    files = render(noc.open_workspace("laixi", tmp_path).network, Settings())
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    programs = {name: noc.program(name) for name in noc.PROGRAMS}
    taken = f"127.0.0.1:{free_port()}"
    with pytest.raises(LabError, match="choose another port with --prometheus-port"):
        noc.launch(tmp_path, programs, taken, taken)
    assert not any(background.running(tmp_path, name) for name in noc.PROGRAMS)


def told(build: Path, traps: str, syslog: str, metrics: str) -> None:
    """Let devices of the lab speak, and wait until the exporter says that it heard them."""
    said = (
        ("trap", floor(1), "linkDown", "--port", "5", "--to", traps),
        ("trap", UPS, "upsTrapOnBattery", "--to", traps),
        ("log", floor(1), "<14>Link Up Trap for Port: 5", "--to", syslog),
    )
    for verb, device, *words in said:
        done = govnet(build, "lab", verb, "laixi", device, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    wrong = govnet(build, "lab", "trap", "laixi", floor(1), "linkDown", "--port", "99", "--to", traps)
    assert (wrong.returncode, "has no port '99'" in wrong.stderr) == (6, True)
    heard = [(floor(1), "link_down"), (UPS, "ups_on_battery"), (floor(1), "link_up")]

    def arrived() -> bool:
        with urlopen(metrics, timeout=10) as answer:
            text = answer.read().decode()
        return all(re.search(rf'govnet_events_total{{kind="{kind}",name="{name}".* 1\.0', text) for name, kind in heard)

    until(arrived)


@pytest.mark.lab
@pytest.mark.needs("prometheus", "alertmanager")
def test_up_reads_the_devices_of_a_running_lab_and_down_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "laixi"
    daemon.start([twin(name) for name in (UPS, floor(1))], folder / "lab", port=0, snmp_port=4971)
    ports = [str(free_port()) for _ in range(5)]
    names = ("--exporter-port", "--prometheus-port", "--alertmanager-port", "--trap-port", "--syslog-port")
    try:
        up = govnet(tmp_path, "noc", "up", "laixi", *(word for pair in zip(names, ports, strict=True) for word in pair))
        assert up.returncode == 0, up.stdout + up.stderr
        assert "2 of 2 devices answer" in up.stdout
        measured = json.loads(govnet(tmp_path, "power", "laixi", "--json").stdout)["sources"]["ups01"]["measured"]
        assert (measured["output"], measured["runtime_seconds"]) == ("normal", 420)
        told(tmp_path, f"127.0.0.1:{ports[3]}", f"127.0.0.1:{ports[4]}", f"http://127.0.0.1:{ports[0]}/metrics")
        again = govnet(tmp_path, "noc", "up", "laixi")
        assert (again.returncode, "runs already" in again.stderr) == (3, True)
    finally:
        down = govnet(tmp_path, "noc", "down", "laixi")
    assert down.stdout == "NOC of lx ended\n"
    assert daemon.find(folder / "lab") is None
    left = {file.relative_to(folder).parts[0] for file in folder.rglob("*")}
    assert left <= {"lab", "journal.sqlite"}
