"""What was measured, as values: whoever reads sensors fills these in, and leaves None what was not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class RoomClass(StrEnum):
    """Class of a machine room, GB 50174."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class UpsReading:
    """A UPS or EPS as it was read; volts, seconds, Celsius, shares of 1.

    Attributes:
        output: where the output comes from: ``normal``, ``battery``, ``bypass``, ...; empty when not read.
        battery: state of the battery: ``batteryNormal``, ``batteryLow``, ...; empty when not read.
        tested_days: days since the last discharge test.
    """

    output: str = ""
    battery: str = ""
    on_battery_seconds: float | None = None
    runtime_seconds: float | None = None
    load: float | None = None
    watts: float | None = None
    rated_watts: float | None = None
    alarms: float | None = None
    input_volts: tuple[float, ...] = ()
    tested_days: float | None = None


@dataclass(frozen=True, slots=True)
class Climate:
    """One temperature and humidity sensor.

    Attributes:
        position: ``cold_aisle``, ``rack_inlet``, ``room``, ``battery_room``, ...
        celsius: mean of five minutes.
        humidity: relative, a share of 1.
        celsius_per_hour: how fast it rises or falls.
    """

    position: str
    celsius: float | None = None
    humidity: float | None = None
    celsius_per_hour: float | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A sensor that only says whether all is well: water, fire panel, door, camera.

    Attributes:
        kind: ``leak``, ``fire``, ``door``, ``camera``.
        well: dry, no fire and no fault, online; None when it did not say.
        tested_days: days since its last test.
    """

    kind: str
    well: bool | None
    tested_days: float | None = None


@dataclass(frozen=True, slots=True)
class AirConditioner:
    """An air conditioner: whether it runs, and whether it raises an alarm; None when it did not say."""

    running: bool | None
    alarm: bool | None


@dataclass(frozen=True, slots=True)
class Series:
    """How fresh one expected series is.

    Attributes:
        age_seconds: since its last sample; None when there never was one.
        interval_seconds: how often it is read.
        constant_seconds: how long its value has not moved at all, for a sensor that always trembles.
    """

    age_seconds: float | None
    interval_seconds: float
    constant_seconds: float = 0.0


@dataclass(frozen=True)
class Room:
    """A machine room: what the rules ask of it, and what its sensors say, each by name.

    Attributes:
        place: slug of the place.
        room_class: None when nobody has written it down; what depends on it is then unknown.
        altitude_m: above sea level; None when unknown.
        level3: graded protection level 3 (some clauses ask no less room of it).
        edition: year of GB 50174 that it was built to: 2017 or 2008.
        vendor_celsius: limit that the vendor allows at that altitude, where it is on record.
    """

    place: str
    room_class: RoomClass | None = None
    altitude_m: float | None = None
    level3: bool = False
    edition: int = 2017
    vendor_celsius: float | None = None
    climates: Mapping[str, Climate] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    air: Mapping[str, AirConditioner] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
