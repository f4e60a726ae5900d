"""What stands behind an address: the device that a caller meets, whichever protocol he comes by."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.errors import LabError
from lab.faulty import FaultyTerminal
from lab.terminal import SessionClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.channel import ChannelTerminal
    from lab.faults import FaultBoard
    from lab.terminal import Personality

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """One device, as its listeners know it.

    Attributes:
        name: inventory name.
        address: its loopback address.
        platform: command line that it speaks.
        box: returns the device itself, which may be made only then.
        faults: asked at each connection and each line.
        legacy_ssh: it offers only the SSH algorithms of 2005.
        telnet: it listens on Telnet too.
    """

    name: str
    address: str
    platform: str
    box: Callable[[], Personality]
    faults: FaultBoard
    legacy_ssh: bool = False
    telnet: bool = False

    async def talk(self, terminal: ChannelTerminal) -> None:
        """Let the device talk to a caller until he leaves, or hangs up or is hung up on (`SessionClosed`)."""
        try:
            box = self.box()
        except LabError:
            _LOG.exception("%s: nobody could be let in", self.name)
            raise SessionClosed from None
        await box.session(FaultyTerminal(terminal, self.faults, self.name))
