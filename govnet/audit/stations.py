"""What tables of MAC addresses tell of the machines behind ports for endpoints."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from govnet.audit.traces import single

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.network.declared import Endpoint

MOST = 2
"""Most machines of a port: a telephone, and what is plugged into it."""


class Bridged(NamedTuple):
    """A machine behind a port of one zone that is seen in another as well: something joins the two."""

    end: str
    mac: str
    zones: tuple[str, ...]


def bridged(evidence: Evidence, days: int) -> Iterator[Bridged]:
    """Yield the machines seen of late behind a port for endpoints and in VLANs of more than one zone.

    A router is in many zones, and is no endpoint: only what is learned behind an endpoint's port counts.
    """
    since = evidence.as_of - timedelta(days=days)
    homes: dict[str, dict[str, str]] = defaultdict(dict)
    zones: dict[str, set[str]] = defaultdict(set)
    for device, rows in (evidence.fdb or {}).items():
        ports = {attachment.end.port: attachment.zone for attachment in evidence.network.attachments_of(device)}
        for row in rows:
            if not since <= row.seen <= evidence.as_of:
                continue
            there = {segment.zone for segment in evidence.segments_by_vlan.get(row.vlan or 0, ())}
            zones[row.mac] |= there if len(there) == 1 else set()
            if row.port in ports:
                homes[row.mac][f"{device}:{row.port}"] = ports[row.port]
    for mac, ends in homes.items():
        for end, zone in sorted(ends.items()):
            if others := zones[mac] - {zone}:
                yield Bridged(end, mac, (*sorted(others), zone))


def doubled_gateways(evidence: Evidence) -> Iterator[tuple[str, list[str]]]:
    """Yield gateways that more than one MAC address answers for, but those of virtual routers."""
    gateways = {segment.gateway for segment in evidence.network.segments if segment.gateway}
    macs: dict[str, set[str]] = defaultdict(set)
    for rows in (evidence.arp or {}).values():
        for row in rows:
            if row.address in gateways and single(row.mac):
                macs[str(row.address)].add(row.mac)
    yield from ((address, sorted(found)) for address, found in sorted(macs.items()) if len(found) > 1)


def strangers(end: str, macs: set[str], registered: tuple[Endpoint, ...]) -> str:
    """Return what is odd about the machines seen at a port; empty when they are as registered."""
    known = [endpoint for endpoint in registered if endpoint.end == end]
    most = MOST if any(endpoint.kind == "phone" for endpoint in known) else 1
    strange = sorted(macs - {endpoint.mac for endpoint in known})
    if strange:
        return f"{end}: {len(macs)} machines, not registered there: {', '.join(strange)}"
    return f"{end}: {len(macs)} machines, at most {most}" if len(macs) > most else ""
