"""Said to emulators that were written from captures alone: nothing refused, read back equal, rolled back exactly."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from govnet.config import diff, inverse
from govnet.config.intent import hardware, intent
from govnet.network.load import load
from govnet.platforms.registry import platform
from lab.terminal import SessionClosed
from lab.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig

NETWORK = load(Path(__file__).parents[2] / "inventory" / "laixi")


class Typist:
    """A terminal whose lines are known beforehand."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines, self.out = list(lines), ""

    def write(self, text: str) -> None:
        self.out += text

    async def read_line(self, *, echo: bool = True) -> str:
        if not self.lines:
            raise SessionClosed
        self.out += f"{self.lines[0]}\n" if echo else "\n"
        return self.lines.pop(0)

    async def read_key(self) -> str:
        raise SessionClosed


class Session:
    """One emulated box and what is typed at it."""

    def __init__(self, name: str) -> None:
        self.hardware = hardware(NETWORK, name)
        self.platform = platform(NETWORK.devices[name].platform)
        self.opening = ["screen-length 0 temporary"] if self.platform.name == "huawei_vrp" else []
        twin = Twin(name, "box", self.platform.name, self.hardware.model, "", "127.0.0.9", ports=self.hardware.ports)
        self.box: Any = import_module(f"lab.personalities.{self.platform.name}").build(twin)

    def typed(self, lines: Sequence[str]) -> str:
        typist = Typist([*self.opening, *lines])
        with contextlib.suppress(SessionClosed):
            asyncio.run(self.box.session(typist))
        return typist.out

    def close(self) -> None:
        """End what the box runs of its own: a network namespace."""
        if hasattr(self.box, "close"):
            asyncio.run(self.box.close())

    def carry_out(self, changes: Sequence[Change], running: DeviceConfig) -> None:
        lines = list(self.platform.enter)
        for command in self.platform.say(changes, running):
            lines += [*command.text.split("\n"), *command.answers]
        shown = self.typed([*lines, *self.platform.leave])
        assert [line for line in shown.splitlines() if self.platform.refusal(line)] == []

    def running(self) -> DeviceConfig:
        shown = []
        for command in self.platform.shows:
            answer = self.typed([command]).partition(f"{command}\n")[2]
            shown += [f"### {command}", answer.rpartition("\n")[0]]
        return self.platform.read("\n".join(shown), self.hardware).config


@pytest.mark.parametrize("name", ["lx-adc-u-agg01", "lx-shuiji-u-ce01", "lx-adc-u-fw01"])
def test_an_emulated_box_becomes_what_is_intended_and_goes_back(name: str) -> None:
    session = Session(name)
    bare = session.platform.factory(replace(session.hardware, console=None))
    factory, wanted = session.platform.factory(session.hardware), intent(NETWORK, name)
    assert session.platform.refuse(wanted, session.hardware) == []
    session.carry_out(diff(bare, factory), bare)
    assert session.running() == factory
    there = diff(factory, wanted)
    session.carry_out(there, factory)
    assert session.running() == wanted
    session.carry_out(inverse(there), wanted)
    assert session.running() == factory
    session.close()
