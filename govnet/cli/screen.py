"""What a person sees: tables, colours and progress on a terminal; plain JSON for a script."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.progress import TaskID

    from govnet.errors import GovnetError
    from govnet.network.model import Network

_NARROWEST = 12
"""Cells that a column of text keeps, at most; a longer word is broken."""
_WIDEST = 300
"""Characters of one set of packets that a person is shown."""
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_json(value: object) -> None:
    """Write one JSON object to standard output: all that a script gets."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, sort_keys=False)
    sys.stdout.write("\n")


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    console: Console = out,
) -> None:
    """Print a table; ``right`` names the columns of numbers.

    Names and numbers are never broken, and nothing is cut off: what is too wide for the terminal folds between words,
    and a table that is too wide even then goes on over its edge.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    shown = Table(header_style="bold")
    for number, column in enumerate(columns):
        kept = number == 0 or column in right
        words = [word for text in (column, *(row[number] for row in cells)) for word in _words(text, whole=number == 0)]
        least = max(map(cell_len, words), default=0)
        least = least if kept else min(least, _NARROWEST)
        shown.add_column(column, justify="right" if column in right else "left", overflow="fold", min_width=least)
    for row in cells:
        shown.add_row(*row)
    _titled(title, shown, console)


def _words(text: str, *, whole: bool) -> list[str]:
    """Return what of a cell must stay in one piece, as it is shown: all of it, or each of its words."""
    said = Text.from_markup(text).plain
    return said.splitlines() if whole else said.split()


def _titled(title: str, shown: Table, console: Console) -> None:
    """Print a table under its title, which may be longer than the table is wide."""
    console.print(f"[bold]{title}[/]", soft_wrap=True)
    console.print(shown, crop=False)


def heading(network: Network) -> str:
    """Return what a table about a whole network is headed with: which it is, and of which day."""
    when = f" as of {network.day}" if network.day else ""
    profile = f", {network.profile}" if network.profile else ""
    return f"{network.title} ({network.slug}, plane {network.plane}){when}{profile}"


def matrix(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table without lines: dense enough for fourteen columns on a terminal."""
    shown = Table(header_style="bold", box=None)
    shown.padding, shown.pad_edge = (0, 1, 0, 0), False
    cells = [list(row) for row in rows]
    for number, column in enumerate(columns):
        words = [word for text in (column, *(row[number] for row in cells)) for word in _words(text, whole=True)]
        shown.add_column(column, no_wrap=True, min_width=max(map(cell_len, words), default=0))
    for row in cells:
        shown.add_row(*row)
    _titled(title, shown, out)


def short(text: str) -> str:
    """Return what a person is shown of a set of packets, which may name hundreds of ranges."""
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]} ... (--json shows all)"


def plain(text: str) -> str:
    """Return text in which nothing is taken for markup."""
    return text.replace("[", r"\[")


def failures(failed: Mapping[str, GovnetError]) -> None:
    """Name every device that failed, with its cause."""
    for error in failed.values():
        err.print(f"[red]failed[/red]  {error}", soft_wrap=True)


class Bars:
    """Progress of work on many devices, on standard error; nothing at all when that is no terminal."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        """Show each task under its title; the name stands for a task without one."""
        self._titles = titles
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[red]{task.fields[failed]}"),
            console=err,
            disable=not err.is_terminal,
        )
        self._task: TaskID | None = None
        self._failed = 0

    def begin(self, title: str, total: int) -> None:
        """A task starts on ``total`` devices."""
        self._failed = 0
        self._bars.start()
        self._task = self._bars.add_task(self._titles.get(title, title), total=total, failed="")

    def advance(self, device: str, *, failed: bool) -> None:
        """One device is through."""
        if self._task is None:
            return
        self._failed += failed
        said = f"{self._failed} failed, last {device}" if failed else f"{self._failed} failed" if self._failed else ""
        self._bars.update(self._task, advance=1, failed=said)

    def end(self) -> None:
        """The task is over; its bar stays."""
        self._bars.stop()
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = None


@contextmanager
def working(title: str) -> Iterator[None]:
    """Show that something takes a moment, on standard error; nothing when that is no terminal."""
    if not err.is_terminal:
        yield
        return
    with err.status(title):
        yield
