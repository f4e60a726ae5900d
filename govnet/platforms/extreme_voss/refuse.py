"""What a VSP, or an ERS 8600 in NNCLI mode, cannot do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.config.routing import InterfaceKind
from govnet.config.switching import DEFAULT_VLAN, AggregationMode
from govnet.errors import RefusedError
from govnet.platforms.extreme_voss.dialect import dialect
from govnet.platforms.extreme_voss.filters import LAST_ENTRY, faults, identity
from govnet.platforms.extreme_voss.ports import port_mode
from govnet.platforms.extreme_voss.say import NO_IST
from govnet.platforms.plain import beyond_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.filtering import AclBinding, Verdict
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig


def refuse(config: DeviceConfig, hardware: Hardware) -> list[str]:
    """Name everything in ``config`` that this box cannot do; empty when it can do it all."""
    return [
        *_ports(config, hardware),
        *_vlans(config),
        *_interfaces(config),
        *_vrfs(config, hardware),
        *_aggregations(config, hardware),
        *_filters(config),
        *_bindings(config),
        *_mirrors(config),
        *_services(config),
        *beyond_plain(config),
    ]


def _ports(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    for name in sorted(config.ports.keys() - set(hardware.ports)):
        yield f"port {name} does not exist; the box has {len(hardware.ports)} ports"
    for name, port in config.ports.items():
        yield from _unsayable(f"port {name}'s description", port.description)
        if port.switchport is None:
            yield f"port {name} is a routed port; a VSP routes between VLANs"
            continue
        try:
            port_mode(port.switchport)
        except RefusedError as error:
            yield f"port {name}: {error}"


def _unsayable(what: str, text: str) -> Iterator[str]:
    if '"' in text or not text.isprintable():
        yield f"{what} holds a double quote or a control character"
    elif text != text.strip():
        yield f"{what} begins or ends with a blank"


def _vlans(config: DeviceConfig) -> Iterator[str]:
    if DEFAULT_VLAN not in config.vlans:
        yield "VLAN 1 cannot be deleted"
    elif config.vlans[DEFAULT_VLAN].name:
        yield "VLAN 1 is named by the box; leave its name empty"
    for number, vlan in config.vlans.items():
        yield from _unsayable(f"VLAN {number}'s name", vlan.name)
        if vlan.name == f"VLAN-{number}":
            yield f"VLAN {number} is named as the box names it by itself; leave its name empty"


def _interfaces(config: DeviceConfig) -> Iterator[str]:
    for name, interface in config.interfaces.items():
        if interface.kind not in {InterfaceKind.VLAN, InterfaceKind.LOOPBACK}:
            yield f"interface {name} sits on a port; a VSP routes between VLANs"
        if len(interface.addresses) != 1:
            yield f"interface {name} has {len(interface.addresses)} addresses; a VSP interface has one"
    for route in config.routes:
        if route.next_hop is None:
            yield f"route {route.prefix} discards; no source says how a VSP does that"
    if not config.forwarding:
        yield "routing cannot be switched off: VLANs with addresses route to each other; take the addresses away"


def _vrfs(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    able = dialect(hardware).vrfs
    numbers: dict[int, str] = {}
    for name, vrf in config.vrfs.items():
        if not able:
            yield f"VRF {name} needs software 5.0 or later; this box runs {hardware.software or 'an unknown release'}"
        if vrf.number is None or vrf.number < 1:
            yield f"VRF {name} has no number of its own; the box shows one, so give it one from 1"
        elif numbers.setdefault(vrf.number, name) != name:
            yield f"VRFs {numbers[vrf.number]} and {name} both have number {vrf.number}"
        if vrf.route_distinguisher or vrf.imports or vrf.exports:
            yield f"VRF {name} has a route distinguisher or targets; VRF-Lite has none"
        if not re.fullmatch(r"[\w.-]+", name) or name == "GlobalRouter":
            yield f"VRF {name!r} must be one word of letters, digits, '-', '_' and '.', and not GlobalRouter"


def _aggregations(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    ers = dialect(hardware).ers
    for number, mlt in config.aggregations.items():
        if mlt.mode is not AggregationMode.STATIC:
            yield f"aggregation {number} is {mlt.mode}; a multi-link trunk is static"
        if not mlt.ports:
            yield f"aggregation {number} has no ports"
        if not ers and mlt.peer is not None:
            yield f"aggregation {number}: {NO_IST}"
        if not ers and mlt.split not in {None, number}:
            yield f"aggregation {number} has SMLT id {mlt.split}; a VSP's split trunk has the number of its MLT"
        yield from _unsayable(f"aggregation {number}'s name", mlt.name)


def _filters(config: DeviceConfig) -> Iterator[str]:
    if config.firewall is not None:
        yield "zone policies need a stateful firewall; a VSP filters packets only"
    used: dict[int, str] = {}
    for name, acl in config.acls.items():
        try:
            number, _ = identity(name)
        except RefusedError as error:
            yield str(error)
            continue
        if used.setdefault(number, name) != name:
            yield f"packet filters {used[number]} and {name} are both ACL {number}; number them apart"
        if len(acl.filters) > LAST_ENTRY:
            yield f"packet filter {name} has {len(acl.filters)} entries; an ACL has up to {LAST_ENTRY}"
        for index, line in enumerate(acl.filters, 1):
            yield from (f"packet filter {name}, entry {index}: {fault}" for fault in faults(line))
            yield from _unsayable(f"packet filter {name}'s comment {line.comment!r}", line.comment)


def _bindings(config: DeviceConfig) -> Iterator[str]:
    defaults: dict[str, Verdict] = {}
    for binding in sorted(config.bindings):
        if defaults.setdefault(binding.acl, binding.default) is not binding.default:
            yield f"packet filter {binding.acl} has one default action; its places ask for two"
        yield from _misplaced(binding, config)


def _misplaced(binding: AclBinding, config: DeviceConfig) -> Iterator[str]:
    try:
        kind = identity(binding.acl)[1]
    except RefusedError:
        return
    interface = config.interfaces.get(binding.target)
    on_vlan = interface is not None and interface.kind is InterfaceKind.VLAN
    fits = on_vlan if kind == "inVlan" else binding.target in config.ports
    if not fits or binding.direction != ("out" if kind == "outPort" else "in"):
        yield (
            f"packet filter {binding.acl} on {binding.target} {binding.direction}: its type {kind} does not go there"
        )


def _mirrors(config: DeviceConfig) -> Iterator[str]:
    used: dict[int, int] = {}
    outs: dict[str, int] = {}
    for number, mirror in config.mirrors.items():
        if not mirror.sources:
            yield f"mirror {number} copies nothing"
        if outs.setdefault(mirror.destination, number) != number:
            yield f"mirrors {outs[mirror.destination]} and {number} end on one port; make them one"
        for entry in range(number, number + len(mirror.sources)):
            if used.setdefault(entry, number) != number:
                yield f"mirrors {used[entry]} and {number} need entry {entry} both; number them further apart"


def _services(config: DeviceConfig) -> Iterator[str]:
    if not config.hostname:
        yield "a VSP must have a name"
    yield from _unsayable("the name", config.hostname)
    yield from _unsayable("the SNMP location", config.snmp.location)
    yield from _unsayable("the SNMP contact", config.snmp.contact)
    for line in config.banner:
        yield from _unsayable(f"banner line {line!r}", line)
        if line in {"", "custom", "static", "displaymotd"}:
            yield f"banner line {line!r} is empty or a word of the banner's own commands; write it otherwise"
    if any(network.prefixlen == 0 for network in config.management.sources):
        yield "management sources name every address; leave them empty instead"
    if config.management.vlan is not None or config.management.gateway is not None:
        yield "a VSP's management port has no VLAN, and its gateway is a route of its own; set it at the console"
