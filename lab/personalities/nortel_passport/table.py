"""The frame of every table that the classic command line prints."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab.personalities.nortel_passport.state import Box

_WIDTH = 80
_INDENT = 40  # where the title starts in the 3.5.0.0 capture
_TIMED = 5  # release from which a show starts with the time; seen on 7.x, absent on 3.5, in between unknown


def table(title: str, heads: Iterable[str], rows: Iterable[str]) -> str:
    """Return a titled table; heads and rows keep the trailing blanks that they are given."""
    bar = "=" * _WIDTH
    return "\n".join([bar, " " * _INDENT + title, bar, *heads, "-" * _WIDTH, *rows])


def timed(box: Box, text: str) -> str:
    """Return an answer under the banner that newer releases print above every show."""
    if box.major < _TIMED:
        return text
    now = time.strftime("%a %b %d %H:%M:%S %Y GMT", time.gmtime()).upper()
    return "\n".join(["*" * 79, f"\t\tCommand Execution Time: {now}", "*" * 79, text])


def wrap(cells: Iterable[str], width: int) -> list[list[str]]:
    """Return lines of cells: a list too long for its column goes on below, broken at a comma."""
    columns = [_broken(cell, width) for cell in cells]
    depth = max(len(column) for column in columns)
    return [[column[n] if n < len(column) else "" for column in columns] for n in range(depth)]


def _broken(cell: str, width: int) -> list[str]:
    lines = [""]
    for part in cell.split(","):
        longer = f"{lines[-1]},{part}" if lines[-1] else part
        if len(longer) < width or not lines[-1]:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(part)
    return lines
