"""`--any-link-down` on a network small enough to be tried whole."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from support.small_network import small_inventory

if TYPE_CHECKING:
    from pathlib import Path


def test_every_cable_and_device_is_tried(tmp_path: Path) -> None:
    folder = small_inventory(tmp_path / "small")
    command = [sys.executable, "-m", "govnet", "prove", str(folder), "--intended", "--any-link-down"]
    command += ["--build", str(tmp_path / "build")]
    shown = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert shown.returncode == 0, shown.stderr
    assert "isolation holds in all" in shown.stdout
    assert "without cable lx-shuiji-u-ce01:GigabitEthernet0/0/24" in shown.stdout
    done = subprocess.run([*command, "--json"], check=False, capture_output=True, text=True, timeout=300)
    down = {one["down"]: one for one in json.loads(done.stdout)["outages"]}
    holds = {name for name, one in down.items() if one["holds"]}
    assert {name for name in holds if name.startswith("cable lx-adc-u-acc01:")}  # every floor has two uplinks
    assert down["device lx-adc-u-agg01"]["cut"]
    assert not any(one["opened"] for one in down.values())
