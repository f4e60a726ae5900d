"""Small helpers that turn columns of functions into cells."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from lab.snmp.values import Cell, oid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lab.snmp.values import Oid, Value

Row = TypeVar("Row")


def scalars(base: str, readers: Mapping[int, Callable[[], Value]]) -> Iterator[Cell]:
    """Yield scalars ``base.arc.0``."""
    arcs = oid(base)
    for arc, read in readers.items():
        yield Cell((*arcs, arc), (0,), read)


def table(entry: str, rows: Sequence[tuple[Oid, Row]], columns: Mapping[int, Callable[[Row], Value]]) -> Iterator[Cell]:
    """Yield ``entry.arc.index`` for all columns and rows; a table without rows is still known."""
    arcs = oid(entry)
    for arc, read in columns.items():
        column = (*arcs, arc)
        if not rows:
            yield Cell(column, (), None)
        for index, row in rows:
            yield Cell(column, index, partial(read, row))
