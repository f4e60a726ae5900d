"""ENV-01 to ENV-08 and the power rules on a room that is read now: emulated boxes, Modbus, samples, verdicts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from support.laixi import network

from collectors.modbus import collect_modbus, load_maps, modbus_targets
from collectors.modbus.visit import ANSWER_SECONDS
from govnet.audit import Evidence, Parameters, rules
from govnet.cli.gathering import samples_of
from lab.estate import twins
from lab.modbus import start

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.modbus import Servers

EPS, AIR, SENSORS, FIRE = (f"lx-adc-u-{name}" for name in ("eps01", "hvac01", "env01", "fire01"))
PARAMETERS = Parameters(room_classes={"adc-mr": "B"})


async def _read(happens: Callable[[Servers], object], patience: float) -> Evidence:
    room = [twin for twin in twins(network()) if twin.modbus]
    plant = await start(room, 0)
    try:
        happens(plant)
        addresses = {twin.name: f"{twin.address}:{plant.port(twin.name)}" for twin in room}
        maps, now = load_maps(), datetime.now(UTC)
        results = await collect_modbus(modbus_targets(network(), maps, addresses), maps, patience=patience)
    finally:
        await plant.close()
    return Evidence(network(), now, samples=tuple(one for result in results for one in samples_of(result, now)))


def verdicts(rule: str, happens: Callable[[Servers], object], patience: float) -> dict[str, set[str]]:
    """Return object -> verdicts of one rule, of the machine room as it is read now."""
    evidence = asyncio.run(_read(happens, patience))
    (judge,) = (one for one in rules(PARAMETERS) if one.id == rule)
    found: dict[str, set[str]] = {}
    for finding in judge.check(evidence):
        found.setdefault(finding.object, set()).add(str(finding.verdict))
    return found


def nothing(plant: Servers) -> None:
    """Let nothing happen."""
    del plant


def t(number: int) -> str:
    return f"{SENSORS} t{number}"


CASES: dict[str, tuple[str, Callable[[Servers], object], dict[str, set[str]]]] = {
    "inlets in the band": ("ENV-01", nothing, {t(1): {"pass", "unknown"}, t(5): {"pass", "unknown"}}),
    "an inlet too warm": ("ENV-01", lambda p: p.set(f"{SENSORS} 2", offset=7.0), {t(2): {"fail", "unknown"}}),
    "a sensor that says nothing": ("ENV-01", lambda p: p.set(f"{SENSORS} 2", broken=True), {t(2): {"unknown"}}),
    "dew point": ("ENV-02", nothing, {t(7): {"pass"}, t(8): {"pass"}}),
    "dry": ("ENV-04", nothing, {"adc-mr": {"pass"}, f"{SENSORS} leak 1": {"pass"}, f"{AIR} tray": {"pass"}}),
    "a wet rope": ("ENV-04", lambda p: p.set(f"{SENSORS} 9", ill=frozenset({2})), {f"{SENSORS} leak 2": {"fail"}}),
    "a wet tray": ("ENV-04", lambda p: p.set(AIR, leak=True), {f"{AIR} tray": {"fail"}}),
    "ropes that nobody reads": (
        "ENV-04",
        lambda p: p.set_line(SENSORS, dead=frozenset({9})),
        {f"{SENSORS} leak 1": {"unknown"}, f"{SENSORS} leak 4": {"unknown"}},
    ),
    "no fire, test not on record": ("ENV-05", nothing, {f"{FIRE} alarm": {"pass", "unknown"}}),
    "fire": ("ENV-05", lambda p: p.set(FIRE, ill=frozenset({1})), {f"{FIRE} alarm": {"fail", "unknown"}}),
    "a panel at fault": ("ENV-05", lambda p: p.set(FIRE, ill=frozenset({2})), {f"{FIRE} panel": {"fail", "unknown"}}),
    "two air conditioners run": ("ENV-07", nothing, {"adc-mr": {"pass"}, AIR: {"pass"}}),
    "one stands still": ("ENV-07", lambda p: p.set(AIR, running=False), {AIR: {"fail"}}),
    "one raises an alarm": ("ENV-07", lambda p: p.set(AIR, alarm=True), {AIR: {"fail"}}),
    "one does not answer": ("ENV-07", lambda p: p.set_line(AIR, silent=True), {AIR: {"unknown"}}),
    "all fresh": ("ENV-08", nothing, {SENSORS: {"pass"}, AIR: {"pass"}, EPS: {"pass"}, t(3): {"pass"}}),
    "the gateway is silent": ("ENV-08", lambda p: p.set_line(SENSORS, silent=True), {SENSORS: {"unknown"}}),
}  # fmt: skip


SILENT = ("one does not answer", "the gateway is silent")
"""What is asked about does not answer; for the rest it is no matter whether they do in time."""


@pytest.mark.parametrize("case", CASES)
def test_a_rule_answers_on_the_room_as_it_is_now(case: str) -> None:
    rule, happens, expected = CASES[case]
    found = verdicts(rule, happens, 0.3 if case in SILENT else ANSWER_SECONDS)
    assert {name: found.get(name) for name in expected} == expected


def test_an_eps_is_read_as_a_supply_is() -> None:
    evidence: Any = asyncio.run(_read(lambda plant: plant.set(EPS, mains=False), ANSWER_SECONDS))
    told = {
        (one.name, one.labels.get("ups_output_source", "")): one.value for one in evidence.samples if one.object == EPS
    }
    assert told["ups_output_source", "battery"] == 1
    assert 5300 < told["ups_runtime_remaining_seconds", ""] <= 5400
