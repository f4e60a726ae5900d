"""A stackable's running configuration, read as the script that it is: line by line, from the state out of the box.

Lines inside ``interface ...`` are read with that line in front. Lines that the terminal broke at its width are joined
again: wrapping cannot be switched off (rancid-nortel, netshot).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.config.reading import Line, Reading
from govnet.errors import RefusedError
from govnet.platforms.nortel_ers.building import Builder, builder
from govnet.platforms.nortel_ers.phrases import GRAMMAR
from govnet.platforms.text import lines_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.config.model import DeviceConfig

WIDTHS = (79, 131, 132)  # terminal widths seen to break lines (rancid-nortel)

_PROMPT = re.compile(r"([\w.-]+)(?:<level-\d+>|\([\w-]+\))?[#>] ?(.*)")
_ECHO = re.compile(r"show running-config.*|-{2,}More.*")
_SCOPE = re.compile(r"(?:interface|router|application)(?: .*)?", re.IGNORECASE)
_FRAME = frozenset({"enable", "configure terminal", "end", "logout", ""})


def read(text: str, start: DeviceConfig) -> Reading:
    """Understand a running text; ``start`` is the device out of the box, without its console set-up.

    Raises:
        RefusedError: the text is of another family; says which.
    """
    if re.search(r"^#\s*box type\s*:", text, re.IGNORECASE | re.MULTILINE):
        raise RefusedError(
            "this is the text of a chassis, not of a stackable; give the device platform 'nortel_passport'"
        )
    state = builder(start)
    for line, command in _commands(_joined(lines_of(text)), state):
        state.take(GRAMMAR, line, words_of(f"{state.scope} {command}"))
    config = state.finish()
    return Reading(config, tuple(sorted(set(state.unread))), len(set(state.read)), state.sources)


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Join lines that were broken at the terminal's width; a join keeps the first line's number."""
    held: Line | None = None
    scope = ""
    for line in lines:
        whole = line
        if held is not None and _goes_on(scope, held.text, line.text):
            whole = Line(held.number, held.text + line.text)
        elif held is not None:
            yield held
        scope = _scope_after(scope, whole.text)
        held = whole if len(line.text) in WIDTHS and not whole.text.startswith("!") else None
        if held is None:
            yield whole
    if held is not None:
        yield held


def _goes_on(scope: str, first: str, then: str) -> bool:
    """Return whether a line as long as the terminal is wide was broken there, or is just that long.

    It says itself which: two lines that are each understood are two; else they are one if they are understood as one.
    """
    if not then.strip() or then.startswith("!"):
        return False
    alone = _understood(scope, first)
    if alone and (_understood(scope, then) or _scope_after(scope, then) != scope):
        return False
    return not alone or _understood(scope, first + then)


def _understood(scope: str, text: str) -> bool:
    return GRAMMAR.find(words_of(f"{scope} {text.strip()}")) is not None


def _scope_after(scope: str, text: str) -> str:
    """Return the ``interface ...`` line that the next line stands under."""
    typed = text.strip()
    return "" if typed == "exit" else typed if _SCOPE.fullmatch(typed) else scope


def _commands(lines: Iterable[Line], state: Builder) -> Iterator[tuple[Line, str]]:
    """Yield configuring lines; follow ``interface`` and ``exit`` on the way."""
    for line in lines:
        typed = _typed(line, state)
        if _SCOPE.fullmatch(typed):
            state.scope = typed
            if typed.startswith("router") and typed.endswith("enable"):
                state.scope = ""
                yield line, typed
        elif typed == "exit":
            state.scope = ""
        elif typed not in _FRAME:
            yield line, typed


def _typed(line: Line, state: Builder) -> str:
    """Return what a line configures; empty for comments, prompts and echoes."""
    text = line.text.strip()
    if text.startswith("!"):
        return ""
    prompt = _PROMPT.fullmatch(text)
    if prompt:
        state.prompt = state.prompt or prompt[1]
        text = prompt[2].strip()
    return "" if _ECHO.fullmatch(text) else text
