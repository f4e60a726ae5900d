"""What the page shows: tiles with a tone and words, as plain values that JSON can hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tone(StrEnum):
    """How something is. Unseen is not well: nobody looked, or nobody answered the one who did."""

    WELL = "well"
    WARN = "warn"
    BAD = "bad"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the page's own, in English as in its table, with ``{name}`` filled in from values."""

    words: str
    values: Mapping[str, object] = field(default_factory=dict)


NOBODY_ASKS = Said("nobody asks it")
NOT_YET = Said("not read yet")
SILENT = Said("does not answer")
STALE = Said("last read {ago} ago")
ANSWERS = Said("answers")


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing.

    Attributes:
        name: as the inventory has it.
        tone, said: how it is, and why.
        title: what people call it.
        figures: numbers by what they are, in base units; absent ones are not there.
        note: what stands in the inventory beside it.
    """

    name: str
    tone: Tone
    said: Said
    title: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """Devices of one level, in inventory order."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """What a fault reaches, counted and named."""

    symptoms: int
    devices: int
    segments: int
    zones: tuple[str, ...]
    places: tuple[str, ...]
    upstreams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong now, whom to call about it, and what it explains.

    ``also`` names others of which the very same is said.
    """

    name: str
    tone: Tone
    said: Said
    title: str = ""
    call: str = ""
    lost: Lost | None = None
    also: tuple[str, ...] = ()
