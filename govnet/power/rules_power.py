"""PWR-01 to PWR-07: who is fed by what, for how long, and how the UPS is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.power.feeds import RIDE_THROUGH_MS
from govnet.power.measured import RoomClass, UpsReading
from govnet.power.verdict import Outcome, Verdict, judged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from govnet.network.built import Device, PowerSource
    from govnet.network.model import Network

COMMUNICATION = frozenset({"core", "agg", "acc", "pe", "rr", "fw", "ids", "ce", "cpe"})
COMPUTERS = frozenset({"srv", "web", "nms", "mcu"})
MINUTES = {RoomClass.A: 15.0, RoomClass.B: 7.0}
"""Back-up minutes by class, GB 50174-2017 annex A (from memory, to be verified); class C has none of its own."""
RESERVE = 1.1
"""Rated power to planned load, at least."""
LOAD_LIMIT = 0.8
VOLTS, TOLERANCE = 220.0, 0.1
TEST_DAYS = 365.0
_NO_READING = UpsReading()


def pwr_01(network: Network) -> Iterator[Verdict]:
    """Each device that communicates or protects, in a room with a UPS, is fed by a UPS and by nothing else.

    GB/T 22239-2019 8.1.1.9 b). Devices at places without a UPS of their own are not judged.
    """
    covered = {device.place for device in network.devices.values() if _kinds(network, device) & {"ups"}}
    for device in _of(network, COMMUNICATION):
        kinds = _kinds(network, device)
        if kinds != {"ups"} and device.place not in covered:
            yield Verdict("PWR-01", device.name, Outcome.NOT_APPLICABLE, "fed by a UPS", "no UPS where it stands")
            continue
        good = None if not kinds else kinds == {"ups"}
        yield judged("PWR-01", device.name, "fed by a UPS alone", good=good, actual=_fed(network, device))


def pwr_02(network: Network) -> Iterator[Verdict]:
    """Each computer is fed by an EPS or a UPS; one without a source written fails."""
    for device in _of(network, COMPUTERS):
        good = bool(_kinds(network, device) & {"eps", "ups"})
        yield judged("PWR-02", device.name, "fed by an EPS or a UPS", good=good, actual=_fed(network, device))


def pwr_03(network: Network, bridge_ms: float = RIDE_THROUGH_MS) -> Iterator[Verdict]:
    """No computer hangs on a single EPS that transfers slower than its power supply bridges (it would restart)."""
    expected = f"second feed, or transfer within {bridge_ms:g} ms"
    for device in _of(network, COMPUTERS):
        sources = [network.power_sources[name] for name in device.power]
        if not any(source.kind == "eps" for source in sources):
            yield Verdict("PWR-03", device.name, Outcome.NOT_APPLICABLE, expected, "not fed by an EPS")
        elif len(sources) > 1:
            yield judged("PWR-03", device.name, expected, good=True, actual=_fed(network, device))
        else:
            yield _transfer(device, sources[0], expected, bridge_ms)


def _transfer(device: Device, source: PowerSource, expected: str, bridge_ms: float) -> Verdict:
    gap = source.transfer_ms
    if gap is None:
        return judged(
            "PWR-03", device.name, expected, good=None, actual=f"transfer time of {source.name} is not written"
        )
    said = f"single feed from {source.name}, {gap:g} ms"
    good = gap <= bridge_ms
    return judged("PWR-03", device.name, expected, good=good, actual=said if good else f"{said}: restart on mains loss")


def pwr_04(
    network: Network, readings: Mapping[str, UpsReading], room_class: RoomClass | None, minutes: float | None = None
) -> Iterator[Verdict]:
    """Back-up minutes that a UPS gives, measured at half its rated load or more, reach those of the room's class.

    Args:
        network: whose UPS are meant.
        readings: device -> what it said.
        room_class: of the machine room.
        minutes: asked for at the site instead of those of the class (class C has no others).
    """
    asked = minutes if minutes is not None else MINUTES.get(room_class) if room_class else None
    for source, device in _supplies(network, "ups"):
        expected = "minutes of its room class" if asked is None else f"{asked:g} min at 50 % load or more"
        yield _backup(device, expected, asked, readings.get(device, _NO_READING))
        tested = readings.get(device, _NO_READING).tested_days
        good = None if tested is None else tested <= TEST_DAYS
        said = "no discharge test on record" if tested is None else f"{tested:g} days ago"
        yield judged("PWR-04", source.name, f"discharge test within {TEST_DAYS:g} days", good=good, actual=said)


def _backup(device: str, expected: str, asked: float | None, reading: UpsReading) -> Verdict:
    if asked is None or reading.runtime_seconds is None or reading.load is None:
        missing = "class not written" if asked is None else "run time or load not read"
        return judged("PWR-04", device, expected, good=None, actual=missing)
    left = reading.runtime_seconds / 60
    said = f"{left:g} min at {reading.load:.0%} load"
    if left < asked:
        return judged("PWR-04", device, expected, good=False, actual=said)
    # More load only shortens the time: at less than half of it, enough minutes prove nothing.
    return judged("PWR-04", device, expected, good=True if reading.load >= 0.5 else None, actual=said)  # noqa: PLR2004 - half


def pwr_05(network: Network, readings: Mapping[str, UpsReading]) -> Iterator[Verdict]:
    """Each UPS feeds from the mains, its battery is well, and it raises no alarm."""
    for _, device in _supplies(network, "ups"):
        reading = readings.get(device, _NO_READING)
        told = (
            (reading.output, reading.output == "normal", "output from"),
            (reading.battery, reading.battery == "batteryNormal", "battery"),
            (reading.on_battery_seconds, reading.on_battery_seconds == 0, "seconds on battery"),
            (reading.alarms, reading.alarms == 0, "alarms"),
        )
        bad = [
            f"{what} {value:g}" if isinstance(value, float) else f"{what} {value}"
            for value, ok, what in told
            if _read(value) and not ok
        ]
        missing = [what for value, _, what in told if not _read(value)]
        good = False if bad else None if missing else True
        said = ", ".join(bad) or ("not read: " + ", ".join(missing) if missing else "normal")
        yield judged("PWR-05", device, "on mains, battery normal, no alarm", good=good, actual=said)


def _read(value: str | float | None) -> bool:
    return value is not None and value != ""


def pwr_06(
    network: Network, readings: Mapping[str, UpsReading], planned_watts: Mapping[str, float] | None = None
) -> Iterator[Verdict]:
    """Rated power is 1.1 times the planned load, at most 80 % of it is used, and no air conditioner hangs on a UPS."""
    for source, device in _supplies(network, "ups"):
        reading, planned = readings.get(device, _NO_READING), (planned_watts or {}).get(source.name)
        yield _capacity(device, reading.rated_watts, planned)
        good = None if reading.load is None else reading.load <= LOAD_LIMIT
        said = "load not read" if reading.load is None else f"{reading.load:.0%}"
        yield judged("PWR-06", device, f"load at most {LOAD_LIMIT:.0%}", good=good, actual=said)
        air = [d.name for d in network.of_role("hvac") if source.name in d.power]
        told = ", ".join(air) or "none"
        yield judged("PWR-06", source.name, "no air conditioner on this UPS", good=not air, actual=told)


def _capacity(device: str, rated: float | None, planned: float | None) -> Verdict:
    expected = f"rated power at least {RESERVE:g} times the planned load"
    if rated is None or planned is None:
        missing = "rated power not read" if rated is None else "planned load not written"
        return judged("PWR-06", device, expected, good=None, actual=missing)
    return judged("PWR-06", device, expected, good=rated >= RESERVE * planned, actual=f"{rated:g} W for {planned:g} W")


def pwr_07(network: Network, readings: Mapping[str, UpsReading], *, level3: bool = False) -> Iterator[Verdict]:
    """Input voltage is within 220 V plus or minus 10 %; at level 3 computers have two feeds from different sources."""
    low, high = VOLTS * (1 - TOLERANCE), VOLTS * (1 + TOLERANCE)
    expected = f"input {low:g} to {high:g} V"
    for _, device in _supplies(network, "ups"):
        volts = readings.get(device, _NO_READING).input_volts
        good = all(low <= each <= high for each in volts) if volts else None
        said = ", ".join(f"{each:g} V" for each in volts) or "input voltage not read"
        yield judged("PWR-07", device, expected, good=good, actual=said)
    for computer in _of(network, COMPUTERS) if level3 else ():
        good = len(_roots(network, computer.power)) > 1
        yield judged("PWR-07", computer.name, "two feeds, 8.1.1.9 c)", good=good, actual=_fed(network, computer))


def _roots(network: Network, sources: tuple[str, ...]) -> set[str]:
    """Return the first sources of some feeds: two feeds of one main are one."""
    found: set[str] = set()
    for name in sources:
        above = network.power_sources[name].fed_by
        found |= _roots(network, above) if above else {name}
    return found


def _of(network: Network, roles: frozenset[str]) -> Iterator[Device]:
    return (device for device in network.devices.values() if device.role in roles)


def _kinds(network: Network, device: Device) -> set[str]:
    return {network.power_sources[name].kind for name in device.power}


def _fed(network: Network, device: Device) -> str:
    return ", ".join(f"{name} ({network.power_sources[name].kind})" for name in device.power) or "no source written"


def _supplies(network: Network, kind: str) -> Iterator[tuple[PowerSource, str]]:
    """Yield the sources of a kind with the device that each is; one without a device goes by its own name."""
    return ((s, s.device or s.name) for s in network.power_sources.values() if s.kind == kind)


NETWORK_RULES: dict[str, Callable[[Network], Iterator[Verdict]]] = {
    "PWR-01": pwr_01,
    "PWR-02": pwr_02,
    "PWR-03": pwr_03,
}
"""Rules that the inventory alone decides."""
