"""The laws of the vocabulary, on configurations that a Passport and a stackable can have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.nortel_configs import CHASSIS, STACKABLE, ers_configs, passport_configs

from govnet.config.check import check
from govnet.config.diff import diff
from govnet.config.ops import apply, inverse
from govnet.platforms.registry import platform

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig, Hardware
    from govnet.platforms.base import Command

LAW = settings(deadline=None)
BOXES = {"nortel_passport": (CHASSIS, passport_configs()), "nortel_ers": (STACKABLE, ers_configs())}
boxes = pytest.mark.parametrize("box", sorted(BOXES))


def said(box: str, *stages: DeviceConfig) -> list[Command]:
    """Return what is typed to lead a box out of the carton through all stages."""
    words = platform(box)
    before = words.factory(replace(BOXES[box][0], console=None))
    commands: list[Command] = []
    for after in stages:
        if box != "nortel_passport" or commands or after != words.factory(BOXES[box][0]):
            commands += words.say(diff(before, after), before)
        before = after
    return commands


def typed(commands: list[Command]) -> str:
    return "\n".join(command.text for command in commands)


def factory(box: str) -> tuple[Hardware, DeviceConfig]:
    hardware = BOXES[box][0]
    return hardware, platform(box).factory(hardware)


@boxes
@given(data=st.data())
@LAW
def test_what_is_said_from_the_factory_reads_back(box: str, data: st.DataObject) -> None:
    hardware, start = factory(box)
    x = data.draw(BOXES[box][1])
    assert platform(box).refuse(x, hardware) == []
    assert check(x) == []
    reading = platform(box).read(typed(said(box, start, x)), hardware)
    assert reading.unread == ()
    assert reading.config == x


@boxes
@given(data=st.data())
@LAW
def test_an_update_and_its_rollback_read_back(box: str, data: st.DataObject) -> None:
    hardware, start = factory(box)
    a, b = data.draw(BOXES[box][1]), data.draw(BOXES[box][1])
    there = diff(a, b)
    assert platform(box).read(typed(said(box, start, a, b)), hardware).config == b == apply(a, there)
    back = platform(box).say(inverse(there), b)
    assert platform(box).read(typed([*said(box, start, a, b), *back]), hardware).config == a


@boxes
@given(data=st.data())
@LAW
def test_a_half_done_update_can_be_taken_back(box: str, data: st.DataObject) -> None:
    hardware, start = factory(box)
    a, b = data.draw(BOXES[box][1]), data.draw(BOXES[box][1])
    changes = diff(a, b)
    done = changes[: data.draw(st.integers(0, len(changes)))]
    state = apply(a, done)
    steps = [*said(box, start, a), *platform(box).say(done, a)]
    assert platform(box).read(typed(steps), hardware).config == state
    steps += platform(box).say(inverse(done), state)
    assert platform(box).read(typed(steps), hardware).config == a


@boxes
@given(data=st.data())
@LAW
def test_nothing_to_do_says_nothing(box: str, data: st.DataObject) -> None:
    x = data.draw(BOXES[box][1])
    assert diff(x, x) == []
    assert platform(box).say([], x) == []


@boxes
@given(data=st.data())
@LAW
def test_every_command_names_the_change_it_says(box: str, data: st.DataObject) -> None:
    _, start = factory(box)
    changes = diff(start, data.draw(BOXES[box][1]))
    commands = platform(box).say(changes, start)
    assert all(0 <= command.change < len(changes) for command in commands)
    assert all(command.unverified == bool(command.family) for command in commands)
    assert all("\n" not in command.text and command.text == command.text.strip() for command in commands)
