"""Read ``ip -4 route show``, of the main table or ``table all``: one grammar for what is told and what is seen.

Form: iproute2 6.1 and its manual, ip-route(8). A route over several next hops goes on in lines that begin with a tab.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Final

from govnet.config.routetable import CONNECTED, STATIC, RouteEntry, RoutingTable
from govnet.platforms.tables import OddRowError, TableText, Words
from govnet.platforms.text import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.config.reading import Line

MAIN: Final = "main"
_LOCAL: Final = "local"
_DISCARDS: Final = frozenset({"blackhole", "unreachable", "prohibit", "throw"})
_DELIVERS: Final = frozenset({"local", "broadcast", "multicast", "anycast"})
_WITH_VALUE: Final = frozenset({"proto", "scope", "src", "metric", "table", "dev", "mtu", "advmss", "weight", "pref"})
_FLAGS: Final = frozenset({"onlink", "linkdown", "dead"})
_SOURCES: Final = {"kernel": CONNECTED, "boot": STATIC, "static": STATIC, "": STATIC}


@dataclass(slots=True)
class Row:
    """One route as it is printed.

    Attributes:
        kind: first word where it is one of ``blackhole``, ``local``...; empty for the usual unicast route.
        prefix: where it leads.
        hops: next hops with the interface of each; the hop is None on a network of the box's own.
        said: word -> its value: ``dev``, ``proto``, ``table``...
    """

    kind: str
    prefix: IPv4Network
    hops: list[tuple[IPv4Address | None, str]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def discards(self) -> bool:
        """Whether packets are thrown away."""
        return self.kind in _DISCARDS

    @property
    def source(self) -> str:
        """What gave the route; the kernel's are of the box's own addresses, and those without a name were typed."""
        said = self.said.get("proto", "")
        return _SOURCES.get(said, said)


def rows_of(lines: Sequence[Line]) -> Iterator[tuple[tuple[Line, ...], Row | OddRowError]]:
    """Yield each route with its lines, or what is odd about it."""
    groups: list[list[Line]] = []
    for line in (line for line in lines if line.text.strip()):
        if line.text[0].isspace() and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    for group in groups:
        try:
            yield tuple(group), _row(group)
        except OddRowError as error:
            yield tuple(group), error


def _row(lines: Sequence[Line]) -> Row:
    words = Words(lines[0].text)
    kind = words.take().text if words.next.text in _DISCARDS | _DELIVERS else ""
    row = Row(kind, _prefix(words))
    hop = _hop(words, row.said)
    for line in lines[1:]:
        more = Words(line.text)
        if more.next.text != "nexthop":
            more.next.odd("is no further next hop")
        more.take()
        said: dict[str, str] = {}
        row.hops.append((_hop(more, said), said.get("dev", "")))
    if not row.hops and not row.discards:
        row.hops.append((hop, row.said.get("dev", "")))
    return row


def _prefix(words: Words) -> IPv4Network:
    word = words.take()
    return IPv4Network("0.0.0.0/0") if word.text == "default" else word.prefix()


def _hop(words: Words, said: dict[str, str]) -> IPv4Address | None:
    """Return the next hop that the rest of a line names; put the other words into ``said``."""
    hop = None
    while words:
        word = words.take()
        if word.text == "via":
            hop = words.take().address()
        elif word.text in _WITH_VALUE:
            said[word.text] = words.take().text
        elif word.text not in _FLAGS:
            word.odd("is no word that is known of a route")
    return hop


def read_tables(text: str) -> list[RoutingTable]:
    """Return every table of ``ip -4 route show table all``; the main one is the global instance.

    What the kernel keeps of the box's own addresses (table ``local``) is no way anywhere, and is left out. A table
    beside the main one is called as iproute2 calls it: ``table 100``.
    """
    found, ended = {"": TableText("")}, False
    for lines, row in rows_of(lines_of(text)):
        if isinstance(row, OddRowError):
            found[""].odd(lines[0], row)
            continue
        name = row.said.get("table", MAIN)
        ended = name == _LOCAL
        if not (ended and row.kind in _DELIVERS):
            vrf = "" if name == MAIN else f"table {name}"
            found.setdefault(vrf, TableText(vrf)).rows += _entries(row)
    if not ended:
        found[""].missed(f"table {_LOCAL}, which is printed last, is missing: the answer was cut short")
    return [table.done() for table in found.values()]


def _entries(row: Row) -> Iterator[RouteEntry]:
    if row.discards:
        yield RouteEntry(row.prefix, None, row.source)
    for hop, device in row.hops:
        yield RouteEntry(row.prefix, hop, row.source, device)
