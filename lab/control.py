"""The control socket of a lab that runs as a process of its own: one JSON line asked, one JSON line answered.

The socket lies in the lab's state folder with mode 0600; who may read the folder may break the devices.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from govnet.errors import LabError
from lab.faults import as_data, from_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from lab.faults import Fault, FaultBoard
    from lab.server import Lab

SOCKET = "control.sock"
_ANSWER_SECONDS = 10


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """Yield a name of the socket that fits the 108 bytes of a Unix address, however deep the folder lies."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)


class ControlSocket:
    """Serves the fault board of a lab to other processes."""

    def __init__(self, folder: Path, faults: FaultBoard, lab: Lab | None = None) -> None:
        self._folder, self._faults, self._lab = folder, faults, lab
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen in the folder."""
        (self._folder / SOCKET).unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with _short(self._folder) as name:
                listener.bind(name)
        finally:
            os.umask(before)
        self._server = await asyncio.start_unix_server(self._answer, sock=listener)

    async def close(self) -> None:
        """Stop listening and remove the socket."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()
        (self._folder / SOCKET).unlink(missing_ok=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = self._obey(json.loads(await reader.readline()))
        except (LabError, ValueError, AttributeError) as error:
            answer = {"error": str(error)}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()

    def _obey(self, request: Mapping[str, object]) -> dict[str, object]:
        device = str(request.get("device", ""))
        match request.get("ask"):
            case "set":
                faults = request.get("faults")
                self._faults.set(device, *map(from_data, faults if isinstance(faults, list) else []))
            case "clear":
                self._faults.clear(device)
            case "list":
                return {"faults": [as_data(fault) for fault in self._faults.of(device)]}
            case "trap" | "log" | "report":
                if self._lab is None:
                    raise LabError("this lab speaks to nobody. Ask one that runs as a process of its own.")
                self._speak(self._lab, request, device)
            case other:
                raise LabError(f"the lab does not understand {other!r}. Ask set, clear, list, trap, log or report.")
        return {}

    @staticmethod
    def _speak(lab: Lab, request: Mapping[str, object], device: str) -> None:
        """Let a device say something to a manager, or all of them from now on."""
        to = (str(request.get("host")), int(str(request.get("port"))))
        said = str(request.get("text", ""))
        if request["ask"] == "log":
            lab.log(device, said, to)
        elif lab.agents is None:
            raise LabError("this lab has no SNMP agents. Start it anew with them.")
        elif request["ask"] == "report":
            lab.agents.report_to(to)
        else:
            lab.agents.tell(device, said, to, str(request.get("about", "")))


def _ask(folder: Path, request: Mapping[str, object]) -> dict[str, object]:
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    caller.settimeout(_ANSWER_SECONDS)
    with closing(caller):
        try:
            with _short(folder) as name:
                caller.connect(name)
            caller.sendall(json.dumps(request).encode() + b"\n")
            answer: dict[str, object] = json.loads(caller.makefile().readline())
        except (OSError, ValueError) as error:
            raise LabError(f"{folder}: no lab answers there ({error}). Start one first.") from error
    if "error" in answer:
        raise LabError(str(answer["error"]))
    return answer


def set_faults(folder: Path, device: str, faults: Sequence[Fault]) -> None:
    """Let a device of a running lab have these faults and no others.

    Raises:
        LabError: no lab answers in that state folder, or it has no such device.
    """
    _ask(folder, {"ask": "set", "device": device, "faults": [as_data(fault) for fault in faults]})


def trap(folder: Path, device: str, name: str, to: tuple[str, int], port: str = "") -> None:
    """Let a device of a running lab send a trap (`lab.snmp.telling.TRAPS`), about a front port where one is named.

    Raises:
        LabError: no lab answers in that state folder, or it has no such device, trap or port.
    """
    _ask(folder, {"ask": "trap", "device": device, "text": name, "host": to[0], "port": to[1], "about": port})


def log(folder: Path, device: str, text: str, to: tuple[str, int]) -> None:
    """Let a device of a running lab send a line of syslog, as it stands, from its own address.

    Raises:
        LabError: no lab answers in that state folder, or it has no such device.
    """
    _ask(folder, {"ask": "log", "device": device, "text": text, "host": to[0], "port": to[1]})


def report(folder: Path, to: tuple[str, int]) -> None:
    """Let every device of a running lab send traps about what happens to it from now on.

    Raises:
        LabError: no lab answers in that state folder, or it has no agents.
    """
    _ask(folder, {"ask": "report", "host": to[0], "port": to[1]})


def clear_faults(folder: Path, device: str = "") -> None:
    """Mend one device of a running lab, or all.

    Raises:
        LabError: as `set_faults`.
    """
    _ask(folder, {"ask": "clear", "device": device})


def list_faults(folder: Path, device: str) -> tuple[Fault, ...]:
    """Return the faults that a device of a running lab has.

    Raises:
        LabError: no lab answers in that state folder.
    """
    faults = _ask(folder, {"ask": "list", "device": device})["faults"]
    return tuple(map(from_data, faults)) if isinstance(faults, list) else ()
