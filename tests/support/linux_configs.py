"""Hypothesis strategies for configurations that a Linux firewall can have."""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv4Network, collapse_addresses

from hypothesis import strategies as st

from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.config.hardware import ConsoleSetup, Hardware
from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Aggregation, AggregationMode, Port
from govnet.platforms.linux_nft.rules import merged
from support.configs import addresses, networks, ranges

PORTS = tuple(f"eth{number}" for number in range(1, 7))
CONSOLE = ConsoleSetup(IPv4Interface("10.129.2.11/24"), 51, PORTS[:2], aggregation=0)
HARDWARE = Hardware("hisense-firewall", "", PORTS, console=CONSOLE)
ZONES = ("prv", "pub", "inet")

words = st.text("abcdefgh-", min_size=1, max_size=8)
hostnames = st.text("abcdefgh", min_size=1, max_size=8)
texts = st.just("") | st.lists(words, min_size=1, max_size=3).map(" ".join)
sorted_networks = st.lists(networks, max_size=3).map(lambda found: tuple(collapse_addresses(found)))
sorted_ranges = st.lists(ranges, max_size=3).map(merged)


@st.composite
def filters(draw: st.DrawFn, interfaces: list[str]) -> Filter:
    protocol = draw(st.sampled_from(["any", "tcp", "udp", "icmp", "47", "89", "200"]))
    ported = protocol in {"tcp", "udp"}
    names = st.sets(st.sampled_from(interfaces), max_size=2).map(lambda found: tuple(sorted(found)))
    return Filter(
        draw(st.sampled_from(Verdict)),
        protocol,
        draw(sorted_networks),
        draw(sorted_networks),
        draw(sorted_ranges) if ported else (),
        draw(sorted_ranges) if ported else (),
        established=draw(st.booleans()),
        log=draw(st.booleans()),
        comment=draw(texts | st.just("F1 莱西>青岛")),
        incoming=draw(names),
        outgoing=draw(names),
    )


@st.composite
def firewalls(draw: st.DrawFn, interfaces: list[str]) -> Firewall:
    zones: dict[str, frozenset[str]] = {}
    for name in interfaces:
        zone = draw(st.sampled_from([*ZONES, ""]))
        if zone:
            zones[zone] = zones.get(zone, frozenset()) | {name}
    keys = st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES))
    rule = filters(interfaces)
    pairs = draw(st.dictionaries(keys, st.lists(rule, min_size=1, max_size=3).map(tuple), max_size=4))
    prelude = st.lists(rule.filter(_in_front), max_size=2).map(tuple)
    return Firewall(zones, pairs, draw(prelude))


def _in_front(rule: Filter) -> bool:
    """Without conditions, what permits open sessions is the frame of the policy and no rule of a person."""
    return not (rule.established and rule.verdict is Verdict.PERMIT)


@st.composite
def linux_configs(draw: st.DrawFn) -> DeviceConfig:
    """Draw what `refuse` lets through: a bond or none, sub-interfaces, routed ports, zones and rules."""
    members = draw(st.sampled_from([(), PORTS[:2], PORTS[1:3]]))
    ports = {name: Port(draw(texts), draw(st.booleans())) for name in PORTS}
    bundles = {0: Aggregation(frozenset(members), "bond0", AggregationMode.ACTIVE_BACKUP)} if members else {}
    found: dict[str, IpInterface] = {}
    for index, vlan in enumerate(sorted(draw(st.sets(st.integers(2, 4094), max_size=3)))):
        parent = "bond0" if members else "eth4"
        address = IPv4Interface(f"10.200.{index}.1/24")
        held = (address,) if draw(st.booleans()) else ()
        if members or ports["eth4"].enabled:
            found[f"{parent}.{vlan}"] = IpInterface(InterfaceKind.SUBINTERFACE, held, vlan, parent)
    for index, name in enumerate(draw(st.sets(st.sampled_from(PORTS[4:])))):
        found[name] = IpInterface(InterfaceKind.PORT, (IPv4Interface(f"10.201.{index}.1/30"),), parent=name)
    if draw(st.booleans()):
        found["loopback0"] = IpInterface(InterfaceKind.LOOPBACK, (IPv4Interface("10.129.1.11/32"),))
    hops = [
        address.network[2]
        for interface in found.values()
        for address in interface.addresses
        if address.network.num_addresses > 2 and (interface.parent not in ports or ports[interface.parent].enabled)
    ]
    targets = networks | st.just(IPv4Network("0.0.0.0/0")) | addresses.map(IPv4Network)
    chosen = draw(st.dictionaries(targets, st.sampled_from([None, *hops]), max_size=3))
    return DeviceConfig(
        hostname=draw(hostnames),
        ports=ports,
        interfaces=found,
        routes=frozenset(StaticRoute(prefix, hop) for prefix, hop in chosen.items()),
        firewall=draw(st.none() | firewalls(sorted(found))) if found else None,
        aggregations=bundles,
        forwarding=draw(st.booleans()),
        management=Management(sources=draw(st.frozensets(networks, max_size=3)), telnet=False, web=False),
        snmp=Snmp(draw(texts), draw(texts), draw(st.frozensets(addresses, max_size=3))),
        syslog=draw(st.frozensets(addresses, max_size=3)),
        ntp=draw(st.frozensets(addresses, max_size=3)),
        banner=(*draw(st.lists(words | st.sampled_from(["# a", "", "a  b"]), max_size=2)), "end"),
    )
