"""Sessions with a Huawei VRP switch or router.

Sources: views and prompts from Huawei's NE40E documentation and NOC's profile; the offer to change the password at
login from netmiko's own driver; what leaving with something uncommitted asks from transcripts of NE and CE boxes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sessions.drivers.base import GovnetSSH
from sessions.drivers.block import Blocks
from sessions.drivers.style import Style

if TYPE_CHECKING:
    from sessions.wires import Wire

_STAGE: Final = re.compile(r"(?:^|[\r\n])(?:HRP_[AS])?(?:<|\[(?P<mark>[~*])?)[^\r\n]*$")


def uncommitted(prompt: str) -> bool | None:
    """Return whether a prompt says that something is uncommitted; None when it does not say.

    ``[*name]`` and ``[~name]`` are VRP 8's (NE Commit). VRP 5 has no mark, and the user view none on either: VRP 8 does
    not let anybody get there with something uncommitted.

    >>> uncommitted("[*PE1-GigabitEthernet0/1/1]"), uncommitted("[~PE1]"), uncommitted("[S5700]"), uncommitted("<PE1>")
    (True, False, None, None)
    """
    found = _STAGE.search(prompt)
    mark = found["mark"] if found else None
    return None if mark is None else mark == "*"


class HuaweiVrpSSH(GovnetSSH):
    """User view ``<name>``, system and sub-views ``[name-...]``, ``[*`` while something is uncommitted."""

    style: ClassVar[Style] = Style(
        prompt=re.compile(r"(?:^|[\r\n])(?:HRP_[AS])?(?:<[\w.-]+>|\[[~*]?[\w./:-]+\])$"),
        question=re.compile(r"[\[(](?:y/n|Y/N|Y/N/C|Y\(yes\)/N\(no\)/C\(cancel\))[\])]\s*[:?]?\s*$"),
        pager=re.compile(r"[ \t]*---- More ----[ \t]*$"),
        prepare=("screen-length 0 temporary",),
        logout=("return", "quit"),
        blocks=Blocks(16),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - netmiko's own forty parameters
        """See `GovnetSSH`."""
        self._prompt = ""
        super().__init__(*args, **kwargs)

    @property
    def uncommitted(self) -> bool | None:
        """Return what the last prompt says of it (`uncommitted`)."""
        return uncommitted(self._prompt)

    def _until_it_waits(self) -> tuple[str, bool]:
        heard, question = super()._until_it_waits()
        if not question:
            self._prompt = heard.replace("\r", "\n").rpartition("\n")[2]
        return heard, question

    def _take_leave(self, wire: Wire) -> None:
        """Leave nothing behind: what is uncommitted is thrown away before the box asks about it."""
        if self.uncommitted:
            wire.send(b"clear configuration candidate\n")
        super()._take_leave(wire)

    def greet(self) -> None:
        """Decline the offer to change the password, if there is one."""
        while self.wait_for(self.style.prompt, self.style.question):
            self.type("n\n")
