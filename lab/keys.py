"""The host keys that the devices of a lab show."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from pathlib import Path

_RSA_BITS = 2048


class HostKeys:
    """The host keys of a lab: one ed25519 and one RSA key for all its devices, made in about 0.2 s.

    Args:
        folder: where the keys are kept, so that ``known_hosts`` holds while the lab is up; None keeps them in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.private = tuple(_key(folder, algorithm) for algorithm in ("ssh-ed25519", "ssh-rsa"))

    @cached_property
    def legacy(self) -> asyncssh.SSHKey:
        """Return the one key that an old box has: DSA, 1024 bits; made when it is first asked for."""
        return _key(self._folder, "ssh-dss")

    @property
    def public(self) -> tuple[str, ...]:
        """Return the public keys as ``ssh-ed25519 AAAA...`` lines."""
        return tuple(map(public_line, self.private))


def public_line(key: asyncssh.SSHKey) -> str:
    """Return a public key as ``known_hosts`` has it, without the host."""
    return str(key.export_public_key().decode().strip())


def _key(folder: Path | None, algorithm: str) -> asyncssh.SSHKey:
    path = folder and folder / f"{algorithm.replace('-', '_')}_host_key"
    if path and path.exists():
        return asyncssh.read_private_key(path)
    if algorithm == "ssh-rsa":
        key = asyncssh.generate_private_key(algorithm, key_size=_RSA_BITS)
    else:
        key = asyncssh.generate_private_key(algorithm)
    if path:
        path.touch(mode=0o600)
        path.write_bytes(key.export_private_key())
    return key
