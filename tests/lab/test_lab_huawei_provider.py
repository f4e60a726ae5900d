"""Twins of a provider's routers: found as an installer leaves them, told instances, labels and BGP, and told back."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING

import pytest
from support.emulated import joined

from govnet.config import diff, inverse
from govnet.config.intent import hardware, intent
from govnet.config.model import Management
from govnet.isolation.backbone import imported_routes
from govnet.isolation.fabric import Fabric
from govnet.isolation.kept import Kept
from govnet.network.summary import network_named
from govnet.platforms.huawei_vrp import PLATFORM
from lab.console import set_up
from lab.estate import twins
from lab.personalities import make
from lab.personalities.huawei_vrp import HuaweiVrp
from lab.personalities.huawei_vrp.running import running_config
from lab.personalities.huawei_vrp.shell import answer
from lab.personalities.huawei_vrp.views import Context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network
    from govnet.platforms.base import Command

ROUTERS = [
    ("qinghai-outer", "qh-prov-w-pe01"),
    ("qinghai-outer", "qh-haixi-w-pe01"),
    ("qinghai-outer", "qh-prov-w-rr02"),
    ("qinghai-inner", "qh-prov-n-rr01"),
    ("qinghai-outer", "qh-haixi-geermu-w-ce01"),
    ("qinghai-outer", "qh-prov-fagai-w-cpe01"),
    ("qinghai-inner", "qh-haixi-geermu-t01-n-cpe01"),
    ("haixi", "hx-n017-n-cpe01"),
]


@cache
def network(name: str) -> Network:
    return network_named(name)


def twin_of(net: Network, name: str) -> HuaweiVrp:
    twin = next(twin for twin in twins(net) if twin.name == name)
    box = make(twin)
    asyncio.run(set_up(twin, box))
    assert isinstance(box, HuaweiVrp)
    return box


def shown(net: Network, name: str, box: HuaweiVrp) -> DeviceConfig:
    reading = PLATFORM.read(running_config(box.box), hardware(net, name))
    assert reading.unread == ()
    return reading.config


def typed(box: HuaweiVrp, commands: Iterable[Command]) -> None:
    """Type commands that ask nothing back; each must be taken."""
    context = Context(box.box)
    answer(context, "system-view")
    for command in commands:
        if not command.answers and "\n" not in command.text:
            assert PLATFORM.refusal(answer(context, command.text)) is None, command.text


@pytest.mark.parametrize(("name", "router"), ROUTERS)
def test_a_router_is_found_as_the_console_left_it(name: str, router: str) -> None:
    net = network(name)
    found, wanted = shown(net, router, twin_of(net, router)), PLATFORM.factory(hardware(net, router))
    assert (found.interfaces, found.routes, found.vlans) == (wanted.interfaces, wanted.routes, wanted.vlans)
    assert found.ports == wanted.ports
    kept = [route for route in found.routes if route not in intent(net, router).routes]
    assert not kept, "provisioning must not move the path that it runs over"
    assert found.interfaces.items() <= intent(net, router).interfaces.items()


@pytest.mark.parametrize(("name", "router"), ROUTERS)
def test_a_router_takes_all_and_gives_it_back(name: str, router: str) -> None:
    net = network(name)
    box = twin_of(net, router)
    before, wanted = shown(net, router, box), intent(net, router)
    assert PLATFORM.refuse(wanted, hardware(net, router)) == []
    changes = diff(before, wanted)
    typed(box, PLATFORM.say(changes, before))
    after = shown(net, router, box)
    assert (after.vrfs, after.bgp, after.mpls, after.routes) == (wanted.vrfs, wanted.bgp, wanted.mpls, wanted.routes)
    assert after.interfaces == wanted.interfaces
    typed(box, PLATFORM.say(inverse(changes), wanted))
    found = shown(net, router, box)
    assert (found.vrfs, found.bgp, found.mpls) == ({}, None, None)
    assert (found.interfaces, found.routes, found.vlans) == (before.interfaces, before.routes, before.vlans)
    assert found.management == Management(ssh=found.management.ssh)


REFUSED = [
    (["mpls"], "configure the LSR ID"),
    (["mpls ldp"], "MPLS is not enabled"),
    (["mpls lsr-id 10.0.0.1", "mpls", "mpls lsr-id 10.0.0.2"], "cannot be changed"),
    (["interface LoopBack 1", "mpls"], "MPLS is not enabled"),
    (["bgp 64600", "bgp 64700"], "another AS"),
    (["bgp 64600", "peer 10.0.0.1 connect-interface LoopBack1"], "Wrong parameter"),
    (["bgp 64600", "ipv4-family vpn-instance NONE"], "Wrong parameter"),
    (["ip vpn-instance red", "bgp 64600", "ipv4-family vpn-instance red"], "route distinguisher"),
    (["bgp 64600", "ipv4-family vpnv4", "peer 10.0.0.1 enable"], "Wrong parameter"),
]


@pytest.mark.parametrize(("lines", "said"), REFUSED, ids=lambda value: value[-1] if isinstance(value, list) else "")
def test_what_lacks_its_ground_is_refused(lines: list[str], said: str) -> None:
    net = network("qinghai-outer")
    context = Context(twin_of(net, "qh-haixi-w-pe01").box)
    answers = [answer(context, line) for line in ("system-view", *lines)]
    assert said in answers[-1]


def test_an_instance_that_goes_takes_its_part_of_bgp_along() -> None:
    net, name = network("qinghai-outer"), "qh-prov-fagai-w-cpe01"
    box = twin_of(net, name)
    before = shown(net, name, box)
    typed(box, PLATFORM.say(diff(before, intent(net, name)), before))
    context = Context(box.box)
    for line in ("system-view", "undo ip vpn-instance JINNONG"):
        answer(context, line)
    bgp = shown(net, name, box).bgp
    assert bgp is not None
    assert "JINNONG" not in bgp.instances


def test_the_tables_of_a_provider_show_the_routes_that_the_proof_computes() -> None:
    """Two who share no code: the lab tells routes from box to box, the proof works them out from configurations."""
    net = network("qinghai-outer")
    names = ("qh-prov-w-pe01", "qh-prov-w-rr01", "qh-prov-w-rr02", "qh-haixi-w-pe01", "qh-haixi-geermu-w-ce01")
    boxes = {name: twin_of(net, name) for name in names}
    for name, box in boxes.items():
        before = shown(net, name, box)
        typed(box, PLATFORM.say(diff(before, intent(net, name)), before))
    joined(boxes.values())
    readings = {name: PLATFORM.read(running_config(box.box), hardware(net, name)) for name, box in boxes.items()}
    configs = {name: reading.config for name, reading in readings.items()}
    computed = imported_routes(configs, Fabric(net, readings).layer2, Kept())
    compared = 0
    for name, vrf in ((name, vrf) for name, config in configs.items() for vrf in config.vrfs):
        said = answer(Context(boxes[name].box), f"display ip routing-table vpn-instance {vrf}")
        (table,) = PLATFORM.read_table(said, vrf)
        assert table.unread == ()
        brought = {row.prefix for row in table.rows if row.source == "ibgp"}
        own = {row.prefix for row in table.rows} - brought
        assert brought == {one.prefix for one in computed[name] if one.vrf == vrf} - own, (name, vrf)
        compared += len(brought)
    assert compared
