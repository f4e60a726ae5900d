"""VRP's words for a port's queues, and what is read of them: every pair of states, and lines that say no state."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from support.huawei_configs import HARDWARE, PORTS

from govnet.config import diff
from govnet.config.queueing import Queueing
from govnet.platforms.registry import platform

PLATFORM = platform("huawei_vrp", HARDWARE)
FACTORY = PLATFORM.factory(HARDWARE)
PORT = PORTS[3]
SHARES = ({}, {0: 40, 4: 60}, {0: 7, 4: 48, 6: 5}, {1: 100})
STATES = [None, *(Queueing(rate, shares) for rate, shares in product((None, 2000, 10000), SHARES))]


@pytest.mark.parametrize("before", STATES, ids=str)
def test_any_state_becomes_any_other(before: Queueing | None) -> None:
    first = replace(FACTORY, queueing={PORT: before} if before else {})
    for after in STATES:
        last = replace(FACTORY, queueing={PORT: after} if after else {})
        said = [*PLATFORM.say(diff(FACTORY, first), FACTORY), *PLATFORM.say(diff(first, last), first)]
        found = PLATFORM.read("\n".join(command.text for command in said), HARDWARE)
        assert (found.config.queueing, found.unread) == (last.queueing, ())


def test_what_is_typed_for_a_line_of_two_megabits() -> None:
    wanted = replace(FACTORY, queueing={PORT: Queueing(2000, {0: 7, 4: 48})})
    assert [command.text for command in PLATFORM.say(diff(FACTORY, wanted), FACTORY)] == [
        f"interface {PORT}",
        "trust dscp",
        "qos lr outbound cir 2000 cbs 250000",
        "qos drr",
        "qos queue 0 drr weight 7",
        "qos queue 4 drr weight 48",
        "quit",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["qos lr outbound cir 2000 cbs 250000"],
        ["trust dscp", "qos lr outbound cir 2000 cbs 1"],
        ["trust dscp", "qos drr"],
        ["trust dscp", "qos queue 4 drr weight 48"],
        ["trust 8021p"],
    ],
)
def test_lines_that_say_no_state_are_kept_and_shown(lines: list[str]) -> None:
    text = "\n".join([f"interface {PORT}", *(f" {line}" for line in lines), "#", "return"])
    found = PLATFORM.read(text, HARDWARE)
    assert found.unread


@pytest.mark.parametrize(
    ("queueing", "said"),
    [(Queueing(32), "32 kbit/s is less than the 64"), (Queueing(2000, {1: 0}), "a queue is guaranteed nothing")],
)
def test_what_a_port_cannot_do_is_refused(queueing: Queueing, said: str) -> None:
    (why,) = PLATFORM.refuse(replace(FACTORY, queueing={PORT: queueing}), HARDWARE)
    assert said in why
