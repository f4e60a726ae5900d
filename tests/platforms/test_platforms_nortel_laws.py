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
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig
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


# Drawing a configuration costs more than holding it against a law: each is held against all laws of one, or of two.


@boxes
@given(data=st.data())
@LAW
def test_the_laws_of_one_configuration(box: str, data: st.DataObject) -> None:
    """What is said from the factory reads back; nothing to do says nothing; commands name the change they say."""
    hardware, start = factory(box)
    x = data.draw(BOXES[box][1])
    assert platform(box).refuse(x, hardware) == []
    assert check(x) == []
    reading = platform(box).read(typed(said(box, start, x)), hardware)
    assert reading.unread == ()
    assert reading.config == x
    assert diff(x, x) == []
    assert platform(box).say([], x) == []
    changes = diff(start, x)
    commands = platform(box).say(changes, start)
    assert all(0 <= command.change < len(changes) for command in commands)
    assert all(command.unverified == bool(command.family) for command in commands)
    assert all("\n" not in command.text and command.text == command.text.strip() for command in commands)


@boxes
@given(data=st.data())
@LAW
def test_the_laws_of_two_configurations(box: str, data: st.DataObject) -> None:
    """An update and its rollback read back, and a half-done update can be taken back."""
    hardware, start = factory(box)
    a, b = data.draw(BOXES[box][1]), data.draw(BOXES[box][1])
    there, begun = diff(a, b), said(box, start, a)
    whole = [*begun, *platform(box).say(there, a)]
    assert platform(box).read(typed(whole), hardware).config == b == apply(a, there)
    assert apply(b, inverse(there)) == a
    assert platform(box).read(typed([*whole, *platform(box).say(inverse(there), b)]), hardware).config == a
    done = there[: data.draw(st.integers(0, len(there)))]
    state = apply(a, done)
    half = [*begun, *platform(box).say(done, a)]
    assert platform(box).read(typed(half), hardware).config == state
    assert platform(box).read(typed([*half, *platform(box).say(inverse(done), state)]), hardware).config == a
