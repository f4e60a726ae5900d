"""Paging of long answers: so many lines, a question, one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.terminal import Terminal

PAGE_LINES = 23


class Pager:
    """Shows text a page at a time.

    Args:
        terminal: where to.
        question: what stands at the foot of a page until a key is typed; ``q`` ends the answer.
    """

    def __init__(self, terminal: Terminal, question: str) -> None:
        self._terminal, self._question = terminal, question

    async def show(self, text: str, *, paged: bool, lines: int = PAGE_LINES) -> None:
        """Send text, whose lines end in a newline; stop early when the reader has seen enough."""
        rows = text.splitlines(keepends=True)
        if not paged:
            lines = max(len(rows), 1)
        for start in range(0, len(rows), lines):
            self._terminal.write("".join(rows[start : start + lines]))
            if start + lines < len(rows):
                self._terminal.write(self._question)
                if (await self._terminal.read_key()).lower() == "q":
                    self._terminal.write("\n")
                    return
                self._terminal.write("\n")
