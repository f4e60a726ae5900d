"""The matrix held against real packets: two cores, two floors, the firewall and a town, in network namespaces."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.namespaces import Machine, unable
from support.packet_estate import Estate, Host

from govnet.config.filtering import Filter, Verdict
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.config.routing import InterfaceKind, IpInterface
from govnet.config.switching import Switchport
from govnet.isolation.fabric import Fabric
from govnet.isolation.packets import Packet
from govnet.network.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from govnet.config.model import DeviceConfig

    Configs = dict[str, DeviceConfig]
    Arrived = dict[str, set[tuple[str, str]]]

pytestmark = pytest.mark.skipif("unable()", reason=unable() or "able")
NETWORK = load(Path(__file__).parents[2] / "inventory" / "laixi")
CORES = ("lx-adc-u-core01", "lx-adc-u-core02")
FLOORS = ("lx-adc-u-acc01", "lx-adc-u-acc02")
FIREWALL, AGG, TOWN = "lx-adc-u-fw01", "lx-adc-u-agg01", "lx-shuiji-u-ce01"
PROTOCOLS = {"icmp": (1, 0, 0), **{f"tcp/{port}": (6, 40000, port) for port in (22, 80, 443, 8443)}}


def clean() -> Configs:
    return {name: intent(NETWORK, name) for name in (*CORES, *FLOORS, FIREWALL, AGG, TOWN)}


def arrived(configs: Configs) -> tuple[list[Host], Arrived]:
    with Machine() as machine:
        estate = Estate(NETWORK, configs, machine)
        estate.build()
        return estate.hosts, estate.probe()


def computed(configs: Configs, hosts: list[Host]) -> Arrived:
    """Return what the proof's model lets through between the same hosts, whichever way."""
    fabric = Fabric(NETWORK, {name: Reading(config) for name, config in configs.items()})
    found: Arrived = {kind: set() for kind in PROTOCOLS}
    for one in hosts:
        for other in hosts:
            reach = fabric.reach(one.zone, other.zone).packets
            for kind, service in PROTOCOLS.items():
                if one != other and reach.contains(Packet(one.address, other.address, *service)):
                    found[kind].add((one.name, other.name))
    return found


def zones(hosts: list[Host], pairs: set[tuple[str, str]]) -> set[str]:
    home = {host.name: host.zone for host in hosts}
    return {f"{home[a]}>{home[b]}" for a, b in pairs if home[a] != home[b]}


def within(hosts: list[Host]) -> Iterator[tuple[str, str]]:
    """Yield the pairs inside each zone, those over a router among them; what is behind an upstream opens nothing."""
    for one in hosts:
        for other in hosts:
            if one.zone == other.zone and one != other and not {one.name[:3], other.name[:3]} & {"up-"}:
                yield one.name, other.name


def test_packets_go_where_the_matrix_says_and_nowhere_else() -> None:
    configs = clean()
    hosts, seen = arrived(configs)
    assert {host.zone for host in hosts} == set(NETWORK.zones)
    expected = computed(configs, hosts)
    inside = set(within(hosts))
    for kind in PROTOCOLS:
        assert inside <= seen[kind], f"{kind} inside a zone: {sorted(inside - seen[kind])[:5]}"
        assert seen[kind] == expected[kind], f"{kind}: {sorted(seen[kind] ^ expected[kind])[:5]}"
    lans = {(a, b) for a, b in seen["icmp"] if a.partition("-lx-")[0] == b.partition("-lx-")[0]}
    assert seen["frames"] == lans, "a broadcast is heard on its own LAN, by everybody there, and nowhere else"
    assert len(lans) > 20


def wrong_vlan(configs: Configs) -> Configs:
    """A floor's port of prv is in pub's VLAN."""
    floor = configs[FLOORS[0]]
    port = next(a.end.port for a in NETWORK.attachments if a.zone == "prv" and a.end.device == FLOORS[0])
    switchport = Switchport(frozenset({201}), frozenset(), 201)
    ports = {**floor.ports, port: replace(floor.ports[port], switchport=switchport)}
    return configs | {FLOORS[0]: replace(floor, ports=ports)}


def any_any(configs: Configs) -> Configs:
    """Somebody put a rule in front of the zone rules."""
    firewall = configs[FIREWALL].firewall
    assert firewall
    wide = replace(firewall, prelude=(Filter(Verdict.PERMIT),))
    return configs | {FIREWALL: replace(configs[FIREWALL], firewall=wide)}


def second_gateway(configs: Configs) -> Configs:
    """A core is a gateway of prv and pub, under the firewall's own addresses' neighbours."""
    core = configs[CORES[0]]
    legs = {
        f"vlan{vlan}": IpInterface(InterfaceKind.VLAN, (IPv4Interface(f"10.128.{net}.1/24"),), vlan)
        for vlan, net in ((101, 17), (201, 33))
    }
    wall = configs[FIREWALL]
    kept = {name: i for name, i in wall.interfaces.items() if i.vlan not in {101, 201}}
    return configs | {
        CORES[0]: replace(core, interfaces={**core.interfaces, **legs}),
        FIREWALL: replace(wall, interfaces=kept),
    }


SABOTAGES = [
    (wrong_vlan, "frames", {"prv>pub", "pub>prv"}),
    (any_any, "tcp/8443", {"tv>prv", "pub>prv", "inet>prv"}),
    (second_gateway, "icmp", {"prv>pub", "pub>prv"}),
]


@pytest.mark.parametrize(("sabotage", "kind", "opened"), SABOTAGES, ids=[row[0].__name__ for row in SABOTAGES])
def test_what_packets_show_of_a_mistake_the_proof_knows(
    sabotage: Callable[[Configs], Configs], kind: str, opened: set[str]
) -> None:
    configs = sabotage(clean())
    hosts, seen = arrived(configs)
    assert opened <= zones(hosts, seen[kind])
    expected = computed(configs, hosts)
    for protocol in PROTOCOLS:
        assert seen[protocol] <= expected[protocol], f"{protocol}: {sorted(seen[protocol] - expected[protocol])[:5]}"
    fabric = Fabric(NETWORK, {name: Reading(config) for name, config in configs.items()})
    for pair in zones(hosts, seen["frames"]):
        assert fabric.neighbours(*pair.split(">")), f"{pair} by frames"
