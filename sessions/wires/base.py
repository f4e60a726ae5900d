"""What every way in has in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

CHUNK = 65536
WIDTH, HEIGHT = 511, 1000
"""Size of the terminal asked for: no device wraps a line or turns a page that fits it."""


class Transport(StrEnum):
    """How a device is reached; the inventory's ``transport`` and ``legacy_ssh`` choose."""

    SSH = "ssh"
    LEGACY_SSH = "legacy_ssh"
    TELNET = "telnet"


class HostKeyError(Exception):
    """A device shows a host key that is not trusted.

    Attributes:
        fingerprint: of the key that it shows, ``SHA256:...``.
        changed: another key is known for it; False when none is.
    """

    def __init__(self, fingerprint: str, *, changed: bool) -> None:
        super().__init__(f"{'changed' if changed else 'unknown'} host key {fingerprint}")
        self.fingerprint, self.changed = fingerprint, changed


class OldAlgorithmsError(Exception):
    """No SSH algorithm is common to both sides; carries what the library says of it."""


class SessionEndedError(Exception):
    """The device closed the session; carries what it said last."""


class Wire(Protocol):
    """An open way to a device, logged in as far as the protocol itself does that."""

    def send(self, data: bytes) -> None:
        """Send bytes; raise `OSError` when the device has gone."""

    def receive(self, seconds: float) -> bytes:
        """Return what the device says next; empty when it has hung up.

        Raises:
            TimeoutError: it said nothing for that long.
            OSError: the connection broke.
        """

    def close(self) -> None:
        """Hang up; harmless when that was done before."""
