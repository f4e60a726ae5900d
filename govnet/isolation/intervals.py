"""Sets of integers as sorted, disjoint, non-adjacent inclusive intervals: the sides of a packet set's blocks."""

from __future__ import annotations

from bisect import bisect_left
from ipaddress import IPv4Address, IPv4Network, summarize_address_range
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Intervals = tuple[tuple[int, int], ...]

NONE: Intervals = ()
_LAST = 2**32 - 1
_MANY_TIMES = 8
"""Where one set has so many times the pieces of another, each piece of the other is looked for in it."""
ADDRESSES: Intervals = ((0, _LAST),)
PROTOCOLS: Intervals = ((0, 255),)
PORTS: Intervals = ((0, 65535),)


def normal(pieces: Iterable[tuple[int, int]]) -> Intervals:
    """Return the canonical form of any inclusive (low, high) pieces, overlapping or not."""
    ordered = sorted(pieces)
    if len(ordered) <= 1:
        return tuple(ordered)
    result: list[tuple[int, int]] = []
    for low, high in ordered:
        if result and low <= result[-1][1] + 1:
            if high > result[-1][1]:
                result[-1] = (result[-1][0], high)
        else:
            result.append((low, high))
    return tuple(result)


def union(first: Intervals, second: Intervals) -> Intervals:
    """Return what is in either."""
    if first == second or not second:
        return first
    return normal((*first, *second)) if first else second


def _before(pieces: Intervals, low: int) -> int:
    """Return the index of the last piece that starts at or before ``low``, or 0: nothing before it matters."""
    return max(0, bisect_left(pieces, (low,)) - 1) if len(pieces) > 4 else 0  # noqa: PLR2004 - shorter ones are scanned


def _reaching(pieces: Intervals, low: int) -> int:
    """Return the index of the first piece that ends at or after ``low``."""
    begun = bisect_left(pieces, (low,))
    return begun - 1 if begun and pieces[begun - 1][1] >= low else begun


def _clipped(pieces: Intervals, low: int, high: int) -> Intervals:
    """Return what of several pieces is within two bounds; the very same when that is all."""
    begun = _reaching(pieces, low)
    if begun == len(pieces) or pieces[begun][0] > high:
        return NONE
    start, to = pieces[begun]
    if to >= high:
        return ((max(start, low), high),)
    last = bisect_left(pieces, (high + 1,), begun)
    part = pieces[begun:last]  # the whole tuple itself when nothing is left out
    from_, end = part[-1]
    if start >= low and end <= high:
        return part
    if len(part) == 1:
        return ((max(start, low), min(end, high)),)
    return ((max(start, low), to), *part[1:-1], (from_, min(end, high)))


def intersection(first: Intervals, second: Intervals) -> Intervals:
    """Return what is in both; ``first`` or ``second`` itself when that is all of it."""
    if first is second:
        return first
    if not first or not second or first[-1][1] < second[0][0] or second[-1][1] < first[0][0]:
        return NONE
    if len(second) == 1:
        ((low, high),) = second
        if low <= first[0][0] and high >= first[-1][1]:
            return first
        if len(first) == 1:
            low, high = max(low, first[0][0]), min(high, first[0][1])
            return second if (low, high) == second[0] else ((low, high),)
        found = _clipped(first, low, high)
        return second if found == second else found
    found = _clipped(second, first[0][0], first[0][1]) if len(first) == 1 else _common(first, second)
    return first if found == first else found


def _common(first: Intervals, second: Intervals) -> Intervals:
    """Return what two sets of several pieces share."""
    if first == second:
        return first
    if len(first) > _MANY_TIMES * len(second):
        return tuple([piece for low, high in second for piece in _clipped(first, low, high)])
    if len(second) > _MANY_TIMES * len(first):
        return tuple([piece for low, high in first for piece in _clipped(second, low, high)])
    return tuple(_swept(first, second))


def _swept(first: Intervals, second: Intervals) -> list[tuple[int, int]]:
    """Return what two sets share, from the lowest address to the highest."""
    result = []
    i, j = _before(first, second[0][0]), _before(second, first[0][0])
    last_i, last_j = len(first), len(second)
    while i < last_i and j < last_j:
        piece = low, high = first[i]
        other_low, other_high = second[j]
        if high < other_high:
            i += 1
            if other_low <= low:
                result.append(piece)
            elif other_low <= high:
                result.append((other_low, high))
        else:
            j += 1
            if other_low <= low:
                if high == other_high:
                    result.append(piece)
                elif low <= other_high:
                    result.append((low, other_high))
            else:
                result.append(second[j - 1])
    return result


def difference(first: Intervals, second: Intervals) -> Intervals:
    """Return what is in ``first`` only."""
    if not first or not second or first[-1][1] < second[0][0] or second[-1][1] < first[0][0]:
        return first
    if first is second or first == second:
        return NONE
    begun, end = _reaching(first, second[0][0]), bisect_left(first, (second[-1][1] + 1,))
    if begun == end:
        return first
    left = _left(first[begun:end], second)
    return tuple(left) if end - begun == len(first) else (*first[:begun], *left, *first[end:])


def _left(first: Intervals, second: Intervals) -> list[tuple[int, int]]:
    """Return what is in ``first`` only."""
    result = []
    j, last = _before(second, first[0][0]), len(second)
    few = len(second) > _MANY_TIMES * len(first)
    for piece in first:
        low, end = piece
        if few:
            j = _before(second, low)
        while j < last and second[j][1] < low:
            j += 1
        if j == last or second[j][0] > end:
            result.append(piece)
            continue
        k = j
        while k < last and second[k][0] <= end:
            away, to = second[k]
            if low < away:
                result.append((low, away - 1))
            low = to + 1
            k += 1
        if low <= end:
            result.append((low, end))
    return result


def holds(intervals: Intervals, value: int) -> bool:
    """Return whether ``value`` is in the set."""
    return any(low <= value <= high for low, high in intervals)


def of_networks(networks: Iterable[IPv4Network]) -> Intervals:
    """Return the addresses of ``networks``."""
    return normal(map(span, networks))


def span(net: IPv4Network) -> tuple[int, int]:
    """Return the first and last address of a prefix, without making it work out its last one, which it would keep."""
    low = int(net.network_address)
    return low, low | _LAST >> net.prefixlen


def of_addresses(addresses: Iterable[IPv4Address]) -> Intervals:
    """Return single addresses as a set."""
    return normal([(number, number) for number in map(int, addresses)])


def address_words(intervals: Intervals) -> list[str]:
    """Say addresses as people do: ``any``, single addresses, prefixes; a range where it would take many prefixes."""
    if intervals == ADDRESSES:
        return ["any"]
    words: list[str] = []
    for low, high in intervals:
        nets = list(summarize_address_range(IPv4Address(low), IPv4Address(high)))
        if len(nets) > 2:  # noqa: PLR2004 - two prefixes are still easier to read than a range
            words.append(f"{IPv4Address(low)}-{IPv4Address(high)}")
        else:
            words += [str(net.network_address) if net.prefixlen == net.max_prefixlen else str(net) for net in nets]
    return words


def number_words(intervals: Intervals) -> str:
    """Say ports or protocol numbers: ``80,443,8000-8100``."""
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in intervals)
