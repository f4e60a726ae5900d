"""A stand-in for ``nft`` where no namespace can be had: a subset, and it says so.

It knows tables, base and other chains, sets, maps and rules; it adds, flushes, deletes and lists them in
nft's own layout, all or nothing. It does not understand a rule's inside: a rule is kept as its text, checked
only for the chains and sets that it names. JSON and handles are not offered.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Final

from .nft_model import Chain, NamedSet, Table, listing, squeezed, statements
from .result import Result

if TYPE_CHECKING:
    from collections.abc import Callable

_MISSING: Final = "Could not process rule: No such file or directory"
_FAMILIES: Final = ("ip", "ip6", "inet", "arp", "bridge", "netdev")


class NftError(Exception):
    """nft refuses a statement."""


class EmulatedNft:
    """The emulated packet filter."""

    backing = "emulated nft"

    def __init__(self) -> None:
        self.tables: dict[tuple[str, str], Table] = {}

    def close(self) -> None:
        """Forget every rule."""
        self.tables.clear()

    def run(self, words: list[str], given: str, read: Callable[[str], str | None]) -> Result:
        """Run ``nft``: ``-f FILE`` or ``-f -``, ``-c``, ``-s``, or a command in words."""
        flags = "".join(word[1:] for word in words if re.fullmatch(r"-[a-z]+", word))
        plain = [word for word in words if not re.fullmatch(r"-[a-z]+", word)]
        if "j" in flags:
            return Result(1, "", "Error: JSON is not emulated\n")
        if "f" not in flags:
            return self._script(" ".join(plain), "", flags)
        name = plain[0] if plain else "-"
        text = given if name == "-" else read(name)
        if text is None:
            return Result(1, "", f'internal:0:0-0: Error: Could not open file "{name}": No such file or directory\n\n')
        return self._script(text, "/dev/stdin" if name == "-" else name, flags)

    def _script(self, text: str, file: str, flags: str) -> Result:
        """Carry out all statements on a copy; keep the copy when every one is accepted and nothing is only checked."""
        tables = copy.deepcopy(self.tables)
        shown: list[str] = []
        for line, statement in statements(text):
            try:
                shown.append(_Statement(tables, statement, stateless="s" in flags).run())
            except NftError as error:
                place = f"{file}:{line}:1-{len(statement)}: " if file else ""
                first = statement.splitlines()[0]
                return Result(1, "", f"{place}Error: {error}\n{first}\n{'^' * len(first)}\n")
        if "c" not in flags:
            self.tables = tables
        return Result(0, "".join(shown))


class _Statement:
    """One statement of nft's language, carried out on some tables."""

    def __init__(self, tables: dict[tuple[str, str], Table], text: str, *, stateless: bool) -> None:
        self._tables, self._stateless = tables, stateless
        head, brace, rest = text.partition("{")
        self._body = rest.rstrip().removesuffix("}") if brace else None
        self._text, self._words = text, head.split()

    def run(self) -> str:
        verb = self._words[0]
        if verb == "table":
            self._words.insert(0, "add")
            verb = "add"
        known = {
            "add": self._add,
            "create": self._add,
            "delete": self._delete,
            "flush": self._flush,
            "list": self._list,
        }
        if verb not in known or len(self._words) < 2:  # noqa: PLR2004 - a verb and what it is about
            raise NftError("syntax error, unexpected string")
        return known[verb](self._words[1], self._words[2:]) or ""

    def _key(self, words: list[str]) -> tuple[str, str]:
        """Take family (``ip`` when left out) and table name."""
        family = words.pop(0) if words and words[0] in _FAMILIES else "ip"
        if not words:
            raise NftError("syntax error, unexpected newline, expecting string")
        return family, words.pop(0)

    def _table(self, words: list[str]) -> Table:
        key = self._key(words)
        if key not in self._tables:
            raise NftError(_MISSING)
        return self._tables[key]

    def _add(self, thing: str, words: list[str]) -> None:
        if thing == "table":
            table = self._tables.setdefault(self._key(words), Table())
            for _, inner in statements(self._body or ""):
                head, _brace, body = inner.partition("{")
                kind, _, name = head.strip().partition(" ")
                self._object(table, kind, name.strip(), body.rstrip().removesuffix("}"))
            _check(table, [rule for chain in table.chains.values() for rule in chain.rules])
            _check(table, [element for found in table.sets.values() for element in found.elements])
            return
        table = self._table(words)
        if not words:
            raise NftError("syntax error, unexpected newline, expecting string")
        if thing == "rule":
            self._add_rule(table, words.pop(0))
        elif thing == "element":
            self._elements(table, words[0]).extend(_items(self._body or ""))
        else:
            self._object(table, thing, words[0], self._body or "")

    def _add_rule(self, table: Table, name: str) -> None:
        if name not in table.chains:
            raise NftError(_MISSING)
        text = squeezed(self._text).split(f" {name} ", 1)[1]
        _check(table, [text])
        table.chains[name].rules.append(text)

    def _object(self, table: Table, kind: str, name: str, body: str) -> None:
        lines = [squeezed(line) for _, line in statements(body)]
        if kind == "chain":
            chain = table.chains.setdefault(name, Chain())
            for line in lines:
                chain.take(line)
        elif kind in {"set", "map"}:
            found = table.sets.setdefault(name, NamedSet(kind))
            found.facts = [line for line in lines if not line.startswith("elements")] or found.facts
            for line in lines:
                if line.startswith("elements"):
                    found.elements += _items(line.partition("{")[2].rpartition("}")[0])
        else:
            raise NftError("syntax error, unexpected string")

    def _elements(self, table: Table, name: str) -> list[str]:
        if name not in table.sets:
            raise NftError(_MISSING)
        return table.sets[name].elements

    def _delete(self, thing: str, words: list[str]) -> None:
        if thing == "table":
            if self._tables.pop(self._key(words), None) is None:
                raise NftError(_MISSING)
            return
        table = self._table(words)
        if thing == "element":
            elements = self._elements(table, words[0])
            elements[:] = [element for element in elements if element not in _items(self._body or "")]
            return
        holder: dict[str, Chain] | dict[str, NamedSet] = table.chains if thing == "chain" else table.sets
        if thing not in {"chain", "set", "map"} or not words or words[0] not in holder:
            raise NftError(_MISSING)
        del holder[words[0]]

    def _flush(self, thing: str, words: list[str]) -> None:
        if thing == "ruleset":
            self._tables.clear()
            return
        table = self._table(words)
        if thing in {"set", "map"}:
            self._elements(table, words[0]).clear()
            return
        for name in words[:1] if thing == "chain" else table.chains:
            if name not in table.chains:
                raise NftError(_MISSING)
            table.chains[name].rules.clear()

    def _list(self, thing: str, words: list[str]) -> str:
        if thing == "tables":
            return "".join(f"table {family} {name}\n" for family, name in self._tables)
        if thing == "table":
            key = self._key(list(words))
            return listing({key: self._table(words)}, stateless=self._stateless)
        if thing != "ruleset":
            raise NftError("syntax error, unexpected string")
        return listing(self._tables, stateless=self._stateless)


def _items(text: str) -> list[str]:
    return [squeezed(item) for item in text.split(",") if item.strip()]


def _check(table: Table, rules: list[str]) -> None:
    """Refuse a rule that jumps to a chain, or looks into a set, that the table does not have."""
    for rule in rules:
        targets = re.findall(r"\b(?:jump|goto) (\w+)", rule)
        named = re.findall(r"@(\w+)", rule)
        if not set(targets) <= table.chains.keys() or not set(named) <= table.sets.keys():
            raise NftError(_MISSING)
