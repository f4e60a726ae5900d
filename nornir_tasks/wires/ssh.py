"""Today's SSH: netmiko's own connection on paramiko, which refuses ssh-dss and takes nothing weaker than it ships."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from paramiko import MissingHostKeyPolicy
from paramiko.ssh_exception import BadHostKeyException, IncompatiblePeer

from nornir_tasks.wires.base import CHUNK, HostKeyError, OldAlgorithmsError

if TYPE_CHECKING:
    from paramiko import Channel, PKey, SSHClient


class ChannelWire:
    """A wire over a shell that paramiko has opened."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def send(self, data: bytes) -> None:
        """Send bytes; raise `OSError` when the device has gone."""
        self._channel.sendall(data)

    def receive(self, seconds: float) -> bytes:
        """Return what the device says next; empty when it has hung up; `TimeoutError` when it says nothing."""
        self._channel.settimeout(seconds)
        return self._channel.recv(CHUNK)

    def close(self) -> None:
        """Hang up the shell; the connection below it is netmiko's to close."""
        self._channel.close()


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
