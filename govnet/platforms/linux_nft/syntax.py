"""The grammar of a ruleset listing: tokens, then tables, sets, maps, chains and the statements in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.config.reading import Line

_TOKEN: Final = re.compile(r'"(?P<string>[^"]*)"|(?P<symbol>[{};,])|(?P<word>[^\s{};,"#]+)|(?P<odd>")|#.*|\s+')
END: Final = "\n"
# Statements of a set that change nothing about which elements it has.
_PLAIN: Final = frozenset({"flags", "auto-merge", "comment", "size", "counter"})


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a line.

    ``kind`` is ``word``, ``string``, ``symbol``, ``end`` (of a line), ``group`` (what stands in braces), or ``odd``: a
    quote that is not closed.
    """

    kind: str
    text: str
    line: Line
    items: tuple[tuple[Token, ...], ...] = ()

    def __str__(self) -> str:
        """Return the token as nft would print it."""
        if self.kind == "group":
            return "{ " + ", ".join(" ".join(map(str, item)) for item in self.items) + " }"
        return f'"{self.text}"' if self.kind == "string" else self.text


Statement = tuple[Token, ...]


@dataclass(slots=True)
class NamedSet:
    """A set or map: its type and its elements, each a list of tokens."""

    line: Line
    type: str = ""
    elements: tuple[Statement, ...] = ()
    odd: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Chain:
    """A chain; ``type`` and ``hook`` are what makes it a base chain, ``policy`` what happens at its end."""

    line: Line
    type: str = ""
    hook: str = ""
    hook_line: Line | None = None
    policy: str = "accept"
    rules: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table; ``odd`` are statements of kinds that are not modelled."""

    family: str
    name: str
    line: Line
    sets: dict[str, NamedSet] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)
    odd: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Ruleset:
    """All tables of a listing, in order, and the lines outside of tables that are not modelled."""

    tables: list[Table] = field(default_factory=list)
    odd: list[Line] = field(default_factory=list)


def tokens(lines: Iterable[Line]) -> Iterator[Token]:
    """Cut lines into tokens; every line ends with one of kind ``end``."""
    for line in lines:
        for match in _TOKEN.finditer(line.text):
            if match.lastgroup:
                yield Token(match.lastgroup, match[match.lastgroup], line)
        yield Token("end", END, line)


class _Parser:
    """Recursive descent with one token of look-ahead."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.rest = list(tokens(lines))
        self.at = 0

    @property
    def here(self) -> Token | None:
        return self.rest[self.at] if self.at < len(self.rest) else None

    def take(self) -> Token:
        token = self.rest[self.at]
        self.at += 1
        return token

    def group(self) -> Token:
        """Read from an opening brace to its closing one; line ends inside mean nothing."""
        first = self.take()
        items: list[Statement] = []
        item: list[Token] = []
        while self.here is not None:
            token = self.group() if self.here.text == "{" and self.here.kind == "symbol" else self.take()
            if token.kind == "symbol" and token.text in {",", "}"}:
                if item:
                    items.append(tuple(item))
                item = []
                if token.text == "}":
                    break
            elif token.kind != "end":
                item.append(token)
        return Token("group", "", first.line, tuple(items))

    def statement(self) -> Statement:
        """Read up to a line end, a semicolon or the brace that closes the block around."""
        found: list[Token] = []
        while self.here is not None:
            if self.here.kind == "symbol" and self.here.text == "}":
                break
            if self.here.kind == "symbol" and self.here.text == "{":
                found.append(self.group())
                continue
            token = self.take()
            if token.kind == "end" or (token.kind == "symbol" and token.text == ";"):
                break
            found.append(token)
        return tuple(found)

    def head(self) -> list[Token]:
        """Read the words before a block or line end, without what follows."""
        found: list[Token] = []
        while self.here is not None and self.here.kind in {"word", "string"}:
            found.append(self.take())
        return found

    def opens(self) -> bool:
        return self.here is not None and self.here.kind == "symbol" and self.here.text == "{"

    def block(self) -> Iterator[None]:
        """Step through a block: yields before each of its statements, and takes the closing brace."""
        self.take()
        while self.here is not None:
            if self.here.kind == "symbol" and self.here.text == "}":
                self.take()
                return
            if self.here.kind == "end" or self.here.text == ";":
                self.take()
                continue
            yield None


def parse(lines: Iterable[Line]) -> Ruleset:
    """Parse a listing, or a file of the declaring form with ``delete table`` lines."""
    parser, ruleset = _Parser(lines), Ruleset()
    while parser.here is not None:
        if parser.here.kind == "end" or parser.here.text == ";":
            parser.take()
            continue
        before = parser.at
        _top(parser, ruleset)
        if parser.at == before:
            ruleset.odd.append(parser.take().line)
    return ruleset


def _top(parser: _Parser, ruleset: Ruleset) -> None:
    head = parser.head()
    words = [token.text for token in head]
    match words:
        case ["table", family, name]:
            table = _table(ruleset, family, name, head[0].line)
            if parser.opens():
                _fill(parser, table)
        case ["delete", "table", family, name]:
            ruleset.tables = [table for table in ruleset.tables if (table.family, table.name) != (family, name)]
        case [_, *_]:
            parser.statement()
            ruleset.odd.append(head[0].line)


def _table(ruleset: Ruleset, family: str, name: str, line: Line) -> Table:
    for table in ruleset.tables:
        if (table.family, table.name) == (family, name):
            return table
    table = Table(family, name, line)
    ruleset.tables.append(table)
    return table


def _fill(parser: _Parser, table: Table) -> None:
    for _ in parser.block():
        head = parser.head()
        match [token.text for token in head]:
            case ["set" | "map", name] if parser.opens():
                table.sets[name] = _named_set(parser, head[0].line)
            case ["chain", name] if parser.opens():
                _chain(parser, table.chains.setdefault(name, Chain(head[0].line)))
            case _:
                statement = (*head, *parser.statement())
                if statement:
                    table.odd.append(statement[0].line)
                else:
                    parser.take()


def _named_set(parser: _Parser, line: Line) -> NamedSet:
    found = NamedSet(line)
    for _ in parser.block():
        statement = parser.statement()
        if not statement:
            parser.take()
        elif statement[0].text == "type":
            found.type = " ".join(token.text for token in statement[1:])
        elif statement[0].text == "elements" and statement[-1].kind == "group":
            found.elements = statement[-1].items
        elif statement[0].text not in _PLAIN:
            found.odd.append(statement[0].line)
    return found


def _chain(parser: _Parser, chain: Chain) -> None:
    for _ in parser.block():
        statement = parser.statement()
        if not statement:
            parser.take()
            continue
        words = [token.text for token in statement]
        if words[0] == "type" and "hook" in words:
            chain.type = words[1]
            chain.hook, chain.hook_line = words[words.index("hook") + 1], statement[0].line
        elif words[0] == "policy":
            chain.policy = words[1]
        else:
            chain.rules.append(statement)
