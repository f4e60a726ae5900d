"""What a VSP is told and refused, and what its running texts say: captures, removals, traps."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import pytest
from support.voss_configs import ERS, VSP, core

from govnet.config import changes as c
from govnet.config import reading
from govnet.config.diff import diff
from govnet.config.filtering import Acl, AclBinding, Filter, Firewall, Verdict
from govnet.config.hardware import Hardware
from govnet.config.model import Management
from govnet.config.ops import inverse
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, AggregationMode, Mirror, PeerLink, Port, Switchport, Vlan
from govnet.errors import RefusedError
from govnet.platforms.registry import platform

PAIRS = Path(__file__).parent / "pairs" / "extreme_voss"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "extreme_voss"
CAPTURES = Path(__file__).parents[3] / "shared" / "devices" / "samples" / "extreme_voss_acli"
WHOLE = Hardware("VSP-8284XSQ", "7.0.0.0_B015", tuple(f"{s}/{n}" for s in (1, 2) for n in range(1, 43)))
SPEAKS = platform("extreme_voss")
START = SPEAKS.factory(VSP)

captures = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded captures are not beside this checkout")


def read(text: str, hardware: Hardware = VSP) -> reading.Reading:
    return SPEAKS.read(text, hardware)


def unread(found: reading.Reading) -> list[str]:
    return [line.text.strip() for line in found.unread]


def written(changes: list[Any], running: Any) -> str:
    """Return commands one a line: ``?`` in front of those without a source, ``<`` before an answer."""
    lines = []
    for command in SPEAKS.say(changes, running):
        lines.append(f"{'?' if command.unverified else ' '} {command.text}")
        lines += [f"  < {answer}" for answer in command.answers]
    return "".join(f"{line}\n" for line in lines)


def test_golden_commands() -> None:
    changes = diff(START, core())
    assert written(changes, START) == (PAIRS / "core.txt").read_text()
    assert written(inverse(changes), core()) == (PAIRS / "core_back.txt").read_text()


@captures
def test_the_sample_configuration_is_read_to_the_last_line() -> None:
    found = read((CAPTURES / "show_running-config.txt").read_text(), WHOLE)
    assert found.read_lines == 16
    assert unread(found) == [
        "boot config flags block-snmp",
        "ipv6 interface mac-offset 0",
        "ipv6 interface address 2001:0:0:0:0:0:0:1/64",
        "ipv6 interface address 2002:0:0:0:0:0:0:1/64",
        "ipv6 interface address 2011:0:0:0:0:0:0:1/128",
    ]
    config = found.config
    assert config.vlans == {1: Vlan(), 3: Vlan()}
    assert config.vrfs == {"dmz": Vrf(1)}
    assert config.interfaces == {
        "vlan1": IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.10.10.10/24"),), 1),
        "loopback1": IpInterface(InterfaceKind.LOOPBACK, (IPv4Interface("1.1.1.1/32"),)),
        "loopback2": IpInterface(InterfaceKind.LOOPBACK, (IPv4Interface("4.4.4.4/32"),), vrf="dmz"),
    }
    assert config.management == Management(IPv4Interface("192.168.8.10/24"), ssh=True, telnet=False, web=True)
    assert config.ports["1/1"] == Port("serverA", enabled=False, switchport=Switchport(frozenset({1}), pvid=1))
    assert str(found.sources[reading.address("loopback2")]) == (
        "line 411: ip address 2 4.4.4.4/255.255.255.255 vrf dmz"
    )


def test_a_routing_core_with_trunks_is_read_and_its_fabric_kept() -> None:
    found = read((FIXTURES / "core_8x.txt").read_text())
    config = found.config
    assert config.hostname == "CORE-A"
    assert config.vlans == {1: Vlan(), 10: Vlan("Signage/PA"), 19: Vlan("Management"), 4000: Vlan("IST")}
    assert config.aggregations == {2: Aggregation(frozenset({"1/1", "2/1"}), "edge", split=2)}
    trunk = Switchport(untagged=frozenset({19}), tagged=frozenset({10}), pvid=19)
    assert config.ports["1/1"] == config.ports["2/1"] == Port(enabled=True, switchport=trunk)
    assert config.ports["1/2"].switchport == Switchport(tagged=frozenset({10}))
    assert config.ports["1/3"].switchport == Switchport(untagged=frozenset({19}), pvid=19)
    assert config.ports["1/4"].switchport == Switchport()
    assert config.interfaces["vlan10"].vrf == "corp_users"
    assert config.routes == {
        StaticRoute(IPv4Network("0.0.0.0/0"), IPv4Address("10.6.24.1")),
        StaticRoute(IPv4Network("10.9.0.0/16"), IPv4Address("10.6.10.9"), "corp_users"),
    }
    assert unread(found) == [
        "vlan i-sid 10 1700010",
        "ip vrrp address 10 10.6.10.1",
        'vlan create 4050 name "BVLAN-1" type spbm-bvlan',
        "virtual-ist peer-ip 10.29.2.82 vlan 4000",
        'route-map "Suppress-IST" 1',
        "no permit",
        "ip route 10.8.0.0 255.255.0.0 255.255.255.255 weight 1",
        "spbm 1",
        "router isis enable",
    ]


FILTER = (
    "filter acl 1 type inPort",
    "filter acl port 1 1/1-1/2",
    'filter acl ace 1 5 name "dhcp"',
    "filter acl ace action 1 5 permit count",
    "filter acl ace ethernet 1 5 ether-type eq ip",
    "filter acl ace ip 1 5 ip-protocol-type eq udp",
    "filter acl ace protocol 1 5 src-port eq 68",
    "filter acl ace protocol 1 5 dst-port eq bootpServer",
    "filter acl ace 1 5 enable",
    "filter acl ace 1 80",
    "filter acl ace action 1 80 deny count",
    "filter acl ace ethernet 1 80 ether-type eq ip",
    "filter acl ace ip 1 80 dst-ip mask 10.0.0.0 8",
    "filter acl ace 1 80 enable",
    "filter acl set 1 default-action deny",
)


def test_a_published_filter_is_read() -> None:
    found = read("\n".join(FILTER))
    assert found.unread == ()
    dhcp = Filter(Verdict.PERMIT, "udp", source_ports=((68, 68),), ports=((67, 67),), comment="dhcp")
    assert found.config.acls == {"1": Acl((dhcp, Filter(Verdict.DENY, destinations=(IPv4Network("10.0.0.0/8"),))))}
    assert found.config.bindings == {AclBinding("1", port, "in", Verdict.DENY) for port in ("1/1", "1/2")}


@pytest.mark.parametrize(
    ("gone", "instead"),
    [
        ("filter acl ace 1 80 enable", ""),
        ("filter acl ace action 1 80 deny count", ""),
        ("filter acl ace ethernet 1 80 ether-type eq ip", ""),
        ("filter acl ace ethernet 1 80 ether-type eq ip", "filter acl ace ethernet 1 80 dst-mac eq 01:00:0c:cc:cc:cd"),
        ("filter acl ace ip 1 80 dst-ip mask 10.0.0.0 8", "filter acl ace ip 1 80 dst-ip mask 10.0.0.0 0.255.0.255"),
        ("filter acl ace action 1 80 deny count", "filter acl ace action 1 80 permit redirect-next-hop 10.0.0.1"),
        ("filter acl ace protocol 1 5 src-port eq 68", "filter acl ace protocol 1 5 src-port eq gopher"),
        ("filter acl set 1 default-action deny", "no filter acl 1 enable"),
    ],
)
def test_a_filter_that_is_not_wholly_at_work_or_understood_stays_unread_as_a_whole(gone: str, instead: str) -> None:
    lines = [instead if line == gone else line for line in FILTER]
    found = read("\n".join(lines))
    assert (found.config.acls, found.config.bindings, found.read_lines) == ({}, frozenset(), 0)
    assert unread(found) == [line for line in lines if line]


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["ntp server 10.0.0.1 enable"], ["ntp server 10.0.0.1 enable"]),
        (["syslog host 5", "syslog host 5 address 10.0.0.1", "syslog host 5 enable"], None),
        (["mirror-by-port 1 in-port 1/1 out-port 2/4 mode rx"], None),
        (
            [
                "mirror-by-port 1 in-port 1/1 out-port 2/4 mode both",
                "mirror-by-port 3 in-port 1/2 out-port 2/4 mode both",
            ],
            None,
        ),
        (["prompt A", "snmp-server name B"], ["snmp-server name B"]),
        (["boot config flags ftpd"], None),
        (["interface GigabitEthernet 1/9", "no shutdown", "exit"], ["no shutdown"]),
        (["vlan members add 7 1/1 portmember"], None),
        (["mgmt vlan 19", "ip address 10.0.0.1/24", "enable", "exit"], ["mgmt vlan 19", "ip address 10.0.0.1/24"]),
        (["filter acl 2 type inVlan", "filter acl vlan 2 1"], ["filter acl vlan 2 1"]),
    ],
)
def test_what_cannot_be_taken_back_as_it_is_stays_unread(lines: list[str], kept: list[str] | None) -> None:
    assert unread(read("\n".join(lines))) == (lines if kept is None else kept)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("! Embedded ASCII Configuration Generator Script\n", "give the device platform 'nortel_ers'"),
        ("# box type             : ERS-8610\n# cli mode             : PPCLI\n", "platform 'nortel_passport'"),
        ("# box type             : Passport-8006\n# software version     : 3.5.0.0\n", "platform 'nortel_passport'"),
    ],
)
def test_the_text_of_another_family_is_refused(text: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        read(text)


DENY = Filter(Verdict.DENY)
IFACE = IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.0.0.1/24"),), 1)
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"hostname": ""}, "a VSP must have a name"),
    ({"ports": {"9/9": Port(switchport=Switchport())}}, "port 9/9 does not exist; the box has 8 ports"),
    ({"ports": {"1/1": Port()}}, "port 1/1 is a routed port"),
    ({"ports": {"1/1": Port("a\nb", switchport=Switchport())}}, "port 1/1's description holds"),
    ({"ports": {"1/1": Port(switchport=Switchport(frozenset({1, 2}), pvid=1))}}, "port 1/1: untagged in 2 VLANs"),
    (
        {"ports": {"1/1": Port(switchport=Switchport(frozenset({1}), frozenset({2}), 2))}},
        "port 1/1: untagged frames would enter VLAN 2 and leave from VLAN 1",
    ),
    ({"vlans": {}}, "VLAN 1 cannot be deleted"),
    ({"vlans": {1: Vlan("x")}}, "VLAN 1 is named by the box"),
    ({"vlans": {1: Vlan(), 7: Vlan("VLAN-7")}}, "VLAN 7 is named as the box names it"),
    ({"interfaces": {"1/1": replace(IFACE, kind=InterfaceKind.PORT)}}, "interface 1/1 sits on a port"),
    ({"interfaces": {"vlan1": replace(IFACE, addresses=())}}, "interface vlan1 has 0 addresses"),
    ({"routes": frozenset({StaticRoute(IPv4Network("10.0.0.0/8"), None)})}, "route 10.0.0.0/8 discards"),
    ({"forwarding": False}, "routing cannot be switched off"),
    ({"vrfs": {"a": Vrf()}}, "VRF a has no number of its own"),
    ({"vrfs": {"a": Vrf(1), "b": Vrf(1)}}, "VRFs a and b both have number 1"),
    ({"vrfs": {"a": Vrf(1, "1:1")}}, "VRF a has a route distinguisher"),
    ({"vrfs": {"a b": Vrf(1)}}, "VRF 'a b' must be one word"),
    ({"aggregations": {1: Aggregation(frozenset({"1/1"}), mode=AggregationMode.LACP)}}, "aggregation 1 is lacp"),
    ({"aggregations": {1: Aggregation(frozenset())}}, "aggregation 1 has no ports"),
    ({"aggregations": {1: Aggregation(frozenset({"1/1"}), split=9)}}, "aggregation 1 has SMLT id 9"),
    (
        {"aggregations": {1: Aggregation(frozenset({"1/1"}), peer=PeerLink(IPv4Address("10.0.0.2"), 1))}},
        "aggregation 1: a VSP's inter-switch trunk is virtual",
    ),
    ({"firewall": Firewall()}, "zone policies need a stateful firewall"),
    ({"acls": {"web": Acl(())}}, "packet filter 'web': a VSP knows ACLs by number and type"),
    ({"acls": {"1": Acl(()), "1:inVlan": Acl(())}}, "packet filters 1 and 1:inVlan are both ACL 1"),
    ({"acls": {"1": Acl((replace(DENY, established=True),))}}, "packet filter 1, entry 1: it asks for session state"),
    ({"acls": {"1": Acl((replace(DENY, protocol="tcp", ports=((1, 9),)),))}}, "more than one port"),
    ({"acls": {"1": Acl((replace(DENY, sources=(IPv4Network("0.0.0.0/0"),)),))}}, "its source names every address"),
    ({"acls": {"1": Acl(())}, "bindings": frozenset({AclBinding("1", "1/1", "out")})}, "its type inPort does not go"),
    ({"acls": {"1": Acl(())}, "bindings": frozenset({AclBinding("1", "vlan1", "in")})}, "its type inPort does not go"),
    (
        {"bindings": frozenset({AclBinding("1", "1/1", "in"), AclBinding("1", "1/2", "in", Verdict.DENY)})},
        "packet filter 1 has one default action",
    ),
    ({"mirrors": {1: Mirror(frozenset(), "1/1")}}, "mirror 1 copies nothing"),
    (
        {"mirrors": {1: Mirror(frozenset({"1/2", "1/3"}), "1/1"), 2: Mirror(frozenset({"1/4"}), "2/1")}},
        "mirrors 1 and 2 need entry 2 both",
    ),
    ({"banner": ("custom",)}, "banner line 'custom' is empty or a word"),
    ({"management": Management(gateway=IPv4Address("10.0.0.1"))}, "its gateway is a route of its own"),
]


@pytest.mark.parametrize(("odd", "message"), REFUSED)
def test_what_a_vsp_cannot_do_is_named(odd: dict[str, Any], message: str) -> None:
    assert SPEAKS.refuse(START, VSP) == []
    found = SPEAKS.refuse(replace(START, **odd), VSP)
    assert any(message in each for each in found), found


@pytest.mark.parametrize(
    ("model", "software", "refused"),
    [
        ("ERS-8610", "4.1.0.0", ["VRF prv needs software 5.0 or later; this box runs 4.1.0.0"]),
        ("ERS-8610", "", ["VRF prv needs software 5.0 or later; this box runs an unknown release"]),
        ("ERS-8806", "7.2.26", []),
        ("VSP-8284XSQ", "4.2.2.0", []),  # a VSP counts its releases anew
    ],
)
def test_an_ers_below_5_has_no_vrfs(model: str, software: str, refused: list[str]) -> None:
    hardware = Hardware(model, software, ("1/1",))
    config = replace(SPEAKS.factory(hardware), vrfs={"prv": Vrf(1)})
    assert SPEAKS.refuse(config, hardware) == refused


def test_an_ers_is_spoken_to_in_its_own_words_and_none_of_them_is_verified() -> None:
    start = SPEAKS.factory(ERS)
    mlt = Aggregation(frozenset({"1/1"}), split=7, peer=PeerLink(IPv4Address("10.0.0.2"), 1))
    changes = [c.CreateVlan(10, Vlan("prv")), c.CreateAggregation(1, mlt)]
    commands = platform("extreme_voss", ERS).say(changes, start)
    assert [(command.text, command.family) for command in commands] == [
        ('vlan create 10 name "prv" type port 1', "ers vlan create"),
        ("mlt 1 enable", ""),
        ("mlt 1 member 1/1", ""),
        ("interface mlt 1", ""),
        ("smlt 7", "ers smlt"),
        ("ist peer-ip 10.0.0.2 vlan 1", "ers ist"),
        ("ist enable", "ers ist"),
        ("exit", ""),
    ]
    assert all(port.enabled for port in start.ports.values())
    assert not any(port.enabled for port in START.ports.values())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (c.SetForwarding(before=True, after=False), "a VSP has no command for SetForwarding"),
        (c.CreateVrf("a", Vrf()), "VRF a has no number"),
        (c.SetSwitchport("1/1", START.ports["1/1"].switchport, None), "become or cease to be a routed port"),
        (c.AddRoute(StaticRoute(IPv4Network("10.0.0.0/8"), None)), "route 10.0.0.0/8 discards"),
        (c.SetManagement(START.management, Management()), "the management port's address"),
        (c.CreateAcl("web", Acl(())), "call it 1 "),
    ],
)
def test_a_change_without_words_is_refused_before_anything_is_said(change: Any, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        SPEAKS.say([change], START)


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        ("", None),
        ("Enter configuration commands, one per line.  End with CNTL/Z.", None),
        ("            ^\n% Invalid input detected at '^' marker.", "% Invalid input detected at '^' marker."),
        ("% Incomplete command.", "% Incomplete command."),
        ("Command not allowed MSTP RSTP mode.", "Command not allowed MSTP RSTP mode."),
        ("\x07Error: Invalid VLAN ID", "Error: Invalid VLAN ID"),
    ],
)
def test_how_a_refusal_is_heard(answer: str, heard: str | None) -> None:
    assert SPEAKS.refusal(answer) == heard
