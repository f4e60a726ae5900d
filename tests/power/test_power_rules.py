"""PWR and ENV rules: one table of what was measured and what is to come of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laixi import network

from govnet.power import rules_power, rules_room
from govnet.power.measured import AirConditioner, Climate, Contact, Room, RoomClass, Series, UpsReading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govnet.network.model import Network
    from govnet.power.verdict import Verdict

UPS = "lx-adc-u-ups01"
WELL = UpsReading(
    output="normal",
    battery="batteryNormal",
    on_battery_seconds=0.0,
    runtime_seconds=1320.0,
    load=0.58,
    rated_watts=36_000.0,
    alarms=0.0,
    input_volts=(221.0, 219.0, 223.0),
    tested_days=30.0,
)


def outcomes(verdicts: Iterable[Verdict]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for verdict in verdicts:
        found.setdefault(str(verdict.outcome), set()).add(verdict.object)
    return found


def fed_by(device: str, *sources: str) -> Network:
    changed = replace(network().devices[device], power=sources)
    return replace(network(), devices={**network().devices, device: changed})


def test_laixi_keeps_its_own_sentence_and_fails_where_the_sentence_does() -> None:
    first = outcomes(rules_power.pwr_01(network()))
    assert set(first) == {"pass", "not_applicable"}
    assert all("-ce" in name for name in first["not_applicable"])
    assert set(outcomes(rules_power.pwr_02(network()))) == {"pass"}
    third = list(rules_power.pwr_03(network()))
    assert {str(v.outcome) for v in third} == {"fail"}
    assert third[0].actual == "single feed from eps01, 250 ms: restart on mains loss"


@pytest.mark.parametrize(
    ("device", "sources", "rule", "expected"),
    [
        ("lx-adc-u-core02", ("ups01", "mains-a"), rules_power.pwr_01, "fail"),
        ("lx-adc-u-core02", (), rules_power.pwr_01, "unknown"),
        ("lx-adc-u-srv01", (), rules_power.pwr_02, "fail"),
        ("lx-adc-u-srv01", ("mains-a",), rules_power.pwr_02, "fail"),
        ("lx-adc-u-srv01", ("ups01",), rules_power.pwr_03, "not_applicable"),
        ("lx-adc-u-srv01", ("eps01", "ups01"), rules_power.pwr_03, "pass"),
    ],
)
def test_who_is_fed_by_what(device: str, sources: tuple[str, ...], rule: object, expected: str) -> None:
    verdicts = rule(fed_by(device, *sources))  # type: ignore[operator]  # a rule of the table
    assert [str(v.outcome) for v in verdicts if v.object == device] == [expected]


@pytest.mark.parametrize(
    ("change", "room_class", "expected"),
    [
        ({}, RoomClass.B, "pass"),
        ({"runtime_seconds": 240.0}, RoomClass.B, "fail"),
        ({"runtime_seconds": 240.0, "load": 0.1}, RoomClass.B, "fail"),
        ({"load": 0.3}, RoomClass.B, "unknown"),
        ({"runtime_seconds": None}, RoomClass.B, "unknown"),
        ({}, RoomClass.C, "unknown"),
        ({}, None, "unknown"),
    ],
)
def test_backup_minutes(change: dict[str, object], room_class: RoomClass | None, expected: str) -> None:
    reading = replace(WELL, **change)  # type: ignore[arg-type]  # names are of the class
    verdicts = rules_power.pwr_04(network(), {UPS: reading}, room_class)
    assert [str(v.outcome) for v in verdicts if v.object == UPS] == [expected]


@pytest.mark.parametrize(
    ("change", "expected", "said"),
    [
        ({}, "pass", "normal"),
        ({"output": "battery", "on_battery_seconds": 61.0}, "fail", "output from battery, seconds on battery 61"),
        ({"battery": ""}, "unknown", "not read: battery"),
        ({"battery": "", "alarms": 2.0}, "fail", "alarms 2"),
    ],
)
def test_state_of_a_ups(change: dict[str, object], expected: str, said: str) -> None:
    reading = replace(WELL, **change)  # type: ignore[arg-type]  # names are of the class
    (verdict,) = rules_power.pwr_05(network(), {UPS: reading})
    assert (str(verdict.outcome), verdict.actual) == (expected, said)


def test_a_ups_that_was_not_read_passes_nothing() -> None:
    for rule in (rules_power.pwr_05, rules_power.pwr_07):
        assert set(outcomes(rule(network(), {}))) == {"unknown"}
    assert outcomes(rules_power.pwr_06(network(), {})) == {"unknown": {UPS}, "pass": {"ups01"}}


def test_capacity_load_and_air_conditioners() -> None:
    shared = fed_by("lx-adc-u-hvac01", "ups01")
    verdicts = list(rules_power.pwr_06(shared, {UPS: replace(WELL, load=0.85)}, {"ups01": 33_000.0}))
    assert [(str(v.outcome), v.actual) for v in verdicts] == [
        ("fail", "36000 W for 33000 W"),
        ("fail", "85%"),
        ("fail", "lx-adc-u-hvac01"),
    ]


def test_voltage_and_two_feeds() -> None:
    low = replace(WELL, input_volts=(221.0, 190.0))
    assert outcomes(rules_power.pwr_07(network(), {UPS: low})) == {"fail": {UPS}}
    both = outcomes(rules_power.pwr_07(fed_by("lx-adc-u-srv01", "eps01", "mains-a"), {UPS: WELL}, level3=True))
    assert "lx-adc-u-srv01" in both["fail"], "both feeds come from mains-a"
    assert outcomes(rules_power.pwr_07(fed_by("lx-adc-u-srv01", "ups01"), {UPS: WELL}, level3=True))["pass"] == {
        UPS,
        "lx-adc-u-srv01",
    }


ROOM = Room("mr", RoomClass.B, altitude_m=40)
RUNS, STANDS = AirConditioner(running=True, alarm=False), AirConditioner(running=False, alarm=False)


def having(**changes: object) -> Room:
    return replace(ROOM, **changes)  # type: ignore[arg-type]  # names are of the class


@pytest.mark.parametrize(
    ("altitude", "limit"), [(None, 27.0), (0, 27.0), (1000, 27.0), (2261, 22.8), (3700, 18.0), (4270, 16.1)]
)
def test_the_limit_falls_with_altitude(altitude: float | None, limit: float) -> None:
    assert rules_room.highest_celsius(replace(ROOM, altitude_m=altitude)) == pytest.approx(limit, abs=0.05)


def test_dew_point() -> None:
    assert rules_room.dew_point(22, 0.45) == pytest.approx(9.5, abs=0.1)
    assert rules_room.dew_point(20, 1.0) == pytest.approx(20, abs=0.01)


def climate(
    celsius: float | None, humidity: float | None = 0.45, rate: float | None = 0.5, at: str = "rack_inlet"
) -> Room:
    return replace(ROOM, climates={"t1": Climate(at, celsius, humidity, rate)})


def at(room: Room, altitude: float | None, vendor: float | None = None) -> Room:
    return replace(room, altitude_m=altitude, vendor_celsius=vendor)


@pytest.mark.parametrize(
    ("rule", "room", "expected"),
    [
        (rules_room.env_01, climate(23.1), {"pass": {"t1"}}),
        (rules_room.env_01, climate(28.4), {"fail": {"t1"}, "pass": {"t1"}}),
        (rules_room.env_01, climate(27.5), {"fail": {"t1"}, "pass": {"t1"}}),
        (rules_room.env_01, at(climate(23.1), 2261), {"fail": {"t1"}, "pass": {"t1"}}),
        (rules_room.env_01, climate(23.1, rate=25), {"fail": {"t1"}, "pass": {"t1"}}),
        (rules_room.env_01, climate(None, rate=None), {"unknown": {"t1"}}),
        (rules_room.env_01, climate(35, at="room"), {"unknown": {"mr"}}),
        (rules_room.env_02, climate(22), {"pass": {"t1"}}),
        (rules_room.env_02, climate(22, 0.15), {"fail": {"t1"}}),
        (rules_room.env_02, climate(22, None), {"unknown": {"t1"}}),
        (rules_room.env_03, at(ROOM, 2261), {"pass": {"mr"}}),
        (rules_room.env_03, at(ROOM, 4270), {"fail": {"mr"}}),
        (rules_room.env_03, at(ROOM, 4270, 25), {"pass": {"mr"}}),
        (rules_room.env_03, at(ROOM, None), {"unknown": {"mr"}}),
        (rules_room.env_04, ROOM, {"not_applicable": {"mr"}}),
        (rules_room.env_04, having(level3=True), {"fail": {"mr"}}),
        (rules_room.env_04, having(contacts={"l": Contact("leak", None)}), {"pass": {"mr"}, "unknown": {"l"}}),
        (rules_room.env_04, having(contacts={"l": Contact("leak", well=False)}), {"pass": {"mr"}, "fail": {"l"}}),
        (rules_room.env_05, ROOM, {"unknown": {"mr"}}),
        (rules_room.env_05, having(contacts={"f": Contact("fire", well=True)}), {"pass": {"f"}, "unknown": {"f"}}),
        (rules_room.env_05, having(contacts={"f": Contact("fire", well=False, tested_days=400)}), {"fail": {"f"}}),
        (rules_room.env_06, having(contacts={"c": Contact("camera", well=True)}), {"pass": {"c"}, "unknown": {"mr"}}),
        (rules_room.env_07, having(air={"a": RUNS}), {"fail": {"mr"}, "pass": {"a"}}),
        (rules_room.env_07, having(air={"a": STANDS}), {"fail": {"mr", "a"}}),
        (rules_room.env_07, having(room_class=None), {"unknown": {"mr"}}),
        (rules_room.env_08, having(series={"s": Series(20, 30)}), {"pass": {"s"}}),
        (rules_room.env_08, having(series={"s": Series(7200, 30)}), {"fail": {"s"}}),
        (rules_room.env_08, having(series={"s": Series(None, 30)}), {"fail": {"s"}}),
        (rules_room.env_08, having(series={"s": Series(20, 30, 90_000)}), {"unknown": {"s"}}),
    ],
)  # fmt: skip
def test_rules_of_a_room(rule: object, room: Room, expected: dict[str, set[str]]) -> None:
    assert outcomes(rule(room)) == expected  # type: ignore[operator]  # a rule of the table


def test_a_room_that_nobody_measured_passes_nothing_but_its_altitude() -> None:
    passed = {v.rule for rule in rules_room.ROOM_RULES for v in rule(ROOM) if v.outcome == "pass"}
    assert passed == {"ENV-03"}
