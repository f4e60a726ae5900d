"""One mistake at a time: each is found, with a witness that names device, line and packet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.isolation import EVERY, ZONES, access, hall, hall_configs, reading, switch, trunk

from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Port, Switchport, Vlan
from govnet.isolation.proof import PairResult, Proof, compare, prove

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig

Configs = dict[str, "DeviceConfig"]
Mutation = Callable[[Configs], Configs]


def with_port(configs: Configs, device: str, port: str, value: Switchport | None, *, enabled: bool = True) -> Configs:
    old = configs[device]
    vlans = dict(old.vlans) | {vlan: Vlan() for vlan in (value.members if value else ())}
    ports = dict(old.ports) | {port: Port(enabled=enabled, switchport=value)}
    return configs | {device: replace(old, ports=ports, vlans=vlans)}


def with_firewall(configs: Configs, **changes: object) -> Configs:
    return configs | {"fw": replace(configs["fw"], firewall=replace(configs["fw"].firewall, **changes))}


def with_interfaces(configs: Configs, device: str, **more: str) -> Configs:
    made = {f"vlan{k[1:]}": IpInterface(InterfaceKind.VLAN, (IPv4Interface(v),), int(k[1:])) for k, v in more.items()}
    return configs | {device: replace(configs[device], interfaces={**configs[device].interfaces, **made})}


def bound(configs: Configs, acl: Acl, target: str, direction: str = "in") -> Configs:
    binding = AclBinding("guard", target, direction)
    fw = configs["fw"]
    return configs | {"fw": replace(fw, acls={"guard": acl}, bindings=frozenset({binding}))}


def wrong_access_vlan(c: Configs) -> Configs:
    return with_port(c, "acc", "1", access(201))


def trunk_to_the_wrong_town(c: Configs) -> Configs:
    c = with_port(c, "core", "2", trunk(121, 221, 300))
    c = with_port(c, "ce", "49", trunk(121, 221, 300))
    return with_port(c, "ce", "2", access(300))


def native_vlan_mismatch(c: Configs) -> Configs:
    c = with_port(c, "core", "1", Switchport(frozenset({101}), frozenset({201, 51}), 101))
    return with_port(c, "acc", "49", Switchport(frozenset({201}), frozenset({101, 51}), 201))


def gateway_on_the_core(c: Configs) -> Configs:
    return with_interfaces(c, "core", v101="10.1.1.254/24", v201="10.2.1.254/24")


def any_any_prelude(c: Configs) -> Configs:
    return with_firewall(c, prelude=(Filter(Verdict.PERMIT),))


def wrong_zone_interface(c: Configs) -> Configs:
    zones = dict(c["fw"].firewall.zones)
    zones["prv"] |= {"bond0.201"}
    zones["pub"] -= {"bond0.201"}
    return with_firewall(c, zones=zones)


def too_wide_destination(c: Configs) -> Configs:
    wide = (Filter(Verdict.PERMIT, "tcp", destinations=(IPv4Network("10.3.0.0/24"),), ports=((443, 443),)),)
    return with_firewall(c, pairs={**c["fw"].firewall.pairs, ("prv", "jh"): wide})


def permit_before_deny(c: Configs) -> Configs:
    rules = (Filter(Verdict.PERMIT, "tcp"), Filter(Verdict.DENY, "tcp", ports=((1, 442), (444, 65535))))
    return with_firewall(c, pairs={**c["fw"].firewall.pairs, ("prv", "jh"): rules})


def leak_through_second_router(c: Configs) -> Configs:
    c = with_interfaces(c, "ce", v121="10.1.21.254/24", v221="10.2.21.254/24")
    route = StaticRoute(IPv4Network("10.1.0.0/16"), IPv4Address("10.1.21.1"))
    return c | {"ce": replace(c["ce"], routes=frozenset({route}))}


def tagged_access_port(c: Configs) -> Configs:
    return with_port(c, "core", "6", Switchport(frozenset({200}), frozenset({300}), 200))


def firewall_off(c: Configs) -> Configs:
    return c | {"fw": replace(c["fw"], firewall=None)}


def uplink_shut(c: Configs) -> Configs:
    return with_port(c, "acc", "49", trunk(101, 201, 51), enabled=False)


def vlan_on_one_trunk_end(c: Configs) -> Configs:
    return with_port(c, "acc", "49", trunk(201, 51))


def tagged_on_one_end(c: Configs) -> Configs:
    return with_port(c, "acc", "49", Switchport(frozenset({101}), frozenset({201, 51}), None))


def endpoint_port_shut(c: Configs) -> Configs:
    return with_port(c, "core", "11", access(200), enabled=False)


def rule_removed(c: Configs) -> Configs:
    return with_firewall(c, pairs={k: v for k, v in c["fw"].firewall.pairs.items() if k != ("prv", "jh")})


def return_route_removed(c: Configs) -> Configs:
    return c | {"fw": replace(c["fw"], routes=frozenset())}


def answers_filtered(c: Configs) -> Configs:
    return bound(c, Acl((Filter(Verdict.DENY, "tcp", source_ports=((443, 443),)),)), "bond0.300")


def forwarding_off(c: Configs) -> Configs:
    return c | {"fw": replace(c["fw"], forwarding=False)}


def management_vlan_cut(c: Configs) -> Configs:
    return with_port(c, "core", "1", trunk(101, 201))


EXTRA: list[tuple[Mutation, str, str, str, str]] = [
    (wrong_access_vlan, "prv>pub", "acc", "pvid 1", "10.1.1."),
    (trunk_to_the_wrong_town, "pub>jh", "ce", "pvid 2", "10.2.21."),
    (native_vlan_mismatch, "prv>pub", "acc", "pvid 1", "10.1.1."),
    (gateway_on_the_core, "prv>pub", "core", "address vlan201", "10.1.1."),
    (any_any_prelude, "pub>jh", "fw", "prelude 0", "10.2."),
    (wrong_zone_interface, "pub>prv", "fw", "rule prv>prv 0", "10.2.1."),
    (too_wide_destination, "prv>jh", "fw", "rule prv>jh 0", "10.3.0.10:443"),
    (permit_before_deny, "prv>jh", "fw", "rule prv>jh 0", "10.3.0.10"),
    (leak_through_second_router, "pub>prv", "ce", "address vlan121", "10.2.21."),
    (tagged_access_port, "pub>jh", "core", "member 300 6", "10.3.0."),
    (firewall_off, "pub>jh", "fw", "address bond0.300", "10.2."),
]

MISSING: list[tuple[Mutation, str, str, str]] = [
    (uplink_shut, "prv>prv", "acc", "acc:49 is shut"),
    (vlan_on_one_trunk_end, "prv>prv", "acc", "acc:49 does not carry VLAN 101"),
    (tagged_on_one_end, "prv>prv", "acc", "acc:49 carries VLAN 101 untagged"),
    (endpoint_port_shut, "pub>pub", "core", "port 11 is shut"),
    (rule_removed, "prv>jh", "fw", "no rule from prv to jh"),
    (return_route_removed, "jh>jh", "fw", "no route to 172.16"),
    (answers_filtered, "prv>jh", "fw", "ACL guard"),
    (forwarding_off, "prv>jh", "fw", "forwarding is off"),
    (management_vlan_cut, "mgt>mgt", "core", "core:1 does not carry VLAN 51"),
]


def proof_of(configs: Configs) -> Proof:
    return prove(hall(), {name: reading(config) for name, config in configs.items()})


@pytest.mark.parametrize(
    ("mutate", "pair_of", "device", "line", "packet"), EXTRA, ids=[row[0].__name__ for row in EXTRA]
)
def test_what_gets_through_is_found(mutate: Mutation, pair_of: str, device: str, line: str, packet: str) -> None:
    source, target = pair_of.split(">")
    proof = proof_of(mutate(hall_configs()))
    pair = proof.pair(source, target)
    assert pair.verdict is PairResult.VIOLATING, str(proof.counts)
    assert pair.extra
    assert pair.extra.contains(pair.witness.packet)
    assert packet in str(pair.witness.packet)
    lines = [(hop.device, hop.line.text) for hop in pair.witness.hops if hop.line]
    assert (device, line) in lines, str(pair.witness)
    assert pair.witness.arrives
    changed = {(c.source, c.target) for c in compare(proof_of(hall_configs()), proof)}
    assert (source, target) in changed


@pytest.mark.parametrize(("mutate", "pair_of", "device", "words"), MISSING, ids=[row[0].__name__ for row in MISSING])
def test_what_does_not_get_through_is_found(mutate: Mutation, pair_of: str, device: str, words: str) -> None:
    source, target = pair_of.split(">")
    pair = proof_of(mutate(hall_configs())).pair(source, target)
    assert pair.verdict is PairResult.VIOLATING
    assert pair.missing
    assert not pair.witness.arrives
    assert words in str(pair.witness), str(pair.witness)
    assert device in str(pair.witness)


def test_route_leak_stays_within_what_it_leaks() -> None:
    proof = proof_of(leak_through_second_router(hall_configs()))
    assert proof.pair("pub", "prv").extra.contains(proof.pair("pub", "prv").witness.packet)
    assert proof.pair("mgt", "jh").verdict is PairResult.OK


def test_wrong_vlan_joins_both_directions() -> None:
    proof = proof_of(wrong_access_vlan(hall_configs()))
    for pair in (proof.pair("prv", "pub"), proof.pair("pub", "prv")):
        assert (pair.layer2, pair.verdict) == (True, PairResult.VIOLATING)


def test_factory_state_joins_everything() -> None:
    ones = frozenset({1})
    flat = {
        name: switch(name, {port: Switchport(ones, frozenset(), 1) for port in config.ports})
        for name, config in hall_configs().items()
        if name != "fw"
    }
    flat["fw"] = replace(hall_configs()["fw"], interfaces={}, firewall=None, routes=frozenset())
    proof = proof_of(flat)
    joined = [(s, t) for s in ZONES for t in ZONES if s != t]
    assert all(proof.pair(*pair).verdict is PairResult.VIOLATING and proof.pair(*pair).layer2 for pair in joined)
    assert all(proof.pair(*pair).witness for pair in joined)


def test_words_of_a_default_without_a_line() -> None:
    ones = frozenset({1})
    flat = {n: switch(n, {p: Switchport(ones, frozenset(), 1) for p in c.ports}) for n, c in hall_configs().items()}
    readings = {name: replace(reading(config), sources={}) for name, config in flat.items()}
    witness = prove(hall(), readings).pair("prv", "pub").witness
    assert all("VLAN 1 by default" in hop.why for hop in witness.hops)


def test_merged_floors_are_a_note_and_no_violation() -> None:
    configs = with_port(hall_configs(), "core", "5", access(100))
    configs = with_port(configs, "core", "12", Switchport(frozenset({100}), frozenset({101}), 100))
    configs = with_port(configs, "core", "5", Switchport(frozenset({100}), frozenset({101}), 100))
    proof = proof_of(configs)
    assert proof.pair("prv", "prv").verdict is PairResult.OK
    assert proof.notes == ("segments merged: prv-100 and prv-101 of zone prv share a broadcast domain",)


def test_established_lets_answers_pass_and_opens_nothing() -> None:
    back = Filter(Verdict.PERMIT, "tcp", established=True)
    configs = bound(hall_configs(), Acl((back, Filter(Verdict.DENY))), "bond0.300")
    proof = proof_of(configs)
    assert proof.pair("prv", "jh").verdict is PairResult.OK
    assert proof.pair("jh", "mgt").missing  # jh may no longer open anything
    assert not proof.pair("jh", "prv").extra


def test_trunk_carries_all_vlans() -> None:
    assert set(EVERY) == hall_configs()["core"].ports["3"].switchport.members
