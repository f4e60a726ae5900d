"""What a device has learned: MAC addresses, ARP, and the neighbours that it hears, each family in its own tables.

Where which family keeps them: a VSP 8404 recording has Q-BRIDGE-MIB with interface indexes for bridge ports and ARP in
ipNetToMediaTable; public collectors read a Passport 8600 and the BayStacks by BRIDGE-MIB (the 8600 with interface
indexes and 4095 + MLT for bridge ports) and SONMP's topology table, and VRP by HUAWEI-L2MAM-MIB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.snmp.families import Family, family, split
from lab.snmp.values import address, gauge, integer, octets, text, truth
from lab.snmp.views.build import scalars, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.snmp.device import Device
    from lab.snmp.plant import Heard, Resolved, Seen
    from lab.snmp.values import Cell, Oid, Value

_BRIDGE, _Q_BRIDGE = "1.3.6.1.2.1.17", "1.3.6.1.2.1.17.7.1"
_HUAWEI_FDB = "1.3.6.1.4.1.2011.5.25.42.2.1.3.1"
_ARP = "1.3.6.1.2.1.4.22.1"
_TOPOLOGY = "1.3.6.1.4.1.45.1.6.13"
_LLDP = "1.0.8802.1.1.2.1"
_LEARNED, _SELF = 3, 4  # dot1dTpFdbStatus
_OTHER, _DYNAMIC = 1, 3  # ipNetToMediaType
_MAC, _INTERFACE_NAME = 4, 5  # LldpChassisIdSubtype, LldpPortIdSubtype
_HEARTBEAT, _FAST_GIGABIT = 2, 12  # s5EnMsTopNmmCurState; the backplane of an ERS 4550T in `show sys topology`
_MLT_BASE = {"nortel_passport": 4095, "extreme_voss": 6143}  # index of MLT 1 less one: wiremaps; VSP 8404 recording


def learned(device: Device) -> Iterator[Cell]:
    """Yield the tables that the device's family has."""
    kind = family(device.twin)
    if kind is Family.HUAWEI:
        yield from _huawei_macs(device)
        yield from _lldp(device)
    elif device.twin.platform == "extreme_voss":
        yield from _macs_by_vlan(device)
    elif kind is not Family.PLAIN:
        yield from _macs(device)
    if kind in {Family.CHASSIS, Family.STACKABLE}:
        yield from _topology(device)
    if kind is not Family.STACKABLE:
        yield from _arp(device)


def _index(device: Device, port: str) -> int:
    """Return the interface index of a port or an aggregation."""
    name, _, number = port.partition(" ")
    if name == "MLT" and number.isdigit():
        return _MLT_BASE.get(device.twin.platform, 0) + int(number)
    return device.index(port)


def _macs(device: Device) -> Iterator[Cell]:
    """Yield dot1dTpFdbTable, which knows no VLANs; the bridge ports of a stackable are its interface indexes too."""
    rows = {tuple(one.mac): (one.mac, _index(device, one.port), _LEARNED) for one in device.learned.seen}
    rows[tuple(device.base_mac)] = (device.base_mac, 0, _SELF)
    columns: dict[int, Callable[[tuple[bytes, int, int]], Value]] = {
        1: lambda row: octets(row[0]),
        2: lambda row: integer(row[1]),
        3: lambda row: integer(row[2]),
    }
    yield from table(f"{_BRIDGE}.4.3.1", list(rows.items()), columns)
    if family(device.twin) is Family.STACKABLE:
        ports = [((number,), number) for number in sorted(device.index(port.name) for port in device.facts.ports)]
        yield from table(f"{_BRIDGE}.1.4.1", ports, {1: integer, 2: integer})


def _macs_by_vlan(device: Device) -> Iterator[Cell]:
    """Yield dot1qTpFdbTable, its filtering databases named as their VLANs."""
    rows = [((one.vlan, *one.mac), one) for one in device.learned.seen]
    columns: dict[int, Callable[[Seen], Value]] = {
        2: lambda one: integer(_index(device, one.port)),
        3: lambda _: integer(_LEARNED),
    }
    yield from table(f"{_Q_BRIDGE}.2.2.1", rows, columns)
    vlans = [((0, vlan.vid), vlan.vid) for vlan in device.facts.vlans]
    yield from table(f"{_Q_BRIDGE}.4.2.1", vlans, {3: gauge})


def _huawei_macs(device: Device) -> Iterator[Cell]:
    """Yield hwDynFdbTable by MAC address, VLAN and the name of a VSI, which is empty."""
    rows = [((*one.mac, one.vlan, 0), one) for one in device.learned.seen]
    yield from table(_HUAWEI_FDB, rows, {4: lambda one: integer(_index(device, one.port))})


def _arp(device: Device) -> Iterator[Cell]:
    """Yield ipNetToMediaTable; a chassis shows its own addresses in it, as other(1)."""
    chassis = family(device.twin) is Family.CHASSIS
    entries = [one for one in device.learned.resolved if chassis or not one.own]
    rows = [((_router_index(device, one.vlan), *one.address.packed), one) for one in entries]
    columns: dict[int, Callable[[Resolved], Value]] = {
        1: lambda one: integer(_router_index(device, one.vlan)),
        2: lambda one: octets(one.mac),
        3: lambda one: address(str(one.address)),
        4: lambda one: integer(_OTHER if one.own else _DYNAMIC),
    }
    yield from table(_ARP, rows, columns)


def _router_index(device: Device, vid: int) -> int:
    """Return the interface index of a VLAN's router interface."""
    match family(device.twin):
        case Family.HUAWEI:
            return device.number(f"Vlanif{vid}")
        case Family.PLAIN:
            return device.number(next(vlan.name for vlan in device.facts.vlans if vlan.vid == vid))
        case _:
            return 2048 + vid


def _slot_and_port(port: str) -> tuple[int, int]:
    numbers = split(port)
    return (numbers[0], numbers[-1]) if len(numbers) > 1 else (1, numbers[0])


def _topology(device: Device) -> Iterator[Cell]:
    """Yield SONMP's s5EnMsTop: a row of port 0 for the box itself, then one for each neighbour.

    The segment that a neighbour tells is 256 times its slot and its port, as in ``0x000132`` for port 1/50.
    """
    own = device.twin.known_as or "0.0.0.0"  # noqa: S104 - a value: no address is configured
    told = [((0, 0), own, 0, device.base_mac)]
    told += [_row(one) for one in device.learned.heard if one.protocol == "sonmp"]
    rows = [
        ((*place, *map(int, of.split(".")), segment), (place, of, segment, mac)) for place, of, segment, mac in told
    ]
    columns: dict[int, Callable[[tuple[tuple[int, int], str, int, bytes]], Value]] = {
        1: lambda row: integer(row[0][0]),
        2: lambda row: integer(row[0][1]),
        3: lambda row: address(row[1]),
        4: lambda row: integer(row[2]),
        5: lambda row: octets(row[3]),
        7: lambda _: integer(_FAST_GIGABIT),
        8: lambda _: truth(value=True),
        9: lambda _: integer(_HEARTBEAT),
    }
    yield from scalars(f"{_TOPOLOGY}.1", {1: lambda: address(own), 2: lambda: integer(1)})
    yield from table(f"{_TOPOLOGY}.2.1.1", rows, columns)


def _row(one: Heard) -> tuple[tuple[int, int], str, int, bytes]:
    slot, port = _slot_and_port(one.far_port)
    return _slot_and_port(one.port), one.address, 256 * slot + port, one.mac


def _lldp(device: Device) -> Iterator[Cell]:
    """Yield lldpLocPortTable and lldpRemTable of a device that speaks LLDP; its port numbers are of LLDP's own."""
    if not device.facts.lldp:
        return
    numbers = {port.name: number for number, port in enumerate(device.facts.ports, 1)}
    ports = [((number,), name) for name, number in numbers.items()]
    yield from table(f"{_LLDP}.3.7.1", ports, {2: lambda _: integer(_INTERFACE_NAME), 3: text, 4: text})
    heard = [one for one in device.learned.heard if one.protocol == "lldp"]
    rows: list[tuple[Oid, Heard]] = [((0, numbers[one.port], order), one) for order, one in enumerate(heard, 1)]
    columns: dict[int, Callable[[Heard], Value]] = {
        4: lambda _: integer(_MAC),
        5: lambda one: octets(one.mac),
        6: lambda _: integer(_INTERFACE_NAME),
        7: lambda one: text(one.far_port),
        8: lambda one: text(one.far_port),
        9: lambda one: text(one.name),
    }
    yield from table(f"{_LLDP}.4.1.1", rows, columns)
