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

    def __init__(self, folder: Path, faults: FaultBoard) -> None:
        self._folder, self._faults = folder, faults
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
            case other:
                raise LabError(f"the lab does not understand {other!r}. Ask set, clear or list.")
        return {}


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
