"""What is said, typed at an emulated box that shares no line with the platform; what it shows, read back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from support.nortel_examples import CORE, EDGE, core, edge

from govnet.config.diff import diff
from govnet.config.ops import inverse
from govnet.platforms.registry import platform
from lab.personalities.nortel_ers import Stackable
from lab.personalities.nortel_passport import Passport
from lab.terminal import SessionClosed
from lab.twin import Twin

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig, Hardware


class Typed:
    """A terminal that types prepared lines and keeps each answer."""

    def __init__(self, lines: list[str]) -> None:
        self._lines, self.answers = lines, [""]

    def write(self, text: str) -> None:
        self.answers[-1] += text

    async def read_line(self, *, echo: bool = True) -> str:
        assert echo
        if len(self.answers) > len(self._lines):
            raise SessionClosed
        self.answers.append("")
        return self._lines[len(self.answers) - 2]

    async def read_key(self) -> str:
        return "\x19" if "Ctrl-Y" in self.answers[-1] else " "


def talk(device: Passport | Stackable, lines: list[str]) -> list[str]:
    """Type lines in one session and return the answer to each."""
    terminal = Typed(lines)
    with pytest.raises(SessionClosed):
        asyncio.run(device.session(terminal))
    return terminal.answers[1:]


def twin(name: str, hardware: Hardware, management: str) -> Twin:
    return Twin(
        "box",
        "switch",
        name,
        hardware.model,
        hardware.software,
        "127.83.9.1",
        management,
        hardware.ports,
        hardware.cards,
    )


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
