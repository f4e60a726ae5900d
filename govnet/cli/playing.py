"""A playbook in ansible-runner: a private folder for the run, and an environment without secrets."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govnet import resources
from govnet.workspace import CREDENTIALS
from lab.daemon import write_private
from nornir_tasks.vault import KEY, KEY_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from govnet.cli.watching import Watch
    from govnet.cli.workspace import Workspace

_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "TMPDIR", "TZ", "USER", "COVERAGE_PROCESS_START")
_OURS = ("GOVNET_NAME", "GOVNET_KNOWN_HOSTS", "GOVNET_TRUSTED", "GOVNET_KEYS", KEY_FILE, CREDENTIALS)
_POLL_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants played.

    Attributes:
        name: the playbook.
        variables: for Ansible's ``-e``; none of them is a secret.
        limit: an Ansible host pattern; empty for all.
        lab: True for the lab, False for the real devices, None for the lab if one runs.
        check, diff: as in Ansible.
    """

    name: str
    variables: Mapping[str, object] = field(default_factory=dict)
    limit: str = ""
    lab: bool | None = None
    check: bool = False
    diff: bool = False

    def as_object(self) -> dict[str, object]:
        """Return it as JSON can hold it."""
        return {"limit": self.limit, "check": self.check, "diff": self.diff, **self.variables}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a play ended.

    Attributes:
        name: the playbook.
        limit: to which devices it was limited.
        rc: exit code of ``ansible-playbook``.
        cancelled: somebody cancelled it.
        no_hosts: no host matched.
        devices: the hosts that something was done for.
        changed: those of them that were changed, or would be; an empty name stands for what belongs to none alone.
        failed: host or task -> why.
        codes: exit codes of what failed, as the actions gave them.
        said: Ansible's own last error.
        folder: where the run is kept.
    """

    name: str
    limit: str
    rc: int
    cancelled: bool
    no_hosts: bool
    devices: frozenset[str]
    changed: frozenset[str]
    failed: Mapping[str, str]
    codes: tuple[int, ...]
    said: str
    folder: Path

    def as_object(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        counts = {"devices": len(self.devices), "changed": len(self.changed), "failed": len(self.failed)}
        return {
            "play": self.name,
            "counts": counts,
            "changed": sorted(self.changed),
            "failed": dict(self.failed),
            "cancelled": self.cancelled,
            "folder": str(self.folder),
        }


def run(work: Workspace, asked: Asked, watch: Watch) -> Ended:
    """Play a playbook; cancelled by an interrupt, it is ended at once and leaves the journal as after a crash."""
    from ansible_runner import Runner, RunnerConfig  # noqa: PLC0415 - costs a tenth of a second that no other command pays

    ident = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{asked.name}"
    folder = (work.folder / "plays" / ident).resolve()
    folder.mkdir(mode=0o700, parents=True)
    _settings(folder)
    source = resources.folder("playbooks")
    with _secrets(folder) as secrets, _cancelled() as cancelled:
        config = RunnerConfig(
            private_data_dir=str(folder),
            project_dir=str(source),
            playbook=f"{asked.name}.yml",
            inventory=str(_inventory(work, folder, asked)),
            extravars=dict(asked.variables) or None,
            limit=asked.limit or None,
            cmdline=" ".join(flag for flag, wanted in (("--check", asked.check), ("--diff", asked.diff)) if wanted),
            ident="run",
            quiet=True,
        )
        config.prepare()
        # The runner writes its whole environment to a file: it gets one that holds no secret.
        config.env = environment(config.env, source, secrets)
        config.cwd = str(source)
        runner = Runner(config=config, event_handler=watch, cancel_callback=lambda: bool(cancelled))
        try:
            runner.run()
        finally:
            _forget_environment(folder / "artifacts" / "run" / "command")
    if watch.broke:
        raise watch.broke
    return Ended(
        name=asked.name,
        limit=asked.limit,
        rc=int(runner.rc if runner.rc is not None else 1),
        cancelled=bool(cancelled),
        no_hosts=watch.no_hosts or "no hosts to target" in watch.said or "match supplied host pattern" in watch.said,
        devices=frozenset(watch.seen),
        changed=frozenset(watch.changed),
        failed=watch.failed,
        codes=tuple(watch.codes),
        said=watch.said,
        folder=folder,
    )


def _inventory(work: Workspace, folder: Path, asked: Asked) -> Path:
    """Write the inventory of this run: a file, for ansible-runner takes a text that is no path for its content."""
    said = {"plugin": "govnet", "network": str(Path(work.network.folder).resolve())}
    said |= {"build": str(work.folder.resolve().parent)}
    path = folder / "inventory" / "govnet.yml"
    path.parent.mkdir(mode=0o700)
    path.write_text(json.dumps(said if asked.lab is None else {**said, "lab": asked.lab}))
    return path


def _settings(folder: Path) -> None:
    """Have the runner ask often whether it is cancelled; it takes settings from this file alone."""
    path = folder / "env" / "settings"
    path.parent.mkdir(mode=0o700)
    path.write_text(json.dumps({"pexpect_timeout": _POLL_SECONDS}))


def environment(made: Mapping[str, str], source: Path, secrets: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a run: what Ansible and govnet need by name, and nothing else of the person's.

    Args:
        made: as ansible-runner made it; its own variables are kept.
        source: the folder of the playbooks.
        secrets: variables that name private files.
    """
    own = ("ANSIBLE_", "AWX_", "RUNNER_")
    before = os.environ
    kept = {key: value for key, value in made.items() if key.startswith(own) and before.get(key) != value}
    kept |= {key: before[key] for key in (*_ENVIRONMENT, *_OURS) if key in before}
    path = f"{Path(sys.executable).parent}:{before.get('PATH', os.defpath)}"
    fixed = {"PATH": path, "ANSIBLE_CONFIG": str(source / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
    fixed |= {"ANSIBLE_LOCAL_TEMP": made.get("ANSIBLE_LOCAL_TEMP", "~/.ansible/tmp")}
    return {"LC_ALL": "C.UTF-8", **kept, **fixed, **secrets}


@contextmanager
def _secrets(folder: Path) -> Iterator[dict[str, str]]:
    """Yield variables that name private files with the secrets of this environment; the files go with the block."""
    held = {}
    username, password = os.environ.get("GOVNET_USERNAME"), os.environ.get("GOVNET_PASSWORD")
    if username and password and not os.environ.get(CREDENTIALS):
        held[CREDENTIALS] = (folder / "account.json", json.dumps({"username": username, "password": password}))
    if keys := os.environ.get(KEY, "").replace(",", " ").split():
        held[KEY_FILE] = (folder / "backup.key", "\n".join(keys))
    try:
        for path, text in held.values():
            write_private(path, text)
        yield {name: str(path) for name, (path, _) in held.items()}
    finally:
        for path, _ in held.values():
            path.unlink(missing_ok=True)


@contextmanager
def _cancelled() -> Iterator[list[int]]:
    """Yield a list that is empty until somebody interrupts or ends this process."""
    signals: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        signals.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _forget_environment(path: Path) -> None:
    """Take the environment out of the command that ansible-runner keeps: nobody needs it, and it says a lot."""
    with suppress(OSError, ValueError):
        held = json.loads(path.read_text(encoding="utf-8"))
        write_private(path, json.dumps({"command": held["command"], "cwd": held["cwd"]}))
