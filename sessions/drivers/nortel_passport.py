"""Sessions with a Passport/ERS 8600 in its classic command line.

Sources: prompt and paging text from Control-CLI-Extreme; that ``config cli more false`` is a change of the whole box,
and not of the session, from the ZipTie captures. So pages are turned here, and the box is left as it is.
"""

from __future__ import annotations

import re
from typing import ClassVar

from sessions.drivers.base import GovnetSSH
from sessions.drivers.block import Blocks
from sessions.drivers.style import Style


class NortelPassportSSH(GovnetSSH):
    """Full lines from the root context; the prompt carries the CPU slot and the context path."""

    style: ClassVar[Style] = Style(
        prompt=re.compile(r"(?:^|[\r\n])@?[^\s:#>]+:[1356](?:/[\w./-]+)*[>#] $"),
        pager=re.compile(r"[\r\n]*--More-- \(q = quit\) ?$"),
        prepare=("box",),
        logout=("logout",),
        blocks=Blocks(16, re.compile(r"config vlan \d+ (?:create|name) ")),
    )
