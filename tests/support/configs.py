"""Hypothesis strategies for vendor-neutral device configurations that hang together."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

from govnet.config.filtering import Acl, AclBinding, Filter, Firewall, Verdict
from govnet.config.labelled import Bgp, BgpPeer, Mpls
from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.queueing import Queueing
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, Mirror, Port, Switchport, Vlan

if TYPE_CHECKING:
    from collections.abc import Sequence

_T = TypeVar("_T")
PORTS = tuple(f"1/{n}" for n in range(1, 7))
HALF = 128
"""Half of what a byte can be: a port's byte below it says that the port is enabled."""
spins = st.integers(0, 255)


def chosen(some: Sequence[_T], spots: int) -> _T:
    """Choose by the spots of a die: one draw decides many things, and drawing is what an example costs."""
    return some[spots % len(some)]


words = st.text("abcdefgh-", min_size=1, max_size=8)
addresses = st.integers(0x0A800001, 0x0A81FFFE).map(IPv4Address)
networks = st.builds(
    lambda address, length: IPv4Network((int(address), length), strict=False), addresses, st.integers(16, 30)
)
interfaces = st.builds(lambda address, length: IPv4Interface((address, length)), addresses, st.integers(16, 30))
ranges = st.tuples(st.integers(0, 40000), st.integers(0, 20000)).map(lambda pair: (pair[0], pair[0] + pair[1]))
filters = st.builds(
    Filter,
    st.sampled_from(Verdict),
    st.sampled_from(["any", "tcp", "udp", "icmp"]),
    st.lists(networks, max_size=2, unique=True).map(tuple),
    st.lists(networks, max_size=2, unique=True).map(tuple),
    ports=st.lists(ranges, max_size=2, unique=True).map(tuple),
    comment=words,
)


@st.composite
def switchports(draw: st.DrawFn, vlans: list[int]) -> Switchport:
    """Draw what a port carries, out of existing VLANs."""
    members = draw(st.sets(st.sampled_from(vlans)))
    tagged = draw(st.sets(st.sampled_from(sorted(members)))) if members else set()
    pvid = draw(st.sampled_from([None, *sorted(members)]))
    return Switchport(frozenset(members - tagged), frozenset(tagged), pvid)


@st.composite
def _firewalls(draw: st.DrawFn, names: list[str]) -> Firewall:
    zones: dict[str, frozenset[str]] = {}
    for name in names:
        zone = draw(st.sampled_from(["prv", "pub", "inet", ""]))
        if zone:
            zones[zone] = zones.get(zone, frozenset()) | {name}
    keys = st.tuples(st.sampled_from(["prv", "pub", "inet"]), st.sampled_from(["prv", "pub", "inet"]))
    rules = st.lists(filters, min_size=1, max_size=3).map(tuple)
    return Firewall(
        zones, draw(st.dictionaries(keys, rules, max_size=4)), draw(st.lists(filters, max_size=2).map(tuple))
    )


@st.composite
def _aggregations(draw: st.DrawFn) -> dict[int, Aggregation]:
    free = list(PORTS)
    found = {}
    for number in draw(st.sets(st.integers(1, 5), max_size=2)):
        ports = draw(st.sets(st.sampled_from(free), min_size=1, max_size=2))
        free = [port for port in free if port not in ports]
        found[number] = Aggregation(frozenset(ports), f"mlt{number}", split=draw(st.sampled_from([None, number])))
    return found


PROTOCOLS = ("direct", "static")


@st.composite
def labelled(draw: st.DrawFn, interfaces: Sequence[str], vrfs: Sequence[str]) -> tuple[Mpls | None, Bgp | None]:
    """Draw label switching and BGP over interfaces and routing instances that exist."""
    dice = draw(st.binary(min_size=6, max_size=6))
    routers = (IPv4Address("10.60.0.1"), IPv4Address("10.60.0.2"))
    carrying = frozenset(name for number, name in enumerate(interfaces) if dice[0] >> number % 8 & 1)
    mpls = Mpls(chosen(routers, dice[1]), bool(dice[1] & 2), carrying) if dice[1] < HALF else None
    sources = ("", *interfaces[:2])
    peers = {
        address: BgpPeer(chosen((64600, 64700), spots), chosen(sources, spots >> 1), bool(spots & 8), bool(spots & 16))
        for address, spots in zip(routers, dice[2:4], strict=True)
        if spots < HALF
    }
    told = {
        name: frozenset(word for number, word in enumerate(PROTOCOLS) if dice[4] >> number & 1)
        for number, name in enumerate(vrfs)
        if dice[4] >> number + 2 & 1
    }
    bgp = Bgp(chosen((64600, 64700), dice[5]), peers, told, bool(dice[5] & 2)) if dice[5] < HALF else None
    return mpls, bgp


@st.composite
def queueings(draw: st.DrawFn, ports: Sequence[str]) -> dict[str, Queueing]:
    """Draw how some of the ports share out what they send."""
    dice = draw(st.binary(min_size=len(ports), max_size=len(ports)))
    rates = (None, 2000, 10000)
    shared = ({}, {0: 40, 4: 60}, {0: 7, 4: 48, 6: 5}, {1: 100})
    return {
        name: Queueing(chosen(rates, spots), chosen(shared, spots >> 2))
        for name, spots in zip(ports, dice, strict=True)
        if spots < HALF
    }


@st.composite
def device_configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw a configuration of a six-port box in which every name that is used exists."""
    vlans = {1: Vlan()} | draw(st.dictionaries(st.integers(2, 60), st.builds(Vlan, words), max_size=5))
    modes = [None, *draw(st.lists(switchports(sorted(vlans)), max_size=4))]
    labels = ["", *draw(st.lists(words, max_size=3))]
    dice = zip(PORTS, draw(st.binary(min_size=len(PORTS), max_size=len(PORTS))), strict=True)
    ports = {name: Port(chosen(labels, spots >> 3), spots < HALF, chosen(modes, spots)) for name, spots in dice}
    vrfs = draw(st.dictionaries(st.sampled_from(["red", "blue"]), st.builds(Vrf, st.integers(1, 9)), max_size=2))
    vrf = st.sampled_from(["", *vrfs])
    bundles = draw(_aggregations())
    found = {
        f"vlan{vlan}": IpInterface(InterfaceKind.VLAN, (draw(interfaces),), vlan=vlan, vrf=draw(vrf))
        for vlan in sorted(draw(st.sets(st.sampled_from(sorted(vlans)), max_size=3)))
    }
    for bundle in bundles.values():
        found[f"{bundle.name}.7"] = IpInterface(InterfaceKind.SUBINTERFACE, (draw(interfaces),), 7, bundle.name)
    acls = draw(
        st.dictionaries(words, st.builds(Acl, st.lists(filters, min_size=1, max_size=3).map(tuple)), max_size=2)
    )
    targets = st.sampled_from([*PORTS, *found])
    bindings = (
        draw(st.frozensets(st.builds(AclBinding, st.sampled_from(sorted(acls)), targets, st.just("in"))))
        if acls
        else frozenset()
    )
    routes = st.builds(StaticRoute, networks, addresses, vrf)
    mpls, bgp = draw(labelled(list(found), list(vrfs)))
    return DeviceConfig(
        hostname=draw(words),
        ports=ports,
        vlans=vlans,
        vrfs=vrfs,
        interfaces=found,
        routes=draw(st.frozensets(routes, max_size=3)),
        acls=acls,
        bindings=bindings,
        firewall=draw(st.none() | _firewalls(list(found))),
        aggregations=bundles,
        mirrors=draw(
            st.sampled_from([{}, {1: Mirror(frozenset({"1/1"}), "1/2")}, {1: Mirror(frozenset({"1/3"}), "1/2")}])
        ),
        forwarding=draw(st.booleans()),
        management=draw(st.builds(Management, st.none() | interfaces, telnet=st.booleans())),
        mpls=mpls,
        bgp=bgp,
        queueing=draw(queueings(PORTS)),
        snmp=draw(st.builds(Snmp, words, words, st.frozensets(addresses, max_size=2))),
        syslog=draw(st.frozensets(addresses, max_size=2)),
        ntp=draw(st.frozensets(addresses, max_size=2)),
        banner=draw(st.lists(words, max_size=2).map(tuple)),
    )
