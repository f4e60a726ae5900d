"""What an S switch cannot do, named object by object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from govnet.config.filtering import Verdict
from govnet.config.routing import InterfaceKind
from govnet.config.switching import DEFAULT_VLAN, AggregationMode
from govnet.platforms.huawei_vrp.acl_rules import ADVANCED, BASIC, is_basic
from govnet.platforms.huawei_vrp.acl_rules import unsayable as unsayable_rule
from govnet.platforms.huawei_vrp.assemble import LOGIN_ACL
from govnet.platforms.huawei_vrp.wire import unsayable
from govnet.platforms.huawei_vrp.words import is_front_port, routed_by_default, trunk_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import IpInterface
    from govnet.config.switching import Aggregation, Port

_WORD: Final = re.compile(r"[!-~]+")
_ACL_NAME: Final = re.compile(r"[A-Za-z][!-~]{0,31}")
_LAST_TRUNK: Final = 511
_LAST_AS: Final = 2**32 - 1
_SLOWEST: Final = 64
"""Slowest rate of a port, kbit/s (Huawei S9300 command reference, interface-based rate limiting)."""


def refused(config: DeviceConfig, hardware: Hardware) -> list[str]:
    """Return everything in ``config`` that VRP on this box cannot do."""
    return [
        *_box(config),
        *_ports(config, hardware),
        *_aggregations(config),
        *_interfaces(config, hardware),
        *_acls(config),
        *_labelled(config),
        *_queueing(config),
        *_rest(config),
    ]


def _box(config: DeviceConfig) -> Iterator[str]:
    if not _WORD.fullmatch(config.hostname):
        yield f"hostname {config.hostname!r}: one word of printable characters is needed"
    if config.firewall is not None:
        yield "firewall policy: a switch keeps no sessions; put the policy on a firewall"
    if not config.forwarding:
        yield "forwarding off: a switch with two IP interfaces always routes between them"
    if config.management.address or config.management.vlan or config.management.gateway:
        yield "management address: an IP interface of its own manages this box; use Vlanif, LoopBack or MEth"
    if config.vlans and DEFAULT_VLAN not in config.vlans:
        yield "VLAN 1: it cannot be deleted"


def _ports(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    known = set(hardware.ports)
    routed = routed_by_default(hardware.model)
    for name, port in config.ports.items():
        if name not in known and not name.startswith("MEth"):
            yield f"port {name}: this {hardware.model} has no such port"
        yield from _port(name, port, routed=routed or name.startswith("MEth"))


def _port(name: str, port: Port, *, routed: bool) -> Iterator[str]:
    if port.description != port.description.strip():
        yield f"port {name}: VRP drops the blanks around its description"
    if routed and port.switchport is not None:
        yield f"port {name}: it routes; govnet does not turn it into a switch port"
    elif not routed and port.switchport is None:
        yield f"port {name}: this switch has no routed front ports; use a VLAN interface"
    elif port.switchport is not None and (why := unsayable(port.switchport)):
        yield f"port {name}: {why}"


def _aggregations(config: DeviceConfig) -> Iterator[str]:
    for number, value in config.aggregations.items():
        yield from (f"aggregation {number}: {why}" for why in _aggregation(config, number, value))


def _aggregation(config: DeviceConfig, number: int, value: Aggregation) -> Iterator[str]:
    if not 0 <= number <= _LAST_TRUNK:
        yield f"Eth-Trunks are numbered 0 to {_LAST_TRUNK}"
    if value.mode is AggregationMode.ACTIVE_BACKUP:
        yield "active-backup is a mode of hosts; use static or lacp"
    if value.split is not None or value.peer is not None:
        yield "VRP 5 has neither split trunks (SMLT) nor their peer link (IST)"
    if value.name != trunk_name(number):
        yield f"its name is {trunk_name(number)}, not {value.name!r}"
    if missing := sorted(value.ports - config.ports.keys()):
        yield f"port {missing[0]} does not exist"
    elif len({config.ports[port].switchport for port in value.ports}) > 1:
        yield "its ports carry different VLANs; an Eth-Trunk carries the same on all"


def _interfaces(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    routed = routed_by_default(hardware.model)
    for name, interface in config.interfaces.items():
        yield from (f"interface {name}: {why}" for why in _interface(name, interface, routed=routed))
    for name, vrf in config.vrfs.items():
        if vrf.number is not None:
            yield f"VRF {name}: VRP numbers its instances itself; leave the number out"
        if (vrf.imports or vrf.exports) and not vrf.route_distinguisher:
            yield f"VRF {name}: it needs a route distinguisher before its targets"


def _interface(name: str, interface: IpInterface, *, routed: bool) -> Iterator[str]:
    match interface.kind:
        case InterfaceKind.VLAN if name != f"vlan{interface.vlan}":
            yield f"the interface of VLAN {interface.vlan} is called vlan{interface.vlan}"
        case InterfaceKind.SUBINTERFACE if not routed:
            yield "an S switch has no sub-interfaces; use a VLAN interface"
        case InterfaceKind.SUBINTERFACE if name != f"{interface.parent}.{interface.vlan}":
            yield f"it is called {interface.parent}.{interface.vlan}"
        case InterfaceKind.PORT if not interface.addresses or not is_front_port(name):
            yield "a routed port with an address is needed"
        case InterfaceKind.LOOPBACK if not re.fullmatch(r"loopback\d+", name):
            yield "loopbacks are called loopback0, loopback1, ..."


def _acls(config: DeviceConfig) -> Iterator[str]:
    for name, acl in config.acls.items():
        number = int(name) if name.isdigit() else None
        if number == LOGIN_ACL:
            yield f"ACL {name}: govnet keeps that number for who may log in"
        elif number is not None and number not in BASIC and number not in ADVANCED:
            yield f"ACL {name}: lists for IPv4 are numbered 2000 to 3999"
        elif number is None and not _ACL_NAME.fullmatch(name):
            yield f"ACL {name}: a name begins with a letter and has at most 32 characters, no blanks"
        for index, rule in enumerate(acl.filters, 1):
            if why := unsayable_rule(rule, basic=is_basic(name)):
                yield f"ACL {name}, line {index}: {why}"
    for binding in sorted(config.bindings):
        if binding.default is not Verdict.PERMIT:
            yield f"ACL {binding.acl} on {binding.target}: a traffic filter passes what it does not name; end with deny"
        if binding.direction not in {"in", "out"}:
            yield f"ACL {binding.acl} on {binding.target}: the direction is in or out"


def _labelled(config: DeviceConfig) -> Iterator[str]:
    for name in sorted(config.mpls.interfaces if config.mpls else ()):
        if name in config.interfaces and config.interfaces[name].vrf:
            yield f"interface {name}: it is in a VRF; labelled packets are the global instance's"
    if config.bgp is None:
        return
    if not 1 <= config.bgp.asn <= _LAST_AS:
        yield f"BGP in AS {config.bgp.asn}: systems are numbered 1 to {_LAST_AS}"
    for address, peer in config.bgp.peers.items():
        if peer.client and (not peer.vpnv4 or peer.asn != config.bgp.asn):
            yield f"BGP peer {address}: only a peer of the own AS with VPN routes can be reflected"
    for name in config.bgp.instances:
        if name in config.vrfs and not config.vrfs[name].route_distinguisher:
            yield f"BGP for VRF {name}: it needs a route distinguisher first"
    if not config.bgp.filtering and not any(peer.vpnv4 for peer in config.bgp.peers.values()):
        yield "BGP keeps all VPN routes, and has no peer to exchange any with"


def _rest(config: DeviceConfig) -> Iterator[str]:
    for number, mirror in config.mirrors.items():
        if not mirror.sources:
            yield f"mirror {number}: it copies no port"
    for line in config.banner:
        if '"' in line or line != line.rstrip():
            yield f"banner line {line!r}: it holds a double quote or ends in a blank, which VRP cannot keep"
    if config.banner and not config.banner[0]:
        yield "banner: its first line is empty, which VRP drops"
    for text in (config.snmp.location, config.snmp.contact, *(vlan.name for vlan in config.vlans.values())):
        if text != text.strip():
            yield f"text {text!r}: VRP drops the blanks around it"


def _queueing(config: DeviceConfig) -> Iterator[str]:
    bundled = {port for aggregation in config.aggregations.values() for port in aggregation.ports}
    for name, queueing in config.queueing.items():
        if name in bundled:
            yield f"port {name}: it is part of an Eth-Trunk, which shares out what it sends as a whole"
        if queueing.rate_kbps is not None and queueing.rate_kbps < _SLOWEST:
            yield f"port {name}: {queueing.rate_kbps} kbit/s is less than the {_SLOWEST} that a port can be held to"
        if any(share < 1 for share in queueing.shares.values()):
            yield f"port {name}: a queue is guaranteed nothing; leave it out"
