"""From the bytes of a session to its text."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder

_ESCAPE = re.compile(r"\x1b\[\d+D *\x1b\[\d+D|\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x07")
"""Terminal codes. The first takes a paging prompt away: back, blanks over it, back again; the blanks are no text."""
_CUT_CODE = re.compile(r"\x1b(?:[()]?|\[[0-9;?]*|\[\d+D *(?:\x1b(?:\[(?:\d+D?)?)?)?)$")
"""The start of such a code at the end of a packet; the next one brings the rest."""


class Hearing:
    """Bytes into text without terminal codes, wherever packets cut a character or a code in two."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._cut = ""

    def take(self, data: bytes) -> str:
        """Return the text of a packet; a code that it ends in waits for the rest of it."""
        raw = self._cut + self._decoder.decode(data)
        cut = _CUT_CODE.search(raw)
        self._cut = cut[0] if cut else ""
        return _ESCAPE.sub("", raw[: len(raw) - len(self._cut)])
