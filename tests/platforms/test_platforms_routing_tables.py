"""Routing tables as boxes print them: the forms on record, and that nothing odd is passed over in silence.

The fixtures are excerpts: of VRP 5 as operators published it, of VRP 8 from Huawei's configuration guides, of a
Passport with sw 3.5.0.0 (ZipTie capture), of the 1600 with its other words, and of iproute2 6.1 as it prints them.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from govnet.config.hardware import Hardware
from govnet.config.model import DeviceConfig
from govnet.config.routetable import RouteEntry, RoutingTable
from govnet.config.routing import Vrf
from govnet.platforms.base import Routing
from govnet.platforms.registry import PLATFORMS, platform

RECORDED = Path(__file__).parents[1] / "fixtures" / "routing"


def recorded(name: str) -> str:
    return (RECORDED / f"{name}.txt").read_text(encoding="utf-8")


def read(name: str, text: str, vrf: str = "") -> list[RoutingTable]:
    speaks = platform(name)
    assert isinstance(speaks, Routing)
    return list(speaks.read_table(text, vrf))


def row(prefix: str, hop: str, source: str, interface: str = "") -> RouteEntry:
    return RouteEntry(IPv4Network(prefix), IPv4Address(hop) if hop else None, source, interface)


LO = row("127.0.0.0/8", "", "connected", "InLoopBack0")
GE, NE, CE = "GigabitEthernet0/0/0", "GigabitEthernet0/2/0", "100GE1/0/"
READ = {
    ("huawei_vrp", "vrp5_public", ""): [
        RoutingTable(
            "",
            (
                row("0.0.0.0/0", "192.168.3.1", "static", GE),
                row("0.0.0.0/0", "192.168.3.9", "static", GE),
                LO,
                row("127.0.0.1/32", "", "connected", "InLoopBack0"),
                row("192.168.3.0/24", "", "connected", GE),
                row("192.168.3.2/32", "", "connected", GE),
            ),
        )
    ],
    ("huawei_vrp", "vrp5_folded", ""): [
        RoutingTable(
            "",
            (
                row("3.3.3.3/32", "12.1.1.2", "rip", GE),
                row("12.1.1.0/24", "", "connected", GE),
                row("12.1.1.1/32", "", "connected", GE),
                LO,
            ),
        )
    ],
    ("huawei_vrp", "vrp8_instance", "vpna"): [
        RoutingTable(
            "vpna",
            (
                row("10.1.1.0/24", "", "connected", f"{CE}1"),
                row("10.1.1.2/32", "", "connected", f"{CE}1"),
                row("10.1.1.255/32", "", "connected", f"{CE}1"),
                row("10.2.1.0/24", "10.2.1.2", "bgp", f"{CE}7"),
                row("10.2.1.2/32", "127.0.0.1", "bgp", f"{CE}7"),
                row("10.4.4.0/24", "3.3.3.9", "ibgp", NE),
                LO,
                row("255.255.255.255/32", "", "connected", "InLoopBack0"),
            ),
        )
    ],
    ("nortel_passport", "passport_3.5", ""): [
        RoutingTable(
            "",
            (row("0.0.0.0/0", "10.100.26.2", "static", "Vlan1"), row("10.100.26.0/24", "", "connected", "Vlan1")),
        )
    ],
    ("linux_nft", "linux_all", ""): [
        RoutingTable(
            "",
            (
                row("0.0.0.0/0", "10.1.9.254", "static", "eth1"),
                row("10.1.9.0/24", "", "connected", "eth1"),
                row("10.5.0.0/16", "", "static"),
                row("10.7.0.0/16", "10.1.9.2", "static", "eth1"),
                row("10.7.0.0/16", "10.1.9.3", "static", "eth1"),
            ),
        ),
        RoutingTable("table 100", (row("10.6.0.0/16", "10.1.9.2", "static", "eth1"),)),
    ],
}


@pytest.mark.parametrize(("name", "file", "vrf"), READ, ids=str)
def test_a_recorded_table_is_read_in_full(name: str, file: str, vrf: str) -> None:
    found = read(name, recorded(file), vrf)
    assert sorted(found, key=lambda one: one.vrf) == READ[name, file, vrf]


HEAD8 = recorded("vrp8_instance").split("\n       10.1.1.0/24")[0]
ODD = {
    "a word that is no prefix": ("huawei_vrp", "vrp5_public", "127.0.0.0/8 ", "127.0.0.0/x ", "'127.0.0.0/x' is no"),
    "a flag of no legend": ("huawei_vrp", "vrp5_public", "RD   192.168.3.9", "RX   192.168.3.9", "flag"),
    "a row cut short": ("huawei_vrp", "vrp5_public", "InLoopBack0\n      127", "\n      127", "ends too early"),
    "a word too many": ("huawei_vrp", "vrp5_public", "D   192.168.3.2  ", "D   192.168.3.2 x", "one word too many"),
    "another count": ("huawei_vrp", "vrp5_public", "Routes : 6", "Routes : 7", "7 routes, and 6 were read"),
    "no count": ("huawei_vrp", "vrp5_public", "         Destinations : 5        Routes : 6        \n", "", "cut short"),
    "a table of another instance": ("huawei_vrp", "vrp5_public", "Tables: Public", "Tables: red", "of red, not of"),
    "another heading": ("huawei_vrp", "vrp5_public", "Flags NextHop", "NextHop", "no part of it"),
    "a log line between": ("huawei_vrp", "vrp5_folded", "0/0/0\n      127", "0/0/0\nNov 3 up\n      127", "'Nov'"),
    "a mask with gaps": ("nortel_passport", "passport_3.5", "255.255.255.0", "255.0.255.0", "is no net mask"),
    "a type of no legend": ("nortel_passport", "passport_3.5", " IB ", " IX ", "'IX' is no type"),
    "host bits": ("nortel_passport", "passport_3.5", "10.100.26.0 ", "10.100.26.1 ", "has host bits"),
    "the 1600's other table": ("nortel_passport", "passport_1600", "", "", "cut short"),
    "a refusal": ("nortel_passport", "passport_3.5", "=", "x", "no part of it"),
    "an unknown word": ("linux_nft", "linux_all", "via 10.1.9.254", "via 10.1.9.254 sideways", "'sideways'"),
    "a half answer": ("linux_nft", "linux_all", "table local", "table main", "cut short"),
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_told_with_its_place(case: str) -> None:
    name, file, old, new, said = ODD[case]
    text = recorded(file)
    assert old in text
    found = read(name, text.replace(old, new) if old else text)
    assert said in "; ".join(found[0].unread)


@pytest.mark.parametrize(("name", "file", "vrf"), READ, ids=str)
def test_a_table_cut_anywhere_is_never_taken_as_whole(name: str, file: str, vrf: str) -> None:
    lines = recorded(file).splitlines(keepends=True)
    rows = sum(len(table.rows) for table in READ[name, file, vrf])
    for count in range(len(lines)):
        tables = read(name, "".join(lines[:count]), vrf)
        unread = any(table.unread for table in tables)
        assert unread or sum(len(table.rows) for table in tables) == rows


def test_each_instance_of_the_running_configuration_is_asked_for() -> None:
    speaks, config = platform("huawei_vrp"), DeviceConfig("pe", vrfs={"red": Vrf(), "blue": Vrf()})
    assert isinstance(speaks, Routing)
    assert speaks.tables(config) == {
        "": "display ip routing-table",
        "red": "display ip routing-table vpn-instance red",
        "blue": "display ip routing-table vpn-instance blue",
    }


def test_platforms_without_a_recorded_form_have_none() -> None:
    box = Hardware("box", "", ())
    assert {name for name in PLATFORMS if isinstance(platform(name, box), Routing)} == {
        "huawei_vrp",
        "linux_nft",
        "nortel_passport",
    }
