"""Hypothesis strategies for configurations that a VSP or an ERS 8600 in NNCLI mode can have, and one core in full."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from hypothesis import strategies as st

from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.hardware import ConsoleSetup, Hardware
from govnet.config.model import DeviceConfig, Snmp
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, Mirror, PeerLink, Port, Switchport, Vlan
from govnet.platforms.registry import platform
from support.configs import HALF, addresses, chosen, few, interfaces, networks, thrown, words

PORTS = tuple(f"{slot}/{number}" for slot in (1, 2) for number in range(1, 5))
CONSOLE = ConsoleSetup(IPv4Interface("10.129.2.1/24"))
VSP = Hardware("VSP-8284XSQ", "7.0.0.0", PORTS, console=CONSOLE)
ERS = Hardware("ERS-8806", "7.2.26", PORTS, {1: "8648GTR", 2: "8630GBR"}, CONSOLE)

_printable = st.text(
    st.characters(codec="ascii", min_codepoint=32, max_codepoint=126, exclude_characters='"'), min_size=1, max_size=16
)
texts = st.just("") | _printable.map(str.strip)
# Not `texts` without the empty one: what throws most of its draws away throws whole configurations away.
_line = _printable.map(lambda text: text.strip() or "x").filter(
    lambda text: text not in {"custom", "static", "displaymotd"}
)
_lines = st.lists(_line, max_size=3).map(tuple)


@st.composite
def _switchports(draw: st.DrawFn, vlans: list[int]) -> Switchport:
    members = frozenset(few(vlans, draw(thrown(5))))
    if not members:
        return Switchport()
    spots = draw(thrown(3))
    native = chosen(sorted(members), spots[0])
    kind = chosen(["access", "tagged", "native"], spots[1])
    pvid = chosen([None, native], spots[2])
    if kind == "access":
        return Switchport(untagged=frozenset({native}), pvid=pvid)
    untagged = frozenset({native} if kind == "native" else ())
    return Switchport(untagged, members - untagged, pvid)


@st.composite
def _bundles(draw: st.DrawFn, vlans: list[int], *, ers: bool) -> dict[int, Aggregation]:
    free, found = list(PORTS), {}
    for number in sorted(draw(st.sets(st.integers(1, 32), max_size=3))):
        members = draw(st.sets(st.sampled_from(free), min_size=1, max_size=2))
        free = [port for port in free if port not in members]
        split = draw(st.sampled_from([None, number, number + 1 if ers else number]))
        found[number] = Aggregation(frozenset(members), draw(texts), split=split)
    if ers and found and draw(st.booleans()):
        first = min(found)
        peer = PeerLink(draw(addresses), draw(st.sampled_from(vlans)))
        found[first] = replace(found[first], split=None, peer=peer)
    return found


_network = st.just(()) | networks.map(lambda network: (network,))
_port = st.just(()) | st.integers(0, 65535).map(lambda port: ((port, port),))
_protocols = st.sampled_from(["any", "tcp", "udp", "icmp"])
_verdicts = st.sampled_from(Verdict)


@st.composite
def _filters(draw: st.DrawFn) -> Filter:
    protocol = draw(_protocols)
    ported = protocol in {"tcp", "udp"}
    return Filter(
        draw(_verdicts),
        protocol,
        draw(_network),
        draw(_network),
        source_ports=draw(_port) if ported else (),
        ports=draw(_port) if ported else (),
        comment=draw(texts),
    )


@st.composite
def _bindings(draw: st.DrawFn, acls: dict[str, Acl], found: dict[str, IpInterface]) -> frozenset[AclBinding]:
    vlans = sorted(name for name in found if name.startswith("vlan"))
    bound = set()
    for name in acls:
        places = vlans if name.endswith("inVlan") else list(PORTS)
        direction = "out" if name.endswith("outPort") else "in"
        default = draw(st.sampled_from(Verdict))
        bound |= {AclBinding(name, place, direction, default) for place in few(places, draw(thrown(3)))}
    return frozenset(bound)


@st.composite
def _addressed(draw: st.DrawFn, vlans: list[int], vrfs: dict[str, Vrf]) -> dict[str, IpInterface]:
    vrf = st.sampled_from(["", *vrfs])
    found: dict[str, IpInterface] = {}
    for vlan in draw(st.sets(st.sampled_from(vlans), max_size=3)):
        found[f"vlan{vlan}"] = IpInterface(InterfaceKind.VLAN, (draw(interfaces),), vlan, vrf=draw(vrf))
    for number in draw(st.sets(st.integers(1, 3), max_size=2)):
        found[f"loopback{number}"] = IpInterface(InterfaceKind.LOOPBACK, (draw(interfaces),), vrf=draw(vrf))
    return found


@st.composite
def voss_configs(draw: st.DrawFn, hardware: Hardware) -> DeviceConfig:
    """Draw what the box can be told, with every kind of object that it knows."""
    factory = platform("extreme_voss").factory(hardware)
    named = texts.filter(lambda text: not text.startswith("VLAN-"))
    vlans = {1: Vlan()} | draw(st.dictionaries(st.integers(2, 4094), st.builds(Vlan, named), max_size=6))
    bundles = draw(_bundles(sorted(vlans), ers=hardware is ERS))
    some_modes = draw(st.lists(_switchports(sorted(vlans)), min_size=1, max_size=4))
    dice = dict(zip(PORTS, draw(thrown(len(PORTS))), strict=True))
    modes = {port: chosen(some_modes, spots) for port, spots in dice.items()}
    for bundle in bundles.values():
        modes |= dict.fromkeys(bundle.ports, modes[min(bundle.ports)])
    vrfs = draw(st.sampled_from([{}, {"RED": Vrf(1)}, {"RED": Vrf(1), "BLUE": Vrf(7)}, {"RED": Vrf(2)}]))
    found = draw(_addressed(sorted(vlans), vrfs))
    lists = st.lists(_filters(), max_size=3).map(lambda some: Acl(tuple(some)))
    acls = draw(st.dictionaries(st.sampled_from(["1", "2:inVlan", "30:outPort"]), lists, max_size=3))
    routes = st.builds(StaticRoute, networks, addresses, st.sampled_from(["", *vrfs]))
    some, labels = st.frozensets(addresses, max_size=3), ["", *draw(st.lists(texts, max_size=3))]
    return replace(
        factory,
        hostname=draw(words),
        vlans=vlans,
        ports={port: Port(chosen(labels, dice[port] >> 3), dice[port] < HALF, mode) for port, mode in modes.items()},
        aggregations=bundles,
        vrfs=vrfs,
        interfaces=found,
        routes=draw(st.frozensets(routes, max_size=3)),
        acls=acls,
        bindings=draw(_bindings(acls, found)),
        mirrors=draw(
            st.sampled_from([{}, {1: Mirror(frozenset(PORTS[:3]), "2/3")}, {7: Mirror(frozenset(PORTS[2:4]), "2/4")}])
        ),
        management=replace(
            factory.management,
            sources=draw(st.frozensets(networks, max_size=3)),
            ssh=draw(st.booleans()),
            telnet=draw(st.booleans()),
            web=draw(st.booleans()),
        ),
        snmp=Snmp(draw(texts), draw(texts), draw(some)),
        syslog=draw(some),
        ntp=draw(some),
        banner=draw(_lines),
    )


def core() -> DeviceConfig:
    """Return a core as a network engineer would have it: every kind of object that a VSP knows."""
    start = platform("extreme_voss").factory(VSP)
    trunk = Switchport(tagged=frozenset({101, 201}))
    native = Switchport(untagged=frozenset({201}), tagged=frozenset({101}), pvid=201)
    access = Switchport(untagged=frozenset({101}), pvid=101)
    parked = Switchport(untagged=frozenset({1999}), pvid=1999)
    ports = dict.fromkeys(PORTS, Port(enabled=False, switchport=parked))
    ports |= dict.fromkeys(("1/1", "1/2"), Port("to core02", enabled=True, switchport=trunk))
    ports |= {"1/3": Port("floor 1", enabled=True, switchport=native), "1/4": Port(enabled=True, switchport=access)}
    web = Filter(Verdict.PERMIT, "tcp", destinations=(IPv4Network("10.8.0.0/16"),), ports=((443, 443),), comment="web")
    rest = Filter(Verdict.DENY, sources=(IPv4Network("10.129.101.0/24"),))
    return replace(
        start,
        hostname="lx-adc-u-core01",
        ports=ports,
        vlans={1: Vlan(), 101: Vlan("prv-f1"), 201: Vlan("pub-f1"), 1999: Vlan("parking"), 4000: Vlan()},
        aggregations={1: Aggregation(frozenset({"1/1", "1/2"}), "core02", split=1)},
        vrfs={"prv": Vrf(1)},
        interfaces={
            "vlan101": IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.129.101.1/24"),), 101, vrf="prv"),
            "vlan4000": IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.129.3.13/30"),), 4000),
            "loopback1": IpInterface(InterfaceKind.LOOPBACK, (IPv4Interface("10.129.1.1/32"),)),
            "loopback2": IpInterface(InterfaceKind.LOOPBACK, (IPv4Interface("10.129.1.2/32"),), vrf="prv"),
        },
        routes=frozenset(
            {
                StaticRoute(IPv4Network("10.129.0.0/16"), IPv4Address("10.129.3.14")),
                StaticRoute(IPv4Network("0.0.0.0/0"), IPv4Address("10.129.101.254"), "prv"),
            }
        ),
        acls={"1": Acl((web, rest)), "2:inVlan": Acl((rest,))},
        bindings=frozenset(
            {AclBinding("1", "1/4", "in", Verdict.DENY), AclBinding("2:inVlan", "vlan101", "in", Verdict.PERMIT)}
        ),
        mirrors={1: Mirror(frozenset({"1/3", "1/4"}), "2/4")},
        management=replace(start.management, sources=frozenset({IPv4Network("10.129.2.0/24")}), web=True),
        snmp=Snmp("Laixi, room 1", "computer centre", frozenset({IPv4Address("10.128.0.32")})),
        syslog=frozenset({IPv4Address("10.128.0.33"), IPv4Address("10.128.0.34")}),
        ntp=frozenset({IPv4Address("10.128.0.33")}),
        banner=("Government network.", "Authorised use only."),
    )
