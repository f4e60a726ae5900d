"""Questions that several rules ask of a network and its readings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from govnet.config.model import InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.model import DeviceConfig, IpInterface
    from govnet.network.model import Network


def zone_of(network: Network, device: str, interface: IpInterface) -> str:
    """Return the zone that an IP interface faces: of its VLAN, of its upstream, or of its address; empty for none.

    Loopbacks and the link between the cores face no zone.
    """
    if interface.kind is InterfaceKind.LOOPBACK or interface.vlan == network.peer_vlan:
        return ""
    for segment in network.segments:
        if interface.vlan == segment.vlan or (interface.vlan is None and _inside(interface, segment.subnet)):
            return segment.zone
    ends = {(up.end.device, up.end.port): up.zone for up in network.upstreams}
    return ends.get((device, interface.parent), "")


def _inside(interface: IpInterface, subnet: object) -> bool:
    return any(address.network == subnet for address in interface.addresses)


def zones_by_table(network: Network, device: str, config: DeviceConfig) -> Mapping[str, Mapping[str, list[str]]]:
    """Return routing table -> zone -> the interfaces in it that face the zone; the global table is ``""``."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, interface in config.interfaces.items():
        if interface.addresses and (zone := zone_of(network, device, interface)):
            found[interface.vrf][zone].append(name)
    return found
