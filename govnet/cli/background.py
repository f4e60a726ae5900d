"""The exporter that a demo leaves running: one process, named by id and start, ended without touching a stranger."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from lab.daemon import start_token, write_private

STATE = "exporter.json"
_READY_SECONDS = 20
_GRACE_SECONDS = 10


def start(folder: Path, network: str, port: int) -> str:
    """Start the exporter of a network detached; return its address once it listens, or an empty text if it did not."""
    ready, tell = os.pipe()
    command = [sys.executable, "-m", "govnet", "exporter", network, "--lab", "--port", str(port)]
    command += ["--build", str(folder.parent), "--ready", str(tell)]
    with (folder / "exporter.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(tell,), start_new_session=True
        )
    os.close(tell)
    with os.fdopen(ready) as report:
        readable, _, _ = select.select([report], [], [], _READY_SECONDS)
        address = report.readline().strip() if readable else ""
    write_private(folder / STATE, json.dumps({"pid": process.pid, "token": start_token(process.pid)}))
    return address


def stop(folder: Path) -> bool:
    """End the exporter of a build folder; return whether one was running."""
    state = folder / STATE
    if not state.exists():
        return False
    held = json.loads(state.read_text())
    ended = _end(held["pid"], held["token"])
    for name in (STATE, "exporter.log"):
        (folder / name).unlink(missing_ok=True)
    return ended


def _end(pid: int, token: str) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        if start_token(pid) != token:
            return False
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGTERM)
        return bool(select.select([handle], [], [], _GRACE_SECONDS)[0])
    finally:
        os.close(handle)
