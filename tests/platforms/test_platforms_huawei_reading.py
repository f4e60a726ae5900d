"""What a Huawei box shows, read: real captures re-typed, documentation examples whole, and the noise of sessions."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path

import pytest

from govnet.config import reading
from govnet.config.filtering import AclBinding, Filter, Verdict
from govnet.config.hardware import Hardware
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute, Vrf
from govnet.config.switching import Aggregation, AggregationMode, Mirror, Port, Switchport, Vlan
from govnet.platforms.huawei_vrp import PLATFORM

SAMPLES = Path(__file__).parents[3] / "shared" / "devices" / "samples" / "huawei_vrp"
GE = "GigabitEthernet0/0/"
SWITCH = Hardware("S5700-28C-EI", "5.170", tuple(f"{GE}{number}" for number in range(1, 5)))
FACTORY_PORT = Switchport(frozenset({1}), frozenset(), 1)


def port_after(*lines: str) -> Switchport | None:
    text = "\n".join([f"interface {GE}1", *(f" {line}" for line in lines), "#", "return"])
    return PLATFORM.read(text, SWITCH).config.ports[f"{GE}1"].switchport


def carrying(untagged: set[int], tagged: set[int], pvid: int | None) -> Switchport:
    return Switchport(frozenset(untagged), frozenset(tagged), pvid)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), FACTORY_PORT),
        (("port link-type access",), FACTORY_PORT),
        (("port link-type access", "port default vlan 10"), carrying({10}, set(), 10)),
        (("port link-type trunk",), FACTORY_PORT),
        (("port link-type trunk", "port trunk allow-pass vlan 10 20 to 22"), carrying({1}, {10, 20, 21, 22}, 1)),
        (
            ("port link-type trunk", "undo port trunk allow-pass vlan 1", "port trunk allow-pass vlan 10"),
            carrying(set(), {10}, None),
        ),
        (
            ("port link-type trunk", "port trunk allow-pass vlan 10", "port trunk allow-pass vlan 20"),
            carrying({1}, {10, 20}, 1),
        ),
        (("port link-type trunk", "port trunk pvid vlan 10", "port trunk allow-pass vlan 10"), carrying({10}, {1}, 10)),
        (("port link-type trunk", "port trunk pvid vlan 999"), carrying(set(), {1}, None)),
        (("port hybrid pvid vlan 10", "port hybrid untagged vlan 10"), carrying({1, 10}, set(), 10)),
        (("port hybrid tagged vlan 10", "undo port hybrid vlan 1"), carrying(set(), {10}, None)),
        (("port hybrid tagged vlan 10", "port hybrid untagged vlan 10"), carrying({1, 10}, set(), 1)),
        (("port link-type dot1q-tunnel", "port default vlan 100"), replace(carrying({100}, set(), 100), tunnel=True)),
        (
            ("port link-type access", "port default vlan 100", "port-isolate enable group 3"),
            replace(carrying({100}, set(), 100), isolated=3),
        ),
        (("port-isolate enable",), replace(carrying({1}, set(), 1), isolated=1)),
        (("port-isolate enable group 1", "undo port-isolate enable group 1"), carrying({1}, set(), 1)),
        (
            ("port-isolate enable group 1", "undo port-isolate enable group 2"),
            replace(carrying({1}, set(), 1), isolated=1),
        ),
        (("undo portswitch",), None),
    ],
)
def test_link_types_become_one_exact_value(lines: tuple[str, ...], expected: Switchport | None) -> None:
    assert port_after(*lines) == expected


CAPTURE = """\
<HUAWEI>display current-configuration
!Software Version V200R005C00SPC500
#
sysname agg01
#
vlan batch 10 to 11 51
#
info-center loghost 10.129.0.5
#
vlan 10
 description office
#
acl number 2999
 rule 5 permit source 10.129.0.0 0.0.0.255
acl number 3000
 rule 5 permit tcp source 10.1.0.0 0.0.255.255 destination 10.2.3.4 0 destination-port eq www
 rule 5 description F1 prv>jh
 rule 10 deny tcp destination 192.23.26.1 0.0.255.255 destination-port range 50 80 (8 matches)
 rule 15 permit udp destination-port gt 1023 time-range night
 rule 20 deny ip
#
ip vpn-instance red
 route-distinguisher 100:1
 vpn-target 100:1 100:2 export-extcommunity
ip vpn-instance blue
 ipv4-family
  route-distinguisher 200:2
  vpn-target 200:2 both
#
aaa
 local-user admin password irreversible-cipher %^%#Xsecret#1%^%#
#
interface Vlanif51
 ip binding vpn-instance red
%Nov 22 2008 10:00:00 agg01 %%01IFNET/4/IF_STATE(l)[1]:Interface up
 ip address 10.129.2.31 255.255.255.0
 ip address 10.129.3.1 255.255.255.0 sub
  ---- More ----\x1b[42D                                          \x1b[42D#
interface Eth-Trunk1
 port link-type trunk
 undo port trunk allow-pass vlan 1
 port trunk allow-pass vlan 10 51
 mode lacp
#
interface GigabitEthernet0/0/1
 description core01 1/1
 eth-trunk 1
#
interface GigabitEthernet0/0/2
 shutdown
 traffic-filter inbound acl 3000
 port-mirroring to observe-port 1 inbound
 port-mirroring to observe-port 1 outbound
#
interface NULL0
#
observe-port 1 interface GigabitEthernet0/0/4
#
ip route-static 0.0.0.0 0.0.0.0 10.129.2.1
ip route-static vpn-instance red 10.9.0.0 255.255.0.0 NULL0
ip route-static 10.8.0.0 16 Vlanif51 10.129.2.9 preference 100
ip route-static vpn-instance red 10.7.0.0 16 vpn-instance blue 10.0.0.1
#
snmp-agent
snmp-agent community read cipher %^%#k3yk3y%^%#
snmp-agent target-host trap address udp-domain 10.129.0.6 params securityname cipher %^%#other%^%#
stelnet server enable
undo telnet server enable
undo http server enable
header login information "keep out
# no comment"
user-interface con 0
user-interface vty 0 4
 acl 2999 inbound
 authentication-mode aaa
#
return
<HUAWEI>"""


def test_a_running_configuration_is_read_whole() -> None:
    found = PLATFORM.read(CAPTURE, SWITCH)
    config = found.config
    trunk = carrying(set(), {10, 51}, None)
    assert config.hostname == "agg01"
    assert config.vlans == {1: Vlan(), 10: Vlan("office"), 11: Vlan(), 51: Vlan()}
    assert config.ports[f"{GE}1"] == Port("core01 1/1", enabled=True, switchport=trunk)
    assert config.ports[f"{GE}2"] == Port("", enabled=False, switchport=FACTORY_PORT)
    assert config.aggregations == {1: Aggregation(frozenset({f"{GE}1"}), "Eth-Trunk1", AggregationMode.LACP)}
    assert config.vrfs == {
        "red": Vrf(None, "100:1", frozenset(), frozenset({"100:1", "100:2"})),
        "blue": Vrf(None, "200:2", frozenset({"200:2"}), frozenset({"200:2"})),
    }
    addresses = IPv4Interface("10.129.2.31/24"), IPv4Interface("10.129.3.1/24")
    assert config.interfaces == {"vlan51": IpInterface(InterfaceKind.VLAN, addresses, 51, vrf="red")}
    assert config.routes == {
        StaticRoute(IPv4Network("0.0.0.0/0"), IPv4Address("10.129.2.1")),
        StaticRoute(IPv4Network("10.9.0.0/16"), None, "red"),
        StaticRoute(IPv4Network("10.8.0.0/16"), IPv4Address("10.129.2.9")),
        StaticRoute(IPv4Network("10.7.0.0/16"), IPv4Address("10.0.0.1"), "red", "blue"),
    }
    assert config.acls["3000"].filters == (
        Filter(
            Verdict.PERMIT,
            "tcp",
            (IPv4Network("10.1.0.0/16"),),
            (IPv4Network("10.2.3.4/32"),),
            ports=((80, 80),),
            comment="F1 prv>jh",
        ),
        Filter(Verdict.DENY, "any"),
    )
    assert config.bindings == {AclBinding("3000", f"{GE}2", "in")}
    assert config.mirrors == {1: Mirror(frozenset({f"{GE}2"}), f"{GE}4")}
    assert config.management.sources == {IPv4Network("10.129.0.0/24")}
    assert (config.management.ssh, config.management.telnet, config.management.web) == (True, False, False)
    assert config.syslog == {IPv4Address("10.129.0.5")}
    assert config.snmp.trap_receivers == {IPv4Address("10.129.0.6")}
    assert config.banner == ("keep out", "# no comment")


def test_what_is_not_modelled_is_kept_by_number_and_shows_no_secret() -> None:
    found = PLATFORM.read(CAPTURE, SWITCH)
    assert [str(line) for line in found.unread] == [
        "line 18: rule 10 deny tcp destination 192.23.26.1 0.0.255.255 destination-port range 50 80 (8 matches)",
        "line 19: rule 15 permit udp destination-port gt 1023 time-range night",
        "line 30: aaa",
        "line 31: local-user admin password irreversible-cipher ***",
        "line 61: ip route-static 10.8.0.0 16 Vlanif51 10.129.2.9 preference 100",
        "line 65: snmp-agent community read cipher ***",
        "line 72: user-interface con 0",
        "line 75: authentication-mode aaa",
    ]
    assert found.read_lines == 49


def test_every_element_knows_its_line() -> None:
    sources = PLATFORM.read(CAPTURE, SWITCH).sources
    assert sources[reading.membership(51, f"{GE}1")].text.strip() == "port trunk allow-pass vlan 10 51"
    assert sources[reading.address("vlan51")].text.strip() == "ip address 10.129.2.31 255.255.255.0"
    assert sources[reading.acl_filter("3000", 1)].number == 20
    assert sources[reading.route("10.9.0.0/16", "None", "red")].number == 60
    assert sources[reading.aggregation(1)].number == 39
    assert reading.membership(1, f"{GE}2") not in sources


DEVICE_A = """\
#
 sysname DeviceA
#
 vlan batch 10 20
#
interface GigabitEthernet0/1/3
 portswitch
 undo shutdown
 port link-type trunk
 port trunk allow-pass vlan 10 20
#
interface GigabitEthernet0/1/1
 portswitch
 port link-type access
 port default vlan 10
#
return
"""


def test_a_router_has_no_vlan_by_itself() -> None:
    """NE portLinkType, VlanAddDefaultPort: no VLAN exists and no port has a default VLAN until told."""
    found = PLATFORM.read(DEVICE_A, Hardware("NE40E", "V800R012C10", ()))
    assert found.unread == ()
    assert found.config.vlans == {10: Vlan(), 20: Vlan()}
    assert found.config.ports["GigabitEthernet0/1/3"].switchport == carrying(set(), {10, 20}, None)
    assert found.config.ports["GigabitEthernet0/1/1"].switchport == carrying({10}, set(), 10)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the documentation examples are not on this machine")
@pytest.mark.parametrize(
    ("name", "read", "unread", "interfaces"),
    [
        ("PE1", 45, 8, {"GigabitEthernet0/1/1.10", "GigabitEthernet0/1/1.20", "GigabitEthernet0/1/2", "loopback1"}),
        ("P", 16, 5, {"GigabitEthernet0/1/1", "GigabitEthernet0/1/2", "loopback1"}),
        ("DeviceA", 17, 0, set()),
    ],
)
def test_documentation_examples(name: str, read: int, unread: int, interfaces: set[str]) -> None:
    text = (SAMPLES / f"ne40e_doc_dot1q_{name}.cfg").read_text()
    found = PLATFORM.read(text, Hardware("NE40E", "V800R012C10", ()))
    assert (found.read_lines, len(found.unread)) == (read, unread)
    assert found.config.interfaces.keys() == interfaces
    configuring = [line for line in text.splitlines() if line.strip() not in {"", "#", "return"}]
    assert read + unread == len(configuring)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("[HUAWEI]vlan batch 10\n", None),
        ("Info: This operation may take a few seconds. Please wait for a moment...done.", None),
        (
            "          ^\nError: Unrecognized command found at '^' position.",
            "Error: Unrecognized command found at '^' position.",
        ),
        (
            "  ^\r\nError:Too many parameters found at '^' position.\r\n",
            "Error:Too many parameters found at '^' position.",
        ),
        (" % Unrecognized command found at '^' position.", "% Unrecognized command found at '^' position."),
        ("Error: The VLAN does not exist.", "Error: The VLAN does not exist."),
        ("%Nov 22 2008 10:00:00 agg01 %%01IFNET/4/IF_STATE(l)[1]:Error on interface", None),
    ],
)
def test_a_refusal_is_recognised(output: str, expected: str | None) -> None:
    assert PLATFORM.refusal(output) == expected
