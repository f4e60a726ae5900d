"""The small notations of the inventory: arithmetic in rules, ranges of ports, references to ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.network.cabled import End

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TERM = re.compile(r"\s*(?P<sign>[+-]?)\s*(?P<factor>\d*)(?P<name>[a-z]?)((?P<cut>//|%)(?P<by>[1-9]\d*))?")
_GROUP = re.compile(r"\(([^()]*)\)")
_NAME = re.compile(r"\{(\w*)\}")
_RANGE = re.compile(r"(?P<stem>.*?)(?P<first>\d+)-(?P<last>\d+)")
_MOST_PORTS = 1024


class RuleError(ValueError):
    """A rule cannot be understood, or names something that has no value where it is used."""


def evaluate(expression: str, numbers: Mapping[str, int]) -> int:
    """Compute a sum of whole numbers and named numbers with factors; ``//`` and ``%`` cut one term of it.

    >>> evaluate("100z + 20 + t", {"z": 3, "t": 16})
    336
    >>> evaluate("96 + 64j//256", {"j": 5})  # the octet that a block of 64 runs over into
    97

    Raises:
        RuleError: not such a sum, or a name without value.
    """
    rest, total = expression.strip(), 0
    while rest:
        term = _TERM.match(rest)
        if (
            term is None
            or not (term["factor"] or term["name"])
            or (rest is not expression.strip() and not term["sign"])
        ):
            raise RuleError(f"{expression!r} is no sum like 100z + 20 + t")
        total += _value(term, expression, numbers)
        rest = rest[term.end() :].strip()
    if not expression.strip():
        raise RuleError("the rule is empty")
    return total


def _value(term: re.Match[str], expression: str, numbers: Mapping[str, int]) -> int:
    sign = -1 if term["sign"] == "-" else 1
    factor = int(term["factor"] or 1)
    if not term["name"]:
        return sign * _cut(term, factor)
    if term["name"] not in numbers:
        raise RuleError(f"{expression!r} uses {term['name']!r}, which has no value here (known: {_listed(numbers)})")
    return sign * _cut(term, factor * numbers[term["name"]])


def _cut(term: re.Match[str], value: int) -> int:
    if not term["cut"]:
        return value
    return value // int(term["by"]) if term["cut"] == "//" else value % int(term["by"])


def fill(template: str, numbers: Mapping[str, int], texts: Mapping[str, str] | None = None) -> str:
    """Replace each ``(sum)`` by its value and each ``{name}`` by its text.

    >>> fill("10.129.(16z+t-1).0/24", {"z": 1, "t": 2})
    '10.129.17.0/24'

    Raises:
        RuleError: as `evaluate`, or a name without text.
    """
    known = texts or {}

    def text(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise RuleError(f"{template!r} uses {{{match[1]}}}, which has no value here (known: {_listed(known)})")
        return known[match[1]]

    return _NAME.sub(text, _GROUP.sub(lambda match: str(evaluate(match[1], numbers)), template))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def expand(ranges: Iterable[str]) -> tuple[str, ...]:
    """Expand port ranges whose last number counts up; a name without a dash is itself.

    >>> expand(["eth0-1", "3/17"])
    ('eth0', 'eth1', '3/17')

    Raises:
        RuleError: a range that runs backwards or is absurdly long.
    """
    return tuple(port for text in ranges for port in _expand(text))


def _expand(text: str) -> list[str]:
    match = _RANGE.fullmatch(text)
    if match is None:
        return [text]
    first, last = int(match["first"]), int(match["last"])
    if last < first or last - first >= _MOST_PORTS:
        raise RuleError(f"the range {text!r} does not count up from {first}")
    return [f"{match['stem']}{number}" for number in range(first, last + 1)]


def end(text: str) -> End:
    """Read ``device:port``.

    Raises:
        RuleError: no colon, or nothing on one side of it.
    """
    device, colon, port = text.partition(":")
    if not (device and colon and port):
        raise RuleError(f"{text!r} is no end of a cable; write device:port")
    return End(device, port)


def number_of(device: str) -> int:
    """Return the number at the end of a device's name; 0 when it has none."""
    digits = re.search(r"\d+$", device)
    return int(digits[0]) if digits else 0
