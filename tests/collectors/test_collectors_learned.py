"""MAC tables, ARP and neighbours as devices answer them: a recorded VSP, and each family's own numbering."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

import pytest

from collectors.collect import Target, collect_once
from collectors.learned import MODULES, Neighbour, Resolved, Station, Tables, tables
from collectors.loader import load
from snmp import Auth, ber

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES, BRIDGE, Q_BRIDGE = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.17", "1.3.6.1.2.1.17.7.1"
HUAWEI, ARP = "1.3.6.1.4.1.2011.5.25.42.2.1.3.1.4", "1.3.6.1.2.1.4.22.1"
SONMP, LLDP = "1.3.6.1.4.1.45.1.6.13.2.1.1", "1.0.8802.1.1.2.1"
MAC, DOTS, OCTETS = "00:1a:64:00:00:01", "0.26.100.0.0.1", bytes.fromhex("001a64000001")


def whole(number: int) -> tuple[int, bytes]:
    return ber.INTEGER, ber.integer(number)[2:]


def told(text: str | bytes) -> tuple[int, bytes]:
    return ber.OCTET_STRING, text if isinstance(text, bytes) else text.encode()


def address(dotted: str) -> tuple[int, bytes]:
    return ber.IP_ADDRESS, IPv4Address(dotted).packed


CHASSIS = {
    f"{NAMES}.64": told("Slot 1, Port 1"),
    f"{NAMES}.2049": told("office"),
    f"{BRIDGE}.1.4.1.2.64": whole(99),  # an 8600 maps its bridge ports wrongly: not to be believed
    f"{BRIDGE}.4.3.1.2.{DOTS}": whole(64),
    f"{BRIDGE}.4.3.1.3.{DOTS}": whole(3),
    f"{BRIDGE}.4.3.1.2.2.0.0.0.0.1": whole(0),
    f"{BRIDGE}.4.3.1.3.2.0.0.0.0.1": whole(4),
    f"{BRIDGE}.4.3.1.2.2.0.0.0.0.9": whole(4098),
    f"{BRIDGE}.4.3.1.3.2.0.0.0.0.9": whole(3),
    **{f"{ARP}.2.2049.10.1.1.{last}": told(OCTETS) for last in (1, 9, 10)},
    f"{ARP}.4.2049.10.1.1.1": whole(1),  # its own
    f"{ARP}.4.2049.10.1.1.9": whole(3),
    f"{ARP}.4.2049.10.1.1.10": whole(2),  # invalid
    # `show sys topology`: 1/6  10.221.4.7  0x000132 ... 1/50
    f"{SONMP}.5.0.0.10.221.4.1.0": told(OCTETS),
    f"{SONMP}.9.0.0.10.221.4.1.0": whole(2),
    f"{SONMP}.5.1.6.10.221.4.7.306": told(bytes.fromhex("fc8399a7d801")),
    f"{SONMP}.9.1.6.10.221.4.7.306": whole(2),
    f"{SONMP}.5.1.7.10.221.4.8.1122867": told(OCTETS),
    f"{SONMP}.9.1.7.10.221.4.8.1122867": whole(3),
}
FOUND = Tables(
    (Station("02:00:00:00:00:09", "", 4098, None), Station(MAC, "Slot 1, Port 1", 64, None)),
    (Resolved(IPv4Address("10.1.1.9"), MAC, "office"),),
    (
        Neighbour("sonmp", "1/6", "fc:83:99:a7:d8:01", "1/50", IPv4Address("10.221.4.7")),
        Neighbour("sonmp", "1/7", MAC, "", IPv4Address("10.221.4.8")),
    ),
)
VSP = {  # two rows of each kind of the VSP 8404 walk
    f"{NAMES}.207": told("Slot 1, Port 16"),
    f"{Q_BRIDGE}.2.2.1.2.1.0.11.170.11.52.34": whole(207),
    f"{Q_BRIDGE}.2.2.1.3.1.0.11.170.11.52.34": whole(3),
    f"{Q_BRIDGE}.2.2.1.2.14.0.0.94.0.1.14": whole(111),
    f"{Q_BRIDGE}.2.2.1.3.14.0.0.94.0.1.14": whole(4),
    f"{Q_BRIDGE}.4.2.1.3.0.1": (ber.GAUGE32, b"\x01"),
    f"{Q_BRIDGE}.4.2.1.3.0.14": (ber.GAUGE32, b"\x0e"),
}
STACKABLE = {
    f"{NAMES}.4": told("ifc4 (Slot: 1 Port: 4)"),
    f"{BRIDGE}.1.4.1.2.3": whole(4),
    f"{BRIDGE}.4.3.1.2.{DOTS}": whole(3),
    f"{BRIDGE}.4.3.1.3.{DOTS}": whole(3),
}
AGGREGATION = {
    f"{NAMES}.7": told("GigabitEthernet0/0/1"),
    f"{HUAWEI}.{DOTS}.101.0": whole(7),
    f"{HUAWEI}.2.0.0.0.0.9.102.1.48": whole(7),  # the name of a VSI was seen empty, and as "0"
    f"{LLDP}.3.7.1.3.5": told("GigabitEthernet0/0/1"),
    f"{LLDP}.4.1.1.4.0.5.1": whole(4),
    f"{LLDP}.4.1.1.5.0.5.1": told(OCTETS),
    f"{LLDP}.4.1.1.6.0.5.1": whole(5),
    f"{LLDP}.4.1.1.7.0.5.1": told("GigabitEthernet0/0/24"),
    f"{LLDP}.4.1.1.9.0.5.1": told("town"),
    f"{LLDP}.4.1.1.4.0.5.2": whole(7),
    f"{LLDP}.4.1.1.5.0.5.2": told("a name of its own"),
    f"{LLDP}.4.1.1.7.0.5.2": told("x"),
}
CASES: dict[str, tuple[str, Mapping[str, tuple[int, bytes]], Tables]] = {
    "a chassis, by interface index": ("nortel_passport", CHASSIS, FOUND),
    "a VSP, by filtering database": (
        "extreme_voss",
        VSP,
        Tables((Station("00:0b:aa:0b:34:22", "Slot 1, Port 16", 207, 1),), None, None),
    ),
    "a stackable, by bridge port": (
        "nortel_ers",
        STACKABLE,
        Tables((Station(MAC, "ifc4 (Slot: 1 Port: 4)", 4, None),), None, None),
    ),
    "VRP, and who speaks LLDP": (
        "huawei_vrp",
        AGGREGATION,
        Tables(
            (
                Station(MAC, "GigabitEthernet0/0/1", 7, 101),
                Station("02:00:00:00:00:09", "GigabitEthernet0/0/1", 7, 102),
            ),
            None,
            (
                Neighbour("lldp", "GigabitEthernet0/0/1", MAC, "GigabitEthernet0/0/24", name="town"),
                Neighbour("lldp", "GigabitEthernet0/0/1", "", "x"),
            ),
        ),
    ),
    "nobody is heard, though SONMP is spoken": (
        "nortel_ers",
        {row: cell for row, cell in CHASSIS.items() if row.startswith((f"{SONMP}.5.0", f"{SONMP}.9.0"))},
        Tables(None, None, ()),
    ),
    "nothing is shown": ("nortel_ers", {"1.3.6.1.2.1.1.5.0": told("x")}, Tables(None, None, None)),
}


async def learned(serve: Any, rows: Mapping[str, tuple[int, bytes]], platform: str) -> Tables:
    async with serve(rows) as ((host, port), _):
        target = Target("d", f"{host}:{port}", MODULES[platform], "v2")
        (result,) = await collect_once([target], load().modules, {"v2": Auth(2)})
    assert result.error is None
    found = tables(result)
    stations = found.stations and tuple(sorted(found.stations, key=lambda one: (one.vlan or 0, one.interface, one.mac)))
    return Tables(stations, found.arp, found.neighbours)


@pytest.mark.parametrize("name", CASES)
async def test_each_family_is_read_by_its_own_tables(name: str, serve: Any) -> None:
    platform, rows, expected = CASES[name]
    assert await learned(serve, rows, platform) == expected


async def test_a_recorded_vsp_tells_what_it_learned(serve: Any, recording: Any) -> None:
    found = await learned(serve, recording("nortel-vsp8404_mib2_full.snmprec"), "extreme_voss")
    assert found.stations
    assert found.arp
    assert len(found.stations) == 1615
    assert {one.interface for one in found.stations} > {"Slot 1, Port 1", "Slot 1, Port 16"}
    assert len({one.vlan for one in found.stations}) > 10
    assert len(found.arp) == 456
    assert IPv4Address("10.92.16.1") not in {one.address for one in found.arp}  # its own
    assert found.neighbours is None
