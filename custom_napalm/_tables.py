"""What the outputs of all platforms have in common: blank lines between lines, addresses in several spellings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANGE = re.compile(r"(?:(\d+)/)?(\d+)(?:-(?:(\d+)/)?(\d+))?")
_DURATION = re.compile(r"(\d+)\s+(week|day|hour|minute|second)")
_SECONDS = {"week": 604800.0, "day": 86400.0, "hour": 3600.0, "minute": 60.0, "second": 1.0}
_HEX_DIGITS = 12


def rows(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the lines that are rows of a table; titles, headers, footers, prompts and blank lines are none."""
    for line in text.splitlines():
        found = pattern.fullmatch(line.rstrip())
        if found:
            yield found


def field(text: str, name: str) -> str:
    """Return what stands behind ``name :``; empty when nothing does, or there is no such line."""
    found = re.search(rf"(?m)^[ \t]*{name}[ \t]*:[ \t]*(.*?)[ \t\r]*$", text)
    return found[1] if found else ""


def mac(text: str) -> str:
    """Return a MAC address as NAPALM writes it: ``00:04:96:20:AC:D4``; empty for what is none.

    >>> mac("b8d6-f6ff-739b")
    'B8:D6:F6:FF:73:9B'
    """
    digits = re.sub(r"[^0-9a-fA-F]", "", text).upper()
    if len(digits) != _HEX_DIGITS:
        return ""
    return ":".join(digits[at : at + 2] for at in range(0, _HEX_DIGITS, 2))


def seconds(text: str) -> float:
    """Return a duration in words in seconds; -1 for no duration.

    >>> seconds("60 weeks, 4 days, 11 hours, 20 minutes")
    36674400.0
    """
    parts = _DURATION.findall(text)
    return sum(int(count) * _SECONDS[unit] for count, unit in parts) if parts else -1.0


def clock(days: str, hours: str, minutes: str, secs: str) -> float:
    """Return an uptime that is shown as days and a clock, in seconds."""
    return int(days) * 86400.0 + int(hours) * 3600.0 + int(minutes) * 60.0 + int(secs)


def ports(text: str) -> list[str]:
    """Return the ports of a list in any of the three spellings.

    >>> ports("1/1-1/3,2/7")
    ['1/1', '1/2', '1/3', '2/7']
    >>> ports("1/1-2,49")
    ['1/1', '1/2', '49']
    """
    found: list[str] = []
    for slot, first, _, last in _RANGE.findall(text):
        head = f"{slot}/" if slot else ""
        found += [f"{head}{number}" for number in range(int(first), int(last or first) + 1)]
    return found
