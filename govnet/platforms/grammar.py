"""A command line's grammar as a table of phrases, walked word by word as the device itself would.

A phrase is words and slots: ``vlan <vid> ports add <ports> member portmember``. A word beats a slot. A phrase that ends
in ``<...>`` takes all words that are left, also none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.config.reading import Line

T = TypeVar("T")


@dataclass(slots=True)
class _Node(Generic[T]):
    words: dict[str, _Node[T]] = field(default_factory=dict)
    slot: _Node[T] | None = None
    meaning: T | None = None
    rest: T | None = None


class Grammar(Generic[T]):
    """Phrases and what they mean; words are compared without regard to case."""

    def __init__(self, phrases: Mapping[str, T]) -> None:
        self._root: _Node[T] = _Node()
        for phrase, meaning in phrases.items():
            self._add(phrase.split(), meaning)

    def _add(self, phrase: list[str], meaning: T) -> None:
        node = self._root
        for word in phrase:
            if word == "<...>":
                node.rest = meaning
                return
            if word.startswith("<"):
                node.slot = node.slot or _Node()
                node = node.slot
            else:
                node = node.words.setdefault(word.lower(), _Node())
        if node.meaning is not None:
            raise ValueError(f"two phrases read {' '.join(phrase)!r}")
        node.meaning = meaning

    def find(self, words: Sequence[str]) -> tuple[T, list[str]] | None:
        """Return what ``words`` mean and the words that fell into slots; None when no phrase fits."""
        return self._find(self._root, words, 0, [])

    def _find(self, node: _Node[T], words: Sequence[str], at: int, slots: list[str]) -> tuple[T, list[str]] | None:
        if at == len(words):
            found = node.meaning if node.meaning is not None else node.rest
            return None if found is None else (found, slots)
        word = words[at]
        child = node.words.get(word.lower())
        answer = self._find(child, words, at + 1, slots) if child else None
        if answer is None and node.slot:
            answer = self._find(node.slot, words, at + 1, [*slots, word])
        if answer is None and node.rest is not None:
            answer = node.rest, [*slots, *words[at:]]
        return answer


Meaning = Callable[..., None]


@dataclass(slots=True)
class Tally:
    """Which lines were understood; the state that a text builds up derives from it."""

    unread: list[Line] = field(default_factory=list)
    read: list[Line] = field(default_factory=list)

    def take(self, grammar: Grammar[Meaning], line: Line, words: Sequence[str]) -> None:
        """Do what a line means: call its meaning with this state, the line and the words in its slots.

        A meaning that cannot model the line raises ValueError or KeyError; the line is then unread, as is one that no
        phrase fits.
        """
        found = grammar.find(words)
        if found is None:
            self.unread.append(line)
            return
        meaning, slots = found
        try:
            meaning(self, line, *slots)
        except (ValueError, KeyError):
            self.unread.append(line)
        else:
            self.read.append(line)

    def not_understood(self, lines: Sequence[Line]) -> None:
        """Count lines as unread after all: what they build together cannot be modelled."""
        self.unread += lines
        self.read = [line for line in self.read if line not in lines]
