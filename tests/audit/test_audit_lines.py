"""ARC-07 on networks whose routers share lines out: as intended, and with one thing wrong at one end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest
from support.audits import verdicts

from govnet.audit import Evidence
from govnet.config.intent import intent
from govnet.config.queueing import Queueing
from govnet.config.reading import Reading
from govnet.network.summary import network_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.model import DeviceConfig

NODE, PORT, LINE = "hx-n001-n-cpe01", "GigabitEthernet0/0/24", "c-hxtel-n001-n-01"
NOON = datetime(2006, 12, 31, 12, tzinfo=UTC)


@cache
def configs() -> Mapping[str, DeviceConfig]:
    network = network_named("haixi")
    return {device.name: intent(network, device.name) for device in network.commanded()}


def found(**changed: DeviceConfig | None) -> Mapping[str, str]:
    """Return the verdict on each line when one node's router has another configuration, or was not read."""
    node = changed.get("node", configs()[NODE])
    readings = {name: Reading(config) for name, config in configs().items() if name != NODE}
    if node is not None:
        readings[NODE] = Reading(node)
    return verdicts("ARC-07", Evidence(network_named("haixi"), NOON, readings=readings))


def queued(queueing: Queueing | None) -> DeviceConfig:
    config = configs()[NODE]
    kept = {port: one for port, one in config.queueing.items() if port != PORT}
    return replace(config, queueing=kept | ({PORT: queueing} if queueing else {}))


def test_every_node_shares_its_line_out_as_intended() -> None:
    judged = found()
    assert {judged[f"c-hxtel-n{n:03}-n-01"] for n in range(1, 62)} == {"pass"}
    assert judged["c-hxtel-zf-n-01"] == "unknown", "the Passport at the centre has no published words for it"


@pytest.mark.parametrize(
    "queueing",
    [
        None,
        Queueing(),
        Queueing(2000),
        Queueing(2000, {0: 7, 1: 10, 2: 20, 3: 10, 4: 40, 6: 5}),
        Queueing(None, {0: 7, 1: 10, 2: 20, 3: 10, 4: 48, 6: 5}),
        Queueing(10000, {0: 7, 1: 10, 2: 20, 3: 10, 4: 48, 6: 5}),
    ],
    ids=str,
)
def test_one_router_that_does_not_is_found_alone(queueing: Queueing | None) -> None:
    judged = found(node=queued(queueing))
    assert [line for line, verdict in judged.items() if verdict == "fail"] == [LINE]


def test_a_router_that_nobody_read_is_unknown() -> None:
    assert found(node=None)[LINE] == "unknown"
