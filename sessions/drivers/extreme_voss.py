"""Sessions with a VSP / Fabric Engine, or an ERS 8600 in NNCLI mode.

Sources: prompt and paging text from Control-CLI-Extreme; that ``terminal more disable`` lasts for the session from
netmiko's own driver and Control-CLI-Extreme.
"""

from __future__ import annotations

import re
from typing import ClassVar

from sessions.drivers.base import GovnetSSH
from sessions.drivers.style import Style


class ExtremeVossSSH(GovnetSSH):
    """The prompt carries the CPU slot and the mode, no blank behind it; configuration in ``configure terminal``."""

    style: ClassVar[Style] = Style(
        prompt=re.compile(r"(?:^|[\r\n])@?[^\s:#>]+:\d(?:\([\w-]+\))?[>#] ?$"),
        pager=re.compile(r"[\r\n]*--More-- \(q = quit\) ?$"),
        prepare=("enable", "terminal more disable"),
        logout=("logout",),
    )
