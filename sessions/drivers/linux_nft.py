"""Sessions with the shell of a Linux firewall."""

from __future__ import annotations

import re
from typing import ClassVar

from sessions.drivers.base import GovnetSSH
from sessions.drivers.style import Style


class LinuxNftSSH(GovnetSSH):
    """A root shell; a here-document is typed as one block and echoed line by line behind ``> ``."""

    style: ClassVar[Style] = Style(
        prompt=re.compile(r"(?:^|[\r\n])(?:[\w.-]+@)?[A-Za-z][\w.-]*:[~/][^\r\n]*[#$] $"),
        logout=("exit",),
    )
