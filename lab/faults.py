"""Faults on demand: what goes wrong on a device, per device, changeable while the lab runs.

A fault is a value; a `FaultBoard` says which device has which. Nothing here is random: the same faults and the same
lines typed give the same session, so that a test of a failure can be repeated.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from govnet.errors import LabError
from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lab.channel import ChannelTerminal


@dataclass(frozen=True, slots=True)
class DropAfter:
    """The session ends around the k-th line typed in it.

    Attributes:
        lines: k, from 1; 0 drops the session at its first prompt.
        last: what becomes of the k-th line: ``answered`` (the drop comes at the prompt after it), ``silent``
            (it is obeyed, but its answer is never seen), ``lost`` (it never reaches the device).
    """

    lines: int
    last: Literal["answered", "silent", "lost"] = "answered"


@dataclass(frozen=True, slots=True)
class Refuse:
    r"""Lines that match are answered with a text and not obeyed.

    Attributes:
        pattern: regular expression, searched in the line.
        text: the answer, without its line end.
    """

    pattern: str
    text: str


@dataclass(frozen=True, slots=True)
class Hang:
    """A line that matches is never answered, nor is anything after it; the connection stays up.

    Attributes:
        pattern: regular expression, searched in the line; empty for every line.
    """

    pattern: str = ""


@dataclass(frozen=True, slots=True)
class GarbleEcho:
    """Every n-th character typed is echoed as ``~``; what the device obeys is what was typed.

    Attributes:
        every: n, from 1.
    """

    every: int = 5


@dataclass(frozen=True, slots=True)
class Slow:
    """Every line is obeyed this late.

    Attributes:
        seconds: the delay of each line.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The connection is closed as soon as it is made, before a word of SSH."""


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """No password is accepted."""


Fault = DropAfter | Refuse | Hang | GarbleEcho | Slow | Unreachable | WrongPassword
_KINDS: dict[str, type[Fault]] = {kind.__name__: kind for kind in get_args(Fault)}
_F = TypeVar("_F", DropAfter, Refuse, Hang, GarbleEcho, Slow, Unreachable, WrongPassword)


def as_data(fault: Fault) -> dict[str, object]:
    """Return a fault as plain data for the control socket: its fields, and its class name under ``kind``."""
    return {"kind": type(fault).__name__, **dataclasses.asdict(fault)}


def from_data(data: Mapping[str, object]) -> Fault:
    """Return the fault that `as_data` wrote.

    Raises:
        LabError: there is no such kind, or a field is missing, unknown or no pattern.
    """
    fields = dict(data)
    kind = _KINDS.get(str(fields.pop("kind", "")))
    if kind is None:
        raise LabError(f"fault {data.get('kind')!r} is unknown. Choose one of: {', '.join(_KINDS)}.")
    try:
        fault: Fault = kind(**fields)  # type: ignore[arg-type]  # checked by the call itself
        re.compile(getattr(fault, "pattern", ""))
    except (TypeError, re.error) as error:
        raise LabError(f"fault {kind.__name__}: {error}. Mend its fields.") from error
    return fault


class FaultBoard:
    """Which device has which faults now. Safe to change from another thread: each change is one assignment."""

    def __init__(self, devices: Iterable[str]) -> None:
        self._faults: dict[str, tuple[Fault, ...]] = dict.fromkeys(devices, ())

    def set(self, device: str, *faults: Fault) -> None:
        """Let a device have these faults and no others.

        Raises:
            LabError: the lab has no such device.
        """
        if device not in self._faults:
            raise LabError(f"{device}: no such device in this lab. Devices: {', '.join(sorted(self._faults))}.")
        self._faults[device] = faults

    def clear(self, device: str = "") -> None:
        """Mend one device, or all.

        Raises:
            LabError: the lab has no such device.
        """
        for name in [device] if device else list(self._faults):
            self.set(name)

    def of(self, device: str) -> tuple[Fault, ...]:
        """Return the faults of a device; none for a device that the lab does not have."""
        return self._faults.get(device, ())

    def first(self, device: str, kind: type[_F]) -> _F | None:
        """Return the first fault of this kind that the device has."""
        return next((fault for fault in self.of(device) if isinstance(fault, kind)), None)


class FaultyTerminal:
    """A terminal that fails as its device's faults say; without faults it is the terminal itself."""

    def __init__(self, terminal: ChannelTerminal, board: FaultBoard, device: str) -> None:
        self._terminal, self._board, self._device = terminal, board, device
        self._lines = 0
        self._echoed = 0
        self._mute = False
        terminal.distort = self._distort

    @property
    def size(self) -> tuple[int, int]:
        """Return columns and rows of the client's terminal; (0, 0) when it asked for none."""
        return self._terminal.size

    def _distort(self, char: str) -> str:
        fault = self._board.first(self._device, GarbleEcho)
        self._echoed += 1
        return "~" if fault and self._echoed % fault.every == 0 else char

    def write(self, text: str) -> None:
        r"""Send text; ``\n`` leaves as CR LF."""
        if not self._mute:
            self._terminal.write(text)

    async def read_key(self) -> str:
        """Return one character as typed, not echoed; raise `SessionClosed` at hang-up."""
        if self._mute:
            raise SessionClosed
        return await self._terminal.read_key()

    async def read_line(self, *, echo: bool = True) -> str:
        """Return one edited line without its end; raise `SessionClosed` at hang-up or when a fault drops it."""
        drop = self._board.first(self._device, DropAfter)
        if self._mute or (drop and self._lines >= drop.lines):
            raise SessionClosed
        line = await self._terminal.read_line(echo=echo)
        self._lines += 1
        self._drop(self._board.first(self._device, DropAfter))
        await self._stall(line)
        return self._refuse(line)

    def _drop(self, drop: DropAfter | None) -> None:
        if drop is None or self._lines < drop.lines:
            return
        if drop.last == "lost":
            raise SessionClosed
        self._mute = drop.last == "silent"

    async def _stall(self, line: str) -> None:
        slow = self._board.first(self._device, Slow)
        if slow:
            await asyncio.sleep(slow.seconds)
        if any(isinstance(f, Hang) and re.search(f.pattern, line) for f in self._board.of(self._device)):
            await asyncio.Event().wait()

    def _refuse(self, line: str) -> str:
        for fault in self._board.of(self._device):
            if isinstance(fault, Refuse) and re.search(fault.pattern, line):
                self.write(fault.text + "\n")
                return ""  # every command line here answers an empty line with a new prompt
        return line
