"""Whose routes are in the tables of VPN instances, as routers showed them: each row traced to where it is from.

A row is from its own instance when the router has the network, or hears of it from a customer; over BGP between
provider edges (``ibgp``) or within one (``bgp``) it is from an instance that has the prefix itself, on the router
whose address its next hop is where that is known. A static row whose next router is on a network of another instance
of the same router is that instance's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.audit.routed import not_seen, rows_of
from govnet.config.routetable import CONNECTED, STATIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Address, IPv4Network

    from govnet.audit.evidence import Evidence
    from govnet.config.routetable import RouteEntry

BROUGHT = frozenset({"ibgp", "bgp"})
"""Sources of rows that come from another router or another instance of the same one."""
_HOST = 32


@dataclass(frozen=True, slots=True)
class Strange:
    """A row that is in an instance and from others: ``owners`` is empty where nobody was seen to have it."""

    row: RouteEntry
    owners: frozenset[str]


class Tables:
    """The tables of all instances."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._nets: dict[tuple[str, str], list[IPv4Network]] = defaultdict(list)
        self._own: dict[IPv4Network, set[tuple[str, str]]] = defaultdict(set)
        self._bearers: dict[IPv4Address, str] = {}
        for device, reading in (evidence.readings or {}).items():
            for interface in reading.config.interfaces.values():
                self._bearers.update((one.ip, device) for one in interface.addresses if not interface.vrf)
        for device, vrf, row in rows_of(evidence):
            if row.source == CONNECTED and row.prefix.prefixlen < _HOST:
                self._nets[device, vrf].append(row.prefix)
        for device, vrf, row in rows_of(evidence):
            if vrf and row.source not in BROUGHT and not row.prefix.is_loopback and not self._lent(device, vrf, row):
                self._own[row.prefix].add((device, vrf))

    def _lent(self, device: str, vrf: str, row: RouteEntry) -> str:
        """Return the other instance of a router that the next hop of a static row is in; empty where it is in none."""
        hop = row.next_hop
        if row.source != STATIC or hop is None or any(hop in net for net in self._nets[device, vrf]):
            return ""
        there = [name for (one, name), nets in self._nets.items() if one == device and any(hop in net for net in nets)]
        return next((name for name in there if name not in ("", vrf)), "")

    def owners(self, device: str, vrf: str, row: RouteEntry) -> frozenset[str] | None:
        """Return the instances that a row is from; None where it is the table's own."""
        if lent := self._lent(device, vrf, row):
            return frozenset({lent})
        if row.source not in BROUGHT:
            return None
        having = self._own.get(row.prefix, set())
        bearer = self._bearers.get(row.next_hop) if row.next_hop and row.source == "ibgp" else None
        bearer = device if row.source == "bgp" else bearer
        near = {name for one, name in having if one == bearer}
        return frozenset(near or {name for _, name in having})

    def brought(self, device: str, vrf: str) -> Iterator[Strange]:
        """Yield the rows of a table that are from other instances or routers, and whose they are."""
        for table in (self._evidence.routes or {}).get(device, ()):
            for row in table.rows if table.vrf == vrf else ():
                if (found := self.owners(device, vrf, row)) is not None:
                    yield Strange(row, found)

    def own(self) -> Mapping[str, set[IPv4Network]]:
        """Return instance -> the networks that routers were seen to have in it; single addresses are not among them."""
        found: dict[str, set[IPv4Network]] = defaultdict(set)
        for prefix, having in self._own.items():
            for _, name in having if prefix.prefixlen < _HOST else ():
                found[name].add(prefix)
        return found

    def unseen(self) -> list[str]:
        """Return ``device instance`` of each table of an instance that was not seen in full."""
        return [
            f"{device} {vrf}"
            for device, reading in (self._evidence.readings or {}).items()
            for vrf in reading.config.vrfs
            if not_seen(self._evidence, device, vrf)
        ]
