"""What one unit shows: its registers and bits, and how it answers a request for them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

COILS, INPUTS, HOLDING, MEASURED = 1, 2, 3, 4
"""Function codes 01 to 04 of the Modbus Application Protocol V1.1b3: read coils, discrete inputs, holding, input."""
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
_MOST = {COILS: 2000, INPUTS: 2000, HOLDING: 125, MEASURED: 125}
_REQUEST = struct.Struct(">BHH")
_NEGATIVE = 1 << 16


class Panel:
    """The registers of a unit, by function code.

    Args:
        registers: function code -> address -> what is there now: 0 or 1 of a bit, else a whole number.
    """

    def __init__(self, registers: Mapping[int, Mapping[int, Callable[[], int]]]) -> None:
        self._registers = registers

    def answer(self, request: bytes) -> bytes:
        """Return the reply to a request, both without unit number and checksum; a refusal where it must be one."""
        if len(request) != _REQUEST.size or request[0] not in self._registers:
            return refusal(request[0], ILLEGAL_FUNCTION)
        function, first, count = _REQUEST.unpack(request)
        if not 0 < count <= _MOST[function]:
            return refusal(function, ILLEGAL_VALUE)
        held = self._registers[function]
        wanted = range(first, first + count)
        if any(address not in held for address in wanted):
            return refusal(function, ILLEGAL_ADDRESS)
        numbers = [held[address]() for address in wanted]
        content = _packed(numbers) if function in {COILS, INPUTS} else _words(numbers)
        return bytes((function, len(content))) + content


def refusal(function: int, code: int) -> bytes:
    """Return an exception reply."""
    return bytes((function | 0x80, code))


def _packed(bits: Sequence[int]) -> bytes:
    """Return bits as octets, the first one lowest."""
    octets = bytearray(-(-len(bits) // 8))
    for place, bit in enumerate(bits):
        octets[place // 8] |= bool(bit) << place % 8
    return bytes(octets)


def _words(numbers: Sequence[int]) -> bytes:
    return b"".join((number % _NEGATIVE).to_bytes(2, "big") for number in numbers)


def tenths(value: Callable[[], float]) -> Callable[[], int]:
    """Return a reader of ten times a value."""
    return lambda: round(value() * 10)


def long(
    address: int, value: Callable[[], float], *, low_first: bool = False
) -> Iterator[tuple[int, Callable[[], int]]]:
    """Yield the two registers of a long number, the high one first unless the board does otherwise."""
    high, low = (lambda: int(value()) >> 16), (lambda: int(value()) & 0xFFFF)
    first, second = (low, high) if low_first else (high, low)
    yield from ((address, first), (address + 1, second))
