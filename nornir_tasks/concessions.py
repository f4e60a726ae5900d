"""What may be said in another way, or left out, when a box cannot do it: small offers, the mildest first.

An offer changes one thing. Whoever takes it must show that it answers a refusal; none is taken for its own sake.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from govnet.config.filtering import AclBinding, Filter, Verdict
from govnet.config.model import Management, Snmp
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import AggregationMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from govnet.config.filtering import Acl
    from govnet.config.model import DeviceConfig
    from govnet.config.routing import Vrf
    from govnet.config.switching import Aggregation

    Change = Callable[[DeviceConfig], DeviceConfig]


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that could be said otherwise. ``lost``: it would be gone."""

    what: str
    change: Change
    lost: bool = True


def _management(config: DeviceConfig, vlan: int | None) -> Iterator[Offer]:
    told = config.management
    home = told.vlan or vlan
    if told.address and home is not None and home in config.vlans and f"vlan{home}" not in config.interfaces:
        yield Offer(f"management address {told.address} moves to VLAN {home}", partial(_moved, vlan=home), lost=False)
    yield Offer("management VLAN", partial(_managed, vlan=None))
    yield Offer("management gateway", partial(_managed, gateway=None))
    yield Offer(f"management address {told.address}", partial(_managed, address=None))
    yield Offer("the addresses that may manage it", partial(_managed, sources=frozenset()))
    yield Offer("not routing between its interfaces", lambda now: replace(now, forwarding=True))


def _managed(config: DeviceConfig, **fields: object) -> DeviceConfig:
    told: Management = replace(config.management, **fields)  # type: ignore[arg-type]  # its own fields, by name
    return replace(config, management=told)


def _moved(config: DeviceConfig, vlan: int) -> DeviceConfig:
    """Put the management address on a VLAN interface, and its gateway into the routing table."""
    told = config.management
    if told.address is None:
        return config
    interface = IpInterface(InterfaceKind.VLAN, (told.address,), vlan=vlan)
    routes = {StaticRoute(IPv4Network("0.0.0.0/0"), told.gateway)} if told.gateway else set()
    moved = replace(config, interfaces={**config.interfaces, f"vlan{vlan}": interface}, routes=config.routes | routes)
    return _managed(moved, address=None, vlan=None, gateway=None)


def _aggregations(config: DeviceConfig, vlan: int | None) -> Iterator[Offer]:
    del vlan
    for number, one in config.aggregations.items():
        told = partial(_aggregation, number=number)
        if one.split is not None:
            yield Offer(
                f"aggregation {number}: SMLT id {one.split} becomes {number}", partial(told, split=number), lost=False
            )
            yield Offer(f"aggregation {number}: split over two chassis (SMLT {one.split})", partial(told, split=None))
        if one.peer is not None:
            yield Offer(f"aggregation {number}: trunk between the chassis (IST)", partial(told, peer=None))
        if one.split is not None or one.peer is not None:
            yield Offer(f"aggregation {number}: SMLT and IST", partial(told, split=None, peer=None))
        if one.mode is not AggregationMode.STATIC:
            yield Offer(f"aggregation {number}: {one.mode}, static instead", partial(told, mode=AggregationMode.STATIC))
        yield Offer(f"aggregation {number}: its name {one.name!r}", partial(told, name=""))
        yield Offer(f"aggregation {number}", partial(_without, field="aggregations", key=number))


def _aggregation(config: DeviceConfig, number: int, **fields: object) -> DeviceConfig:
    one: Aggregation = replace(config.aggregations[number], **fields)  # type: ignore[arg-type]  # its own fields, by name
    return replace(config, aggregations={**config.aggregations, number: one})


def _without(config: DeviceConfig, field: str, key: object) -> DeviceConfig:
    """Return a configuration without one entry of one of its mappings."""
    kept: dict[str, Any] = {field: {name: value for name, value in getattr(config, field).items() if name != key}}
    return replace(config, **kept)


def _vrfs(config: DeviceConfig, vlan: int | None) -> Iterator[Offer]:
    del vlan
    for number, (name, one) in enumerate(config.vrfs.items(), 1):
        told = partial(_vrf, name=name)
        yield Offer(f"VRF {name}: its number", partial(told, number=None), lost=False)
        if one.number is None:
            yield Offer(f"VRF {name}: numbered {number}", partial(told, number=number), lost=False)
        bare = partial(told, route_distinguisher="", imports=frozenset(), exports=frozenset())
        yield Offer(f"VRF {name}: its route distinguisher and targets", bare)
        yield Offer(f"VRF {name}, with its interfaces and routes", partial(_without_vrf, name=name))


def _vrf(config: DeviceConfig, name: str, **fields: object) -> DeviceConfig:
    one: Vrf = replace(config.vrfs[name], **fields)  # type: ignore[arg-type]  # its own fields, by name
    return replace(config, vrfs={**config.vrfs, name: one})


def _without_vrf(config: DeviceConfig, name: str) -> DeviceConfig:
    """Take a VRF away with all in it: left to the global table, its interfaces would reach each other's zones."""
    for key, one in config.interfaces.items():
        config = _without_interface(config, key) if one.vrf == name else config
    routes = frozenset(route for route in config.routes if route.vrf != name)
    return _without(replace(config, routes=routes), "vrfs", name)


def _interfaces(config: DeviceConfig, vlan: int | None) -> Iterator[Offer]:
    del vlan
    for key, one in config.interfaces.items():
        if len(one.addresses) > 1:
            yield Offer(f"interface {key}: all addresses but {one.addresses[0]}", partial(_first_address, key=key))
        yield Offer(f"interface {key}", partial(_without_interface, key=key))
    for route in sorted(config.routes, key=str):
        yield Offer(f"route {route.prefix}", partial(_without_route, route=route))


def _first_address(config: DeviceConfig, key: str) -> DeviceConfig:
    one = config.interfaces[key]
    return replace(config, interfaces={**config.interfaces, key: replace(one, addresses=one.addresses[:1])})


def _without_interface(config: DeviceConfig, key: str) -> DeviceConfig:
    bindings = frozenset(one for one in config.bindings if one.target != key)
    return _without(replace(config, bindings=bindings), "interfaces", key)


def _without_route(config: DeviceConfig, route: StaticRoute) -> DeviceConfig:
    return replace(config, routes=config.routes - {route})


def _filters(config: DeviceConfig, vlan: int | None) -> Iterator[Offer]:
    del vlan
    for number, name in enumerate(config.acls, 1):
        for new in (str(3000 + number), str(number)):
            if new not in config.acls:
                yield Offer(f"filter {name} is called {new}", partial(_called, name=name, new=new), lost=False)
    for binding in sorted(config.bindings):
        if binding.default is Verdict.DENY and binding.acl in config.acls:
            what = f"filter {binding.acl} on {binding.target}: its default becomes a last line, deny any"
            yield Offer(what, partial(_closed, binding=binding), lost=False)
        yield Offer(f"filter {binding.acl} on {binding.target} {binding.direction}", partial(_unbound, binding=binding))
    for name in config.acls:
        yield Offer(f"filter {name}, wherever it is at work", partial(_without_acl, name=name))
    if config.firewall is not None:
        yield Offer("the zone policy of a firewall", lambda now: replace(now, firewall=None))


def _called(config: DeviceConfig, name: str, new: str) -> DeviceConfig:
    if name not in config.acls:
        return config
    acls = {new if key == name else key: acl for key, acl in config.acls.items()}
    bindings = frozenset(replace(one, acl=new) if one.acl == name else one for one in config.bindings)
    return replace(config, acls=acls, bindings=bindings)


def _closed(config: DeviceConfig, binding: AclBinding) -> DeviceConfig:
    """Say a default of deny as a last line; the list must be used there alone."""
    if binding not in config.bindings or sum(one.acl == binding.acl for one in config.bindings) > 1:
        return config
    acl: Acl = config.acls[binding.acl]
    closed = replace(acl, filters=(*acl.filters, Filter(Verdict.DENY)))
    bindings = (config.bindings - {binding}) | {replace(binding, default=Verdict.PERMIT)}
    return replace(config, acls={**config.acls, binding.acl: closed}, bindings=bindings)


def _unbound(config: DeviceConfig, binding: AclBinding) -> DeviceConfig:
    return replace(config, bindings=config.bindings - {binding})


def _without_acl(config: DeviceConfig, name: str) -> DeviceConfig:
    bindings = frozenset(one for one in config.bindings if one.acl != name)
    return _without(replace(config, bindings=bindings), "acls", name)


def _rest(config: DeviceConfig, vlan: int | None) -> Iterator[Offer]:
    del vlan
    for number in config.mirrors:
        yield Offer(f"mirror {number}", partial(_without, field="mirrors", key=number))
    for number, one in config.vlans.items():
        if one.name:
            yield Offer(f"VLAN {number}: its name {one.name!r}", partial(_unnamed, number=number))
    for name, port in config.ports.items():
        if port.description:
            yield Offer(f"port {name}: its label {port.description!r}", partial(_unlabelled, name=name))
    yield Offer("the banner", lambda now: replace(now, banner=()))
    yield Offer(
        "SNMP location and contact", lambda now: replace(now, snmp=Snmp(trap_receivers=now.snmp.trap_receivers))
    )


def _unnamed(config: DeviceConfig, number: int) -> DeviceConfig:
    return replace(config, vlans={**config.vlans, number: replace(config.vlans[number], name="")})


def _unlabelled(config: DeviceConfig, name: str) -> DeviceConfig:
    return replace(config, ports={**config.ports, name: replace(config.ports[name], description="")})


FAMILIES = (_management, _aggregations, _vrfs, _interfaces, _filters, _rest)
"""Functions that name the offers for a configuration, in the order in which they are tried."""
