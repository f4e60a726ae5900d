"""The laws of the vocabulary, on configurations that a VSP and an ERS 8600 in NNCLI mode can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.voss_configs import ERS, VSP, voss_configs

from govnet.config.check import check
from govnet.config.diff import diff
from govnet.config.ops import apply, inverse
from govnet.platforms.registry import platform

if TYPE_CHECKING:
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig
    from govnet.platforms.base import Command, Platform

BOXES = {"vsp": VSP, "ers": ERS}
CONFIGS = {name: voss_configs(hardware) for name, hardware in BOXES.items()}
boxes = pytest.mark.parametrize("box", sorted(BOXES))


def words(box: str) -> Platform:
    return platform("extreme_voss", BOXES[box])


def installed(box: str) -> tuple[Hardware, str]:
    """Return the box, and the lines that its console set-up left in the running text."""
    lines = ["boot config flags sshd", "ssh"]
    if box == "vsp":
        lines += ["interface mgmtEthernet mgmt", "ip address 10.129.2.1 255.255.255.0", "exit"]
    return BOXES[box], "\n".join(lines) + "\n"


def said(box: str, *stages: DeviceConfig) -> list[Command]:
    """Return what is typed to lead a box from the console set-up through all stages."""
    before = words(box).factory(BOXES[box])
    commands: list[Command] = []
    for after in stages:
        commands += words(box).say(diff(before, after), before)
        before = after
    return commands


def after(box: str, commands: list[Command]) -> DeviceConfig:
    hardware, start = installed(box)
    found = words(box).read(start + "\n".join(command.text for command in commands), hardware)
    assert found.unread == ()
    return found.config


# Drawing a configuration costs more than holding it against a law: each is held against all laws of one, or of two.


@boxes
@given(data=st.data())
def test_the_laws_of_one_configuration(box: str, data: st.DataObject) -> None:
    """What is said from the factory reads back; nothing to do says nothing; commands name the change they say."""
    x = data.draw(CONFIGS[box])
    assert words(box).refuse(x, BOXES[box]) == []
    assert check(x) == []
    assert after(box, said(box, x)) == x
    assert diff(x, x) == []
    assert words(box).say([], x) == []
    start = words(box).factory(BOXES[box])
    changes = diff(start, x)
    commands = words(box).say(changes, start)
    assert all(0 <= command.change < len(changes) for command in commands)
    assert all(command.unverified == bool(command.family) for command in commands)
    assert all("\n" not in command.text and command.text == command.text.strip() for command in commands)


@boxes
@given(data=st.data())
def test_the_laws_of_two_configurations(box: str, data: st.DataObject) -> None:
    """An update and its rollback read back, and a half-done update can be taken back."""
    a, b = data.draw(CONFIGS[box]), data.draw(CONFIGS[box])
    there, begun = diff(a, b), said(box, a)
    whole = [*begun, *words(box).say(there, a)]
    assert after(box, whole) == b == apply(a, there)
    assert apply(b, inverse(there)) == a
    assert after(box, [*whole, *words(box).say(inverse(there), b)]) == a
    done = there[: data.draw(st.integers(0, len(there)))]
    state = apply(a, done)
    half = [*begun, *words(box).say(done, a)]
    assert after(box, half) == state
    assert after(box, [*half, *words(box).say(inverse(done), state)]) == a
