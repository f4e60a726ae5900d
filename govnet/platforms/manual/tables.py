"""The tables under an evidence record: CSV, one blank line between two, told apart by their first column's name.

================  =========================================================================================
first column      further columns
================  =========================================================================================
``interface``     ``address`` (with prefix length; several apart by blanks), ``zone``, ``vlan``
``zone_from``     ``zone_to, source, destination, protocol, ports, action, log, comment``; also known:
                  ``source_ports, state, interface_in, interface_out``
``prefix``        ``next_hop`` (an address or ``discard``)
``port``          ``enabled``, ``description``
``aggregation``   ``name, mode, ports``
``setting``       ``value``
================  =========================================================================================

The rows of the rule table are one ordered list, the first match decides. A cell that is empty or says ``any`` matches
everything, except for the two zones, which must be named or ``any``. Columns, settings and tables with other names are
kept as unread: a proof takes them as something that nobody understood.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from govnet.config.reading import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govnet.platforms.manual.evidence import Complaints

INTERFACES, RULES, ROUTES, PORTS, BUNDLES, SETTINGS = (
    "interface", "zone_from", "prefix", "port", "aggregation", "setting",
)  # fmt: skip
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    INTERFACES: ("interface", "address", "zone", "vlan"),
    RULES: ("zone_from", "zone_to", "source", "destination", "protocol", "ports", "action", "log", "comment"),
    ROUTES: ("prefix", "next_hop"),
    PORTS: ("port", "enabled", "description"),
    BUNDLES: ("aggregation", "name", "mode", "ports"),
    SETTINGS: ("setting", "value"),
}
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {RULES: ("source_ports", "state", "interface_in", "interface_out")}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its line in the file, and column -> cell without outer blanks."""

    line: Line
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell; empty when the table has no such column."""
        return self.cells.get(column, "")


@dataclass(slots=True)
class Sheet:
    """All tables of a file.

    Attributes:
        rows: first column's name -> rows; a table without rows is there too.
        unread: cells in columns, and rows of tables, that govnet does not know.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    unread: list[Line] = field(default_factory=list)


def read_sheet(lines: Sequence[Line], wrong: Complaints) -> Sheet:
    """Cut the lines into tables; what cannot be read as a table goes to ``wrong``."""
    sheet = Sheet()
    head: list[str] = []
    for line, cells in _split(lines, wrong):
        if not any(cells):
            head = []
        elif not head:
            head = _head(line, cells, sheet, wrong)
        elif head[0] not in REQUIRED:
            sheet.unread.append(Line(line.number, f"table {head[0]}: {line.text.strip()}"))
        elif any(cells[len(head) :]):
            wrong.add(line.number, "the row has more cells than its table has columns", "Quote cells that hold commas")
        else:
            row = Row(line, dict(zip(head, cells, strict=False)))
            sheet.rows[head[0]].append(row)
            sheet.unread += _unknown(head[0], row)
    return sheet


def _split(lines: Sequence[Line], wrong: Complaints) -> Iterator[tuple[Line, list[str]]]:
    for line in lines:
        if line.text.lstrip().startswith("#"):
            continue
        try:
            yield line, [cell.strip() for cell in next(csv.reader([line.text], strict=True), [])]
        except csv.Error as error:
            wrong.add(line.number, f"is no line of CSV ({error})", "Keep each row on one line and close its quotes")


def _head(line: Line, cells: list[str], sheet: Sheet, wrong: Complaints) -> list[str]:
    """Take a table's first line: the names of its columns."""
    head = [cell.lower() for cell in cells]
    name = head[0]
    if name not in REQUIRED:
        sheet.unread.append(Line(line.number, f"table {name}: {line.text.strip()}"))
        return head
    if name in sheet.rows:
        wrong.add(line.number, f"a second table begins with `{name}`", "Put both into one, in the order that holds")
    if missing := [column for column in REQUIRED[name] if column not in head]:
        wrong.add(line.number, f"the table has no column {', '.join(missing)}", "Add it; its cells may be empty")
    if doubled := sorted({column for column in head if column and head.count(column) > 1}):
        wrong.add(line.number, f"column {doubled[0]} is there twice", "Give each column a name of its own")
    sheet.rows.setdefault(name, [])
    return head


def _unknown(table: str, row: Row) -> Iterator[Line]:
    """Yield what a row says in columns that nobody here knows."""
    known = {*REQUIRED[table], *OPTIONAL.get(table, ())}
    for column, cell in row.cells.items():
        if cell and column not in known:
            yield Line(row.line.number, f"{_KINDS[table]} column {column or 'without a name'}: {cell}")


# The words by which the proof knows that a line could change what flows.
_KINDS: Final = {
    INTERFACES: "interface", RULES: "policy", ROUTES: "route", PORTS: "port", BUNDLES: "port", SETTINGS: "policy",
}  # fmt: skip
