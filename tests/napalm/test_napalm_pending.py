"""Commits that wait for their confirmation: taken back in time, kept, and left behind by a runner that was killed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from napalm.base.exceptions import CommitConfirmException, CommitError
from support.laixi import ROOT, typed, until
from support.napalm_devices import CHECKPOINTS, DEVICES, KINDS, WORDS, driver, running

if TYPE_CHECKING:
    from nornir_tasks.runner import Access

pytestmark = pytest.mark.lab
PATIENCE = 120
"""Seconds for what takes two, and seventeen where the first try to take a change back finds the device busy."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_commit_that_nobody_confirms_is_taken_back(device: Any, kind: str) -> None:
    before = running(device)
    device.load_merge_candidate(config=WORDS[kind].merge)
    device.commit_config(revert_in=2)
    assert device.has_pending_commit()
    with pytest.raises(CommitError, match="waits for its confirmation"):
        device.commit_config()
    until(lambda: not device.has_pending_commit(), PATIENCE)
    assert running(device) == before
    with pytest.raises(CommitConfirmException, match="time was up"):
        device.confirm_commit()


@pytest.mark.parametrize("kind", KINDS)
def test_a_confirmed_commit_stays_and_a_rolled_back_one_goes(device: Any, kind: str) -> None:
    before = running(device)
    device.load_merge_candidate(config=WORDS[kind].merge)
    device.commit_config(revert_in=60)
    device.confirm_commit()
    assert not device.has_pending_commit()
    assert device.compare_config() == ""
    device.rollback()
    assert running(device) == before
    device.load_merge_candidate(config=WORDS[kind].merge)
    device.commit_config(revert_in=60)
    device.rollback()
    assert not device.has_pending_commit()
    assert running(device) == before


@pytest.mark.parametrize("kind", KINDS)
def test_the_guard_logs_in_by_itself_after_close(access: Access, kind: str) -> None:
    with driver(access, kind) as opened:
        before = running(opened)
        opened.load_merge_candidate(config=WORDS[kind].merge)
        opened.commit_config(revert_in=1)
    assert not opened.is_alive()["is_alive"]
    until(lambda: not opened.has_pending_commit(), PATIENCE)
    with opened:
        assert running(opened) == before


@pytest.mark.parametrize("kind", sorted(CHECKPOINTS))
def test_a_checkpoint_of_before_is_on_the_device_while_a_commit_waits(access: Access, device: Any, kind: str) -> None:
    before = device.get_config()["running"]
    device.load_merge_candidate(config=WORDS[kind].merge)
    device.commit_config(revert_in=60)
    (kept,) = typed(access, DEVICES[kind], [CHECKPOINTS[kind]])
    assert device.compare_config() == ""
    device.load_replace_candidate(config=kept)
    device.discard_config()
    device.rollback()
    device.load_replace_candidate(config=kept)
    assert device.compare_config() == "", "the checkpoint is a text that replaces back to where it was"
    assert len(kept.splitlines()) > len(before.splitlines()) // 3


@pytest.mark.parametrize("kind", ["nortel_ers"])
def test_a_stackable_stops_saving_by_itself_while_a_commit_waits(device: Any, kind: str) -> None:
    device.load_merge_candidate(config=WORDS[kind].merge)
    device.commit_config(revert_in=60)
    assert "no autosave enable" in running(device)
    device.confirm_commit()
    assert "no autosave enable" not in running(device)


SCRIPT = """
import sys
from napalm import get_network_driver
kind, host, user, password, port, keys, seconds, text = sys.argv[1:]
args = {"port": int(port), "alt_host_keys": True, "alt_key_file": keys, "system_host_keys": False}
args["govnet_accept_unverified"] = True
device = get_network_driver(kind)(host, user, password, timeout=15, optional_args=args)
device.open()
device.load_merge_candidate(config=text)
device.commit_config(revert_in=int(seconds))
device.close()
print("ended", flush=True)
"""


def script(access: Access, kind: str, seconds: int) -> list[str]:
    host, port = access.addresses[DEVICES[kind]]
    told = [kind, host, access.username, access.password, str(port), str(access.known_hosts), str(seconds)]
    return [sys.executable, "-c", SCRIPT, *told, WORDS[kind].merge]


@pytest.mark.parametrize("kind", ["huawei_vrp"])
def test_a_script_that_ends_without_confirming_is_kept_until_it_is_taken_back(
    access: Access, device: Any, kind: str
) -> None:
    before = running(device)
    told = script(access, kind, 1)
    done = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert "ended" in done.stdout
    assert "was taken back" in done.stderr
    assert running(device) == before


@pytest.mark.parametrize("kind", sorted(CHECKPOINTS))
def test_a_killed_runner_leaves_the_change_and_a_text_that_leads_back(access: Access, device: Any, kind: str) -> None:
    before = running(device)
    with subprocess.Popen(script(access, kind, 600), cwd=ROOT, stdout=subprocess.PIPE, text=True) as runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "ended\n"
        runner.kill()
    assert running(device) != before
    (kept,) = typed(access, DEVICES[kind], [CHECKPOINTS[kind]])
    device.load_replace_candidate(config=kept)
    device.commit_config()
    assert running(device) == before
