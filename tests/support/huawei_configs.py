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
from support.configs import addresses, interfaces, labelled, networks, queueings, ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.labelled import Bgp

PORTS = tuple(f"GigabitEthernet0/0/{number}" for number in range(1, 7))
CONSOLE = ConsoleSetup(IPv4Interface("10.129.2.31/24"), 51, PORTS[:2], aggregation=1)
HARDWARE = Hardware("S5700-28C-EI", "5.170", PORTS, console=CONSOLE)

words = st.text("abcdefgh-", min_size=1, max_size=8)
texts = st.just("") | st.lists(words, min_size=1, max_size=3).map(" ".join)
vlan_ids = st.integers(2, 4094)


@st.composite
def switchports(draw: st.DrawFn, vlans: list[int]) -> Switchport:
    members = draw(st.sets(st.sampled_from(vlans)))
    tagged = draw(st.sets(st.sampled_from(sorted(members)))) if members else set()
    pvid = draw(st.sampled_from(sorted(members) if 1 in members else [None, *sorted(members)]))
    tunnel = members == {pvid} and not tagged and draw(st.booleans())
    isolated = draw(st.sampled_from([0, 0, 1, 64]))
    return Switchport(frozenset(members - tagged), frozenset(tagged), pvid, tunnel, isolated)


@st.composite
def _filters(draw: st.DrawFn, *, basic: bool) -> Filter:
    verdict = draw(st.sampled_from(Verdict))
    one = st.just(()) | networks.map(lambda network: (network,))
    if basic:
        return Filter(verdict, sources=draw(one), log=draw(st.booleans()), comment=draw(texts))
    protocol = draw(st.sampled_from(["any", "tcp", "udp", "icmp", "47", "89", "112"]))
    ported = protocol in {"tcp", "udp"}
    some = st.just(()) | ranges.map(lambda pair: (pair,))
    return Filter(
        verdict,
        protocol,
        draw(one),
        draw(one),
        draw(some) if ported else (),
        draw(some) if ported else (),
        established=protocol == "tcp" and draw(st.booleans()),
        log=draw(st.booleans()),
        comment=draw(texts),
    )


@st.composite
def _acls(draw: st.DrawFn) -> dict[str, Acl]:
    found = {}
    for name in draw(st.sets(st.sampled_from(["2000", "2998", "3000", "3999", "OFFICE-IN"]), max_size=3)):
        rules = st.lists(_filters(basic=name.startswith("2")), min_size=1, max_size=3)
        found[name] = Acl(tuple(draw(rules)))
    return found


@st.composite
def _aggregations(draw: st.DrawFn) -> dict[int, Aggregation]:
    free, found = list(PORTS), {}
    for number in draw(st.sets(st.integers(0, 4), max_size=3)):
        ports = draw(st.sets(st.sampled_from(free), min_size=1, max_size=2))
        free = [port for port in free if port not in ports]
        mode = draw(st.sampled_from([AggregationMode.STATIC, AggregationMode.LACP]))
        found[number] = Aggregation(frozenset(ports), f"Eth-Trunk{number}", mode)
    return found


@st.composite
def _vrfs(draw: st.DrawFn) -> dict[str, Vrf]:
    targets = st.frozensets(st.integers(1, 20).map(lambda number: f"65000:{number}"), max_size=10)
    found = {}
    for name in draw(st.sets(st.sampled_from(["red", "blue"]))):
        rd = draw(st.sampled_from(["", f"65000:{len(name)}"]))
        found[name] = Vrf(None, rd, draw(targets) if rd else frozenset(), draw(targets) if rd else frozenset())
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


@st.composite
def huawei_configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw what `refuse` lets through, with every kind of object that an S switch has."""
    vlans = {1: Vlan(draw(texts))} | draw(st.dictionaries(vlan_ids, st.builds(Vlan, texts), max_size=8))
    numbers = sorted(vlans)
    bundles = _aggregations()
    aggregations = draw(bundles)
    carried = {name: draw(switchports(numbers)) for name in PORTS}
    for value in aggregations.values():
        carried |= dict.fromkeys(value.ports, carried[min(value.ports)])
    bundled = {name for value in aggregations.values() for name in value.ports}
    ports = {name: Port(draw(texts), draw(st.booleans()), carried[name]) for name in PORTS}
    vrfs = draw(_vrfs())
    found: dict[str, IpInterface] = {}
    several = st.lists(interfaces, max_size=2, unique=True).map(tuple)
    for vlan in draw(st.sets(st.sampled_from(numbers), max_size=3)):
        vrf = draw(st.sampled_from(["", *vrfs]))
        found[f"vlan{vlan}"] = IpInterface(InterfaceKind.VLAN, draw(several), vlan, vrf=vrf)
    for number in draw(st.sets(st.integers(0, 3), max_size=1)):
        found[f"loopback{number}"] = IpInterface(InterfaceKind.LOOPBACK, (draw(interfaces),))
    acls = draw(_acls())
    bindings = st.builds(
        AclBinding,
        st.sampled_from(sorted(acls) or [""]),
        st.sampled_from([*PORTS, *found]),
        st.sampled_from(["in", "out"]),
    )
    routes = st.builds(StaticRoute, networks, st.none() | addresses, st.sampled_from(["", *vrfs]))
    routes |= st.builds(StaticRoute, networks, addresses, st.sampled_from(["", *vrfs]), st.sampled_from(["", *vrfs]))
    routes = routes.map(lambda route: replace(route, into="") if route.into == route.vrf else route)
    mpls, bgp = draw(labelled([name for name, one in found.items() if not one.vrf], list(vrfs)))
    return DeviceConfig(
        hostname=draw(words),
        ports=ports,
        vlans=vlans,
        vrfs=vrfs,
        mpls=mpls,
        bgp=_sayable(bgp, vrfs),
        queueing=draw(queueings([name for name in PORTS if name not in bundled])),
        interfaces=found,
        routes=draw(st.frozensets(routes, max_size=3)),
        acls=acls,
        bindings=draw(st.frozensets(bindings, max_size=3)) if acls else frozenset(),
        aggregations=aggregations,
        mirrors=draw(
            st.sampled_from(
                [{}, {1: Mirror(frozenset(PORTS[2:4]), PORTS[5])}, {2: Mirror(frozenset(PORTS[3:4]), PORTS[5])}]
            )
        ),
        management=Management(
            sources=draw(st.frozensets(networks, max_size=3)),
            ssh=draw(st.booleans()),
            telnet=draw(st.booleans()),
            web=draw(st.booleans()),
        ),
        snmp=Snmp(draw(texts), draw(texts), draw(st.frozensets(addresses, max_size=3))),
        syslog=draw(st.frozensets(addresses, max_size=3)),
        ntp=draw(st.frozensets(addresses, max_size=3)),
        banner=tuple(draw(st.lists(words | st.sampled_from(["#", "return", " quit", "a  b"]), max_size=3))),
    )
