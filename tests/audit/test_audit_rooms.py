"""The rules on power and environment: what the inventory decides, what samples decide, and what only a record does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from support.audits import NOON, Case, ago, levelled, place, recorded, verdicts
from support.isolation import HERE, device, hall

from govnet.audit import Evidence, Parameters, Verdict, rules
from govnet.audit.tables import Sample
from govnet.network.built import PowerSource
from govnet.network.placed import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.network.built import Device
    from govnet.network.model import Network

SOURCES = {
    "mains-a": PowerSource("mains-a", "mains", "", (), None, None, HERE),
    "mains-b": PowerSource("mains-b", "mains", "", (), None, None, HERE),
    "ups1": PowerSource("ups1", "ups", "box", ("mains-a",), 30.0, 4.0, HERE),
    "eps1": PowerSource("eps1", "eps", "", ("mains-a",), 90.0, 250.0, HERE),
}
WELL = {
    "ups_output_source": ("normal", 1.0),
    "ups_battery_state": ("batteryNormal", 1.0),
    "ups_on_battery_seconds": ("", 0.0),
    "ups_alarms_present": ("", 0.0),
    "ups_runtime_remaining_seconds": ("", 1320.0),
    "ups_output_load_ratio": ("", 0.58),
    "ups_nominal_output_watts": ("", 36000.0),
    "ups_input_volts": ("", 221.0),
}


def fed(**sources: tuple[str, ...]) -> Network:
    """Return the hall with a UPS, a server, and who is fed by what; all the rest hangs on the UPS."""
    network = hall()
    more = {each.name: each for each in (device("box", "ups"), device("srv", "srv"), device("air", "hvac"))}
    standing = {"srv": ("eps1", "mains-b"), "box": ("mains-a",), "air": ("mains-b",), **sources}
    devices = {n: replace(d, power=standing.get(n, ("ups1",))) for n, d in {**network.devices, **more}.items()}
    return replace(network, devices=devices, power_sources=SOURCES, places={"hall": place("hall", "building")})


def having(*boxes: Device, altitude: int | None = None) -> Network:
    """Return the hall with more boxes in its room."""
    network = fed()
    room = replace(network.places["hall"], altitude_m=altitude)
    return replace(network, devices={**network.devices, **{b.name: b for b in boxes}}, places={"hall": room})


def sample(name: str, box: str, value: float, age: float = 20, **labels: str) -> Sample:
    return Sample(name, box, value, NOON - timedelta(seconds=age), labels)


def ups(**changes: tuple[str, float]) -> tuple[Sample, ...]:
    told = {**WELL, **changes}
    states = {"ups_output_source", "ups_battery_state"}
    made = {name: sample(name, "box", value) for name, (_, value) in told.items()}
    return tuple(replace(one, labels={n: told[n][0]}) if n in states else one for n, one in made.items())


def measured(*samples: Sample, network: Network | None = None) -> Evidence:
    return Evidence(network or fed(), NOON, samples=samples)


def climate(celsius: float, humidity: float = 0.45, rate: float = 0.5) -> tuple[Sample, ...]:
    names = ("room_temperature_celsius", "room_humidity_ratio", "room_temperature_change_celsius_per_hour")
    values = (celsius, humidity, rate)
    return tuple(
        sample(name, "env", value, sensor="t1", position="rack_inlet")
        for name, value in zip(names, values, strict=True)
    )


def contact(kind: str, value: float, tested: float | None = None, box: str = "env") -> tuple[Sample, ...]:
    found = (sample("room_contact_well", box, value, sensor="s1", kind=kind),)
    more = (sample("room_contact_tested_days", box, tested, sensor="s1", kind=kind),) if tested is not None else ()
    return (*found, *more)


def air(name: str, running: float = 1, alarm: float = 0) -> tuple[Sample, ...]:
    return sample("air_conditioner_running", name, running), sample("air_conditioner_alarm", name, alarm)


ENV = device("env", "env")
LEAKS = replace(ENV, data={"sensors": {"leak": 1}})
ROOM = having(ENV)

CASES = [
    # Decided by the inventory.
    Case("PWR-01", "all on the UPS", lambda: Evidence(fed(), NOON), {"core": "pass", "acc": "pass"}),
    Case("PWR-01", "one on the mains", lambda: Evidence(fed(core=("ups1", "mains-b")), NOON), {"core": "fail"}),
    Case("PWR-01", "nobody wrote it", lambda: Evidence(fed(core=()), NOON), {"core": "unknown"}),
    Case("PWR-02", "an EPS", lambda: Evidence(fed(), NOON), {"srv": "pass"}),
    Case("PWR-02", "unset", lambda: Evidence(fed(srv=()), NOON), {"srv": "fail"}),
    Case("PWR-03", "two feeds", lambda: Evidence(fed(), NOON), {"srv": "pass"}),
    Case("PWR-03", "250 ms and one feed", lambda: Evidence(fed(srv=("eps1",)), NOON), {"srv": "fail"}),
    Case("PWR-06", "no air conditioner on it", lambda: Evidence(fed(), NOON), {"ups1": "pass"}),
    Case("PWR-06", "an air conditioner on it", lambda: Evidence(fed(air=("ups1",)), NOON), {"ups1": "fail"}),
    Case("PWR-07", "both feeds at level 3", lambda: Evidence(levelled(fed(), 3), NOON), {"srv": "pass"}),
    Case("PWR-07", "one feed at level 3", lambda: Evidence(levelled(fed(srv=("eps1",)), 3), NOON), {"srv": "fail"}),
    Case("PWR-07", "one feed, no level", lambda: Evidence(fed(srv=("eps1",)), NOON), {"srv": "unknown"}),
    # Decided by samples of a UPS.
    Case("PWR-05", "normal", lambda: measured(*ups()), {"box": "pass"}),
    Case("PWR-05", "on bypass", lambda: measured(*ups(ups_output_source=("bypass", 1.0))), {"box": "fail"}),
    Case("PWR-05", "on battery", lambda: measured(*ups(ups_on_battery_seconds=("", 61.0))), {"box": "fail"}),
    Case("PWR-05", "not read", lambda: Evidence(fed(), NOON), {"box": "unknown"}),
    Case("PWR-05", "on record", lambda: Evidence(recorded(fed(), "PWR-05"), NOON), {"box": "pass"}),
    Case("PWR-07", "221 V", lambda: measured(*ups()), {"box": "pass"}),
    Case("PWR-07", "190 V", lambda: measured(*ups(ups_input_volts=("", 190.0))), {"box": "fail"}),
    # The room.
    Case("ENV-01", "23 degrees", lambda: measured(*climate(23.1), network=ROOM), {"env t1": "pass"}),
    Case("ENV-01", "no sensor", lambda: Evidence(ROOM, NOON), {"hall": "unknown"}),
    Case("ENV-02", "dew point 9.5", lambda: measured(*climate(22), network=ROOM), {"env t1": "pass"}),
    Case("ENV-02", "dry winter", lambda: measured(*climate(22, 0.15), network=ROOM), {"env t1": "fail"}),
    Case("ENV-03", "2,261 m", lambda: Evidence(having(altitude=2261), NOON), {"hall": "pass"}),
    Case("ENV-03", "4,270 m", lambda: Evidence(having(altitude=4270), NOON), {"hall": "fail"}),
    Case("ENV-03", "not written", lambda: Evidence(having(), NOON), {"hall": "unknown"}),
    Case("ENV-04", "dry", lambda: measured(*contact("leak", 1), network=ROOM), {"hall": "pass", "env s1": "pass"}),
    Case("ENV-04", "water", lambda: measured(*contact("leak", 0), network=ROOM), {"env s1": "fail"}),
    Case("ENV-04", "no sensor", lambda: Evidence(ROOM, NOON), {"hall": "fail"}),
    Case("ENV-04", "written, not read", lambda: Evidence(having(LEAKS), NOON), {"env leak 1": "unknown"}),
    Case("ENV-04", "nobody wrote any", lambda: Evidence(hall(), NOON), {"hall": "unknown"}),
    Case("ENV-04", "level 2", lambda: Evidence(levelled(ROOM, 2), NOON), {"hand": "not_applicable"}),
    Case("ENV-05", "normal", lambda: measured(*contact("fire", 1, 30), network=ROOM), {"env s1": "pass"}),
    Case("ENV-05", "tested long ago", lambda: measured(*contact("fire", 1, 400), network=ROOM), {"env s1": "fail"}),
    Case("ENV-05", "no panel", lambda: Evidence(ROOM, NOON), {"hall": "unknown"}),
    Case("ENV-05", "a panel not read", lambda: Evidence(having(device("p", "fire")), NOON), {"p": "unknown"}),
    Case("ENV-06", "a camera alive", lambda: measured(*contact("camera", 1), network=ROOM), {"env s1": "pass"}),
    Case("ENV-06", "a camera dark", lambda: measured(*contact("camera", 0), network=ROOM), {"env s1": "fail"}),
    Case("ENV-07", "runs", lambda: measured(*air("air")), {"air": "pass", "hall": "unknown"}),
    Case("ENV-07", "stands still", lambda: measured(*air("air", 0)), {"air": "fail"}),
    Case("ENV-07", "an alarm", lambda: measured(*air("air", 1, 1)), {"air": "fail"}),
    Case("ENV-08", "fresh", lambda: measured(*ups()), {"box": "pass", "air": "unknown"}),
    Case("ENV-08", "2 h old", lambda: measured(sample("ups_alarms_present", "box", 0, 7200)), {"box": "fail"}),
    Case("ENV-08", "a UPS that never spoke", measured, {"box": "fail"}),
    Case("ENV-08", "nobody looked", lambda: Evidence(fed(), NOON), {"hand": "unknown"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rooms(case: Case) -> None:
    case.hold()


def by(rule: str, seen: Evidence, **parameters: object) -> dict[str, list[str]]:
    """Return object -> verdicts of one rule, with thresholds of a network's own."""
    chosen = next(one for one in rules(Parameters(**parameters)) if one.id == rule)  # type: ignore[arg-type]  # named
    found: dict[str, list[str]] = {}
    for finding in chosen.judge(seen):
        found.setdefault(finding.object, []).append(str(finding.verdict))
    return found


@pytest.mark.parametrize(
    ("seconds", "classes", "expected"),
    [
        (1320.0, {"hall": "B"}, "pass"),
        (240.0, {"hall": "B"}, "fail"),
        (600.0, {"hall": "A"}, "fail"),
        (1e4, {}, "unknown"),
    ],
)
def test_backup_minutes_by_class_of_the_room(seconds: float, classes: Mapping[str, str], expected: str) -> None:
    seen = measured(*ups(ups_runtime_remaining_seconds=("", seconds)))
    assert by("PWR-04", seen, room_classes=classes) == {"box": [expected], "ups1": ["unknown"]}


@pytest.mark.parametrize(("written", "minutes"), [("A", "fail"), ("B", "pass"), ("", "unknown")])
def test_the_class_of_a_room_is_the_inventory_s(written: str, minutes: str) -> None:
    """Its own, or that of a room inside it; a parameter overrules both."""
    seen = measured(*ups(ups_runtime_remaining_seconds=("", 600.0)))
    hall = seen.network.places["hall"]
    for places in (
        {"hall": replace(hall, room_class=written)},
        {"hall": hall, "mr": Place("mr", "机房", "room", 0, hall.origin, "hall", room_class=written)},
    ):
        where = replace(seen, network=replace(seen.network, places={**seen.network.places, **places}))
        assert by("PWR-04", where)["box"] == [minutes]
        assert by("PWR-04", where, room_classes={"hall": "A"})["box"] == ["fail"]


def test_two_feeds_are_asked_at_level_3_only() -> None:
    assert "srv" not in verdicts("PWR-07", Evidence(levelled(fed(srv=("eps1",)), 2), NOON))


def test_load_and_capacity() -> None:
    assert by("PWR-06", measured(*ups()))["box"] == ["unknown", "pass"]
    assert by("PWR-06", measured(*ups(ups_output_load_ratio=("", 0.85))))["box"] == ["unknown", "fail"]


def test_a_hot_inlet_and_one_that_warms_too_fast() -> None:
    assert by("ENV-01", measured(*climate(28.4), network=ROOM)) == {"env t1": ["fail", "pass"]}
    assert by("ENV-01", measured(*climate(23.0, rate=25), network=ROOM)) == {"env t1": ["pass", "fail"]}


def test_two_air_conditioners_for_class_b() -> None:
    assert by("ENV-07", measured(*air("air")), room_classes={"hall": "B"})["hall"] == ["fail"]
    both = having(device("air2", "hvac"))
    assert by("ENV-07", measured(*air("air"), *air("air2"), network=both), room_classes={"hall": "B"}) == {
        "hall": ["pass"], "air": ["pass"], "air2": ["pass"],
    }  # fmt: skip


def test_the_vendors_limit_counts_where_altitude_leaves_none() -> None:
    assert by("ENV-03", Evidence(having(altitude=4270), NOON), vendor_celsius={"hall": 25.0}) == {"hall": ["pass"]}


def test_a_temperature_that_never_moves_proves_nothing() -> None:
    frozen = [sample("room_temperature_celsius", "env", 23.0, hours * 3600, sensor="t1") for hours in range(26)]
    assert verdicts("ENV-08", measured(*frozen, network=ROOM))["env t1"] == "unknown"
    moved = [replace(one, value=22.5) if one.at == ago(hours=3) else one for one in frozen]
    fresh = [replace(one, at=one.at) if one.at != NOON else replace(one, at=ago(seconds=10)) for one in moved]
    assert verdicts("ENV-08", measured(*fresh, network=ROOM))["env t1"] == "pass"


def test_a_failure_names_where_it_was_seen() -> None:
    rule = next(one for one in rules() if one.id == "PWR-05")
    (failure,) = rule.judge(measured(*ups(ups_alarms_present=("", 2.0))))
    assert failure.verdict is Verdict.FAIL
    assert [str(one) for one in failure.evidence] == ["inventory hand, line 1", "samples, box"]
