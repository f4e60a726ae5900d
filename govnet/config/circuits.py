"""What routers at leased lines do with them: hold to the ordered speed, and share it out by class."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from govnet.config.queueing import Queueing, queue_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.built import Device
    from govnet.network.cabled import Circuit
    from govnet.network.model import Network

SHAPED = ("huawei_vrp",)
"""Platforms with published words for it; at the others the line's far end and the carrier hold it to its speed."""


def queueing(network: Network, device: Device) -> Mapping[str, Queueing]:
    """Return port -> what it does: lines are shared out by the network's classes, endpoints' marks are believed.

    Nothing for a device without a leased line, and for a network without classes.
    """
    lines = {link.end(device.name).port: link.circuit for link in network.links_of(device.name) if link.circuit}
    if device.platform not in SHAPED or not network.traffic or not lines:
        return {}
    believed = {attachment.end.port: Queueing() for attachment in network.attachments_of(device.name)}
    return believed | {port: shared(network, network.circuits[name]) for port, name in lines.items()}


def shared(network: Network, circuit: Circuit) -> Queueing:
    """Return how a line is shared out on the network's day; classes of one queue get their shares together."""
    speed = circuit.speed_on(network.day or date.max)
    shares: Counter[int] = Counter()
    for traffic in network.traffic.values():
        shares[queue_of(traffic.dscp)] += traffic.shares[speed]
    return Queueing(speed, dict(sorted(shares.items())))
