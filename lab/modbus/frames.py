"""Frames of Modbus TCP (MBAP) and of a serial line (RTU) passed on over TCP, as a server sees them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio

_HEADER = struct.Struct(">HHHB")
_LONGEST = 254
_RTU_READ = 8
"""Octets of a request to read on a serial line: unit, function, address, count, checksum."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its number (0 on a serial line), the unit, and the rest without checksum."""

    number: int
    unit: int
    content: bytes


class Framing(Protocol):
    """How requests and replies are wrapped."""

    async def read(self, reader: asyncio.StreamReader) -> Asked | None:
        """Return the next request; None for one that is broken."""

    def wrap(self, asked: Asked, unit: int, content: bytes) -> bytes:
        """Return a reply to be sent."""


class Tcp:
    """Modbus Messaging on TCP/IP V1.0b, section 3.1.3."""

    async def read(self, reader: asyncio.StreamReader) -> Asked | None:
        """Return the next request."""
        number, protocol, length, unit = _HEADER.unpack(await reader.readexactly(_HEADER.size))
        if protocol != 0 or not 1 < length <= _LONGEST:
            return None
        return Asked(number, unit, await reader.readexactly(length - 1))

    def wrap(self, asked: Asked, unit: int, content: bytes) -> bytes:
        """Return a reply with its header."""
        return _HEADER.pack(asked.number, 0, len(content) + 1, unit) + content


class Rtu:
    """Modbus over Serial Line V1.02, section 2.5.1; reads only, whose requests all have one length."""

    async def read(self, reader: asyncio.StreamReader) -> Asked | None:
        """Return the next request; None when its checksum is wrong."""
        frame = await reader.readexactly(_RTU_READ)
        if checksum(frame[:-2]) != frame[-2:]:
            return None
        return Asked(0, frame[0], frame[1:-2])

    def wrap(self, asked: Asked, unit: int, content: bytes) -> bytes:
        """Return a reply with its checksum."""
        del asked
        frame = bytes((unit,)) + content
        return frame + checksum(frame)


FRAMINGS: dict[str, Framing] = {"tcp": Tcp(), "rtu": Rtu()}


def checksum(octets: bytes) -> bytes:
    """Return the CRC of a serial line, low octet first (polynomial A001 reversed, from FFFF)."""
    register = 0xFFFF
    for octet in octets:
        register ^= octet
        for _ in range(8):
            register = register >> 1 ^ (0xA001 if register & 1 else 0)
    return register.to_bytes(2, "little")
