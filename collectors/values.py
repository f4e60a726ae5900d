"""A cell's content as the numbers of samples: scales, dates, states, and what is not plausible."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from snmp import MalformedError, ber

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.model import Metric, Sanity

MANTISSA = 1 << 53
"""A float64 counts exactly to here; counters wrap there, as snmp_exporter lets them."""

_SHORT, _NEGATIVE = 6, 0x80
_FLOAT, _DOUBLE = b"\x9f\x78\x04", b"\x9f\x79\x08"
_NTP_EPOCH = -2208988800
_LOCAL_DATE, _ZONED_DATE = 8, 11


def raw_number(tag: int, content: bytes) -> float | None:
    """Return the number in a cell; None when it holds none.

    Raises:
        MalformedError: a number of impossible length.
    """
    if tag in ber.NUMBERS:
        value = ber.to_integer(tag, content)
        return value if value < MANTISSA else value % MANTISSA
    if tag == ber.OPAQUE and content[:3] == _FLOAT and len(content) == 3 + 4:
        return float(struct.unpack(">f", content[3:])[0])
    if tag == ber.OPAQUE and content[:3] == _DOUBLE and len(content) == 3 + 8:
        return float(struct.unpack(">d", content[3:])[0])
    return None


def raw_numbers(cells: Iterable[tuple[int, bytes]]) -> list[float]:
    """Return `raw_number` of each cell, with a short way for what nearly all hold: a number of 48 bits, not negative.

    Raises:
        MalformedError: as `raw_number`, and where a cell holds no number.
    """
    from_bytes, numbers = int.from_bytes, ber.NUMBERS
    return [
        from_bytes(content)
        if tag in numbers and 0 < len(content) <= _SHORT and (tag != ber.INTEGER or content[0] < _NEGATIVE)
        else _number(tag, content)
        for tag, content in cells
    ]


def _number(tag: int, content: bytes) -> float:
    """Return the number in a cell.

    Raises:
        MalformedError: there is none.
    """
    value = raw_number(tag, content)
    if value is None:
        raise MalformedError(f"no number under tag 0x{tag:02x}")
    return value


def sample(metric: Metric, tag: int, content: bytes) -> float | None:
    """Return the value of a gauge or counter; None when it is absent or cannot be.

    Raises:
        MalformedError: as `raw_number`.
    """
    raw = raw_number(tag, content)
    if raw is None or metric.sanity is None:
        return raw if raw is None else _scaled(raw, metric.scale, metric.offset)
    return _sane(metric, metric.sanity, raw)


def _scaled(raw: float, scale: float, offset: float) -> float:
    """Return a raw number in the metric's unit."""
    value = raw * scale if scale else raw
    return value + offset if offset else value


def _sane(metric: Metric, sanity: Sanity, raw: float) -> float | None:
    """Return the scaled value if it can be true, else None."""
    if raw in sanity.sentinels:
        return None
    if sanity.values:
        return sanity.values.get(int(raw))
    value = _scaled(raw, metric.scale, metric.offset)
    if sanity.plausible(value):
        return value
    others = [_scaled(raw, scale, metric.offset) for scale in sanity.also_scales]
    fitting = [other for other in others if sanity.plausible(other)]
    return fitting[0] if len(fitting) == 1 else None


def unix_time(kind: str, content: bytes, pattern: str = "") -> float:
    """Return a DateAndTime (RFC 2579), an NTP time stamp, or a text after a pattern of strptime, in seconds since 1970.

    Raises:
        MalformedError: no such date.
    """
    if kind == "NTPTimeStamp":
        if len(content) != _LOCAL_DATE:
            raise MalformedError(f"an NTP time stamp of {len(content)} octets")
        whole, part = struct.unpack(">II", content)
        return _NTP_EPOCH + int(whole) + int(part) / (1 << 32)
    if kind == "ParseDateAndTime":
        return _parsed(content, pattern)
    if len(content) not in (_LOCAL_DATE, _ZONED_DATE):
        raise MalformedError(f"a DateAndTime of {len(content)} octets")
    try:
        return _date(content).timestamp()
    except ValueError as error:
        raise MalformedError(f"no date: {error}") from error


def _parsed(content: bytes, pattern: str) -> float:
    """Return the date in a text; without a zone it is taken for UTC."""
    try:
        found = datetime.strptime(content.decode("utf-8", "replace"), pattern)  # noqa: DTZ007 - the zone is set below
    except ValueError as error:
        raise MalformedError(f"no date: {error}") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _date(content: bytes) -> datetime:
    """Return a DateAndTime; without a zone it is taken for UTC."""
    year, month, day, hour, minute, second, tenth = struct.unpack(">HBBBBBB", content[:8])
    zone = UTC
    if len(content) == _ZONED_DATE:
        sign = -1 if content[8:9] == b"-" else 1
        zone = timezone(sign * timedelta(hours=content[9], minutes=content[10]))
    return datetime(year, month, day, hour, minute, min(second, 59), tenth % 10 * 100_000, zone)


def bit(content: bytes, position: int) -> int:
    """Return a bit of a BITS value, counted from the highest bit of the first octet."""
    octet = position // 8
    return int(octet < len(content) and bool(content[octet] & (0x80 >> position % 8)))
