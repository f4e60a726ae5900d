"""ENTITY-MIB and HUAWEI-ENTITY-EXTENT-MIB: boards, fans, power, CPU, memory and temperature.

Entity numbers, columns and sentinels as an S12704 was recorded: an entity without a reading answers 0, the memory size
of the main board does not fit and answers -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.snmp.families import split
from lab.snmp.values import gauge, integer, octets, oid, pointer, text
from lab.snmp.views.build import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.snmp.device import Device
    from lab.snmp.values import Cell, Value

_PHYSICAL, _ALIAS = "1.3.6.1.2.1.47.1.1.1.1", "1.3.6.1.2.1.47.1.3.2.1"
_STATE, _FAN_TABLE = "1.3.6.1.4.1.2011.5.25.31.1.1.1.1", "1.3.6.1.4.1.2011.5.25.31.1.1.10.1"
_CPU, _MEMORY = "1.3.6.1.4.1.2011.6.3.4.1", "1.3.6.1.4.1.2011.6.3.5.1.1"
_VENDOR = oid("1.3.6.1.4.1.2011.20021210")
_IF_INDEX = oid("1.3.6.1.2.1.2.2.1.1")
# entPhysicalIndex: a chassis; then slots a fixed step apart; a board just after its slot; ports after their board.
_CHASSIS, _SLOT0, _STEP, _BOARD = 67_108_867, 67_108_869, 262_144, 4
_PORT, _CARD_STEP, _PORT_STEP = 114_693, 16_384, 64
_FANS, _SUPPLIES = 2, 2
CHASSIS, CONTAINER, SUPPLY, FAN, MODULE, PORT = 3, 5, 6, 7, 9, 10  # entPhysicalClass
_MAIN_BYTES, _LINE_BYTES = 2_269_118_464, 409_610_204


@dataclass(frozen=True, slots=True)
class Entity:
    """One row of entPhysicalTable and of hwEntityStateTable."""

    index: int
    descr: str
    name: str
    kind: int
    inside: int
    position: int
    slot: int = 0
    main: bool = False
    if_index: int = 0

    @property
    def board(self) -> bool:
        """Whether it has a CPU, memory and a thermometer."""
        return self.kind == MODULE


def huawei(device: Device) -> Iterator[Cell]:
    """Yield the entities, their states, the fans, and the older CPU and memory tables."""
    entities = list(_entities(device))
    rows = [((entity.index,), entity) for entity in entities]
    boards = [((0, entity.slot, 0), entity) for entity in entities if entity.board]
    yield from table(_PHYSICAL, rows, _physical(device))
    ports = [((entity.index, 1), entity) for entity in entities if entity.if_index]
    yield from table(_ALIAS, ports, {2: lambda entity: pointer((*_IF_INDEX, entity.if_index))})
    yield from table(_STATE, rows, _state(device))
    yield from _fans(device)

    def busy(entity: Entity) -> Value:
        return integer(_busy(device, entity))

    yield from table(_CPU, boards, {2: busy, 3: busy, 4: busy})
    yield from table(
        _MEMORY,
        boards,
        {
            2: lambda entity: gauge(_bytes(entity)),
            3: lambda entity: gauge(_bytes(entity) * (100 - _memory(device, entity)) // 100),
        },
    )


def _slots(device: Device) -> dict[int, str]:
    """Return the boards by slot: as the twin names them, else one for each first number of a port's name."""
    if device.twin.cards:
        return dict(sorted(device.twin.cards.items()))
    slots = {split(port.name)[0] for port in device.facts.ports if split(port.name)}
    return dict.fromkeys(sorted(slots or {0}), "")


def _is_main(card: str, slots: dict[int, str]) -> bool:
    """Tell whether a board is the main one; a box of one board has no other."""
    return len(slots) == 1 or any(kind in card for kind in ("MPU", "SRU", "MCU"))


def _entities(device: Device) -> Iterator[Entity]:
    """Yield the chassis, its boards, fans and supplies each in its slot, and the ports."""
    chassis = f"HUAWEI {device.twin.model} chassis"
    yield Entity(_CHASSIS, chassis, chassis, CHASSIS, inside=0, position=1)
    slots = _slots(device)
    for slot, card in slots.items():
        main = _is_main(card, slots)
        kind = "MPU Board" if main else "LPU Board"
        yield from _slotted(slot, kind, f"{kind} {slot}", MODULE, main=main)
    bay = max([*slots, 10])  # an S12704 has its fans from slot 11 on
    for fan in range(1, _FANS + 1):
        yield from _slotted(bay + fan, "Fan", f"FAN{fan}", FAN)
    for supply in range(1, _SUPPLIES + 1):
        yield from _slotted(bay + _FANS + supply, "PowerSupply", f"PWR{supply}", SUPPLY)
    yield from _ports(device, slots)


def _slotted(slot: int, descr: str, name: str, kind: int, *, main: bool = False) -> Iterator[Entity]:
    """Yield a slot and what is in it."""
    container = _SLOT0 + slot * _STEP
    yield Entity(container, "Board slot", f"Board slot {slot}", CONTAINER, inside=_CHASSIS, position=slot)
    yield Entity(container + _BOARD, descr, name, kind, inside=container, position=1, slot=slot, main=main)


def _ports(device: Device, slots: dict[int, str]) -> Iterator[Entity]:
    """Yield the ports whose names place them on a board: slot/card/port."""
    used: set[int] = set()
    for port in device.facts.ports:
        numbers = split(port.name)
        if len(numbers) != 3 or numbers[0] not in slots:  # noqa: PLR2004 - slot, card, port
            continue
        slot, card, number = numbers
        board = _SLOT0 + slot * _STEP + _BOARD
        index = board + _PORT + card * _CARD_STEP + number * _PORT_STEP
        while index in used:  # GigabitEthernet0/0/1 beside XGigabitEthernet0/0/1; the real numbers are not recorded
            index += 1
        used.add(index)
        yield Entity(
            index, "Port", port.name, PORT, inside=board, position=number, slot=slot, if_index=device.index(port.name)
        )


def _physical(device: Device) -> dict[int, Callable[[Entity], Value]]:
    """Return the columns of entPhysicalTable (RFC 4133)."""
    release = f"Version 5.170 {device.twin.software}" if device.twin.software.startswith("V") else device.twin.software
    removable = {SUPPLY, FAN, MODULE}
    return {
        2: lambda entity: text(entity.descr),
        3: lambda entity: pointer((0, 0) if entity.kind == CONTAINER else (*_VENDOR, entity.kind)),
        4: lambda entity: integer(entity.inside),
        5: lambda entity: integer(entity.kind),
        6: lambda entity: integer(entity.position),
        7: lambda entity: text(entity.name),
        8: lambda entity: text("VER.A" if entity.board else ""),
        9: lambda entity: text("020c.00f0" if entity.board else ""),
        10: lambda entity: text(release if entity.kind not in {CONTAINER, PORT} else ""),
        11: lambda entity: text(device.serial(entity.index) if entity.kind not in {CONTAINER, PORT} else ""),
        12: lambda entity: text("" if entity.kind == PORT else "Huawei"),
        13: lambda _: text(""),
        14: lambda _: text(""),
        15: lambda _: text(""),
        16: lambda entity: integer(1 if entity.kind in removable else 2),
    }


def _busy(device: Device, entity: Entity) -> int:
    """Return a board's CPU in percent."""
    return device.cpu(("cpu", entity.slot))


def _memory(device: Device, entity: Entity) -> int:
    """Return a board's memory in use, in percent."""
    return device.reading(14, 20, ("memory", entity.slot))


def _bytes(entity: Entity) -> int:
    """Return a board's memory."""
    return _MAIN_BYTES if entity.main else _LINE_BYTES


def _of_board(entity: Entity, reading: int) -> Value:
    """Return a reading that only boards have; 0 means not applicable."""
    return integer(reading if entity.board else 0)


def _oper(device: Device, entity: Entity) -> int:
    """Return hwEntityOperStatus: enabled(3), or disabled(2) for a supply that gives no power."""
    number = int(entity.name[3:]) if entity.kind in {FAN, SUPPLY} else 0
    failed = device.health.failed_fans if entity.kind == FAN else device.health.failed_supplies
    return 2 if number and number in failed else 3


def _state(device: Device) -> dict[int, Callable[[Entity], Value]]:
    """Return the columns of hwEntityStateTable; voltages in mV."""
    return {
        1: lambda _: integer(4),  # unlocked
        2: lambda entity: integer(_oper(device, entity)),
        3: lambda entity: integer(4 if entity.main or entity.kind == CHASSIS else 1),  # providingService
        4: lambda _: octets(b"\x80"),
        5: lambda entity: _of_board(entity, _busy(device, entity)),
        6: lambda entity: _of_board(entity, 95),
        7: lambda entity: _of_board(entity, _memory(device, entity)),
        8: lambda entity: _of_board(entity, 95 if entity.main else 85),
        9: lambda entity: _of_board(entity, -1 if entity.main else _LINE_BYTES),
        10: lambda entity: integer(int(device.uptime()) if entity.board or entity.kind == CHASSIS else 0),
        11: lambda entity: _of_board(entity, device.health.temperature),
        12: lambda entity: _of_board(entity, 63 if entity.main else 60),
        13: lambda entity: _of_board(entity, 3332),
        14: lambda entity: _of_board(entity, 2646),
        15: lambda entity: _of_board(entity, 3959),
        16: lambda _: integer(0),
        17: lambda _: integer(0),
        18: lambda _: integer(0),
        19: lambda entity: _of_board(entity, _bytes(entity) >> 20),
        20: lambda _: integer(1),
        21: lambda _: integer(1),
        22: lambda _: integer(0),
        29: lambda entity: _of_board(entity, 23),
        43: lambda entity: text(_slots(device).get(entity.slot, "") if entity.board else ""),
        47: lambda _: text(""),
        64: lambda _: text(""),
    }


def _fans(device: Device) -> Iterator[Cell]:
    """Yield the fan table, two fans in each of two trays; a tray is one fan entity."""
    rows = [((29 + tray, number), (tray, number)) for tray in range(1, _FANS + 1) for number in (1, 2)]

    def failed(row: tuple[int, int]) -> bool:
        return row[0] in device.health.failed_fans

    yield from table(
        _FAN_TABLE,
        rows,
        {
            1: lambda row: integer(29 + row[0]),
            2: lambda row: integer(row[1]),
            3: lambda _: integer(1),  # registered
            4: lambda _: integer(1),
            5: lambda row: integer(0 if failed(row) else 30),
            6: lambda _: integer(1),  # present
            7: lambda row: integer(2 if failed(row) else 1),
        },
    )
