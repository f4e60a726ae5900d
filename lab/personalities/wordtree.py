"""A command grammar as a tree of words, for command lines that accept any unambiguous abbreviation.

A grammar is a table of patterns, each with what to do:

    vlan <vid> create byport <stg> [name <text>]

A bare word is typed as it is or shortened; ``<kind>`` or ``<kind:name>`` is an argument, checked by the kind of that
name; ``[...]`` may be left out; ``a|b`` is one of these words and is handed over as an argument.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

B = TypeVar("B")
Values = dict[str, object]


class WordError(Exception):
    """A line is no command.

    Attributes:
        index: which token, from 0; the number of tokens when the line ends too early.
        token: that token; empty when the line ends too early.
        path: the tokens before it, words spelt out.
        why: ``unknown``, ``ambiguous``, ``incomplete``, or what the kind of argument says.
    """

    def __init__(self, index: int, token: str, path: Sequence[str], why: str) -> None:
        super().__init__(f"{token}: {why}")
        self.index, self.token, self.path, self.why = index, token, tuple(path), why


class BadValueError(ValueError):
    """An argument is no value of its kind; the message is the device's own."""


@dataclass(slots=True)
class Node(Generic[B]):
    """A place in the tree: the words and the one argument that may follow, and what to do when nothing follows."""

    words: dict[str, Node[B]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    argument: tuple[str, str, Node[B]] | None = None
    run: Callable[[B, Values], str] | None = None


@dataclass(frozen=True, slots=True)
class Match(Generic[B]):
    """Where a line led: the node, the arguments by name, and the path with words spelt out."""

    node: Node[B]
    values: Values
    path: tuple[str, ...]


class WordTree(Generic[B]):
    """A grammar for a box of type ``B``.

    Args:
        kinds: name of a kind -> check of a token on a box, which returns the value or raises `BadValueError`.
    """

    def __init__(self, kinds: Mapping[str, Callable[[B, str], object]]) -> None:
        self.root: Node[B] = Node()
        self._kinds = kinds

    def add(self, pattern: str, run: Callable[[B, Values], str]) -> None:
        """Let lines of a pattern do something; ``run`` gets the box and the arguments, and returns what is shown."""
        for tokens in _variants(pattern):
            for node in self._grow([self.root], tokens):
                node.run = run

    def _grow(self, nodes: list[Node[B]], tokens: list[str]) -> list[Node[B]]:
        for token in tokens:
            nodes = [child for node in nodes for child in self._children(node, token)]
        return nodes

    def _children(self, node: Node[B], token: str) -> list[Node[B]]:
        if token.startswith("<"):
            kind, _, name = token[1:-1].partition(":")
            if node.argument is None:
                node.argument = (kind, name or kind, Node())
            if node.argument[:2] != (kind, name or kind):
                raise ValueError(f"two kinds of argument at one place: {token} and {node.argument[:2]}")
            return [node.argument[2]]
        name, _, words = token.rpartition("=")
        choices = words.split("|")
        for word in choices:
            node.words.setdefault(word, Node())
            if name:
                node.named[word] = name
        return [node.words[word] for word in choices]

    def match(self, box: B, tokens: Sequence[str], start: Node[B] | None = None) -> Match[B]:
        """Follow tokens from a node (the root when left out).

        Raises:
            WordError: a token is unknown, ambiguous or a bad value.
        """
        node, values, path = start or self.root, Values(), list[str]()
        for index, token in enumerate(tokens):
            word = _word(node, token, index, path)
            if word:
                if word in node.named:
                    values[node.named[word]] = word
                path.append(word)
                node = node.words[word]
            else:
                node = self._argument(box, node, token, (index, path), values)
                path.append(token)
        return Match(node, values, tuple(path))

    def _argument(self, box: B, node: Node[B], token: str, at: tuple[int, list[str]], values: Values) -> Node[B]:
        if node.argument is None:
            raise WordError(at[0], token, at[1], "unknown")
        kind, name, child = node.argument
        try:
            values[name] = self._kinds[kind](box, token)
        except BadValueError as error:
            raise WordError(at[0], token, at[1], str(error)) from error
        return child


def _word(node: Node[B], token: str, index: int, path: Sequence[str]) -> str:
    """Return the word that a token stands for; empty when it can only be an argument."""
    lower = token.lower()
    if lower in node.words:
        return lower
    found = [word for word in node.words if word.lower().startswith(lower)] if lower else []
    exact = [word for word in found if word.lower() == lower]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if found and node.argument is None:
        raise WordError(index, token, path, "ambiguous")
    return ""


def _variants(pattern: str) -> Iterator[list[str]]:
    """Yield the token lists of a pattern with and without each of its optional parts."""
    optional = re.search(r"\[([^\[\]]*)\]", pattern)
    if optional is None:
        yield pattern.split()
        return
    before, after = pattern[: optional.start()], pattern[optional.end() :]
    yield from _variants(f"{before} {after}")
    yield from _variants(f"{before} {optional[1]} {after}")


def split(line: str) -> list[str]:
    """Return the words of a line; double quotes hold blanks together and are taken off."""
    return [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"?|([^\s"]+)', line)]
