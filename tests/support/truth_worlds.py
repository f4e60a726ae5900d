"""Small random networks: mostly as somebody sensible would build them, with a few slips of the hand in each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import pairwise
from typing import TYPE_CHECKING

from govnet.config.model import DeviceConfig
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Aggregation, Port, Switchport, Vlan
from govnet.network.cabled import End, Upstream
from support.isolation import HERE, access, device, network, segment, trunk
from support.truth_rules import CIRCUIT, OUTSIDE, ZONES, Plot, Policy, acls, firewall, instanced, policy

if TYPE_CHECKING:
    from random import Random

    from govnet.network.model import Network
    from govnet.network.placed import Segment


@dataclass(frozen=True)
class World:
    """A network, what its devices are told, and the upstream if there is one."""

    network: Network
    configs: dict[str, DeviceConfig]


def make_world(rng: Random) -> World:
    """Return a network of one to three switches, one or two routers and three zones."""
    plot = Plot(rng, _segments(rng))
    vlans = [part.vlan for part in plot.segments]
    switches = [f"s{number}" for number in range(1, rng.choice([2, 3, 3, 4]))]
    _lay_trunks(plot, switches, vlans)
    _plug(plot, switches)
    routers = ["r1", "r2"][: rng.choice([1, 2, 2])]
    ways = {name: _uplink(plot, name, switches, vlans) for name in routers}
    _share_gateways(plot, [*routers, *(name for name in switches if plot.chance(4))])
    wanted = policy(plot)
    upstream = _upstream(plot, routers[0]) if plot.chance(3) else None
    configs = {name: _router(plot, name, *ways[name], wanted, upstream) for name in routers}
    configs |= {name: _switch(plot, name) for name in switches}
    configs = {name: _with_routes(plot, name, configs, upstream) for name in configs}
    pair = {"session_sync": "pair"} if plot.chance(2) else {}
    made = network(
        [replace(device(name, "core"), data=pair if name in routers else {}) for name in configs],
        plot.cables,
        plot.plugs,
        wanted,
        ZONES,
        (upstream,) if upstream else (),
    )
    return World(made, configs)


def _segments(rng: Random) -> list[Segment]:
    parts = [(zone, 0) for zone in ZONES] + [("a", 1)] * rng.randrange(2)
    return [segment(zone, 11 + i, f"10.{ZONES.index(zone)}.{second}.0/28") for i, (zone, second) in enumerate(parts)]


def _lay_trunks(plot: Plot, switches: list[str], vlans: list[int]) -> None:
    joined = list(pairwise(switches))
    joined += [(switches[0], switches[-1])] if len(switches) > 2 and plot.chance(3) else []
    for one, other in joined:
        near = _trunk(plot, vlans)
        plot.tie(one, near, other, near if plot.rng.randrange(5) else _trunk(plot, vlans))


def _trunk(plot: Plot, vlans: list[int]) -> Switchport:
    """Return a trunk of all VLANs, or of some, or one with a native VLAN."""
    apart = int(plot.chance(25))
    carried = vlans if plot.rng.randrange(4) else plot.rng.sample(vlans, plot.rng.randrange(1, len(vlans) + 1))
    if plot.rng.randrange(4):
        return replace(trunk(*carried), isolated=apart)
    native = plot.rng.choice(carried)
    pvid = plot.rng.choice([native, native, *carried, None])
    return Switchport(frozenset({native}), frozenset(carried) - {native}, pvid, isolated=apart)


def _plug(plot: Plot, switches: list[str]) -> None:
    group = int(plot.chance(3))  # ports of isolation group 1, or of none
    for part in plot.segments:
        for name in plot.rng.choices(switches, k=plot.rng.choice([1, 1, 2, 2])):
            others = [other.vlan for other in plot.segments]
            vlan = part.vlan if plot.rng.randrange(12) else plot.rng.choice(others)
            orderly = access(vlan)
            wild = Switchport(frozenset({vlan}), frozenset(plot.rng.sample(others, 1)) - {vlan}, vlan)
            chosen = wild if plot.chance(15) else orderly
            plot.plugs.append((plot.port(name, replace(chosen, isolated=group) if plot.chance(2) else chosen), part))


def _uplink(plot: Plot, name: str, switches: list[str], vlans: list[int]) -> tuple[str, dict[int, Aggregation]]:
    """Cable a router to a switch, or bond it to two; return the parent of its sub-interfaces."""
    ends = [
        plot.tie(plot.rng.choice(switches), _trunk(plot, vlans), name, None)[1]
        for _ in range(plot.rng.choice([1, 1, 2]))
    ]
    ports = [end.split(":")[1] for end in ends]
    if len(ports) == 1 and plot.rng.randrange(3):
        return ports[0], {}
    return "bond0", {0: Aggregation(frozenset(ports), "bond0")}


def _share_gateways(plot: Plot, owners: list[str]) -> None:
    main = plot.rng.choice(owners)
    for part in plot.segments:
        plot.gateways[part.vlan] = main if plot.rng.randrange(3) else plot.rng.choice(owners)


def _upstream(plot: Plot, router: str) -> Upstream:
    port = plot.port(router, None).split(":")[1]
    return Upstream(
        "c", End(router, port), "c-1", IPv4Interface("192.0.2.1/30"), CIRCUIT[2], (OUTSIDE,), "bureau", HERE
    )


def _interfaces(plot: Plot, name: str, key: partial[str], kind: InterfaceKind, parent: str) -> dict[str, IpInterface]:
    """Return the gateways that a device is, and seldom a leg in somebody else's segment."""
    found = {}
    for part in plot.segments:
        mine = plot.gateways[part.vlan] == name
        if mine or plot.chance(3 if kind is InterfaceKind.SUBINTERFACE else 8):
            host = 1 if mine else {"r1": 13, "r2": 14}.get(name, 12)
            home = part if plot.rng.randrange(20) else plot.rng.choice(plot.segments)
            address = IPv4Interface((int(home.subnet[host]), 28))
            found[key(part.vlan)] = IpInterface(kind, (address,), part.vlan, parent)
    return found


def _router(  # noqa: PLR0913, PLR0917 - a router is made of as many parts
    plot: Plot, name: str, parent: str, bundles: dict[int, Aggregation], asked: Policy, upstream: Upstream | None
) -> DeviceConfig:
    interfaces = _interfaces(plot, name, partial("{}.{}".format, parent), InterfaceKind.SUBINTERFACE, parent)
    if upstream and upstream.end.device == name:
        port = upstream.end.port
        interfaces[port] = IpInterface(InterfaceKind.PORT, (upstream.address,), parent=port)
    made = DeviceConfig(
        name,
        ports={port: Port(enabled=plot.rng.randrange(25) > 0) for port in plot.ports[name]},
        interfaces=interfaces,
        aggregations=bundles,
        forwarding=plot.rng.randrange(15) > 0,
        vrfs={},
    )
    if plot.rng.randrange(4) if name == "r1" else plot.chance(3):
        return replace(made, firewall=firewall(plot, interfaces, asked))
    return replace(instanced(plot, made) if plot.rng.randrange(2) else made, **acls(plot, interfaces))


def _switch(plot: Plot, name: str) -> DeviceConfig:
    vlans = {1: Vlan()} | {part.vlan: Vlan() for part in plot.segments if plot.rng.randrange(25)}
    ports = {
        port: Port(enabled=plot.rng.randrange(25) > 0, switchport=value) for port, value in plot.ports[name].items()
    }
    interfaces = _interfaces(plot, name, partial("vlan{}".format), InterfaceKind.VLAN, "")
    routed = plot.gateways.values()
    forwarding = name in routed or plot.chance(2)
    return DeviceConfig(name, ports=ports, vlans=vlans, interfaces=interfaces, forwarding=forwarding)


def _with_routes(plot: Plot, name: str, configs: dict[str, DeviceConfig], upstream: Upstream | None) -> DeviceConfig:
    """Return a device with routes to what it is not connected to, over neighbours on what it is."""
    config = configs[name]
    found: set[StaticRoute] = set()
    for vrf in sorted({interface.vrf for interface in config.interfaces.values()}):
        hops = _neighbours(configs, name, vrf)
        for part in plot.segments:
            if hops and plot.rng.randrange(3):
                found.add(StaticRoute(part.subnet, plot.rng.choice(hops), vrf))
        if hops and plot.chance(4):
            wide = plot.rng.choice(["0.0.0.0/0", "10.0.0.0/15", "10.1.0.0/29", "10.0.0.8/29"])
            found.add(StaticRoute(IPv4Network(wide), plot.rng.choice([*hops, None]), vrf))
    if upstream and upstream.end.device == name:
        found.add(StaticRoute(OUTSIDE, upstream.peer))
    elif upstream and (hops := _neighbours(configs, name, "")):
        found.add(StaticRoute(OUTSIDE, plot.rng.choice(hops)))
    return replace(config, routes=frozenset(found))


def _neighbours(configs: dict[str, DeviceConfig], name: str, vrf: str) -> list[IPv4Address]:
    mine = [a.network for i in configs[name].interfaces.values() if i.vrf == vrf for a in i.addresses]
    own = {a.ip for i in configs[name].interfaces.values() for a in i.addresses}
    others = [a.ip for other, c in configs.items() if other != name for i in c.interfaces.values() for a in i.addresses]
    return [address for address in others if address not in own and any(address in net for net in mine)]
