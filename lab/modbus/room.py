"""The air of a machine room: how warm it is, given which air conditioners run.

A room that is cooled holds 22 Celsius. Without one of two units it drifts towards 32, without both towards 50, a third
of the way in about eight minutes. The moisture in the air stays, so that relative humidity falls as it warms.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from govnet.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

COOLED = 22.0
_HEAT = 14.0
_TAU_SECONDS = 1200.0
_VAPOUR_HPA = 11.9
"""45 % relative humidity at 22 Celsius."""


class MachineRoom:
    """One room in time; `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._at, self._celsius = clock, clock(), COOLED
        self._haste = 1.0
        self._running: dict[str, bool] = {}

    def cooled_by(self, unit: str, *, running: bool) -> None:
        """Say whether an air conditioner of this room runs."""
        self._settle()
        self._running[unit] = running

    def hurry(self, haste: float) -> None:
        """Let the air change so many times faster than real.

        Raises:
            LabError: not a positive number.
        """
        if haste <= 0:
            raise LabError(f"room: haste {haste} must be more than 0. Write 1 for real time.")
        self._settle()
        self._haste = haste

    def celsius(self) -> float:
        """Return the temperature of the room now."""
        self._settle()
        return self._celsius

    def humidity(self, celsius: float) -> float:
        """Return the relative humidity, a share of 1, where the air has this temperature."""
        saturated = 6.112 * math.exp(17.62 * celsius / (243.12 + celsius))
        return min(1.0, _VAPOUR_HPA / saturated)

    def _settle(self) -> None:
        """Move the temperature from the last look to now."""
        now = self._clock()
        share = 1 - math.exp(-(now - self._at) * self._haste / _TAU_SECONDS)
        self._celsius += (self._goal() - self._celsius) * share
        self._at = now

    def _goal(self) -> float:
        dead = sum(not running for running in self._running.values()) / max(1, len(self._running))
        return COOLED + _HEAT * dead * (1 + dead)
