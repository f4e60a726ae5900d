"""A core and a floor switch of Laixi in small, as a network engineer would have them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from govnet.config.hardware import ConsoleSetup, Hardware
from govnet.config.model import DeviceConfig, Snmp
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Aggregation, Mirror, PeerLink, Port, Switchport, Vlan
from govnet.platforms.registry import platform

CORE_PORTS = tuple(f"{slot}/{number}" for slot, count in ((1, 8), (3, 48)) for number in range(1, count + 1))
CORE = Hardware(
    "ERS-8610", "4.1.0.0", CORE_PORTS, {1: "8608GBM", 3: "8648TX"}, ConsoleSetup(IPv4Interface("10.129.2.1/24"))
)
EDGE_PORTS = tuple(str(number) for number in range(1, 51))
EDGE = Hardware("ERS-4550T", "5.7.1.021", EDGE_PORTS)


def core() -> DeviceConfig:
    """Return what a core of Laixi is told, in small."""
    start = platform("nortel_passport").factory(CORE)
    trunk = Switchport(tagged=frozenset({101, 201, 4000}))
    native = Switchport(tagged=frozenset({101, 201}), pvid=201)
    ports = dict(start.ports)
    ports |= dict.fromkeys(["1/1", "1/2"], Port("to core02", enabled=True, switchport=trunk))
    ports |= dict.fromkeys(["1/3", "1/4"], Port("floor 1", enabled=True, switchport=native))
    for number in range(1, 49):
        parked = number > 4
        vlan = 1999 if parked else 101
        switchport = Switchport(untagged=frozenset({vlan}), pvid=vlan)
        ports[f"3/{number}"] = Port(enabled=not parked, switchport=switchport)
    return replace(
        start,
        hostname="lx-adc-u-core01",
        ports=ports,
        vlans={1: Vlan(), 101: Vlan("prv-f1"), 201: Vlan("pub-f1"), 1999: Vlan("parking"), 4000: Vlan("ist")},
        aggregations={
            1: Aggregation(frozenset({"1/1", "1/2"}), "IST", peer=PeerLink(IPv4Address("10.129.3.14"), 4000)),
            11: Aggregation(frozenset({"1/3", "1/4"}), "floor1", split=11),
        },
        interfaces={
            "vlan4000": IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.129.3.13/30"),), 4000),
            "loopback1": IpInterface(InterfaceKind.LOOPBACK, (IPv4Interface("10.129.1.1/32"),)),
        },
        routes=frozenset({StaticRoute(IPv4Network("10.129.0.0/16"), IPv4Address("10.129.3.14"))}),
        mirrors={1: Mirror(frozenset({"3/1", "3/2"}), "3/48")},
        management=replace(start.management, sources=frozenset({IPv4Network("10.129.2.0/24")})),
        snmp=Snmp("Laixi, room 1", "computer centre", frozenset({IPv4Address("10.128.0.32")})),
        syslog=frozenset({IPv4Address("10.128.0.33"), IPv4Address("10.128.0.34")}),
        ntp=frozenset({IPv4Address("10.128.0.33")}),
        banner=("Government network.", "Authorised use only."),
    )


def edge() -> DeviceConfig:
    """Return what a floor switch of Laixi is told, in small."""
    start = platform("nortel_ers").factory(EDGE)
    uplink = Port("to core", enabled=True, switchport=Switchport(tagged=frozenset({51, 101, 201})))
    ports = dict(start.ports)
    for number in range(1, 49):
        vlan = 101 if number <= 20 else 201 if number <= 40 else 1999
        switchport = Switchport(untagged=frozenset({vlan}), pvid=vlan)
        ports[str(number)] = Port(enabled=vlan != 1999, switchport=switchport)
    return replace(
        start,
        hostname="lx-adc-u-acc01",
        ports=ports | {"49": uplink, "50": uplink},
        vlans={1: Vlan(), 51: Vlan("oob"), 101: Vlan("prv-f1"), 201: Vlan("pub-f1"), 1999: Vlan("parking")},
        aggregations={1: Aggregation(frozenset({"49", "50"}), "UPLINK")},
        management=replace(
            start.management,
            address=IPv4Interface("10.129.2.41/24"),
            vlan=51,
            sources=frozenset({IPv4Network("10.128.0.31/32"), IPv4Network("10.129.2.0/24")}),
            ssh=True,
            telnet=False,
            web=False,
        ),
        snmp=Snmp("floor 1", "computer centre"),
        syslog=frozenset({IPv4Address("10.128.0.33")}),
        ntp=frozenset({IPv4Address("10.128.0.33"), IPv4Address("10.128.0.34")}),
        banner=("Government network.", "Authorised use only."),
    )
