"""What one agent can answer: cells in OID order, found by bisection, read when asked for."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pysnmp.proto import rfc1905

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lab.snmp.values import Cell, Oid, Value


class Tree:
    """The MIB view of one agent at one moment; the set of rows is fixed, the values are not."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._columns: set[Oid] = set()
        self._read: dict[Oid, Callable[[], Value]] = {}
        for cell in cells:
            self._columns.add(cell.column)
            if cell.read is not None:
                self._read[cell.column + cell.index] = cell.read
        self._names = sorted(self._read)

    def __len__(self) -> int:
        return len(self._names)

    def get(self, name: Oid) -> Value:
        """Return the value of an instance, else noSuchInstance or noSuchObject (RFC 3416, 4.2.1)."""
        read = self._read.get(name)
        if read is not None:
            return read()
        known = any(name[:length] in self._columns for length in range(len(name), 0, -1))
        return rfc1905.noSuchInstance if known else rfc1905.noSuchObject

    def after(self, name: Oid) -> Iterator[tuple[Oid, Value]]:
        """Yield the instances that follow `name`, in order."""
        for position in range(bisect_right(self._names, name), len(self._names)):
            found = self._names[position]
            yield found, self._read[found]()
