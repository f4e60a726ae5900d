"""How a platform's session looks and behaves, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sessions.drivers.block import Blocks


@dataclass(frozen=True, slots=True)
class Style:
    """How a platform's session behaves. Patterns are searched for at the very end of what has arrived.

    Attributes:
        prompt: a line that waits for a command, in any view.
        question: a line that waits for an answer (``(y/n)``, ``[Y/N]:``).
        pager: text of the paging prompt; answered with ``pager_key``.
        pager_key: what asks for the next page.
        prepare: lines typed after login that last for the session only.
        logout: lines that leave.
        blocks: what may be typed in one go.
    """

    prompt: re.Pattern[str]
    question: re.Pattern[str] = re.compile(r"[\[(](?:y/n|Y/N)[\])]\s*[:?]?\s*$")
    pager: re.Pattern[str] | None = None
    pager_key: str = " "
    prepare: tuple[str, ...] = ()
    logout: tuple[str, ...] = field(default=("exit",))
    blocks: Blocks = field(default_factory=Blocks)
