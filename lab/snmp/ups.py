"""The model of a UPS: mains, batteries, load, and the alarms that follow from them.

A machine room of class B keeps its batteries for 7 minutes at the load they are carrying.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from govnet.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

_LOW_MINUTES = 2  # upsConfigLowBattTime
_RECHARGE = 8 * 3600.0  # seconds from empty to full


class Alarm(IntEnum):
    """Last arc of upsWellKnownAlarms (RFC 1628)."""

    BATTERY_BAD = 1
    ON_BATTERY = 2
    LOW_BATTERY = 3
    DEPLETED_BATTERY = 4
    TEMP_BAD = 5
    INPUT_BAD = 6
    OUTPUT_BAD = 7
    OUTPUT_OVERLOAD = 8
    ON_BYPASS = 9
    OUTPUT_OFF = 14
    GENERAL_FAULT = 18


@dataclass(frozen=True, slots=True)
class UpsFacts:
    """What a scenario may say about a UPS.

    Attributes:
        mains: whether the mains are there.
        load: percent of the rated output.
        full_minutes: run time of full batteries at this load.
        charge: percent of charge at this moment; None leaves it as it is.
        temperature: of the batteries, Celsius.
        bypass: whether the load hangs on the bypass.
        battery_bad: whether a battery has been found to be failing.
        fault: whether there is a general fault.
    """

    mains: bool = True
    load: int = 45
    full_minutes: float = 7.0
    charge: float | None = None
    temperature: int = 25
    bypass: bool = False
    battery_bad: bool = False
    fault: bool = False


class Ups:
    """A UPS in time; `clock` gives seconds since it was switched on."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.facts = UpsFacts()
        self.line_bads = 0
        self._charge, self._at = 1.0, clock()
        self._lost: float | None = None
        self._ids: dict[tuple[Alarm, float], int] = {}
        self._since: dict[Alarm, float] = {}

    def set(self, **changes: object) -> None:
        """Change some of the `UpsFacts`; raise `LabError` for a name or a value that makes no sense."""
        try:
            changed = replace(self.facts, **changes)  # type: ignore[arg-type]  # names and types are checked here
        except TypeError as error:
            known = ", ".join(UpsFacts.__slots__)
            message = f"UPS scenario {sorted(changes)}: unknown fact. Use some of: {known}"
            raise LabError(message) from error
        if changed.full_minutes <= 0 or not 0 <= changed.load <= 200:  # noqa: PLR2004 - upsOutputPercentLoad ends at 200
            raise LabError("UPS scenario: load must be 0..200 percent and full_minutes more than 0. Correct the value.")
        self._settle(changed)
        self.facts = replace(changed, charge=None)
        self.alarms()  # so that an alarm bears the time of its cause, not of the next look

    @property
    def on_battery(self) -> bool:
        """Whether the batteries carry the load."""
        return not self.facts.mains and not self.facts.bypass

    @property
    def dead(self) -> bool:
        """Whether nothing carries the load any more."""
        return not self.facts.mains and (self.facts.bypass or self.charge() <= 0)

    def charge(self) -> float:
        """Return the charge of the batteries, 0 to 1."""
        passed = self._clock() - self._at
        rate = -1 / (60 * self.facts.full_minutes) if self.on_battery else 1 / _RECHARGE if self.facts.mains else 0.0
        return min(1.0, max(0.0, self._charge + rate * passed))

    def minutes(self) -> int:
        """Return the whole minutes that the batteries will last."""
        return int(self.charge() * self.facts.full_minutes + 1e-6)

    def seconds_on_battery(self) -> int:
        """Return seconds since the mains were lost; 0 on mains."""
        return int(self._clock() - self._lost) if self._lost is not None and self.on_battery else 0

    def low(self) -> bool:
        """Whether the batteries will be empty in no more than the configured low-battery time."""
        return self.on_battery and self.charge() * self.facts.full_minutes <= _LOW_MINUTES

    def alarms(self) -> tuple[tuple[int, Alarm, float], ...]:
        """Return the active alarms: id (one for each time an alarm is raised), which, uptime when raised."""
        now, present = self._clock(), self._present()
        self._since = {alarm: self._since.get(alarm, now) for alarm in present}
        for raised in self._since.items():
            self._ids.setdefault(raised, len(self._ids) + 1)
        return tuple(sorted((self._ids[raised], *raised) for raised in self._since.items()))

    def _settle(self, changed: UpsFacts) -> None:
        """Take stock before the facts change, so that the past keeps its own rate."""
        self._charge = self.charge() if changed.charge is None else min(100.0, max(0.0, changed.charge)) / 100
        self._at = self._clock()
        if self.facts.mains and not changed.mains:
            self._lost, self.line_bads = self._at, self.line_bads + 1
        elif changed.mains:
            self._lost = None

    def _present(self) -> list[Alarm]:
        """Return the alarms whose cause is there."""
        facts = self.facts
        causes = {
            Alarm.BATTERY_BAD: facts.battery_bad,
            Alarm.ON_BATTERY: self.on_battery,
            Alarm.LOW_BATTERY: self.low(),
            Alarm.DEPLETED_BATTERY: self.on_battery and self.charge() <= 0,
            Alarm.TEMP_BAD: facts.temperature > 40,  # noqa: PLR2004 - Celsius; batteries age fast above
            Alarm.INPUT_BAD: not facts.mains,
            Alarm.OUTPUT_OVERLOAD: facts.load > 100,  # noqa: PLR2004 - percent
            Alarm.ON_BYPASS: facts.bypass,
            Alarm.OUTPUT_OFF: self.dead,
            Alarm.GENERAL_FAULT: facts.fault,
        }
        return [alarm for alarm, there in causes.items() if there]
