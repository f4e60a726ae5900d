"""Tables that people edit elsewhere: taken over whole and checked, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from govnet.errors import InputError, Problem
from govnet.files import write_whole
from govnet.network import tables
from govnet.network.folder import TABLES
from govnet.network.load import read_whole


def table_text(folder: Path, table: str) -> str:
    """Return a table of a folder as it is.

    Raises:
        InputError: the folder has no such table.
    """
    file = _file(folder, table)
    if not file.exists():
        raise InputError([Problem(str(file), 0, "the network has no such table", "Name one that it has")])
    return file.read_text(encoding="utf-8")


def take_over(folder: Path, table: str, edited: Path) -> int:
    """Put an edited table in the place of the folder's own; return how many rows it has.

    The whole folder is checked with it first; problems name the edited file and its lines.

    Raises:
        InputError: the edited file is no such table, or the folder is not right with it; nothing was written.
        StorageError: the table could not be written; the old one is untouched.
    """
    target = _file(folder, table)
    parsed, problems = tables.read(edited, str(edited))
    if parsed is None or problems or not isinstance(parsed.value, list):
        raise InputError(problems)
    columns = list(dict.fromkeys(name for row in parsed.value for name in row))
    text = tables.text_of(_columns(target, columns), parsed.value)
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch, folder.name)
        shutil.copytree(folder, trial)
        # The lines of the edited file itself, so that problems name them as the person sees them.
        shutil.copyfile(edited, trial / target.name)
        try:
            read_whole(trial)
        except InputError as error:
            raise InputError(
                [_as_seen(problem, trial, folder, edited, target.name) for problem in error.problems]
            ) from None
    write_whole(target, text)
    return len(parsed.value)


def _columns(target: Path, found: list[str]) -> list[str]:
    """Return the old table's order of columns, then what is new."""
    known = tables.header_of(target.read_text(encoding="utf-8")) if target.exists() else []
    return [*known, *(name for name in found if name not in known)]


def _as_seen(problem: Problem, trial: Path, folder: Path, edited: Path, name: str) -> Problem:
    own = problem.file == str(trial / name)
    file = str(edited) if own else problem.file.replace(str(trial), str(folder))
    return Problem(file, problem.line, problem.cause, problem.next_step)


def _file(folder: Path, table: str) -> Path:
    if table not in TABLES:
        known = ", ".join(TABLES)
        raise InputError([Problem(str(folder), 0, f"there is no table {table!r}", f"Tables are: {known}")])
    return folder / f"{table}.csv"
