"""Read ``display ip routing-table``: of VRP 5, and of VRP 8 with its other title.

Form: outputs that operators published of S and AR devices with VRP 5 (``Routing Tables: Public``; on some the name of a
long interface goes on in the next line, at column 80), and Huawei's configuration guides of NE and CE with VRP 8
(``Routing Table : vpna``; letters T and B among the flags, ``BGP`` for what another instance of the same box gives).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from govnet.config.routetable import CONNECTED, RouteEntry, RoutingTable
from govnet.platforms.tables import OddRowError, TableReader, Words, is_heading, no_part

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from govnet.config.reading import Line

_TITLE: Final = re.compile(r"Routing Tables?\s*:\s*(\S+)")
_PUBLIC: Final = frozenset({"Public", "_public_"})
_COUNT: Final = re.compile(r"Destinations\s*:\s*(\d+)\s+Routes\s*:\s*(\d+)")
_LEGEND: Final = re.compile(r"(Proto: Protocol\s+Pre: Preference|Route Flags: R - relay, D - download .*|-{20,})")
_HEADING: Final = ("Destination/Mask", "Proto", "Pre", "Cost", "Flags", "NextHop", "Interface")
_FLAGS: Final = frozenset("RDTB")
_SOURCES: Final = {"direct": CONNECTED}
_DISCARDS: Final = "NULL"
_WIDTH: Final = 80


def read_table(text: str, vrf: str) -> RoutingTable:
    """Return the table that a box printed for an instance; empty names the public one."""
    return _Reader(vrf).of(text)


class _Reader(TableReader):
    """Where in the table the reading is."""

    def __init__(self, vrf: str) -> None:
        super().__init__(vrf)
        self._titled = False
        self._proto: int | None = None  # column of the heading: rows below, of the same destination, leave what is left
        self._prefix: IPv4Network | None = None
        self._full = False  # the last row went to the edge, so that the next line may go on with it

    def take(self, line: Line) -> None:
        """Read one line that is not blank; raise `OddRowError` when it has no place here."""
        text, full = line.text.rstrip(), self._full
        self._full = False
        if self._proto is None:
            self._above(text)
        elif full and len(text.split()) == 1 and not text[0].isspace():
            self._goes_on(text)
        else:
            self.table.rows.append(self._row(Words(text)))
            self._full = len(text) >= _WIDTH

    def _above(self, text: str) -> None:
        """Read what stands above the rows: legend, title, counts, heading."""
        if title := _TITLE.fullmatch(text.strip()):
            self._check_title(title[1])
        elif count := _COUNT.fullmatch(text.strip()):
            self.routes = int(count[2])
        elif is_heading(text, _HEADING) and self._titled:
            self._proto = text.index("Proto")
        elif not _LEGEND.fullmatch(text.strip()):
            no_part()

    def _check_title(self, name: str) -> None:
        wanted = self.table.vrf
        if name != wanted and not (not wanted and name in _PUBLIC):
            raise OddRowError(1, f"the table is of {name}, not of {wanted or 'Public'}")
        self._titled = True

    def _goes_on(self, text: str) -> None:
        """Add the rest of an interface's name that found no room in its line."""
        last = self.table.rows.pop()
        self.table.rows.append(RouteEntry(last.prefix, last.next_hop, last.source, last.interface + text))

    def _row(self, words: Words) -> RouteEntry:
        if self._proto is not None and words.next.column < self._proto:
            self._prefix = None  # a row of its own that is not understood has no further ways of its
            self._prefix = words.take().prefix()
        if self._prefix is None:
            words.next.odd("is a further way to no destination")
        protocol = words.take()
        if not protocol.text[0].isalpha():
            protocol.odd("is no protocol")
        words.take().number()
        words.take().number()
        if not words.next.text[0].isdecimal() and not _FLAGS.issuperset(words.take().text):
            raise OddRowError(words.next.column, "there is a flag that no legend has")
        hop, interface = words.take().address(), words.take()
        words.over()
        source = _SOURCES.get(protocol.text.lower(), protocol.text.lower())
        ends = source == CONNECTED or interface.text.upper().startswith(_DISCARDS)
        return RouteEntry(self._prefix, None if ends else hop, source, interface.text)
