"""A router in the middle treats packets in another way: what comes of it is told without following them from hosts."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import product
from typing import TYPE_CHECKING

import pytest
from support.isolation import access, cable, device, network, reading, segment, switch, trunk

from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.model import DeviceConfig
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Port
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import prove_fabric
from govnet.network.permitted import Action

if TYPE_CHECKING:
    from govnet.network.model import Network

A, B = segment("a", 11, "10.0.0.0/28"), segment("b", 12, "10.1.0.0/28")


def router(name: str, own: dict[int, str], *hops: str) -> DeviceConfig:
    """Return a router with an address in each of some VLANs, and a way to B over each of some neighbours."""
    interfaces = {
        f"q1.{vlan}": IpInterface(InterfaceKind.SUBINTERFACE, (IPv4Interface(address),), vlan, "q1")
        for vlan, address in own.items()
    }
    routes = frozenset(StaticRoute(B.subnet, IPv4Address(hop)) for hop in hops)
    bindings = frozenset(AclBinding("x", f"q1.{vlan}", "in") for vlan in own if vlan in {12, 21} and not hops)
    acls = {"x": Acl((Filter(Verdict.PERMIT),))} if bindings else {}
    return DeviceConfig(name, ports={"q1": Port()}, interfaces=interfaces, routes=routes, acls=acls, bindings=bindings)


def two_ways(*hops: str) -> tuple[Network, dict[str, DeviceConfig]]:
    """Return A behind r0, B behind r1, and VLANs 21 and 22 between both; r0 has a way over each of ``hops``."""
    ports = {"p1": access(11), "p2": access(12), "p3": trunk(11, 21, 22), "p4": trunk(12, 21, 22)}
    configs = {
        "s1": switch("s1", ports),
        "r0": router("r0", {11: "10.0.0.1/28", 21: "10.9.1.1/30", 22: "10.9.2.1/30"}, *hops),
        "r1": router("r1", {12: "10.1.0.1/28", 21: "10.9.1.2/30", 22: "10.9.2.2/30"}),
    }
    made = network(
        [device(name, "core") for name in configs],
        [cable("s1:p3", "r0:q1"), cable("s1:p4", "r1:q1")],
        [("s1:p1", A), ("s1:p2", B)],
        dict.fromkeys(product(("a", "b"), repeat=2), (Action.DENY, ())),
        ["a", "b"],
    )
    return made, configs


def denying(config: DeviceConfig) -> DeviceConfig:
    return replace(
        config,
        acls={"x": Acl((Filter(Verdict.DENY, sources=(IPv4Network("10.0.0.0/29"),)), *config.acls["x"].filters))},
    )


ONE, OTHER = "10.9.1.2", "10.9.2.2"
WAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "one way, past the list": ((ONE,), "half of A is stopped"),
    "two ways, one past the list": ((ONE, OTHER), "all arrive"),
    "one way, not past the list": ((OTHER,), "all arrive"),
    "no way": ((), "none ever arrived"),
}


@pytest.mark.parametrize("case", WAYS)
def test_a_list_on_one_of_two_interfaces_stops_what_comes_by_no_other(case: str) -> None:
    hops, outcome = WAYS[case]
    net, configs = two_ways(*hops)
    seen = {name: reading(config) for name, config in configs.items()}
    before = Fabric(net, seen)
    assert bool(before.reach("a", "b").packets) is (outcome != "none ever arrived")
    prove_fabric(before)
    changed = reading(denying(configs["r1"]))
    after, fresh = before.update("r1", changed), Fabric(net, seen | {"r1": changed})
    assert after.reach("a", "b") == fresh.reach("a", "b")
    assert prove_fabric(after).pair("a", "b").extra == prove_fabric(fresh).pair("a", "b").extra
    assert (after.reach("a", "b") != before.reach("a", "b")) is (outcome == "half of A is stopped")
    assert after.update("r1", seen["r1"]).reach("a", "b") == before.reach("a", "b")
