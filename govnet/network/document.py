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
    from collections.abc import Mapping
    from pathlib import Path

KeyPath = tuple[str | int, ...]

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_CORE_TAG = "tag:yaml.org,2002:"
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
    """Walks the nodes of one file once."""

    file: str
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def problem(self, node: yaml.Node, cause: str, next_step: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, cause, next_step))

    def build(self, node: yaml.Node, path: KeyPath) -> object:
        if id(node) in self.seen:
            self.problem(node, "an anchor is used here", "Write the value out, or give it to a group of hosts")
            return None
        self.seen.add(id(node))
        if not node.tag.startswith(_CORE_TAG):
            self.problem(node, f"the tag {node.tag} is not known here", "Write a plain value")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.item(child, (*path, index)) for index, child in enumerate(node.value)]
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def item(self, node: yaml.Node, path: KeyPath) -> object:
        self.lines[path] = node.start_mark.line + 1
        return self.build(node, path)

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        result: dict[str, object] = {}
        for key, child in node.value:
            name = self.key(key)
            if name is None:
                continue
            if name in result:
                first = self.lines[*path, name]
                self.problem(key, f"the key {name!r} is here twice, first in line {first}", "Remove or rename one")
                continue
            self.lines[*path, name] = key.start_mark.line + 1
            result[name] = self.build(child, (*path, name))
            self.refuse_secret(key, name, result[name])
        return result

    def key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode) or not node.tag.startswith(_CORE_TAG):
            self.problem(node, "a key is not plain text", "Write one word as key")
            return None
        if node.value == "<<" and not _quoted(node):
            self.problem(
                node, "a merge key (<<) is used here", "Write the values out, or give them to a group of hosts"
            )
            return None
        return str(node.value)

    def refuse_secret(self, node: yaml.Node, name: str, value: object) -> None:
        if value is not None and _SECRET_KEY.search(name):
            self.problem(
                node,
                f"the secret {name!r} is typed into the inventory",
                "Remove it and change it on the devices; give secrets by environment variable or file",
            )


def _scalar(node: yaml.ScalarNode) -> str | None:
    """Return the text of a scalar; None for an unquoted null."""
    text = str(node.value)
    return None if not _quoted(node) and text in _NULLS else text


def _quoted(node: yaml.ScalarNode) -> bool:
    """Return True when the scalar was written in quotes or as a block (the C parser says "" for plain, not None)."""
    return bool(node.style)


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
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        return None, [_syntax(file, error)]
    except (yaml.YAMLError, RecursionError) as error:
        return None, [Problem(file, 0, f"this is not YAML: {error}", "Mend the file")]
    if root is None:
        return None, [Problem(file, 0, "the file is empty", "Write its entries")]
    builder = _Builder(file, {(): 1})
    value = builder.build(root, ())
    return Document(file, value, builder.lines), builder.problems


def _syntax(file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    return Problem(
        file, line, f"this is not YAML: {error.problem}", "Check indentation, colons and quotes near this line"
    )
