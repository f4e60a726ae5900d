"""What the automation keeps of itself becomes evidence: runs, the chain over them, the age of backups."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from support.laixi import network
from support.plans import good, harmless, plan_file

from govnet.audit import Evidence, audit, rules
from govnet.audit.tables import KeptBackup
from govnet.cli.records import chain_of, kept_backups, runs_of
from govnet.evidence.contents import Circumstances, evidence_of, inventory_files, members_of
from govnet.evidence.pseudonyms import Pseudonyms, Salt
from govnet.network.administered import Approver, Window
from govnet.network.placed import Origin
from govnet.signing import public_text
from nornir_tasks.approval import approve
from nornir_tasks.journal import Journal
from nornir_tasks.planfile import Author, PlanFile, Request
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govnet.network.model import Network

NOW = datetime.now(UTC).replace(microsecond=0)
HERE = Origin("network.yaml", 1)
ANN, BOB, EVE = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
CHANGED, LOOKED_AT = "lx-adc-u-acc01", "lx-adc-u-core01"
ALWAYS = Window(frozenset(), 0, 0, 0, HERE)


def never() -> Window:
    """Return a window of one minute that is twelve hours away."""
    minute = (NOW.hour * 60 + NOW.minute + 720) % 1440
    return Window(frozenset(), minute, (minute + 1) % 1440, 0, HERE)


def guarded(*windows: Window) -> Network:
    keys = {name: Approver(name, public_text(key), None, None, HERE) for name, key in (("ann", ANN), ("bob", BOB))}
    return replace(network(), approvers=keys, windows=windows)


@cache
def plan() -> PlanFile:
    return plan_file(good(), harmless(), request=Request(Author("ann", public_text(ANN))))


def carried_out(path: Path, made: PlanFile) -> Journal:
    """Return a journal in which a device was read, and another was changed by a plan."""
    with Journal(path) as before:
        before.write(LOOKED_AT, "read", "begun")
        before.write(LOOKED_AT, "read", "done")
    journal = Journal(path)
    journal.write(LOOKED_AT, "read", "begun")
    journal.open_change("c1", made.text(), "")
    for step in ("claim", "send", "save", "outcome"):
        journal.write(CHANGED, step, "begun" if step != "outcome" else "done", "", "c1")
    journal.write("", "change", "done", "{}", "c1")
    return journal


def judged(evidence: Evidence, *named: str) -> dict[str, str]:
    found = audit(evidence, [rule for rule in rules() if rule.id in named])
    return {finding.object: str(finding.verdict) for finding in found.findings}


class Case(NamedTuple):
    """A plan that was carried out (made when asked for), the network it is judged by, what the rule says."""

    made: Callable[[], PlanFile]
    network: Network
    verdict: str
    words: str


def signed() -> PlanFile:
    return approve(plan(), "bob", BOB, NOW)


def altered() -> PlanFile:
    return replace(signed(), content={**signed().content, "created": "later"})


CASES = {
    "another approved it, in a window": Case(signed, guarded(ALWAYS), "pass", "by bob, not ann"),
    "outside of the window": Case(signed, guarded(never()), "fail", "outside its window"),
    "no windows are declared": Case(signed, guarded(), "unknown", "window"),
    "nobody approved it": Case(plan, guarded(ALWAYS), "fail", "no approval"),
    "an approver that is nobody's": Case(
        lambda: approve(plan(), "eve", EVE, NOW), guarded(ALWAYS), "fail", "no approval"
    ),
    "the author's own word": Case(
        lambda: approve(plan(), "ann", ANN, NOW, break_glass="night"),
        guarded(ALWAYS), "fail", "ann approved the own change",
    ),
    "content that is not what was approved": Case(altered, guarded(ALWAYS), "fail", "no approval"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_judged_by_its_approval(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    with carried_out(tmp_path / "journal.sqlite", case.made()) as journal:
        runs = runs_of(journal, case.network, {})
    found = audit(Evidence(case.network, NOW, runs=runs), [rule for rule in rules() if rule.id == "CFG-03"])
    (finding,) = found.findings
    assert (finding.object, str(finding.verdict)) == ("c1", case.verdict)
    assert case.words in finding.actual


def test_a_plan_whose_hash_is_another_is_not_what_was_approved(tmp_path: Path) -> None:
    whole = json.loads(signed().text())
    whole["plan"]["created"] = "later"
    with Journal(tmp_path / "journal.sqlite") as journal:
        journal.open_change("c1", json.dumps(whole), "")
        (run,) = runs_of(journal, guarded(ALWAYS), {})
    assert run.planned == signed().hash
    assert run.planned != run.applied


def test_runs_tell_what_was_opened_and_what_was_written_to(tmp_path: Path) -> None:
    with carried_out(tmp_path / "journal.sqlite", signed()) as journal:
        looked, changed = runs_of(journal, guarded(ALWAYS), {})
    assert (set(looked.devices), set(looked.written), looked.author) == ({LOOKED_AT}, set(), "")
    assert (set(changed.devices), set(changed.written)) == ({LOOKED_AT, CHANGED}, {CHANGED})
    assert changed.planes == {network().plane}
    evidence = Evidence(network(), NOW, runs=(looked, changed))
    assert judged(evidence, "CFG-09") == {looked.id: "pass", "c1": "pass"}


def test_a_key_of_the_trusted_folder_counts_too(tmp_path: Path) -> None:
    with carried_out(tmp_path / "journal.sqlite", approve(plan(), "eve", EVE, NOW)) as journal:
        runs = runs_of(journal, guarded(ALWAYS), {public_text(EVE): "eve"})
    assert judged(Evidence(guarded(ALWAYS), NOW, runs=runs), "CFG-03") == {"c1": "pass"}


def test_an_altered_row_breaks_the_chain_and_a_sound_one_wants_its_last_hash(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with carried_out(path, signed()) as journal:
        sound = chain_of(journal)
        assert sound.rows == 9
        assert judged(Evidence(network(), NOW, journals=(sound,)), "CFG-04") == {"journal": "unknown"}
        with sqlite3.connect(path) as other:
            other.execute("UPDATE steps SET detail = 'nothing' WHERE device = ?", (CHANGED,))
        broken = chain_of(journal)
    assert judged(Evidence(network(), NOW, journals=(broken,)), "CFG-04") == {"journal": "fail"}
    assert broken.last == sound.last


def test_the_age_of_a_backup_is_judged_by_device(tmp_path: Path) -> None:
    store = BackupStore(tmp_path / "backups")
    store.save(CHANGED, "hostname acc01\n")
    store.commit("first", [CHANGED])
    kept = kept_backups(store, [CHANGED, LOOKED_AT])
    assert [one.device for one in kept] == [CHANGED]
    assert abs(kept[0].at - datetime.now(UTC)) < timedelta(minutes=5)
    old = KeptBackup("lx-adc-u-acc02", NOW - timedelta(hours=25))
    later = KeptBackup("lx-adc-u-acc03", NOW + timedelta(days=1))
    ages = judged(Evidence(network(), kept[0].at, backups=(*kept, old, later)), "CFG-06")
    seen = [ages[name] for name in (CHANGED, old.device, later.device, LOOKED_AT, network().slug)]
    assert seen == ["pass", "fail", "unknown", "fail", "unknown"]


def test_a_backup_of_the_second_of_the_audit_was_before_it(tmp_path: Path) -> None:
    store = BackupStore(tmp_path / "backups")
    store.save(CHANGED, "hostname acc01\n")
    store.commit("first", [CHANGED])
    (tmp_path / "backups-kept.json").write_text(json.dumps({CHANGED: NOW.timestamp() + 0.9}))
    evidence = Evidence(network(), NOW, backups=kept_backups(store, [CHANGED]))
    assert judged(evidence, "CFG-06")[CHANGED] == "pass"


def test_a_bundle_carries_them(tmp_path: Path) -> None:
    with carried_out(tmp_path / "journal.sqlite", signed()) as journal:
        runs, chain = runs_of(journal, guarded(ALWAYS), {}), chain_of(journal)
    evidence = Evidence(network(), NOW, runs=runs, journals=(chain,), backups=(KeptBackup(CHANGED, NOW),))
    names = Pseudonyms(Salt(bytes(range(32))), ())
    again = evidence_of(members_of(evidence, inventory_files(network()), Circumstances(NOW), names))
    assert (again.runs, again.journals, again.backups) == (runs, (chain,), evidence.backups)
    wanted = ("CFG-03", "CFG-04", "CFG-06", "CFG-09")
    assert judged(again, *wanted) == judged(evidence, *wanted)
