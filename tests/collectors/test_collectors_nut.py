"""NUT's `snmp-ups` and we read the same emulated UPS: variable by variable the same, in every state of it."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from collectors.collect import Target, collect_once
from collectors.loader import load
from lab.server import running_lab
from lab.twin import Twin
from snmp import Auth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.server import Lab

DRIVERS = ("/lib/nut", "/usr/lib/nut", "/usr/libexec/nut")
UPS = Twin("u1", "ups", "", "ups-rfc1628", "1.0", "127.81.60.1", snmp=("system", "ups"))
PATIENCE = 30.0
NAME = "u1"

SCALARS = {
    "battery.charge": ("ups_battery_charge_ratio", 100),
    "battery.runtime": ("ups_runtime_remaining_seconds", 1),
    "battery.voltage": ("ups_battery_volts", 1),
    "battery.current": ("ups_battery_amperes", 1),
    "battery.temperature": ("ups_battery_temperature_celsius", 1),
    "output.frequency": ("ups_output_hertz", 1),
    "output.frequency.nominal": ("ups_nominal_output_hertz", 1),
    "output.realpower.nominal": ("ups_nominal_output_watts", 1),
    "input.bypass.frequency": ("ups_bypass_hertz", 1),
}
LINES = {
    "input.L{}-N.voltage": ("ups_input_volts", 1),
    "input.L{}.current": ("ups_input_amperes", 1),
    "input.L{}.frequency": ("ups_input_hertz", 1),
    "input.bypass.L{}-N.voltage": ("ups_bypass_volts", 1),
    "output.L{}-N.voltage": ("ups_output_volts", 1),
    "output.L{}.current": ("ups_output_amperes", 1),
    "output.L{}.realpower": ("ups_output_watts", 1),
    "output.L{}.power.percent": ("ups_output_load_ratio", 100),
}
TABLE = SCALARS | {
    name.format(line): (f'{metric}{{line="{line}"}}', factor)
    for name, (metric, factor) in LINES.items()
    for line in (1, 2, 3)
}
"""NUT's variable -> our series, and what ours is multiplied by."""
NOT_READ = {
    *("battery.runtime.low", "input.phases", "output.phases", "input.bypass.phases", "input.transfer.high"),
    *("input.transfer.low", "input.voltage.nominal", "output.voltage.nominal", "output.power.nominal"),
    *("input.frequency.nominal", "input.bypass.current", "input.bypass.realpower", "input.bypass.voltage"),
    *(f"input.{what}L{line}.{of}" for what in ("", "bypass.") for line in (1, 2, 3) for of in ("realpower",)),
    *(f"input.bypass.L{line}.current" for line in (1, 2, 3)),
    *("ups.timer.reboot", "ups.timer.shutdown", "ups.timer.start"),
}
"""Numbers that NUT reads and no metric of ours tells: settings, counts of lines, and power of the input."""
SLOW = {"full_minutes": 1000}
"""A battery that runs down so slowly that two who look one after the other see the same."""
STATES: dict[str, tuple[dict[str, Any], str, str]] = {
    "on mains": ({}, "OL", "normal"),
    "on battery": ({**SLOW, "mains": False, "charge": 80, "load": 60}, "OB", "battery"),
    "battery low": ({**SLOW, "mains": False, "charge": 0.15}, "OB LB", "battery"),
    "on bypass": ({"bypass": True, "temperature": 38}, "BYPASS", "bypass"),
    "overloaded": ({"load": 120}, "OL", "normal"),
}
"""What happens -> facts of the UPS, words in NUT's status, our output source."""


def driver() -> str:
    found = [path for path in DRIVERS if Path(path, "snmp-ups").exists()]
    if not found:
        pytest.skip("needs snmp-ups (Debian: nut-snmp)")
    return f"{found[0]}/snmp-ups"


@contextmanager
def nut(folder: Path, lab: Lab) -> Iterator[Path]:
    """Run NUT's driver; yield the socket at which it tells what it reads. No `upsd` stands between."""
    spot = lab.endpoints[NAME]
    lines = [f"port={spot.address}:{spot.snmp_port}", f"community={lab.credentials.community}", "snmp_version=v2c"]
    lines += ["driver=snmp-ups", "mibs=ietf", "pollfreq=1", "pollinterval=1"]
    (folder / "ups.conf").write_text(f"[{NAME}]\n" + "\n".join(lines) + "\n", "utf-8")
    paths = {"NUT_CONFPATH": str(folder), "NUT_STATEPATH": str(folder), "NUT_ALTPIDPATH": str(folder)}
    command = [driver(), "-a", NAME, "-D"] + (["-u", "root"] if os.geteuid() == 0 else [])
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **paths}, stdout=log, stderr=log)
        try:
            yield folder / f"snmp-ups-{NAME}"
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Path]]:
    driver()
    folder = tmp_path_factory.mktemp("nut")
    with running_lab([UPS], port=0, snmp_port=0) as lab, nut(folder, lab) as door:
        yield lab, door


def theirs(door: Path, *, moved: bool = False) -> dict[str, str]:
    """Return NUT's variables, or with ``moved`` those after its next word or a second; none while it is not ready."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(5)
        try:
            asking.connect(str(door))
            if moved:
                # It tells whoever listens of each change.
                select.select([asking], [], [], 1)
            asking.sendall(b"DUMPALL\n")
            said = b""
            while not said.endswith(b"DUMPDONE\n"):
                said += asking.recv(65536)
        except OSError:
            return {}
    rows = [line.split(" ", 2) for line in said.decode().splitlines() if line.startswith("SETINFO ")]
    return {name: value.strip('"') for _, name, value in rows}


def ours(lab: Lab) -> dict[str, float]:
    spot = lab.endpoints[NAME]
    auth = Auth(2, community=lab.credentials.community)
    target = Target(NAME, f"{spot.address}:{spot.snmp_port}", ("ups",), "lab")
    (result,) = asyncio.run(collect_once([target], load().modules, {"lab": auth}))
    assert result.error is None
    return result.values


def differences(nuts: dict[str, str], own: dict[str, float]) -> dict[str, tuple[str | None, float | None]]:
    """Return what the two say differently. What cannot be (0 Hz, power of nothing) is 0 to NUT and absent to us."""
    found: dict[str, tuple[str | None, float | None]] = {}
    for name, (series, factor) in TABLE.items():
        told, value = nuts.get(name), own.get(series)
        mine = 0.0 if value is None else value * factor
        if told is None or float(told) != pytest.approx(mine, abs=0.051):
            found[name] = (told, value)
    return found


@pytest.mark.parametrize("state", STATES)
def test_nut_and_we_read_the_same(state: str, read: tuple[Lab, Path]) -> None:
    lab, door = read
    facts, status, source = STATES[state]
    assert lab.agents is not None
    normal = {"mains": True, "charge": 100, "load": 45, "bypass": False, "temperature": 25, "full_minutes": 7}
    lab.agents.set_ups(NAME, **{**normal, **facts})
    end = time.monotonic() + PATIENCE
    nuts, own = theirs(door), ours(lab)
    # NUT asks once a second, and a reading may move between its look and ours.
    while (differences(nuts, own) or set(status.split()) - set(nuts["ups.status"].split())) and time.monotonic() < end:
        nuts, own = theirs(door, moved=True), ours(lab)
    assert differences(nuts, own) == {}
    assert set(status.split()) <= set(nuts["ups.status"].split())
    assert own[f'ups_output_source{{ups_output_source="{source}"}}'] == 1
    low = own['ups_battery_state{ups_battery_state="batteryLow"}']
    assert low == ("LB" in nuts["ups.status"].split())


def test_no_number_that_nut_reads_is_forgotten(read: tuple[Lab, Path]) -> None:
    lab, door = read
    until = time.monotonic() + PATIENCE
    while not (nuts := theirs(door, moved=True)) and time.monotonic() < until:
        ours(lab)
    parts = ("battery", "input", "output", "ups.timer")
    numbers = {name for name, value in nuts.items() if name.startswith(parts) and value.lstrip("-")[:1].isdigit()}
    assert numbers == set(TABLE) | NOT_READ


def test_a_wrong_scale_would_be_seen(read: tuple[Lab, Path]) -> None:
    lab, door = read
    own = ours(lab)
    wrong = {**own, "ups_battery_volts": own["ups_battery_volts"] * 10}
    assert "battery.voltage" in differences(theirs(door), wrong)
