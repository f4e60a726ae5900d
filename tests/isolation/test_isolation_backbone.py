"""Instances across devices, leaks by static routes, tunnel ports: what reaches what, and the line that says so."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from support.isolation import access, cable, device, network, reading, segment, switch, trunk

from govnet.config import reading as element
from govnet.config.labelled import Bgp, BgpPeer, Mpls
from govnet.config.model import DeviceConfig
from govnet.config.reading import Line, Reading
from govnet.config.routing import PUBLIC, InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Port, Switchport, Vlan
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import prove_fabric
from govnet.network.permitted import Action, Permit

if TYPE_CHECKING:
    from govnet.network.model import Network

A, B, C = (segment(zone, 10, f"10.{number}.0.0/24") for number, zone in enumerate("abc", 1))


def port(address: str, name: str, vrf: str = "") -> IpInterface:
    return IpInterface(InterfaceKind.PORT, (IPv4Interface(address),), parent=name, vrf=vrf)


EDGES = {"pe1": IPv4Address("10.9.1.1"), "pe2": IPv4Address("10.9.2.1")}
CORE = IPv4Address("10.9.1.2")
BOTH = frozenset({"direct", "static"})


def edge(name: str, home: int, vrf: Vrf, core: str) -> DeviceConfig:
    """Return a provider's edge: one instance towards a customer, one interface of the global one towards the core."""
    interfaces = {"e0": port(f"10.{home}.0.1/24", "e0", "red"), "e1": port(core, "e1")}
    return DeviceConfig(
        name,
        ports={"e0": Port(), "e1": Port()},
        vrfs={"red": vrf},
        interfaces=interfaces,
        mpls=Mpls(EDGES[name], interfaces=frozenset({"e1"})),
        bgp=Bgp(100, {a: BgpPeer(100) for other, a in EDGES.items() if other != name}, {"red": BOTH}),
    )


def provider(first: Vrf, second: Vrf) -> tuple[Network, dict[str, Reading]]:
    """Return host a, pe1, p, pe2, host b."""
    world = network(
        [device(name, "pe") for name in ("s1", "pe1", "p", "pe2", "s2")],
        [cable("s1:2", "pe1:e0"), cable("pe1:e1", "p:e1"), cable("p:e2", "pe2:e1"), cable("pe2:e0", "s2:2")],
        [("s1:1", A), ("s2:1", B)],
        {("a", "b"): (Action.FIREWALL, (Permit("tcp"),))},
        ["a", "b"],
    )
    core = {"e1": port("10.9.1.2/30", "e1"), "e2": port("10.9.2.2/30", "e2")}
    configs = {
        "s1": switch("s1", {"1": access(10), "2": access(10)}),
        "s2": switch("s2", {"1": access(10), "2": access(10)}),
        "pe1": edge("pe1", 1, first, "10.9.1.1/30"),
        "p": DeviceConfig(
            "p",
            ports={"e1": Port(), "e2": Port()},
            interfaces=core,
            mpls=Mpls(CORE, interfaces=frozenset({"e1", "e2"})),
        ),
        "pe2": edge("pe2", 2, second, "10.9.2.1/30"),
    }
    seen = {name: reading(config) for name, config in configs.items()}
    targets = {element.route_target("red", f"1:{n}"): Line(90 + n, f" vpn-target 1:{n}") for n in range(1, 4)}
    return world, {name: replace(one, sources={**one.sources, **targets}) for name, one in seen.items()}


def targets(imports: str, exports: str) -> Vrf:
    return Vrf(imports=frozenset(imports.split()), exports=frozenset(exports.split()))


@pytest.mark.parametrize(
    ("first", "second", "there", "back"),
    [
        (targets("1:1", "1:1"), targets("1:1", "1:1"), True, True),
        (targets("1:1", "1:1"), targets("1:2", "1:2"), False, False),
        (targets("1:2", "1:1"), targets("1:1", "1:2"), True, True),
        (targets("1:1 1:2", "1:1"), targets("1:3", "1:2"), True, False),
        (targets("", ""), targets("", ""), False, False),
    ],
)
def test_instances_of_two_devices_meet_by_their_route_targets(
    first: Vrf, second: Vrf, *, there: bool, back: bool
) -> None:
    """A packet follows the routes that its own instance imported: what pe2 exports and pe1 imports leads a to b."""
    fabric = Fabric(*provider(first, second))
    assert bool(fabric.reach("a", "b").packets) is there
    assert bool(fabric.reach("b", "a").packets) is back


def test_the_witness_names_the_route_target() -> None:
    witness = Fabric(*provider(targets("1:1 1:2", "1:1"), targets("1:3", "1:2"))).witness("a", "b")
    assert [(hop.device, hop.line and hop.line.text) for hop in witness.hops] == [
        ("s1", "pvid 1"),
        ("pe1", " vpn-target 1:2"),
        ("pe2", "address e0"),
        ("s2", "pvid 2"),
    ]
    assert "red imports 10.2.0.0/24 from red of pe2 by 1:2" in witness.hops[1].why


def _edited(config: DeviceConfig, rng: Random) -> DeviceConfig:
    """Return an edge that imports, exports or tells something else, has another route, or lost a label or a port."""
    some = frozenset(rng.sample(["1:1", "1:2", "1:3"], rng.randrange(3)))
    side, name, vrf = rng.choice(["imports", "exports"]), rng.choice(sorted(config.ports)), config.vrfs["red"]
    kinds: list[dict[str, Any]] = [
        {"vrfs": {"red": replace(vrf, **{side: some})}},
        {"vrfs": {"red": replace(vrf, **{side: frozenset({"1:1", "1:2"})})}},
        {"bgp": replace(config.bgp, instances={"red": rng.choice([BOTH, frozenset({"static"})])})},
        {"mpls": replace(config.mpls, interfaces=frozenset(rng.sample(["e1"], rng.randrange(2))))},
        {"routes": frozenset({StaticRoute(IPv4Network("10.7.0.0/16"), IPv4Address("10.1.0.9"), "red")})},
        {"ports": {**config.ports, name: Port(enabled=not config.ports[name].enabled)}},
    ]
    return replace(config, **rng.choice(kinds))


@pytest.mark.parametrize("number", range(12))
def test_an_updated_backbone_says_what_a_new_one_says(number: int) -> None:
    rng = Random(number)
    world, seen = provider(targets("1:1", "1:1"), targets("1:1 1:2", "1:1"))
    fabric = Fabric(world, seen)
    prove_fabric(fabric)
    for _ in range(6):
        name = rng.choice(sorted(EDGES))
        seen[name] = replace(seen[name], config=_edited(seen[name].config, rng))
        fabric = fabric.update(name, seen[name])
        if rng.random() < 0.3:
            continue
        proofs = [prove_fabric(one) for one in (fabric, Fabric(world, seen))]
        updated, fresh = ([(p.verdict, p.extra, p.missing, p.layer2) for p in proof.pairs] for proof in proofs)
        assert updated == fresh


def test_without_a_backbone_nothing_is_imported() -> None:
    world, seen = provider(targets("1:1", "1:1"), targets("1:1", "1:1"))
    core = seen["p"].config
    shut = replace(core, ports={**core.ports, "e2": Port(enabled=False)})
    fabric = Fabric(world, seen)
    assert fabric.reach("a", "b").packets
    for cut in (Fabric(world, seen | {"p": reading(shut)}), fabric.update("p", reading(shut))):
        assert not cut.reach("a", "b").packets


def changed(device: str, **values: Any) -> tuple[Network, dict[str, Reading]]:
    """Return the provider whose instances meet, with one device's BGP changed."""
    world, seen = provider(targets("1:1", "1:1"), targets("1:1", "1:1"))
    config = seen[device].config
    assert config.bgp
    seen[device] = replace(seen[device], config=replace(config, bgp=replace(config.bgp, **values)))
    return world, seen


@pytest.mark.parametrize(
    ("values", "reached"),
    [
        ({}, True),
        ({"instances": {}}, False),  # route targets alone carry nothing
        ({"instances": {"red": frozenset()}}, False),
        ({"instances": {"red": frozenset({"static"})}}, False),
        ({"instances": {"red": frozenset({"direct"})}}, True),
        ({"peers": {}}, False),
        ({"peers": {EDGES["pe1"]: BgpPeer(200)}}, False),  # the other's system is 100
        ({"peers": {EDGES["pe1"]: BgpPeer(100, vpnv4=False)}}, False),
        ({"asn": 200}, False),
    ],
)
def test_an_instance_tells_what_bgp_carries_to_whom_it_talks(values: dict[str, Any], *, reached: bool) -> None:
    assert bool(Fabric(*changed("pe2", **values)).reach("a", "b").packets) is reached


@pytest.mark.parametrize(
    ("client", "filtering", "reached"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_reflector_passes_on_what_it_keeps_of_its_clients(*, client: bool, filtering: bool, reached: bool) -> None:
    """pe1 and pe2 talk to p alone, which has no instance: what it filters by targets it does not keep."""
    world, seen = provider(targets("1:1", "1:1"), targets("1:1", "1:1"))
    for name in EDGES:
        config = seen[name].config
        bgp = Bgp(100, {CORE: BgpPeer(100)}, {"red": BOTH})
        seen[name] = replace(seen[name], config=replace(config, bgp=bgp))
    reflector = Bgp(100, {address: BgpPeer(100, client=client) for address in EDGES.values()}, filtering=filtering)
    seen["p"] = replace(seen["p"], config=replace(seen["p"].config, bgp=reflector))
    assert bool(Fabric(world, seen).reach("a", "b").packets) is reached


def test_a_line_without_labels_joins_no_backbone() -> None:
    world, seen = provider(targets("1:1", "1:1"), targets("1:1", "1:1"))
    bare = replace(seen["p"].config, mpls=Mpls(CORE, interfaces=frozenset({"e1"})))
    assert not Fabric(world, seen | {"p": reading(bare)}).reach("a", "b").packets


@pytest.mark.parametrize(
    ("vrf", "into", "reached"),
    [("red", "blue", True), ("red", PUBLIC, False), ("red", "", False), ("blue", "blue", False), ("", "blue", False)],
)
def test_a_static_route_may_lead_into_another_instance(vrf: str, into: str, *, reached: bool) -> None:
    leak = StaticRoute(IPv4Network("10.2.0.0/24"), IPv4Address("10.2.0.9"), vrf, into)
    interfaces = {"e0": port("10.1.0.1/24", "e0", "red"), "e1": port("10.2.0.1/24", "e1", "blue")}
    vrfs = {"red": Vrf(), "blue": Vrf()}
    pe = DeviceConfig("pe", {"e0": Port(), "e1": Port()}, vrfs=vrfs, interfaces=interfaces, routes=frozenset({leak}))
    behind = {"e0": port("10.2.0.9/24", "e0"), "e1": port("10.3.0.1/24", "e1")}
    far = DeviceConfig("far", {"e0": Port(), "e1": Port()}, interfaces=behind)
    pe = replace(pe, routes=frozenset({replace(leak, prefix=IPv4Network("10.3.0.0/24"))}))
    world = network(
        [device(name, "core") for name in ("s1", "pe", "far", "s2")],
        [cable("s1:2", "pe:e0"), cable("pe:e1", "far:e0"), cable("far:e1", "s2:2")],
        [("s1:1", A), ("s2:1", C)],
        {},
        ["a", "c"],
    )
    ends = {name: switch(name, {"1": access(10), "2": access(10)}) for name in ("s1", "s2")}
    fabric = Fabric(world, {name: reading(config) for name, config in (ends | {"pe": pe, "far": far}).items()})
    assert bool(fabric.reach("a", "c").packets) is reached
    if reached:
        (hop,) = (hop for hop in fabric.witness("a", "c").hops if hop.device == "pe")
        assert hop.why == "route 10.3.0.0/24 to 10.2.0.9 of blue, leaked to red"


def tunnelled(first: Switchport, last: Switchport) -> Fabric:
    """Return two customers' switches, each with hosts of a and b in VLANs 10 and 20, over a provider's VLAN 100."""
    second = segment("b", 20, "10.2.0.0/24")
    world = network(
        [device(name, "core") for name in ("c1", "p1", "p2", "c2")],
        [cable("c1:9", "p1:1"), cable("p1:9", "p2:9"), cable("p2:1", "c2:9")],
        [("c1:1", A), ("c1:2", second), ("c2:1", replace(A, zone="d")), ("c2:2", replace(second, zone="e"))],
        {},
        ["a", "b", "d", "e"],
    )
    configs = {name: switch(name, {"1": access(10), "2": access(20), "9": trunk(10, 20)}) for name in ("c1", "c2")}
    for name, side in (("p1", first), ("p2", last)):
        configs[name] = replace(switch(name, {"1": side, "9": trunk(100)}), vlans={1: Vlan(), 100: Vlan()})
    return Fabric(world, {name: reading(config) for name, config in configs.items()})


TUNNEL = Switchport(frozenset({100}), frozenset(), 100, tunnel=True)


@pytest.mark.parametrize(
    ("first", "last", "joined"),
    [
        (TUNNEL, TUNNEL, {("a", "d"), ("d", "a"), ("b", "e"), ("e", "b")}),
        (TUNNEL, access(100), {("a", "d"), ("b", "e")}),  # an access port lets the inner tag out, and takes none in
        (access(100), access(100), set()),
    ],
)
def test_a_tunnel_keeps_its_customers_vlans_apart(
    first: Switchport, last: Switchport, joined: set[tuple[str, str]]
) -> None:
    fabric = tunnelled(first, last)
    pairs = {(s, t) for s in "abde" for t in "abde" if s != t and fabric.neighbours(s, t)}
    assert pairs == joined


def test_the_hops_of_a_tunnel_tell_what_is_inside() -> None:
    witness = tunnelled(TUNNEL, TUNNEL).witness("a", "d")
    assert [hop.device for hop in witness.hops] == ["c1", "p1", "p2", "c2"]
    assert witness.hops[2].why.endswith("VLAN 100, with tag 10 inside")
