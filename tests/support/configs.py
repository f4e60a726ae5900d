"""Hypothesis strategies for vendor-neutral device configurations that hang together."""

from __future__ import annotations

from functools import cache
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
    from collections.abc import Mapping, Sequence

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


@cache
def thrown(count: int) -> st.SearchStrategy[bytes]:
    """Return a byte for each of some things; a strategy is dear to make, and there are few of these."""
    return st.binary(min_size=count, max_size=count)


def few(things: Sequence[_T], spots: bytes) -> set[_T]:
    """Choose up to one thing fewer than there are dice; the first says how many."""
    return {chosen(things, die) for die in spots[1 : 1 + spots[0] % len(spots)]} if things else set()


def carried(vlans: Sequence[int], spots: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """Choose untagged and tagged VLANs; the last of the dice, one more than there are VLANs, says how densely."""
    sides = chosen((3, 3, 8), spots[-1])
    untagged, tagged = (
        frozenset(vlan for vlan, die in zip(vlans, spots, strict=False) if die % sides == side) for side in (1, 2)
    )
    return untagged, tagged


@st.composite
def switchports(draw: st.DrawFn, vlans: list[int]) -> Switchport:
    """Draw what a port carries, out of existing VLANs."""
    spots = draw(thrown(len(vlans) + 2))
    untagged, tagged = carried(vlans, spots[1:])
    return Switchport(untagged, tagged, chosen([None, *sorted(untagged | tagged)], spots[0]))


ZONES = ("prv", "pub", "inet")
_pairs = st.dictionaries(
    st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)),
    st.lists(filters, min_size=1, max_size=3).map(tuple),
    max_size=4,
)
_own_rules = st.lists(filters, max_size=2).map(tuple)


@st.composite
def _firewalls(draw: st.DrawFn, names: list[str]) -> Firewall:
    zones: dict[str, frozenset[str]] = {}
    for name, spots in zip(names, draw(thrown(len(names))), strict=True):
        zone = chosen((*ZONES, ""), spots)
        if zone:
            zones[zone] = zones.get(zone, frozenset()) | {name}
    return Firewall(zones, draw(_pairs), draw(_own_rules))


@st.composite
def _aggregations(draw: st.DrawFn) -> dict[int, Aggregation]:
    free = list(PORTS)
    found = {}
    for number in sorted(few((1, 2, 3, 4, 5), draw(thrown(3)))):
        spots = draw(thrown(3))
        ports = {chosen(free, spots[0]), chosen(free, spots[1])}
        free = [port for port in free if port not in ports]
        found[number] = Aggregation(frozenset(ports), f"mlt{number}", split=chosen((None, number), spots[2]))
    return found


PROTOCOLS = ("direct", "static")


@st.composite
def labelled(draw: st.DrawFn, interfaces: Sequence[str], vrfs: Sequence[str]) -> tuple[Mpls | None, Bgp | None]:
    """Draw label switching and BGP over interfaces and routing instances that exist."""
    dice = draw(thrown(6))
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
    dice = draw(thrown(len(ports)))
    rates = (None, 2000, 10000)
    shared = ({}, {0: 40, 4: 60}, {0: 7, 4: 48, 6: 5}, {1: 100})
    return {
        name: Queueing(chosen(rates, spots), chosen(shared, spots >> 2))
        for name, spots in zip(ports, dice, strict=True)
        if spots < HALF
    }


_vlans = st.dictionaries(st.integers(2, 60), st.builds(Vlan, words), max_size=5)
_labels = st.lists(words, max_size=3)
_vrfs = st.dictionaries(st.sampled_from(["red", "blue"]), st.builds(Vrf, st.integers(1, 9)), max_size=2)
_acls = st.dictionaries(words, st.builds(Acl, st.lists(filters, min_size=1, max_size=3).map(tuple)), max_size=2)
_routes = st.sets(st.tuples(networks, addresses, spins), max_size=3)
_mirrors = st.sampled_from([{}, {1: Mirror(frozenset({"1/1"}), "1/2")}, {1: Mirror(frozenset({"1/3"}), "1/2")}])
_management = st.builds(Management, st.none() | interfaces, telnet=st.booleans())
_servers = st.frozensets(addresses, max_size=2)
_snmp = st.builds(Snmp, words, words, _servers)
_banner = st.lists(words, max_size=2).map(tuple)
_bindings = st.lists(st.tuples(spins, spins), max_size=4)


@st.composite
def _interfaces(
    draw: st.DrawFn, vlans: Sequence[int], vrfs: Sequence[str], bundles: Mapping[int, Aggregation]
) -> dict[str, IpInterface]:
    """Draw addresses on up to three VLANs, and on every bundle."""
    spots = draw(thrown(7))
    found = {}
    for vlan, die in zip(sorted(few(vlans, spots[:4])), spots[4:], strict=False):
        vrf = chosen(["", *vrfs], die)
        found[f"vlan{vlan}"] = IpInterface(InterfaceKind.VLAN, (draw(interfaces),), vlan=vlan, vrf=vrf)
    for bundle in bundles.values():
        found[f"{bundle.name}.7"] = IpInterface(InterfaceKind.SUBINTERFACE, (draw(interfaces),), 7, bundle.name)
    return found


@st.composite
def device_configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw a configuration of a six-port box in which every name that is used exists."""
    vlans = {1: Vlan()} | draw(_vlans)
    carried = switchports(sorted(vlans))
    spots = draw(thrown(len(PORTS) + 1))
    modes = [None, *(draw(carried) for _ in range(spots[-1] % 5))]
    labels = ["", *draw(_labels)]
    ports = {
        name: Port(chosen(labels, die >> 3), die < HALF, chosen(modes, die))
        for name, die in zip(PORTS, spots, strict=False)
    }
    vrfs = draw(_vrfs)
    bundles = draw(_aggregations())
    found = draw(_interfaces(sorted(vlans), list(vrfs), bundles))
    acls = draw(_acls)
    targets = [*PORTS, *found]
    bindings = [(chosen(sorted(acls), acl), chosen(targets, on)) for acl, on in draw(_bindings)] if acls else []
    mpls, bgp = draw(labelled(list(found), list(vrfs)))
    return DeviceConfig(
        hostname=draw(words),
        ports=ports,
        vlans=vlans,
        vrfs=vrfs,
        interfaces=found,
        routes=frozenset(StaticRoute(to, via, chosen(["", *vrfs], die)) for to, via, die in draw(_routes)),
        acls=acls,
        bindings=frozenset(AclBinding(acl, on, "in") for acl, on in bindings),
        firewall=draw(_firewalls(list(found))) if draw(st.booleans()) else None,
        aggregations=bundles,
        mirrors=draw(_mirrors),
        forwarding=draw(st.booleans()),
        management=draw(_management),
        mpls=mpls,
        bgp=bgp,
        queueing=draw(queueings(PORTS)),
        snmp=draw(_snmp),
        syslog=draw(_servers),
        ntp=draw(_servers),
        banner=draw(_banner),
    )
