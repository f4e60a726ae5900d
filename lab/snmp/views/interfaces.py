"""IF-MIB: ifTable and ifXTable, numbered as the family numbers them, with counters that only grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab import signals
from lab.snmp.families import Family, family, long_name, split
from lab.snmp.values import counter, counter64, gauge, integer, octets, pointer, text, ticks, truth
from lab.snmp.views.build import scalars, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.snmp.device import Device
    from lab.snmp.facts import Port, Vlan
    from lab.snmp.values import Cell, Value

OTHER, ETHERNET, LOOPBACK, VIRTUAL, VLAN = 1, 6, 24, 53, 136  # ifType
_HUAWEI_KINDS = (
    ("Vlanif", VIRTUAL),
    ("Eth-Trunk", VIRTUAL),
    ("LoopBack", LOOPBACK),
    ("NULL", OTHER),
    ("Console", OTHER),
)
_VLAN_BASE = 2048  # VLAN router interface = 2048 + VLAN id (ZipTie, SNMP::Info; VSP 8404 recording)
_KILO, _MEGA = 1000, 1_000_000
_FRAME = 640  # mean octets of a frame
# Share of the octets' frames that each counter takes.
_UNICAST, _MULTICAST, _BROADCAST = 0.95, 0.04, 0.01


@dataclass(frozen=True, slots=True)
class Interface:
    """One row of ifTable and ifXTable; `speed` in Mbit/s as the agent reports it now, `rate` in octets a second."""

    index: int
    name: str
    descr: str
    kind: int
    mtu: int
    speed: int
    admin: bool
    up: bool
    alias: str = ""
    meter: signals.Meter | None = None
    rate: float = 0.0

    @property
    def is_port(self) -> bool:
        """Whether there is a connector behind it."""
        return self.kind == ETHERNET


def interfaces(device: Device) -> Iterator[Cell]:
    """Yield ifNumber, ifTable and ifXTable."""
    rows = [((row.index,), row) for row in _rows(device)]
    yield from scalars("1.3.6.1.2.1.2", {1: lambda: integer(len(rows))})
    yield from table("1.3.6.1.2.1.2.2.1", rows, _if_columns(device))
    yield from table("1.3.6.1.2.1.31.1.1.1", rows, _ifx_columns(device))


def _rows(device: Device) -> Iterator[Interface]:
    """Yield the interfaces of a device, logical ones too where the family shows them."""
    kind = family(device.twin)
    if kind is Family.HUAWEI:
        fixed = (("InLoopBack0", LOOPBACK), ("NULL0", OTHER), ("Console0/0/0", OTHER))
        for index, (name, type_) in enumerate(fixed, start=1):
            yield Interface(index, name, name, type_, mtu=1500, speed=0, admin=True, up=True)
    for port in device.facts.ports:
        yield _front(device, kind, port)
    for vlan in device.facts.vlans:
        if kind is Family.CHASSIS:
            yield _router(device, vlan)


def _front(device: Device, kind: Family, port: Port) -> Interface:
    """Return the row of a front port; a Nortel port without link answers speed 0, a Huawei one its nominal speed."""
    index = device.index(port.name)
    name, descr = _names(device, kind, port, index)
    share = signals.between(2, 60, device.twin.name, port.name, "share") / 1000
    return Interface(
        index=index,
        name=name,
        descr=descr,
        kind=next((type_ for start, type_ in _HUAWEI_KINDS if port.name.startswith(start)), ETHERNET),
        mtu=1950 if kind is Family.CHASSIS else 1500,
        speed=port.speed if port.up or kind is Family.HUAWEI else 0,
        admin=port.admin,
        up=port.up,
        alias=port.alias,
        meter=device.meter(port),
        rate=share * min(port.speed * _MEGA, device.twin.line_kbps.get(port.name, port.speed * _KILO) * _KILO) / 8,
    )


def _names(device: Device, kind: Family, port: Port, index: int) -> tuple[str, str]:
    """Return ifName and ifDescr of a port.

    Chassis: the shape of the VSP 8404 recording (no ERS 8600 walk was found). Stackable: ``ifc1 (Slot: 1 Port: 1)``
    as public collectors saw it. Huawei: the port's own name twice (S12704 recording).
    """
    twin, numbers = device.twin, split(port.name)
    if kind is Family.CHASSIS and len(numbers) > 1:
        card = twin.cards.get(numbers[0], "unknown")
        medium = {100: "100BaseTX", 1000: "1000BaseX", 10_000: "10GbX"}.get(port.speed, "Ethernet")
        descr = f"{twin.model} Module {card} - {medium} Port {port.name}"
        return f"Slot {numbers[0]}, Port {numbers[-1]}", descr
    if kind is Family.STACKABLE and numbers:
        unit = numbers[0] if len(numbers) > 1 else 1
        descr = f"{long_name(twin)} Module - Unit {unit} Port {numbers[-1]}"
        return f"ifc{index} (Slot: {unit} Port: {numbers[-1]})", descr
    return port.name, port.name


def _router(device: Device, vlan: Vlan) -> Interface:
    """Return the row of a VLAN; a VSP was recorded with one for each VLAN, routed or not."""
    return Interface(
        index=_VLAN_BASE + vlan.vid,
        name=vlan.name,
        descr=f"VLAN - {vlan.name}",
        kind=VLAN,
        mtu=1500,
        speed=0,
        admin=True,
        up=any(port.up and port.name in vlan.members for port in device.facts.ports),
        alias=vlan.name,
    )


def _frames(device: Device, share: float, way: str) -> Callable[[Interface], int]:
    """Return a counter of frames of one kind, ``in`` or ``out``."""
    read = _octets(device, way)
    return lambda row: int(read(row) * share / _FRAME)


def _octets(device: Device, way: str) -> Callable[[Interface], int]:
    """Return the counter of octets, ``in`` or ``out``; an interface without meter has passed none."""
    factor = 1.0 if way == "in" else 0.7

    def read(row: Interface) -> int:
        if row.meter is None:
            return 0
        return signals.amount(row.rate * factor, row.meter.seconds(device.uptime()))

    return read


def _if_columns(device: Device) -> dict[int, Callable[[Interface], Value]]:
    """Return the columns of ifTable (RFC 2863; RFC 1213's sums of multicast and broadcast still answered)."""
    half_counted = device.twin.model.startswith("BayStack 450")  # reports full duplex as double speed
    return {
        1: lambda row: integer(row.index),
        2: lambda row: text(row.descr),
        3: lambda row: integer(row.kind),
        4: lambda row: integer(row.mtu),
        5: lambda row: gauge(row.speed * _MEGA * (2 if half_counted else 1)),
        6: lambda row: octets(device.mac(row.index) if row.kind in {ETHERNET, VLAN} else b""),
        7: lambda row: truth(value=row.admin),  # up(1), down(2)
        8: lambda row: truth(value=row.up),
        9: lambda row: ticks(row.meter.changed if row.meter else 0),
        10: _wrapped(_octets(device, "in")),
        11: _wrapped(_frames(device, _UNICAST, "in")),
        12: _wrapped(_frames(device, _MULTICAST + _BROADCAST, "in")),
        13: lambda _: counter(0),
        14: _wrapped(_frames(device, 1e-7, "in")),
        15: lambda _: counter(0),
        16: _wrapped(_octets(device, "out")),
        17: _wrapped(_frames(device, _UNICAST, "out")),
        18: _wrapped(_frames(device, _MULTICAST + _BROADCAST, "out")),
        19: lambda _: counter(0),
        20: lambda _: counter(0),
        21: lambda _: gauge(0),
        22: lambda _: pointer((0, 0)),
    }


def _ifx_columns(device: Device) -> dict[int, Callable[[Interface], Value]]:
    """Return the columns of ifXTable (RFC 2863)."""
    shares = {"in": (2, 3, 6, 7, 8, 9), "out": (4, 5, 10, 11, 12, 13)}
    columns: dict[int, Callable[[Interface], Value]] = {1: lambda row: text(row.name)}
    for way, (multicast, broadcast, octets_, unicast, multicast64, broadcast64) in shares.items():
        columns[multicast] = _wrapped(_frames(device, _MULTICAST, way))
        columns[broadcast] = _wrapped(_frames(device, _BROADCAST, way))
        columns[octets_] = _wide(_octets(device, way))
        columns[unicast] = _wide(_frames(device, _UNICAST, way))
        columns[multicast64] = _wide(_frames(device, _MULTICAST, way))
        columns[broadcast64] = _wide(_frames(device, _BROADCAST, way))
    return columns | {
        14: lambda row: truth(value=row.is_port),
        15: lambda row: gauge(row.speed),
        16: lambda _: truth(value=False),
        17: lambda row: truth(value=row.is_port),
        18: lambda row: text(row.alias),
        19: lambda _: ticks(0),
    }


def _wrapped(read: Callable[[Interface], int]) -> Callable[[Interface], Value]:
    """Return a column of Counter32."""
    return lambda row: counter(read(row))


def _wide(read: Callable[[Interface], int]) -> Callable[[Interface], Value]:
    """Return a column of Counter64."""
    return lambda row: counter64(read(row))
