"""Port isolation: hosts at isolated ports of one switch hear what is above it and not each other, nor over a loop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.isolation import access, cable, device, network, reading, segment, switch, trunk

from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import PairResult, PairVerdict, prove
from govnet.network.permitted import Action, Permit

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig
    from govnet.config.switching import Switchport
    from govnet.network.model import Network

HOSTS = segment("a", 11, "10.0.0.0/28", gateway=False)
ANY = {("a", "a"): (Action.ALLOW, (Permit("any"),))}


def isolated(port: Switchport, group: int = 1) -> Switchport:
    return replace(port, isolated=group)


def two_floors(*zones: str) -> Network:
    """Return two floor switches on two cores that are joined: a ring. ``zones``: kept apart at f1."""
    f1 = replace(device("f1", "acc"), data={"isolated": zones})
    cables = [cable(f"f{n}:u{m}", f"c{m}:p{n}") for n in (1, 2) for m in (1, 2)] + [cable("c1:x", "c2:x")]
    ends = [("f1:1", HOSTS), ("f1:2", HOSTS), ("f2:1", HOSTS)]
    return network([f1, *(device(n, "core") for n in ("f2", "c1", "c2"))], cables, ends, ANY, ["a"])


def configs(first: Switchport, second: Switchport) -> dict[str, DeviceConfig]:
    """Return the four switches; the arguments are the ports of the first floor's hosts."""
    ring = {name: trunk(11) for name in ("p1", "p2", "x")}
    up = {"u1": trunk(11), "u2": trunk(11)}
    found = {"f1": {"1": first, "2": second, **up}, "f2": {"1": access(11), **up}, "c1": ring, "c2": ring}
    return {name: switch(name, ports) for name, ports in found.items()}


def pair(of: Network, seen: dict[str, DeviceConfig]) -> PairVerdict:
    return prove(of, {name: reading(config) for name, config in seen.items()}).pair("a", "a")


BOTH = (isolated(access(11)), isolated(access(11)))
LAID = {
    "wanted and there": (("a",), BOTH, PairResult.OK, ""),
    "wanted, at one port only": (("a",), (access(11), BOTH[0]), PairResult.VIOLATING, "f1:1 and f1:2 hear each other"),
    "wanted and removed": (("a",), (access(11), access(11)), PairResult.VIOLATING, "f1:1 and f1:2 hear each other"),
    "wanted, in two groups": (
        ("a",), (BOTH[0], isolated(access(11), 2)), PairResult.VIOLATING, "f1:1 and f1:2 hear each other",
    ),
    "not wanted and not there": ((), (access(11), access(11)), PairResult.OK, ""),
    "not wanted, at one port only": ((), (access(11), BOTH[0]), PairResult.OK, ""),
    "not wanted and there": ((), BOTH, PairResult.VIOLATING, "packets that the policy permits do not get through"),
}  # fmt: skip


@pytest.mark.parametrize("case", LAID)
def test_isolation_is_as_the_inventory_wants_it(case: str) -> None:
    zones, ports, verdict, why = LAID[case]
    found = pair(two_floors(*zones), configs(*ports))
    assert (found.verdict, found.why.partition(";")[0]) == (verdict, why)
    if "hear" in why:
        (hop,) = found.witness.hops
        assert (hop.device, hop.where_in, hop.where_out, found.witness.arrives) == ("f1", "1", "2", True)
    elif verdict is PairResult.VIOLATING:
        assert "port 1 is in isolation group 1" in str(found.witness)


def test_isolated_hosts_still_get_to_all_others() -> None:
    """Over the ring, and back; the two of them alone do not meet, though frames pass both cores."""
    fabric = Fabric(two_floors("a"), {name: reading(config) for name, config in configs(*BOTH).items()})
    one, other, far = (
        fabric.layer2.views[d].presence(p, hostile=False) for d, p in (("f1", "1"), ("f1", "2"), ("f2", "1"))
    )
    reached = fabric.layer2.reached
    assert not far.hears.isdisjoint(reached(one.sends))
    assert not one.hears.isdisjoint(reached(far.sends))
    assert other.hears.isdisjoint(reached(one.sends))
    assert [way.out for way in fabric.layer2.path(one.sends, far.hears)] == ["u1", "p2"]


def test_an_uplink_at_an_isolated_port_parts_the_switches_below() -> None:
    """A switch that isolates its downlinks: two switches below it do not meet, each gets to the one beside."""
    below = [device(name, "acc") for name in ("t1", "t2")]
    cables = [cable("t1:u", "s:1"), cable("t2:u", "s:2"), cable("s:u", "c:1")]
    of = network(
        [device("s", "acc"), device("c", "core"), *below], cables, [("t1:1", HOSTS), ("c:2", HOSTS)], ANY, ["a"]
    )
    seen = {name: switch(name, {"1": access(11), "u": trunk(11)}) for name in ("t1", "t2")}
    seen["s"] = switch("s", {"1": isolated(trunk(11)), "2": isolated(trunk(11)), "u": trunk(11)})
    seen["c"] = switch("c", {"1": trunk(11), "2": access(11)})
    layer2 = Fabric(of, {name: reading(config) for name, config in seen.items()}).layer2
    host = layer2.views["t1"].presence("1", hostile=False)
    assert {spot.device for spot in layer2.reached(host.sends)} == {"t1", "s", "c"}


def test_a_change_of_isolation_is_seen_by_an_update() -> None:
    of = two_floors("a")
    fabric = Fabric(of, {name: reading(config) for name, config in configs(*BOTH).items()})
    fabric.layer2.reached(fabric.layer2.views["f1"].presence("1", hostile=False).sends)
    opened = configs(access(11), access(11))["f1"]
    after = fabric.update("f1", reading(opened))
    one, other = (after.layer2.views["f1"].presence(p, hostile=False) for p in ("1", "2"))
    assert not other.hears.isdisjoint(after.layer2.reached(one.sends))
