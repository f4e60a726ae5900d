"""An inventory folder as a person wrote it: every file read, fitted to its schema, with the line of everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from govnet.errors import InputError, Problem
from govnet.network import document, schema, tables
from govnet.network.placed import Origin
from govnet.network.validation import validate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.document import Document
    from govnet.network.schema_hosts import HostEntry


TABLES = ("sites", "units")
"""Files that are tables."""
_OF_UNITS = ("campus", "lan")
"""Purposes of segments that are units' own."""


@dataclass(slots=True)
class Folder:
    """The files of one folder, and the list of problems that grows while they are understood.

    ``path`` is as the person typed it; problems carry it, origins do not. ``unsound`` names what has a problem of its
    own already, so that nobody complains of what only follows from it. ``hosts`` are those that are written out and
    those that archetypes give; the latter have their origin in ``expanded``.
    """

    path: str
    files: schema.Files
    documents: Mapping[str, Document]
    unsound: set[str] = field(default_factory=set)
    hosts: dict[str, HostEntry] = field(default_factory=dict)
    expanded: dict[str, tuple[str | int, ...]] = field(default_factory=dict)
    _problems: dict[tuple[Origin, str], tuple[str, str, int]] = field(default_factory=dict)

    def origin(self, stem: str, *path: str | int) -> Origin:
        """Return where the file of ``stem`` says what stands at ``path``; of an expanded host, where it comes from."""
        if stem == "hosts" and path and path[0] in self.expanded:
            return self.origin("archetypes", *self.expanded[str(path[0])])
        document = self.documents[stem]
        return Origin(Path(document.file).name, document.line(path))

    def problem(self, origin: Origin, cause: str, next_step: str, kind: str = "") -> None:
        """Note something that is wrong at ``origin``. Of one ``kind`` the first is shown there, the others counted."""
        key = (origin, kind or cause)
        first, step, count = self._problems.get(key, (cause, next_step, 0))
        self._problems[key] = (first, step, count + bool(kind) if key in self._problems else 0)

    def raise_problems(self) -> None:
        """Raise all problems noted so far, if any.

        Raises:
            InputError: something is wrong.
        """
        if self._problems:
            raise InputError([self._shown(origin, *said) for (origin, _), said in self._problems.items()])

    def _shown(self, origin: Origin, cause: str, next_step: str, more: int) -> Problem:
        counted = f"{cause} (and {more} more like it)" if more else cause
        return Problem(str(Path(self.path, origin.file)), origin.line, counted, next_step)


def read(path: Path) -> Folder:
    """Read and validate all files of a folder.

    Raises:
        InputError: no such folder, or files that are missing, no YAML, or do not fit their schema. All of these are
            reported together; what the files say about each other is looked at only when each of them can be read.
    """
    if not path.is_dir():
        raise InputError([Problem(str(path), 0, "there is no such folder", "Name an inventory folder")])
    values: dict[str, object] = {}
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for stem, info in schema.Files.model_fields.items():
        if not info.is_required() and not _file(path, stem).exists():
            continue
        file = _file(path, stem)
        parsed, found = _parsed(file, stem, info.annotation)
        problems += found
        if parsed is None or info.annotation is None:
            continue
        documents[stem] = parsed
        values[stem], found = validate(parsed, info.annotation)
        problems += _unsaid(found, problems)
    if problems:
        raise InputError(problems)
    files = schema.Files.model_validate(values)
    if missing := list(_tables_missing(path, files)):
        raise InputError(missing)
    return Folder(str(path), files, documents, hosts=dict(files.hosts))


def _parsed(file: Path, stem: str, annotation: object) -> tuple[Document | None, list[Problem]]:
    """Read a file as a document; a table's columns are those of its rows' schema."""
    if stem not in TABLES:
        return document.read(file, str(file))
    fields = get_args(annotation)[0].model_fields
    needed = tuple(name for name, field_ in fields.items() if field_.is_required())
    return tables.read(file, str(file), tables.Columns(tuple(fields), needed))


def _tables_missing(path: Path, files: schema.Files) -> Iterator[Problem]:
    """Yield the tables without which other files speak of nothing."""
    if files.archetypes and not files.sites:
        cause = "the file is missing: archetypes.yaml says what its places are made of"
        yield Problem(str(_file(path, "sites")), 0, cause, "Add it, with a row for each place")
    if purposes := [name for name in _OF_UNITS if name in files.network.numbering and not files.units]:
        cause = f"the file is missing: network.yaml numbers segments of purpose {purposes[0]} by its units"
        yield Problem(str(_file(path, "units")), 0, cause, "Add it, with a row for each unit")


def _file(path: Path, stem: str) -> Path:
    return path / f"{stem}.{'csv' if stem in TABLES else 'yaml'}"


def _unsaid(found: list[Problem], said: list[Problem]) -> list[Problem]:
    """Drop what only follows from a problem of the same line, such as the value of a refused anchor."""
    lines = {(problem.file, problem.line) for problem in said}
    return [problem for problem in found if (problem.file, problem.line) not in lines]
