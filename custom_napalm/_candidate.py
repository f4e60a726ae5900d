"""A configuration that is loaded and not yet sent, and what makes one unfit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napalm.base.exceptions import MergeConfigException, NapalmException, ReplaceConfigException

if TYPE_CHECKING:
    from govnet.config.reading import Reading


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text, and whether it is the whole configuration or lines to be added."""

    text: str
    replace: bool

    def error(self, why: str) -> NapalmException:
        """Return NAPALM's exception for a candidate that cannot be used."""
        found: NapalmException = (ReplaceConfigException if self.replace else MergeConfigException)(why)
        return found


def given_text(filename: str | None, config: str | None, kind: type[NapalmException]) -> str:
    """Return a candidate's text; a file wins over a string."""
    try:
        text = Path(filename).read_text(encoding="utf-8") if filename else config
    except (OSError, UnicodeDecodeError) as error:
        raise kind(f"{filename}: cannot be read ({error}). Nothing was loaded.") from error
    if text is None or not text.strip():
        raise kind("no configuration is given. Name a file or pass a text.")
    return text


def refuse_unread(candidate: Candidate, running: Reading, wanted: Reading) -> None:
    """Let no line pass in silence that would not be done.

    Raises:
        ValueError: names the lines; numbers count within the candidate's own text.
    """
    held = {line.text.strip() for line in running.unread}
    asked = {line.text.strip() for line in wanted.unread}
    strange = [line for line in wanted.unread if line.text.strip() not in held]
    if strange:
        own = [line.strip() for line in candidate.text.splitlines()]
        named = "; ".join(_named(line.text.strip(), own) for line in strange[:5])
        raise ValueError(f"{len(strange)} lines are not understood and would not be sent ({named}). Take them out.")
    left = sorted(held - asked)
    if candidate.replace and left:
        raise ValueError(
            f"the device has {len(left)} lines that are not modelled and are never deleted ({'; '.join(left[:5])}). "
            "Put them into the text to keep them, or remove them by hand."
        )


def _named(text: str, own: list[str]) -> str:
    """Return a line with its number in the candidate; without one where the reader wrote a secret as stars."""
    return f"line {own.index(text) + 1}: {text}" if text in own else text
