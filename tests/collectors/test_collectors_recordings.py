"""Every recorded walk, served by snmpsim: what the modules make of it is plausible, and its oddities are absent."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from support.claims import free_port

from collectors.collect import Result, Target, Terms, collect_once
from collectors.loader import load
from snmp import Auth

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"
TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "recordings.yml").read_text(encoding="utf-8"))
HOST = "127.81.50.1"
PATIENCE = 90.0
UNITS = ("seconds", "bytes", "ratio", "celsius", "volts", "amperes", "watts", "hertz", "pascals")
"""Base units, which a metric of ours has in its name; those of a MIB's own name are not ours."""

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="recorded walks are not beside this checkout")


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve each recording under its own name as community; yield the address."""
    folder = tmp_path_factory.mktemp("snmpsim")
    data = folder / "data"
    data.mkdir()
    for path in RECORDINGS.glob("*.snmprec"):
        shutil.copy(path, data)
    address = f"{HOST}:{free_port()}"
    command = [str(Path(sys.executable).with_name("snmpsim-command-responder")), f"--agent-udpv4-endpoint={address}"]
    command += ["--data-dir", str(data), "--cache-dir", str(folder / "cache"), "--log-level", "error"]
    if os.geteuid() == 0:
        # It insists on a user when it is root; as another one it could not read an interpreter under /root.
        command += ["--process-user", "root", "--process-group", "root"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield address
        finally:
            process.terminate()


async def _read(address: str, name: str, seconds: float) -> Result:
    target = Target(name, address, tuple(TABLE["recordings"][name]["modules"]), "v2")
    auths = {"v2": Auth(2, community=name)}
    (result,) = await collect_once([target], load().modules, auths, terms=Terms(seconds))
    return result


@pytest.fixture(scope="module")
def read(simulator: str) -> dict[str, Result]:
    """Return what each recording gave, asked one after the other: a single slow process answers for all of them."""
    end = time.monotonic() + PATIENCE
    # The simulator makes an index of every file before it answers; asking takes a second each time.
    while asyncio.run(_read(simulator, "ups-netagent2", 1)).error and time.monotonic() < end:
        pass
    return {name: asyncio.run(_read(simulator, name, 60)) for name in TABLE["recordings"]}


def test_every_recording_is_in_the_table() -> None:
    assert {path.stem for path in RECORDINGS.glob("*.snmprec")} == set(TABLE["recordings"])


def test_a_metrics_name_tells_its_unit() -> None:
    for name, (unit, low, high) in TABLE["metrics"].items():
        assert low < high, name
        if unit in UNITS and not re.match(r"(if|hr)[A-Z]", name):
            assert re.search(rf"_{unit}(_total)?$", name), name


def implausible(series: str, value: float) -> bool:
    """Tell whether a value cannot be: outside its range, a metric that nobody declared, a state that is not 0 or 1."""
    name = series.partition("{")[0]
    told_by_label = f'{name}="' in series or f'{name.removesuffix("_info")}="' in series
    if name == "govnet_sensor_up" or told_by_label:
        return value not in (0, 1)
    if name in TABLE["metrics"]:
        _, low, high = TABLE["metrics"][name]
        return not low <= value <= high
    return not re.match(r"(if[A-Z]|sys[A-Z])", name) or value < 0


@pytest.mark.parametrize("name", TABLE["recordings"])
def test_a_recording_gives_plausible_values(name: str, read: dict[str, Result]) -> None:
    result, told = read[name], TABLE["recordings"][name]
    assert result.error is None
    assert {series: value for series, value in result.values.items() if implausible(series, value)} == {}
    got = {series: result.values.get(series) for series in told["expect"]}
    for series, value in told["expect"].items():
        assert got[series] == (None if value is None else pytest.approx(value, rel=1e-3)), series
    for sensor in told.get("silent", ()):
        assert result.values[f"govnet_sensor_up{{{sensor}}}"] == 0


def test_the_table_would_catch_what_it_is_for() -> None:
    assert implausible("ups_runtime_remaining_seconds", 65535 * 60)
    assert implausible('ups_input_volts{line="1"}', 2369)
    assert implausible("ups_battery_temperature_celsius", 0)
    assert implausible("a_metric_that_nobody_declared", 1)
    assert not implausible("ups_battery_temperature_celsius", 25)
