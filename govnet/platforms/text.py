"""What every command line's text has in common: line ends, pagers, prompts, quoted words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config.reading import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_END = re.compile(r"\r*\n|\r")
_NOISE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00\x07]")
_WORD = re.compile(r'"([^"]*)"?|(\S+)')
_MARK = re.compile(r"### (.+)")


@dataclass(frozen=True, slots=True)
class Section:
    """The answer to one command: ``command`` is empty for text before any ``### <command>`` mark."""

    command: str
    lines: tuple[Line, ...]


def lines_of(text: str) -> list[Line]:
    """Split a capture into numbered lines, whatever mixture of CR and LF it has.

    Bells and terminal escapes go; what a device draws and wipes again with backspaces (a pager's question) goes too.
    """
    parts = _LINE_END.split(_NOISE.sub("", text))
    return [Line(number, _wiped(part)) for number, part in enumerate(parts, 1)]


def _wiped(part: str) -> str:
    """Apply backspaces as a terminal would."""
    if "\b" not in part:
        return part
    kept: list[str] = []
    for character in part:
        if character == "\b":
            if kept:
                kept.pop()
        else:
            kept.append(character)
    return "".join(kept)


def sections_of(text: str) -> list[Section]:
    """Cut a capture of several commands at its ``### <command>`` marks; numbers keep counting through."""
    found: list[tuple[str, list[Line]]] = [("", [])]
    for line in lines_of(text):
        mark = _MARK.fullmatch(line.text.strip())
        if mark:
            found.append((mark[1], []))
        else:
            found[-1][1].append(line)
    return [Section(command, tuple(lines)) for command, lines in found]


def words_of(text: str) -> list[str]:
    """Split a command into words; a quoted text is one word and loses its quotes.

    >>> words_of('vlan 10 create byport 1 name "Users, floor 1"')
    ['vlan', '10', 'create', 'byport', '1', 'name', 'Users, floor 1']
    """
    return list(_words(text))


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        yield match[1] if match[1] is not None else match[2]
