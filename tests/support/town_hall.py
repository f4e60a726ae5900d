"""Laixi with two floors and two towns, at addresses of its own: small enough for a lab that a test may break."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from support import forked
from support.claims import own_block
from support.forked import Ended as Said
from support.laixi import FOLDER, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["DEVICES", "Said", "govnet", "own_block", "small_inventory", "started"]

DEVICES = (
    "lx-adc-u-core01",
    "lx-adc-u-core02",
    "lx-adc-u-fw01",
    "lx-adc-u-fw02",
    "lx-adc-u-agg01",
    "lx-adc-u-acc01",
    "lx-adc-u-acc02",
    "lx-shuiji-u-ce01",
    "lx-wangcheng-u-ce01",
)
_FLOOR = re.compile(r"^lx-adc-u-acc(?:0[3-9]|1\d): .*\n", re.MULTILINE)
_TOWN = re.compile(r"^lx-(?!shuiji|wangcheng|adc)\w+-u-ce01: .*\n", re.MULTILINE)


def small_inventory(folder: Path, block: int) -> Path:
    """Write the inventory to ``folder/small``, at 10.<block>.0.0/15; its lab answers at 127.<block + 1>.x.y."""
    copy = folder / "small"
    shutil.copytree(FOLDER, copy)
    for path in copy.glob("*.yaml"):
        text = path.read_text().replace("10.128.", f"10.{block}.").replace("10.129.", f"10.{block + 1}.")
        path.write_text(text)
    hosts = copy / "hosts.yaml"
    hosts.write_text(_TOWN.sub("", _FLOOR.sub("", hosts.read_text())))
    return copy


def govnet(*words: str, build: Path, env: Mapping[str, str] | None = None) -> Said:
    """Run the real command in a process of its own, as a person would; it has been imported already."""
    return forked.run(words, build.parent, _environment(build, env))


def started(*words: str, build: Path, env: Mapping[str, str] | None = None) -> Said:
    """Run the real command in a process that starts from nothing, as a person's does."""
    done = subprocess.run(
        [sys.executable, "-m", "govnet", *words],
        cwd=build.parent,
        env=_environment(build, env),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def _environment(build: Path, env: Mapping[str, str] | None) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GOVNET_")}
    return clean | {"PYTHONPATH": str(ROOT), "GOVNET_BUILD": str(build), "COLUMNS": "200", **(env or {})}
