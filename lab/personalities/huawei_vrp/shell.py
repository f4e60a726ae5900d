"""One login: prompts, the caret, paging, questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from .grammar import UNRECOGNIZED, WRONG, Match, RefusedLineError, read
from .running import joined
from .views import USER, Context, WrongArgumentError, beginning, stands

if TYPE_CHECKING:
    from lab.terminal import Terminal

    from .state import Box
    from .two_stage import Store

_OF_STAGES: Final = "display configuration "
MORE: Final = "  ---- More ----"
#: What the box sends to take its paging prompt away again (NOC's VRP profile: cursor codes with blanks).
_WIPE: Final = f"\x1b[{len(MORE)}D{' ' * len(MORE)}\x1b[{len(MORE)}D"


def greeting(box: Box) -> str:
    """Return what a login shows before the first prompt (public capture of an S switch)."""
    banner = f"{box.header[1:-1]}\n" if box.header else ""
    return (
        f"{banner}\nInfo: The max number of VTY users is 10, and the number\n      of current VTY users on line is 1.\n"
    )


@lru_cache(maxsize=1024)
def _found(sets: tuple[tuple[str, ...], ...], line: str) -> Match | RefusedLineError:
    """Return the match in the innermost set that has one; else the refusal that read furthest.

    Kept, because thousands of boxes are typed much the same.
    """
    refused: RefusedLineError | None = None
    first, *_ = line.lower().split() or [""]
    for kinds in sets:
        try:
            return read(beginning(kinds, first), line)
        except RefusedLineError as error:
            if refused is None or error.column > refused.column:
                refused = error
    return refused or RefusedLineError(UNRECOGNIZED, 0)


def _find(sets: list[tuple[str, ...]], line: str) -> Match:
    found = _found(tuple(sets), line)
    if isinstance(found, RefusedLineError):
        raise RefusedLineError(found.text, found.column)
    return found


def _carry_out(ctx: Context, line: str) -> str:
    match = _find(ctx.known(), line)
    if ctx.store and match.canonical.startswith("display") and not match.canonical.startswith(_OF_STAGES):
        return _shown(ctx, ctx.store.box, match)
    return _run(ctx, match)


def _shown(ctx: Context, running: Box, match: Match) -> str:
    """Carry out a line that shows what runs, while the session's own box is a candidate."""
    if match.canonical == "display this" and not stands(ctx.view, running):
        return joined([])
    candidate, ctx.box = ctx.box, running
    try:
        return _run(ctx, match)
    finally:
        ctx.box = candidate


def _run(ctx: Context, match: Match) -> str:
    if ctx.box.backbone and ctx.view != USER and not match.canonical.startswith("display"):
        ctx.box.backbone.forget()
    try:
        if match.command.whole_line:
            return match.command.run(ctx, *match.arguments, line=match.canonical)
        return match.command.run(ctx, *match.arguments)
    except WrongArgumentError as error:
        place = match.columns[error.index] if 0 <= error.index < len(match.columns) else 0
        raise RefusedLineError(UNRECOGNIZED if error.index < 0 else WRONG, place) from None


def answer(ctx: Context, line: str) -> str:
    """Carry out one line; return what the box prints, with a line end, or nothing."""
    if not line.strip():
        return ""
    try:
        text = _carry_out(ctx, line)
    except RefusedLineError as error:
        column = error.column if error.column >= 0 else len(line) - len(line.rsplit(maxsplit=1)[-1])
        return f"{' ' * (len(ctx.prompt) + column)}^\n{error.text}\n"
    return text if not text or text.endswith("\n") else f"{text}\n"


@dataclass(slots=True)
class Shell:
    """One session of one client."""

    terminal: Terminal
    box: Box
    store: Store | None = None
    ctx: Context = field(init=False)

    def __post_init__(self) -> None:
        self.ctx = Context(self.box, store=self.store)

    async def run(self) -> None:
        """Talk until ``quit`` in the user view."""
        self.terminal.write(greeting(self.box))
        while not self.ctx.closed:
            self.ctx.settle()
            self.terminal.write(self.ctx.prompt)
            line = await self.terminal.read_line()
            self.ctx.settle()
            await self._page(answer(self.ctx, line))
            if self.ctx.then is not None:
                ask, self.ctx.then = self.ctx.then, None
                await ask(self.terminal)

    async def _page(self, text: str) -> None:
        """Print page by page: blank shows a page, Enter a line, anything else stops."""
        lines = text.splitlines(keepends=True)
        if not self.ctx.page_lines or len(lines) <= self.ctx.page_lines:
            self.terminal.write(text)
            return
        at, room = 0, self.ctx.page_lines
        while at < len(lines):
            self.terminal.write("".join(lines[at : at + room]))
            at += room
            if at < len(lines):
                self.terminal.write(MORE)
                key = await self.terminal.read_key()
                self.terminal.write(_WIPE)
                if key not in {" ", "\r", "\n"}:
                    return
                room = self.ctx.page_lines if key == " " else 1
