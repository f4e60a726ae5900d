"""Processes that a command leaves running: each named by id and start, ended without touching a stranger."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from govnet.errors import LabError
from lab.daemon import start_token, write_private
from lab.taken import why

if TYPE_CHECKING:
    from collections.abc import Sequence

EXPORTER, PROMETHEUS, ALERTMANAGER = "exporter", "prometheus", "alertmanager"
_READY_SECONDS = 60
"""For the exporter to listen, which takes two seconds where nothing else runs."""
_GRACE_SECONDS = 10


TRAP_PORT, SYSLOG_PORT = 9162, 9514
"""Where the exporter of `govnet noc up` listens, on loopback: 162 and 514 are for root alone."""


def start(folder: Path, network: str, port: int, options: Sequence[str] = ()) -> str:
    """Start the exporter of a network detached; return its address once it listens, or an empty text if it did not."""
    ready, tell = os.pipe()
    command = [sys.executable, "-m", "govnet", "exporter", network, "--lab", "--port", str(port)]
    command += ["--build", str(folder.parent), "--ready", str(tell), *options]
    try:
        launch(folder, EXPORTER, command, pass_fds=(tell,))
    finally:
        os.close(tell)
    with os.fdopen(ready) as report:
        readable, _, _ = select.select([report], [], [], _READY_SECONDS)
        return report.readline().strip() if readable else ""


def insist_free(name: str, address: str) -> None:
    """Refuse an address that something else listens on: it would answer in the place of ours.

    Raises:
        LabError: it is taken; the message says by whom, and which option chooses another.
    """
    host, _, port = address.rpartition(":")
    try:
        socket.create_server((host, int(port))).close()
    except OSError as error:
        raise LabError(why(name, (host, int(port)), error, f"--{name}-port")) from error


def launch(folder: Path, name: str, command: Sequence[str], *, pass_fds: Sequence[int] = ()) -> None:
    """Start a program detached; its output goes to ``<name>.log`` and what it is to ``<name>.json``.

    Raises:
        OSError: the program is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for descriptor in pass_fds:
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - the only argument
    with (folder / f"{name}.log").open("ab") as log, Path(os.devnull).open("rb") as nothing:
        streams = [(os.POSIX_SPAWN_DUP2, stream.fileno(), to) for stream, to in ((nothing, 0), (log, 1), (log, 2))]
        # No Popen: nobody here waits for it, and it outlives this process.
        pid = os.posix_spawnp(command[0], list(command), os.environ, file_actions=streams, setsid=True)
    write_private(folder / f"{name}.json", json.dumps({"pid": pid, "token": start_token(pid)}))


def running(folder: Path, name: str) -> bool:
    """Return whether a program that `launch` started still runs."""
    held = _held(folder, name)
    return held is not None and start_token(held[0]) == held[1]


def stop(folder: Path, *names: str) -> bool:
    """End programs of a build folder, the exporter when none is named; return whether one was running."""
    ended = [_stop(folder, name) for name in names or (EXPORTER,)]
    return any(ended)


def _stop(folder: Path, name: str) -> bool:
    held = _held(folder, name)
    if held is None:
        return False
    ended = _end(*held)
    for suffix in ("json", "log"):
        (folder / f"{name}.{suffix}").unlink(missing_ok=True)
    return ended


def _held(folder: Path, name: str) -> tuple[int, str] | None:
    state = folder / f"{name}.json"
    if not state.exists():
        return None
    held = json.loads(state.read_text())
    return held["pid"], held["token"]


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
