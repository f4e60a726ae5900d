"""Telnet listeners for emulated devices that have no better door: the same devices, faults and account as over SSH.

As a device of the time does, the listener offers to echo and to suppress go-ahead, and asks for the terminal's type and
size (RFC 854, 857, 858, 1073, 1091); it refuses all other options. The login is the device's own text.
"""

from __future__ import annotations

import asyncio
import re
from codecs import getincrementaldecoder
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.errors import LabError
from lab.channel import ChannelTerminal
from lab.faults import Unreachable, WrongPassword
from lab.taken import why
from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.door import Door
    from lab.twin import Credentials

_ATTEMPTS = 3
_MOST_CUT = 512
_GREETING = bytes.fromhex("fffb01 fffb03 fffd18 fffd1f")  # WILL ECHO, WILL SGA, DO TERMINAL-TYPE, DO NAWS
_ASK_TYPE = bytes.fromhex("fffa1801 fff0")  # SB TERMINAL-TYPE SEND SE
_AGREED = {0xFB: (0x18, 0x1F), 0xFD: (0x01, 0x03)}  # WILL from the client, DO from the client
_REFUSALS = {0xFB: 0xFE, 0xFD: 0xFC}  # WILL -> DONT, DO -> WONT
_SIZE = 0x1F
_COMMAND = re.compile(
    rb"\xff(?:(?P<verb>[\xfb-\xfe])(?P<option>.)|\xfa(?P<sub>(?:[^\xff]|\xff\xff)*)\xff\xf0|(?P<other>[^\xfa-\xfe]))"
    rb"|(?P<cut>\xff.*\Z)",
    re.DOTALL,
)
"""A command in the stream; last, one whose rest the next packet brings."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """How a platform asks who is there.

    Attributes:
        name, password: the two prompts.
        greeting: stands before the first of them.
        refused: stands before the next attempt.
    """

    name: str = "Login: "
    password: str = "Password: "  # noqa: S105 - a prompt
    greeting: str = ""
    refused: str = ""


# Prompts: Control-CLI-Extreme (Nortel; a bell may come first), netmiko's drivers (VRP, stackables). What is said of a
# wrong password has no source for the Nortels: they ask again.
_DIALOGUES = {
    "nortel_passport": Dialogue(greeting="\a\n"),
    "nortel_ers": Dialogue(name="Username: "),
    "huawei_vrp": Dialogue(
        "Username:", "Password:", "\n\nLogin authentication\n\n\n", "Error: Authentication failed.\n"
    ),
    "linux_nft": Dialogue(name="login: ", refused="\nLogin incorrect\n"),
}


class _Caller(asyncio.Protocol):
    """One connection to one device."""

    def __init__(self, farm: TelnetFarm, door: Door) -> None:
        self._farm, self._door = farm, door
        self._terminal = ChannelTerminal()
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._cut = b""
        self._transport: asyncio.Transport | None = None
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            return
        self._transport = transport
        if self._door.faults.first(self._door.name, Unreachable):
            transport.abort()
            return
        self._farm.callers.add(self)
        transport.write(_GREETING)
        self._terminal.attach(self._send)
        self.task = asyncio.get_running_loop().create_task(self._talk())

    def _send(self, text: str) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(text.encode().replace(b"\xff", b"\xff\xff"))

    def data_received(self, data: bytes) -> None:
        data, self._cut = self._cut + data, b""
        text = _COMMAND.sub(self._obey, data)
        self._terminal.feed(self._decoder.decode(text))

    def _obey(self, found: re.Match[bytes]) -> bytes:
        """Act on a command in the stream; return the text that it stands for."""
        if found["cut"]:
            self._cut = found["cut"][-_MOST_CUT:]
        elif found["verb"]:
            self._negotiate(found["verb"][0], found["option"][0])
        elif found["sub"] and found["sub"][0] == _SIZE:
            size = found["sub"][1:].replace(b"\xff\xff", b"\xff")
            self._terminal.size = (int.from_bytes(size[:2], "big"), int.from_bytes(size[2:4], "big"))
        return b"\xff" if found["other"] == b"\xff" else b""

    def _negotiate(self, verb: int, option: int) -> None:
        if self._transport is None or verb not in _REFUSALS:
            return  # WONT and DONT are taken as they are: nothing here depends on the client
        if option not in _AGREED[verb]:
            self._transport.write(bytes((0xFF, _REFUSALS[verb], option)))
        elif option == 0x18:  # noqa: PLR2004 - TERMINAL-TYPE
            self._transport.write(_ASK_TYPE)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._terminal.attach(lambda _: None)
        self._terminal.hang_up()
        if self.task:
            self.task.cancel()
        self._farm.callers.discard(self)

    def hang_up(self) -> None:
        """End the connection at once."""
        if self._transport:
            self._transport.abort()

    async def _talk(self) -> None:
        door = self._door
        try:
            if await self._login():
                await door.talk(self._terminal)
        except SessionClosed:
            self._terminal.flush()
            if not self._terminal.hung_up:  # a fault ends it, and as a cut cable does
                self.hang_up()
        finally:
            self._terminal.flush()
            if self._transport:
                self._transport.close()

    async def _login(self) -> bool:
        """Ask for the account; return whether it was given within a few attempts."""
        asks, terminal = _DIALOGUES.get(self._door.platform, Dialogue()), self._terminal
        terminal.write(asks.greeting)
        for _ in range(_ATTEMPTS):
            terminal.write(asks.name)
            name = await terminal.read_line()
            terminal.write(asks.password)
            password = await terminal.read_line(echo=False)
            account = self._farm.credentials
            wrong = self._door.faults.first(self._door.name, WrongPassword)
            if not wrong and (name, password) == (account.username, account.password):
                return True
            terminal.write(asks.refused)
        return False


class TelnetFarm:
    """The Telnet listeners of a lab.

    Args:
        credentials: the account that every device accepts.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.callers: set[_Caller] = set()
        self._servers: list[asyncio.Server] = []

    async def open(self, doors: Sequence[Door], port: int) -> dict[str, int]:
        """Listen for each device; return the port of each name.

        Args:
            doors: what to serve.
            port: TCP port on every address; 0 lets the kernel choose one for each.

        Raises:
            LabError: an address and port are in use, or the address is not of this machine.
        """
        ports: dict[str, int] = {}
        for door in doors:
            ports[door.name] = await self._listen(door, port)
        return ports

    async def _listen(self, door: Door, port: int) -> int:
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(lambda: _Caller(self, door), door.address, port)
        except OSError as error:
            await self.close()
            raise LabError(why(door.name, (door.address, port), error, "--ssh-port")) from error
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and end every session."""
        for server in self._servers:
            server.close()
        tasks = [caller.task for caller in self.callers if caller.task]
        for caller in list(self.callers):
            caller.hang_up()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(server.wait_closed() for server in self._servers))
        self._servers.clear()
