"""From the box that all lines were carried out on to a vendor-neutral `Reading`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from govnet.config import reading
from govnet.config.filtering import Acl, AclBinding, Verdict
from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.routing import InterfaceKind, IpInterface, Vrf
from govnet.config.switching import Aggregation, Mirror, Port, Vlan
from govnet.platforms.huawei_vrp.acl_rules import BASIC
from govnet.platforms.huawei_vrp.lexer import masked
from govnet.platforms.huawei_vrp.read_labelled import bgp_of, mpls_of
from govnet.platforms.huawei_vrp.read_queueing import queueing_of
from govnet.platforms.huawei_vrp.read_routing import ordered
from govnet.platforms.huawei_vrp.words import canonical, is_front_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Network

    from govnet.config.reading import Line, Reading
    from govnet.platforms.huawei_vrp.box import Box, Interface
    from govnet.platforms.huawei_vrp.reader import Outcome

LOGIN_ACL: Final = 2999
"""The list that govnet keeps for itself: who may open a session. Any other list on a VTY belongs to a person."""


def assembled(outcome: Outcome) -> Reading:
    """Return what was understood; lines that turn out not to be modelled after all join the unread."""
    box = outcome.box
    kept: list[Line] = []
    interfaces, keys = _interfaces(box)
    mirrors = _mirrors(box, kept)
    sources = _login_sources(box, kept)
    mpls = mpls_of(box, kept)
    queueing = queueing_of(box, kept)
    config = DeviceConfig(
        hostname=box.hostname,
        ports=_ports(box),
        vlans={number: Vlan(vlan.description or vlan.name) for number, vlan in sorted(box.vlans.items())},
        vrfs={
            name: Vrf(None, vrf.distinguisher, frozenset(vrf.imports), frozenset(vrf.exports))
            for name, vrf in box.vrfs.items()
        },
        interfaces=interfaces,
        routes=frozenset(box.routes),
        acls={
            name: Acl(tuple(rule for rule, _ in ordered(acl)))
            for name, acl in box.acls.items()
            if not (name == str(LOGIN_ACL) and sources)
        },
        bindings=frozenset(_bindings(box, keys)),
        aggregations={
            number: Aggregation(frozenset(port.name for port in box.members(number)), trunk.name, trunk.mode)
            for number, trunk in box.trunks().items()
        },
        mirrors=mirrors,
        management=Management(sources=sources, ssh=box.ssh, telnet=box.telnet, web=box.http or box.https),
        mpls=mpls,
        bgp=bgp_of(box),
        queueing=queueing,
        snmp=Snmp(box.location, box.contact, frozenset(box.traps)),
        syslog=frozenset(box.syslog),
        ntp=frozenset(box.ntp),
        banner=box.banner,
    )
    unread = tuple(sorted({*outcome.unread, *map(masked, kept)}))
    found = {element: line for element, line in _elements(box, keys) if line is not None}
    return reading.Reading(config, unread, outcome.read_lines - len(kept), found)


def _ports(box: Box) -> dict[str, Port]:
    return {
        name: Port(port.description, port.enabled, box.carrier(port).switchport())
        for name, port in box.interfaces.items()
        if is_front_port(name) or name in box.hardware.ports
    }


def _interfaces(box: Box) -> tuple[dict[str, IpInterface], dict[str, str]]:
    """Return the IP interfaces and, for each interface of the box that is one, its key."""
    found: dict[str, IpInterface] = {}
    keys: dict[str, str] = {}
    for name, interface in box.interfaces.items():
        made = _ip_interface(name, interface)
        if made is not None:
            keys[name] = f"{made.parent}.{made.vlan}" if made.kind is InterfaceKind.SUBINTERFACE else canonical(name)
            found[keys[name]] = made
    return found, keys


def _ip_interface(name: str, interface: Interface) -> IpInterface | None:
    addresses = tuple(value for value, _ in interface.addresses)
    if name.startswith("Vlanif"):
        return IpInterface(InterfaceKind.VLAN, addresses, int(name.removeprefix("Vlanif")), vrf=interface.vrf)
    if name.startswith("LoopBack"):
        return IpInterface(InterfaceKind.LOOPBACK, addresses, vrf=interface.vrf)
    parent, dot, _ = name.partition(".")
    if dot and interface.tag is not None:
        return IpInterface(InterfaceKind.SUBINTERFACE, addresses, interface.tag, parent, interface.vrf)
    if addresses and not dot:
        return IpInterface(InterfaceKind.PORT, addresses, parent=name, vrf=interface.vrf)
    return None


def _bindings(box: Box, keys: dict[str, str]) -> Iterator[AclBinding]:
    for name, interface in box.interfaces.items():
        for acl, direction in interface.filters:
            yield AclBinding(acl, keys.get(name, name), direction, Verdict.PERMIT)


def _mirrors(box: Box, kept: list[Line]) -> dict[int, Mirror]:
    """Return the mirrors; one that copies a single direction is not modelled, and its lines are kept."""
    found: dict[int, Mirror] = {}
    for number, (destination, line) in box.observers.items():
        sources = {name for name, port in box.interfaces.items() if port.mirrored.get(number, set()) >= _BOTH}
        if sources:
            found[number] = Mirror(frozenset(sources), destination)
        else:
            kept.append(line)
    for port in box.interfaces.values():
        kept += [line for number, line in port.mirror_lines if port.mirrored.get(number) in _ONE_WAY]
    return found


_BOTH: Final = {"inbound", "outbound"}
_ONE_WAY: Final = ({"inbound"}, {"outbound"})


def _login_sources(box: Box, kept: list[Line]) -> frozenset[IPv4Network]:
    """Return who may log in: what govnet's own list permits, when every VTY uses it and it is modelled whole."""
    used = {entry[0] if entry else None for entry in box.vty_acls.values()}
    acl = box.acls.get(str(LOGIN_ACL))
    rules = [rule for rule, _ in ordered(acl)] if acl else []
    plain = all(rule.verdict is Verdict.PERMIT and rule.sources and not rule.comment for rule in rules)
    if used == {LOGIN_ACL} and acl and acl.number in BASIC and rules and plain and not acl.partly_unread:
        return frozenset(rule.sources[0] for rule in rules)
    kept += [entry[1] for entry in box.vty_acls.values() if entry]
    return frozenset()


def _elements(box: Box, keys: dict[str, str]) -> Iterator[tuple[str, Line | None]]:
    """Yield every element with the line that said so, or None when the factory did."""
    for name, port in box.interfaces.items():
        carrier = box.carrier(port)
        switchport = carrier.switchport()
        if switchport is not None and is_front_port(name):
            for vlan in switchport.members:
                yield reading.membership(vlan, name), carrier.line_of(vlan)
            yield reading.untagged_vlan(name), carrier.pvid_line
        if name in keys and port.addresses:
            yield reading.address(keys[name]), port.addresses[0][1]
    for route, line in box.routes.items():
        yield reading.route(str(route.prefix), str(route.next_hop), route.vrf), line
    for name, vrf in box.vrfs.items():
        yield from ((reading.route_target(name, target), line) for target, line in vrf.lines.items())
    for name, acl in box.acls.items():
        for index, (_, line) in enumerate(ordered(acl)):
            yield reading.acl_filter(name, index), line
    for number, trunk in box.trunks().items():
        yield reading.aggregation(number), trunk.line
