"""What is typed at a Huawei switch, line for line, and what is refused by name."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

import pytest

from govnet.config import changes as c
from govnet.config import diff
from govnet.config.filtering import Acl, AclBinding, Filter, Firewall, Verdict
from govnet.config.hardware import ConsoleSetup, Hardware
from govnet.config.model import DeviceConfig, Management, Snmp
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, AggregationMode, Mirror, PeerLink, Port, Switchport, Vlan
from govnet.errors import RefusedError
from govnet.platforms.huawei_vrp import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Sequence

GE = "GigabitEthernet0/0/"
BARE_BOX = Hardware("S5700-28C-EI", "5.170", tuple(f"{GE}{number}" for number in range(1, 5)))
BOX = PLATFORM.factory(BARE_BOX)
FACTORY_PORT = Switchport(frozenset({1}), frozenset(), 1)


def access(vlan: int) -> Switchport:
    return Switchport(frozenset({vlan}), frozenset(), vlan)


def said(changes: Sequence[c.Change], running: DeviceConfig = BOX) -> list[str]:
    return [command.text for command in PLATFORM.say(changes, running)]


def with_ports(**carried: Switchport) -> DeviceConfig:
    vlans = {vlan: Vlan() for vlan in {1, *(v for port in carried.values() for v in port.members)}}
    ports = {**BOX.ports, **{f"{GE}{name[1:]}": Port(switchport=port) for name, port in carried.items()}}
    return replace(BOX, ports=ports, vlans=vlans)


def test_vlans_go_in_batches_of_ten_with_ranges() -> None:
    vlans = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 30, 31, 32]
    assert said([c.CreateVlan(vlan, Vlan("office" if vlan == 4 else "")) for vlan in vlans]) == [
        "vlan batch 2 4 6 8 10 12 14 16 18 20",
        "vlan batch 30 to 32",
        "vlan 4",
        "description office",
        "quit",
    ]


SWITCHPORTS = [
    (FACTORY_PORT, access(10), ["port link-type access", "port default vlan 10"]),
    (access(10), access(20), ["port default vlan 20"]),
    (access(10), FACTORY_PORT, ["undo port default vlan", "port link-type hybrid"]),
    (
        FACTORY_PORT,
        Switchport(tagged=frozenset({10, 11})),
        ["port link-type trunk", "undo port trunk allow-pass vlan 1", "port trunk allow-pass vlan 10 to 11"],
    ),
    (
        Switchport(tagged=frozenset({10, 11})),
        Switchport(tagged=frozenset({11, 12})),
        ["undo port trunk allow-pass vlan 10", "port trunk allow-pass vlan 12"],
    ),
    (
        Switchport(tagged=frozenset({10})),
        access(20),
        [
            "undo port trunk allow-pass vlan 10",
            "port trunk allow-pass vlan 1",
            "port link-type access",
            "port default vlan 20",
        ],
    ),
    (
        FACTORY_PORT,
        Switchport(frozenset({10, 20}), frozenset({30}), 10),
        [
            "undo port hybrid untagged vlan 1",
            "port hybrid tagged vlan 30",
            "port hybrid untagged vlan 10 20",
            "port hybrid pvid vlan 10",
        ],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), SWITCHPORTS)
def test_a_port_changes_in_the_order_that_vrp_takes(before: Switchport, after: Switchport, expected: list[str]) -> None:
    changes = [c.SetSwitchport(f"{GE}1", before, after)]
    assert said(changes, with_ports(p1=before)) == [f"interface {GE}1", *expected, "quit"]


def test_an_aggregate_is_told_once_and_its_members_join_factory_new() -> None:
    trunk = Switchport(tagged=frozenset({10}))
    start = replace(with_ports(p1=access(10)), vlans={1: Vlan(), 10: Vlan()})
    goal = with_ports(p1=trunk, p2=trunk)
    members = frozenset({f"{GE}1", f"{GE}2"})
    goal = replace(goal, aggregations={1: Aggregation(members, "Eth-Trunk1", AggregationMode.LACP)})
    assert said(diff(start, goal), start) == [
        f"interface {GE}1",
        "undo port default vlan",
        "port link-type hybrid",
        "quit",
        "interface Eth-Trunk1",
        "mode lacp",
        "quit",
        f"interface {GE}1",
        "eth-trunk 1",
        "quit",
        f"interface {GE}2",
        "eth-trunk 1",
        "quit",
        "interface Eth-Trunk1",
        "port link-type trunk",
        "undo port trunk allow-pass vlan 1",
        "port trunk allow-pass vlan 10",
        "quit",
    ]


def test_members_that_change_nothing_else_still_get_the_vlans_on_the_aggregate() -> None:
    start = with_ports(p1=access(10))
    goal = replace(start, aggregations={2: Aggregation(frozenset({f"{GE}1"}), "Eth-Trunk2")})
    assert said(diff(start, goal), start)[-4:] == [
        "interface Eth-Trunk2",
        "port link-type access",
        "port default vlan 10",
        "quit",
    ]


def test_the_binding_goes_before_the_address() -> None:
    red = Vrf(None, "100:1", frozenset({"100:1"}), frozenset({"100:1"}))
    value = IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.1.1.1/24"), IPv4Interface("10.1.2.1/24")), 1, vrf="red")
    assert said([c.CreateVrf("red", red), c.AddInterface("vlan1", value)]) == [
        "ip vpn-instance red",
        "ipv4-family",
        "route-distinguisher 100:1",
        "vpn-target 100:1 export-extcommunity",
        "vpn-target 100:1 import-extcommunity",
        "quit",
        "quit",
        "interface Vlanif1",
        "ip binding vpn-instance red",
        "ip address 10.1.1.1 255.255.255.0",
        "ip address 10.1.2.1 255.255.255.0 sub",
        "quit",
    ]


def test_rules_have_wildcards_and_the_use_decides_the_rest() -> None:
    rule = Filter(
        Verdict.PERMIT,
        "tcp",
        (IPv4Network("10.1.0.0/16"),),
        (IPv4Network("10.2.3.4/32"),),
        ports=((80, 90),),
        log=True,
        comment="F1 prv>jh",
    )
    changes = [c.CreateAcl("3000", Acl((rule, Filter(Verdict.DENY)))), c.BindAcl(AclBinding("3000", f"{GE}1", "in"))]
    assert said(changes) == [
        "acl number 3000",
        "rule 5 permit tcp source 10.1.0.0 0.0.255.255 destination 10.2.3.4 0 destination-port range 80 90 logging",
        "rule 5 description F1 prv>jh",
        "rule 10 deny ip",
        "quit",
        f"interface {GE}1",
        "traffic-filter inbound acl 3000",
        "quit",
    ]


def test_ssh_opens_before_telnet_closes_and_questions_are_answered() -> None:
    before = BOX.management
    after = Management(sources=frozenset({IPv4Network("10.129.0.0/24")}), ssh=True, telnet=False, web=False)
    commands = PLATFORM.say([c.SetManagement(before, after)], BOX)
    assert [(command.text, command.answers) for command in commands] == [
        ("stelnet server enable", ()),
        ("undo telnet server enable", ()),
        ("undo http server enable", ("y",)),
        ("undo http secure-server enable", ("y",)),
        ("acl number 2999", ()),
        ("rule 5 permit source 10.129.0.0 0.0.0.255", ()),
        ("quit", ()),
        ("user-interface vty 0 4", ()),
        ("acl 2999 inbound", ()),
        ("quit", ()),
    ]


def test_a_banner_of_several_lines_is_one_command() -> None:
    (command,) = PLATFORM.say([c.SetBanner((), ("keep out", "# really"))], BOX)
    assert command.text == 'header login information "keep out\n# really"'


def test_lines_without_a_public_source_are_marked() -> None:
    mirror = Mirror(frozenset({f"{GE}1"}), f"{GE}2")
    gone = PLATFORM.say([c.DeleteMirror(1, mirror)], replace(BOX, mirrors={1: mirror}))
    assert {command.family for command in gone if command.unverified} == {"port-mirroring undo"}
    assert not any(command.unverified for command in PLATFORM.say([c.CreateMirror(1, mirror)], BOX))


def test_a_text_cannot_smuggle_in_a_command() -> None:
    with pytest.raises(RefusedError, match="line break"):
        PLATFORM.say([c.SetSnmp(Snmp(), Snmp("hall\nundo acl number 2999"))], BOX)


def test_a_switch_has_no_words_for_a_zone_policy() -> None:
    with pytest.raises(RefusedError, match="no words for EnableFirewall"):
        PLATFORM.say([c.EnableFirewall()], BOX)


def test_console_set_up_on_a_bundle_and_on_single_ports() -> None:
    uplinks = BARE_BOX.ports[:2]
    console = ConsoleSetup(IPv4Interface("10.129.2.31/24"), 51, uplinks, aggregation=1)
    agg = PLATFORM.factory(replace(BARE_BOX, console=console))
    assert agg.aggregations == {1: Aggregation(frozenset(uplinks), "Eth-Trunk1")}
    assert agg.ports[uplinks[0]].switchport == Switchport(frozenset({1}), frozenset({51}), 1)
    gateway = IPv4Address("10.129.0.5")
    console = ConsoleSetup(IPv4Interface("10.129.0.6/30"), 21, uplinks[:1], gateway)
    edge = PLATFORM.factory(replace(BARE_BOX, console=console))
    assert edge.interfaces["vlan21"].addresses == (IPv4Interface("10.129.0.6/30"),)
    assert edge.routes == {StaticRoute(IPv4Network("0.0.0.0/0"), gateway)}
    assert edge.ports[uplinks[1]].switchport == FACTORY_PORT
    assert edge.management.ssh


def bundle(**values: object) -> dict[int, Aggregation]:
    return {1: replace(Aggregation(frozenset({f"{GE}1"}), "Eth-Trunk1"), **values)}  # type: ignore[arg-type]


def rule_list(rule: Filter, name: str = "3000") -> dict[str, Acl]:
    return {name: Acl((rule,))}


PERMIT = Filter(Verdict.PERMIT)
NETS = (IPv4Network("10.0.0.0/24"), IPv4Network("10.0.2.0/24"))
REFUSED = [
    ({"firewall": Firewall()}, "firewall policy"),
    ({"forwarding": False}, "forwarding off"),
    ({"ports": {**BOX.ports, f"{GE}9": Port(switchport=FACTORY_PORT)}}, f"port {GE}9: this S5700-28C-EI has no such"),
    ({"ports": {**BOX.ports, f"{GE}1": Port()}}, "no routed front ports"),
    ({"ports": {**BOX.ports, f"{GE}1": Port(switchport=Switchport(tagged=frozenset({1})))}}, "Take VLAN 1 off"),
    ({"aggregations": bundle(mode=AggregationMode.ACTIVE_BACKUP)}, "active-backup"),
    ({"aggregations": bundle(split=7)}, "SMLT"),
    ({"aggregations": bundle(peer=PeerLink(IPv4Address("10.0.0.1"), 1))}, "IST"),
    ({"aggregations": bundle(name="uplink")}, "its name is Eth-Trunk1"),
    ({"management": Management(vlan=51)}, "management address"),
    ({"vrfs": {"red": Vrf(3)}}, "VRF red: VRP numbers its instances"),
    ({"vrfs": {"red": Vrf(None, "", frozenset({"1:1"}))}}, "route distinguisher"),
    ({"acls": rule_list(replace(PERMIT, sources=NETS))}, "one network"),
    ({"acls": rule_list(replace(PERMIT, ports=((1, 2),)))}, "only tcp and udp"),
    ({"acls": rule_list(replace(PERMIT, established=True))}, "only tcp sessions"),
    ({"acls": rule_list(replace(PERMIT, incoming=("x",)))}, "no interfaces"),
    ({"acls": rule_list(replace(PERMIT, protocol="tcp"), "2001")}, "look at sources only"),
    ({"acls": rule_list(PERMIT, "2999")}, "ACL 2999"),
    ({"acls": rule_list(PERMIT, "4000")}, "2000 to 3999"),
    ({"acls": rule_list(PERMIT, "two words")}, "begins with a letter"),
    ({"bindings": frozenset({AclBinding("3000", f"{GE}1", "in", Verdict.DENY)})}, "passes what it does not name"),
    ({"interfaces": {"x.5": IpInterface(InterfaceKind.SUBINTERFACE, (), 5, "x")}}, "no sub-interfaces"),
    ({"banner": ('say "no"',)}, "double quote"),
    ({"hostname": "two words"}, "one word"),
]


@pytest.mark.parametrize(("values", "words"), REFUSED)
def test_what_the_box_cannot_do_is_refused_by_name(values: dict[str, object], words: str) -> None:
    problems = PLATFORM.refuse(replace(BOX, **values), BARE_BOX)  # type: ignore[arg-type]
    assert any(words in problem for problem in problems), problems


def test_the_factory_is_never_refused() -> None:
    assert PLATFORM.refuse(BOX, BARE_BOX) == []
