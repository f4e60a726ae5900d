"""Strict reading of YAML nodes into values, keeping every problem with its file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from govnet.errors import InputError, Problem, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Parse: TypeAlias = Callable[["Reader", yaml.Node, str], Any]

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Reader:
    """Reads the nodes of one file; problems gather in `problems` so that a person sees them all."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def problem(self, node: yaml.Node, cause: str, next_step: str) -> None:
        """Note what is wrong at a node."""
        self.problems.append(Problem(self.file, node.start_mark.line + 1, cause, next_step))

    def finish(self) -> None:
        """End the reading.

        Raises:
            InputError: there were problems.
        """
        if self.problems:
            raise InputError(self.problems)

    def pairs(self, node: yaml.Node, what: str) -> list[tuple[str, yaml.Node, yaml.Node]]:
        """Return key, key node and value node of a mapping; a key given twice is a problem."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"{what} must be a mapping", "Write `key: value` lines below it")
            return []
        seen: dict[str, tuple[str, yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.problem(key, f"{what} has a key that is a list or a mapping", "Give each key a name")
                continue
            if key.value in seen:
                self.problem(key, f"{what} gives {key.value!r} twice", "Remove one of the two")
            seen[key.value] = (key.value, key, value)
        return list(seen.values())

    def record(
        self, node: yaml.Node, what: str, fields: Mapping[str, Parse], required: tuple[str, ...]
    ) -> dict[str, Any]:
        """Return the values of a mapping whose keys are known; those left out are left out."""
        found: dict[str, Any] = {}
        for name, key, value in self.pairs(node, what):
            if name not in fields:
                self.problem(key, f"{what} has an unknown key {name!r}", f"Use one of: {', '.join(sorted(fields))}")
            elif value.tag != "tag:yaml.org,2002:null":
                found[name] = fields[name](self, value, f"{what} {name}")
        for name in required:
            if name not in found:
                self.problem(node, f"{what} lacks {name!r}", "Add it")
        return found

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """Return the nodes of a list."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.problem(node, f"{what} must be a list", "Write `- item` lines below it")
        return []


def text(reader: Reader, node: yaml.Node, what: str) -> str:
    """Read a scalar as text, whatever YAML would make of it."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    reader.problem(node, f"{what} must be a single value", "Write it on the same line")
    return ""


def number(reader: Reader, node: yaml.Node, what: str) -> float:
    """Read a number."""
    raw = text(reader, node, what)
    try:
        return float(raw)
    except ValueError:
        reader.problem(node, f"{what} is no number: {raw!r}", "Write a number")
        return 0.0


def whole(reader: Reader, node: yaml.Node, what: str) -> int:
    """Read a whole number."""
    raw = text(reader, node, what)
    try:
        return int(raw)
    except ValueError:
        reader.problem(node, f"{what} is no whole number: {raw!r}", "Write a whole number")
        return 0


def truth(reader: Reader, node: yaml.Node, what: str) -> bool:
    """Read true or false."""
    raw = text(reader, node, what).lower()
    if raw not in ("true", "false"):
        reader.problem(node, f"{what} is neither true nor false: {raw!r}", "Write true or false")
    return raw == "true"


def seconds(reader: Reader, node: yaml.Node, what: str) -> float:
    """Read a duration as Go writes it (``5s``, ``1m30s``, ``1.5s``, ``500ms``)."""
    raw = text(reader, node, what)
    parts = re.findall(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)", raw)
    if not parts or "".join(map("".join, parts)) != raw:
        reader.problem(node, f"{what} is no duration: {raw!r}", "Write for instance 5s")
    return sum(float(count) * _UNITS[unit] for count, unit in parts)


def oid(reader: Reader, node: yaml.Node, what: str) -> str:
    """Read an object identifier in digits."""
    raw = text(reader, node, what).removeprefix(".")
    if not re.fullmatch(r"[012](\.\d+)+", raw):
        reader.problem(node, f"{what} is no object identifier: {raw!r}", "Write it in digits, like 1.3.6.1.2.1.1.3.0")
        return "1.3"
    return raw


def listed(parse: Parse) -> Parse:
    """Return a parser for a list of what `parse` reads, as a tuple."""

    def read(reader: Reader, node: yaml.Node, what: str) -> tuple[Any, ...]:
        return tuple(parse(reader, item, what) for item in reader.items(node, what))

    return read


def by_number(reader: Reader, node: yaml.Node, what: str) -> dict[int, str]:
    """Read a mapping of whole numbers to text (``enum_values``)."""
    pairs = reader.pairs(node, what)
    return {whole(reader, key, what): text(reader, value, what) for _, key, value in pairs}


def numbers_by_number(reader: Reader, node: yaml.Node, what: str) -> dict[int, float]:
    """Read a mapping of whole numbers to numbers."""
    return {whole(reader, key, what): number(reader, value, what) for _, key, value in reader.pairs(node, what)}


def compose(path: Path) -> yaml.Node | None:
    """Return the root node of a YAML file; None for an empty one.

    Raises:
        StorageError: the file cannot be read.
        InputError: it is no YAML.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path}: cannot be read: {error.strerror}. Check the path and its rights.") from error
    try:
        return yaml.compose(content, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        cause = f"is no YAML: {getattr(error, 'problem', error)}"
        raise InputError([Problem(str(path), line, cause, "Correct the indentation or the quotes")]) from error
