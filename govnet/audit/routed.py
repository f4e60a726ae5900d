"""What routing tables show, and which were not seen: what several rules ask of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.audit.evidence import Evidence
    from govnet.config.reading import Reading
    from govnet.config.routetable import RouteEntry


def called(table: str) -> str:
    """Return what people call the table of a routing instance; the name of the global one is empty."""
    return f"table {table}" if table else "the global table"


def rows_of(evidence: Evidence) -> Iterator[tuple[str, str, RouteEntry]]:
    """Yield (device, routing instance, row) of every table that was seen."""
    for device, tables in (evidence.routes or {}).items():
        for table in tables:
            yield from ((device, table.vrf, row) for row in table.rows)


def has_tables(reading: Reading) -> bool:
    """Return whether a device routes at all: a box with one address and no route only has itself managed."""
    config = reading.config
    return config.forwarding and bool(config.routes or config.vrfs or len(config.interfaces) > 1)


def not_seen(evidence: Evidence, device: str, vrf: str) -> str:
    """Return why the table of an instance was not seen in full, in words; empty when it was."""
    tables = (evidence.routes or {}).get(device)
    if tables is None:
        return "no table of it was seen"
    found = [table for table in tables if table.vrf == vrf]
    if not found:
        return f"{called(vrf)} was not seen"
    odd = [text for table in found for text in table.unread]
    more = f", and {len(odd) - 1} more" if len(odd) > 1 else ""
    return f"{called(vrf)}: {odd[0]}{more}" if odd else ""


def gaps(evidence: Evidence, device: str, reading: Reading) -> list[str]:
    """Return what was not seen of the tables of a device; nothing for one that routes nothing."""
    if not has_tables(reading):
        return []
    if device not in (evidence.routes or {}):
        return [not_seen(evidence, device, "")]
    also = [table.vrf for table in (evidence.routes or {}).get(device, ())]
    return [why for vrf in dict.fromkeys(("", *reading.config.vrfs, *also)) if (why := not_seen(evidence, device, vrf))]


def doubtful(evidence: Evidence) -> list[str]:
    """Return the devices that route and whose tables were not all seen in full."""
    return [name for name, reading in (evidence.readings or {}).items() if gaps(evidence, name, reading)]
