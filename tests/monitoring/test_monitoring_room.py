"""A machine room end to end: EPS, air, water and fire over Modbus, seen by Prometheus, told by Alertmanager, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.noc import Noc, healed, once, running_noc

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.lab, pytest.mark.needs("prometheus", "promtool", "alertmanager", "amtool")]
EPS, AIR, TWIN_AIR, SENSORS, FIRE = (f"lx-adc-u-{name}" for name in ("eps01", "hvac01", "hvac02", "env01", "fire01"))
HASTE = 400.0
"""The air changes so many times faster than real: twenty minutes are three seconds."""


@pytest.fixture(scope="module")
def noc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Noc]:
    with running_noc(tmp_path_factory.mktemp("noc"), EPS, AIR, TWIN_AIR, SENSORS, FIRE) as running:
        running.plant.room.hurry(HASTE)
        yield running


@pytest.fixture(autouse=True)
def quiet(noc: Noc) -> Iterator[None]:
    """Begin every scenario with a healthy room, and end it so, whatever became of it."""
    noc.settle()
    yield
    noc.plant.set(EPS, mains=True, charge=100)
    noc.plant.set(AIR, running=True, alarm=False)
    noc.plant.set(f"{SENSORS} 9", ill=frozenset())
    noc.plant.set(f"{SENSORS} 3", broken=False)
    noc.plant.set(FIRE, ill=frozenset())
    noc.plant.set_line(SENSORS, silent=False)


def test_an_eps_transfers_and_tells_who_restarted(noc: Noc) -> None:
    noc.plant.set(EPS, mains=False, transfer_ms=250)
    ((told, alert),) = once(noc, "EpsTransferred", hidden=frozenset({"UpsAlarm"}))
    assert told == "government"
    assert {"source": "eps01", "name": EPS, "zone": "fac", "severity": "critical"}.items() <= alert["labels"].items()
    assert (
        "with a gap of 0.25 s: computers that do not bridge it have started anew: dark in 1h"
        in (alert["annotations"]["summary"])
    )
    assert alert["annotations"]["reach"].startswith("when it ends: 9 symptoms: 9 devices, 8 servers (lx-adc-u-srv01")
    assert alert["annotations"]["call"] == "莱西市委市政府计算机中心"
    noc.plant.set(EPS, mains=True)
    healed(noc, "EpsTransferred")


def test_an_air_conditioner_dies_and_the_room_warms(noc: Noc) -> None:
    noc.plant.set(AIR, running=False, alarm=True)
    noc.wait(lambda: (noc.value('max(room_temperature_celsius{position="rack_inlet"})') or 0) > 27)
    ((told, alert),) = once(noc, "AirConditionerDown", hidden=frozenset({"RoomWarm"}))
    assert told == "government"
    assert {"name": AIR, "place": "adc-mr", "owner": "government"}.items() <= alert["labels"].items()
    assert "; the inlets of the room are at " in alert["annotations"]["summary"]
    noc.plant.set(AIR, running=True)  # Its alarm stays until the room is cool: warmth that outlasts its cause is told.
    noc.wait(lambda: "RoomWarm" not in noc.alerts())
    noc.plant.set(AIR, alarm=False)
    healed(noc, "AirConditionerDown")


def test_water_fire_and_a_broken_sensor_are_each_told_once(noc: Noc) -> None:
    noc.plant.set(f"{SENSORS} 9", ill=frozenset({2}))
    noc.plant.set(FIRE, ill=frozenset({1}))
    noc.plant.set(f"{SENSORS} 3", broken=True)
    wet, fire, lost, damp = once(noc, "WaterLeak", "FireAlarm", "SensorSilent", "SensorSilent")
    assert {"name": SENSORS, "sensor": "leak 2", "severity": "critical"}.items() <= wet[1]["labels"].items()
    assert {"name": FIRE, "sensor": "alarm", "severity": "critical"}.items() <= fire[1]["labels"].items()
    metrics = {lost[1]["labels"]["metric"], damp[1]["labels"]["metric"]}
    assert metrics == {"room_temperature_celsius", "room_humidity_ratio"}
    assert noc.value(f'room_temperature_celsius{{name="{SENSORS}",sensor="t3"}}') is None
    noc.plant.set(f"{SENSORS} 9", ill=frozenset())
    noc.plant.set(FIRE, ill=frozenset())
    noc.plant.set(f"{SENSORS} 3", broken=False)
    healed(noc, "WaterLeak", "FireAlarm", "SensorSilent", "SensorSilent")
