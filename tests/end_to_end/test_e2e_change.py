"""The life of a plan on the command line: planned, refused, approved, applied, listed, taken back; on a lab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from support.laixi import FOLDER, ROOT, floor
from support.plans import HARM, plan_file

from govnet.network.load import load
from lab import daemon
from lab.estate import twins
from nornir_tasks.planfile import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.lab
SIGNER = "bob"


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


class Desk:
    """A copy of Laixi with a lab of its own, and the command line over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inventory = folder / "laixi"
        shutil.copytree(FOLDER, self.inventory)

    def govnet(self, *words: str, name: str = "ann", **more: str) -> Said:
        """Run the command as somebody."""
        own = {
            "GOVNET_BUILD": str(self.folder / "build"),
            "GOVNET_KEYS": str(self.folder / "keys"),
            "GOVNET_NAME": name,
        }
        done = subprocess.run(
            [sys.executable, "-m", "govnet", *words],
            cwd=ROOT,
            env=os.environ | own | {"GOVNET_TRUSTED": str(self.folder / "keys")} | more,
            capture_output=True,
            text=True,
            timeout=540,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def edit(self, file: str, old: str, new: str) -> None:
        """Change a file of the inventory."""
        path = self.inventory / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def answer(self, *words: str) -> dict[str, Any]:
        """Return what a command that must succeed says as JSON."""
        said = self.govnet(*words, "--json")
        assert said.code == 0, said.err
        found: dict[str, Any] = json.loads(said.out)
        return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Laixi, provisioned."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    state = made.folder / "build" / "laixi" / "lab"
    state.parent.mkdir(parents=True)
    daemon.start(twins(load(made.inventory)), state, port=0, snmp_port=None)
    try:
        for name in ("ann", SIGNER):
            assert made.govnet("key", "new", name).code == 0
        done = made.govnet("apply", str(made.inventory), "--lab", "--accept-unverified")
        assert done.code == 0, done.err
        yield made
    finally:
        daemon.stop(state)


def test_a_plan_lives_from_first_line_to_the_way_back(desk: Desk) -> None:
    desk.edit("network.yaml", "All sessions are recorded.", "Sessions are recorded.")
    file = str(desk.folder / "plan.json")
    made = desk.govnet("plan", str(desk.inventory), "-f", floor(1), "-f", floor(2), "-o", file)
    assert made.code == 0, made.err
    assert "banner" in made.out
    assert "wave 1: lx-adc-u-acc01" in made.out
    first = (desk.folder / "plan.json").read_bytes()
    desk.govnet("plan", str(desk.inventory), "-f", floor(1), "-f", floor(2), "-o", file)
    assert (desk.folder / "plan.json").read_bytes() == first
    refused = desk.govnet("apply", file, "--accept-unverified")
    assert (refused.code, "nobody has approved this plan" in refused.err) == (3, True)
    own = desk.govnet("approve", file)
    assert (own.code, "made this plan and cannot approve it" in own.err) == (3, True)
    assert desk.govnet("approve", file, name=SIGNER).code == 0
    dry = desk.answer("apply", file, "--dry-run")
    assert dry["waves"] == [[floor(1)], [floor(2)]]
    done = desk.answer("apply", file, "--accept-unverified")
    assert done["devices"] == {floor(1): "as-planned", floor(2): "as-planned"}
    assert desk.answer("change", done["change"])["devices"] == done["devices"]
    back = desk.answer("rollback", done["change"], "--accept-unverified")
    assert back["devices"] == {floor(2): "as-planned", floor(1): "as-planned"}
    assert list(back["devices"]) == [floor(2), floor(1)], "from the last wave to the first"
    listed = desk.answer("changes")["changes"]
    assert [row["state"] for row in listed] == ["as planned"] * 3
    assert desk.govnet("journal", "verify").code == 0
    again = json.loads(desk.govnet("plan", str(desk.inventory), "-f", floor(1), "--json").out)
    assert list(again["devices"]) == [floor(1)], "the banner is to be changed again"


@pytest.mark.parametrize("harm", HARM)
def test_a_harmful_plan_is_refused_at_every_door(desk: Desk, harm: str) -> None:
    make, name, change, _ = HARM[harm]
    net = load(desk.inventory)
    from support.plans import good  # noqa: PLC0415 - what is good is computed once, when first asked for

    bad = plan_file(good(), make(name, change), net)
    file = desk.folder / "bad.json"
    file.write_text(bad.text())
    assert read_file(file.read_text(), net, "bad").refused
    for words in (["approve"], ["apply"], ["apply", "--break-glass", "because"]):
        said = desk.govnet(words[0], str(file), *words[1:], name=SIGNER)
        assert (said.code, "is marked refused and cannot be applied" in said.err) == (3, True), said.err


def test_a_network_is_not_applied_straight_to_real_devices(desk: Desk) -> None:
    said = desk.govnet("apply", str(desk.inventory), "--real")
    assert (said.code, "in a lab only" in said.err) == (3, True)
