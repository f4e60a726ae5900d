"""Syslog over TCP: a few connections for each known device, none for a stranger."""

from __future__ import annotations

import asyncio
from collections import Counter
from socket import IPPROTO_TCP, SO_KEEPALIVE, SOL_SOCKET, TCP_KEEPIDLE
from typing import TYPE_CHECKING

from collectors.receiving.syslog import Framer, SyslogError

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from socket import socket

EACH = 8
"""Connections of one device: more are closed at once."""
CHUNK = 65_536
IDLE_SECONDS = 60
"""After so long without a word the kernel asks whether the other side is still there."""


class Streams:
    """Takes connections; hands on each message with its sender's address, and who was turned away."""

    def __init__(
        self, known: Container[str], line: Callable[[bytes, str], None], refused: Callable[[str], None]
    ) -> None:
        self._known, self._line, self._refused = known, line, refused
        self._server: asyncio.Server | None = None
        self._open: Counter[str] = Counter()
        self._readers: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def open(self, bound: socket) -> None:
        """Listen on a socket that has its address."""
        self._server = await asyncio.start_server(self._serve, sock=bound, limit=CHUNK)

    async def close(self) -> None:
        """Stop listening and end all connections."""
        if self._server is None:
            return
        self._server.close()
        for writer in self._readers.values():
            writer.transport.abort()
        await asyncio.gather(*self._readers, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, task = str(writer.get_extra_info("peername")[0]), asyncio.current_task()
        if host not in self._known or self._open[host] >= EACH or task is None:
            self._refused(host)
            writer.transport.abort()
            return
        self._open[host] += 1
        self._readers[task] = writer
        # A device that restarted leaves a connection behind that nobody ends: it must not hold its place for ever.
        writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
        writer.get_extra_info("socket").setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, IDLE_SECONDS)
        try:
            await self._read(reader, host)
        finally:
            self._open[host] -= 1
            del self._readers[task]
            writer.transport.abort()

    async def _read(self, reader: asyncio.StreamReader, host: str) -> None:
        """Read until the sender ends, or loses its frame: that is handed on as a message, to be counted as an error."""
        framer = Framer()
        try:
            while data := await reader.read(CHUNK):
                for message in framer.feed(data):
                    self._line(message, host)
        except (SyslogError, OSError) as error:
            if isinstance(error, SyslogError):
                self._line(b"<999>", host)
            return
        if framer.waiting.strip():  # the last line of a sender that ended without a line end
            self._line(bytes(framer.waiting), host)
