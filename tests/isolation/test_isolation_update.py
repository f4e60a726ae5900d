"""After one device's change the fabric says what a new one says, whatever changed."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from support.isolation import hall, hall_configs, reading
from support.truth_worlds import ZONES as ZONES_OF_WORLDS
from support.truth_worlds import make_world

from govnet.config.filtering import Filter, Verdict
from govnet.config.switching import Port
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import Proof, prove_fabric

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig

WORLDS = 60


def changed(config: DeviceConfig, rng: Random) -> DeviceConfig:
    """Return a configuration that differs in one thing: a rule, a route, a port, its VLAN, or whether it forwards."""
    kinds = [lambda: replace(config, forwarding=not config.forwarding)]
    if config.firewall:
        pair = (rng.choice(ZONES_OF_WORLDS), rng.choice(ZONES_OF_WORLDS))
        rule = Filter(rng.choice(list(Verdict)), rng.choice(["any", "tcp"]))
        old = config.firewall.pairs.get(pair, ())
        rules = {**config.firewall.pairs, pair: (rule, *old) if rng.random() < 0.7 else ()}
        kinds += [lambda: replace(config, firewall=replace(config.firewall, pairs=rules))] * 3
    if config.routes:
        kinds.append(lambda: replace(config, routes=config.routes - {rng.choice(sorted(config.routes, key=str))}))
    name = rng.choice(sorted(config.ports))
    port, vlan = config.ports[name], rng.choice(sorted(config.vlans) or [1])
    kinds.append(lambda: replace(config, ports={**config.ports, name: replace(port, enabled=not port.enabled)}))
    if port.switchport:
        moved = replace(port.switchport, untagged=frozenset({vlan}), pvid=vlan)
        kinds.append(lambda: replace(config, ports={**config.ports, name: replace(port, switchport=moved)}))
    return rng.choice(kinds)()


def facts(proof: Proof) -> list[object]:
    return [(p.source, p.target, p.verdict, p.extra, p.missing, p.layer2) for p in proof.pairs]


@pytest.mark.parametrize("number", range(WORLDS))
def test_an_updated_fabric_says_what_a_new_one_says(number: int) -> None:
    rng = Random(number)
    world = make_world(rng)
    configs = dict(world.configs)
    fabric = Fabric(world.network, {name: reading(config) for name, config in configs.items()})
    prove_fabric(fabric)
    for _ in range(4):
        name = rng.choice(sorted(configs))
        configs[name] = changed(configs[name], rng)
        fabric = fabric.update(name, reading(configs[name]))
        if rng.random() < 0.3:  # what is kept must also last over a state that nobody asked for a proof of
            continue
        fresh = Fabric(world.network, {key: reading(config) for key, config in configs.items()})
        assert facts(prove_fabric(fabric)) == facts(prove_fabric(fresh))
        for source in ZONES_OF_WORLDS:
            for target in ZONES_OF_WORLDS:
                assert fabric.reach(source, target) == fresh.reach(source, target)


def test_a_rule_that_changes_leaves_other_zones_alone() -> None:
    """What a changed rule cannot touch is not explored again: its findings are the very same objects."""
    configs = hall_configs()
    before = Fabric(hall(), {name: reading(config) for name, config in configs.items()})
    prove_fabric(before)
    wall = configs["fw"].firewall
    rules = {**wall.pairs, ("pub", "jh"): (Filter(Verdict.PERMIT, "udp", ports=((53, 53),)),)}
    after = before.update("fw", reading(replace(configs["fw"], firewall=replace(wall, pairs=rules))))
    assert after.layer2 is before.layer2
    assert [after.breach(zone).flow is before.breach(zone).flow for zone in ("mgt", "prv", "pub", "jh")] == [
        True, True, False, True,
    ]  # fmt: skip
    assert [(p.source, p.target) for p in prove_fabric(after).violations] == [("pub", "jh")]
    assert prove_fabric(before).violations == ()


def test_a_port_that_nobody_hears_by_moves_no_path() -> None:
    configs = hall_configs()
    before = Fabric(hall(), {name: reading(config) for name, config in configs.items()})
    prove_fabric(before)
    spare = replace(configs["core"], ports={**configs["core"].ports, "10": Port(enabled=False)})
    after = before.update("core", reading(spare))
    assert after.layer2 is not before.layer2
    assert all(after.breach(zone).flow is before.breach(zone).flow for zone in before.network.zones)
