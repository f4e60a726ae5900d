"""Routers that are alike are worked out once: what is found is what each of them finds by itself."""

from __future__ import annotations

from array import array
from dataclasses import replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._proof_network import ZONES, make, subnet
from benchmarks.proof import readings, with_rules
from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.routing import StaticRoute
from govnet.isolation.fabric import Fabric
from govnet.isolation.likeness import Likenesses
from govnet.isolation.placing import Standing
from govnet.isolation.proof import prove_fabric

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks._proof_network import Made
    from govnet.config.model import DeviceConfig
    from govnet.isolation.exploration import Exploration

SITES = 7


def alone(made: Made) -> Fabric:
    """Return a fabric in which every router is worked out by itself."""
    fabric = Fabric(made.network, readings(made))
    for router in fabric.plain.routers.values():
        router.likeness = None
    return fabric


def explorations(fabric: Fabric) -> list[Exploration]:
    """Return all that a proof explores, and more."""
    kinds = (fabric.spread, fabric.breach, fabric.needed)
    return [kind(zone) for kind in kinds for zone in ZONES] + [fabric.answers()]


def open_door(config: DeviceConfig, site: int) -> DeviceConfig:
    return with_rules(config, ZONES[0], ZONES[2], (Filter(Verdict.PERMIT, "udp", (subnet(0, site),)),))


def shut_service(config: DeviceConfig, site: int) -> DeviceConfig:
    rules = (Filter(Verdict.DENY, "tcp", ports=((443, 443),)), Filter(Verdict.PERMIT, "tcp", ports=((400, 8100),)))
    return with_rules(config, ZONES[2], ZONES[3], rules) if site else config


def halved_route(config: DeviceConfig, site: int) -> DeviceConfig:
    """Send one half of a neighbour zone's addresses, from the middle of nowhere in particular, back into a zone."""
    low, high = IPv4Network("10.0.0.0/12").subnets()
    hop = subnet(5, site)[9]
    return replace(config, routes=config.routes | {StaticRoute(high, hop), StaticRoute(low, hop)})


def listed(config: DeviceConfig, site: int) -> DeviceConfig:
    """Bind a list to an interface whose lines cut some of the other sites out of the middle."""
    lines = (
        Filter(Verdict.DENY, "any", (), (subnet(0, 3),)),
        Filter(Verdict.PERMIT, "any", (subnet(0, site),), ()),
        Filter(Verdict.DENY, "tcp", established=True),
    )
    bindings = frozenset({AclBinding("in", "eth0.100", "in", Verdict.DENY), AclBinding("in", "eth1.10", "out")})
    return replace(config, acls={"in": Acl(lines)}, bindings=bindings)


CHANGES: dict[str, Callable[[DeviceConfig, int], DeviceConfig]] = {
    "clean": lambda config, _: config,
    "a rule that opens": open_door,
    "a rule that shuts": shut_service,
    "a route into a zone": halved_route,
    "a list": listed,
}


@pytest.mark.parametrize("every", [1, 2])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_alike_routers_do_what_each_does_by_itself(
    change: Callable[[DeviceConfig, int], DeviceConfig], every: int
) -> None:
    made = make(SITES)
    changed = {f"s{site}-fw": change(made.configs[f"s{site}-fw"], site) for site in range(0, SITES, every)}
    made = made._replace(configs=made.configs | changed)
    one, other = Fabric(made.network, readings(made)), alone(made)
    for here, there in zip(explorations(one), explorations(other), strict=True):
        assert here.flow.seen == there.flow.seen
        assert here.flow.arrivals == there.flow.arrivals
        assert here.flow.lost == there.flow.lost
        assert here.flow.opened == there.flow.opened
    assert prove_fabric(one).pairs == prove_fabric(other).pairs


def test_only_addresses_may_differ() -> None:
    made = make(SITES)
    alike = Likenesses(made.configs.values())
    config = made.configs["s3-fw"]
    likenesses = [alike.of(made.configs[f"s{site}-fw"], ()) for site in range(1, SITES)]
    assert {one.members if one else 0 for one in likenesses} == {SITES - 1}
    others = [
        shut_service(config, 3),
        open_door(config, 3),
        halved_route(config, 3),
        listed(config, 3),
        replace(config, forwarding=False),
        replace(config, firewall=None),
        replace(config, routes=frozenset(list(config.routes)[1:])),
        replace(config, interfaces={**config.interfaces, "eth0.100": config.interfaces["eth0.101"]}),
    ]
    assert {one.members if one else 1 for other in others for one in [alike.of(other, ())]} == {1}


many = st.lists(st.integers(1, 40), min_size=3, max_size=8, unique=True).map(lambda some: [0, *sorted(some), 50])


@given(many, many, st.lists(st.integers(0, 50), min_size=2, max_size=6), st.lists(st.integers(0, 50), min_size=6))
def test_bounds_stand_as_others_do_only_when_all_is_said_of_both(
    places: list[int], others: list[int], bounds: list[int], second: list[int]
) -> None:
    places, others = places[: len(others)], others[: len(places)]
    places[-1] = others[-1] = 50
    one, there = Standing(array("Q", places), bounds), second[: len(bounds)]
    assert one.holds(array("Q", places), bounds)
    assert one.holds(array("Q", others), there) == (one.key == Standing(array("Q", others), there).key)
