"""Telnet: a socket with the little of RFC 854 that a command line needs.

What is agreed to: the device echoes and suppresses go-ahead (RFC 857, 858), we name a terminal type (RFC 1091) and its
size (RFC 1073). Every other option is refused, each request is answered once, so that no loop can arise.
"""

from __future__ import annotations

import socket
import time
from enum import Enum, auto
from typing import TYPE_CHECKING

from sessions.wires.base import CHUNK, HEIGHT, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

PORT = 23
_IAC, _DONT, _DO, _WONT, _WILL, _SB, _SE = 255, 254, 253, 252, 251, 250, 240
_ECHO, _GO_AHEAD, _TERMINAL_TYPE, _WINDOW_SIZE = 1, 3, 24, 31
_IS, _SEND = 0, 1
_THEIRS = frozenset({_ECHO, _GO_AHEAD})
_OURS = frozenset({_GO_AHEAD, _TERMINAL_TYPE, _WINDOW_SIZE})
_MOST_SUBNEGOTIATION = 512
_CR, _NUL = 13, 0


class _State(Enum):
    TEXT = auto()
    AFTER_CR = auto()
    COMMAND = auto()
    OPTION = auto()
    SUB = auto()
    SUB_COMMAND = auto()


class Protocol:
    """The protocol without a socket: what arrived into text and replies, wherever packets cut it."""

    def __init__(self) -> None:
        self._state = _State.TEXT
        self._verb = 0
        self._sub = bytearray()
        self._agreed: dict[tuple[str, int], bool] = {}
        self._text = bytearray()
        self._replies = bytearray()
        self._steps: dict[_State, Callable[[int], _State]] = {
            _State.TEXT: self._on_text,
            _State.AFTER_CR: self._on_after_cr,
            _State.COMMAND: self._on_command,
            _State.OPTION: self._on_option,
            _State.SUB: self._on_sub,
            _State.SUB_COMMAND: self._on_sub_command,
        }

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        """Return the text in a packet, and what to reply to the options in it."""
        if self._state is _State.TEXT and _IAC not in data and _CR not in data:
            return data, b""
        self._text, self._replies = bytearray(), bytearray()
        for byte in data:
            self._state = self._steps[self._state](byte)
        return bytes(self._text), bytes(self._replies)

    def _on_text(self, byte: int) -> _State:
        if byte == _IAC:
            return _State.COMMAND
        self._text.append(byte)
        return _State.AFTER_CR if byte == _CR else _State.TEXT

    def _on_after_cr(self, byte: int) -> _State:
        return _State.TEXT if byte == _NUL else self._on_text(byte)  # CR NUL is a bare CR

    def _on_command(self, byte: int) -> _State:
        if byte in (_DONT, _DO, _WONT, _WILL):
            self._verb = byte
            return _State.OPTION
        if byte == _SB:
            self._sub.clear()
            return _State.SUB
        if byte == _IAC:
            self._text.append(byte)
        return _State.TEXT  # all other commands (NOP, GA, ...) mean nothing to a program

    def _on_option(self, option: int) -> _State:
        theirs = self._verb in (_WILL, _WONT)
        wanted = self._verb in (_WILL, _DO)
        agrees = wanted and option in (_THEIRS if theirs else _OURS)
        side = "theirs" if theirs else "ours"
        if self._agreed.get((side, option), False) != agrees or (wanted and not agrees):
            self._agreed[side, option] = agrees
            yes, no = (_DO, _DONT) if theirs else (_WILL, _WONT)
            self._replies += bytes((_IAC, yes if agrees else no, option))
            if agrees and not theirs and option == _WINDOW_SIZE:
                self._answer(_WINDOW_SIZE, WIDTH.to_bytes(2, "big") + HEIGHT.to_bytes(2, "big"))
        return _State.TEXT

    def _on_sub(self, byte: int) -> _State:
        if byte == _IAC:
            return _State.SUB_COMMAND
        if len(self._sub) < _MOST_SUBNEGOTIATION:
            self._sub.append(byte)
        return _State.SUB

    def _on_sub_command(self, byte: int) -> _State:
        if byte == _SE:
            if bytes(self._sub) == bytes((_TERMINAL_TYPE, _SEND)):
                self._answer(_TERMINAL_TYPE, bytes((_IS,)) + b"VT100")
            return _State.TEXT
        self._sub.append(byte)
        return _State.SUB

    def _answer(self, option: int, value: bytes) -> None:
        self._replies += bytes((_IAC, _SB, option)) + escaped(value) + bytes((_IAC, _SE))


def escaped(data: bytes) -> bytes:
    """Return bytes as they may stand in a stream: 255 is doubled."""
    return data.replace(b"\xff", b"\xff\xff")


def typed(data: bytes) -> bytes:
    r"""Return what a person types as the network terminal sends it: Enter (``\n``) is CR LF, a bare CR is CR NUL."""
    return escaped(data).replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")


class TelnetWire:
    """A wire over Telnet. Nobody is logged in yet: the login prompts are the device's own text."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        """Connect; raise `OSError` when that cannot be done within ``seconds``."""
        self._socket = socket.create_connection((host, port), seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._protocol = Protocol()

    def send(self, data: bytes) -> None:
        """Send bytes; raise `OSError` when the device has gone."""
        self._socket.sendall(typed(data))

    def receive(self, seconds: float) -> bytes:
        """Return what the device says next; empty when it has hung up; `TimeoutError` when it says nothing."""
        end = time.monotonic() + seconds
        while True:
            self._socket.settimeout(max(0.001, end - time.monotonic()))
            data = self._socket.recv(CHUNK)
            if not data:
                return b""
            text, replies = self._protocol.take(data)
            if replies:
                self._socket.sendall(replies)
            if text:
                return text

    def close(self) -> None:
        """Hang up; harmless when that was done before."""
        self._socket.close()
