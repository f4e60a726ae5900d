"""What the wall page shows of what was read: nothing is well that nobody saw, and one fault is one condition."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.laixi import AGG, CORE, TOWN, floor, network
from support.noc import UPS

from collectors.exposition import Family
from collectors.lately import History, Visit
from govnet.monitoring import Settings, checks, render
from govnet.monitoring.ports import PORT_NAMES, port_of
from govnet.monitoring.wall import Wall
from govnet.monitoring.wall.checks import OLD_SECONDS
from govnet.monitoring.wall.front import words
from govnet.monitoring.wall.levels import BUSY
from govnet.monitoring.wall.room import HOT_CELSIUS
from govnet.monitoring.wall.seen import STALE_SECONDS
from govnet.power import rules_room
from govnet.resources import folder

NOW = 1_000_000.0
DEVICES = tuple(network().devices)
CIRCUIT, AT_AGG, AT_TOWN = "c-adc-shuiji-u-01", "GigabitEthernet0/0/1", "GigabitEthernet0/0/24"
WELL = ({"ups_output_source": "normal"}, {"ups_battery_state": "batteryNormal"})
TOWNS = tuple(name for name, device in network().devices.items() if device.role == "ce")


def visit(*rows: tuple[str, float], at: float = NOW, error: str | None = None) -> Visit:
    families: dict[str, Family] = {}
    for series, value in rows:
        name = series.partition("{")[0]
        families.setdefault(name, Family(name, "gauge", "")).rows.append((series, value))
    return Visit(at, tuple(families.values()), error)


def answered(*rows: tuple[str, float], at: float = NOW) -> History:
    last = visit(*(rows or (("sysUpTime", 1),)), at=at)
    return History(last, (last,))


def port(name: str, *, up: bool, octets: float = 0) -> list[tuple[str, float]]:
    rows = [("ifOperStatus", 1 if up else 2), ("ifHCInOctets", octets), ("ifHCOutOctets", octets / 2)]
    return [(f'{metric}{{ifName="{name}"}}', value) for metric, value in rows]


def ups(output: str, *, battery: str = "batteryNormal", seconds: float = 600) -> History:
    states = [(f'ups_output_source{{ups_output_source="{output}"}}', 1)]
    states.append((f'ups_battery_state{{ups_battery_state="{battery}"}}', 1))
    return answered(*states, ("ups_runtime_remaining_seconds", seconds), ('ups_output_load_ratio{line="1"}', 0.4))


SILENT = History(visit(error="no answer"), (visit(at=NOW - 60),))


def shown(build: Path, histories: dict[str, History], now: float = NOW) -> dict[str, Any]:
    found = Wall(network(), build, DEVICES).state(histories, now)
    assert json.loads(json.dumps(found, ensure_ascii=False)).keys() == found.keys()
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def tile(state: dict[str, Any], part: str, name: str) -> dict[str, Any]:
    tiles = [each for level in state["levels"] for each in level["tiles"]] if part == "levels" else state[part]
    return next(each for each in tiles if each["name"] == name)  # type: ignore[no-any-return]


def test_nobody_read_anything_so_nothing_is_well(tmp_path: Path) -> None:
    state = shown(tmp_path, {})
    tiles = [tile for level in state["levels"] for tile in level["tiles"]]
    tiles += [tile for part in ("circuits", "sources", "room", "inside", "checks") for tile in state[part]]
    assert {tile["tone"] for tile in tiles} == {"unseen"}
    assert len([tile for level in state["levels"] for tile in level["tiles"]]) == len(DEVICES)
    assert state["conditions"] == []
    assert state["counts"]["devices"] == {"well": 0, "warn": 0, "bad": 0, "unseen": len(DEVICES)}


@pytest.mark.parametrize(
    ("history", "tone", "said"),
    [
        (answered(), "well", "answers"),
        (SILENT, "bad", "does not answer"),
        (answered(at=NOW - STALE_SECONDS - 1), "unseen", "last read {ago} ago"),
        (answered(at=NOW - STALE_SECONDS), "well", "answers"),
        (History(visit(at=NOW - STALE_SECONDS - 1, error="no answer")), "unseen", "last read {ago} ago"),
        (None, "unseen", "not read yet"),
    ],
)
def test_a_device_is_as_its_last_visit_was(tmp_path: Path, history: History | None, tone: str, said: str) -> None:
    found = tile(shown(tmp_path, {CORE: history} if history else {}), "levels", CORE)
    assert (found["tone"], found["said"]["words"]) == (tone, said)


def test_an_answer_in_part_is_to_be_looked_at(tmp_path: Path) -> None:
    last = visit(("sysUpTime", 1), error="module if_mib: no answer")
    assert tile(shown(tmp_path, {CORE: History(last, (last,))}), "levels", CORE)["tone"] == "warn"


def test_a_device_that_the_exporter_does_not_ask_is_unseen(tmp_path: Path) -> None:
    state = Wall(network(), tmp_path, [CORE]).state({AGG: answered()}, NOW)
    assert tile(state, "levels", AGG)["said"]["words"] == "nobody asks it"


def test_one_fault_is_one_condition_with_its_reach(tmp_path: Path) -> None:
    histories = dict.fromkeys((AGG, *TOWNS), SILENT) | {CORE: answered()}
    state = shown(tmp_path, histories)
    assert [condition["name"] for condition in state["conditions"]] == [AGG]
    lost = state["conditions"][0]["lost"]
    assert lost["devices"] == len(TOWNS) + 1
    assert lost["symptoms"] > lost["devices"]
    assert state["conditions"][0]["call"]


def test_what_is_said_of_many_is_said_once(tmp_path: Path) -> None:
    last = visit(("sysUpTime", 1), error="module if_mib: no answer")
    state = shown(tmp_path, dict.fromkeys((CORE, floor(1), floor(2)), History(last, (last,))))
    assert [(each["name"], each["also"]) for each in state["conditions"]] == [(CORE, ["acc01", "acc02"])]


def test_what_outlasts_its_cause_is_told(tmp_path: Path) -> None:
    state = shown(tmp_path, {AGG: answered(), TOWN: SILENT})
    assert [condition["name"] for condition in state["conditions"]] == [TOWN]


LINES: dict[str, tuple[dict[str, History], str, str]] = {
    "both ends up": (
        {AGG: answered(*port(AT_AGG, up=True)), TOWN: answered(*port(AT_TOWN, up=True))},
        "well",
        "up",
    ),
    "one end read": ({AGG: answered(*port(AT_AGG, up=True))}, "well", "up"),
    "one end down": (
        {AGG: answered(*port(AT_AGG, up=False)), TOWN: answered(*port(AT_TOWN, up=True))},
        "bad",
        "no link",
    ),
    "nobody read it": ({}, "unseen", "no end of it was read"),
    "another port": ({AGG: answered(*port("GigabitEthernet0/0/2", up=True))}, "unseen", "no end of it was read"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_as_its_ends_are(tmp_path: Path, name: str) -> None:
    histories, tone, said = LINES[name]
    found = tile(shown(tmp_path, histories), "circuits", CIRCUIT)
    assert (found["tone"], found["said"]["words"]) == (tone, said)


def test_a_line_is_called_by_its_far_end(tmp_path: Path) -> None:
    state = shown(tmp_path, {})
    assert tile(state, "circuits", CIRCUIT)["title"] == "水集街道"
    assert tile(state, "circuits", "c-adc-internet-u-01")["title"] == network().circuits["c-adc-internet-u-01"].title


@pytest.mark.parametrize(
    ("first", "second", "used", "tone"),
    [(0, 30e6, 0.8, "well"), (0, 33e6, 0.88, "warn"), (1e6, 1e6, 0.0, "well"), (9e6, 3e6, None, "well")],
)
def test_use_is_of_the_ordered_speed(
    tmp_path: Path, first: float, second: float, used: float | None, tone: str
) -> None:
    """10 Mbit/s over 30 s are 37.5 million octets; a counter that fell says nothing."""
    older, newer = (visit(*port(AT_AGG, up=True, octets=n), at=at) for n, at in ((first, NOW - 30), (second, NOW)))
    found = tile(shown(tmp_path, {AGG: History(newer, (older, newer))}), "circuits", CIRCUIT)
    assert found["figures"].get("in") == (None if used is None else pytest.approx(used))
    assert found["tone"] == tone


SOURCES = {
    "mains": (ups("normal"), "well", "on mains", 600),
    "battery": (ups("battery", seconds=180), "bad", "on battery", 180),
    "low": (ups("battery", battery="batteryLow", seconds=30), "bad", "battery low", 30),
    "bypass": (ups("bypass"), "warn", "on bypass", 600),
    "none": (ups("none"), "bad", "gives no output", 600),
    "booster": (ups("booster"), "warn", "runs on {what}", 600),
    "mute": (answered(), "unseen", "does not say what it runs on", None),
    "silent": (SILENT, "unseen", "does not answer", None),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_as_its_ups_says(tmp_path: Path, name: str) -> None:
    history, tone, said, seconds = SOURCES[name]
    found = tile(shown(tmp_path, {UPS: history}), "sources", "ups01")
    assert (found["tone"], found["said"]["words"], found["figures"].get("seconds")) == (tone, said, seconds)
    assert found["figures"]["inventoried"] == 420


def test_a_source_on_battery_tells_its_reach_and_hides_nothing(tmp_path: Path) -> None:
    state = shown(tmp_path, {UPS: ups("battery"), floor(1): SILENT})
    assert [condition["name"] for condition in state["conditions"]] == ["ups01", floor(1)]
    assert state["conditions"][0]["lost"]["symptoms"] > 100


@pytest.mark.parametrize(("celsius", "tone"), [(HOT_CELSIUS, "well"), (HOT_CELSIUS + 1, "bad")])
def test_a_hot_device_is_wrong(tmp_path: Path, celsius: float, tone: str) -> None:
    state = shown(tmp_path, {CORE: answered(("nortel_chassis_temperature_celsius", celsius))})
    assert tile(state, "inside", CORE)["tone"] == tone
    assert len(state["conditions"]) == (tone == "bad")


AIR = {
    "cool": ('room_temperature_celsius{sensor="1",position="rack_inlet"}', 22.0, "lx-adc-u-env01 1", "well"),
    "warm": ('room_temperature_celsius{sensor="1",position="rack_inlet"}', 31.0, "lx-adc-u-env01 1", "bad"),
    "wet": ('room_contact_well{sensor="leak 1",kind="leak"}', 0.0, "lx-adc-u-env01 leak 1", "bad"),
    "dry": ('room_contact_well{sensor="leak 1",kind="leak"}', 1.0, "lx-adc-u-env01 leak 1", "well"),
}


@pytest.mark.parametrize("name", AIR)
def test_the_room_is_as_the_rules_judge_it(tmp_path: Path, name: str) -> None:
    series, value, sensor, tone = AIR[name]
    found = tile(shown(tmp_path, {"lx-adc-u-env01": answered((series, value))}), "room", sensor)
    assert found["tone"] == tone
    assert found["figures"].get("celsius") == (value if "temperature" in series else None)


CHECKS: dict[str, tuple[dict[str, object], float, str]] = {
    "kept": ({"violations": 0, "zones": [], "at_fault": ""}, 60, "well"),
    "old": ({"violations": 0, "zones": [], "at_fault": ""}, OLD_SECONDS + 1, "unseen"),
    "broken": ({"violations": 2, "zones": ["prv", "pub"], "at_fault": "prv to pub"}, 60, "bad"),
    "broken long ago": ({"violations": 2, "zones": ["prv"], "at_fault": "prv to pub"}, OLD_SECONDS * 9, "bad"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_isolation_is_as_the_last_proof_found(tmp_path: Path, name: str) -> None:
    found, age, tone = CHECKS[name]
    checks.note(tmp_path, checks.PROOF, found, NOW - age)
    state = shown(tmp_path, {})
    assert (tile(state, "checks", "proof")["tone"], tile(state, "checks", "drift")["tone"]) == (tone, "unseen")
    assert tile(state, "checks", "proof")["figures"] == {"age": age}
    assert [condition["name"] for condition in state["conditions"]] == (["proof"] if tone == "bad" else [])


@pytest.mark.parametrize(("changes", "tone"), [(0, "well"), (3, "warn")])
def test_drift_is_to_be_looked_at(tmp_path: Path, changes: int, tone: str) -> None:
    checks.note(tmp_path, checks.DRIFT, checks.of_drift({CORE: changes}), NOW)
    assert tile(shown(tmp_path, {}), "checks", "drift")["tone"] == tone


def test_checks_that_cannot_be_read_are_unseen(tmp_path: Path) -> None:
    (tmp_path / checks.FILE).write_text("{")
    assert {each["tone"] for each in shown(tmp_path, {})["checks"]} == {"unseen"}


def test_the_limits_are_those_of_the_alerts() -> None:
    rules = render(network(), Settings())["alerts.yml"]
    for expected in (
        rf"govnet:temperature:celsius > {HOT_CELSIUS:g}\b",
        rf"govnet_check_timestamp_seconds\S*\) > {OLD_SECONDS:.0f}\b",
        rf"govnet:circuit_out:ratio\) > {BUSY:g}\b",
    ):
        assert re.search(expected, rules), expected


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Slot 1, Port 2", "1/2"),
        ("ifc3 (Slot: 1 Port: 3)", "3"),
        ("ifc131 (Slot: 2 Port: 3)", "2/3"),
        ("GigabitEthernet0/0/1", "GigabitEthernet0/0/1"),
        ("eth0", "eth0"),
        ("not Slot 1, Port 2", "not Slot 1, Port 2"),
    ],
)
def test_a_port_is_called_as_in_the_inventory(told: str, name: str) -> None:
    assert port_of(told) == name


def test_prometheus_calls_ports_by_the_same_rules() -> None:
    written = render(network(), Settings())["prometheus.yml"]
    assert [pattern in written and f'"{name}"' in written for pattern, name in PORT_NAMES] == [True] * len(PORT_NAMES)


def test_every_word_has_its_row_and_every_row_is_said() -> None:
    source = "".join((folder("templates") / "wall" / name).read_text() for name in ("page.html.j2", "wall.js"))
    files = sorted((folder("templates").parent / "govnet" / "monitoring" / "wall").glob("*.py"))
    code = "".join(path.read_text() for path in files)
    rules = Path(rules_room.__file__).read_text()
    said = set(re.findall(r'data-t="([^"]+)"', source)) | set(re.findall(r'\bt\("([^"]+)"', source))
    said |= set(re.findall(r'Said\(\s*"([^"]+)"', code))
    assert said <= words().keys()
    unsaid = {row for row in words() if f'"{row}"' not in source + code + rules}
    assert unsaid <= {"mains", "ups", "eps"}, "rows that nobody says"
    assert all(set(re.findall(r"\{\w+\}", en)) == set(re.findall(r"\{\w+\}", zh)) for en, zh in words().items())
