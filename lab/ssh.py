"""SSH servers for many emulated devices in one process: one loopback address each, one set of host keys for all."""

from __future__ import annotations

import asyncio
import errno
import os
from collections import deque
from typing import TYPE_CHECKING

import asyncssh

from govnet.errors import LabError
from lab.faults import FaultyTerminal, Unreachable, WrongPassword
from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lab.faults import FaultBoard
    from lab.keys import HostKeys
    from lab.terminal import Personality
    from lab.twin import Credentials

_BELL = "\a"
_ERASE = "\b \b"
_CTRL_U = "\x15"


class ChannelTerminal:
    """The line discipline of a device: echo, backspace, Ctrl-U, bell, and any of CR, LF, CRLF as the end of a line.

    Attributes:
        size: columns and rows of the client's terminal; (0, 0) when it asked for none.
        distort: what happens to the echo on its way out; a fault on demand changes it.
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
            self._edit(line, char, echo=echo)
        self.write("\n")
        return "".join(line)

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
            line.append(char)
            shown = self.distort(char)
        if echo:
            self.write(shown)


class _Session(asyncssh.SSHServerSession[str]):
    """One shell on one device."""

    def __init__(self, device: _Device) -> None:
        self._device = device
        self._terminal = ChannelTerminal()
        self._channel: asyncssh.SSHServerChannel[str] | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self._channel = chan
        self._terminal.attach(chan.write)

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        del term_type, term_modes
        self._terminal.size = term_size[:2]
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        del pixwidth, pixheight
        self._terminal.size = (width, height)

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._talk())

    def data_received(self, data: str, datatype: int | None) -> None:
        del datatype
        self._terminal.feed(data)

    def eof_received(self) -> bool:
        self._terminal.hang_up()
        return True  # what was typed before the end is still answered; _talk closes the channel

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._terminal.attach(lambda _: None)
        self._terminal.hang_up()
        if self._task:
            self._task.cancel()

    async def _talk(self) -> None:
        device, channel = self._device, self._channel
        if channel is None:
            return
        terminal = FaultyTerminal(self._terminal, device.faults, device.name)
        try:
            await device.personality.session(terminal)
        except SessionClosed:
            self._terminal.flush()
            if not self._terminal.hung_up:  # a fault ends it, and as a cut cable does: without a farewell
                channel.get_extra_info("connection").abort()
        finally:
            self._terminal.flush()
            if not channel.is_closing():
                channel.exit(0)


class _Server(asyncssh.SSHServer):
    """Finds the device by the address that the client called, and checks the one account of the lab."""

    def __init__(self, farm: SshFarm) -> None:
        self._farm = farm
        self._device: _Device | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._farm.connections[self] = conn
        self._device = self._farm.devices.get(conn.get_extra_info("sockname")[0])
        if self._device is None or self._device.faults.first(self._device.name, Unreachable):
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._farm.connections.pop(self, None)

    def begin_auth(self, username: str) -> bool:
        del username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        device, account = self._device, self._farm.credentials
        if device is None or device.faults.first(device.name, WrongPassword):
            return False
        return (username, password) == (account.username, account.password)

    def session_requested(self) -> _Session | bool:
        return _Session(self._device) if self._device else False


class _Device:
    """What a connection needs to know of the device that was called."""

    __slots__ = ("faults", "name", "personality")

    def __init__(self, name: str, personality: Personality, faults: FaultBoard) -> None:
        self.name, self.personality, self.faults = name, personality, faults


class SshFarm:
    """The SSH listeners of a lab.

    Args:
        keys: host keys shown by every device.
        credentials: the account that every device accepts.
        faults: asked at each connection and each line.
    """

    def __init__(self, keys: HostKeys, credentials: Credentials, faults: FaultBoard) -> None:
        self.credentials = credentials
        self.devices: dict[str, _Device] = {}
        self.connections: dict[_Server, asyncssh.SSHServerConnection] = {}
        self._faults = faults
        self._listeners: list[asyncssh.SSHAcceptor] = []
        self._keys = keys

    async def open(self, devices: Sequence[tuple[str, str, Personality]], port: int) -> dict[str, int]:
        """Listen for each (name, address, personality); return the port of each name.

        Args:
            devices: what to serve.
            port: TCP port on every address; 0 lets the kernel choose one for each.

        Raises:
            LabError: an address and port are in use, or the address is not of this machine.
        """
        options = asyncssh.SSHServerConnectionOptions(
            server_factory=lambda: _Server(self),
            server_host_keys=list(self._keys.private),
            line_editor=False,
            allow_scp=False,
            agent_forwarding=False,
            public_key_auth=False,
            errors="replace",
        )
        ports: dict[str, int] = {}
        for name, address, personality in devices:
            self.devices[address] = _Device(name, personality, self._faults)
            ports[name] = await self._listen(name, address, port, options)
        return ports

    async def _listen(self, name: str, address: str, port: int, options: asyncssh.SSHServerConnectionOptions) -> int:
        try:
            listener = await asyncssh.listen(address, port, options=options)
        except OSError as error:
            await self.close()
            raise LabError(_why(name, address, port, error)) from error
        self._listeners.append(listener)
        return listener.get_port()

    async def close(self) -> None:
        """Stop listening and end every session."""
        for listener in self._listeners:
            listener.close()
        open_now = list(self.connections.values())
        for connection in open_now:
            connection.close()
        await asyncio.gather(*(connection.wait_closed() for connection in open_now))
        await asyncio.gather(*(listener.wait_closed() for listener in self._listeners))
        self._listeners.clear()


def _why(name: str, address: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"{name}: {address} port {port} is in use by another program, perhaps another lab. "
            "Stop that lab, or start this one on another port."
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"{name}: cannot listen on {address} port {port}: {reason}. Give the device a 127.x.y.z address."
