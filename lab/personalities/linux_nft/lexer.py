"""The part of bash's language that an automation account uses: words, quotes, pipes, redirections, here-documents.

`shlex` forgets whether a word was quoted, which decides what ``$?`` and a here-document's text mean, so the
cutting is done here. Nothing typed ever reaches a real shell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPERATOR: Final = re.compile(r"(?P<fd>[12]?)(?P<op>>&[12]|>>|>|<<-?|<)|(?P<link>&&|\|\||;|\|)")
_NAME: Final = re.compile(r"\$(\?|\w+|\{\w+\})")


class UnclosedError(Exception):
    """A quotation mark or a backslash at the end asks for another line."""


class BadSyntaxError(Exception):
    """Bash's complaint about a line, with the token that it did not expect."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its quotes taken off, or an operator.

    Attributes:
        text: the word, or ``<<``, ``>``, ``&&``, ...
        operator: whether it is an operator.
        quoted: whether any part of the word was quoted.
        descriptor: 1 or 2 before a redirection.
    """

    text: str
    operator: bool = False
    quoted: bool = False
    descriptor: int = 1


@dataclass(slots=True)
class Redirection:
    """``>``, ``>>``, ``<``, ``>&1``, or a here-document whose text is filled in once it was read."""

    operator: str
    target: str
    descriptor: int = 1
    literal: bool = False
    text: str = ""


@dataclass(slots=True)
class Command:
    """One simple command."""

    words: list[str] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class Pipeline:
    """Commands joined by pipes, and how the pipeline follows from the one before: ``;``, ``&&`` or ``||``."""

    after: str
    commands: list[Command]


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace ``$name`` and ``$?``; what is not set is empty, as in bash."""
    return _NAME.sub(lambda found: variables.get(found[1].strip("{}"), ""), text)


class _Cutter:
    def __init__(self, line: str, variables: Mapping[str, str]) -> None:
        self.line, self.at, self.variables = line, 0, variables

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while self.at < len(self.line):
            operator = _OPERATOR.match(self.line, self.at)
            if self.line[self.at].isspace():
                self.at += 1
            elif self.line[self.at] == "#":
                break
            elif operator:
                self.at = operator.end()
                text = operator["op"] or operator["link"]
                found.append(Token(text, operator=True, descriptor=int(operator["fd"] or 1)))
            else:
                found.append(self._word())
        return found

    def _word(self) -> Token:
        text, quoted = "", False
        while self.at < len(self.line) and self.line[self.at] not in " \t;&|<>":
            char = self.line[self.at]
            if char in "'\"\\":
                quoted = True
                text += self._quoted(char)
            else:
                end = re.compile(r"[^ \t;&|<>'\"\\]+").match(self.line, self.at)
                piece = end.group() if end else char
                self.at += len(piece)
                text += expand(piece, self.variables)
        if self.at < len(self.line) and self.line[self.at] == "&" and not text:
            raise BadSyntaxError("&")
        return Token(text, quoted=quoted)

    def _quoted(self, mark: str) -> str:
        self.at += 1
        if mark == "\\":
            if self.at >= len(self.line):
                raise UnclosedError
            self.at += 1
            return self.line[self.at - 1]
        end = self.line.find(mark, self.at)
        while mark == '"' and end > 0 and self.line[end - 1] == "\\":
            end = self.line.find(mark, end + 1)
        if end < 0:
            raise UnclosedError
        inner, self.at = self.line[self.at : end], end + 1
        return inner if mark == "'" else expand(inner, self.variables).replace('\\"', '"').replace("\\\\", "\\")


def parse(line: str, variables: Mapping[str, str]) -> list[Pipeline]:
    """Cut a line into pipelines.

    Raises:
        UnclosedError: another line is needed first.
        BadSyntaxError: bash would say ``syntax error near unexpected token``.
    """
    pipelines = [Pipeline(";", [Command()])]
    tokens = _Cutter(line, variables).tokens()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        command = pipelines[-1].commands[-1]
        if not token.operator:
            command.words.append(token.text)
        elif token.text[0] in "<>":
            at += _redirect(command, tokens, at)
        elif not command.words and not command.redirections:
            raise BadSyntaxError(token.text)
        elif token.text == "|":
            pipelines[-1].commands.append(Command())
        else:
            pipelines.append(Pipeline(token.text, [Command()]))
        at += 1
    return [pipeline for pipeline in pipelines if pipeline.commands[0].words or pipeline.commands[0].redirections]


def _redirect(command: Command, tokens: list[Token], at: int) -> int:
    """Take a redirection; return how many tokens beyond the operator it used."""
    operator = tokens[at]
    if operator.text.startswith(">&"):
        command.redirections.append(Redirection(">&", operator.text[2], operator.descriptor))
        return 0
    if at + 1 >= len(tokens) or tokens[at + 1].operator:
        raise BadSyntaxError(tokens[at + 1].text if at + 1 < len(tokens) else "newline")
    word = tokens[at + 1]
    command.redirections.append(Redirection(operator.text, word.text, operator.descriptor, literal=word.quoted))
    return 1
