"""What a Linux firewall of this kind cannot do, named object by object."""

from __future__ import annotations

import re
from ipaddress import collapse_addresses
from typing import TYPE_CHECKING, Final

from govnet.config.routing import InterfaceKind
from govnet.config.switching import AggregationMode
from govnet.platforms.linux_nft.links import LOOPBACK, bond_number
from govnet.platforms.linux_nft.rules import merged
from govnet.platforms.linux_nft.ruleset import protocol_known
from govnet.platforms.plain import beyond_plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Network

    from govnet.config.filtering import Filter, Firewall
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig, Management
    from govnet.config.routing import IpInterface

_ZONE: Final = re.compile(r"[a-z][a-z0-9-]{0,12}")
_NAME: Final = re.compile(r"[A-Za-z0-9.@-]{1,15}")
_HOSTNAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?")
_COMMENT_BYTES: Final = 127
_END: Final = "EOF"


def refused(config: DeviceConfig, hardware: Hardware) -> list[str]:
    """Return everything in ``config`` that this host cannot do."""
    return [
        *_switching(config),
        *_ports(config, hardware),
        *_interfaces(config),
        *_routes(config),
        *_management(config.management),
        *(_policy(config.firewall) if config.firewall else ()),
        *_texts(config),
        *beyond_plain(config),
    ]


def _switching(config: DeviceConfig) -> Iterator[str]:
    kinds: dict[str, list[object]] = {
        "VLAN": list(config.vlans),
        "VRF": list(config.vrfs),
        "ACL": list(config.acls),
        "mirror": list(config.mirrors),
    }
    for kind, objects in kinds.items():
        for name in objects:
            yield f"{kind} {name}: this host routes between zones; it has no {kind}s. Take it out of the intent"
    for binding in sorted(config.bindings):
        yield f"ACL {binding.acl} on {binding.target}: use the zone policy instead"


def _ports(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    for name, port in config.ports.items():
        if name not in hardware.ports:
            yield f"port {name}: this {hardware.model} has no such port"
        if port.switchport is not None:
            yield f"port {name}: a host's port routes; VLANs on it are sub-interfaces"
    for number, value in config.aggregations.items():
        if value.mode is not AggregationMode.ACTIVE_BACKUP or value.split is not None or value.peer is not None:
            yield f"aggregation {number}: two cores that share nothing need active-backup"
        if bond_number(value.name) != number:
            yield f"aggregation {number}: its name is bond{number}, not {value.name!r}"
        if missing := sorted(value.ports - set(hardware.ports)):
            yield f"aggregation {number}: port {missing[0]} does not exist"


def _interfaces(config: DeviceConfig) -> Iterator[str]:
    for name, interface in config.interfaces.items():
        yield from (f"interface {name}: {why}" for why in _interface(config, name, interface))


def _interface(config: DeviceConfig, name: str, interface: IpInterface) -> Iterator[str]:
    if interface.vrf:
        yield "this host has no VRFs"
    match interface.kind:
        case InterfaceKind.VLAN:
            yield f"a host has VLAN interfaces on a port or bond only; call it <port>.{interface.vlan}"
        case InterfaceKind.SUBINTERFACE if not _NAME.fullmatch(name):
            yield "the kernel's names have at most 15 characters"
        case InterfaceKind.LOOPBACK if name != LOOPBACK:
            yield f"the only loopback is {LOOPBACK}"
        case InterfaceKind.PORT if interface.parent != name:
            yield f"it has the name of its port, {interface.parent}"
    if interface.kind is not InterfaceKind.SUBINTERFACE and not interface.addresses:
        yield "it has no address"
    if interface.parent in config.ports and not config.ports[interface.parent].enabled and interface.vlan:
        yield f"its port {interface.parent} is shut; open the port or take the interface away"


def _routes(config: DeviceConfig) -> Iterator[str]:
    ways = [
        address.network
        for interface in config.interfaces.values()
        if interface.parent not in config.ports or config.ports[interface.parent].enabled
        for address in interface.addresses
    ]
    for route in sorted(config.routes, key=str):
        if route.vrf:
            yield f"route {route.prefix}: this host has no VRFs"
        if route.next_hop is not None and not any(route.next_hop in network for network in ways):
            yield f"route {route.prefix}: no open interface leads to {route.next_hop}"
    prefixes = [route.prefix for route in config.routes]
    for prefix in sorted({prefix for prefix in prefixes if prefixes.count(prefix) > 1}):
        yield f"route {prefix}: the kernel takes one next hop for it"


def _management(management: Management) -> Iterator[str]:
    if management.address or management.vlan or management.gateway:
        yield "management address: an IP interface of its own manages this host"
    if (management.ssh, management.telnet, management.web) != (True, False, False):
        yield "management services: SSH is the only way in; set ssh true, telnet false, web false"


def _policy(policy: Firewall) -> Iterator[str]:
    for zone in sorted({*policy.zones, *(zone for pair in policy.pairs for zone in pair)}):
        if not _ZONE.fullmatch(zone):
            yield f"zone {zone}: at most 13 small letters, digits and hyphens make its chains' names"
    for (source, target), rules in policy.pairs.items():
        for index, rule in enumerate(rules, 1):
            yield from (f"rule {source}>{target} {index}: {why}" for why in _rule(rule))
    for index, rule in enumerate(policy.prelude, 1):
        yield from (f"prelude rule {index}: {why}" for why in _rule(rule))


def _rule(rule: Filter) -> Iterator[str]:
    if not protocol_known(rule.protocol):
        yield f"protocol {rule.protocol!r}: use tcp, udp, icmp, any or another protocol's number"
    if (rule.ports or rule.source_ports) and rule.protocol not in {"tcp", "udp"}:
        yield "only tcp and udp have ports"
    if not (_plain(rule.sources) and _plain(rule.destinations)):
        yield "networks: nft keeps them sorted, neighbours made one; write them so"
    if any(merged(ports) != ports for ports in (rule.ports, rule.source_ports)):
        yield "ports: nft keeps them sorted, neighbours made one; write them so"
    if any(tuple(sorted(set(names))) != names for names in (rule.incoming, rule.outgoing)):
        yield "interfaces: write them sorted, each once"
    if '"' in rule.comment or "\\" in rule.comment or len(rule.comment.encode()) > _COMMENT_BYTES:
        yield f"comment {rule.comment!r}: at most {_COMMENT_BYTES} bytes, no quotes or backslashes"


def _plain(networks: tuple[IPv4Network, ...]) -> bool:
    return tuple(collapse_addresses(networks)) == networks


def _texts(config: DeviceConfig) -> Iterator[str]:
    if not _HOSTNAME.fullmatch(config.hostname):
        yield f"hostname {config.hostname!r}: letters, digits, dots and hyphens are needed"
    for line in config.banner:
        if line == _END or line.startswith("### "):
            yield f"banner line {line!r}: it would end the text too early; change it"
        if line != line.rstrip():
            yield f"banner line {line!r}: blanks at its end are not kept"
    if config.banner and not config.banner[-1]:
        yield "banner: its last line is empty, which is not kept"
    labels = [port.description for port in config.ports.values()]
    for text in (*labels, config.snmp.location, config.snmp.contact):
        if text != text.strip():
            yield f"text {text!r}: blanks around it are not kept"
