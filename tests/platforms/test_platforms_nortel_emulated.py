"""What is said, typed at an emulated box that shares no line with the platform; what it shows, read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.emulated import talk, twin
from support.nortel_examples import CORE, EDGE, core, edge

from govnet.config.diff import diff
from govnet.config.ops import inverse
from govnet.platforms.registry import platform
from lab.personalities.nortel_ers import Stackable
from lab.personalities.nortel_passport import Passport

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig


CASES = {
    "nortel_passport": (CORE, core, Passport, "10.129.2.1/24", ["config cli more false"]),
    "nortel_ers": (EDGE, edge, Stackable, "10.129.2.41/24", ["enable", "terminal length 0", "configure terminal"]),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_box_takes_what_is_said_and_shows_what_was_meant(name: str) -> None:
    hardware, intent, emulated, management, enter = CASES[name]
    words, device = platform(name), emulated(twin(name, hardware, management))
    wanted = intent()
    assert words.refuse(wanted, hardware) == []

    def shown() -> DeviceConfig:
        answers = talk(device, [*enter, *words.leave, *words.shows])[-len(words.shows) :]
        marked = [f"### {command}\n{text}" for command, text in zip(words.shows, answers, strict=True)]
        return words.read("\n".join(marked), hardware).config

    def take(commands: list[str]) -> None:
        answers = talk(device, [*enter, *commands])[len(enter) :]
        refused = {line: words.refusal(answer) for line, answer in zip(commands, answers, strict=True)}
        assert {line: why for line, why in refused.items() if why} == {}

    before = shown()
    changes = diff(before, wanted)
    take([command.text for command in words.say(changes, before)])
    assert shown() == wanted
    take([command.text for command in words.say(inverse(changes), wanted)])
    assert shown() == before
