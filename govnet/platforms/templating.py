"""Words of a vendor from `templates/<platform>/changes.j2`: one macro a change, one command a rendered line.

Marks that a rendered line may carry:

``?[family] text``
    The syntax of this line has no public source; ``family`` says what it is about.
``! answer y``
    The device asks back after the command above; this is what to type. Repeat the line for more questions.
``<<<`` and ``>>>``
    The lines between the two, each alone on its line, are one `Command` (a shell block); kept exactly as they are.
    ``?[family] <<<`` marks the whole block as unverified.

A mark counts only where a template writes it: a port description that looks like one stays a port description.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension

from govnet.errors import RefusedError
from govnet.platforms.base import Command
from govnet.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

_OWN = "\ue000"  # a private-use character in front of each mark, so that no value can forge one
_MARKS = re.compile(r"\?\[|! answer |<<<|>>>")
_UNVERIFIED = re.compile(_OWN + r"\?\[([^\]]+)\]\s*")
_ANSWER = f"{_OWN}! answer "
_BEGIN, _END = f"{_OWN}<<<", f"{_OWN}>>>"
_UNSAYABLE = re.compile(rf"[\x00-\x1f\x7f\x85\u2028\u2029{_OWN}]")


class _OwnMarks(Extension):
    """Sign the marks that stand in a template's own text."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - jinja's
        return _MARKS.sub(lambda mark: _OWN + mark[0], source)


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
        extensions=[_OwnMarks],
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
        RefusedError: a value holds a line break or control character, which would become a second command.
        AttributeError: the platform has no such macro.
        jinja2.UndefinedError: the macro uses a value that was not given.
    """
    for value in values.values():
        _check(value)
    return list(_commands(str(getattr(_macros(platform), macro)(**values)).splitlines()))


def belonging(commands: Iterable[Command], change: int) -> list[Command]:
    """Return the commands with ``change`` set to the index of the change that they say."""
    # A province is a hundred thousand commands, and `dataclasses.replace` costs as much as all of their rendering.
    return [Command(one.text, one.unverified, one.family, one.answers, change, one.sets) for one in commands]


def _check(value: object) -> None:
    if isinstance(value, str):
        if _UNSAYABLE.search(value):
            raise RefusedError(
                f"{value!r} holds a line break or control character; a device would take it as a command"
            )
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
