"""Hypothesis strategies for configurations that a Huawei S switch can have."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.hardware import ConsoleSetup, Hardware
from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, AggregationMode, Mirror, Port, Switchport, Vlan
from support.configs import (
    addresses,
    carried,
    chosen,
    few,
    interfaces,
    labelled,
    networks,
    queueings,
    ranges,
    spins,
    thrown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from govnet.config.labelled import Bgp

PORTS = tuple(f"GigabitEthernet0/0/{number}" for number in range(1, 7))
CONSOLE = ConsoleSetup(IPv4Interface("10.129.2.31/24"), 51, PORTS[:2], aggregation=1)
HARDWARE = Hardware("S5700-28C-EI", "5.170", PORTS, console=CONSOLE)

words = st.text("abcdefgh-", min_size=1, max_size=8)
texts = st.just("") | st.lists(words, min_size=1, max_size=3).map(" ".join)
vlan_ids = st.integers(2, 4094)


_verdicts = st.sampled_from(Verdict)
_protocols = st.sampled_from(["any", "tcp", "udp", "icmp", "47", "89", "112"])
_one_network = st.just(()) | networks.map(lambda network: (network,))
_one_range = st.just(()) | ranges.map(lambda pair: (pair,))
_labels = st.lists(texts, max_size=4)
# Every other one is among few: neighbours are listed as a range.
_vlans = st.dictionaries(st.integers(2, 12) | vlan_ids, st.builds(Vlan, texts), max_size=8)
_targets = st.frozensets(st.integers(1, 20).map(lambda number: f"65000:{number}"), max_size=10)
_several = st.lists(interfaces, max_size=2, unique=True).map(tuple)
_mirrors = st.sampled_from(
    [{}, {1: Mirror(frozenset(PORTS[2:4]), PORTS[5])}, {2: Mirror(frozenset(PORTS[3:4]), PORTS[5])}]
)
_management = st.builds(
    Management,
    sources=st.frozensets(networks, max_size=3),
    ssh=st.booleans(),
    telnet=st.booleans(),
    web=st.booleans(),
)
_servers = st.frozensets(addresses, max_size=3)
_snmp = st.builds(Snmp, texts, texts, _servers)
_banner = st.lists(words | st.sampled_from(["#", "return", " quit", "a  b"]), max_size=3).map(tuple)
_routes = st.lists(st.tuples(networks, st.none() | addresses, thrown(3)), max_size=3)


@st.composite
def switchports(draw: st.DrawFn, vlans: list[int]) -> Switchport:
    spots = draw(thrown(len(vlans) + 4))
    untagged, tagged = carried(vlans, spots[3:])
    members = untagged | tagged
    pvid = chosen(sorted(members) if 1 in members else [None, *sorted(members)], spots[0])
    tunnel = members == {pvid} and not tagged and bool(spots[1] % 2)
    return Switchport(untagged, tagged, pvid, tunnel, chosen([0, 0, 1, 64], spots[2]))


@st.composite
def _filters(draw: st.DrawFn, *, basic: bool) -> Filter:
    verdict, log = draw(_verdicts), draw(st.booleans())
    if basic:
        return Filter(verdict, sources=draw(_one_network), log=log, comment=draw(texts))
    protocol = draw(_protocols)
    ported = protocol in {"tcp", "udp"}
    return Filter(
        verdict,
        protocol,
        draw(_one_network),
        draw(_one_network),
        draw(_one_range) if ported else (),
        draw(_one_range) if ported else (),
        established=protocol == "tcp" and draw(st.booleans()),
        log=log,
        comment=draw(texts),
    )


_rules = {basic: st.lists(_filters(basic=basic), min_size=1, max_size=3).map(tuple) for basic in (True, False)}


@st.composite
def _acls(draw: st.DrawFn) -> dict[str, Acl]:
    names = few(["2000", "2998", "3000", "3999", "OFFICE-IN"], draw(thrown(4)))
    return {name: Acl(draw(_rules[name.startswith("2")])) for name in sorted(names)}


@st.composite
def _aggregations(draw: st.DrawFn) -> dict[int, Aggregation]:
    free, found = list(PORTS), {}
    for number in sorted(few((0, 1, 2, 3, 4), draw(thrown(4)))):
        spots = draw(thrown(3))
        ports = {chosen(free, spots[0]), chosen(free, spots[1])}
        free = [port for port in free if port not in ports]
        mode = chosen([AggregationMode.STATIC, AggregationMode.LACP], spots[2])
        found[number] = Aggregation(frozenset(ports), f"Eth-Trunk{number}", mode)
    return found


@st.composite
def _vrfs(draw: st.DrawFn) -> dict[str, Vrf]:
    found = {}
    spots = draw(thrown(3))
    for name, die in zip(sorted(few(["red", "blue"], spots)), spots, strict=False):
        rd = chosen(["", f"65000:{len(name)}"], die >> 4)
        found[name] = Vrf(None, rd, draw(_targets) if rd else frozenset(), draw(_targets) if rd else frozenset())
    return found


def _sayable(bgp: Bgp | None, vrfs: Mapping[str, Vrf]) -> Bgp | None:
    """Return the process without what VRP refuses: instances without a distinguisher, reflection of other systems."""
    if bgp is None:
        return None
    peers = {a: replace(p, client=p.client and p.vpnv4 and p.asn == bgp.asn) for a, p in bgp.peers.items()}
    told = {name: said for name, said in bgp.instances.items() if vrfs[name].route_distinguisher}
    return replace(
        bgp, peers=peers, instances=told, filtering=bgp.filtering or not any(p.vpnv4 for p in peers.values())
    )


def _route(to: IPv4Network, via: IPv4Address | None, vrfs: Sequence[str], spots: bytes) -> StaticRoute:
    """Return a route; one with a next hop may lead into another instance."""
    vrf, into = chosen(vrfs, spots[0]), chosen(vrfs, spots[1]) if via and spots[2] % 2 else ""
    return StaticRoute(to, via, vrf, "" if into == vrf else into)


@st.composite
def _ports(draw: st.DrawFn, vlans: list[int], aggregations: Mapping[int, Aggregation]) -> dict[str, Port]:
    """Draw what the ports carry; those of a bundle carry the same."""
    one = switchports(vlans)
    modes = {name: draw(one) for name in PORTS}
    for value in aggregations.values():
        modes |= dict.fromkeys(value.ports, modes[min(value.ports)])
    labels = ["", *draw(_labels)]
    dice = zip(PORTS, draw(thrown(len(PORTS))), strict=True)
    return {name: Port(chosen(labels, spots >> 1), bool(spots % 2), modes[name]) for name, spots in dice}


@st.composite
def _interfaces(draw: st.DrawFn, vlans: list[int], vrfs: Sequence[str]) -> dict[str, IpInterface]:
    """Draw addresses on up to three VLANs and a loopback."""
    spots = draw(thrown(9))
    found: dict[str, IpInterface] = {}
    for vlan, die in zip(sorted(few(vlans, spots[:4])), spots[6:], strict=False):
        found[f"vlan{vlan}"] = IpInterface(InterfaceKind.VLAN, draw(_several), vlan, vrf=chosen(vrfs, die))
    for number in few((0, 1, 2, 3), spots[4:6]):
        found[f"loopback{number}"] = IpInterface(InterfaceKind.LOOPBACK, (draw(interfaces),))
    return found


@st.composite
def huawei_configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw what `refuse` lets through, with every kind of object that an S switch has."""
    vlans = {1: Vlan(draw(texts))} | draw(_vlans)
    aggregations = draw(_aggregations())
    bundled = {name for value in aggregations.values() for name in value.ports}
    vrfs = draw(_vrfs())
    instances = ["", *vrfs]
    found = draw(_interfaces(sorted(vlans), instances))
    acls = draw(_acls())
    places = [*PORTS, *found]
    dice = [draw(thrown(3)) for _ in range(draw(spins) % 4)] if acls else []
    mpls, bgp = draw(labelled([name for name, one in found.items() if not one.vrf], list(vrfs)))
    return DeviceConfig(
        hostname=draw(words),
        ports=draw(_ports(sorted(vlans), aggregations)),
        vlans=vlans,
        vrfs=vrfs,
        mpls=mpls,
        bgp=_sayable(bgp, vrfs),
        queueing=draw(queueings([name for name in PORTS if name not in bundled])),
        interfaces=found,
        routes=frozenset(_route(to, via, instances, spots) for to, via, spots in draw(_routes)),
        acls=acls,
        bindings=frozenset(
            AclBinding(chosen(sorted(acls), a), chosen(places, b), chosen(["in", "out"], c)) for a, b, c in dice
        ),
        aggregations=aggregations,
        mirrors=draw(_mirrors),
        management=draw(_management),
        snmp=draw(_snmp),
        syslog=draw(_servers),
        ntp=draw(_servers),
        banner=draw(_banner),
    )
