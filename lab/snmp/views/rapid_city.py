"""RAPID-CITY (enterprise 2272): system, chassis, cards, ports and VLANs of the 8600 family.

A stackable answers the port and VLAN tables alone. The set of objects and their units come from the RAPID-CITY and
RC-VLAN-MIB definitions; no recording of an 8600 with these tables was found, so the values are plausible, not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import signals
from lab.snmp.families import Family, chassis_type, family, split
from lab.snmp.values import address, counter, gauge, integer, octets, text, ticks, truth
from lab.snmp.views.build import scalars, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from ipaddress import IPv4Interface

    from lab.snmp.device import Device
    from lab.snmp.facts import Port, Vlan
    from lab.snmp.values import Cell, Value

_RC = "1.3.6.1.4.1.2272.1"
_BUILT = {"4.1.0.0": "Fri Jun 16 21:42:04 PDT 2006"}  # seen on an 8300 of that release
_FANS, _SUPPLIES = 2, 2
_CHASSIS_SET, _STACK_SET = 88, 32  # octets of a PortSet: RAPID-CITY; RC-VLAN-MIB of the BayStacks
_UP, _DOWN, _FAN_DOWN = 1, 2, 3


def rapid_city(device: Device) -> Iterator[Cell]:
    """Yield the objects of a chassis, or of a stackable."""
    if family(device.twin) is Family.CHASSIS:
        yield from _chassis(device)
        yield from _addresses(device)
    yield from _ports(device)
    yield from _vlans(device)
    yield from _vlan_ports(device)


def _chassis(device: Device) -> Iterator[Cell]:
    """Yield what only a chassis has."""
    yield from scalars(f"{_RC}.1", _system(device))
    yield from scalars(f"{_RC}.4", _identity(device))
    yield from _fans_and_power(device)
    yield from _cards(device)
    temperatures = {2: 0, 3: -6, 4: -3}  # rc2kChassisTemperature, ambient lower and upper
    readers = {arc: _warm(device, offset) for arc, offset in temperatures.items()}
    yield from scalars(f"{_RC}.100.1", readers)


def _warm(device: Device, offset: int) -> Callable[[], Value]:
    """Return the reader of a temperature in Celsius."""
    return lambda: gauge(max(0, device.health.temperature + offset))


def _cpu_slots(device: Device) -> list[int]:
    """Return the slots that hold a CPU / switch fabric card (8690SF, 8691SF, 8692SF, ...)."""
    return [slot for slot, card in sorted(device.twin.cards.items()) if "SF" in card]


def _system(device: Device) -> dict[int, Callable[[], Value]]:
    """Return rcSystem: mind the units, DRAM is MB, percent, KB and KB."""
    software = device.twin.software
    built = _BUILT.get(software, "Mon Sep 17 10:03:51 PDT 2007")
    readers: dict[int, Callable[[], Value]] = {
        7: lambda: text(f"Build {software} on {built}"),
        10: lambda: ticks(0),
        11: lambda: ticks(0),
        13: lambda: integer(device.reading(0, 4, "buffer")),
        14: lambda: integer(9),
        16: lambda: gauge(16_384),
        17: lambda: gauge(device.reading(9_100, 9_200, "nvram")),
        20: lambda: gauge(device.cpu()),
        21: lambda: gauge(device.reading(1, 6, "fabric")),
        46: lambda: integer(256),
        47: lambda: gauge(device.reading(41, 43, "dram")),
        48: lambda: integer(256 * 1024 * (100 - device.reading(41, 43, "dram")) // 100),
        49: lambda: integer(120_000),
        51: lambda: address("0.0.0.0"),  # noqa: S104 - a value: no virtual address is configured
        73: lambda: integer(1),  # nortelStpg
        90: lambda: integer(device.reading(640, 660, "power")),
        91: lambda: integer(1380),
    }
    if len(_cpu_slots(device)) > 1:
        readers[41] = lambda: gauge(0)
        readers[44] = lambda: gauge(device.reading(1, 4, "standby"))
        readers[45] = lambda: gauge(0)
    return readers


def _identity(device: Device) -> dict[int, Callable[[], Value]]:
    """Return the scalars of rcChassis."""
    model = device.twin.model
    slots = {"8603": 3, "8606": 6, "8306": 6, "8006": 6, "8003": 3}
    size = next((count for product, count in slots.items() if product in model), 10)
    return {
        1: lambda: integer(chassis_type(model)),
        2: lambda: text(device.serial("chassis")),
        3: lambda: text("05"),
        4: lambda: integer(size),
        5: lambda: integer(min(255, len(device.facts.ports))),
    }


def _fans_and_power(device: Device) -> Iterator[Cell]:
    """Yield the fan and power supply tables; the bay of a third supply is empty(2), which is no fault."""
    fans = [((fan,), fan) for fan in range(1, _FANS + 1)]
    yield from table(
        f"{_RC}.4.7.1.1",
        fans,
        {
            1: integer,
            2: lambda fan: integer(_FAN_DOWN if fan in device.health.failed_fans else 2),
            3: lambda _: gauge(max(0, device.health.temperature - 8)),
        },
    )
    bays = [((bay,), bay) for bay in range(1, _SUPPLIES + 2)]
    yield from table(f"{_RC}.4.8.1.1", bays, {1: integer, 2: lambda bay: integer(_supply(device, bay))})
    yield from table(
        f"{_RC}.4.8.2.1",
        bays[:_SUPPLIES],
        {
            1: integer,
            2: lambda _: integer(1),  # ac
            3: lambda bay: text(device.serial(("supply", bay))),
            5: lambda _: text("DS1405005"),
            6: lambda _: text("8001AC 690W 100-240VAC Power Supply"),
        },
    )


def _supply(device: Device, bay: int) -> int:
    """Return rcChasPowerSupplyOperStatus: empty(2), up(3), down(4)."""
    if bay > _SUPPLIES:
        return 2
    return 4 if bay in device.health.failed_supplies else 3


def _cards(device: Device) -> Iterator[Cell]:
    """Yield rc2kCard, one row a slot in use, and the flash of each CPU."""
    rows = [((slot,), (slot, card)) for slot, card in sorted(device.twin.cards.items())]
    yield from table(
        f"{_RC}.100.6.1",
        rows,
        {
            1: lambda row: integer(row[0]),
            2: lambda row: integer(signals.between(0x20000000, 0x2FFFFFFF, row[1])),
            3: lambda row: text(row[1]),
            4: lambda _: integer(_UP),
            5: lambda _: integer(_UP),
            6: lambda row: text(device.serial(("card", row[0]))),
            7: lambda _: text("04"),
            8: lambda row: text(f"DS1404{signals.between(10, 99, row[1])}"),
        },
    )
    flash = [((slot,), slot) for slot in _cpu_slots(device)]
    used, size = 6_144_000, 16_777_216
    yield from table(
        f"{_RC}.100.4.1.1", flash, {1: integer, 2: lambda _: integer(used), 3: lambda _: integer(size - used)}
    )


def _ports(device: Device) -> Iterator[Cell]:
    """Yield rcPortTable; a stackable answers the operational duplex alone (ERS 4950 recording)."""
    rows = [((device.index(port.name),), port) for port in device.facts.ports]
    duplex: dict[int, Callable[[Port], Value]] = {13: lambda port: integer(2 if port.up else 0)}
    if family(device.twin) is not Family.CHASSIS:
        yield from table(f"{_RC}.4.10.1.1", rows, duplex)
        return
    admin_speed = {10: 1, 100: 2, 1000: 3}
    columns: dict[int, Callable[[Port], Value]] = {
        1: lambda port: integer(device.index(port.name)),
        11: lambda _: truth(value=True),
        12: lambda _: integer(2),  # full
        14: lambda port: integer(admin_speed.get(port.speed, 0)),
        15: lambda port: integer(port.speed if port.up else 0),
        16: lambda _: integer(0),
        17: lambda _: truth(value=False),
        21: lambda port: counter(1 if port.up else 0),
        35: lambda port: text(port.alias[:42]),
        50: lambda _: truth(value=False),
        76: lambda _: integer(15_000),
        77: lambda _: integer(10_000),
    }
    yield from table(f"{_RC}.4.10.1.1", rows, columns | duplex)


def port_set(indexes: Iterable[int], size: int) -> bytes:
    """Return a PortSet: the top bit of the first octet is ifIndex 0.

    `size` octets, more where an index asks for it; a single zero octet stands for no members at all (seen).
    """
    members = set(indexes)
    if not members:
        return b"\x00"
    bits = bytearray(max(size, max(members) // 8 + 1))
    for index in members:
        bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


def _members(device: Device, vlan: Vlan, *, up_only: bool = False) -> bytes:
    """Return the PortSet of a VLAN's ports."""
    indexes = [
        device.index(port.name) for port in device.facts.ports if port.name in vlan.members and (port.up or not up_only)
    ]
    return port_set(indexes, _CHASSIS_SET if family(device.twin) is Family.CHASSIS else _STACK_SET)


def _vlans(device: Device) -> Iterator[Cell]:
    """Yield rcVlanTable, indexed by VLAN id."""
    rows = [((vlan.vid,), vlan) for vlan in device.facts.vlans]
    columns: dict[int, Callable[[Vlan], Value]] = {
        1: lambda vlan: integer(vlan.vid),
        2: lambda vlan: text(vlan.name),
        3: lambda vlan: integer(vlan.vid % 33),
        5: lambda vlan: truth(value=vlan.routed),
        6: lambda vlan: integer(2048 + vlan.vid if vlan.routed else 0),
        9: lambda _: integer(1),
        10: lambda _: integer(1),  # byPort
        11: lambda vlan: octets(_members(device, vlan)),
        12: lambda vlan: octets(_members(device, vlan, up_only=True)),
        13: lambda _: octets(port_set((), 1)),
        14: lambda _: octets(port_set((), 1)),
        15: lambda _: integer(0),
        18: lambda _: integer(600),
        19: lambda vlan: octets(device.mac(2048 + vlan.vid)),
        20: lambda _: integer(1),  # active
    }
    yield from table(f"{_RC}.3.2.1", rows, columns)


def _addresses(device: Device) -> Iterator[Cell]:
    """Yield rcIpAddrTable (RC-IP-MIB), indexed by ifIndex and address: the VLANs' interfaces."""
    rows = [
        ((2048 + vlan.vid, *vlan.address.ip.packed), (vlan.vid, vlan.address))
        for vlan in device.facts.vlans
        if vlan.address
    ]
    columns: dict[int, Callable[[tuple[int, IPv4Interface]], Value]] = {
        1: lambda row: integer(2048 + row[0]),
        2: lambda row: address(str(row[1].ip)),
        3: lambda row: address(str(row[1].netmask)),
        4: lambda _: integer(1),  # ones
        5: lambda _: integer(1500),
        6: lambda _: integer(1),  # active
        7: lambda row: integer(row[0]),
        8: lambda _: truth(value=False),
        9: lambda _: integer(0),
        10: lambda _: integer(3),  # vlan
    }
    yield from table(f"{_RC}.8.2.1", rows, columns)


def _vlan_ports(device: Device) -> Iterator[Cell]:
    """Yield rcVlanPortTable: the VLANs of each port, its kind, its default VLAN, whether it tags."""
    rows = [((device.index(port.name),), port) for port in device.facts.ports if split(port.name)]
    columns: dict[int, Callable[[Port], Value]] = {
        1: lambda port: integer(device.index(port.name)),
        2: lambda port: integer(len(_vids(device, port))),
        3: lambda port: octets(b"".join(vid.to_bytes(2, "big") for vid in _vids(device, port))),
        4: lambda port: integer(2 if port.tagged else 1),  # access(1), trunk(2)
        7: lambda port: integer(_default_vlan(device, port)),
        8: lambda port: truth(value=port.tagged),
    }
    yield from table(f"{_RC}.3.3.1", rows, columns)


def _vids(device: Device, port: Port) -> list[int]:
    """Return the ids of a port's VLANs."""
    return [vlan.vid for vlan in device.facts.vlans if port.name in vlan.members]


def _default_vlan(device: Device, port: Port) -> int:
    """Return a port's default VLAN: as told, else the first that it is in, else 0 (none)."""
    if port.pvid is not None:
        return port.pvid
    return next(iter(_vids(device, port)), 0)
