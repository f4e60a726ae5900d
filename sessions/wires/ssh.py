"""Today's SSH: netmiko's own connection on paramiko, which refuses ssh-dss and takes nothing weaker than it ships."""

from __future__ import annotations

import socket
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from paramiko import MissingHostKeyPolicy, Transport
from paramiko.hostkeys import HostKeyEntry, HostKeys, InvalidHostKey
from paramiko.ssh_exception import BadHostKeyException, IncompatiblePeer, SSHException

from sessions.wires.base import CHUNK, HostKeyError, OldAlgorithmsError

if TYPE_CHECKING:
    from pathlib import Path

    from paramiko import Channel, PKey, SSHClient

_SSH_PORT = 22
_LOOK_UP = 5.0
"""Seconds between two looks of paramiko's thread at whether its session is over. As it comes it looks ten times a
second, which for hundreds of sessions at once is most of what they cost."""


class ChannelWire:
    """A wire over a shell that paramiko has opened."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._below = getattr(channel.get_transport(), "sock", None)
        if isinstance(self._below, socket.socket):
            self._below.settimeout(_LOOK_UP)

    def send(self, data: bytes) -> None:
        """Send bytes; raise `OSError` when the device has gone."""
        self._channel.sendall(data)

    def receive(self, seconds: float) -> bytes:
        """Return what the device says next; empty when it has hung up; `TimeoutError` when it says nothing."""
        self._channel.settimeout(seconds)
        return self._channel.recv(CHUNK)

    def close(self) -> None:
        """Hang up; the connection is netmiko's to close, and its thread, which sleeps, is woken for that."""
        self._channel.close()
        if isinstance(self._below, socket.socket):
            self._below.shutdown(socket.SHUT_RDWR)


def prompt_transport(sock: socket.socket, **options: Any) -> Transport:  # noqa: ANN401 - paramiko's own options
    """Paramiko: return the transport over a socket; what is typed leaves at once, however little it is."""
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Transport(sock, **options)


def trust(client: SSHClient, known_hosts: Path, host: str, port: int) -> None:
    """Let a client know the keys that a file of known hosts has for one host; a missing file has none.

    Paramiko itself reads every key of the file at every login, which for a network of n devices is n times n.
    """
    name = host if port == _SSH_PORT else f"[{host}]:{port}"
    for line in _lines_for(known_hosts, name):
        try:
            entry = HostKeyEntry.from_line(line)
        except (InvalidHostKey, SSHException):
            continue  # a key that cannot be read trusts nobody
        if entry and entry.key:
            client.get_host_keys().add(name, entry.key.get_name(), entry.key)


def _lines_for(known_hosts: Path, name: str) -> list[str]:
    try:
        state = known_hosts.stat()
    except FileNotFoundError:
        return []
    plain, hashed = _read(known_hosts, state.st_mtime_ns, state.st_size, state.st_ino)
    return [*plain.get(name, ()), *(line for mark, line in hashed if HostKeys.hash_host(name, mark) == mark)]


@lru_cache(maxsize=8)
def _read(known_hosts: Path, *state: int) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Return the lines of a file by host, and those of hosts whose names are hashed; ``state`` tells a changed file."""
    del state
    plain: dict[str, list[str]] = {}
    hashed: list[tuple[str, str]] = []
    for line in known_hosts.read_text(encoding="utf-8", errors="replace").splitlines():
        if not line.strip() or line.startswith(("#", "@")):  # certificates and revocations are not for paramiko
            continue
        for name in line.split(maxsplit=1)[0].split(","):
            if name.startswith("|1|"):
                hashed.append((name, line))
            else:
                plain.setdefault(name, []).append(line)
    return plain, hashed


class RefuseUnknown(MissingHostKeyPolicy):
    """Refuses a key of which nothing is known, and says which key it was."""

    def missing_host_key(self, client: SSHClient, hostname: str, key: PKey) -> NoReturn:
        """Paramiko: nothing is known of this host."""
        del client, hostname
        raise HostKeyError(key.fingerprint, changed=False)


def explain(error: BaseException | None) -> None:
    """Raise what paramiko meant where netmiko speaks of a timeout; return when it meant just that.

    Raises:
        HostKeyError: the device shows another key than the known one.
        OldAlgorithmsError: it offers nothing that paramiko still takes.
    """
    if isinstance(error, BadHostKeyException):
        raise HostKeyError(error.key.fingerprint, changed=True) from error
    if isinstance(error, IncompatiblePeer):
        raise OldAlgorithmsError(str(error)) from error
