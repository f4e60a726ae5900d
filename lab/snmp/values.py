"""SNMP values: the SMI types as pysnmp encodes them, and the cells that a view is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pyasn1.codec.ber import encoder
from pysnmp.proto import rfc1902

if TYPE_CHECKING:
    from collections.abc import Callable

Oid: TypeAlias = tuple[int, ...]
Value: TypeAlias = Any  # a pysnmp SMI value: the library ships no types

MAX32 = 2**32 - 1
_MAX64 = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One instance of one object; without `read` only the object is known (a table with no rows).

    Attributes:
        column: OID of the scalar or column.
        index: ``(0,)`` for a scalar, the row's index for a column.
        read: computes the value when it is asked for.
    """

    column: Oid
    index: Oid
    read: Callable[[], Value] | None


def oid(dotted: str) -> Oid:
    """Return the arcs of ``1.3.6.1...``."""
    return tuple(map(int, dotted.split(".")))


def integer(value: int) -> Value:
    """Return an INTEGER / Integer32."""
    return rfc1902.Integer32(value)


def truth(*, value: bool) -> Value:
    """Return a TruthValue: true(1), false(2)."""
    return rfc1902.Integer32(1 if value else 2)


def octets(value: bytes) -> Value:
    """Return an OCTET STRING."""
    return rfc1902.OctetString(value)


def text(value: str) -> Value:
    """Return a string in UTF-8, which for these devices is ASCII but for what a person typed."""
    return rfc1902.OctetString(value.encode())


def pointer(value: Oid) -> Value:
    """Return an OBJECT IDENTIFIER."""
    return rfc1902.ObjectIdentifier(value)


def gauge(value: int) -> Value:
    """Return a Gauge32; what does not fit sticks at its maximum, as RFC 2578 wants."""
    return rfc1902.Gauge32(min(value, MAX32))


def counter(value: int) -> Value:
    """Return a Counter32, wrapped."""
    return rfc1902.Counter32(value & MAX32)


def counter64(value: int) -> Value:
    """Return a Counter64, wrapped."""
    return rfc1902.Counter64(value & _MAX64)


def ticks(seconds: float) -> Value:
    """Return TimeTicks (1/100 s) of a number of seconds."""
    return rfc1902.TimeTicks(int(seconds * 100) & MAX32)


def address(dotted: str) -> Value:
    """Return an IpAddress."""
    return rfc1902.IpAddress(dotted)


def is_counter64(value: Value) -> bool:
    """Tell whether a value has the one type that SNMPv1 cannot carry (RFC 3584, 4.2.2.1)."""
    return bool(value.tagSet == rfc1902.Counter64.tagSet)


def tlv(tag: int, content: bytes) -> bytes:
    """Return tag, definite length and content (X.690, 8.1)."""
    size = len(content)
    if size < 0x80:  # noqa: PLR2004 - X.690: the short form of a length
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def encode(value: Value) -> bytes:
    """Return a value in BER."""
    return bytes(encoder.encode(value))


def encode_oid(name: Oid) -> bytes:
    """Return an object name in BER."""
    return bytes(encoder.encode(rfc1902.ObjectName(name)))
