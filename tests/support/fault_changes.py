"""The change of the fault table: what a box has before, and what it is to have after thirty commands."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from govnet.config.diff import diff
from govnet.config.filtering import Filter, Firewall, Verdict
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Port, Switchport, Vlan

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig
    from govnet.platforms.base import Platform

COMMANDS = 30
"""Commands of the change, at least; every one of them has each fault."""


def before_and_after(factory: DeviceConfig, speaks: Platform) -> tuple[DeviceConfig, DeviceConfig]:
    """Return what a box has before the change, and what it is to have: the smallest change of enough commands."""
    made = _firewall if speaks.name == "linux_nft" else _switch
    pairs = (made(factory, size) for size in range(1, 20))
    return next((start, goal) for start, goal in pairs if len(speaks.say(diff(start, goal), start)) >= COMMANDS)


def _switch(factory: DeviceConfig, size: int) -> tuple[DeviceConfig, DeviceConfig]:
    names = list(factory.ports)
    start = replace(
        factory,
        hostname="before",
        vlans={**factory.vlans, 10: Vlan("old"), 11: Vlan("goes"), 12: Vlan("stays")},
        snmp=replace(factory.snmp, location="hall 1"),
    )
    trunk = Switchport(tagged=frozenset({10, 12}))
    start = replace(start, ports={**start.ports, names[0]: replace(start.ports[names[0]], switchport=trunk)})
    ports = dict(start.ports)
    ports[names[0]] = Port("up", ports[names[0]].enabled, Switchport(tagged=frozenset({10, 20})))
    ports[names[1]] = Port("second", not ports[names[1]].enabled, Switchport(tagged=frozenset({12, 20})))
    ports[names[2]] = Port("third", ports[names[2]].enabled, Switchport(frozenset({20}), pvid=20))
    made = {number: Vlan(f"new{number}") for number in range(20, 20 + size)}
    goal = replace(
        start,
        hostname="after",
        vlans={number: vlan for number, vlan in start.vlans.items() if number != 11} | {10: Vlan("renamed")} | made,
        ports=ports,
        snmp=replace(start.snmp, location="hall 2", contact="noc"),
        syslog=frozenset({IPv4Address("10.1.1.1")}),
        ntp=frozenset({IPv4Address("10.1.1.2")}),
    )
    return start, goal


def _firewall(factory: DeviceConfig, size: int) -> tuple[DeviceConfig, DeviceConfig]:
    def sub(number: int) -> IpInterface:
        return IpInterface(InterfaceKind.SUBINTERFACE, (IPv4Interface(f"10.9.{number}.1/24"),), number, "eth4")

    ports = {**factory.ports, "eth4": Port("inside")}
    inner = {f"eth4.{number}": sub(number) for number in (10, 11)}
    rule = Filter(Verdict.PERMIT, "tcp", ports=((443, 443),))
    start = replace(
        factory,
        hostname="before",
        ports=ports,
        interfaces={**factory.interfaces, **inner},
        firewall=Firewall({"prv": frozenset({"eth4.10"}), "pub": frozenset({"eth4.11"})}, {("prv", "pub"): (rule,)}),
        forwarding=True,
    )
    more = {f"eth4.{number}": sub(number) for number in range(20, 21 + size)}
    goal = replace(
        start,
        hostname="after",
        interfaces={**factory.interfaces, "eth4.10": inner["eth4.10"], **more},
        routes=frozenset(StaticRoute(IPv4Network(f"10.8.{n}.0/24"), IPv4Address(f"10.9.{n}.2")) for n in (20, 21)),
        firewall=Firewall(
            {"prv": frozenset({"eth4.10"}), "pub": frozenset({"eth4.20", "eth4.21"})},
            {("prv", "pub"): (rule,), ("pub", "prv"): (replace(rule, protocol="udp"),)},
        ),
        snmp=replace(start.snmp, location="hall 2"),
        syslog=frozenset({IPv4Address("10.1.1.1")}),
    )
    return start, goal
