"""The laws of the vocabulary, on any two configurations of one box."""

from __future__ import annotations

from dataclasses import fields, replace
from ipaddress import IPv4Address, IPv4Interface
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.configs import device_configs

from govnet.config import ConflictError, apply, changes, check, diff, inverse
from govnet.config.labelled import Bgp, BgpPeer, Mpls
from govnet.config.model import DeviceConfig
from govnet.config.routing import InterfaceKind, IpInterface
from govnet.config.switching import Port, Switchport, Vlan


@given(device_configs(), device_configs())
def test_a_difference_applied_gives_the_other_configuration(a: DeviceConfig, b: DeviceConfig) -> None:
    assert apply(a, diff(a, b)) == b


@given(device_configs(), device_configs())
def test_the_inverse_leads_back(a: DeviceConfig, b: DeviceConfig) -> None:
    steps = diff(a, b)
    assert apply(apply(a, steps), inverse(steps)) == a
    assert inverse(inverse(steps)) == steps


@given(device_configs())
def test_nothing_to_do_is_no_change(a: DeviceConfig) -> None:
    assert diff(a, a) == []


@given(device_configs(), device_configs())
def test_every_state_on_the_way_hangs_together(a: DeviceConfig, b: DeviceConfig) -> None:
    state = a
    for change in diff(a, b):
        state = apply(state, [change])
        assert check(state) == [], change


@given(device_configs(), device_configs())
def test_routing_never_runs_wider_on_the_way_than_at_either_end(a: DeviceConfig, b: DeviceConfig) -> None:
    """A zone's interfaces are, at every step, among those of the start or of the goal."""
    state = a
    for change in diff(a, b):
        state = apply(state, [change])
        if a.firewall and b.firewall:
            assert state.firewall is not None
        for zone, names in (state.firewall.zones if state.firewall else {}).items():
            held = a.firewall.zones.get(zone, frozenset()) if a.firewall else frozenset()
            wanted = b.firewall.zones.get(zone, frozenset()) if b.firewall else frozenset()
            assert names <= held or names <= wanted


def test_every_change_has_an_inverse_that_undoes_it() -> None:
    for kind in get_args(changes.Change):
        names = {field.name for field in fields(kind)}
        opposite = {"Create": "Delete", "Add": "Remove", "Bind": "Unbind", "Enable": "Disable"}
        twins = [kind.__name__.replace(a, b, 1) for a, b in opposite.items() if kind.__name__.startswith(a)]
        assert {"before", "after"} <= names or twins or any(kind.__name__.startswith(b) for b in opposite.values())


BOX = DeviceConfig("box", {"1/1": Port(switchport=Switchport(frozenset({1}), pvid=1))}, {1: Vlan()})


@pytest.mark.parametrize(
    "change",
    [
        changes.SetHostname("other", "new"),
        changes.CreateVlan(1, Vlan()),
        changes.DeleteVlan(7, Vlan()),
        changes.RenameVlan(7, "a", "b"),
        changes.SetPortEnabled("1/1", before=False, after=True),
        changes.SetPortEnabled("9/9", before=True, after=False),
        changes.RemoveInterface("vlan1", IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.0.0.1/24"),), 1)),
        changes.DisableFirewall(),
        changes.SetFirewallZone("prv", frozenset(), frozenset({"x"})),
        changes.DisableBgp(64600),
        changes.SetBgpInstance("red", None, frozenset({"direct"})),
        changes.SetMplsInterface("vlan1", before=False, after=True),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: changes.Change) -> None:
    with pytest.raises(ConflictError):
        apply(BOX, [change])


def test_two_boxes_are_not_compared() -> None:
    with pytest.raises(ValueError, match="ports differ"):
        diff(BOX, replace(BOX, ports={}))


BROKEN = {
    "port 1/1 is in VLAN 7": {"ports": {"1/1": Port(switchport=Switchport(frozenset({7})))}},
    "both tagged and untagged": {"ports": {"1/1": Port(switchport=Switchport(frozenset({1}), frozenset({1})))}},
    "of which it is no member": {"ports": {"1/1": Port(switchport=Switchport(pvid=1))}},
    "interface vlan9 is in VLAN 9": {"interfaces": {"vlan9": IpInterface(InterfaceKind.VLAN, (), 9)}},
    "in VRF red": {"interfaces": {"vlan1": IpInterface(InterfaceKind.VLAN, (), 1, vrf="red")}},
    "interface vlan9, which does not exist": {"mpls": Mpls(IPv4Address("10.0.0.1"), interfaces=frozenset({"vlan9"}))},
    "routes of VRF red": {"bgp": Bgp(64600, instances={"red": frozenset()})},
    "from interface loopback1": {"bgp": Bgp(64600, {IPv4Address("10.0.0.1"): BgpPeer(64600, "loopback1")})},
    "sits on bond7": {"interfaces": {"bond7.1": IpInterface(InterfaceKind.SUBINTERFACE, (), 1, "bond7")}},
}


@pytest.mark.parametrize("words", BROKEN)
def test_what_does_not_hang_together_is_named(words: str) -> None:
    assert any(words in problem for problem in check(replace(BOX, **BROKEN[words])))


@given(st.data())
def test_a_plan_for_another_state_is_refused(data: st.DataObject) -> None:
    a, b, c = (data.draw(device_configs()) for _ in range(3))
    steps = diff(a, b)
    if steps and isinstance(steps[0], changes.SetHostname) and c.hostname != a.hostname:
        with pytest.raises(ConflictError):
            apply(c, steps)
