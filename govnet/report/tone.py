"""How the page says good, bad and unknown: always a symbol and a word, the colour only beside them."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """Value is the CSS class."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
    PLAIN = "plain"

    @property
    def symbol(self) -> str:
        """The sign that carries the meaning without colour."""
        return {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.UNKNOWN: "?", Tone.PLAIN: "·"}[self]


def plural(number: int, one: str, many: str = "") -> str:
    """Return ``1 device``, ``2 devices``; ``many`` is the plural when it is not ``one`` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
