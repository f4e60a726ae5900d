"""How VRP reads a command line: abbreviations, the caret and the five error texts.

A pattern is a string of elements: ``port trunk allow-pass vlan <vlans>``. An element is a keyword,
keywords to choose from (``inbound|outbound``), or a typed argument in angle brackets. Keywords may be
shortened as long as only one whole command fits: ``un in en`` is taken for ``undo info-center enable``
although ``in`` alone fits ``interface`` too (public eNSP transcripts), so the choice is made on the whole
line, never word by word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from .values import ARGUMENTS, Taken, Word, WrongValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# Error texts: NOC's VRP profile ("Error:Too many" has no blank there).
UNRECOGNIZED: Final = "Error: Unrecognized command found at '^' position."
INCOMPLETE: Final = "Error: Incomplete command found at '^' position."
WRONG: Final = "Error: Wrong parameter found at '^' position."
TOO_MANY: Final = "Error:Too many parameters found at '^' position."
AMBIGUOUS: Final = "Error: Ambiguous command found at '^' position."


class RefusedLineError(Exception):
    """The line is refused before anything is done; ``column`` is where the caret stands."""

    def __init__(self, text: str, column: int) -> None:
        self.text, self.column = text, column
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the box's grammar and what carries it out; ``whole_line`` asks for the canonical text too."""

    pattern: str
    run: Callable[..., str]
    whole_line: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A line that fits a command.

    Attributes:
        command: the command it fits.
        arguments: values of the typed arguments and of the keyword choices, in order.
        canonical: the line as the configuration would show it, nothing shortened.
        columns: where each argument began, for a caret under it.
    """

    command: Command
    arguments: tuple[object, ...]
    canonical: str
    columns: tuple[int, ...]
    exactness: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Failure:
    at: int
    text: str


def words_of(line: str) -> list[Word]:
    """Cut a line at blanks, remembering where each word began."""
    return [Word(found.group(), found.start(), line) for found in re.finditer(r"\S+", line)]


@cache
def _elements(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split())


def _keyword(element: str, word: Word) -> tuple[str, int] | None:
    """Return the keyword meant and 2 when written in full, 1 when shortened."""
    text = word.text.lower()
    choices = element.split("|")
    if text in (choice.lower() for choice in choices):
        return next(choice for choice in choices if choice.lower() == text), 2
    meant = [choice for choice in choices if choice.lower().startswith(text)]
    return (meant[0], 1) if len(meant) == 1 else None


def _take(element: str, words: Sequence[Word], at: int) -> Taken:
    """Read one element; raise `WrongValueError` with the place of the offending word."""
    if element.startswith("<"):
        return ARGUMENTS[element.strip("<>").partition(":")[0]](element, words, at)
    found = _keyword(element, words[at])
    if found is None:
        raise WrongValueError(at)
    return Taken(found[0] if "|" in element else None, found[0], at + 1, found[1])


def _fit(command: Command, line: str) -> Match | _Failure:
    """Return how a line fits a command."""
    words, at = words_of(line), 0
    taken: list[Taken] = []
    columns: list[int] = []
    for element in _elements(command.pattern):
        if at >= len(words):
            return _Failure(at, INCOMPLETE)
        try:
            piece = _take(element, words, at)
        except WrongValueError as error:
            return _Failure(error.at, WRONG if element.startswith("<") else UNRECOGNIZED)
        if piece.value is not None:
            columns.append(words[at].column)
        taken.append(piece)
        at = piece.next
    if at < len(words):
        return _Failure(at, TOO_MANY)
    return Match(
        command,
        tuple(piece.value for piece in taken if piece.value is not None),
        " ".join(piece.canonical for piece in taken),
        tuple(columns),
        tuple(piece.exactness for piece in taken),
    )


def may_begin(pattern: str, word: str) -> bool:
    """Return whether a line that begins with a word, in small letters, could fit."""
    element = _elements(pattern)[0]
    return element.startswith("<") or any(choice.lower().startswith(word) for choice in element.split("|"))


def _refusal(failures: Sequence[_Failure], words: Sequence[Word], line: str) -> RefusedLineError:
    """Choose what to complain about: the reading that got furthest."""
    deepest = max((failure.at for failure in failures), default=0)
    texts = {failure.text for failure in failures if failure.at == deepest} or {UNRECOGNIZED}
    for text in (INCOMPLETE, WRONG, UNRECOGNIZED, TOO_MANY):
        if text in texts:
            column = words[deepest].column if deepest < len(words) else len(line.rstrip())
            return RefusedLineError(text, column)
    raise AssertionError(texts)


def read(commands: Iterable[Command], line: str) -> Match:
    """Return the one command that the line fits; raise `RefusedLineError` otherwise."""
    words = words_of(line)
    fits = [_fit(command, line) for command in commands]
    matches = [fit for fit in fits if isinstance(fit, Match)]
    if not matches:
        raise _refusal([fit for fit in fits if isinstance(fit, _Failure)], words, line)
    best = max(match.exactness for match in matches)
    chosen = [match for match in matches if match.exactness == best]
    if len({match.canonical for match in chosen}) > 1:
        first, second = (match.canonical.split() for match in chosen[:2])
        differs = next((at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), 0)
        raise RefusedLineError(AMBIGUOUS, words[min(differs, len(words) - 1)].column)
    return chosen[0]
