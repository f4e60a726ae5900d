"""`write_by: snmp` on the command line: planned, approved, applied, taken back; nothing unverified, no secret left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from support.core_by_snmp import TYPED, inventory
from support.laixi import CORE, ROOT, access_to_running, twin, typed

from lab import daemon

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lab.daemon import RunningLab

pytestmark = pytest.mark.lab
FOREIGN = [line.replace("30", "180") for line in TYPED[1:]]
"""What somebody typed beside what the inventory wants: VLANs 1803 and 1804."""


@dataclass
class Desk:
    """A copy of Laixi whose first core is written by SNMP, that core in a lab, and the command line."""

    folder: Path
    inventory: str
    running: RunningLab

    def govnet(self, *words: str, name: str = "ann") -> tuple[int, str]:
        """Run the command as somebody; return its code and all that it says."""
        own = {"GOVNET_BUILD": f"{self.folder}/build", "GOVNET_KEYS": f"{self.folder}/keys", "GOVNET_NAME": name}
        own |= {"GOVNET_TRUSTED": f"{self.folder}/keys", "COLUMNS": "300"}
        done = subprocess.run(
            [sys.executable, "-m", "govnet", *words],
            cwd=ROOT,
            env=os.environ | own | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=540,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def answer(self, *words: str) -> dict[str, Any]:
        """Return what a command that must succeed says as JSON."""
        code, said = self.govnet(*words, "--json")
        assert code == 0, said
        found: dict[str, Any] = json.loads(said)
        return found

    def shown(self) -> str:
        """Return the core's configuration."""
        return typed(access_to_running(self.running, self.folder), CORE, ["show config"])[0]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    network = inventory(tmp_path)
    state = tmp_path / "build" / "laixi" / "lab"
    state.parent.mkdir(parents=True)
    running = daemon.start([twin(CORE)], state, port=0, snmp_port=0)
    try:
        made = Desk(tmp_path, network.folder, running)
        for name in ("ann", "bob"):
            assert made.govnet("key", "new", name)[0] == 0
        yield made
    finally:
        daemon.stop(state)


def test_removals_go_by_snmp_from_the_plan_to_the_way_back(desk: Desk) -> None:
    code, said = desk.govnet("apply", desk.inventory, "-f", CORE, "--lab", "--accept-unverified", "--accept-unknown")
    assert code == 0, said
    typed(access_to_running(desk.running, desk.folder), CORE, FOREIGN)
    file = f"{desk.folder}/plan.json"
    code, said = desk.govnet("plan", desk.inventory, "-f", CORE, "-o", file, "--accept-unknown")
    assert code == 0, said
    assert "= snmp set 1.3.6.1.4.1.2272.1.3.2.1.20.1803 = 6  (rcVlanRowStatus.1803: destroy VLAN 1803)" in said
    assert "have no public source" not in said
    assert desk.govnet("approve", file, name="bob")[0] == 0
    done = desk.answer("apply", file)
    assert done["devices"] == {CORE: "as-planned"}
    assert "vlan 1803" not in desk.shown()
    steps = [(row["step"], row["state"]) for row in desk.answer("change", done["change"])["steps"]]
    assert steps.count(("set", "begun")) == steps.count(("set", "done")) > 0
    assert desk.answer("rollback", done["change"], "--accept-unknown", "--break-glass", "test")["devices"] == {
        CORE: "as-planned"
    }
    assert 'vlan 1803 create byport 1 name "OLD"' in desk.shown()
    assert "10.250.3.1" in desk.shown()
    account = desk.running.credentials
    secrets = [account.snmp_auth, account.snmp_priv, account.password]
    for path in desk.folder.rglob("*"):
        if path.is_file() and path.name != "lab.json":
            held = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in held], path
