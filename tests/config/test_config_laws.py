"""The laws of the vocabulary, on any two configurations of one box."""

from __future__ import annotations

from dataclasses import fields, replace
from ipaddress import IPv4Address, IPv4Interface
from typing import get_args

import pytest
from hypothesis import given
from support.configs import device_configs

from govnet.config import ConflictError, apply, changes, check, diff, inverse
from govnet.config.labelled import Bgp, BgpPeer, Mpls
from govnet.config.model import DeviceConfig
from govnet.config.routing import InterfaceKind, IpInterface
from govnet.config.switching import Port, Switchport, Vlan

# Drawing configurations costs far more than holding them against a law: a pair is held against all laws of two.


@given(device_configs(), device_configs())
def test_the_laws_of_two_configurations(a: DeviceConfig, b: DeviceConfig) -> None:
    """A difference applied gives the other, its inverse leads back, and every state on the way hangs together."""
    steps = diff(a, b)
    back = inverse(steps)
    assert apply(a, steps) == b
    assert apply(b, back) == a
    assert inverse(back) == steps
    assert diff(a, a) == diff(b, b) == []
    state = a
    for change in steps:
        state = apply(state, [change])
        assert check(state) == [], change
        assert_no_wider(state, a, b)


def assert_no_wider(state: DeviceConfig, a: DeviceConfig, b: DeviceConfig) -> None:
    """Routing runs no wider on the way: a zone's interfaces are among those of the start or of the goal."""
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


@given(device_configs(), device_configs(), device_configs())
def test_a_plan_for_another_state_is_refused(a: DeviceConfig, b: DeviceConfig, c: DeviceConfig) -> None:
    steps = diff(a, b)
    if steps and isinstance(steps[0], changes.SetHostname) and c.hostname != a.hostname:
        with pytest.raises(ConflictError):
            apply(c, steps)
