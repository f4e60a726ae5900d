"""BER as SNMP uses it (X.690 with RFC 3417 section 8): definite lengths, primitive octet strings.

An object identifier travels through the engine as its encoded content: a subtree test is then
`bytes.startswith`, exact because every sub-identifier ends at its first octet below 0x80. Only
indexes are decoded, and those repeat from column to column.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from snmp.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTEGER, OCTET_STRING, NULL, OID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP_ADDRESS, COUNTER32, GAUGE32, TIMETICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW = 0x80, 0x81, 0x82

UNSIGNED = frozenset((COUNTER32, GAUGE32, TIMETICKS, COUNTER64))
NUMBERS = UNSIGNED | {INTEGER}
MAX_SUBID = 0xFFFFFFFF
MAX_SUBIDS = 128
_LONG = 0x80
_MAX_LENGTH_OCTETS = 4
_MAX_INTEGER_OCTETS = 9

VarBind: TypeAlias = tuple[bytes, int, bytes]
"""Encoded object identifier, tag of the value, content of the value."""


def length(size: int) -> bytes:
    """Return the length octets of a content of `size` octets."""
    if size < _LONG:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((_LONG | len(octets),)) + octets


def tlv(tag: int, content: bytes) -> bytes:
    """Return tag, length and content as one encoding."""
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    return bytes((tag,)) + length(size) + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Encode an INTEGER (or, with `tag`, a non-negative application type) in the fewest octets."""
    size = value.bit_length() // 8 + 1 if value >= 0 else (-value - 1).bit_length() // 8 + 1
    return bytes((tag, size)) + value.to_bytes(size, "big", signed=True)


def octets(value: bytes) -> bytes:
    """Encode an OCTET STRING."""
    return tlv(OCTET_STRING, value)


def read(data: bytes, pos: int, end: int) -> tuple[int, int, int]:
    """Return tag, start and stop of the content of the element at `pos`, which must end by `end`.

    Raises:
        MalformedError: the element is cut short, or its length is indefinite or absurd.
    """
    if pos + 2 > end:
        raise MalformedError("an element is cut short")
    size, start = data[pos + 1], pos + 2
    if size >= _LONG:
        size, start = _long_length(data, start, size & 0x7F, end)
    stop = start + size
    if stop > end:
        raise MalformedError("an element is longer than what holds it")
    return data[pos], start, stop


def _long_length(data: bytes, pos: int, count: int, end: int) -> tuple[int, int]:
    """Return a long-form length and the position after it."""
    if not 0 < count <= _MAX_LENGTH_OCTETS or pos + count > end:
        raise MalformedError("a length is indefinite, absurd or cut short")
    return int.from_bytes(data[pos : pos + count], "big"), pos + count


def expect(data: bytes, pos: int, end: int, tag: int) -> tuple[int, int]:
    """Return start and stop of the content at `pos`, whose tag must be `tag`.

    Raises:
        MalformedError: another tag, or a broken element.
    """
    start = pos + 2
    # A dozen elements stand in front of each SNMPv3 reply, nearly all with lengths of one octet.
    if start <= end and data[pos] == tag and data[pos + 1] < _LONG and start + data[pos + 1] <= end:
        return start, start + data[pos + 1]
    found, start, stop = read(data, pos, end)
    if found != tag:
        raise MalformedError(f"tag 0x{found:02x} where 0x{tag:02x} belongs")
    return start, stop


def expect_integer(data: bytes, pos: int, end: int) -> tuple[int, int]:
    """Return the INTEGER at `pos` and the position after it.

    Raises:
        MalformedError: no INTEGER there.
    """
    start, stop = expect(data, pos, end, INTEGER)
    return to_integer(INTEGER, data[start:stop]), stop


def to_integer(tag: int, content: bytes) -> int:
    """Return the number in the content of an INTEGER, counter, gauge or TimeTicks.

    Raises:
        MalformedError: no octet, or more than a 64-bit number needs.
    """
    if not 0 < len(content) <= _MAX_INTEGER_OCTETS:
        raise MalformedError(f"a number of {len(content)} octets")
    # Some agents send a Counter32 above 2^31 in four octets: an application type is never negative.
    return int.from_bytes(content, "big", signed=tag not in UNSIGNED)


def varbinds(data: bytes, pos: int, end: int) -> list[VarBind]:
    """Return the variable bindings between `pos` and `end`: the loop that all speed hangs on.

    Raises:
        MalformedError: anything but a list of SEQUENCE { OBJECT IDENTIFIER, value }.
    """
    found: list[VarBind] = []
    add = found.append
    try:
        while pos < end:
            size = data[pos + 1]
            # Nearly every binding is shorter than 128 octets: three one-octet lengths, one of which tells the others.
            if size < _LONG and data[pos] == SEQUENCE and data[pos + 2] == OID:
                name, stop = pos + 4 + data[pos + 3], pos + 2 + size
                if name + 2 + data[name + 1] == stop <= end:
                    add((data[pos + 4 : name], data[name], data[name + 2 : stop]))
                    pos = stop
                    continue
            binding, pos = _varbind(data, pos, end)
            add(binding)
    except IndexError:
        raise MalformedError("a variable binding is cut short") from None
    return found


def _varbind(data: bytes, pos: int, end: int) -> tuple[VarBind, int]:
    """Read one variable binding with lengths of any form."""
    start, stop = expect(data, pos, end, SEQUENCE)
    name, after = expect(data, start, stop, OID)
    tag, value, value_end = read(data, after, stop)
    if value_end != stop:
        raise MalformedError("a variable binding holds more than a name and a value")
    return (data[name:after], tag, data[value:value_end]), stop


def encode_oid(oid: str | Sequence[int]) -> bytes:
    """Return the content octets of an object identifier, given as dotted text or numbers.

    Raises:
        MalformedError: fewer than two numbers, or numbers out of range.
    """
    return _encode_oid(oid if isinstance(oid, str) else ".".join(map(str, oid)))


@lru_cache(maxsize=16384)
def _encode_oid(text: str) -> bytes:
    """Encode dotted text; the same names are asked for at every scrape."""
    try:
        first, second, *rest = map(int, text.removeprefix(".").split("."))
    except ValueError:
        raise MalformedError(f"{text!r} is no object identifier") from None
    if not (0 <= first <= 2 and second >= 0 and (first == 2 or second < 40)):  # noqa: PLR2004 - X.690 8.19.4
        raise MalformedError(f"{text!r} starts with numbers that no object identifier has")
    return encode_index((first * 40 + second, *rest))


def encode_index(numbers: Sequence[int]) -> bytes:
    """Return numbers as sub-identifiers, without the joining of the first two.

    Raises:
        MalformedError: a number that does not fit 32 bits.
    """
    out = bytearray()
    for number in numbers:
        if not 0 <= number <= MAX_SUBID:
            raise MalformedError(f"sub-identifier {number} does not fit 32 bits")
        out += _subid(number)
    return bytes(out)


def _subid(number: int) -> bytes:
    """Encode one sub-identifier, seven bits an octet."""
    if number < _LONG:
        return bytes((number,))
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(_LONG | number & 0x7F)
    return bytes(reversed(parts))


def decode_index(content: bytes) -> tuple[int, ...]:
    """Return the numbers of encoded sub-identifiers: what follows a column's own identifier.

    Raises:
        MalformedError: padded, cut short, above 32 bits, or more than 128 numbers (RFC 3416 section 4.1).
    """
    numbers: list[int] = []
    value = 0
    for octet in content:
        if octet == _LONG and not value:
            raise MalformedError("a sub-identifier is padded")
        value = value << 7 | octet & 0x7F
        if value > MAX_SUBID:
            raise MalformedError("a sub-identifier does not fit 32 bits")
        if octet < _LONG:
            numbers.append(value)
            value = 0
    if content and content[-1] >= _LONG:
        raise MalformedError("an object identifier is cut short")
    if len(numbers) > MAX_SUBIDS:
        raise MalformedError("an object identifier of more than 128 numbers")
    return tuple(numbers)


def decode_oid(content: bytes) -> tuple[int, ...]:
    """Return the numbers of an object identifier.

    Raises:
        MalformedError: empty, or as in `decode_index`.
    """
    if not content:
        raise MalformedError("an object identifier without octets")
    joined, *rest = decode_index(content)
    first = min(joined // 40, 2)
    return (first, joined - 40 * first, *rest)


def dotted(content: bytes) -> str:
    """Return an encoded object identifier as dotted text without a leading dot."""
    return ".".join(map(str, decode_oid(content)))


_indexes: dict[bytes, tuple[int, ...]] = {}
_INDEXES_KEPT = 100_000


def index_numbers(content: bytes) -> tuple[int, ...]:
    """Return `decode_index`, remembered: the same indexes come in every column and at every visit.

    Raises:
        MalformedError: as `decode_index`.
    """
    found = _indexes.get(content)
    if found is None:
        if len(_indexes) >= _INDEXES_KEPT:
            _indexes.clear()
        found = _indexes[content] = decode_index(content)
    return found
