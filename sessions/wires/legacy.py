"""The SSH of 2005, for devices that know nothing newer: asyncssh, which speaks it when told to.

A box of that age offers ssh-dss as its only host key, 3des-cbc, hmac-md5 and diffie-hellman-group1-sha1 (ZipTie's log
of a Passport 8600; netmiko's threads on Mocana servers). All of these are broken or weak: they are offered only here,
behind everything better, and only to devices that the inventory marks ``legacy_ssh``. One event loop in one thread
serves all such sessions of the process.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
import warnings
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

import asyncssh
from netmiko.exceptions import NetmikoAuthenticationException

from sessions.wires.algorithms import CIPHERS, HOST_KEYS, KEX, MACS
from sessions.wires.base import HEIGHT, WIDTH, HostKeyError, OldAlgorithmsError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

T = TypeVar("T")

_SSH_PORT = 22
_GOODBYE = 2.0

# The library says at every session what the finding about the device says once, and to those who can act on it.
warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")


class _Loop:
    """The event loop of all legacy sessions, in a thread that is started by the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def get(self) -> asyncio.AbstractEventLoop:
        """Return the loop, running."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="legacy-ssh", daemon=True)
                self._thread.start()
                atexit.register(self.end)
            return self._loop

    def end(self) -> None:
        """Stop the loop and forget it."""
        with self._lock:
            if self._loop and self._thread:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join()
                self._loop.close()
            self._loop = self._thread = None

    def run(self, work: Coroutine[object, object, T]) -> T:
        """Do something in the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.get()).result()


LOOP = _Loop()


class _Shell(asyncssh.SSHClientSession[bytes]):
    """Hands what arrives over to the thread that waits for it; empty bytes are the end."""

    def __init__(self) -> None:
        self.said: SimpleQueue[bytes] = SimpleQueue()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        del datatype
        self.said.put(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.said.put(b"")


class _Client(asyncssh.SSHClient):
    """Judges the host key: asyncssh itself does not tell an unknown key from a changed one."""

    def __init__(self, trusted: list[asyncssh.SSHKey]) -> None:
        self._trusted = trusted
        self.wrong: HostKeyError | None = None

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        del host, addr, port
        if key in self._trusted:
            return True
        self.wrong = HostKeyError(key.get_fingerprint(), changed=bool(self._trusted))
        return False


class LegacyWire:
    """A wire over old SSH: a shell that lives in the loop's thread, used from any other."""

    def __init__(
        self,
        connection: asyncssh.SSHClientConnection,
        channel: asyncssh.SSHClientChannel[bytes],
        said: SimpleQueue[bytes],
    ) -> None:
        self._connection, self._channel, self._said = connection, channel, said
        self._over = False

    def send(self, data: bytes) -> None:
        """Send bytes; raise `OSError` when the device has gone."""
        if self._channel.is_closing():
            raise ConnectionResetError("the session is closed")
        LOOP.get().call_soon_threadsafe(self._write, data)

    def _write(self, data: bytes) -> None:
        if not self._channel.is_closing():
            self._channel.write(data)

    def receive(self, seconds: float) -> bytes:
        """Return what the device says next; empty when it has hung up; `TimeoutError` when it says nothing."""
        if self._over:
            return b""
        try:
            data = self._said.get(timeout=seconds)
        except Empty:
            raise TimeoutError(f"nothing was said for {seconds} s") from None
        self._over = not data
        return data

    def close(self) -> None:
        """Hang up; harmless when that was done before."""
        LOOP.run(self._hang_up())

    async def _hang_up(self) -> None:
        self._connection.abort()
        await asyncio.wait_for(self._connection.wait_closed(), _GOODBYE)


def open_legacy(  # noqa: PLR0913 - what a login takes
    host: str, port: int, username: str, password: str, *, known_hosts: Path, seconds: float
) -> LegacyWire:
    """Log in with old algorithms allowed.

    Args:
        host: name or address.
        port: TCP port.
        username: the account.
        password: its password.
        known_hosts: file of trusted host keys.
        seconds: how long the login may take.

    Raises:
        HostKeyError: the host key is unknown, or another one is known.
        OldAlgorithmsError: not even the old algorithms are common to both sides.
        NetmikoAuthenticationException: the password is refused.
        OSError: the device cannot be reached.
    """
    trusted = _trusted(known_hosts, host, port)
    return LOOP.run(_open((host, port), (username, password), trusted, seconds))


async def _open(
    spot: tuple[str, int], account: tuple[str, str], trusted: list[asyncssh.SSHKey], seconds: float
) -> LegacyWire:
    client, shell = _Client(trusted), _Shell()
    try:
        connection = await asyncssh.connect(
            *spot, client_factory=lambda: client, options=_options(account, trusted, seconds)
        )
        channel, _ = await connection.create_session(
            lambda: shell, term_type="vt100", term_size=(WIDTH, HEIGHT), encoding=None
        )
    except asyncssh.PermissionDenied as error:
        raise NetmikoAuthenticationException(str(error)) from error
    except asyncssh.KeyExchangeFailed as error:
        raise OldAlgorithmsError(str(error)) from error
    except asyncssh.Error as error:
        raise client.wrong or ConnectionError(str(error)) from error
    return LegacyWire(connection, channel, shell.said)


def _trusted(known_hosts: Path, host: str, port: int) -> list[asyncssh.SSHKey]:
    if not known_hosts.exists():
        return []
    keys, _, revoked, *_ = asyncssh.match_known_hosts(str(known_hosts), host, host, port if port != _SSH_PORT else None)
    return [key for key in keys if key not in revoked]


def _options(
    account: tuple[str, str], trusted: list[asyncssh.SSHKey], seconds: float
) -> asyncssh.SSHClientConnectionOptions:
    """Return the options: nothing of the user's own set-up, and the old algorithms behind the new ones.

    The kinds of host key that are known come first, or a box with two keys would seem to have changed its own.
    """
    known = [algorithm.decode() for key in trusted for algorithm in key.sig_algorithms]
    return asyncssh.SSHClientConnectionOptions(
        username=account[0],
        password=account[1],
        known_hosts=([], [], []),
        server_host_key_algs=list(dict.fromkeys(known)) or "+" + ",".join(HOST_KEYS),
        kex_algs="+" + ",".join(KEX),
        encryption_algs="+" + ",".join(CIPHERS),
        mac_algs="+" + ",".join(MACS),
        signature_algs="+" + ",".join(HOST_KEYS),
        config=[],
        agent_path=None,
        client_keys=None,
        preferred_auth="password,keyboard-interactive",
        connect_timeout=seconds,
        login_timeout=seconds,
    )
