"""How octets are to be read: the DISPLAY-HINT of a textual convention (RFC 2579 section 3.1)."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, repeat
from typing import NamedTuple

_SPEC = re.compile(r"(?:(\*)(\d+)([adotx])([^\d*]?)([^\d*]?)|(\d+)([adotx])([^\d*]?))")
_MAX_NUMBER = 8


class Spec(NamedTuple):
    """One part of a hint.

    Attributes:
        counted: whether an octet in front tells how often the part comes.
        size: octets of each.
        form: ``d`` decimal, ``x`` hexadecimal, ``o`` octal, ``a`` ASCII, ``t`` UTF-8.
        separator: after each, where more follows.
        terminator: in the place of the last separator of a counted part.
    """

    counted: bool
    size: int
    form: str
    separator: bytes
    terminator: bytes


@lru_cache(maxsize=1024)
def _specs(hint: str) -> tuple[Spec, ...]:
    """Return the parts of a hint; none when it is not one."""
    found = list(_SPEC.finditer(hint))
    if "".join(match[0] for match in found) != hint:
        return ()
    return tuple(
        Spec(bool(m[1]), int(m[2] or m[6]), m[3] or m[7], (m[4] or m[8] or "").encode(), (m[5] or "").encode())
        for m in found
    )


def hinted(hint: str, octets: bytes) -> str | None:
    """Return octets as a hint says; None when it says nothing of them.

    The last part goes on as long as there are octets; nothing is written after the last octet.
    """
    specs = _specs(hint)
    if not specs or not (specs[-1].size or specs[-1].counted):
        return None
    out, pos = bytearray(), 0
    for spec in chain(specs, repeat(specs[-1])):
        if pos >= len(octets):
            break
        times = octets[pos] if spec.counted else 1
        pos += spec.counted
        for turn in range(times):
            if pos >= len(octets):
                break
            written = _written(spec, octets[pos : pos + spec.size])
            if written is None:
                return None
            pos += spec.size
            after = spec.terminator if spec.terminator and turn == times - 1 else spec.separator
            out += written + (after if pos < len(octets) else b"")
    return out.decode("utf-8", "replace") if out else None


def _written(spec: Spec, part: bytes) -> bytes | None:
    """Return some octets in one form; None for a number that is too long."""
    if spec.form in "at":
        return part
    if spec.form == "x":
        return part.hex().upper().encode()
    if len(part) > _MAX_NUMBER:
        return None
    return format(int.from_bytes(part), "d" if spec.form == "d" else "o").encode()
