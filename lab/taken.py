"""Why a device cannot be served at its address and port: who holds it, and what to do about it."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTENS = "0A"  # TCP_LISTEN, as the kernel's tables have it
_LAB = ["-m", "lab", "serve"]
_OWN = ["-m", "govnet"]


def why(name: str, spot: tuple[str, int], error: OSError, option: str, protocol: str = "tcp") -> str:
    """Return why a device cannot be served, and what to do about it.

    Args:
        name: of the device, or of whatever else was to be served there.
        spot: address and port.
        error: what the kernel said.
        option: of a command, by which another port is chosen: ``--ssh-port``.
        protocol: ``tcp`` or ``udp``.
    """
    address, port = spot
    if error.errno == errno.EADDRINUSE:
        return (
            f"{name}: {address} port {port}/{protocol} is in use by {holder(address, port, protocol)}. "
            f"End that, or choose another port with {option}."
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    foreign = error.errno == errno.EADDRNOTAVAIL
    mend = "Give the device a 127.x.y.z address" if foreign else f"Choose another port with {option}"
    return f"{name}: cannot listen on {address} port {port}/{protocol}: {reason}. {mend}."


def holder(address: str, port: int, protocol: str = "tcp") -> str:
    """Name the process that listens at an address and port, with its lab's folder where it is a lab.

    Whose process is another user's cannot be told; then it is "another program".
    """
    sockets = {f"socket:[{inode}]" for inode in _inodes(address, port, protocol)}
    for process in Path("/proc").glob("[0-9]*"):
        if sockets.intersection(_held(process)):
            return f"process {process.name} ({_called(process)})"
    return "another program"


def _inodes(address: str, port: int, protocol: str) -> Iterator[str]:
    """Yield the sockets that stand in the way of another at the same port: at the address, or at any."""
    at = {f"{socket.inet_aton(address)[::-1].hex().upper()}:{port:04X}", f"{0:08X}:{port:04X}", f"{0:032X}:{port:04X}"}
    for table in (protocol, f"{protocol}6"):
        try:
            lines = Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:  # a kernel without IPv6
            continue
        for _, local, _, state, *rest in map(str.split, lines):
            if local in at and (protocol == "udp" or state == _LISTENS):
                yield rest[5]


def _held(process: Path) -> Iterator[str]:
    """Yield what the descriptors of a process lead to; nothing for one of another user, or that has just ended."""
    try:
        for each in (process / "fd").iterdir():
            yield str(each.readlink())
    except OSError:
        return


def _called(process: Path) -> str:
    """Return what a process is to who started it; of a stranger its name alone, as its arguments may hold secrets."""
    try:
        words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        if words[1:4] == _LAB:
            return f"the lab in {process.joinpath('cwd').readlink() / words[4]}"
        if words[1:3] == _OWN:
            return f"govnet {' '.join(words[3:5])}"
        return (process / "comm").read_text(errors="replace").strip()
    except OSError:
        return "which has just ended"
