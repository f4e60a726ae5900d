"""Playbooks on a small network's lab, run as a person runs them: by ansible-playbook alone and by `govnet play`."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govnet.workspace import Workspace, open_workspace
from lab import daemon
from lab.estate import twins
from nornir_tasks import tasks
from nornir_tasks.changes import unfinished
from nornir_tasks.journal import Journal
from nornir_tasks.store import normalised
from support.small_network import small_inventory

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
BIN = Path(sys.executable).parent
RECAP = re.compile(r"^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Played:
    """How a playbook ended, whoever ran it."""

    code: int
    changed: int
    said: str
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class House:
    """An inventory, a lab of it, and the people who work on it."""

    root: Path
    inventory: Path
    work: Workspace

    @property
    def source(self) -> Path:
        """What ``ansible-playbook`` takes for its inventory."""
        return self.root / "govnet.yml"

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Return rows of the journal."""
        with closing(sqlite3.connect(f"file:{self.work.folder / 'journal.sqlite'}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()

    @property
    def environment(self) -> dict[str, str]:
        people = {"GOVNET_NAME": "ann", "GOVNET_KEYS": f"{self.root}/keys", "GOVNET_TRUSTED": f"{self.root}/trusted"}
        where = {"GOVNET_BUILD": str(self.root / "build")}
        return os.environ | people | where | {"COLUMNS": "200", "ANSIBLE_NOCOLOR": "1", "GOVNET_BACKUP_KEY": ""}

    def ansible(self, name: str, *words: str) -> Played:
        """Run ``ansible-playbook`` as a person would."""
        done = self.run([str(BIN / "ansible-playbook"), "-i", str(self.source), f"{name}.yml", *words], PLAYBOOKS)
        recap = RECAP.findall(done.stdout)
        changed = sum(1 for row in recap if row[2] != "0")
        return Played(done.returncode, changed, done.stdout + done.stderr)

    def play(self, name: str, *words: str, **environment: str) -> Played:
        """Run ``govnet play``."""
        done = self.govnet("play", name, str(self.inventory), "--json", *words, **environment)
        if not done.stdout.startswith("{"):
            return Played(done.returncode, -1, done.stderr)
        said: dict[str, Any] = json.loads(done.stdout)
        return Played(done.returncode, said["counts"]["changed"], done.stdout, said["failed"])

    def govnet(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run([sys.executable, "-m", "govnet", *words], self.root, **environment)

    def run(self, words: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        everything = self.environment | environment
        return subprocess.run(
            words, cwd=folder, env=everything, capture_output=True, text=True, timeout=540, check=False
        )

    def state(self) -> dict[str, str]:
        """Return what each device says when it is asked, past govnet's playbooks."""
        with (
            Journal(self.root / "own.sqlite") as journal,
            self.work.runner(self.work.access(lab=True), journal) as runner,
        ):
            found = runner.run(tasks.read, self.work.chosen([]), network=self.work.network)
        assert not found.failed
        return {name: normalised(read.text) for name, read in found.done.items()}

    def contact(self, who: str) -> None:
        """Change one word of the inventory that every device is told."""
        path = self.inventory / "network.yaml"
        path.write_text(re.sub(r"contact: \w+", f"contact: {who}", path.read_text()))

    @property
    def plan(self) -> Path:
        return self.work.folder / "plan.json"

    def approved(self) -> None:
        """Have the other person approve the plan that is kept."""
        done = self.govnet("approve", str(self.plan), "--as", "bob")
        assert done.returncode == 0, done.stderr


def differing(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def cut_off(house: House) -> list[str]:
    with house.work.journal() as journal:
        return unfinished(journal)


def ok(played: Played, changed: int) -> None:
    assert (played.code, played.changed) == (0, changed), played.said[-3000:]


@contextmanager
def house_in(root: Path) -> Iterator[House]:
    """Make the inventory, the keys and the lab; end the lab again."""
    inventory = small_inventory(root / "small")
    work = open_workspace(str(inventory), root / "build")
    made = House(root, inventory, work)
    assert made.govnet("key", "new", "bob").returncode == 0
    (root / "trusted").mkdir()
    (root / "trusted" / "bob.pub").write_text((root / "keys" / "bob.pub").read_text())
    made.source.write_text(f"{{plugin: govnet, network: {inventory}}}")
    daemon.start(twins(work.network), work.lab_folder, port=0, snmp_port=None)
    try:
        yield made
    finally:
        work.end_lab()
