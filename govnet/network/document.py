"""One YAML file as plain values, with the line of every key and item.

Scalars stay the text that a person typed, so that ``4.10`` is a release and ``off`` may name a zone; the schema decides
what they mean. Anchors, merge keys and tags are refused: groups say the same, and people can follow them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from govnet.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KeyPath = tuple[str | int, ...]

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_DEEPEST = 50
_SECRET_KEY = re.compile(r"(^|_)(password|passwd|secret|passphrase|community|token|(auth|priv|private|api)_key)$")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file. ``lines`` gives the line of each path of keys and indexes; the root path is ``()``."""

    file: str
    value: object
    lines: Mapping[KeyPath, int]

    def line(self, path: KeyPath) -> int:
        """Return the line of a path, or of its nearest written ancestor."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


@dataclass(slots=True)
class _Builder:
    """Builds values from the parser's events; unlike the library's own composer it limits how deep it goes."""

    file: str
    events: Iterator[yaml.Event]
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, event: yaml.Event, cause: str, next_step: str) -> None:
        self.problems.append(Problem(self.file, _line(event), cause, next_step))

    def document(self) -> object:
        """Build the only document of the stream; None when there is none."""
        value, count = None, 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                count += 1
                if count > 1:
                    self.problem(event, "a second document begins here", "Keep one document in a file")
                    break
                value = self.build(next(self.events), ())
        return value

    def build(self, event: yaml.Event, path: KeyPath) -> object:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.problem(event, "an anchor is used here", "Write the value out, or give it to a group of hosts")
        elif tag := getattr(event, "tag", None):
            self.problem(event, f"the tag {tag} is used here", "Write a plain value")
        if len(path) > _DEEPEST:
            raise _TooDeepError(_line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return _scalar(event) if isinstance(event, yaml.ScalarEvent) else None

    def sequence(self, path: KeyPath) -> list[object]:
        result: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            here = (*path, len(result))
            self.lines[here] = _line(event)
            result.append(self.build(event, here))
        return result

    def mapping(self, path: KeyPath) -> dict[str, object]:
        result: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = self.key(event, path)
            here = (*path, name)
            if name in result:
                cause = f"the key {name!r} is here twice, first in line {self.lines[here]}"
                self.problem(event, cause, "Remove or rename one")
            self.lines.setdefault(here, _line(event))
            value = self.build(next(self.events), here)
            result.setdefault(name, value)
            self.refuse_secret(event, name, value)
        return result

    def key(self, event: yaml.Event, path: KeyPath) -> str:
        """Return the text of a key; a key that is no text, or that merges, is a problem."""
        if not isinstance(event, yaml.ScalarEvent):
            self.problem(event, "a key is not plain text", "Write one word as key")
            return str(self.build(event, (*path, "?")))
        if event.value == "<<" and event.implicit[0]:
            self.problem(
                event, "a merge key (<<) is used here", "Write the values out, or give them to a group of hosts"
            )
        return str(event.value)

    def refuse_secret(self, event: yaml.Event, name: str, value: object) -> None:
        if value is not None and _SECRET_KEY.search(name):
            self.problem(
                event,
                f"the secret {name!r} is typed into the inventory",
                "Remove it and change it on the devices; give secrets by environment variable or file",
            )


class _TooDeepError(Exception):
    """The nesting could exhaust the stack; carries the line."""


def _line(event: yaml.Event) -> int:
    """Return the line where an event begins, from 1."""
    return event.start_mark.line + 1 if event.start_mark else 0


def _scalar(event: yaml.ScalarEvent) -> str | None:
    """Return the text of a scalar; None for an unquoted null."""
    text = str(event.value)
    return None if event.implicit[0] and text in _NULLS else text


def read(path: Path, file: str) -> tuple[Document | None, list[Problem]]:
    """Parse the YAML file ``path``, called ``file`` in messages; None when there is nothing to go on."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None, [Problem(file, 0, "the file is missing", "Add it; every inventory folder has one")]
    except (OSError, UnicodeDecodeError) as error:
        return None, [Problem(file, 0, f"the file cannot be read: {error}", "Save it as readable UTF-8 text")]
    return parse(text, file)


def parse(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    """Parse YAML text; problems carry the line where the parser stopped."""
    try:
        builder = _Builder(file, yaml.parse(text, Loader=yaml.CSafeLoader), {(): 1})
        value = builder.document()
    except yaml.MarkedYAMLError as error:
        return None, [_syntax(file, error)]
    except yaml.YAMLError as error:
        return None, [Problem(file, 0, f"this is not YAML: {error}", "Mend the file")]
    except _TooDeepError as error:
        return None, [Problem(file, error.args[0], f"this is nested deeper than {_DEEPEST}", "Write it flatter")]
    if value is None and not builder.problems:
        return None, [Problem(file, 0, "the file is empty", "Write its entries")]
    return Document(file, value, builder.lines), builder.problems


def _syntax(file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    return Problem(
        file, line, f"this is not YAML: {error.problem}", "Check indentation, colons and quotes near this line"
    )
