"""Emulated boxes in hand: typed at without a wire."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from lab.exchange import Exchange
from lab.terminal import SessionClosed
from lab.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govnet.config.hardware import Hardware
    from lab.terminal import Personality


def joined(personalities: Iterable[object]) -> None:
    """Let the routers among some boxes tell each other their routes."""
    boxes = tuple(personalities)
    exchange = Exchange(lambda: boxes)
    for box in boxes:
        exchange.take(box)


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


def talk(device: Personality, lines: list[str]) -> list[str]:
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
