"""Files that people write or hand over, malformed: inventories, plans, SNMP modules; refused in words."""

from __future__ import annotations

import copy
import json
import os
import shutil
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from support.fuzz import NASTY, garbled, undisturbed

from collectors.loader import load_file
from govnet.errors import GovnetError
from govnet.network.load import load
from nornir_tasks.planfile import PlanFile, read_file
from nornir_tasks.planning import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LAIXI = Path(__file__).parents[2] / "inventory" / "laixi"
MODULES = Path(__file__).parents[2] / "collectors" / "modules"
SHARE = 1.0 if os.environ.get("CI") else settings.default.max_examples / 1000
SECOND = 1.0


@pytest.fixture(autouse=True)
def _undisturbed() -> Iterator[None]:
    with undisturbed():
        yield


def inputs(whole: int) -> range:
    return range(max(15, int(whole * SHARE)))


def odd(reads: Callable[[], object], name: str, limit: float = SECOND) -> list[str]:
    """Return what a reader did that it must not: another error than ours, or an empty one, or too slow."""
    begun = time.thread_time()
    found = []
    try:
        reads()
    except GovnetError as error:
        found = [] if str(error).strip() else [f"{name}: says nothing"]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        found = [f"{name}: {type(error).__name__} {error}"]
    return [*found, *([f"{name}: hangs"] if time.thread_time() - begun > limit else [])]


def test_snmp_modules(tmp_path: Path) -> None:
    texts = [path.read_text() for path in sorted(MODULES.glob("*.yml"))]
    strangers = [line for text in texts for line in text.splitlines()]
    problems = []
    for number in inputs(2000):
        rng = Random(f"modules {number}")
        lines = rng.choice(texts).split("\n")
        file = tmp_path / "snmp.yml"
        file.write_text(garbled(rng, "\n".join(lines[: rng.choice([5, 20, 60])]), strangers), errors="replace")
        problems += odd(lambda file=file: load_file(file), f"modules {number}")
    assert problems == []


def test_inventories(tmp_path: Path) -> None:
    """One file of Laixi at a time; the clean folder takes well under a second, a garbled one no longer than two."""
    folder = tmp_path / "laixi"
    shutil.copytree(LAIXI, folder)
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml", ".csv"})
    strangers = [line for file in files for line in file.read_text().splitlines()]
    problems = []
    for number in inputs(250):
        rng = Random(f"inventory {number}")
        file = rng.choice(files)
        whole = file.read_text()
        file.write_text(garbled(rng, whole, strangers), errors="replace")
        problems += odd(lambda: load(folder), f"inventory {number} {file.name}", 2 * SECOND)
        file.write_text(whole)
    assert problems == []


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    from support.plans import good, harmless, plan_file  # noqa: PLC0415 - computed once, when first asked for

    found: dict[str, Any] = json.loads(plan_file(good(), harmless()).text())
    return found


def _slip(rng: Random, value: Any) -> Any:
    """Return a JSON value with one part of it replaced, dropped or doubled, somewhere down the tree."""
    if isinstance(value, dict) and value and rng.randrange(5):
        key = rng.choice(sorted(value))
        if rng.randrange(8) == 0:
            return {name: part for name, part in value.items() if name != key}
        return value | {key: _slip(rng, value[key])}
    if isinstance(value, list) and value and rng.randrange(5):
        at = rng.randrange(len(value))
        return [*value[:at], _slip(rng, value[at]), *value[at + rng.randrange(2) :]]
    return rng.choice([None, True, [], {}, -1, 2**70, 1.5, [[[]]], {"": {}}, rng.choice(NASTY)])


def test_plans(plan: dict[str, Any]) -> None:
    """Garbled, and also with a hash that fits: whoever can write the file can compute that."""
    network = load(LAIXI)
    text = json.dumps(plan)
    problems = []
    for number in inputs(700):
        rng = Random(f"plan {number}")
        whole = copy.deepcopy(plan)
        whole["plan" if rng.randrange(4) else "approvals"] = _slip(rng, whole["plan"])
        if isinstance(whole["plan"], dict):
            whole["hash"] = PlanFile(whole["plan"], Plan("laixi", {})).hash
        hostile = json.dumps(whole) if number % 3 else garbled(rng, text, text.split(","))
        problems += odd(lambda hostile=hostile: read_file(hostile, network, "plan.json"), f"plan {number}")
    assert problems == []
