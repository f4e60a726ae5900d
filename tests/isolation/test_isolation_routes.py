"""Several routers in a row, loops and leaks between routing instances."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

import pytest
from support.isolation import access, cable, device, network, reading, segment, switch

from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.model import DeviceConfig
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Port
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import PairResult, prove
from govnet.network.permitted import Action, Permit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.reading import Reading
    from govnet.network.model import Network

A, B = segment("a", 10, "10.1.0.0/24"), segment("b", 20, "10.2.0.0/24")
ALLOWED = (Permit("tcp", ((22, 22),)),)


def route(prefix: str, hop: str | None, vrf: str = "") -> StaticRoute:
    return StaticRoute(IPv4Network(prefix), IPv4Address(hop) if hop else None, vrf)


def port(address: str, name: str, vrf: str = "") -> IpInterface:
    return IpInterface(InterfaceKind.PORT, (IPv4Interface(address),), parent=name, vrf=vrf)


def router(name: str, interfaces: dict[str, IpInterface], *routes: StaticRoute, **more: object) -> DeviceConfig:
    ports = {i.parent: Port() for i in interfaces.values()}
    return DeviceConfig(name, ports=ports, interfaces=interfaces, routes=frozenset(routes), **more)


def chain(
    *, first: Sequence[StaticRoute] = (), second: Sequence[StaticRoute] = (), **more: object
) -> tuple[Network, dict[str, Reading]]:
    """Return host a, switch, router r1, router r2, switch, host b."""
    world = network(
        [device(name, "core") for name in ("s1", "r1", "r2", "s2")],
        [cable("s1:2", "r1:e0"), cable("r1:e1", "r2:e0"), cable("r2:e1", "s2:2")],
        [("s1:1", A), ("s2:1", B)],
        {("a", "b"): (Action.FIREWALL, ALLOWED)} | {(z, z): (Action.ALLOW, (Permit("any"),)) for z in "ab"},
        ["a", "b"],
    )
    configs = {
        "s1": switch("s1", {"1": access(10), "2": access(10)}),
        "s2": switch("s2", {"1": access(20), "2": access(20)}),
        "r1": router("r1", {"e0": port("10.1.0.1/24", "e0"), "e1": port("10.9.0.1/30", "e1")}, *first),
        "r2": router("r2", {"e0": port("10.9.0.2/30", "e0"), "e1": port("10.2.0.1/24", "e1")}, *second, **more),
    }
    return world, {name: reading(config) for name, config in configs.items()}


THERE, BACK = route("10.2.0.0/24", "10.9.0.2"), route("10.1.0.0/24", "10.9.0.1")
ONLY_SSH = {
    "acls": {"x": Acl((Filter(Verdict.PERMIT, "tcp", ports=((22, 22),)),))},
    "bindings": frozenset({AclBinding("x", "e0", "in", Verdict.DENY)}),
}
ANSWERS_ONLY = {
    "acls": ONLY_SSH["acls"] | {"y": Acl((Filter(Verdict.PERMIT, "tcp", established=True),))},
    "bindings": ONLY_SSH["bindings"] | {AclBinding("y", "e0", "out", Verdict.DENY)},
}


def test_two_routers_with_stateless_filters_do_what_the_policy_says() -> None:
    world, seen = chain(first=[THERE], second=[BACK], **ANSWERS_ONLY)
    proof = prove(world, seen)
    assert [(p.source, p.target, p.why, str(p.witness)) for p in proof.pairs if p.verdict is not PairResult.OK] == []


def test_the_witness_names_both_routers() -> None:
    world, seen = chain(first=[THERE], second=[BACK])
    pair = prove(world, seen).pair("b", "a")
    assert pair.verdict is PairResult.VIOLATING
    assert str(pair.extra) == "any 10.2.0.0/24 -> 10.1.0.0,10.1.0.2-10.1.0.255"
    hops = [(hop.device, hop.where_in, hop.where_out, hop.line and hop.line.text) for hop in pair.witness.hops]
    assert hops == [
        ("s2", "1", "2", "pvid 1"),
        ("r2", "e1", "e0", "route  10.1.0.0/24 10.9.0.1"),
        ("r1", "e1", "e0", "address e0"),
        ("s1", "2", "1", "pvid 2"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "more", "words"),
    [
        ([], [BACK], {}, "no route to 10.2.0.10"),
        ([THERE], [], ONLY_SSH, "no route to 10.1.0.10"),
        ([THERE, route("10.2.0.0/25", None)], [BACK], ONLY_SSH, "no route to 10.2.0.10"),
        ([THERE], [BACK], {"forwarding": False}, "forwarding is off"),
        ([THERE], [BACK], {**ONLY_SSH, "acls": {"x": Acl(())}}, "ACL x default on e0 denies"),
        ([route("10.2.0.0/24", "10.9.0.3")], [BACK], {}, "no router has 10.9.0.3"),
        ([route("10.2.0.0/24", "10.9.0.1")], [BACK], {}, "e1 to 10.9.0.1, but nobody there takes it"),
    ],
)
def test_a_broken_path_says_where(
    first: list[StaticRoute], second: list[StaticRoute], more: dict[str, object], words: str
) -> None:
    pair = prove(*chain(first=first, second=second, **more)).pair("a", "b")
    assert pair.verdict is PairResult.VIOLATING
    assert pair.missing
    assert words in str(pair.witness), str(pair.witness)


def test_a_loop_between_routers_ends() -> None:
    loop = route("0.0.0.0/0", "10.9.0.2"), route("0.0.0.0/0", "10.9.0.1")
    world, seen = chain(first=[loop[0]], second=[loop[1]])
    assert Fabric(world, seen).reach("a", "b").packets


def test_a_next_hop_found_over_another_route() -> None:
    far = route("10.2.0.0/24", "10.77.0.1"), route("10.77.0.0/24", "10.9.0.2")
    assert Fabric(*chain(first=far, second=[BACK])).reach("a", "b").packets


@pytest.mark.parametrize(
    ("imports", "reached"), [(frozenset(), False), (frozenset({"1:20"}), True), (frozenset({"1:99"}), False)]
)
def test_routing_instances_are_apart_unless_one_imports_the_other(imports: frozenset[str], *, reached: bool) -> None:
    vrfs = {"red": Vrf(imports=imports), "blue": Vrf(exports=frozenset({"1:20"}))}
    pe = router("pe", {"e0": port("10.1.0.1/24", "e0", "red"), "e1": port("10.2.0.1/24", "e1", "blue")}, vrfs=vrfs)
    world = network(
        [device(name, "core") for name in ("s1", "pe", "s2")],
        [cable("s1:2", "pe:e0"), cable("pe:e1", "s2:2")],
        [("s1:1", A), ("s2:1", B)],
        {},
        ["a", "b"],
    )
    ends = {name: switch(name, {"1": access(vlan), "2": access(vlan)}) for name, vlan in (("s1", 10), ("s2", 20))}
    fabric = Fabric(world, {name: reading(config) for name, config in (ends | {"pe": pe}).items()})
    assert bool(fabric.reach("a", "b").packets) is reached
    assert not fabric.reach("b", "a").packets
