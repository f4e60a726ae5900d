"""Tables of an inventory folder: CSV as spreadsheets write it, read with the line of every cell's row.

A table becomes a `Document` like any other file, so its mistakes get the same messages with file and line.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.errors import Problem
from govnet.network.document import Document, KeyPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_MARK = "\ufeff"
"""What spreadsheets begin UTF-8 files with, and know them by."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = {";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a table may have, and those that it must have."""

    known: tuple[str, ...]
    needed: tuple[str, ...] = ()


def read(path: Path, file: str, columns: Columns | None = None) -> tuple[Document | None, list[Problem]]:
    """Read the table ``path``, called ``file`` in messages; None when there is nothing to go on."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None, [Problem(file, 0, "there is no such file", "Name the table that was edited")]
    except OSError as error:
        return None, [Problem(file, 0, f"the table cannot be read: {error.strerror}", "Name a file that you may read")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, f"the text is {_encoding(data)}, not UTF-8", 'Save it as "CSV UTF-8"')]
    return parse(text.replace("\r\n", "\n").replace("\r", "\n"), file, columns)


def _encoding(data: bytes) -> str:
    """Say what a text that is no UTF-8 seems to be: the codes that spreadsheets write in China, or nothing known."""
    if data[:2] in _UTF_16:
        return "UTF-16"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "in no known code"
    return "in GBK"


def parse(text: str, file: str, columns: Columns | None = None) -> tuple[Document | None, list[Problem]]:
    """Parse a table: the first row names the columns; an empty cell says nothing, an empty row is skipped."""
    reader = csv.reader(io.StringIO(text.removeprefix(_MARK)), strict=True)
    rows: list[dict[str, str]] = []
    lines: dict[KeyPath, int] = {(): 1}
    problems: list[Problem] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        wrong = list(_misnamed(header, columns, file))
        problems += _doubled(header, file)
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                problems += _outside(header, cells, file, begins)
                lines[len(rows),] = begins
                named = zip(header, cells, strict=False)
                rows.append({name: cell.strip() for name, cell in named if name and cell.strip()})
            begins = reader.line_num + 1
    except csv.Error as error:
        return None, [Problem(file, reader.line_num, f"this is no table: {error}", "Check commas and quotes here")]
    if wrong or not rows:
        empty = Problem(file, 1, "the table has no rows", "Write one row for each thing that it lists")
        return None, wrong or [empty]
    return Document(file, rows, lines), problems


def _misnamed(header: Sequence[str], columns: Columns | None, file: str) -> Iterator[Problem]:
    """Yield what is wrong with the names of the columns as such: every row would have it too."""
    if not any(header):
        yield Problem(file, 0, "the table is empty", "Write the names of the columns into its first row")
    elif len(header) == 1 and (found := [name for mark, name in _SEPARATORS.items() if mark in header[0]]):
        yield Problem(file, 1, f"the columns are divided by {found[0]}", "Save it with commas between the columns")
    elif columns and not {*header} & {*columns.known}:
        yield Problem(file, 1, "the first row names no column", f"Write into it: {', '.join(columns.known)}")
    elif columns:
        for name in (name for name in dict.fromkeys(header) if name and name not in columns.known):
            yield Problem(file, 1, f"there is no column {name!r}", f"Columns are: {', '.join(columns.known)}")
        for name in (name for name in columns.needed if name not in header):
            yield Problem(file, 1, f"the column {name!r} is missing", "Add it, with a cell in each row")


def _doubled(header: Sequence[str], file: str) -> Iterable[Problem]:
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            yield Problem(file, 1, f"the column {name!r} is here twice", "Remove or rename one")


def _outside(header: Sequence[str], cells: Sequence[str], file: str, line: int) -> Iterator[Problem]:
    """Yield the cells of a row that are in no column with a name."""
    if any(cell.strip() for cell in cells[len(header) :]):
        cause = f"the row has {len(cells)} cells, the table has {len(header)} columns"
        yield Problem(file, line, cause, "Quote text that holds a comma")
    for name, cell in zip(header, cells, strict=False):
        if cell.strip() and not name:
            yield Problem(
                file, line, f"{cell.strip()!r} is in a column without a name", "Name the column in the first row"
            )


def for_spreadsheets(text: str) -> str:
    """Return a table so that a spreadsheet takes it for UTF-8: Chinese ones take what has no mark for GBK."""
    return _MARK + text.removeprefix(_MARK)


def header_of(text: str) -> list[str]:
    """Return the names of a table's columns."""
    return [name.strip() for name in next(csv.reader(io.StringIO(text.removeprefix(_MARK))), [])]


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
