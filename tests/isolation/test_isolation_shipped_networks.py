"""Haixi and Qinghai proven as they are meant to be, and what is found when somebody opens them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from govnet.config.handoff import ordered
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.config.routing import Vrf
from govnet.config.switching import Port, Switchport, Vlan
from govnet.isolation.fabric import Fabric
from govnet.isolation.failures import Outage, after
from govnet.isolation.proof import PairResult, Proof, prove, prove_fabric
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network

CARRIER, NODE = "hx-tel-n-agg01", "hx-n017-n-cpe01"
UPLINK, OFFICES = "GigabitEthernet0/0/24", 110
FAGAI = "qh-prov-fagai-w-cpe01"


@cache
def network(name: str) -> Network:
    return network_named(name)


def readings(name: str) -> dict[str, Reading]:
    net = network(name)
    return {d.name: Reading(intent(net, d.name)) for d in net.commanded()} | dict(ordered(net))


def verdicts(proof: Proof) -> dict[PairResult, int]:
    return {result: count for result, count in proof.counts.items() if count}


@pytest.mark.parametrize(("name", "pairs"), [("haixi", 100), ("qinghai-outer", 729), ("qinghai-inner", 100)])
def test_every_pair_is_as_the_policy_says(name: str, pairs: int) -> None:
    proof = prove(network(name), readings(name))
    assert verdicts(proof) == {PairResult.OK: pairs}
    assert not proof.holes


def test_without_the_carrier_s_declaration_spokes_are_unknown_never_apart() -> None:
    seen = readings("haixi")
    del seen[CARRIER]
    proof = prove(network("haixi"), seen)
    assert proof.pair("spoke-off", "spoke-off").verdict is PairResult.UNKNOWN


def in_vlan(config: DeviceConfig, vlan: int) -> Reading:
    """Return a node's router whose offices were put into a VLAN of the line."""
    offices = Switchport(frozenset({vlan}), pvid=vlan)
    ports = {
        port: replace(value, switchport=offices if value.switchport.pvid == OFFICES else value.switchport)
        for port, value in config.ports.items()
        if value.switchport
    }
    ports[UPLINK] = Port(enabled=True, switchport=Switchport(tagged=frozenset({vlan})))
    return Reading(replace(config, ports=ports, vlans={**config.vlans, vlan: Vlan()}))


def test_a_carrier_that_joins_two_nodes_whose_routers_bridge_is_found() -> None:
    seen = readings("haixi")
    joined = Port(enabled=True, switchport=Switchport(tagged=frozenset({1101})))
    ports = {**seen[CARRIER].config.ports, "line1": joined, "line17": joined}
    seen[CARRIER] = Reading(replace(seen[CARRIER].config, ports=ports))
    for name in (NODE, "hx-n001-n-cpe01"):
        seen[name] = in_vlan(seen[name].config, 1101)
    verdict = prove(network("haixi"), seen).pair("spoke-off", "spoke-off")
    assert (verdict.verdict, verdict.layer2) == (PairResult.VIOLATING, True)
    assert verdict.witness is not None


def test_a_node_s_offices_cannot_get_to_management_by_their_router() -> None:
    seen = readings("haixi")
    config = seen[NODE].config
    merged = {key: replace(interface, vrf="") for key, interface in config.interfaces.items()}
    routes = frozenset(route for route in config.routes if not route.vrf)
    seen[NODE] = Reading(replace(config, interfaces=merged, vrfs={}, routes=routes))
    proof = prove(network("haixi"), seen)
    assert {(pair.source, pair.target) for pair in proof.violations}


def test_a_route_target_too_many_joins_two_projects() -> None:
    """金农 imports what 宏观 exports: one wrong line at one department."""
    seen = readings("qinghai-outer")
    config = seen[FAGAI].config
    wrong = config.vrfs["JINNONG"]
    vrfs = {
        **config.vrfs,
        "JINNONG": Vrf(None, wrong.route_distinguisher, wrong.imports | {"64600:302"}, wrong.exports),
    }
    seen[FAGAI] = Reading(replace(config, vrfs=vrfs))
    found = {(pair.source, pair.target) for pair in prove(network("qinghai-outer"), seen).violations}
    assert ("jinnong", "hongguan") in found


def test_twelve_golden_vpns_distinguishers_are_unique_and_targets_are_the_members() -> None:
    net = network("qinghai-outer")
    configs = {d.name: intent(net, d.name) for d in net.commanded()}
    seen = [vrf.route_distinguisher for config in configs.values() for vrf in config.vrfs.values()]
    assert len(seen) == len(set(seen)) > 200
    importers = {
        net.devices[name].place
        for name, config in configs.items()
        for vrf in config.vrfs.values()
        if "64600:307" in vrf.imports and name != "qh-prov-w-pe01"
    }
    assert importers == {"prov-nongmu", "prov-fagai", "prov-liangshi", "prov-fupin"}


@pytest.mark.parametrize("gone", ["qh-prov-w-rr01", "qh-prov-w-rr02"])
def test_either_reflector_alone_keeps_every_vpn_joined(gone: str) -> None:
    fabric = provinces_fabric()
    failure = after(fabric, prove_fabric(fabric), Outage(device=gone))
    assert failure.holds


def test_without_any_reflector_no_member_hears_of_another() -> None:
    fabric = provinces_fabric()
    assert fabric.reach("jincai", "exch").packets
    for name in ("qh-prov-w-rr01", "qh-prov-w-rr02"):
        fabric = fabric.update(name, Reading(replace(fabric.readings[name].config, bgp=None)))
    assert not fabric.reach("jincai", "exch").packets


def wrong_target(config: DeviceConfig) -> DeviceConfig:
    wrong = config.vrfs["JINNONG"]
    return replace(config, vrfs={**config.vrfs, "JINNONG": replace(wrong, imports=wrong.imports | {"64600:302"})})


def routes_gone(config: DeviceConfig) -> DeviceConfig:
    return replace(config, routes=frozenset())


@pytest.mark.parametrize("change", [wrong_target, routes_gone])
def test_what_others_import_is_looked_at_again_and_no_more(change: Callable[[DeviceConfig], DeviceConfig]) -> None:
    """Another route target or route of one device changes its neighbours' tables; the proof is that of a new fabric."""
    net, seen = network("qinghai-outer"), readings("qinghai-outer")
    before = provinces_fabric()
    then = Reading(change(seen[FAGAI].config))
    updated, fresh = before.update(FAGAI, then), prove(net, {**seen, FAGAI: then})
    assert then.config != seen[FAGAI].config
    assert updated.sites is before.sites
    found = [(p.source, p.target, p.verdict, p.extra, p.missing) for p in prove_fabric(updated).pairs]
    assert found == [(p.source, p.target, p.verdict, p.extra, p.missing) for p in fresh.pairs]
    assert found != [(p.source, p.target, p.verdict, p.extra, p.missing) for p in prove_fabric(before).pairs]


@cache
def provinces_fabric() -> Fabric:
    return Fabric(network("qinghai-outer"), readings("qinghai-outer"))
