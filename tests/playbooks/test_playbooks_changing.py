"""The playbooks that change devices, each twice and for real, by ansible-playbook and by `govnet play`; in order."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.laixi import floor, typed, until
from support.playbooks import House, cut_off, differing, house_in, ok

from lab import control
from lab.faults import Hang

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.lab, pytest.mark.timeout(600), pytest.mark.xdist_group("playbooks-changing")]

FLOOR = floor(1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("playbooks")) as made:
        yield made


def test_site_says_in_check_mode_what_it_does_then(house: House) -> None:
    before = house.state()
    accept = ("-e", "govnet_accept_unverified=true")
    ok(house.ansible("site", "--check", *accept), 8)
    assert differing(before, house.state()) == set()
    ok(house.ansible("site", *accept), 8)
    assert len(differing(before, house.state())) == 8
    ok(house.play("site", "--accept-unverified"), 0)


def test_audit_is_clean_twice(house: House) -> None:
    ok(house.ansible("audit"), 0)
    ok(house.play("audit"), 0)


def test_deploy_of_an_approved_plan(house: House) -> None:
    house.contact("Somebody")
    ok(house.play("plan"), 1)
    house.approved()
    before = house.state()
    checked = house.ansible("deploy", "--check", "--diff", "-e", "govnet_accept_unverified=true")
    ok(checked, 8)
    assert "Somebody" in checked.said
    assert differing(before, house.state()) == set()
    ok(house.play("deploy", "--limit", FLOOR, "--accept-unverified"), 1)
    assert differing(before, house.state()) == {FLOOR}
    ok(house.ansible("deploy", "-e", "govnet_accept_unverified=true"), 7)
    ok(house.play("deploy", "--accept-unverified"), 0)


def test_rollback_takes_the_last_change_back_once(house: House) -> None:
    before = house.state()
    ok(house.ansible("rollback", "-e", "govnet_accept_unverified=true"), 7)
    assert differing(before, house.state()) == set(before) - {FLOOR}
    ok(house.play("rollback", "--accept-unverified"), 0)


def test_audit_fails_on_a_violation_and_names_the_device(house: House) -> None:
    house.contact("Laixi")
    access = house.work.access(lab=True)
    typed(access, FLOOR, ["enable", "configure terminal", "vlan members add 201 1", "exit"])
    found = house.play("audit")
    assert found.code == 7, found.said
    assert FLOOR in found.said
    typed(access, FLOOR, ["enable", "configure terminal", "vlan members remove 201 1", "exit"])


def test_a_cancelled_play_leaves_what_resume_can_finish(house: House) -> None:
    house.contact("Another")
    ok(house.play("plan"), 1)
    house.approved()
    plan = json.loads(house.plan.read_text())["plan"]
    canary = plan["waves"][0][0]
    typed_first = plan["devices"][canary]["commands"][0]["text"].splitlines()[0]
    control.set_faults(house.work.lab_folder, canary, [Hang(re.escape(typed_first))])  # it is not through by then
    words = [sys.executable, "-m", "govnet", "play", "deploy", str(house.inventory), "--accept-unverified"]
    started = subprocess.Popen(words, cwd=house.root, env=house.environment, stdout=subprocess.PIPE, text=True)
    sending = "SELECT device FROM steps WHERE step = 'send' AND state = 'begun' ORDER BY id DESC LIMIT 1"
    until(lambda: house.rows(sending) == [(canary,)] and len(cut_off(house)) == 1, 240)
    started.send_signal(signal.SIGINT)
    said, _ = started.communicate(timeout=60)
    assert started.returncode == 130, said
    assert len(cut_off(house)) == 1
    control.clear_faults(house.work.lab_folder)
    done = house.govnet("resume", "--network", str(house.inventory), "--accept-unverified")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 devices as planned" in done.stdout


def test_the_journal_is_whole_and_tells_of_every_play(house: House) -> None:
    with house.work.journal() as journal:
        assert journal.verify() == []
    rows = house.rows("SELECT device, step, state FROM steps WHERE step LIKE 'play %'")
    assert {step for _, step, _ in rows} >= {"play site", "play plan", "play deploy", "play rollback", "play audit"}
    own = [state for device, _, state in rows if not device]
    assert own.count("begun") == len(own) / 2
    assert (FLOOR, "play deploy", "done") in rows
