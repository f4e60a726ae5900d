"""What only VRP has words for here: leaked static routes, tunnel ports (QinQ), labels and BGP, queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.model import DeviceConfig


def beyond_plain(config: DeviceConfig) -> Iterator[str]:
    """Name what no other platform than VRP has a sourced command for."""
    for route in sorted(config.routes, key=str):
        if route.into:
            yield f"route {route.prefix} has its next hop in another routing instance; no source says how here"
    for name, port in config.ports.items():
        if port.switchport and port.switchport.tunnel:
            yield f"port {name} is a tunnel port (QinQ); no source says how here"
        if port.switchport and port.switchport.isolated:
            yield f"port {name} is isolated from others of its VLAN; no source says how here"
    for name in config.queueing:
        yield f"port {name} shares out what it sends by classes; no source says how here"
    if config.mpls:
        yield f"label switching as {config.mpls.router}: no source says how here"
    if config.bgp:
        yield f"BGP in AS {config.bgp.asn}: no source says how here"
