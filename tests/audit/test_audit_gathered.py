"""`govnet audit` and `govnet evidence` on a running lab: what only a live network tells is gathered and judged."""

from __future__ import annotations

import json
import shutil
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from support.laixi import CORE, CORE2, STANDBY
from support.manual_export import export
from support.town_hall import DEVICES, Said, govnet, own_block, small_inventory

from govnet.cli.probing import COMMUNITIES, PORTS, Spot, probe
from govnet.config.intent import intent
from govnet.evidence.contents import evidence_of
from govnet.evidence.seal import unseal
from govnet.network.load import load
from lab.estate import twins

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
    made = Hall(small_inventory(folder, own_block()), folder / "build")
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
    live = hall.verdicts("--rule", "CFG-07")
    assert live["CFG-07", DEVICES[-1]] == "pass"  # it shows what it will start with, and that is what it runs
    assert live["CFG-07", "lx-adc-u-acc01"] == "unknown"  # it has no command for that


@pytest.mark.lab
def test_what_devices_learned_and_route_by_is_gathered_judged_and_carried_in_the_bundle(hall: Hall) -> None:
    cabled = {twin.name: twin.plugs for twin in twins(load(hall.inventory))}
    there = {f"{name}:{port}": plug.mac for name, plugs in cabled.items() for port, plug in plugs.items() if plug.mac}
    stranger = f"{CORE}:3/1"
    register = "".join(
        f'  - {{mac: "{mac}", end: "{end}", kind: server, owner: x}}\n' for end, mac in there.items() if end != stranger
    )
    (hall.inventory / "audit.yaml").write_text(f"endpoints:\n{register}")
    asked = [word for rule in ("BND-03", "ISO-03") for word in ("--rule", rule)]
    found = hall.verdicts(*asked)
    assert {name: found["BND-03", name] for name in (CORE, CORE2)} == {CORE: "fail", CORE2: "pass"}
    assert {name: found["ISO-03", name] for name in (CORE, CORE2, "lx-adc-u-acc01")} == dict.fromkeys(
        (CORE, CORE2, "lx-adc-u-acc01"), "pass"
    )
    assert found["ISO-03", "neighbour tables"] == "unknown"  # VRP speaks no LLDP from the factory, the firewalls none
    bundle = hall.build.parent / "learned.zip"
    hall.good("evidence", "export", str(hall.inventory), "-o", str(bundle))
    hall.good("evidence", "verify", str(bundle))
    again = evidence_of(unseal(bundle.read_bytes()).members)
    learned = {(f"{name}:{row.port}", row.mac) for name, rows in (again.fdb or {}).items() for row in rows}
    (hashed,) = {mac for end, mac in learned if end == stranger}
    assert hashed.startswith("mac~")
    assert not {mac for _, mac in learned} & set(there.values())
    assert {row.device for row in (again.neighbours or {})[CORE]} == {CORE2, "lx-adc-u-acc01", "lx-adc-u-acc02"}
    assert {name for name, text in (again.saved or {}).items() if text} >= {DEVICES[-1]}
    tables = {name: table for name, (table, *_) in (again.routes or {}).items()}
    assert set(tables) == {name for name in DEVICES if "-acc" not in name}  # no stackable routes
    assert {table.unread for table in tables.values()} == {()}
    assert {row.source for row in tables[DEVICES[-1]].rows} == {"connected", "static"}


@pytest.mark.lab
def test_a_firewall_that_a_person_exports_is_held_against_its_intent(hall: Hall, tmp_path: Path) -> None:
    copy = tmp_path / hall.inventory.name
    shutil.copytree(hall.inventory, copy)
    models, hosts = copy / "models.yaml", copy / "hosts.yaml"
    own = "  by-hand:\n    vendor: Hisense\n    platform: manual\n    ports: [eth1-6]\n    assumed: for a test\n"
    models.write_text(models.read_text().replace("  ids:\n", f"{own}  ids:\n", 1))
    hosts.write_text(
        hosts.read_text().replace(
            f"{STANDBY}: {{groups: [role_fw], data: {{",
            f"{STANDBY}: {{groups: [role_fw], platform: manual, data: {{model: by-hand, ",
        )
    )
    network = load(copy)
    table = tmp_path / "export.csv"
    said = {}
    for rows in ("", "inet,prv,any,any,any,,permit,no,for the test,,,,\n"):
        table.write_text(export(intent(network, STANDBY)) + rows)
        told = hall("drift", str(copy), "-f", "lx-adc-u-fw01", "--evidence", f"{STANDBY}={table}", "--json")
        assert told.out, told
        said[rows] = json.loads(told.out)["devices"][STANDBY]["drifted"]
    assert list(said.values()) == [False, True]
    plans = {
        evidence: json.loads(hall("plan", str(copy), "-f", "lx-adc-u-fw01", *evidence, "--json").out)
        for evidence in ((), ("--evidence", f"{STANDBY}={table}"))
    }
    assert plans[()] != plans["--evidence", f"{STANDBY}={table}"]
    assert all(STANDBY not in one["devices"] for one in plans.values())


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
