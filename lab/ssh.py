"""SSH servers for many emulated devices in one process: one loopback address each, one set of host keys for all."""

from __future__ import annotations

import asyncio
import warnings
from typing import TYPE_CHECKING, cast

import asyncssh

from govnet.errors import LabError
from lab.channel import ChannelTerminal
from lab.faults import Unreachable, WrongPassword
from lab.taken import why
from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lab.door import Door
    from lab.keys import HostKeys
    from lab.twin import Credentials
LEGACY_KEX = ["diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"]

# An old box is what is emulated: that its key exchange is old need not be said at every session.
warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")


class _Session(asyncssh.SSHServerSession[str]):
    """One shell on one device."""

    def __init__(self, device: Door) -> None:
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
        try:
            await device.talk(self._terminal)
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
        self._device: Door | None = None

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


class SshFarm:
    """The SSH listeners of a lab.

    Args:
        keys: host keys shown by every device.
        credentials: the account that every device accepts.
    """

    def __init__(self, keys: HostKeys, credentials: Credentials) -> None:
        self.credentials = credentials
        self.devices: dict[str, Door] = {}
        self.connections: dict[_Server, asyncssh.SSHServerConnection] = {}
        self._listeners: list[asyncssh.SSHAcceptor] = []
        self._keys = keys
        self._options_kept: dict[bool, asyncssh.SSHServerConnectionOptions] = {}

    async def open(self, doors: Sequence[Door], port: int) -> dict[str, int]:
        """Listen for each device; return the port of each name.

        Args:
            doors: what to serve.
            port: TCP port on every address; 0 lets the kernel choose one for each.

        Raises:
            LabError: an address and port are in use, or the address is not of this machine.
        """
        self.devices |= {door.address: door for door in doors}
        if port and await self._listen_at_once(doors, port):
            return {door.name: port for door in doors}
        return {door.name: await self._listen(door, port) for door in doors}

    async def _listen_at_once(self, doors: Sequence[Door], port: int) -> bool:
        """Listen at one port of many addresses; return False when one is taken, without saying which.

        A listener of its own for each of thousands of devices takes longer than all else that starts them.
        """
        for legacy in (False, True):
            addresses = [door.address for door in doors if door.legacy_ssh == legacy]
            if not addresses:
                continue
            at = cast("str", addresses)  # asyncio takes several, and asyncssh hands on what it is given
            try:
                listener = await asyncssh.listen(at, port, options=self._options(legacy=legacy))
            except OSError:
                await self.close()
                return False
            self._listeners.append(listener)
        return True

    def _options(self, *, legacy: bool) -> asyncssh.SSHServerConnectionOptions:
        """Return what a box offers: one of 2005 (ZipTie's log of a Passport 8600) has one way to do each thing."""
        kept = self._options_kept.get(legacy)
        if kept is None:
            old = {"kex_algs": LEGACY_KEX, "encryption_algs": ["3des-cbc"], "mac_algs": ["hmac-md5"]} if legacy else {}
            kept = self._options_kept[legacy] = asyncssh.SSHServerConnectionOptions(
                server_factory=lambda: _Server(self),
                server_host_keys=[self._keys.legacy] if legacy else list(self._keys.private),
                line_editor=False,
                allow_scp=False,
                agent_forwarding=False,
                public_key_auth=False,
                errors="replace",
                **old,
            )
        return kept

    async def _listen(self, door: Door, port: int) -> int:
        try:
            listener = await asyncssh.listen(door.address, port, options=self._options(legacy=door.legacy_ssh))
        except OSError as error:
            await self.close()
            raise LabError(why(door.name, (door.address, port), error, "--ssh-port")) from error
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
