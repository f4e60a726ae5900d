"""What devices said when they were read, as the evidence of an audit: without secrets, and no more than was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govnet.audit import Evidence
from govnet.masking import masked, masked_prose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from govnet.config.routetable import RoutingTable
    from govnet.network.model import Network
    from nornir_tasks.tasks import DeviceRead


def spoken(network: Network, at: datetime, done: Mapping[str, DeviceRead]) -> Evidence:
    """Return configurations, startup texts and routing tables of the devices that were read whole."""
    return Evidence(
        network,
        at,
        readings={name: found.reading for name, found in done.items()},
        texts={name: masked(found.text) for name, found in done.items()},
        saved={name: masked(found.stored) for name, found in done.items() if found.stored is not None},
        routes=_routes(done) or None,
    )


def _routes(done: Mapping[str, DeviceRead]) -> dict[str, tuple[RoutingTable, ...]]:
    """Return the routing tables of the devices that show them in a form that is on record."""
    return {
        name: tuple(replace(table, unread=tuple(map(masked_prose, table.unread))) for table in found.routing)
        for name, found in done.items()
        if found.routing is not None
    }
