"""A terminal that fails: between the line discipline of a session and the device's command line."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import TYPE_CHECKING, TypeVar

from lab.faults import DropAfter, GarbleEcho, Hang, Reboot, Refuse, Slow
from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from lab.channel import ChannelTerminal
    from lab.faults import Fault, FaultBoard

_F = TypeVar("_F", DropAfter, GarbleEcho, Slow)


class FaultyTerminal:
    """A terminal that fails as its device's faults say; without faults it is the terminal itself."""

    def __init__(self, terminal: ChannelTerminal, board: FaultBoard, device: str) -> None:
        self._terminal, self._board, self._device = terminal, board, device
        self._lines = 0
        self._echoed = 0
        self._mute = False
        self._own: tuple[Fault, ...] = ()
        self._starts = board.starts[device]
        terminal.distort = self._distort

    @property
    def size(self) -> tuple[int, int]:
        """Return columns and rows of the client's terminal; (0, 0) when it asked for none."""
        return self._terminal.size

    def _distort(self, text: str) -> str:
        fault = self._first(GarbleEcho)
        begun, self._echoed = self._echoed, self._echoed + len(text)
        if fault is None:
            return text
        return "".join("~" if at % fault.every == 0 else char for at, char in enumerate(text, begun + 1))

    def _faults(self) -> tuple[Fault, ...]:
        return (*self._board.of(self._device), *self._own)

    def _first(self, kind: type[_F]) -> _F | None:
        return next((fault for fault in self._faults() if isinstance(fault, kind)), None)

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
        drop = self._first(DropAfter)
        if self._mute or (drop and self._lines >= drop.lines):
            raise SessionClosed
        line = await self._terminal.read_line(echo=echo)
        self._lines += 1
        self._strike(line)
        self._drop(self._first(DropAfter))
        await self._stall(line)
        return self._refuse(line)

    def _strike(self, line: str) -> None:
        """Let come true what this line brings, and end the session of a device that was restarted."""
        if self._board.starts[self._device] != self._starts:
            raise SessionClosed
        for fault in self._board.typed(self._device, line):
            if isinstance(fault, Reboot):
                self._board.restart(self._device, fault)
                raise SessionClosed
            if isinstance(fault, DropAfter):
                self._own += (dataclasses.replace(fault, lines=fault.lines + self._lines - 1),)
            else:
                self._own += (fault,)

    def _drop(self, drop: DropAfter | None) -> None:
        if drop is None or self._lines < drop.lines:
            return
        if drop.last == "lost":
            raise SessionClosed
        self._mute = drop.last == "silent"

    async def _stall(self, line: str) -> None:
        slow = self._first(Slow)
        if slow:
            await asyncio.sleep(slow.seconds)
        if any(isinstance(f, Hang) and re.search(f.pattern, line) for f in self._faults()):
            await asyncio.Event().wait()

    def _refuse(self, line: str) -> str:
        for fault in self._faults():
            if isinstance(fault, Refuse) and re.search(fault.pattern, line):
                self._own = tuple(own for own in self._own if own is not fault)
                self.write(fault.text + "\n")
                return ""  # every command line here answers an empty line with a new prompt
        return line
