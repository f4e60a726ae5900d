"""UPS-MIB (RFC 1628), whole, in the RFC's units: 0.1 V DC, 0.1 A, 0.1 Hz, whole V, W, minutes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lab.snmp.values import counter, gauge, integer, oid, pointer, text, ticks
from lab.snmp.views.build import scalars, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lab.snmp.device import Device
    from lab.snmp.values import Cell, Value

_UPS = "1.3.6.1.2.1.33.1"
_ALARMS = oid(f"{_UPS}.6.3")
_NO_TEST = oid(f"{_UPS}.7.7.1")
_LINES = 3
_RATED_VA, _RATED_WATTS, _VOLTS = 40_000, 36_000, 220
_FULL, _EMPTY, _FLOAT = 4000, 3360, 4356  # 32 blocks of 12 V, in 0.1 V: under load, at their end, while charged
_NORMAL, _LOW, _DEPLETED = 2, 3, 4  # upsBatteryStatus
_NONE, _INVERTER, _BYPASS, _BATTERY = 2, 3, 4, 5  # upsOutputSource


def ups(device: Device) -> Iterator[Cell]:
    """Yield the ident, battery, input, output, bypass, alarm, test, control and config groups."""
    lines = [((line,), line) for line in range(1, _LINES + 1)]
    yield from scalars(f"{_UPS}.1", _ident(device))
    yield from scalars(f"{_UPS}.2", _battery(device))
    yield from scalars(f"{_UPS}.3", {1: lambda: counter(device.ups.line_bads), 2: lambda: integer(_LINES)})
    yield from table(f"{_UPS}.3.3.1", lines, _input_lines(device))
    yield from scalars(f"{_UPS}.4", _output(device))
    yield from table(f"{_UPS}.4.4.1", lines, _output_lines(device))
    yield from scalars(f"{_UPS}.5", {1: lambda: integer(_mains(device, 500)), 2: lambda: integer(_LINES)})
    yield from table(f"{_UPS}.5.3.1", lines, _bypass_lines(device))
    yield from _alarms(device)
    yield from scalars(f"{_UPS}.7", _test())
    yield from scalars(f"{_UPS}.8", _control())
    yield from scalars(f"{_UPS}.9", _config())


def _ident(device: Device) -> dict[int, Callable[[], Value]]:
    twin = device.twin
    maker, _, model = twin.model.rpartition(" ")
    maker = maker or ("HUAWEI" if model.startswith("UPS") else "unknown")
    return {
        1: lambda: text(maker[:31]),
        2: lambda: text(model[:63]),
        3: lambda: text(twin.software[:63]),
        4: lambda: text(twin.software[:63]),
        5: lambda: text(device.facts.name[:63]),
        6: lambda: text(""),
    }


def _battery(device: Device) -> dict[int, Callable[[], Value]]:
    ups = device.ups
    return {
        1: lambda: integer(_battery_status(device)),
        2: lambda: integer(ups.seconds_on_battery()),
        3: lambda: integer(ups.minutes()),
        4: lambda: integer(round(ups.charge() * 100)),
        5: lambda: integer(_battery_volts(device)),
        6: lambda: integer(_battery_amps(device)),
        7: lambda: integer(ups.facts.temperature),
    }


def _battery_status(device: Device) -> int:
    """Return upsBatteryStatus."""
    if device.ups.on_battery and device.ups.charge() <= 0:
        return _DEPLETED
    return _LOW if device.ups.low() else _NORMAL


def _battery_volts(device: Device) -> int:
    """Return the battery voltage in 0.1 V: float voltage on mains, sinking under load."""
    if not device.ups.on_battery:
        return _FLOAT
    return round(_EMPTY + (_FULL - _EMPTY) * device.ups.charge())


def _battery_amps(device: Device) -> int:
    """Return the battery current in 0.1 A: positive while charged, negative while discharged."""
    ups = device.ups
    if ups.dead:
        return 0
    if ups.on_battery:
        return -round(_watts(device) * _LINES / (_battery_volts(device) / 10) * 10)
    return 50 if ups.facts.mains and ups.charge() < 1 else 0


def _mains(device: Device, reading: int) -> int:
    """Return a reading of the mains, 0 while they are away."""
    return reading if device.ups.facts.mains else 0


def _live(device: Device, reading: int) -> int:
    """Return a reading of the output, 0 while it is dead."""
    return 0 if device.ups.dead else reading


def _watts(device: Device) -> int:
    """Return the real power of one output line."""
    return round(_RATED_WATTS * device.ups.facts.load / 100 / _LINES)


def _line_volts(device: Device, line: int) -> int:
    """Return the voltage of one mains line."""
    return _mains(device, device.reading(216, 226, ("line", line)))


def _input_lines(device: Device) -> dict[int, Callable[[int], Value]]:
    def watts() -> int:
        """Return what a line takes in: the load and a twentieth of losses; nothing while the bypass feeds it."""
        return _mains(device, 0 if device.ups.facts.bypass else round(_watts(device) * 1.05))

    return {
        1: integer,
        2: lambda _: integer(_mains(device, 500)),
        3: lambda line: integer(_line_volts(device, line)),
        4: lambda line: integer(round(watts() / max(1, _line_volts(device, line)) * 10)),
        5: lambda _: integer(watts()),
    }


def _output(device: Device) -> dict[int, Callable[[], Value]]:
    return {
        1: lambda: integer(_source(device)),
        2: lambda: integer(_live(device, 500)),
        3: lambda: integer(_LINES),
    }


def _source(device: Device) -> int:
    """Return upsOutputSource."""
    if device.ups.dead:
        return _NONE
    if device.ups.facts.bypass:
        return _BYPASS
    return _BATTERY if device.ups.on_battery else _INVERTER


def _output_lines(device: Device) -> dict[int, Callable[[int], Value]]:
    return {
        1: integer,
        2: lambda _: integer(_live(device, _VOLTS)),
        3: lambda _: integer(_live(device, round(_watts(device) / 0.9 / _VOLTS * 10))),
        4: lambda _: integer(_live(device, _watts(device))),
        5: lambda _: integer(_live(device, device.ups.facts.load)),
    }


def _bypass_lines(device: Device) -> dict[int, Callable[[int], Value]]:
    def watts() -> int:
        return _mains(device, _watts(device)) if device.ups.facts.bypass else 0

    return {
        1: integer,
        2: lambda line: integer(_line_volts(device, line)),
        3: lambda line: integer(round(watts() / 0.9 / max(1, _line_volts(device, line)) * 10)),
        4: lambda _: integer(watts()),
    }


def _alarms(device: Device) -> Iterator[Cell]:
    """Yield upsAlarmsPresent and one row for each active alarm, indexed by its id."""
    active = device.ups.alarms()
    yield from scalars(f"{_UPS}.6", {1: lambda: gauge(len(active))})
    rows = [((number,), (number, alarm, since)) for number, alarm, since in active]
    yield from table(
        f"{_UPS}.6.2.1",
        rows,
        {
            1: lambda row: integer(row[0]),
            2: lambda row: pointer((*_ALARMS, int(row[1]))),
            3: lambda row: ticks(row[2]),
        },
    )


def _test() -> dict[int, Callable[[], Value]]:
    return {
        1: lambda: pointer(_NO_TEST),
        2: lambda: integer(0),
        3: lambda: integer(6),  # noTestsInitiated
        4: lambda: text(""),
        5: lambda: ticks(0),
        6: lambda: integer(0),
    }


def _control() -> dict[int, Callable[[], Value]]:
    settings = {1: 1, 2: -1, 3: -1, 4: -1, 5: 1}  # shutdown of the output; no countdown runs; restarts by itself
    return _fixed(settings)


def _config() -> dict[int, Callable[[], Value]]:
    settings = {1: _VOLTS, 2: 500, 3: _VOLTS, 4: 500, 5: _RATED_VA, 6: _RATED_WATTS, 7: 2, 8: 2, 9: 176, 10: 264}
    return _fixed(settings)


def _fixed(settings: Mapping[int, int]) -> dict[int, Callable[[], Value]]:
    """Return readers of settings that do not change."""
    return {arc: partial(integer, setting) for arc, setting in settings.items()}
