"""Networks and readings built by hand for the isolation tests: a small town hall with every kind of device."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from govnet.config import reading as element
from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.config.model import DeviceConfig, Management
from govnet.config.reading import Line, Reading
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Aggregation, AggregationMode, Port, Switchport, Vlan
from govnet.network.administered import Services
from govnet.network.built import Device
from govnet.network.cabled import Attachment, End, Link, Upstream
from govnet.network.model import GatewayMode, Network, Plane
from govnet.network.permitted import Action, Permit, PolicyCell
from govnet.network.placed import Origin, Segment, Zone

HERE = Origin("hand", 1)
RUNNER = IPv4Network("10.0.51.201/32")


def device(name: str, role: str, platform: str = "any", address: str = "") -> Device:
    """Return a device of which only what isolation looks at is filled in."""
    return Device(
        name, role, "hall", Plane.UNIFIED, platform, "", "", "", "", "", "government", "", "government", managed=True,
        oob=None, loopback=None, address=IPv4Address(address) if address else None, zone="", zone_address=None,
        ports=(), cards={}, power=(), syntax_evidence={}, since=None, until=None, origin=HERE,
    )  # fmt: skip


def cable(a: str, b: str, purpose: str = "floor") -> Link:
    """Return a cable between ``device:port`` and ``device:port``."""
    ends = [End(*end.split(":")) for end in (a, b)]
    return Link(f"{a}-{b}", ends[0], ends[1], purpose, Plane.UNIFIED, "fiber", 1000, "", HERE)


def segment(zone: str, vlan: int, subnet: str, purpose: str = "servers", *, gateway: bool = True) -> Segment:
    """Return a segment whose gateway, if any, is the first address."""
    net = IPv4Network(subnet)
    return Segment(zone, "hall", purpose, vlan, net, f"{zone}-{vlan}", net[1] if gateway else None)


def network(  # noqa: PLR0913, PLR0917 - a network has as many parts
    devices: list[Device],
    links: list[Link],
    attachments: list[tuple[str, Segment]],
    policy: dict[tuple[str, str], tuple[Action, tuple[Permit, ...]]],
    zones: list[str],
    upstreams: tuple[Upstream, ...] = (),
) -> Network:
    """Return a network of these parts; attachments are (``device:port``, segment)."""
    cells = {pair: PolicyCell(*pair, action, action.value, permits, HERE) for pair, (action, permits) in policy.items()}
    segments = tuple(dict.fromkeys(part for _, part in attachments))
    return Network(
        "hand", "hand", Plane.UNIFIED, "", (IPv4Network("10.0.0.0/8"),), GatewayMode.FIREWALL, 1999, 4000,
        IPv4Network("10.255.0.0/30"), {}, _zones(zones),
        segments, {}, {d.name: d for d in devices}, tuple(links), {}, upstreams,
        tuple(Attachment(part.zone, End(*end.split(":")), part) for end, part in attachments), {}, cells, (),
        Services((RUNNER,), (), (), (), "", ()),
    )  # fmt: skip


def _zones(slugs: list[str]) -> dict[str, Zone]:
    return {z: Zone(z, n, z, z, confidential=False, origin=HERE) for n, z in enumerate(slugs)}


def access(vlan: int) -> Switchport:
    """Return an access port."""
    return Switchport(frozenset({vlan}), frozenset(), vlan)


def trunk(*vlans: int) -> Switchport:
    """Return a trunk that drops untagged frames."""
    return Switchport(frozenset(), frozenset(vlans), None)


def switch(name: str, ports: dict[str, Switchport], **more: object) -> DeviceConfig:
    """Return a switch with these ports and the VLANs that they use."""
    vlans = {1} | {vlan for port in ports.values() for vlan in port.members}
    made = {name: Port(switchport=port) for name, port in ports.items()}
    return replace(DeviceConfig(name, ports=made, vlans={vlan: Vlan() for vlan in sorted(vlans)}), **more)


def reading(config: DeviceConfig) -> Reading:
    """Return a reading in which every element has a line that says it in plain words."""
    words: list[str] = []
    for name, port in config.ports.items():
        if port.switchport:
            words += [element.membership(vlan, name) for vlan in sorted(port.switchport.members)]
            words += [element.untagged_vlan(name)] if port.switchport.pvid else []
    words += [element.address(name) for name in config.interfaces]
    words += [element.route(str(r.prefix), str(r.next_hop), r.vrf) for r in sorted(config.routes, key=str)]
    words += [element.acl_filter(name, i) for name, acl in config.acls.items() for i in range(len(acl.filters))]
    if config.firewall:
        words += [element.firewall_rule(*p, i) for p, rules in config.firewall.pairs.items() for i in range(len(rules))]
        words += [element.prelude_rule(i) for i in range(len(config.firewall.prelude))]
    return Reading(config, sources={word: Line(n, word) for n, word in enumerate(words, 1)}, read_lines=len(words))


SEGMENTS = {
    part.vlan: part
    for part in (
        segment("mgt", 50, "10.0.50.0/24"),
        segment("mgt", 51, "10.0.51.0/24", "oob", gateway=False),
        segment("prv", 100, "10.1.0.0/24"),
        segment("prv", 101, "10.1.1.0/24", "floor"),
        segment("prv", 121, "10.1.21.0/24", "town"),
        segment("pub", 200, "10.2.0.0/24"),
        segment("pub", 201, "10.2.1.0/24", "floor"),
        segment("pub", 221, "10.2.21.0/24", "town"),
        segment("jh", 300, "10.3.0.0/24"),
    )
}
ZONES = ["mgt", "prv", "pub", "jh"]
EVERY = tuple(SEGMENTS)
WEB = Permit("tcp", ((443, 443),), (), (IPv4Network("10.3.0.11/32"),))
SSH = Permit("tcp", ((22, 22),))
TRAPS = Permit("udp", ((514, 514),), (), (IPv4Network("10.0.50.33/32"),))


def policy() -> dict[tuple[str, str], tuple[Action, tuple[Permit, ...]]]:
    """Return the matrix of the town hall."""
    cells = {(s, t): (Action.DENY, ()) for s in ZONES for t in ZONES}
    cells |= {(z, z): (Action.ALLOW, (Permit("any"),)) for z in ZONES}
    cells |= {("mgt", z): (Action.MANAGEMENT, (SSH,)) for z in ZONES[1:]}
    cells |= {(z, "mgt"): (Action.TRAPS, (TRAPS,)) for z in ZONES[1:]}
    cells |= {("prv", "jh"): (Action.FIREWALL, (WEB,)), ("jh", "prv"): (Action.RETURN, ())}
    return cells


def hall() -> Network:
    """Return a town hall: core, floor switch, town switch behind a circuit, firewall, a circuit to a bureau."""
    upstream = Upstream(
        "jh", End("fw", "eth3"), "c-1", IPv4Interface("10.9.0.2/30"), IPv4Address("10.9.0.1"),
        (IPv4Network("172.16.0.0/16"),), "bureau", HERE,
    )  # fmt: skip
    plugged = [
        ("core:5", 100), ("core:6", 200), ("core:7", 300), ("core:8", 50), ("core:9", 51), ("core:11", 200),
        ("acc:1", 101), ("acc:2", 201), ("ce:1", 121), ("ce:2", 221),
    ]  # fmt: skip
    return network(
        [device("core", "core"), device("acc", "acc", address="10.0.51.41"), device("ce", "ce"), device("fw", "fw")],
        [cable("core:1", "acc:49"), cable("core:2", "ce:49", "town"), cable("core:3", "fw:eth1", "firewall")],
        [(end, SEGMENTS[vlan]) for end, vlan in plugged],
        policy(),
        ZONES,
        (upstream,),
    )


def filters(*permits: Permit) -> tuple[Filter, ...]:
    """Return the rules of a cell."""
    return tuple(
        Filter(Verdict.PERMIT, p.protocol, p.sources, p.destinations, ports=p.ports, comment=p.protocol)
        for p in permits
    )


def hall_configs() -> dict[str, DeviceConfig]:
    """Return what the town hall's devices should have."""
    runners = Management(sources=frozenset({RUNNER}))
    core = {"1": trunk(101, 201, 51), "2": trunk(121, 221), "3": trunk(*EVERY), "10": access(1999)}
    core |= {"5": access(100), "6": access(200), "7": access(300), "8": access(50), "9": access(51), "11": access(200)}
    acc = {"1": access(101), "2": access(201), "3": access(1999), "49": trunk(101, 201, 51)}
    own = replace(runners, address=IPv4Interface("10.0.51.41/24"), vlan=51)
    return {
        "core": switch("core", core, management=runners),
        "acc": switch("acc", acc, management=own),
        "ce": switch("ce", {"1": access(121), "2": access(221), "49": trunk(121, 221)}, management=runners),
        "fw": _firewall(runners),
    }


def _firewall(management: Management) -> DeviceConfig:
    interfaces = {
        f"bond0.{vlan}": IpInterface(
            InterfaceKind.SUBINTERFACE, (IPv4Interface((int(part.subnet[1]), part.subnet.prefixlen)),), vlan, "bond0"
        )
        for vlan, part in SEGMENTS.items()
    }
    zones = {z: frozenset(f"bond0.{v}" for v, part in SEGMENTS.items() if part.zone == z) for z in ZONES}
    zones["jh"] |= {"eth3"}
    interfaces["eth3"] = IpInterface(InterfaceKind.PORT, (IPv4Interface("10.9.0.2/30"),), parent="eth3")
    pairs = {pair: filters(*permits) for pair, (_, permits) in policy().items() if permits}
    return DeviceConfig(
        "fw",
        ports={"eth1": Port(), "eth2": Port(), "eth3": Port()},
        interfaces=interfaces,
        routes=frozenset({StaticRoute(IPv4Network("172.16.0.0/16"), IPv4Address("10.9.0.1"))}),
        firewall=Firewall(zones, pairs),
        aggregations={0: Aggregation(frozenset({"eth1", "eth2"}), "bond0", AggregationMode.ACTIVE_BACKUP)},
        management=management,
    )
