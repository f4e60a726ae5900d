"""The installer's visit: lines typed at a new device's console, before anybody reaches it over the network."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from govnet.errors import LabError
from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.terminal import Personality
    from lab.twin import Twin

_CTRL_Y = "\x19"


class Console:
    """A terminal with a script instead of a person; keeps what the device said."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._lines: Iterator[str] = iter(lines)
        self.heard = ""

    def write(self, text: str) -> None:
        """Keep what the device says."""
        self.heard += text

    async def read_line(self, *, echo: bool = True) -> str:
        """Return the next line of the script; hang up after the last."""
        for line in self._lines:
            self.heard += f"{line}\n" if echo else "\n"
            return line
        raise SessionClosed

    async def read_key(self) -> str:
        """Press Ctrl-Y: the only key that a console set-up needs, at the banner of a stackable."""
        return _CTRL_Y


REFUSALS = ("% ", "Error:", "not found in path", "command not found", "RTNETLINK", "Cannot find device")


async def set_up(twin: Twin, personality: Personality) -> None:
    """Type the console set-up of a twin at its personality.

    Raises:
        LabError: the device refused a line; shows the end of the dialogue.
    """
    if not twin.console:
        return
    console = Console(twin.console)
    with suppress(SessionClosed):
        await personality.session(console)
    refused = min((at for text in REFUSALS if (at := console.heard.find(text)) >= 0), default=-1)
    if refused >= 0:
        raise LabError(
            f"{twin.name}: the console set-up was refused: {console.heard[max(0, refused - 200) : refused + 80]}"
        )
