"""The line discipline of a device, whatever carries the characters: SSH or Telnet."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from collections.abc import Callable

_BELL = "\a"
_ERASE = "\b \b"
_CTRL_U = "\x15"


class ChannelTerminal:
    """The line discipline of a device: echo, backspace, Ctrl-U, bell, and any of CR, LF, CRLF as the end of a line.

    Attributes:
        size: columns and rows of the client's terminal; (0, 0) when it asked for none.
        distort: what happens to the echo, a few characters at a time, on its way out; a fault on demand changes it.
    """

    def __init__(self) -> None:
        self.size = (0, 0)
        self.distort: Callable[[str], str] = str
        self._typed: deque[str] = deque()
        self._more = asyncio.Event()
        self._closed = False
        self._after_cr = False
        self._send: Callable[[str], None] = lambda _: None
        self._outbox: list[str] = []

    def attach(self, send: Callable[[str], None]) -> None:
        """Say where output goes."""
        self._send = send

    def feed(self, data: str) -> None:
        """Take what the client typed."""
        self._typed.extend(data)
        self._more.set()

    @property
    def hung_up(self) -> bool:
        """Return whether the client has hung up."""
        return self._closed

    def hang_up(self) -> None:
        """Let every read from now on raise `SessionClosed`, once what was typed before is used up."""
        self._closed = True
        self._more.set()

    def write(self, text: str) -> None:
        r"""Send text; ``\n`` leaves as CR LF.

        What is written between two waits leaves as one packet: an echo a character would cost a packet each.
        """
        if not self._outbox:
            asyncio.get_running_loop().call_soon(self.flush)
        self._outbox.append(text.replace("\r\n", "\n").replace("\n", "\r\n"))

    def flush(self) -> None:
        """Send what was written and has not left yet."""
        if self._outbox:
            text = "".join(self._outbox)
            self._outbox.clear()
            self._send(text)

    async def _next(self) -> str:
        while not self._typed:
            if self._closed:
                raise SessionClosed
            self._more.clear()
            await self._more.wait()
        return self._typed.popleft()

    async def read_key(self) -> str:
        """Return one character as typed, not echoed; raise `SessionClosed` at hang-up."""
        char = await self._next()
        if self._after_cr and char in "\n\0":  # the second half of CR LF (ssh) or CR NUL (telnet)
            char = await self._next()
        self._after_cr = char == "\r"
        return char

    async def read_line(self, *, echo: bool = True) -> str:
        """Return one edited line without its end; raise `SessionClosed` at hang-up."""
        line: list[str] = []
        while (char := await self.read_key()) not in "\r\n":
            if char.isprintable():
                char += self._run()
            self._edit(line, char, echo=echo)
        self.write("\n")
        return "".join(line)

    def _run(self) -> str:
        """Return the printable characters that have arrived, up to the first that is none."""
        taken: list[str] = []
        while self._typed and self._typed[0].isprintable():
            taken.append(self._typed.popleft())
        return "".join(taken)

    def _edit(self, line: list[str], char: str, *, echo: bool) -> None:
        shown = char
        if char in "\b\x7f":
            shown = _ERASE if line else _BELL
            del line[-1:]
        elif char == _CTRL_U:
            shown = _ERASE * len(line)
            line.clear()
        elif not char.isprintable() and char != "\t":
            shown = _BELL
        else:
            line.extend(char)
            shown = self.distort(char)
        if echo:
            self.write(shown)
