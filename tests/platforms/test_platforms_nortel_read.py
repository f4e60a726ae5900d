"""Running texts of Nortel boxes: what is understood, what is counted as unread, what is refused."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path

import pytest

from govnet.config import reading
from govnet.config.filtering import Acl, AclBinding, Filter, Verdict
from govnet.config.hardware import Hardware
from govnet.config.model import Snmp
from govnet.config.routing import InterfaceKind, IpInterface, StaticRoute
from govnet.config.switching import Aggregation, Switchport, Vlan
from govnet.errors import RefusedError
from govnet.platforms.registry import platform

FIXTURES = Path(__file__).parents[1] / "fixtures" / "nortel"
CAPTURES = Path(__file__).parents[3] / "shared" / "devices" / "samples"
PASSPORT = Hardware("ERS-8606", "7.2.26.0", ("1/1", "1/2", "1/3", "1/4"), {1: "8648GTR"})
EDGE = Hardware("ERS 4526T", "5.7.1.021", tuple(str(number) for number in range(1, 27)))

captures = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded captures are not beside this checkout")


def capture(name: str) -> str:
    return (CAPTURES / name).read_bytes().decode()


def passport(text: str, hardware: Hardware = PASSPORT) -> reading.Reading:
    return platform("nortel_passport").read(text, hardware)


def edge(text: str) -> reading.Reading:
    return platform("nortel_ers").read(text, EDGE)


def unread(found: reading.Reading) -> list[str]:
    return [line.text.strip() for line in found.unread]


def test_a_flat_configuration_with_all_its_noise() -> None:
    found = passport((FIXTURES / "passport_7x.txt").read_bytes().decode())
    config = found.config
    assert config.hostname == "CORE01"
    assert config.snmp == Snmp(contact="duty room")
    assert config.vlans == {1: Vlan(), 150: Vlan("Users")}
    assert config.ports["1/1"].switchport == Switchport(tagged=frozenset({1, 150}), pvid=150)
    assert config.ports["1/2"].switchport == Switchport(tagged=frozenset({1, 150}))
    assert config.ports["1/3"].switchport == Switchport(untagged=frozenset({150}), pvid=150)
    assert config.ports["1/4"].switchport == Switchport()
    assert [config.ports[port].enabled for port in PASSPORT.ports] == [True, True, True, False]
    assert config.ports["1/2"].description == "to ESSB 7/5"
    assert config.aggregations == {11: Aggregation(frozenset({"1/1"}))}
    assert config.interfaces == {
        "vlan150": IpInterface(InterfaceKind.VLAN, (IPv4Interface("10.200.15.92/27"),), 150),
    }
    assert unread(found) == [
        "#!flags enhanced-operational-mode true",
        "mlt 11 lacp enable",
        "vlan 150 ip vrrp 150 address 10.200.15.65",
        "vlan 220 create bysrcmac 1",
        "vlan 220 ports add 1/1 member static",
        "vlan 151 ports add 1/4 member portmember",
        "ethernet 1/3 ip traffic-filter add set 300",
        "ethernet 1/9 state disable",
        "ip static-route create 10.9.0.0/255.0.255.0 next-hop 10.200.15.65 cost 1",
    ]
    assert found.read_lines == 16
    assert str(found.sources[reading.membership(150, "1/2")]) == (
        "line 71: vlan 150 ports add 1/1-1/3 member portmember"
    )
    assert found.sources[reading.untagged_vlan("1/1")].text == "ethernet 1/1 default-vlan-id 150"
    assert found.sources[reading.address("vlan150")].text.startswith("vlan 150 ip create")


def test_line_ends_do_not_matter() -> None:
    text = (FIXTURES / "passport_7x.txt").read_bytes().decode()
    plain = passport(text.replace("\r\n\r\n", "\n"))
    for other in (text, text.replace("\r\n\r\n", "\r\n"), text.replace("\r\n\r\n", "\r"), text.replace("\r", "\r\r")):
        found = passport(other)
        assert (found.config, unread(found), found.read_lines) == (plain.config, unread(plain), plain.read_lines)


def test_a_stackables_script() -> None:
    found = edge((FIXTURES / "boss_5_7.txt").read_text())
    config = found.config
    assert config.hostname == "acc01"
    assert config.vlans == {1: Vlan(), 101: Vlan("prv-f1"), 102: Vlan(), 103: Vlan(), 1999: Vlan()}
    mixed = Switchport(untagged=frozenset({101}), tagged=frozenset({102}), pvid=101)
    assert [config.ports[port].switchport for port in ("1", "12")] == [mixed, mixed]
    assert config.ports["13"].switchport == Switchport(untagged=frozenset({101}), pvid=101)
    assert config.ports["24"].switchport == Switchport(untagged=frozenset({1}), pvid=1)
    assert config.ports["26"].switchport == Switchport(tagged=frozenset({101, 102}))
    assert [port for port in EDGE.ports if not config.ports[port].enabled] == [str(n) for n in range(13, 24)]
    assert config.ports["25"].description == "to core01"
    assert config.aggregations == {1: Aggregation(frozenset({"25", "26"}), "UPLINK")}
    assert config.management.vlan == 103
    assert config.management.address == IPv4Interface("10.129.2.41/24")
    assert config.management.sources == {IPv4Network("10.128.0.0/24"), IPv4Network("10.129.2.201/32")}
    assert config.snmp.trap_receivers == {IPv4Address("10.128.0.32")}
    assert config.syslog == frozenset()
    assert unread(found) == [
        "logging remote address 10.128.0.33",
        "rate-limit port 1-24 both 5",
        "router-id 10.129.1.41",
        "vlan members 777 1-4",
    ]
    assert found.read_lines == 22
    assert found.sources[reading.membership(101, "26")].number == 35


FILTERS = """
ip traffic-filter create global src-ip 10.1.0.0/255.255.0.0 dst-ip default id 1
ip traffic-filter filter 1 action mode forward
ip traffic-filter filter 1 match protocol tcp
ip traffic-filter filter 1 match dst-port 80 dst-option {option}
ip traffic-filter create source src-ip 10.1.1.1/255.255.255.255 dst-ip 0.0.0.0/0.0.0.0 id 300
ip traffic-filter filter 300 action mode drop
ip traffic-filter filter 300 action stop-on-match {stop}
ip traffic-filter create destination src-ip default dst-ip 10.9.0.0/255.255.0.0 id 7
ip traffic-filter set 100 create name "PRV"
ip traffic-filter set 100 add-filter 300
ip traffic-filter set 100 add-filter 1
ethernet 1/1-1/2 ip traffic-filter add set 100
ethernet 1/2 ip traffic-filter default-action drop
"""


def test_a_set_found_in_the_field_keeps_its_filters_numbers() -> None:
    found = passport(FILTERS.format(option="equal", stop="true"))
    permit = Filter(Verdict.PERMIT, "tcp", sources=(IPv4Network("10.1.0.0/16"),), ports=((80, 80),))
    assert found.config.acls == {
        "100:300,1": Acl((Filter(Verdict.DENY, sources=(IPv4Network("10.1.1.1/32"),)), permit))
    }
    assert found.config.bindings == {
        AclBinding("100:300,1", "1/1", "in"),
        AclBinding("100:300,1", "1/2", "in", Verdict.DENY),
    }
    assert unread(found) == ["ip traffic-filter create destination src-ip default dst-ip 10.9.0.0/255.255.0.0 id 7"]
    assert found.sources[reading.acl_filter("100:300,1", 1)].number == 2


@pytest.mark.parametrize(("option", "stop"), [("equal", "false"), ("notequal", "true")])
def test_a_set_that_cannot_be_modelled_is_unread_as_a_whole(option: str, stop: str) -> None:
    found = passport(FILTERS.format(option=option, stop=stop))
    assert (found.config.acls, found.config.bindings, found.read_lines) == ({}, frozenset(), 0)
    assert len(found.unread) == 13


def test_boot_settings_are_read_where_they_are_shown() -> None:
    text = "### show config\nconfig\nback\n### show bootconfig config\nflags sshd true\nflags ftpd true\n"
    text += "net mgmt ip 10.8.10.17/255.255.224.0 cpu-slot 6\nnet mgmt ip 10.8.10.16/255.255.224.0 cpu-slot 5\n"
    found = passport(text + "sys set ssh enable true\n")
    assert found.config.management.ssh
    assert found.config.management.address == IPv4Interface("10.8.10.16/19")
    assert unread(found) == ["flags ftpd true"]
    refused = passport("### show config\nconfig\nback\n### show bootconfig config\nbootconfig not found in path show\n")
    assert refused.unread == ()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("nortel_passport", "#Box Type             : Passport-1600\nconfig ipif System", "D-Link"),
        ("nortel_passport", "! Embedded ASCII Configuration Generator Script\n", "nortel_ers"),
        ("nortel_passport", "# box type : ERS-8806\n# cli mode : ACLI\n", "extreme_voss"),
        ("nortel_ers", "# box type             : Passport-8006\nconfig\nback\n", "nortel_passport"),
    ],
)
def test_another_familys_text_is_refused_by_name(name: str, text: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        platform(name).read(text, PASSPORT)


@captures
@pytest.mark.parametrize(
    ("name", "read", "left", "hostname"),
    [("show_config.txt", 17, 1, "Passport-8606"), ("config.cfg", 15, 0, "ERS-8606")],
)
def test_the_capture_of_a_passport_3_5(name: str, read: int, left: int, hostname: str) -> None:
    hardware = Hardware("ERS-8606", "3.5.0.0", tuple(f"1/{number}" for number in range(1, 49)))
    found = passport(capture(f"nortel_8600_ppcli_3.5/{name}"), hardware)
    assert (found.read_lines, len(found.unread), found.config.hostname) == (read, left, hostname)
    assert found.config.interfaces["vlan1"].addresses == (IPv4Interface("10.100.26.4/24"),)
    assert found.config.routes == {StaticRoute(IPv4Network("0.0.0.0/0"), IPv4Address("10.100.26.2"))}
    assert found.config.management.ssh
    assert all(port.switchport == Switchport(frozenset({1}), pvid=1) for port in found.config.ports.values())


@captures
def test_the_capture_of_an_accelar() -> None:
    hardware = Hardware("Accelar-1100", "2.0.0", ("1/1", "2/1", "2/2", *(f"3/{number}" for number in range(1, 17))))
    found = passport(capture("nortel_accelar_2.0/show_config.txt"), hardware)
    assert (found.read_lines, len(found.unread)) == (5, 17)
    assert found.config.hostname == "Accelar-1100"
    assert found.config.snmp == Snmp("Downtown", "satish")
    assert found.config.interfaces["vlan1"].addresses == (IPv4Interface("10.100.31.17/24"),)
    assert found.config.ports["3/15"].switchport == Switchport(frozenset({1}), pvid=1)
    assert found.config.ports["3/16"].switchport == Switchport()


@captures
def test_the_capture_of_a_passport_1600_is_refused() -> None:
    with pytest.raises(RefusedError, match="Passport-1600"):
        passport(capture("nortel_passport1600/show_config.txt"))


@captures
def test_the_capture_of_a_4550t() -> None:
    hardware = Hardware("ERS 4550T-PWR", "5.7.1.021", tuple(str(number) for number in range(1, 51)))
    found = platform("nortel_ers").read(capture("nortel_boss/show_running_config_4550T_5.7.1.txt"), hardware)
    config = found.config
    assert (found.read_lines, len(found.unread), config.hostname) == (36, 27, "SW017GIULIANA")
    assert config.vlans == {1: Vlan(), 143: Vlan("GIULIANA_Dados"), 255: Vlan("VLAN_DMC")}
    assert config.ports["48"].switchport == Switchport(frozenset({143}), pvid=143)
    assert config.ports["49"].switchport == Switchport(tagged=frozenset({143, 255}))
    assert len(config.management.sources) == 8
    assert (config.management.ssh, config.management.telnet, config.management.web) == (True, False, False)
    assert config.syslog == {IPv4Address("10.221.242.139")}
    assert config.ntp == {IPv4Address("10.221.240.10"), IPv4Address("10.221.230.10")}
