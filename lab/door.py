"""What stands behind an address: the device that a caller meets, whichever protocol he comes by."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.faults import FaultBoard
    from lab.terminal import Personality


@dataclass(frozen=True, slots=True)
class Door:
    """One device, as its listeners know it.

    Attributes:
        name: inventory name.
        address: its loopback address.
        platform: command line that it speaks.
        personality: the device itself.
        faults: asked at each connection and each line.
        legacy_ssh: it offers only the SSH algorithms of 2005.
        telnet: it listens on Telnet too.
    """

    name: str
    address: str
    platform: str
    personality: Personality
    faults: FaultBoard
    legacy_ssh: bool = False
    telnet: bool = False


def why(name: str, address: str, port: int, error: OSError) -> str:
    """Return why a device cannot be served, and what to do about it."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"{name}: {address} port {port} is in use by another program, perhaps another lab. "
            "Stop that lab, or start this one on another port."
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"{name}: cannot listen on {address} port {port}: {reason}. Give the device a 127.x.y.z address."
