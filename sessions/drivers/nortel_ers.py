"""Sessions with a BayStack or ERS stackable (BOSS).

Sources: the Ctrl-Y banner, the menu with its hot key and the ``ENTER to continue`` page from ZipTie and
rancid-nortel; the banner is drawn with ``#``, so a prompt is only what starts with a name.
"""

from __future__ import annotations

import re
from typing import ClassVar

from sessions.drivers.base import GovnetSSH
from sessions.drivers.block import Blocks
from sessions.drivers.style import Style

_BEGIN = re.compile(r"Ctrl-Y to begin")
_MENU = re.compile(r"Command Line Interface")
_CONTINUE = re.compile(r"ENTER to continue")
_CTRL_Y = "\x19"


class NortelErsSSH(GovnetSSH):
    """Ctrl-Y, perhaps a menu, then the Cisco-like command line; configuration in ``configure terminal``."""

    style: ClassVar[Style] = Style(
        prompt=re.compile(r"(?:^|[\r\n])\w[\w.+-]*(?:<level-\d+>)?(?:\(config[\w-]*\))?[>#]\s?$"),
        pager=re.compile(r"[\r\n]*----More \(q=Quit, space/return=Continue\)----\s*$"),
        prepare=("enable", "terminal length 0"),
        logout=("logout",),
        blocks=Blocks(16, re.compile(r"vlan (?:create|name) \d")),
    )

    def greet(self) -> None:
        """Press Ctrl-Y, choose the command line in the menu, pass the failed-logins page."""
        answers = {1: _CTRL_Y, 2: "c", 3: "\r"}
        while stop := self.wait_for(self.style.prompt, _BEGIN, _MENU, _CONTINUE):
            self.type(answers[stop])
