"""S5-CHASSIS-MIB (enterprise 45) of the BayStack / ERS stackables: parts, temperature and CPU of each unit.

Objects, indexes (group.component.sub, component = unit * 10 + module) and states as an ERS 4950GTS-PWR+ was recorded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.snmp.families import long_name, object_id, split
from lab.snmp.values import address, counter, gauge, integer, oid, pointer, text, ticks
from lab.snmp.views.build import scalars, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.snmp.device import Device
    from lab.snmp.values import Cell, Oid, Value

_S5 = "1.3.6.1.4.1.45.1.6.3"
_GROUPS, _PARTS = oid("1.3.6.1.4.1.45.1.6.1.2"), oid("1.3.6.1.4.1.45.1.6.1.3")
BOARD, POWER, SENSOR, FAN, UNIT = 3, 4, 5, 6, 8
_FACTOR = 10
_NORMAL, _REMOVED, _NON_FATAL = 5, 3, 9
_TYPES = {BOARD: "6.830", POWER: "8.146.1", SENSOR: "3.2", FAN: "10.146.1", UNIT: "6.830"}
_FANS, _SUPPLIES = 4, 2


@dataclass(frozen=True, slots=True)
class Part:
    """One row of s5ChasCom; `number` counts parts of a kind over the whole stack, from 1."""

    group: int
    component: int
    sub: int
    number: int
    descr: str
    ports: int = 0
    empty: bool = False

    @property
    def index(self) -> Oid:
        """Return the row's index."""
        return (self.group, self.component, self.sub)

    @property
    def named(self) -> bool:
        """Whether the row tells version and serial number: boards and units do."""
        return self.group in {BOARD, UNIT} and not self.sub


def s5(device: Device) -> Iterator[Cell]:
    """Yield the chassis scalars, groups, components, temperature sensors and utilisation."""
    parts = list(_parts(device))
    yield from scalars(f"{_S5}.1", _chassis(device))
    yield from _groups(parts)
    yield from table(f"{_S5}.3.1.1", [(part.index, part) for part in parts], _columns(device))
    yield from _sensors(device, parts)
    yield from _utilisation(device, parts)


def _units(device: Device) -> dict[int, int]:
    """Return the number of ports of each unit of the stack."""
    units: dict[int, int] = {}
    for port in device.facts.ports:
        numbers = split(port.name)
        unit = numbers[0] if len(numbers) > 1 else 1
        units[unit] = units.get(unit, 0) + 1
    return units or {1: 0}


def _parts(device: Device) -> Iterator[Part]:
    """Yield the parts of all units; the second uplink slot of each board is empty."""
    name = long_name(device.twin)
    for order, (unit, ports) in enumerate(sorted(_units(device).items())):
        base = unit * _FACTOR
        yield Part(BOARD, base, 0, order + 1, f"{name:<38}", ports)
        yield Part(BOARD, base, 1, 1, "SFP 1000BASE-SX")
        yield Part(BOARD, base, 2, 2, "", empty=True)
        for supply in range(_SUPPLIES):
            number = order * _SUPPLIES + supply + 1
            yield Part(POWER, base + supply, 0, number, "Power Supply Unit")
        yield Part(SENSOR, base, 0, order + 1, "Temperature Sensor")
        for fan in range(_FANS):
            yield Part(FAN, base + fan, 0, order * _FANS + fan + 1, "Fan")
        yield Part(UNIT, unit, 0, order + 1, f"{name:<38}", ports)


def _chassis(device: Device) -> dict[int, Callable[[], Value]]:
    twin = device.twin
    return {
        1: lambda: pointer(object_id(twin)),
        2: lambda: text(f"{long_name(twin):<38}"),
        5: lambda: text("01"),
        6: lambda: text(device.serial("unit 1")),
        7: lambda: counter(0),
        11: lambda: counter(0),
        12: lambda: ticks(0),
    }


def _groups(parts: list[Part]) -> Iterator[Cell]:
    """Yield s5ChasGrp for the groups in use."""
    groups = sorted({part.group for part in parts})
    columns: dict[int, Callable[[int], Value]] = {
        1: integer,
        2: lambda group: pointer((*_GROUPS, group)),
        4: lambda _: integer(-1),
        5: lambda group: integer(sum(part.group == group and not part.sub for part in parts)),
        8: lambda group: integer(1 if group == UNIT else _FACTOR),
    }
    yield from table(f"{_S5}.2.1.1", [((group,), group) for group in groups], columns)


def _state(device: Device, part: Part) -> int:
    """Return s5ChasComOperState: an empty slot is removed(3), a failed part nonFatalErr(9)."""
    if part.empty:
        return _REMOVED
    failed = {FAN: device.health.failed_fans, POWER: device.health.failed_supplies}.get(part.group, frozenset())
    return _NON_FATAL if part.number in failed else _NORMAL


def _columns(device: Device) -> dict[int, Callable[[Part], Value]]:
    """Return the columns of s5ChasCom."""
    version = f"v{device.twin.software.lstrip('v')}"
    return {
        1: lambda part: integer(part.group),
        2: lambda part: integer(part.component),
        3: lambda part: integer(part.sub),
        4: lambda part: pointer(_PARTS + oid(_TYPES[part.group])),
        5: lambda part: text(part.descr),
        6: lambda part: text("32" if part.named else ""),
        7: lambda part: text(device.serial(f"unit {part.number}") if part.named else ""),
        8: lambda _: ticks(0),
        9: lambda _: integer(4),  # enable
        10: lambda part: integer(_state(device, part)),
        11: lambda part: integer(2 if part.named else 0),
        12: lambda part: integer(2 if part.named else 0),
        13: lambda part: integer(1 if part.group == UNIT else 0),
        14: lambda _: text(""),
        15: lambda _: integer(0),
        16: lambda part: integer(part.ports),
        17: lambda part: integer(part.ports),
        18: lambda _: address("0.0.0.0"),  # noqa: S104 - a value: no address of its own
        19: lambda part: text(version if part.named else ""),
        30: lambda part: ticks(device.uptime() if part.group == UNIT else 0),
    }


def _sensors(device: Device, parts: list[Part]) -> Iterator[Cell]:
    """Yield s5ChasTmpSnr; the value counts HALF degrees."""
    rows = [(part.index, part) for part in parts if part.group == SENSOR]
    columns: dict[int, Callable[[Part], Value]] = {
        1: lambda part: integer(part.group),
        2: lambda part: integer(part.component),
        3: lambda part: integer(part.sub),
        5: lambda _: integer(device.health.temperature * 2 + 1),
    }
    yield from table(f"{_S5}.7.1.1", rows, columns)


def _utilisation(device: Device, parts: list[Part]) -> Iterator[Cell]:
    """Yield s5ChasUtil of each board; releases before 5 have no memory in MB."""
    rows = [(part.index, part) for part in parts if part.group == BOARD and not part.sub]
    columns: dict[int, Callable[[Part], Value]] = {
        1: lambda part: integer(part.group),
        2: lambda part: integer(part.component),
        3: lambda part: integer(part.sub),
        4: lambda _: gauge(22),
        5: lambda part: gauge(device.cpu(part.component)),
        6: lambda part: gauge((device.cpu(part.component) + 12) // 2),
        7: lambda _: gauge(13),
        8: lambda _: gauge(12),
        9: lambda part: gauge(device.reading(94, 97, ("memory", part.component))),
        10: lambda _: gauge(93),
    }
    major = int(re.findall(r"\d+", device.twin.software or "0")[0])
    if major >= 5:  # noqa: PLR2004 - a release
        columns |= {
            11: lambda part: gauge(device.cpu(part.component)),
            12: lambda _: gauge(128),
            13: lambda part: gauge(device.reading(44, 48, ("free", part.component))),
        }
    yield from table(f"{_S5}.8.1.1", rows, columns)
