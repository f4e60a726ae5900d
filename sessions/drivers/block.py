"""Several lines typed at once: which may be, and whose answer is whose.

A line costs a round trip; lines that are typed ahead cost one together. The price: when one is refused, those behind it
in the block have been typed already. So a block holds only lines for which that is no harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 400
"""Of a block. No vendor says how much may be typed ahead; terminal buffers of small systems start at 512 bytes."""
_LONGEST = 78
"""Of a line in a block: a longer one may be wrapped or scrolled as it is echoed, and is typed alone."""


class Line(Protocol):
    """What is typed at a prompt, and what decides whether others may share its block."""

    @property
    def text(self) -> str:
        """Return what is typed, without the final line end."""

    @property
    def answers(self) -> tuple[str, ...]:
        """Return what is typed, in order, when the device asks back."""

    @property
    def change(self) -> int:
        """Return the number of the change that the line is part of."""


_Typed = TypeVar("_Typed", bound=Line)


@dataclass(frozen=True, slots=True)
class Blocks:
    """What a platform's session takes in one go.

    Attributes:
        most: lines in a block; 1 is line by line.
        independent: lines for which a refusal makes none of their kind behind it more harmful (creating and naming).
            All other lines share a block only with lines of their own change.
    """

    most: int = 1
    independent: re.Pattern[str] | None = None

    def split(self, lines: Sequence[_Typed]) -> Iterator[list[_Typed]]:
        """Yield the lines in order, as blocks."""
        block: list[_Typed] = []
        for line in lines:
            if block and not self._together(block, line):
                yield block
                block = []
            block.append(line)
        if block:
            yield block

    def _together(self, block: Sequence[Line], line: Line) -> bool:
        size = sum(len(each.text) + 1 for each in (*block, line))
        fits = len(block) < self.most and size <= MOST_BYTES
        return fits and _plain(block[-1]) and _plain(line) and self._harmless(block, line)

    def _harmless(self, block: Sequence[Line], line: Line) -> bool:
        if all(each.change == line.change for each in block):
            return True
        wanted = self.independent
        return wanted is not None and all(wanted.match(each.text) for each in (*block, line))


def _plain(line: Line) -> bool:
    """Return whether it is one short line that is not asked back."""
    return not line.answers and "\n" not in line.text and len(line.text) <= _LONGEST


def answers(heard: str, lines: Sequence[str], prompt: re.Pattern[str]) -> list[str]:
    r"""Tell the answers to a block apart; fewer than ``lines`` while some have not been answered.

    Most boxes echo a line when they read it: behind the prompt after the answer before. Some echo at once what is typed
    ahead, before the first answer; then their prompts stand alone.

    Args:
        heard: all that was said since the block was typed.
        lines: what was typed.
        prompt: the platform's prompt, as `Style.prompt` has it (found at the end of a text).
    """
    inner = re.compile(prompt.pattern.removesuffix("$"), prompt.flags)
    start, ahead = _echoes_at_once(heard, lines)
    found: list[str] = []
    for index, line in enumerate(lines[1:], start=1):
        cut = _cut(heard, start, "" if index < ahead else line, inner)
        if cut is None:
            break
        found.append(heard[start : cut[0]])
        start = cut[1]
    else:
        if last := prompt.search(heard, max(0, start - 1)):
            found.append(heard[start : last.start()])
    return [one_form(each).strip("\n") for each in found]


def _echoes_at_once(heard: str, lines: Sequence[str]) -> tuple[int, int]:
    """Return where the echoes at the start end, and how many there are."""
    at = 0
    for count, line in enumerate(lines):
        end = heard.find("\n", at)
        if end < 0 or not same(heard[at:end].strip(), line.strip()):
            return at, count
        at = end + 1
    return at, len(lines)


def _cut(heard: str, start: int, line: str, prompt: re.Pattern[str]) -> tuple[int, int] | None:
    """Return where the prompt before an echoed line starts, and where that echo ends."""
    # One character back: the line end behind the last echo is what a prompt starts with.
    for found in prompt.finditer(heard, max(0, start - 1)):
        if not line:
            return found.start(), found.end()
        end = heard.find("\n", found.end())
        if end >= 0 and same(heard[found.end() : end].strip(), line.strip()):
            return found.start(), end + 1
    return None


def same(echo: str, line: str) -> bool:
    """Return whether an echo is that of a line, though a bad line may have garbled some of its characters."""
    if echo == line:
        return True
    alike = sum(a == b for a, b in zip(echo, line, strict=False))
    return len(echo) == len(line) and alike * 2 >= len(line)


def clean(said: str, typed: str) -> str:
    """Drop the echo of what was typed and the prompt behind the answer; bring line ends into one form."""
    lines = one_form(said).split("\n")
    lines.pop()  # the prompt
    block = typed.split("\n")
    echoed = bool(lines) and block[0].strip() in lines[0]
    return "\n".join(lines[len(block) :] if echoed else lines)


def one_form(text: str) -> str:
    """Return text whose lines end in a newline alone."""
    return text.replace("\r\n", "\n").replace("\r", "")
