"""The `govnet` command in a process of its own each time, forked from one that has imported everything already.

A command is as alone as one started by hand: its own environment, folder, output, memory and end. Only the second and
a half that Python takes to import what it needs is paid once for all of them. That imports do as they should where each
command starts from nothing is seen by `town_hall.started`, and by the tests of the documentation.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from select import select
from tempfile import TemporaryFile
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ROOT = __file__.rpartition("/tests/")[0]
_LARGEST = 1 << 17
_LATER = (
    "govnet.cli.gathering", "govnet.network.load", "govnet.write_accounts", "nornir_tasks.runner", "nornir_tasks.tasks"
)  # fmt: skip
"""What commands import only when they need it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command said, and its exit code: less than 0 for a signal."""

    code: int
    out: str
    err: str


def run(words: Sequence[str], folder: Path, env: Mapping[str, str], seconds: float = 400) -> Ended:
    """Run a command in a folder, with this environment and no other, to its end.

    Raises:
        subprocess.TimeoutExpired: it did not come to one, and was killed.
    """
    request = json.dumps({"words": words, "folder": str(folder), "env": dict(env)}).encode()
    assert len(request) < _LARGEST
    with TemporaryFile() as out, TemporaryFile() as err:
        told, tell = os.pipe()
        try:
            _stem().send(request, [out.fileno(), err.fileno(), tell])
        finally:
            os.close(tell)
        with open(told, encoding="ascii") as answers:  # noqa: PTH123 - a pipe
            pid = int(answers.readline())
            if not select([answers], [], [], seconds)[0]:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(["govnet", *words], seconds)
            code = int(answers.readline())
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode())
        return Ended(code, *said)


class _Stem:
    """The process that commands are forked from; it ends with this one."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = Lock()
        # Consoles take their width when they are made. Where coverage is measured it begins here, and forks keep it.
        dropped = ("COLUMNS", "GOVNET_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.forked", str(theirs.fileno())],
            env=env | {"PYTHONPATH": f"{ROOT}:{ROOT}/tests"},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        atexit.register(self._end)

    def send(self, request: bytes, descriptors: list[int]) -> None:
        """Ask for a command: its output goes to the first two descriptors, what becomes of it to the third."""
        with self._lock:
            socket.send_fds(self._ours, [request], descriptors)

    def _end(self) -> None:
        self._ours.close()
        self._process.wait(60)


@cache
def _stem() -> _Stem:
    return _Stem()


def _serve(asked: socket.socket) -> list[str]:
    """Fork a process for each request; return, in that process, the words of its command."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, descriptors, _, _ = socket.recv_fds(asked, _LARGEST, 3)
        if not request:
            os._exit(0)
        if os.fork() == 0:
            asked.close()
            _keep(descriptors[2])
            return _become(json.loads(request), *descriptors)
        for one in descriptors:
            os.close(one)


def _keep(tell: int) -> None:
    """Return in a new process; in this one, tell its number and, when it has ended, how."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child:
        with suppress(BrokenPipeError):
            os.write(tell, f"{child}\n".encode())
            os.write(tell, f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n".encode())
        os._exit(0)


def _become(request: Mapping[str, Any], out: int, err: int, tell: int) -> list[str]:
    os.close(tell)
    for opened, wanted in ((out, 1), (err, 2)):
        os.dup2(opened, wanted)
        os.close(opened)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    return list(request["words"])


def _main() -> None:
    main = import_module("govnet.cli.main")
    for place in main.COMMANDS.values():
        import_module(f"govnet.cli.{place.partition(':')[0]}")
    for name in _LATER:
        import_module(name)
    gc.freeze()
    sys.argv = ["govnet", *_serve(socket.socket(fileno=int(sys.argv[1])))]
    main.run()


if __name__ == "__main__":
    _main()
