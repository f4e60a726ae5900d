"""A lab as a process of its own: started detached, described by a state file, ended without touching a stranger.

The state file ``lab.json`` (mode 0600, it holds the lab's account) names the process by its id **and** by the moment
it started, so that an id which the kernel has given to another program since is never signalled.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govnet.errors import LabError
from lab.control import SOCKET
from lab.endpoint import SNMP_PORT, SSH_PORT, Endpoint, new_credentials
from lab.twin import Credentials, Plug, Twin

if TYPE_CHECKING:
    from collections.abc import Sequence

STATE = "lab.json"
TWINS = "twins.json"
LOG = "lab.log"
_GRACE_SECONDS = 10
_STARTED_FIELD = 19  # field 22 of /proc/PID/stat, counted behind the closing bracket of the name


@dataclass(frozen=True, slots=True)
class RunningLab:
    """A lab that runs as a process of its own.

    Attributes:
        pid: its process.
        token: boot and clock tick at which that process started; tells it from a later one with the same id.
        folder: its state folder.
        credentials: the account that its devices accept.
        host_keys: the public host keys of its devices.
        endpoints: where its devices answer.
    """

    pid: int
    token: str
    folder: Path
    credentials: Credentials = field(repr=False)
    host_keys: tuple[str, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()

    def __str__(self) -> str:
        """Return one line for people: how many devices, where, and which process."""
        spots = sorted({e.ssh_port for e in self.endpoints if e.ssh_port})
        ports = ", ".join(map(str, spots[:3])) + (", ..." if len(spots) > 3 else "")  # noqa: PLR2004 - a line's worth
        return f"{len(self.endpoints)} emulated devices (ssh port {ports}), process {self.pid}, state in {self.folder}"

    def save(self) -> None:
        """Write the state file, whole or not at all."""
        write_private(self.folder / STATE, json.dumps(self, default=_plain, indent=1))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read; a reader sees the old text or the new, never half of it."""
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
    new.replace(path)


def _plain(value: Twin | Plug | Endpoint | Credentials | RunningLab | Path) -> object:
    """Return what JSON can hold of a value: its fields, not copied as by `asdict`, which takes long for thousands."""
    return str(value) if isinstance(value, Path) else {name: getattr(value, name) for name in value.__slots__}


def start_token(pid: int) -> str:
    """Return when a process started, as boot id and clock tick; empty when it is gone or already dead."""
    try:
        behind_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
    return "" if behind_name[0] in "ZX" else f"{boot}:{behind_name[_STARTED_FIELD]}"


def find(folder: Path) -> RunningLab | None:
    """Return the lab whose state lies in a folder, or None when none runs (a stale state file counts as none).

    Raises:
        LabError: the state file cannot be read or understood.
    """
    try:
        data = json.loads((folder / STATE).read_text())
        lab = RunningLab(
            pid=data["pid"],
            token=data["token"],
            folder=folder,
            credentials=Credentials(**data["credentials"]),
            host_keys=tuple(data["host_keys"]),
            endpoints=tuple(Endpoint(**endpoint) for endpoint in data["endpoints"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabError(f"{folder / STATE}: not a lab's state ({error}). Remove the file, then start anew.") from error
    return lab if start_token(lab.pid) == lab.token else None


def start(
    twins: Sequence[Twin],
    folder: Path,
    *,
    port: int = SSH_PORT,
    snmp_port: int | None = SNMP_PORT,
    modbus_port: int | None = None,
) -> RunningLab:
    """Start a lab detached from this process; return when every device answers.

    Args:
        twins: what to emulate.
        folder: where its state is kept; made when missing, with mode 0700.
        port: SSH port on every address; 0 lets the kernel choose.
        snmp_port: SNMP port on every address; 0 lets the kernel choose for each device, None starts no agents.
        modbus_port: Modbus port on every address, 0 as above; None as for `lab.server.Lab`.

    Raises:
        LabError: a lab already runs there (the message says which), or it did not start (the message says why).
    """
    running = find(folder)
    if running:
        raise LabError(f"a lab already runs: {running}. Use it, or stop it first.")
    _sweep(folder)  # what a lab that crashed has left
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / TWINS, json.dumps(twins, default=_plain))
    report = _spawn(folder, port, snmp_port, modbus_port)
    running = find(folder)
    if running is None:
        reason = report.strip() or (folder / LOG).read_text()[-500:].strip() or "it ended without a word"
        _sweep(folder)
        raise LabError(f"the lab did not start: {reason}")
    return running


def _spawn(folder: Path, *ports: int | None) -> str:
    """Run ``python -m lab serve``; return what it reports once it is ready (nothing) or has failed (why)."""
    ready, tell = os.pipe()
    told = ["-" if port is None else str(port) for port in ports]
    command = [sys.executable, "-m", "lab", "serve", str(folder), *told, str(tell)]
    with (folder / LOG).open("ab") as log, open(ready) as report:  # noqa: PTH123 - a descriptor, not a path
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(tell,),
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
            )
        finally:
            os.close(tell)
        # The account goes through a pipe: no file, argument or environment of a process holds it before lab.json does.
        process.communicate(json.dumps(asdict(new_credentials())).encode())
        return report.read()


def stop(folder: Path) -> bool:
    """End the lab of a state folder and remove all that it left; return whether one was running.

    Raises:
        LabError: its state file cannot be understood, or the process does not end.
    """
    running = find(folder)
    if running:
        _end(running)
    _sweep(folder)
    return running is not None


def _end(running: RunningLab) -> None:
    try:
        handle = os.pidfd_open(running.pid)
    except ProcessLookupError:
        return
    try:
        # Asked again with the handle held: from here on the id cannot pass to another process unseen.
        if start_token(running.pid) != running.token:
            return
        for order in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, order)
            if select.select([handle], [], [], _GRACE_SECONDS)[0]:
                return
    finally:
        os.close(handle)
    raise LabError(f"process {running.pid} of the lab does not end. Look at {running.folder / LOG}.")


def _sweep(folder: Path) -> None:
    names = (STATE, TWINS, LOG, SOCKET, "ssh_ed25519_host_key", "ssh_rsa_host_key", "ssh_dss_host_key")
    for name in names:
        (folder / name).unlink(missing_ok=True)
    with suppress(OSError):  # it holds files of others, or never existed
        folder.rmdir()


def read_twins(folder: Path) -> list[Twin]:
    """Return the twins that `start` wrote down."""
    return [_twin(data) for data in json.loads((folder / TWINS).read_text())]


def _twin(data: dict[str, Any]) -> Twin:
    slots = {int(slot): card for slot, card in data["cards"].items()}
    lists = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
    cables = {port: Plug(**plug) for port, plug in data["plugs"].items()}
    return Twin(**{**data, **lists, "cards": slots, "plugs": cables})
