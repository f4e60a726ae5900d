"""Hypothesis strategies for configurations that a Passport or a BOSS stackable can have."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface

from hypothesis import strategies as st

from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.hardware import ConsoleSetup, Hardware
from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, Mirror, PeerLink, Port, Switchport, Vlan
from govnet.platforms.registry import platform
from support.configs import HALF, addresses, chosen, few, interfaces, networks, spins, thrown, words

CHASSIS_PORTS = tuple(f"{slot}/{number}" for slot in (1, 3) for number in range(1, 6))
CHASSIS = Hardware(
    "ERS-8610", "7.2.26", CHASSIS_PORTS, {1: "8648GTR", 3: "8630GBR"}, ConsoleSetup(IPv4Interface("10.129.2.1/24"))
)
STACKABLE_PORTS = tuple(str(number) for number in range(1, 9))
STACKABLE = Hardware(
    "ERS 4550T-PWR",
    "5.7.1.021",
    STACKABLE_PORTS,
    console=ConsoleSetup(IPv4Interface("10.129.2.41/24"), 51, STACKABLE_PORTS[-2:]),
)

_printable = st.text(
    st.characters(codec="ascii", min_codepoint=32, max_codepoint=126, exclude_characters='"'), min_size=1, max_size=16
)
texts = st.just("") | _printable.map(str.strip)
# Not `texts` without the empty one: what throws most of its draws away throws whole configurations away.
_lines = st.lists(_printable.map(lambda text: text.strip() or "x"), max_size=3).map(tuple)
vlan_ids = st.integers(2, 4094)


@st.composite
def _bundles(draw: st.DrawFn, ports: tuple[str, ...], *, split: bool) -> dict[int, Aggregation]:
    free, found = list(ports), {}
    for number in sorted(draw(st.sets(st.integers(1, 32), max_size=3))):
        members = draw(st.sets(st.sampled_from(free), min_size=1, max_size=2))
        free = [port for port in free if port not in members]
        found[number] = Aggregation(
            frozenset(members),
            draw(texts.filter(lambda text: not text.startswith("Trunk #"))),
            split=draw(st.sampled_from([None, number])) if split else None,
        )
    return found


@st.composite
def _carried(
    draw: st.DrawFn, ports: tuple[str, ...], one: st.SearchStrategy[Switchport], bundles: dict[int, Aggregation]
) -> dict[str, Port]:
    some, labels = draw(st.lists(one, min_size=1, max_size=4)), ["", *draw(st.lists(texts, max_size=3))]
    dice = dict(zip(ports, draw(st.binary(min_size=len(ports), max_size=len(ports))), strict=True))
    modes = {port: chosen(some, spots) for port, spots in dice.items()}
    for bundle in bundles.values():
        modes |= dict.fromkeys(bundle.ports, modes[min(bundle.ports)])
    return {port: Port(chosen(labels, dice[port] >> 3), dice[port] < HALF, mode) for port, mode in modes.items()}


@st.composite
def _chassis_switchports(draw: st.DrawFn, vlans: list[int]) -> Switchport:
    members = frozenset(few(vlans, draw(thrown(5))))
    if not members:
        return Switchport()
    spots = draw(spins)
    pvid = chosen([None, *sorted(members)], spots >> 1)
    if spots % 2:
        return Switchport(tagged=members, pvid=pvid)
    vlan = min(members)
    return Switchport(untagged=frozenset({vlan}), pvid=vlan if pvid else None)


_network = st.just(()) | networks.map(lambda network: (network,))
_sayable = st.just(()) | st.sampled_from([(80, 80), (0, 1023), (1024, 65535), (0, 0), (65535, 65535)]).map(
    lambda ports: (ports,)
)
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
        source_ports=draw(_sayable) if ported else (),
        ports=draw(_sayable) if ported else (),
        comment=draw(texts),
    )


@st.composite
def _bindings(draw: st.DrawFn, acls: dict[str, Acl]) -> frozenset[AclBinding]:
    found = set()
    for port in draw(st.sets(st.sampled_from(CHASSIS_PORTS), max_size=3)) if acls else set():
        default = draw(st.sampled_from(Verdict))
        for name in draw(st.sets(st.sampled_from(sorted(acls)), min_size=1)):
            found.add(AclBinding(name, port, "in", default))
    return frozenset(found)


@st.composite
def passport_configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw what a Passport with VRFs can be told, with every kind of object that it knows."""
    vlans = {1: Vlan()} | draw(st.dictionaries(vlan_ids, st.builds(Vlan, texts), max_size=6))
    bundles = draw(_bundles(CHASSIS_PORTS, split=True))
    if bundles and draw(st.booleans()):
        first = min(bundles)
        bundles[first] = replace(
            bundles[first], split=None, peer=PeerLink(draw(addresses), draw(st.sampled_from([*vlans])))
        )
    vrfs = {
        name: Vrf(number) for name, number in draw(st.sampled_from([{}, {"RED": 1}, {"RED": None, "BLUE": 7}])).items()
    }
    found: dict[str, IpInterface] = {}
    for vlan in draw(st.sets(st.sampled_from(sorted(vlans)), max_size=3)):
        vrf = draw(st.sampled_from(["", *vrfs]))
        found[f"vlan{vlan}"] = IpInterface(InterfaceKind.VLAN, (draw(interfaces),), vlan, vrf=vrf)
    for number in draw(st.sets(st.integers(1, 3), max_size=2)):
        found[f"loopback{number}"] = IpInterface(InterfaceKind.LOOPBACK, (draw(interfaces),))
    lines = st.lists(_filters(), max_size=3).map(lambda some: Acl(tuple(some)))
    routes = st.builds(StaticRoute, networks, addresses, st.sampled_from(["", *vrfs]))
    acls = draw(st.dictionaries(st.sampled_from(["100", "200", "300"]), lines, max_size=2))
    factory = platform("nortel_passport").factory(CHASSIS)
    return replace(
        factory,
        hostname=draw(words),
        vlans=vlans,
        ports=draw(_carried(CHASSIS_PORTS, _chassis_switchports(sorted(vlans)), bundles)),
        aggregations=bundles,
        vrfs=vrfs,
        interfaces=found,
        routes=draw(st.frozensets(routes, max_size=3)),
        acls=acls,
        bindings=draw(_bindings(acls)),
        mirrors=draw(
            st.sampled_from(
                [
                    {},
                    {1: Mirror(frozenset(CHASSIS_PORTS[:3]), "3/5")},
                    {7: Mirror(frozenset(CHASSIS_PORTS[2:4]), "3/4")},
                ]
            )
        ),
        management=replace(
            factory.management, web=draw(st.booleans()), sources=draw(st.frozensets(networks, max_size=3))
        ),
        **draw(_services(servers=4)),
    )


@st.composite
def _services(draw: st.DrawFn, *, servers: int) -> dict[str, object]:
    some = st.frozensets(addresses, max_size=servers)
    return {
        "snmp": Snmp(draw(texts), draw(texts), draw(st.frozensets(addresses, max_size=3))),
        "syslog": draw(some),
        "ntp": draw(some),
        "banner": draw(_lines),
    }


@st.composite
def _stackable_switchports(draw: st.DrawFn, vlans: list[int]) -> Switchport:
    members = frozenset(few(vlans, draw(thrown(5))))
    spots = draw(spins)
    kind = chosen(["untagged", "tagged", "one untagged", "one tagged"], spots)
    single = frozenset({min(members)}) if members else frozenset()
    untagged = {"untagged": members, "tagged": frozenset(), "one untagged": single}.get(kind, members - single)
    fitting = members if not untagged or untagged == members else single
    pvid = chosen([None, *sorted(fitting)], spots >> 2)
    return Switchport(frozenset(untagged), members - untagged, pvid)


@st.composite
def ers_configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw what a routing stackable can be told, with every kind of object that it knows."""
    named = texts.filter(lambda text: not text.startswith("VLAN #"))
    vlans = {1: Vlan(draw(named))} | draw(st.dictionaries(vlan_ids, st.builds(Vlan, named), max_size=6))
    bundles = draw(_bundles(STACKABLE_PORTS, split=False))
    found: dict[str, IpInterface] = {}
    for vlan in draw(st.sets(st.sampled_from(sorted(vlans)), max_size=2)):
        found[f"vlan{vlan}"] = IpInterface(InterfaceKind.VLAN, (draw(interfaces),), vlan)
    for number in draw(st.sets(st.integers(1, 3), max_size=1)):
        found[f"loopback{number}"] = IpInterface(InterfaceKind.LOOPBACK, (draw(interfaces),))
    return DeviceConfig(
        hostname=draw(words),
        vlans=vlans,
        ports=draw(_carried(STACKABLE_PORTS, _stackable_switchports(sorted(vlans)), bundles)),
        aggregations=bundles,
        interfaces=found,
        routes=draw(st.frozensets(st.builds(StaticRoute, networks, addresses), max_size=3)),
        forwarding=draw(st.booleans()),
        mirrors=draw(st.sampled_from([{}, {1: Mirror(frozenset({"3"}), "8")}, {1: Mirror(frozenset({"4"}), "7")}])),
        management=Management(
            address=draw(st.none() | interfaces),
            vlan=draw(st.sampled_from(sorted(vlans))),
            gateway=draw(st.none() | addresses),
            sources=draw(st.frozensets(networks, max_size=4)),
            ssh=draw(st.booleans()),
            telnet=draw(st.booleans()),
            web=draw(st.booleans()),
        ),
        **draw(_services(servers=2)),
    )
