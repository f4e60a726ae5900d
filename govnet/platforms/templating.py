"""Words of a vendor from `templates/<platform>/changes.j2`: one macro a change, one command a rendered line.

Marks that a rendered line may carry:

``?[family] text``
    The syntax of this line has no public source; ``family`` says what it is about.
``! answer y``
    The device asks back after the command above; this is what to type. Repeat the line for more questions.
``<<<`` and ``>>>``
    The lines between the two, each alone on its line, are one `Command` (a shell block); kept exactly as they are.
    ``?[family] <<<`` marks the whole block as unverified.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from govnet.errors import RefusedError
from govnet.platforms.base import Command
from govnet.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

_UNVERIFIED = re.compile(r"\?\[([^\]]+)\]\s*")
_ANSWER = "! answer "
_BEGIN, _END = "<<<", ">>>"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def quoted(text: str) -> str:
    """Put ``text`` in double quotes for vendors that know no way to write a quote inside.

    Raises:
        RefusedError: the text holds a double quote.
    """
    if '"' in text:
        raise RefusedError(f"{text!r} holds a double quote, which this command line cannot say; use another character")
    return f'"{text}"'


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=False,  # noqa: S701 - what is rendered are commands, not a web page
    )
    environment.filters["quoted"] = quoted
    return environment


@cache
def _macros(platform: str) -> ModuleType:
    return _environment().get_template(f"{platform}/changes.j2").module  # type: ignore[return-value]  # a TemplateModule


def say_change(platform: str, macro: str, **values: object) -> list[Command]:
    """Render one macro of a platform's ``changes.j2`` into commands; their ``change`` is 0.

    Raises:
        RefusedError: a value holds a control character (it would become a second command) or one of the marks.
        AttributeError: the platform has no such macro.
        jinja2.UndefinedError: the macro uses a value that was not given.
    """
    for value in values.values():
        _check(value)
    return list(_commands(str(getattr(_macros(platform), macro)(**values)).splitlines()))


def belonging(commands: Iterable[Command], change: int) -> list[Command]:
    """Return the commands with ``change`` set to the index of the change that they say."""
    return [replace(command, change=change) for command in commands]


def _check(value: object) -> None:
    if isinstance(value, str):
        if _CONTROL.search(value):
            raise RefusedError(
                f"{value!r} holds a line break or control character; a device would take it as a command"
            )
        if value.lstrip().startswith((_BEGIN, _END, _ANSWER, "?[")):
            raise RefusedError(f"{value!r} begins with a mark of the templates; begin it with another character")
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key)
            _check(item)


def _commands(lines: list[str]) -> Iterator[Command]:
    """Read rendered lines with their marks into commands."""
    held: Command | None = None
    rest = iter(lines)
    for raw in rest:
        line = raw.strip()
        if not line:
            continue
        if line.startswith(_ANSWER):
            if held is None:
                raise ValueError(f"the template gives the answer {line!r} before any command")
            held = replace(held, answers=(*held.answers, line.removeprefix(_ANSWER)))
            continue
        if held is not None:
            yield held
        mark = _UNVERIFIED.match(line)
        text = line[mark.end() :] if mark else line
        if text == _BEGIN:
            text = "\n".join(_block(rest))
        held = Command(text, unverified=mark is not None, family=mark[1] if mark else "")
    if held is not None:
        yield held


def _block(rest: Iterator[str]) -> Iterator[str]:
    """Yield the lines of a block up to its end mark, exactly as they are."""
    for line in rest:
        if line.strip() == _END:
            return
        yield line
    raise ValueError(f"the template opens a block with {_BEGIN} and never closes it with {_END}")
