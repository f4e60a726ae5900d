"""What printed routing tables have in common: words with their columns, and rows that are read or told as unread."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, NoReturn

from govnet.config.routetable import RouteEntry, RoutingTable
from govnet.platforms.addresses import prefix_length
from govnet.platforms.text import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from govnet.config.reading import Line

_WORD = re.compile(r"\S+")


class OddRowError(ValueError):
    """A row is not of the form that is on record: says at which column, from 1, and what stands there."""

    def __init__(self, column: int, why: str) -> None:
        self.column, self.why = column, why
        super().__init__(f"column {column}: {why}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line; ``column`` counts from 0."""

    text: str
    column: int

    def odd(self, why: str) -> NoReturn:
        """Refuse the row for this word.

        Raises:
            OddRowError: always.
        """
        raise OddRowError(self.column + 1, f"{self.text!r} {why}")

    def address(self) -> IPv4Address:
        """Return the word as an address; raise `OddRowError` when it is none."""
        try:
            return IPv4Address(self.text)
        except ValueError:
            self.odd("is no address")

    def prefix(self) -> IPv4Network:
        """Return ``10.0.0.0/8`` as a network, of one address without a length; raise `OddRowError` otherwise."""
        try:
            return IPv4Network(self.text)
        except ValueError:
            self.odd("is no prefix")

    def masked(self, mask: Word) -> IPv4Network:
        """Return the network of this address and a mask; raise `OddRowError` when they are none."""
        address = self.address()
        try:
            length = prefix_length(str(mask.address()))
        except OddRowError:
            raise
        except ValueError:
            mask.odd("is no net mask")
        try:
            return IPv4Network((address, length))
        except ValueError:
            self.odd("has host bits")

    def number(self) -> int:
        """Return the word as a number; raise `OddRowError` when it is none."""
        if not self.text.isdecimal():
            self.odd("is no number")
        return int(self.text)


class Words:
    """The words of one line, taken from left to right."""

    def __init__(self, text: str) -> None:
        self._words = [Word(found.group(), found.start()) for found in _WORD.finditer(text)]
        self._end = len(text.rstrip()) + 1

    def __bool__(self) -> bool:
        """Return whether a word is left."""
        return bool(self._words)

    @property
    def next(self) -> Word:
        """The next word, which stays; raise `OddRowError` at the end of the line."""
        if not self._words:
            raise OddRowError(self._end, "the row ends too early")
        return self._words[0]

    def take(self) -> Word:
        """Return the next word; raise `OddRowError` at the end of the line."""
        word = self.next
        del self._words[0]
        return word

    def over(self) -> None:
        """Raise `OddRowError` when words are left."""
        if self._words:
            self._words[0].odd("is one word too many")


@dataclass(slots=True)
class TableText:
    """A table as its text is read: the rows understood, and in words what was not."""

    vrf: str
    rows: list[RouteEntry] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def read(self, lines: Iterable[Line], take: Callable[[Line], None]) -> None:
        """Hand each line that is not blank to ``take``; one for which it raises `OddRowError` is noted as unread."""
        for line in lines:
            if line.text.strip():
                try:
                    take(line)
                except OddRowError as error:
                    self.odd(line, error)

    def odd(self, line: Line, error: OddRowError) -> None:
        """Note a line that was not understood."""
        self.unread.append(f"line {line.number}, {error}: {line.text.strip()}")

    def missed(self, why: str) -> None:
        """Note something that no line says."""
        self.unread.append(why)

    def counted(self, told: int | None) -> None:
        """Note where the table counts its routes otherwise than they were read, or ends before it has counted them."""
        if told is None:
            self.missed("it does not say how many routes it has: it was cut short, or is of another form")
        elif told != len(self.rows):
            self.missed(f"it says that it has {told} routes, and {len(self.rows)} were read")

    def done(self) -> RoutingTable:
        """Return the table."""
        return RoutingTable(self.vrf, tuple(self.rows), tuple(self.unread))


class TableReader(ABC):
    """Where the reading of a table is that says how many routes it has: what families share, who differ in `take`."""

    def __init__(self, vrf: str) -> None:
        self.table = TableText(vrf)
        self.routes: int | None = None

    @abstractmethod
    def take(self, line: Line) -> None:
        """Read one line that is not blank; raise `OddRowError` when it has no place here."""

    def of(self, text: str) -> RoutingTable:
        """Return the table that a box printed."""
        self.table.read(lines_of(text), self.take)
        self.table.counted(self.routes)
        return self.table.done()


def no_part() -> NoReturn:
    """Refuse a line that stands above the rows and belongs to no known form.

    Raises:
        OddRowError: always.
    """
    raise OddRowError(1, "stands above the table and is no part of it")


def is_heading(text: str, words: Sequence[str]) -> bool:
    """Return whether a line is a heading of just these words."""
    return text.split() == list(words)
