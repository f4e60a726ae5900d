"""What a box says its routing tables hold, in no vendor's words: seen, where a configuration is only told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network

CONNECTED, STATIC = "connected", "static"
"""Sources of routes that every family has; the others are as the family calls them, in small letters."""


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """A row of a routing table.

    Attributes:
        prefix: where it leads.
        next_hop: the next router; None where the row discards, or delivers on a network of the box's own.
        source: what gave it: `CONNECTED`, `STATIC`, ``ospf``, ``ibgp``; empty when nobody noted it.
        interface: as the box spells it; empty when its table does not say.
    """

    prefix: IPv4Network
    next_hop: IPv4Address | None
    source: str = ""
    interface: str = ""


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """The table of one routing instance of a box.

    Attributes:
        vrf: routing instance; empty for the global one.
        rows: what was understood.
        unread: what was not, and why, in words. A table with any was not seen in full: what it does not show need not
            be absent.
    """

    vrf: str = ""
    rows: tuple[RouteEntry, ...] = ()
    unread: tuple[str, ...] = ()


def unseen(vrf: str, why: str) -> RoutingTable:
    """Return a table of which nothing was seen, and why."""
    return RoutingTable(vrf, unread=(why,))
