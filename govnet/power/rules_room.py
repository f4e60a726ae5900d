"""ENV-01 to ENV-08: the air, water, fire and silence of a machine room, and what altitude does to its limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from govnet.power.measured import RoomClass
from govnet.power.verdict import Outcome, Verdict, judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.power.measured import Climate, Contact, Room, Series

INLET = frozenset({"cold_aisle", "rack_inlet"})
_BANDS = {2017: (18.0, 27.0), 2008: (22.0, 24.0)}
"""Cold aisle or rack inlet, Celsius: GB 50174-2017 annex A; 2008 (A and B: 23 plus or minus 1, from memory)."""
_BAND_2008_C = (18.0, 28.0)
_DERATING_FROM_M, _METRES_A_DEGREE = 1000.0, 300.0
_FASTEST = 20.0
"""Celsius an hour, rooms with disks (GB 50174-2017 annex A); tape asks for 5."""
_DEW = (5.5, 15.0)
_HUMIDITY_MAX = 0.6
_TEST_DAYS = 365.0
_FRESH_INTERVALS = 3
_FROZEN_SECONDS = 86_400.0
_MAGNUS_B, _MAGNUS_C = 17.62, 243.12
"""Coefficients over water, -45 to 60 Celsius (WMO guide no. 8, annex 4.B)."""


def highest_celsius(room: Room) -> float:
    """Return the highest temperature allowed at a rack inlet: one degree less per 300 m above 1,000 m.

    The note to GB 50174-2017 5.1.1 begins so; the rate is from memory. An unknown altitude derates nothing.
    """
    top = _band(room)[1]
    above = max(0.0, (room.altitude_m or 0.0) - _DERATING_FROM_M)
    return top - above / _METRES_A_DEGREE


def dew_point(celsius: float, humidity: float) -> float:
    """Return the dew point in Celsius (Magnus formula).

    Args:
        celsius: air temperature.
        humidity: relative, a share of 1; more than 0.
    """
    gamma = math.log(humidity) + _MAGNUS_B * celsius / (_MAGNUS_C + celsius)
    return _MAGNUS_C * gamma / (_MAGNUS_B - gamma)


def env_01(room: Room) -> Iterator[Verdict]:
    """Air at the inlets is within the band of the room's class and altitude, and does not change too fast."""
    low, high = _band(room)[0], _limit(room)
    inlets = {name: each for name, each in room.climates.items() if each.position in INLET}
    if not inlets:
        yield judged("ENV-01", room.place, f"{low:g} to {high:g} °C at the inlets", good=None, actual="no inlet sensor")
    for name, sensor in inlets.items():
        yield _temperature(name, sensor, low, high)
        yield _drift(name, sensor)


def _temperature(name: str, sensor: Climate, low: float, high: float) -> Verdict:
    expected = f"{low:.3g} to {high:.3g} °C"
    if sensor.celsius is None:
        return judged("ENV-01", name, expected, good=None, actual="not read")
    return judged("ENV-01", name, expected, good=low <= sensor.celsius <= high, actual=f"{sensor.celsius:.3g} °C")


def _drift(name: str, sensor: Climate) -> Verdict:
    rate = sensor.celsius_per_hour
    said = "rate not known" if rate is None else f"{rate:+.3g} °C/h"
    good = None if rate is None else abs(rate) < _FASTEST
    return judged("ENV-01", name, f"less than {_FASTEST:g} °C/h", good=good, actual=said)


def env_02(room: Room) -> Iterator[Verdict]:
    """Dew point is 5.5 to 15 Celsius and relative humidity at most 60 %."""
    expected = f"dew point {_DEW[0]:g} to {_DEW[1]:g} °C, humidity at most {_HUMIDITY_MAX:.0%}"
    if not room.climates:
        yield judged("ENV-02", room.place, expected, good=None, actual="no sensor")
    for name, sensor in room.climates.items():
        if sensor.celsius is None or not sensor.humidity:
            yield judged("ENV-02", name, expected, good=None, actual="not read")
            continue
        dew = dew_point(sensor.celsius, sensor.humidity)
        good = _DEW[0] <= dew <= _DEW[1] and sensor.humidity <= _HUMIDITY_MAX
        yield judged("ENV-02", name, expected, good=good, actual=f"dew point {dew:.1f} °C, {sensor.humidity:.0%}")


def env_03(room: Room) -> Iterator[Verdict]:
    """The limit is derated for altitude; where it falls below the band, the vendor's own limit is on record."""
    expected = "limit within the band, or the vendor's on record"
    if room.altitude_m is None:
        yield judged("ENV-03", room.place, expected, good=None, actual="altitude not written")
        return
    top = highest_celsius(room)
    derated = top < _band(room)[0]
    said = f"{room.altitude_m:g} m: {top:.1f} °C" + (" is derated below range" if derated else "")
    if derated and room.vendor_celsius is not None:
        said += f"; vendor allows {room.vendor_celsius:g} °C"
    good = not derated or room.vendor_celsius is not None
    yield judged("ENV-03", room.place, expected, good=good, actual=said)


def env_04(room: Room) -> Iterator[Verdict]:
    """There is a leak sensor for each air conditioner (8.1.1.6 c), level 3), and all are dry."""
    leaks = {name: each for name, each in room.contacts.items() if each.kind == "leak"}
    expected = "a leak sensor for each air conditioner"
    if not leaks and not room.level3:
        yield Verdict("ENV-04", room.place, Outcome.NOT_APPLICABLE, expected, "asked at level 3 only")
        return
    good = bool(leaks) and len(leaks) >= len(room.air)
    yield judged("ENV-04", room.place, expected, good=good, actual=f"{len(leaks)} for {len(room.air)}")
    for name, leak in leaks.items():
        yield _contact("ENV-04", name, leak, "dry", "water")


def env_05(room: Room) -> Iterator[Verdict]:
    """The fire panel is normal, without a fault, and was tested within a year (8.1.1.5 a)."""
    panels = {name: each for name, each in room.contacts.items() if each.kind == "fire"}
    if not panels:
        yield judged("ENV-05", room.place, "fire panel normal", good=None, actual="no fire panel read")
    for name, panel in panels.items():
        yield _contact("ENV-05", name, panel, "normal", "fire or fault")
        days = panel.tested_days
        good, said = (None, "no test on record") if days is None else (days <= _TEST_DAYS, f"{days:g} days ago")
        yield judged("ENV-05", name, f"tested within {_TEST_DAYS:g} days", good=good, actual=said)


def env_06(room: Room) -> Iterator[Verdict]:
    """Door controller and cameras are alive (8.1.1.2, 8.1.1.3 c)."""
    for kind in ("door", "camera"):
        found = {name: each for name, each in room.contacts.items() if each.kind == kind}
        if not found:
            yield judged("ENV-06", room.place, f"{kind} alive", good=None, actual=f"no {kind} read")
        for name, each in found.items():
            yield _contact("ENV-06", name, each, "alive", "dark")


def env_07(room: Room) -> Iterator[Verdict]:
    """Classes A and B have at least two air conditioners; none raises an alarm."""
    expected = "two air conditioners or more"
    if room.room_class is None:
        yield judged("ENV-07", room.place, expected, good=None, actual="class not written")
    elif room.room_class is RoomClass.C:
        yield Verdict("ENV-07", room.place, Outcome.NOT_APPLICABLE, expected, "class C")
    else:
        yield judged("ENV-07", room.place, expected, good=len(room.air) > 1, actual=str(len(room.air)))
    for name, unit in room.air.items():
        good = None if unit.alarm is None or unit.running is None else unit.running and not unit.alarm
        said = "not read" if good is None else "runs" if good else "alarm" if unit.alarm else "stands still"
        yield judged("ENV-07", name, "runs without an alarm", good=good, actual=said)


def env_08(room: Room) -> Iterator[Verdict]:
    """Each expected series is younger than three intervals; one that has not moved for a day proves nothing."""
    if not room.series:
        yield judged("ENV-08", room.place, "series of its sensors", good=None, actual="none expected")
    for name, series in room.series.items():
        yield _fresh(name, series)


def _fresh(name: str, series: Series) -> Verdict:
    oldest = _FRESH_INTERVALS * series.interval_seconds
    expected = f"younger than {oldest:g} s"
    if series.age_seconds is None:
        return judged("ENV-08", name, expected, good=False, actual="never a sample")
    said = f"{series.age_seconds:g} s"
    if series.age_seconds <= oldest and series.constant_seconds >= _FROZEN_SECONDS:
        return judged("ENV-08", name, expected, good=None, actual=f"{said}, but constant for a day")
    return judged("ENV-08", name, expected, good=series.age_seconds <= oldest, actual=said)


def _band(room: Room) -> tuple[float, float]:
    if room.edition == 2008 and room.room_class is RoomClass.C:  # noqa: PLR2004 - the edition's year
        return _BAND_2008_C
    return _BANDS.get(room.edition, _BANDS[2017])


def _limit(room: Room) -> float:
    """Return the limit in force: derated, or the vendor's where derating leaves no band."""
    top = highest_celsius(room)
    return room.vendor_celsius if top < _band(room)[0] and room.vendor_celsius is not None else top


def _contact(rule: str, name: str, contact: Contact, well: str, ill: str) -> Verdict:
    said = "not read" if contact.well is None else well if contact.well else ill
    return judged(rule, name, well, good=contact.well, actual=said)


ROOM_RULES = (env_01, env_02, env_03, env_04, env_05, env_06, env_07, env_08)
"""All rules of a room, in order."""
