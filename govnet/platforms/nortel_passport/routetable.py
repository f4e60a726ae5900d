"""Read ``show ip route info``: the form of a Passport 8606 with software 3.5.0.0 (ZipTie capture).

Of later releases no output is on record, nor of any routing instance's: a heading other than this one leaves the table
not seen in full. Above the table releases from 5 on print the time.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from govnet.config.routetable import CONNECTED, STATIC, RouteEntry, RoutingTable
from govnet.platforms.tables import TableReader, Words, is_heading, no_part

if TYPE_CHECKING:
    from govnet.config.reading import Line

_HEADING: Final = ("DST", "MASK", "NEXT", "COST", "VLAN", "PORT", "PROT", "AGE", "TYPE", "PRF")
_COUNT: Final = re.compile(
    r"(\d+) out of (\d+) Total Num of Dest Networks, ?(\d+) Total Num of Route Entries displayed\."
)
_ABOVE: Final = re.compile(r"(=+|\*+|Ip Route|Command Execution Time: .*)")
_SOURCES: Final = {"LOC": CONNECTED, "STAT": STATIC}
_KINDS: Final = frozenset("IDABEUN")  # the legend below the table
_BLACK_HOLE: Final = IPv4Address("255.255.255.255")


def read_table(text: str, vrf: str) -> RoutingTable:
    """Return the table that a chassis printed."""
    return _Reader(vrf).of(text)


class _Reader(TableReader):
    """Where in the table the reading is; what stands below the count is the legend."""

    def __init__(self, vrf: str) -> None:
        super().__init__(vrf)
        self._headed = False

    def take(self, line: Line) -> None:
        """Read one line that is not blank; raise `OddRowError` when it has no place here."""
        said = line.text.strip()
        if self.routes is not None or not said.strip("-"):
            return
        if found := _COUNT.fullmatch(said):
            self.routes = int(found[3])
        elif self._headed:
            self.table.rows.append(_row(Words(line.text)))
        elif is_heading(said, _HEADING):
            self._headed = True
        elif not _ABOVE.fullmatch(said):
            no_part()


def _row(words: Words) -> RouteEntry:
    destination, mask = words.take(), words.take()
    prefix, hop = destination.masked(mask), words.take().address()
    words.take().number()
    vlan = words.take().number()
    port, protocol = words.take(), words.take()
    if not protocol.text.isalnum() or protocol.text.isdecimal():
        protocol.odd("is no protocol")
    words.take().number()
    kind = words.take()
    if not _KINDS.issuperset(kind.text):
        kind.odd("is no type that the legend has")
    words.take().number()
    words.over()
    source = _SOURCES.get(protocol.text, protocol.text.lower())
    ends = source == CONNECTED or hop == _BLACK_HOLE
    interface = f"Vlan{vlan}" if vlan else "" if port.text == "-/-" else f"Port{port.text}"
    return RouteEntry(prefix, None if ends else hop, source, interface)
