"""The store of running configurations: what is kept, what is masked, and a disk that is full."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.laixi import AGG, CORE, FIREWALL, Estate, estate, floor, whole

from govnet.errors import StorageError
from nornir_tasks import tasks
from nornir_tasks.store import BackupStore, normalised

DEVICES = (CORE, FIREWALL, AGG, floor(1))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", "\n"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("\n\na\rb", "a\nb\n"),
        ("# MON NOV 23 10:11:12 2026 UTC\nconfig\n", "config\n"),
        ("Preparing to Display Configuration...\n#\n", "#\n"),
        ("Command Execution Time: MON NOV 23\n" + "*" * 40 + "\nx\n", "x\n"),
        ("snmp-agent community read public-9\n", "snmp-agent community ********\n"),
        ("  snmp-server community secret-7 ro\n", "  snmp-server community ********\n"),
        (' local-user admin password cipher %$%$x"y%$%$\n', " local-user admin password ********\n"),
        ("radius-server shared-key abc\n", "radius-server shared-key ********\n"),
        ("tacacs server key s3cret\n", "tacacs server key ********\n"),
        ("a password\nb\n", "a password\nb\n"),
        ("passwordless yes\ncommunity-list 7\n", "passwordless yes\ncommunity-list 7\n"),
        ("vlan 7 name secretariat\n", "vlan 7 name secretariat\n"),
    ],
)
def test_a_text_is_kept_without_secrets_dates_and_line_end_noise(said: str, kept: str) -> None:
    assert normalised(said) == kept
    assert normalised(kept) == kept


def test_a_file_is_written_only_when_it_differs(tmp_path: Path) -> None:
    store = BackupStore(tmp_path / "deep" / "backups")
    first = store.save("sw1", "a\r\nsnmp-agent community read x\n")
    before = first.path.stat().st_mtime_ns
    again = store.save("sw1", "a\nsnmp-agent community read another\n")
    assert (first.changed, again.changed) == (True, False)
    assert again.path.stat().st_mtime_ns == before
    assert store.save("sw1", "b\n").changed
    assert [entry.name for entry in store.folder.iterdir()] == ["sw1.cfg"]


def test_a_file_that_cannot_be_read_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "sw1.cfg").write_bytes(b"\xff\xfe")
    assert BackupStore(tmp_path).save("sw1", "a\n").changed
    assert (tmp_path / "sw1.cfg").read_text() == "a\n"


def git(folder: Path, *words: str) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True, env=clean)
    return done.stdout.strip()


def test_a_revision_is_made_only_of_differences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")  # as inside a hook of another repository
    store = BackupStore(tmp_path)
    store.save("sw1", "a\n")
    first = store.commit("one")
    store.save("sw1", "a\n")
    assert store.commit("two") == first
    store.save("sw1", "b\n")
    assert store.commit("three") != first
    assert git(tmp_path, "log", "--format=%s").split() == ["three", "one"]
    assert git(tmp_path, "status", "--porcelain") == ""


def test_without_git_the_files_are_there_and_the_cause_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = BackupStore(tmp_path)
    store.save("sw1", "a\n")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StorageError, match="git is not installed; install it"):
        store.commit("one")
    assert (tmp_path / "sw1.cfg").exists()


def test_git_that_refuses_is_quoted(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(StorageError, match=r"git add failed: .*not a git repository"):
        BackupStore(tmp_path).commit("one")


@pytest.mark.lab
def test_two_backups_of_unchanged_devices_are_the_same_bytes(tmp_path: Path) -> None:
    store = BackupStore(tmp_path / "backups")
    with estate(tmp_path, *DEVICES) as laixi:
        laixi.type(CORE, "config sys set snmp community ro hush-hush")
        first = _backup(laixi, store)
        assert set(first) == set(DEVICES)
        revision = store.commit("first")
        before = {name: (store.folder / f"{name}.cfg").read_bytes() for name in DEVICES}
        _backup(laixi, store)
        assert store.commit("second") == revision
        assert {name: (store.folder / f"{name}.cfg").read_bytes() for name in DEVICES} == before
        laixi.type(CORE, "config vlan 9 create byport 1")
        _backup(laixi, store)
        assert store.commit("third") != revision
    assert git(store.folder, "show", "--name-only", "--format=").split() == [f"{CORE}.cfg"]
    assert all(laixi.lab.credentials.password.encode() not in text for text in before.values())


def _backup(laixi: Estate, store: BackupStore) -> dict[str, object]:
    return whole(laixi.runner.run(tasks.backup, DEVICES, network=laixi.network, store=store))


FULL = """
import os, sys
from pathlib import Path
from govnet.errors import GovnetError
from nornir_tasks.store import BackupStore
store = BackupStore(Path(sys.argv[1]))
store.save("sw1", "old\\n")
try:
    store.save("sw1", "new\\n" * 100_000)
except GovnetError as error:
    print(error)
    left = sorted(os.listdir(sys.argv[1]))
    print(left, (store.folder / "sw1.cfg").read_text().strip(), store.save("sw1", "small\\n").changed)
    sys.exit(error.exit_code)
"""


def _may_mount() -> bool:
    unshare = shutil.which("unshare")
    return (
        bool(unshare)
        and subprocess.run([str(unshare), "-rm", "true"], capture_output=True, check=False).returncode == 0
    )


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path: Path) -> None:
    if not _may_mount():
        pytest.skip("unshare -rm: this machine allows no mount namespace, so no disk can be filled")
    script = f'mount -t tmpfs -o size=64k tmpfs {tmp_path} && exec {sys.executable} -c "$0" {tmp_path}'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, FULL],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (StorageError.exit_code, "")
    assert lines[0] == (
        f"{tmp_path}/sw1.cfg: not written (No space left on device); what was there before is untouched."
        " Free space, then run again."
    )
    assert lines[1] == "['sw1.cfg'] old True"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match=r"file/backups/sw1\.cfg: not written \(Not a directory\)"):
        BackupStore(tmp_path / "file" / "backups").save("sw1", "a\n")
