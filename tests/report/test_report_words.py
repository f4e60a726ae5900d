from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import get_args

import pytest
from hypothesis import given, settings
from support.configs import device_configs

from govnet.config import changes as c
from govnet.config import diff
from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.labelled import BgpPeer
from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.phrases import listed, numbers
from govnet.config.queueing import Queueing
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, AggregationMode, Mirror, PeerLink, Switchport, Vlan
from govnet.config.words import words

_A, _B = IPv4Address("10.129.2.203"), IPv4Address("10.129.2.21")
_HTTPS = Filter(Verdict.PERMIT, "tcp", (), (IPv4Network("10.128.96.11/32"),), ports=((443, 443),), comment="F1 prv>jh")
_DNS = Filter(Verdict.PERMIT, "udp", ports=((53, 53),))
_DROP = Filter(Verdict.DENY, sources=(IPv4Network("10.128.0.0/16"),), log=True)
_UPLINK = Switchport(frozenset(), frozenset(range(101, 113)), None)
_SUB = IpInterface(InterfaceKind.SUBINTERFACE, (IPv4Interface("10.128.17.1/24"),), 101, "bond0")
_LAN = IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.1.0.1/24"),), 7, vrf="red")
_BOND = Aggregation(frozenset({"eth10", "eth2"}), "bond0", AggregationMode.ACTIVE_BACKUP)
_IST = Aggregation(frozenset({"2/1", "2/2"}), peer=PeerLink(IPv4Address("10.129.3.14"), 4000))
_ROUTE = StaticRoute(IPv4Network("0.0.0.0/0"), _A)
_NOWHERE = StaticRoute(IPv4Network("10.0.0.0/8"), None, "red")
_VRF = Vrf(3, "65000:3", frozenset({"65000:3"}))
_MIRROR = Mirror(frozenset({"1/2", "1/10"}), "1/16")

TABLE: list[tuple[c.Change, str]] = [
    (c.SetHostname("ERS", "acc01"), "rename the device from ERS to acc01"),
    (c.CreateVlan(101, Vlan("prv-f01")), "create VLAN 101 prv-f01"),
    (c.CreateVlan(102, Vlan()), "create VLAN 102"),
    (c.DeleteVlan(101, Vlan("prv-f01")), "delete VLAN 101 prv-f01"),
    (c.RenameVlan(101, "", "prv-f01"), 'rename VLAN 101 from none to "prv-f01"'),
    (c.CreateVrf("red", _VRF), "create VRF red (number 3, route distinguisher 65000:3, imports 65000:3)"),
    (c.DeleteVrf("red", _VRF), "delete VRF red"),
    (c.SetPortDescription("49", "", "to core01"), 'port 49: label it "to core01" (was none)'),
    (c.SetPortEnabled("7", before=True, after=False), "port 7: shut it"),
    (c.SetPortEnabled("7", before=False, after=True), "port 7: open it"),
    (c.SetSwitchport("49", None, _UPLINK), "port 49: carry 101-112 tagged, drop untagged frames"),
    (c.SetSwitchport("1", None, Switchport(frozenset({5}), pvid=5)), "port 1: access port of VLAN 5"),
    (
        c.SetSwitchport("1", None, Switchport(frozenset({5, 9}), pvid=5)),
        "port 1: carry 5,9 untagged, untagged frames enter 5",
    ),
    (
        c.SetSwitchport("1", None, Switchport(frozenset({1}), frozenset({51}), 1)),
        "port 1: carry 51 tagged and 1 untagged, untagged frames enter 1",
    ),
    (c.SetSwitchport("1", _UPLINK, Switchport()), "port 1: carry no VLAN"),
    (c.SetSwitchport("1", _UPLINK, None), "port 1: route instead of switching"),
    (c.CreateAggregation(1, _BOND), "make ports eth2, eth10 one: aggregation 1 (bond0, active-backup)"),
    (
        c.CreateAggregation(2, _IST),
        "make ports 2/1, 2/2 one: aggregation 2 (static, peer link to 10.129.3.14 in VLAN 4000)",
    ),
    (
        c.DeleteAggregation(3, Aggregation(frozenset({"1/1"}), split=3)),
        "take aggregation 3 (static, split with the peer as 3) of ports 1/1 apart",
    ),
    (c.AddInterface("bond0.101", _SUB), "give bond0.101 the address 10.128.17.1/24 in VLAN 101 on bond0"),
    (c.RemoveInterface("vlan7", _LAN), "take the address 10.1.0.1/24 in VRF red from vlan7"),
    (c.AddRoute(_ROUTE), "route 0.0.0.0/0 via 10.129.2.203"),
    (c.RemoveRoute(_NOWHERE), "no longer route 10.0.0.0/8 to nowhere in VRF red"),
    (
        c.CreateAcl("101", Acl((_DROP, _HTTPS))),
        "create filter 101: deny anything from 10.128.0.0/16 with a log entry; permit tcp/443 to 10.128.96.11",
    ),
    (c.DeleteAcl("101", Acl(())), "delete filter 101: no lines"),
    (c.BindAcl(AclBinding("101", "1/3", "in")), "put filter 101 to work on 1/3 in, pass what it does not name"),
    (
        c.BindAcl(AclBinding("101", "1/3", "in", Verdict.DENY)),
        "put filter 101 to work on 1/3 in, drop what it does not name",
    ),
    (c.UnbindAcl(AclBinding("101", "1/3", "in")), "take filter 101 off 1/3 in"),
    (c.EnableFirewall(), "load an empty zone policy: drop and log everything between zones"),
    (c.DisableFirewall(), "unload the zone policy: nothing is filtered between zones"),
    (c.SetFirewallZone("prv", frozenset(), frozenset({"bond0.101"})), "firewall zone prv: bond0.101"),
    (c.SetFirewallZone("prv", frozenset({"eth1"}), frozenset()), "firewall zone prv: remove it (was eth1)"),
    (c.SetFirewallPair("prv", "jh", (), (_HTTPS,)), "let prv open tcp/443 to 10.128.96.11 in jh"),
    (
        c.SetFirewallPair("prv", "inet", (_HTTPS,), (_DNS,)),
        "let prv open udp/53 in inet instead of tcp/443 to 10.128.96.11 in inet",
    ),
    (c.SetFirewallPair("prv", "jh", (_HTTPS,), ()), "let prv open nothing in jh any more"),
    (c.SetFirewallPrelude((), (_HTTPS,)), "in front of the zone rules: permit tcp/443 to 10.128.96.11"),
    (c.SetFirewallPrelude((_HTTPS,), ()), "clear the rules in front of the zone rules: permit tcp/443 to 10.128.96.11"),
    (c.CreateMirror(1, _MIRROR), "mirror 1: copy the frames of ports 1/2, 1/10 to port 1/16"),
    (c.DeleteMirror(1, _MIRROR), "mirror 1: stop copying ports 1/2, 1/10 to port 1/16"),
    (c.EnableMpls(_A, longest_match=False), "start label switching by LDP as 10.129.2.203"),
    (
        c.DisableMpls(_A, longest_match=True),
        "stop label switching by LDP as 10.129.2.203, also along routes that cover an address",
    ),
    (c.SetMplsInterface("vlan7", before=False, after=True), "let vlan7 carry labelled packets"),
    (c.SetMplsInterface("vlan7", before=True, after=False), "no longer let vlan7 carry labelled packets"),
    (c.EnableBgp(64600), "start BGP in AS 64600"),
    (c.DisableBgp(64600), "stop BGP in AS 64600"),
    (
        c.SetBgpPeer(_A, BgpPeer(1, vpnv4=False), BgpPeer(64600, "loopback1", client=True)),
        (
            "BGP: talk to 10.129.2.203 in AS 64600 from loopback1, with VPN routes and reflect its routes"
            " (was in AS 1, without VPN routes)"
        ),
    ),
    (c.SetBgpPeer(_A, BgpPeer(1), None), "BGP: no longer talk to 10.129.2.203 in AS 1, with VPN routes"),
    (
        c.SetBgpInstance("red", None, frozenset({"static", "direct"})),
        "BGP: carry VRF red, which announces direct, static",
    ),
    (
        c.SetBgpInstance("red", frozenset({"direct"}), frozenset()),
        "BGP: carry VRF red, which announces none (was direct)",
    ),
    (c.SetBgpInstance("red", frozenset(), None), "BGP: no longer carry VRF red, which announced none"),
    (c.SetBgpFiltering(before=True, after=False), "BGP: keep VPN routes that no VRF here imports"),
    (
        c.SetQueueing("1/1", None, Queueing(2000, {4: 48, 0: 7})),
        "port 1/1: DSCP is believed, 2000 kbit/s; queue 0: 7 %, queue 4: 48 %",
    ),
    (
        c.SetQueueing("1/1", Queueing(), None),
        "port 1/1: queues as from the factory, marks are not believed (was DSCP is believed)",
    ),
    (c.SetForwarding(before=True, after=False), "stop routing between interfaces"),
    (c.SetForwarding(before=False, after=True), "start routing between interfaces"),
    (
        c.SetManagement(Management(), Management(IPv4Interface("10.129.2.41/24"), 51, telnet=False)),
        "management: address 10.129.2.41/24 (was none), VLAN 51 (was none), telnet off (was on)",
    ),
    (
        c.SetSnmp(Snmp(), Snmp("1层", "", frozenset({_A, _B}))),
        'SNMP: location "1层" (was none), traps to 10.129.2.21, 10.129.2.203 (was none)',
    ),
    (c.SetSyslog(frozenset({_A}), frozenset()), "syslog to none (was 10.129.2.203)"),
    (c.SetNtp(frozenset(), frozenset({_A, _B})), "time from 10.129.2.21, 10.129.2.203 (was none)"),
    (c.SetBanner((), ("Keep out.", "Recorded.")), 'banner at login: "Keep out. / Recorded."'),
    (c.SetBanner(("Keep out.",), ()), "show no banner at login"),
]


@pytest.mark.parametrize(("change", "expected"), TABLE, ids=lambda value: type(value).__name__)
def test_a_change_has_words(change: c.Change, expected: str) -> None:
    assert words(change) == expected


def test_every_kind_of_change_is_in_the_table() -> None:
    assert {type(change) for change, _ in TABLE} == set(get_args(c.Change))


@given(device_configs(), device_configs())
@settings(max_examples=60, deadline=None)
def test_no_change_is_left_without_words_or_breaks_the_line(a: DeviceConfig, b: DeviceConfig) -> None:
    for change in diff(a, b):
        assert words(change).strip()
        assert "\n" not in words(change)


@pytest.mark.parametrize(
    ("values", "expected"),
    [((), "none"), ((3,), "3"), ((112, 101, 102, 101, 111), "101-102,111-112"), ((1, 2, 3), "1-3")],
)
def test_numbers_are_drawn_together(values: tuple[int, ...], expected: str) -> None:
    assert numbers(values) == expected


def test_names_are_in_the_order_people_count_in() -> None:
    assert listed({"1/10", "1/2", "Gi0/0/1", "²"}) == "1/2, 1/10, Gi0/0/1, ²"
