"""Tables of an inventory folder: CSV as spreadsheets write it, read with the line of every cell's row.

A table becomes a `Document` like any other file, so its mistakes get the same messages with file and line.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from govnet.errors import Problem
from govnet.network.document import Document, KeyPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_MARK = "\ufeff"  # spreadsheets begin UTF-8 files with it


def read(path: Path, file: str) -> tuple[Document | None, list[Problem]]:
    """Read the table ``path``, called ``file`` in messages; None when there is nothing to go on."""
    try:
        return parse(path.read_text(encoding="utf-8"), file)
    except FileNotFoundError:
        return None, [Problem(file, 0, "there is no such file", "Name the table that was edited")]
    except (OSError, UnicodeDecodeError) as error:
        return None, [Problem(file, 0, f"the table cannot be read: {error}", 'Save it as "CSV UTF-8"')]


def parse(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    """Parse a table: the first row names the columns; an empty cell says nothing, an empty row is skipped."""
    reader = csv.reader(io.StringIO(text.removeprefix(_MARK)), strict=True)
    rows: list[dict[str, str]] = []
    lines: dict[KeyPath, int] = {(): 1}
    problems: list[Problem] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        problems += _doubled(header, file)
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                problems += _too_long(header, cells, file, begins)
                lines[len(rows),] = begins
                rows.append({name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()})
            begins = reader.line_num + 1
    except csv.Error as error:
        return None, [Problem(file, reader.line_num, f"this is no table: {error}", "Check commas and quotes here")]
    if not header:
        return None, [Problem(file, 0, "the table is empty", "Write the names of the columns into its first row")]
    return Document(file, rows, lines), problems


def _doubled(header: Sequence[str], file: str) -> Iterable[Problem]:
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            yield Problem(file, 1, f"the column {name!r} is here twice", "Remove or rename one")


def _too_long(header: Sequence[str], cells: Sequence[str], file: str, line: int) -> Iterable[Problem]:
    if any(cell.strip() for cell in cells[len(header) :]):
        cause = f"the row has {len(cells)} cells, the table has {len(header)} columns"
        yield Problem(file, line, cause, "Quote text that holds a comma")


def text_of(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return a table as CSV that `parse` reads back: None is an empty cell, truth is ``yes`` or ``no``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
