"""The text that Prometheus scrapes (exposition format 0.0.4), written straight from values.

Series keep the order in which a device gave its rows; Prometheus does not ask for another. A gzip
stream may be a row of members (RFC 1952 section 2.2), so a device's chunk can be compressed once,
when it is polled, and joined to others at the scrape.
"""

from __future__ import annotations

import gzip
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
GZIP_LEVEL = 4

_LABEL = str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'})
_HELP = str.maketrans({"\\": "\\\\", "\n": "\\n"})
_LABELS = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


def escape_label(value: str) -> str:
    """Return a label value with backslash, quote and line feed escaped."""
    return value.translate(_LABEL) if "\\" in value or "\n" in value or '"' in value else value


def escape_help(value: str) -> str:
    """Return a help text with backslash and line feed escaped."""
    return value.translate(_HELP)


def labelled(series: str) -> tuple[str, dict[str, str]]:
    """Return the metric and the labels of a series as `Family.rows` have it: the way back from `escape_label`."""
    name, _, labels = series.partition("{")
    found = _LABELS.findall(labels)
    return name, {key: _ESCAPED.sub(_plain, value) if "\\" in value else value for key, value in found}


def _plain(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] == "n" else escaped[1]


def number(value: float) -> str:
    """Return a sample's value as text."""
    if isinstance(value, int):
        return str(value)
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"


@dataclass(slots=True)
class Family:
    """One metric with its samples.

    Attributes:
        rows: name with labels in braces, and value.
        distinct: whether it is known that no two rows are of one series.
    """

    name: str
    kind: str
    help: str
    rows: list[tuple[str, float]] = field(default_factory=list)
    distinct: bool = False

    def header(self) -> str:
        """Return the HELP and TYPE lines."""
        return f"# HELP {self.name} {escape_help(self.help)}\n# TYPE {self.name} {self.kind}\n"


def write(families: Iterable[Family]) -> str:
    """Return the exposition of metrics; those without samples are left out."""
    return "".join([family.header() + _lines(family.rows) for family in families if family.rows])


def _lines(rows: list[tuple[str, float]]) -> str:
    """Return one line a sample."""
    text = "".join([f"{series} {value}\n" for series, value in rows])
    # Python spells all numbers as the format does, but for these, which nearly no device ever sends.
    if "inf\n" in text or "nan\n" in text:
        return "".join([f"{series} {number(value)}\n" for series, value in rows])
    return text


def merge(families: Iterable[Family]) -> list[Family]:
    """Return metrics with those of one name joined, as the format wants, and no series twice."""
    found: dict[str, Family] = {}
    for family in families:
        if family.name in found:
            first = found[family.name]
            found[family.name] = Family(first.name, first.kind, first.help, first.rows + family.rows)
        else:
            found[family.name] = family
    return [family if family.distinct else _distinct(family) for family in found.values()]


def _distinct(family: Family) -> Family:
    """Return a metric without rows of a series that comes again."""
    return Family(family.name, family.kind, family.help, list(dict(family.rows).items()), distinct=True)


def member(chunk: str) -> bytes:
    """Return a chunk as one gzip member, without a time stamp so that equal text gives equal octets."""
    return gzip.compress(chunk.encode(), GZIP_LEVEL, mtime=0)
