"""What a work order for a firewall, or the form that its evidence comes in, cannot hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from govnet.config.routing import InterfaceKind
from govnet.platforms.manual import cells
from govnet.platforms.plain import beyond_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.config.filtering import Filter, Firewall
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig

_ZONE: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")


def refused(config: DeviceConfig, hardware: Hardware) -> list[str]:
    """Return everything in ``config`` that cannot be asked of a person or shown by a table."""
    return [
        *_switching(config),
        *_boxes(config, hardware),
        *(_policy(config.firewall) if config.firewall else ()),
        *_texts(config),
        *beyond_plain(config),
    ]


def _switching(config: DeviceConfig) -> Iterator[str]:
    kinds: dict[str, Iterable[object]] = {
        "VLAN": config.vlans,
        "VRF": config.vrfs,
        "ACL": config.acls,
        "mirror": config.mirrors,
    }
    for kind, objects in kinds.items():
        for name in objects:
            yield f"{kind} {name}: the interchange form has no {kind}s. Take it out of the intent"
    for name, port in config.ports.items():
        if port.switchport is not None:
            yield f"port {name}: the interchange form has routed ports only; VLANs on it are sub-interfaces"
    if config.management.address or config.management.vlan or config.management.gateway:
        yield "management address: an IP interface of its own manages this box"


def _boxes(config: DeviceConfig, hardware: Hardware) -> Iterator[str]:
    if odd := sorted(config.ports.keys() ^ set(hardware.ports)):
        yield f"port {odd[0]}: the box and its configuration differ in it"
    for number, bundle in config.aggregations.items():
        if bundle.split is not None or bundle.peer is not None:
            yield f"aggregation {number}: it cannot be shared with another box"
    parents = {*config.ports, *(bundle.name for bundle in config.aggregations.values())}
    for name, interface in config.interfaces.items():
        yield from (f"interface {name}: {why}" for why in _interface(name, interface.kind, interface.parent, parents))
        if interface.kind is InterfaceKind.SUBINTERFACE and name != f"{interface.parent}.{interface.vlan}":
            yield f"interface {name}: call it {interface.parent}.{interface.vlan}"
        if interface.vrf:
            yield f"interface {name}: the interchange form has no VRFs"
    for route in sorted(config.routes, key=str):
        if route.vrf:
            yield f"route {route.prefix}: the interchange form has no VRFs"


def _interface(name: str, kind: InterfaceKind, parent: str, parents: set[str]) -> Iterator[str]:
    if kind is InterfaceKind.VLAN:
        yield "VLAN interfaces sit on a port or aggregation; call it PORT.VLAN"
    elif kind is InterfaceKind.LOOPBACK:
        if not name.startswith("loopback"):
            yield "a loopback's name begins with loopback"
    elif parent not in parents:
        yield f"it sits on {parent or 'nothing'}, which does not exist"
    elif kind is InterfaceKind.PORT and parent != name:
        yield f"it has the name of what it sits on, {parent}"


def _policy(policy: Firewall) -> Iterator[str]:
    for zone in sorted({*policy.zones, *(zone for pair in policy.pairs for zone in pair)}):
        if not _ZONE.fullmatch(zone) or zone == cells.ANY:
            yield f"zone {zone!r}: a name has small letters, digits and hyphens, and is not `any`"
    held = [name for names in policy.zones.values() for name in names]
    for name in sorted({name for name in held if held.count(name) > 1}):
        yield f"interface {name}: it is in two zones; a table row names one"
    for (source, target), rules in policy.pairs.items():
        for index, rule in enumerate(rules, 1):
            yield from (f"rule {source}>{target} {index}: {why}" for why in _rule(rule))
            if rule.incoming or rule.outgoing:
                yield f"rule {source}>{target} {index}: only rules in front of the zone rules are limited to interfaces"
    for index, rule in enumerate(policy.prelude, 1):
        yield from (f"prelude rule {index}: {why}" for why in _rule(rule))


def _rule(rule: Filter) -> Iterator[str]:
    try:
        cells.protocol(rule.protocol)
    except ValueError as error:
        yield str(error)
    if (rule.ports or rule.source_ports) and rule.protocol not in cells.WITH_PORTS:
        yield f"protocol {rule.protocol} has no ports"


def _texts(config: DeviceConfig) -> Iterator[str]:
    labels = [port.description for port in config.ports.values()]
    rules = [rule for rules in config.firewall.pairs.values() for rule in rules] if config.firewall else []
    rules += config.firewall.prelude if config.firewall else []
    texts = [*labels, config.snmp.location, config.snmp.contact, *config.banner, *(rule.comment for rule in rules)]
    for text in texts:
        if text != text.strip() or not (text.isprintable() or not text):
            yield f"text {text!r}: blanks around it and control characters do not survive a table"
    if not config.hostname.strip():
        yield "hostname: the work order and the evidence record need one"
