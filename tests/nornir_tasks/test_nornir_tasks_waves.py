"""The order of a change: a canary of the commonest role, then far before near, never more than a batch at once."""

from __future__ import annotations

import pytest
from support.laixi import AGG, CORE, CORE2, FIREWALL, TOWN, floor, network

from nornir_tasks.waves import distances, waves


def test_distance_is_counted_from_the_runners_switch() -> None:
    away = distances(network())
    assert {name: away[name] for name in (CORE2, CORE, AGG, FIREWALL, floor(1), TOWN)} == {
        CORE2: 0,
        CORE: 1,
        AGG: 1,
        FIREWALL: 1,
        floor(1): 1,
        TOWN: 2,
    }
    assert set(away) == {device.name for device in network().commanded()}


CASES: dict[str, tuple[list[str], int, tuple[tuple[str, ...], ...]]] = {
    "nothing": ([], 8, ()),
    "one": ([CORE], 8, ((CORE,),)),
    "canary of the most": ([CORE, floor(2), floor(1), TOWN], 8, ((floor(1),), (TOWN,), (floor(2), CORE))),
    "far before near": ([CORE2, AGG, TOWN], 8, ((TOWN,), (AGG,), (CORE2,))),
    "batches": (
        [floor(n) for n in range(1, 6)],
        2,
        ((floor(1),), (floor(2), floor(3)), (floor(4), floor(5))),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_waves(case: str) -> None:
    devices, batch, expected = CASES[case]
    assert waves(network(), devices, batch) == expected


def test_every_device_is_in_exactly_one_wave() -> None:
    names = [device.name for device in network().commanded()]
    order = waves(network(), names, 5)
    assert sorted(name for wave in order for name in wave) == sorted(names)
    assert all(1 <= len(wave) <= 5 for wave in order)
    assert len(order[0]) == 1
