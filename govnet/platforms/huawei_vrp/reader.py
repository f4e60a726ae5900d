"""Carry out a configuration text on a factory-new `Box`, line by line, knowing in which view each line is typed.

Two forms of text are read. A stored configuration shows views by indentation, one blank a level, and a ``#`` at the
margin returns to the system view (NE SaveCfgFile); repeated lines add, ``undo`` lines take defaults away. A program,
as typed from the system view, has no indentation and leaves each view with ``quit``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from govnet.platforms.huawei_vrp.lexer import cleaned, is_frame, is_log, masked, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.reading import Line
    from govnet.platforms.huawei_vrp.box import Box
    from govnet.platforms.huawei_vrp.lexer import Row

SYSTEM: Final = "system"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class View:
    """Where lines are typed: ``interface`` with its name, ``acl`` with its name, ``other`` when not modelled."""

    kind: str
    key: str = ""


@dataclass(slots=True)
class Context:
    """What a handler may use; it opens a view by setting ``opened``, and may ask to have its line kept unread."""

    box: Box
    view: View
    line: Line
    opened: View | None = None
    also_unread: bool = False


Handler = Callable[..., bool | None]
_TABLE: Final[dict[tuple[str, str], list[tuple[re.Pattern[str], Handler]]]] = {}


def phrase(views: str, pattern: str) -> Callable[[Handler], Handler]:
    """Register what a line means in some views (comma-separated).

    The handler gets the context and the groups of ``pattern``; it returns False, or raises ValueError, when the line
    is not modelled after all.
    """

    def register(handler: Handler) -> Handler:
        for view in views.split(","):
            key = view, _first(re.sub(r"[()]", "", pattern))
            _TABLE.setdefault(key, []).append((re.compile(pattern), handler))
        return handler

    return register


def _first(text: str) -> str:
    """Return the first word; of a line that begins with ``undo`` the first two. The index of the table."""
    words = text.split(" ", 2)
    return " ".join(words[:2]) if words[0] == "undo" and len(words) > 1 else words[0]


@dataclass(slots=True)
class Outcome:
    """The box after the whole text, and what was and was not understood on the way."""

    box: Box
    unread: list[Line] = field(default_factory=list)
    read_lines: int = 0


def carry_out(text: str, box: Box) -> Outcome:
    """Carry out every line of ``text``."""
    outcome = Outcome(box)
    lines = cleaned(text)
    typed = any(line.strip() == "quit" for line in lines)
    stack: list[tuple[int, View]] = []
    rows = enumerate(lines, 1)
    for number, raw in rows:
        here = row(number, raw)
        if is_log(raw):
            continue
        _leave(stack, here, typed=typed)
        if is_frame(here.text):
            continue
        if here.text.startswith("header login information "):
            outcome.read_lines += 1
            box.banner = _banner(here.text.removeprefix("header login information "), rows)
            continue
        opened = _one(outcome, here, stack[-1][1] if stack else View(SYSTEM))
        if opened or not typed:
            stack.append((here.depth, opened or View(OTHER)))
    return outcome


def _leave(stack: list[tuple[int, View]], here: Row, *, typed: bool) -> None:
    """Leave the views that this line ends."""
    if here.text == "return" or (here.text == "#" and here.depth == 0):
        stack.clear()
    elif typed:
        if here.text == "quit" and stack:
            stack.pop()
    else:
        while stack and here.text and stack[-1][0] >= here.depth:
            stack.pop()


def _one(outcome: Outcome, here: Row, view: View) -> View | None:
    """Carry out one line; return the view that it opens."""
    context = Context(outcome.box, view, here.line)
    understood = _understood(context, here.text)
    outcome.read_lines += understood
    if not understood or context.also_unread:
        outcome.unread.append(masked(here.line))
    return context.opened


def _understood(context: Context, text: str) -> bool:
    for pattern, handler in _TABLE.get((context.view.kind, _first(text)), ()):
        match = pattern.fullmatch(text)
        if match:
            try:
                return handler(context, *match.groups()) is not False
            except ValueError:
                return False
    return False


def _banner(text: str, rows: Iterator[tuple[int, str]]) -> tuple[str, ...]:
    """Read a text between two equal characters, over as many lines as it takes (FIELD; public driver of FRINX)."""
    mark, rest = text[0], text[1:]
    lines = [rest]
    while mark not in lines[-1]:
        following: Any = next(rows, None)
        if following is None:
            break
        lines.append(following[1])
    lines[-1] = lines[-1].partition(mark)[0]
    return tuple(lines[1:] if not lines[0] and len(lines) > 1 else lines)
