"""One change after another on a shipped network: what is kept from one state to the next says what a new proof says."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from govnet.config.handoff import ordered
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import Proof, prove_fabric
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network

    Change = Callable[[DeviceConfig, DeviceConfig], DeviceConfig]
    """What a device is told instead, of what it is told now and what it is meant to be told."""

UPLINK = "GigabitEthernet0/0/24"


def to_vlan(port: str, vlan: int, now: DeviceConfig, _: DeviceConfig) -> DeviceConfig:
    old = now.ports[port]
    assert old.switchport
    moved = replace(old, switchport=replace(old.switchport, untagged=frozenset({vlan}), pvid=vlan))
    return replace(now, ports={**now.ports, port: moved})


def shut(port: str, now: DeviceConfig, _: DeviceConfig) -> DeviceConfig:
    return replace(now, ports={**now.ports, port: replace(now.ports[port], enabled=False)})


def without_tag(port: str, vlan: int, now: DeviceConfig, _: DeviceConfig) -> DeviceConfig:
    old = now.ports[port]
    assert old.switchport
    assert vlan in old.switchport.tagged
    less = replace(old, switchport=replace(old.switchport, tagged=old.switchport.tagged - {vlan}))
    return replace(now, ports={**now.ports, port: less})


def without_routes(now: DeviceConfig, _: DeviceConfig) -> DeviceConfig:
    return replace(now, routes=frozenset())


def importing(vrf: str, target: str, now: DeviceConfig, _: DeviceConfig) -> DeviceConfig:
    old = now.vrfs[vrf]
    return replace(now, vrfs={**now.vrfs, vrf: replace(old, imports=old.imports | {target})})


def importing_nothing(vrf: str, now: DeviceConfig, _: DeviceConfig) -> DeviceConfig:
    return replace(now, vrfs={**now.vrfs, vrf: replace(now.vrfs[vrf], imports=frozenset())})


def as_meant(_: DeviceConfig, meant: DeviceConfig) -> DeviceConfig:
    return meant


def facts(proof: Proof) -> list[object]:
    pairs = [(p.source, p.target, p.verdict, p.extra, p.missing, p.layer2, p.witness is None) for p in proof.pairs]
    return [*pairs, *sorted(proof.notes)]


NODE, BRANCH, OTHER_BRANCH, CORE = "hx-n017-n-cpe01", "hx-zx-n-acc01", "hx-rd-n-acc01", "hx-zf-n-core01"
COUNTY, OFFICE = "qh-hainan-gonghe-w-ce01", "qh-prov-fagai-w-cpe01"
FIRST = "GigabitEthernet0/0/1"
HAIXI: list[tuple[str, Change, bool]] = [
    (NODE, partial(to_vlan, FIRST, 1), True),  # a segment is torn: its port is where nobody serves it
    (BRANCH, partial(to_vlan, "1", 1191), True),  # two segments of one zone share a port
    (CORE, partial(to_vlan, "3/2", 160), True),  # and two of different zones
    ("hx-n012-n-cpe01", without_routes, False),
    (NODE, partial(shut, UPLINK), True),
    (CORE, as_meant, False),
    (OTHER_BRANCH, partial(without_tag, "49", 1187), True),
    (NODE, as_meant, True),
    (NODE, partial(shut, FIRST), True),
    (BRANCH, as_meant, True),  # a number that was another site's must not be given again
    ("hx-n012-n-cpe01", as_meant, False),
    (BRANCH, partial(to_vlan, "1", 1), False),  # no part of a segment is where anybody serves it, and then it is one
    (BRANCH, partial(to_vlan, "3", 1), False),
    (BRANCH, partial(to_vlan, "2", 199), True),
    (BRANCH, partial(to_vlan, "2", 1), True),
    ("hx-n044-n-cpe01", partial(to_vlan, FIRST, 1), True),
]
OUTER: list[tuple[str, Change, bool]] = [
    (OFFICE, partial(importing, "JINNONG", "64600:302"), True),
    (COUNTY, partial(to_vlan, FIRST, 230), True),
    (OFFICE, partial(importing_nothing, "PUB"), True),
    (OFFICE, partial(to_vlan, FIRST, 302), False),
    (COUNTY, as_meant, True),
    (OFFICE, as_meant, True),
]


@pytest.mark.parametrize(("name", "steps"), [("haixi", HAIXI), ("qinghai-outer", OUTER)])
def test_every_state_on_the_way_says_what_a_new_fabric_says(name: str, steps: list[tuple[str, Change, bool]]) -> None:
    net = network_named(name)
    meant = {d.name: Reading(intent(net, d.name)) for d in net.commanded()} | dict(ordered(net))
    seen, fabric = dict(meant), Fabric(net, meant)
    before = facts(prove_fabric(fabric))
    for number, (device, change, looked) in enumerate(steps):
        seen[device] = Reading(change(seen[device].config, meant[device].config))
        fabric = fabric.update(device, seen[device])
        if looked:
            found = facts(prove_fabric(fabric))
            assert found == facts(prove_fabric(Fabric(net, seen))), (number, device)
            assert found != before, (number, device)
            before = found


def built(net: Network) -> Fabric:
    fabric = Fabric(net, {d.name: Reading(intent(net, d.name)) for d in net.commanded()} | dict(ordered(net)))
    prove_fabric(fabric)
    return fabric


def test_a_port_that_leaves_its_segment_leaves_what_others_send_alone() -> None:
    """Nobody's packets go other ways: not one exploration is redone, and all other sites keep their numbers."""
    net = network_named("haixi")
    before = built(net)
    config = to_vlan(FIRST, 1, before.configs[NODE], before.configs[NODE])
    after = before.update(NODE, Reading(config))
    assert len(after.sites) == len(before.sites) + 1
    others = [
        number for number, site in before.sites.items() if site.segment and NODE not in {e.device for e in site.ends}
    ]
    assert others
    assert all(after.sites[number] is before.sites[number] for number in others)
    assert all(after.needed(zone).flow is before.needed(zone).flow for zone in net.zones)
    assert all(after.breach(zone).flow is before.breach(zone).flow for zone in net.zones)
    assert prove_fabric(after).violations
    assert not prove_fabric(before).violations
