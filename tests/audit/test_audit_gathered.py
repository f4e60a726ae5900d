"""`govnet audit` and `govnet evidence` on a running lab: what only a live network tells is gathered and judged."""

from __future__ import annotations

import json
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from support.town_hall import DEVICES, Said, govnet, own_block, small_inventory

from govnet.cli.probing import COMMUNITIES, PORTS, Spot, probe
from govnet.evidence.contents import evidence_of
from govnet.evidence.seal import unseal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAILED, BAD_INPUT = 7, 2
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True)
class Hall:
    """A small network, its lab running; one device of it has its banner changed by an approved plan."""

    inventory: Path
    build: Path

    def __call__(self, *words: str, name: str = "ann") -> Said:
        keys = str(self.build.parent / "keys")
        env = {"GOVNET_NAME": name, "GOVNET_KEYS": keys, "GOVNET_TRUSTED": keys}
        return govnet(*words, build=self.build, env=env)

    def good(self, *words: str, name: str = "ann") -> Said:
        said = self(*words, name=name)
        assert said.code == 0, said
        return said

    def verdicts(self, *words: str) -> dict[tuple[str, str], str]:
        said = self("audit", str(self.inventory), *words, "--json")
        return {(one["rule"], one["object"]): one["verdict"] for one in json.loads(said.out)["findings"]}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("gathered")
    made = Hall(small_inventory(folder, own_block(31)), folder / "build")
    with (made.inventory / "network.yaml").open("a") as stream:
        stream.write('\nwindows:\n  - {start: "00:00", end: "00:00"}\n')
    for name in ("ann", "bob"):
        made.good("key", "new", name)
    made.good("lab", "up", str(made.inventory))
    try:
        made.good("backup", str(made.inventory))
        yield made
    finally:
        made("lab", "down", str(made.inventory))


@pytest.mark.lab
def test_an_approved_change_and_a_fresh_backup_pass(hall: Hall) -> None:
    file = str(hall.build.parent / "plan.json")
    hall.good("plan", str(hall.inventory), "-f", DEVICES[-1], "-o", file, "--accept-unknown")
    hall.good("approve", file, name="bob")
    change = json.loads(hall.good("apply", file, "--accept-unverified", "--json").out)["change"]
    found = hall.verdicts("--from-backup", "--rule", "CFG")
    assert found["CFG-03", change] == "pass"
    assert found["CFG-09", change] == "pass"
    assert found["CFG-04", "journal"] == "unknown"
    assert {found["CFG-06", name] for name in DEVICES} == {"pass"}


@pytest.mark.lab
def test_probes_decide_in_the_audit_and_again_from_the_bundle(hall: Hall) -> None:
    family = ("MGT-04", "MGT-05")
    asked = [word for rule in family for word in ("--rule", rule)]
    assert {found for (rule, _), found in hall.verdicts(*asked).items() if rule == "MGT-05"} == {"unknown"}
    found = hall.verdicts(*asked, "--probe")
    assert found == {(rule, name): "pass" for rule in family for name in DEVICES}
    bundle = hall.build.parent / "evidence.zip"
    hall.good("evidence", "export", str(hall.inventory), "--probe", "-o", str(bundle))
    hall.good("evidence", "verify", str(bundle))
    again = evidence_of(unseal(bundle.read_bytes()).members)
    assert Counter(one.object for one in again.probes or ()) == dict.fromkeys(
        DEVICES, len(PORTS) + 2 * len(COMMUNITIES)
    )
    assert again.runs
    assert again.journals
    assert not again.journals[0].broken
    assert {one.device for one in again.backups or ()} == set(DEVICES)


def test_probing_backups_is_refused(tmp_path: Path) -> None:
    said = govnet("audit", "laixi", "--probe", "--from-backup", build=tmp_path / "build")
    assert said.code == BAD_INPUT
    assert "--probe asks devices, --from-backup asks none" in said.err


def test_a_port_that_answers_is_told_and_silence_counts_only_of_what_was_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as open_one, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ports = {23: open_one.getsockname()[1], 80: closed.getsockname()[1]}
        tried = [Spot(name, "127.0.0.1", ports, snmp=0) for name in ("reached", "unread")]
        found = probe(tried, {"reached"}, NOW)
    assert {(one.object, one.what): one.answered for one in found} == {
        ("reached", "tcp/23"): True,
        ("reached", "tcp/80"): False,
        ("unread", "tcp/23"): True,
    }
