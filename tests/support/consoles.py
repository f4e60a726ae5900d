"""Emulated devices at their consoles: what is typed, what they answer, what they show; no network between."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govnet.config import diff
from govnet.config.intent import hardware, intent
from govnet.platforms.registry import platform
from lab.console import set_up
from lab.estate import twins
from lab.personalities import make
from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govnet.config.reading import Reading
    from govnet.network.model import Network
    from govnet.platforms.base import Command, Platform
    from lab.terminal import Personality
    from lab.twin import Twin

_CTRL_Y = "\x19"
UNPAGED = {
    "nortel_passport": (),  # paging is a setting of the whole box there: pages are turned instead
    "nortel_ers": ("enable", "terminal length 0"),
    "extreme_voss": ("enable", "terminal more disable"),
    "huawei_vrp": ("screen-length 0 temporary",),
    "linux_nft": (),
}
INTO_CONFIG = {"nortel_ers": ("configure terminal",), "huawei_vrp": ("system-view",)}


class Typist:
    """A terminal that types lines and keeps the answer to each."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines, self.answers = list(lines), [""]

    def write(self, text: str) -> None:
        """Keep what the device says."""
        self.answers[-1] += text

    async def read_line(self, *, echo: bool = True) -> str:
        """Return the next line; hang up after the last."""
        del echo
        if len(self.answers) > len(self.lines):
            raise SessionClosed
        self.answers.append("")
        return self.lines[len(self.answers) - 2]

    async def read_key(self) -> str:
        """Open a stackable's first screen, or turn a page."""
        return _CTRL_Y if "Ctrl-Y" in self.answers[-1] else " "


def answers(box: Personality, platform_name: str, *lines: str) -> list[str]:
    """Type lines at a device in one session, in the mode that a login leads to; return the answer to each."""
    opening = UNPAGED[platform_name]
    typist = Typist([*opening, *lines])
    with suppress(SessionClosed):
        asyncio.run(box.session(typist))
    return typist.answers[1 + len(opening) :]


def shown(box: Personality, speaks: Platform) -> str:
    """Return what a device shows, each output under its command where there are several."""
    outputs = [answer.rpartition("\n")[0] for answer in answers(box, speaks.name, *speaks.shows)]
    marked = [f"### {command}\n{output}" for command, output in zip(speaks.shows, outputs, strict=True)]
    return "\n".join(marked) if len(marked) > 1 else outputs[0]


@dataclass
class Console:
    """One emulated device of a network, from its box to its shows."""

    network: Network
    twin: Twin
    personality: Personality = field(init=False)

    def __post_init__(self) -> None:
        self.hardware = hardware(self.network, self.twin.name)
        self.platform = platform(self.twin.platform, self.hardware)
        self.personality = make(self.twin)
        asyncio.run(set_up(self.twin, self.personality))

    def close(self) -> None:
        """Give back what the device holds of the machine: a firewall has a namespace of its own."""
        if hasattr(self.personality, "close"):
            asyncio.run(self.personality.close())

    def type(self, *lines: str) -> list[str]:
        """Type lines in one session, in the mode that a login leads to; return the answer to each."""
        return answers(self.personality, self.twin.platform, *lines)

    def configure(self, *lines: str) -> None:
        """Type lines in the configuration mode.

        Raises:
            AssertionError: the device refused one.
        """
        into = INTO_CONFIG.get(self.twin.platform, ())
        said = self.type(*into, *lines)[len(into) :]
        refused = {line: why for line, each in zip(lines, said, strict=False) if (why := self.platform.refusal(each))}
        assert refused == {}, f"{self.twin.name} refuses {refused}"
        assert len(said) >= len(lines), f"{self.twin.name} hung up before the last of {lines}"

    def provision(self) -> None:
        """Make the device what its network wants."""
        now = self.read().config
        wanted = intent(self.network, self.twin.name)
        self.configure(*_typed(self.platform.say(diff(now, wanted), now)))

    def text(self) -> str:
        """Return what the device shows, each output under its command where there are several."""
        return shown(self.personality, self.platform)

    def read(self) -> Reading:
        """Return what the device shows, as its platform reads it."""
        return self.platform.read(self.text(), self.hardware)


def _typed(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        yield from command.text.split("\n")
        yield from command.answers


def console(network: Network, name: str) -> Console:
    """Return a device as its installer leaves it."""
    return Console(network, next(twin for twin in twins(network) if twin.name == name))


def readings(network: Network) -> Mapping[str, Reading]:
    """Provision every device that govnet commands, and read each back."""
    found = {}
    for device in network.commanded():
        box = console(network, device.name)
        try:
            box.provision()
            found[device.name] = box.read()
        finally:
            box.close()
    return found
