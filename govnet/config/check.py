"""`check`: does a configuration hang together? Every name it uses must exist, on any vendor's box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config.queueing import QUEUES, WHOLE
from govnet.config.routing import PUBLIC, InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface


def check(config: DeviceConfig) -> list[str]:
    """Return what does not hang together, in words; empty when all is well.

    A configuration met in the field may well not: a PVID without a VLAN is a finding there. What govnet itself
    intends, and every state that its changes pass through, must.
    """
    return [
        *_switchports(config),
        *_aggregations(config),
        *_interfaces(config),
        *_filters(config),
        *_mirrors(config),
        *_labelled(config),
        *_queueing(config),
    ]


def _switchports(config: DeviceConfig) -> Iterator[str]:
    for name, port in config.ports.items():
        if port.switchport is None:
            continue
        if unknown := port.switchport.members - config.vlans.keys():
            yield f"port {name} is in VLAN {_list(unknown)}, which does not exist"
        if both := port.switchport.untagged & port.switchport.tagged:
            yield f"port {name} carries VLAN {_list(both)} both tagged and untagged"
        if port.switchport.pvid is not None and port.switchport.pvid not in port.switchport.members:
            yield f"port {name} puts untagged frames into VLAN {port.switchport.pvid}, of which it is no member"


def _list(numbers: frozenset[int] | set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _aggregations(config: DeviceConfig) -> Iterator[str]:
    seen: dict[str, int] = {}
    for number, aggregation in config.aggregations.items():
        for port in sorted(aggregation.ports):
            if port not in config.ports:
                yield f"aggregation {number} has port {port}, which does not exist"
            if port in seen:
                yield f"port {port} is in aggregations {seen[port]} and {number}"
            seen[port] = number
        if aggregation.peer and aggregation.peer.vlan not in config.vlans:
            yield f"peer link {number} uses VLAN {aggregation.peer.vlan}, which does not exist"


def _interfaces(config: DeviceConfig) -> Iterator[str]:
    for name, interface in config.interfaces.items():
        if interface.kind is InterfaceKind.VLAN and interface.vlan not in config.vlans:
            yield f"interface {name} is in VLAN {interface.vlan}, which does not exist"
        if interface.vrf and interface.vrf not in config.vrfs:
            yield f"interface {name} is in VRF {interface.vrf}, which does not exist"
        if not _stands(config, interface):
            yield f"interface {name} sits on {interface.parent}, which does not exist"


def _stands(config: DeviceConfig, interface: IpInterface) -> bool:
    bundles = {aggregation.name for aggregation in config.aggregations.values()}
    return not interface.parent or interface.parent in config.ports or interface.parent in bundles


def _filters(config: DeviceConfig) -> Iterator[str]:
    for binding in sorted(config.bindings):
        if binding.acl not in config.acls:
            yield f"{binding.target} uses ACL {binding.acl}, which does not exist"
        if binding.target not in config.ports and binding.target not in config.interfaces:
            yield f"ACL {binding.acl} is bound to {binding.target}, which does not exist"
    for route in sorted(config.routes, key=str):
        if route.vrf and route.vrf not in config.vrfs:
            yield f"route {route.prefix} is in VRF {route.vrf}, which does not exist"
        if route.into not in {"", PUBLIC, *config.vrfs}:
            yield f"route {route.prefix} leads into VRF {route.into}, which does not exist"
    for zone, names in (config.firewall.zones if config.firewall else {}).items():
        if unknown := names - config.interfaces.keys():
            yield f"zone {zone} has interface {', '.join(sorted(unknown))}, which does not exist"


def _mirrors(config: DeviceConfig) -> Iterator[str]:
    for number, mirror in config.mirrors.items():
        for port in sorted({*mirror.sources, mirror.destination}):
            if port not in config.ports:
                yield f"mirror {number} uses port {port}, which does not exist"
        if mirror.destination in mirror.sources:
            yield f"mirror {number} sends port {mirror.destination} its own frames"


def _labelled(config: DeviceConfig) -> Iterator[str]:
    for name in sorted((config.mpls.interfaces if config.mpls else frozenset()) - config.interfaces.keys()):
        yield f"labels are carried by interface {name}, which does not exist"
    if config.bgp is None:
        return
    for address, peer in config.bgp.peers.items():
        if peer.source and peer.source not in config.interfaces:
            yield f"BGP talks to {address} from interface {peer.source}, which does not exist"
    for name in config.bgp.instances.keys() - config.vrfs.keys():
        yield f"BGP announces routes of VRF {name}, which does not exist"


def _queueing(config: DeviceConfig) -> Iterator[str]:
    for name, queueing in config.queueing.items():
        if name not in config.ports:
            yield f"queues of port {name}, which does not exist"
        if wrong := sorted(queue for queue in queueing.shares if not 0 <= queue < QUEUES):
            yield f"port {name} has no queue {wrong[0]}: they are numbered 0 to {QUEUES - 1}"
        if sum(queueing.shares.values()) > WHOLE:
            yield f"the queues of port {name} are guaranteed {sum(queueing.shares.values())} % together"
