"""The boxes of a machine room behind Modbus: each turns its state into the registers of its panel."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol

from govnet.errors import LabError
from lab.modbus.panel import HOLDING, INPUTS, MEASURED, Panel, long, tenths
from lab.signals import seed, swing
from lab.snmp.ups import Alarm, Ups

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.modbus.room import MachineRoom

_VOLTS, _HERTZ, _RATED_WATTS = 220, 50.0, 60_000
_FULL_MINUTES = 90.0
"""An emergency supply for lighting lasts so long (GB 17945)."""
_TRANSFER_MS = 250
_JOULES_A_TICK = 360_000


class Box(Protocol):
    """One unit on a line."""

    panel: Panel

    def set(self, **facts: object) -> None:
        """Let something happen to it; raise `LabError` for what makes no sense."""


class Eps:
    """An emergency power supply: on mains it passes them on; when they fail it transfers to its battery.

    Facts are those of `lab.snmp.ups.UpsFacts`, and ``transfer_ms``: the gap at the next transfer.
    """

    def __init__(self, name: str, clock: Callable[[], float], room: MachineRoom) -> None:
        del room
        self._name, self._clock, self._born = name, clock, clock()
        self._ups = Ups(clock)
        self._ups.set(full_minutes=_FULL_MINUTES, load=40)
        self._next_ms, self._last_ms = _TRANSFER_MS, 65535
        self.panel = Panel({MEASURED: self._measured(), HOLDING: self._told()})

    def set(self, **facts: object) -> None:
        """Let something happen to it."""
        gap = facts.pop("transfer_ms", self._next_ms)
        if not isinstance(gap, int) or not 0 <= gap < 60_000:  # noqa: PLR2004 - a minute
            raise LabError(
                f"{self._name}: transfer_ms {gap!r} is no gap. Write whole milliseconds, less than a minute."
            )
        self._next_ms = gap
        before = self._ups.line_bads
        self._ups.set(**facts)
        if self._ups.line_bads > before:
            self._last_ms = self._next_ms

    def _measured(self) -> dict[int, Callable[[], int]]:
        ups = self._ups
        lines = {
            **{line: tenths(partial(self._input, line)) for line in range(3)},
            **{4 + line: lambda: 0 if ups.dead else _VOLTS * 10 for line in range(3)},
            **{7 + line: lambda: 0 if ups.dead else ups.facts.load * 10 for line in range(3)},
        }
        for line in range(3):
            lines |= long(10 + 2 * line, self._watts)
        return {
            **lines,
            3: lambda: 0 if ups.dead else round(_HERTZ * 100),
            16: lambda: round(ups.charge() * 100),
            17: ups.minutes,
            18: lambda: round((336 + 64 * ups.charge()) * 10),
            19: lambda: -round(self._watts() * 3 / 384 * 10) if ups.on_battery and not ups.dead else 0,
            20: lambda: ups.facts.temperature * 10,
            **dict(long(21, self._energy, low_first=True)),
            23: lambda: min(65534, ups.seconds_on_battery()),
            24: lambda: _RATED_WATTS // 100,
        }

    def _told(self) -> dict[int, Callable[[], int]]:
        ups = self._ups
        return {
            0: lambda: 0 if ups.dead else 3 if ups.facts.bypass else 2 if ups.on_battery else 1,
            1: lambda: 3 if ups.on_battery and ups.charge() <= 0 else 2 if ups.low() else 1,
            **dict(long(2, lambda: ups.line_bads)),
            4: lambda: self._last_ms,
            5: lambda: len(ups.alarms()),
            6: self._alarms,
        }

    def _input(self, line: int) -> float:
        return swing(2160, 2260, self._clock() - self._born, self._name, line) / 10 if self._ups.facts.mains else 0.0

    def _watts(self) -> float:
        """Return the power of one output line."""
        return 0 if self._ups.dead else _RATED_WATTS * self._ups.facts.load / 100 / 3

    def _energy(self) -> float:
        """Return what its meter counts: tenths of a kilowatt-hour, from some day in the past."""
        given = 3 * self._watts() * (self._clock() - self._born)
        return seed(self._name, "meter") % 1_000_000 + given / _JOULES_A_TICK

    def _alarms(self) -> int:
        """Return the alarm word."""
        raised = {alarm for _, alarm, _ in self._ups.alarms()}
        bits = (Alarm.INPUT_BAD, Alarm.OUTPUT_OVERLOAD, Alarm.BATTERY_BAD, None, Alarm.GENERAL_FAULT, Alarm.TEMP_BAD)
        return sum(1 << place for place, alarm in enumerate(bits) if alarm in raised)


@dataclass(frozen=True, slots=True)
class AirFacts:
    """What a scenario may say about an air conditioner.

    Attributes:
        running: whether it runs; one that does not cools nothing.
        alarm: whether it raises an alarm.
        leak: whether its tray is wet.
        setpoint: Celsius.
    """

    running: bool = True
    alarm: bool = False
    leak: bool = False
    setpoint: float = 22.0


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What a scenario may say about a box of contacts: the numbers of those that are ill, from 1."""

    ill: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SensorFacts:
    """What a scenario may say about a sensor.

    Attributes:
        offset: Celsius that it stands warmer than the room.
        broken: it answers its number for "no reading".
    """

    offset: float = 0.0
    broken: bool = False


class _Plain:
    """A box whose state is its facts."""

    kind: ClassVar[type[AirFacts | ContactFacts | SensorFacts]]
    name: str
    facts: AirFacts | ContactFacts | SensorFacts

    def set(self, **facts: object) -> None:
        """Let something happen to it."""
        known = [field.name for field in fields(self.kind)]
        if unknown := sorted(set(facts) - set(known)):
            raise LabError(f"{self.name}: unknown fact {unknown[0]!r}. Use some of: {', '.join(known)}.")
        self.facts = replace(self.facts, **facts)  # type: ignore[arg-type]  # names are checked above
        self.changed()

    def changed(self) -> None:
        """Let the room know."""


class AirConditioner(_Plain):
    """An air conditioner of the room."""

    kind = AirFacts
    facts: AirFacts

    def __init__(self, name: str, clock: Callable[[], float], room: MachineRoom) -> None:
        self.name, self._clock, self._born, self._room, self.facts = name, clock, clock(), room, AirFacts()
        self.changed()
        measured = {
            0: tenths(room.celsius),
            1: tenths(lambda: room.celsius() - (8 if self.facts.running else 0)),
            2: lambda: round(room.humidity(room.celsius()) * 1000),
            3: lambda: 620 if self.facts.running else 0,
            **dict(long(4, lambda: seed(name, "hours") % 40_000 + (clock() - self._born) / 3600)),
        }
        bits = {0: lambda: self.facts.running, 1: lambda: self.facts.alarm, 2: lambda: self.facts.leak}
        self.panel = Panel({INPUTS: bits, MEASURED: measured, HOLDING: {0: tenths(lambda: self.facts.setpoint)}})

    def changed(self) -> None:
        """Let the room know whether it is cooled."""
        self._room.cooled_by(self.name, running=self.facts.running)


class Climate(_Plain):
    """A temperature and humidity sensor; it trembles a little, as they all do."""

    kind = SensorFacts
    facts: SensorFacts

    def __init__(self, name: str, clock: Callable[[], float], room: MachineRoom) -> None:
        self.name, self._clock, self._room, self.facts = name, clock, room, SensorFacts()
        lost = -32768
        self.panel = Panel(
            {
                MEASURED: {
                    0: lambda: lost if self.facts.broken else round(self._celsius() * 10),
                    1: lambda: 0xFFFF if self.facts.broken else round(room.humidity(self._celsius()) * 1000),
                }
            }
        )

    def _celsius(self) -> float:
        return self._room.celsius() + self.facts.offset + swing(-3, 3, self._clock(), self.name, "air") / 10


class _Contacts(_Plain):
    """A box of contacts."""

    kind = ContactFacts
    facts: ContactFacts

    def __init__(self, name: str, clock: Callable[[], float], room: MachineRoom) -> None:
        del clock, room
        self.name, self.facts = name, ContactFacts()
        self.panel = Panel({INPUTS: self._wired()})

    def _wired(self) -> dict[int, Callable[[], int]]:
        """Return address -> what its contact says."""
        return {}

    def _ill(self, number: int) -> bool:
        return number in self.facts.ill

    def _well(self, number: int) -> bool:
        return number not in self.facts.ill


class Leaks(_Contacts):
    """A box with four water ropes; an ill one is wet, and its contact is closed."""

    def _wired(self) -> dict[int, Callable[[], int]]:
        return {rope: partial(self._ill, rope + 1) for rope in range(4)}


class FirePanel(_Contacts):
    """Two contacts: 1 closes on fire, 2 opens when the panel itself is at fault."""

    def _wired(self) -> dict[int, Callable[[], int]]:
        return {0: partial(self._ill, 1), 1: partial(self._well, 2)}


BOXES: dict[str, Callable[[str, Callable[[], float], MachineRoom], Box]] = {
    "eps-gateway": Eps,
    "air-conditioner": AirConditioner,
    "temperature-humidity": Climate,
    "leak-detector": Leaks,
    "fire-panel": FirePanel,
}
"""What the inventory calls a box -> what it is made of here."""
