"""Sessions with a Huawei VRP switch or router.

Sources: views and prompts from Huawei's NE40E documentation and NOC's profile; the offer to change the password at
login from netmiko's own driver.
"""

from __future__ import annotations

import re
from typing import ClassVar

from nornir_tasks.drivers.base import GovnetSSH, Style
from nornir_tasks.drivers.block import Blocks


class HuaweiVrpSSH(GovnetSSH):
    """User view ``<name>``, system and sub-views ``[name-...]``, ``[*`` while something is uncommitted."""

    style: ClassVar[Style] = Style(
        prompt=re.compile(r"(?:^|[\r\n])(?:HRP_[AS])?(?:<[\w.-]+>|\[[~*]?[\w./:-]+\])$"),
        pager=re.compile(r"[ \t]*---- More ----[ \t]*$"),
        prepare=("screen-length 0 temporary",),
        logout=("return", "quit"),
        blocks=Blocks(16),
    )

    def greet(self) -> None:
        """Decline the offer to change the password, if there is one."""
        while self.wait_for(self.style.prompt, self.style.question):
            self.type("n\n")
