"""One login shell: reads lines and here-documents, runs pipelines, prints what they leave."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .lexer import BadSyntaxError, Command, Pipeline, Redirection, UnclosedError, expand, parse
from .programs import PROGRAMS
from .result import Result

if TYPE_CHECKING:
    from lab.terminal import Terminal

    from .machine import Machine

_CONTINUE: Final = "> "
_NOT_FOUND: Final = 127
_SYNTAX: Final = 2
_BLOCKING: Final = {"nft"}


@dataclass(slots=True)
class Shell:
    """One session of one client."""

    terminal: Terminal
    machine: Machine
    status: int = 0
    leaving: bool = False

    async def run(self) -> None:
        """Talk until ``exit``."""
        while not self.leaving:
            self.terminal.write(f"{self.machine.hostname}:~# ")
            await self._line(await self.terminal.read_line())

    def _variables(self) -> dict[str, str]:
        return {"?": str(self.status), "HOME": "/root", "USER": "root", "HOSTNAME": self.machine.hostname}

    async def _line(self, line: str) -> None:
        try:
            pipelines = parse(line, self._variables())
        except UnclosedError:
            await self._line(f"{line}\n{await self._more()}")
            return
        except BadSyntaxError as error:
            self.terminal.write(f"bash: syntax error near unexpected token `{error}'\n")
            self.status = _SYNTAX
            return
        await self._here_documents(pipelines)
        for at, pipeline in enumerate(pipelines):
            if pipeline.after == ";" or (pipeline.after == "&&") == (self.status == 0):
                await self._pipeline(self._renewed(pipeline, parse(line, self._variables())[at]))

    @staticmethod
    def _renewed(read: Pipeline, fresh: Pipeline) -> Pipeline:
        """Return a pipeline with ``$?`` as it is now, and the here-documents as they were read."""
        for old, new in zip(read.commands, fresh.commands, strict=True):
            new.redirections = old.redirections
        return fresh

    async def _more(self) -> str:
        self.terminal.write(_CONTINUE)
        return await self.terminal.read_line()

    async def _here_documents(self, pipelines: list[Pipeline]) -> None:
        documents = [
            redirection
            for pipeline in pipelines
            for command in pipeline.commands
            for redirection in command.redirections
            if redirection.operator.startswith("<<")
        ]
        for document in documents:
            document.text = await self._here_document(document)

    async def _here_document(self, document: Redirection) -> str:
        lines: list[str] = []
        while True:
            line = await self._more()
            line = line.lstrip("\t") if document.operator == "<<-" else line
            if line == document.target:
                text = "".join(f"{line}\n" for line in lines)
                return text if document.literal else expand(text, self._variables())
            lines.append(line)

    async def _pipeline(self, pipeline: Pipeline) -> None:
        text = ""
        for command in pipeline.commands:
            text = await self._command(command, text)
        self.terminal.write(text)

    async def _command(self, command: Command, piped: str) -> str:
        """Run one command; return what goes on down the pipe, and print what goes to the terminal at once."""
        try:
            given = self._input(command, piped)
        except FileNotFoundError as error:
            self.terminal.write(f"bash: {error}: No such file or directory\n")
            self.status = 1
            return ""
        result = await self._program(command.words, given)
        self.status = result.status
        return self._output(command, result)

    def _input(self, command: Command, piped: str) -> str:
        for redirection in command.redirections:
            if redirection.operator.startswith("<<"):
                piped = redirection.text
            elif redirection.operator == "<":
                found = self.machine.read(redirection.target)
                if found is None:
                    raise FileNotFoundError(redirection.target)
                piped = found
        return piped

    async def _program(self, words: list[str], given: str) -> Result:
        if not words:
            return Result()
        name = words[0].rpartition("/")[2] if words[0].startswith(("/usr/", "/sbin/", "/bin/")) else words[0]
        if name in {"exit", "logout"}:
            self.leaving = True
            return Result(int(words[1]) if words[1:] and words[1].isdecimal() else self.status, "logout\n")
        if name not in PROGRAMS:
            return Result(_NOT_FOUND, "", f"bash: {words[0]}: command not found\n")
        if name in _BLOCKING:
            return await asyncio.to_thread(PROGRAMS[name], self.machine, words[1:], given)
        return PROGRAMS[name](self.machine, words[1:], given)

    def _output(self, command: Command, result: Result) -> str:
        streams = {1: result.out, 2: result.err}
        for redirection in command.redirections:
            if redirection.operator == ">&" and redirection.descriptor != int(redirection.target):
                streams[int(redirection.target)] += streams[redirection.descriptor]
                streams[redirection.descriptor] = ""
            elif redirection.operator in {">", ">>"}:
                text, streams[redirection.descriptor] = streams[redirection.descriptor], ""
                if not self.machine.write(redirection.target, text, append=redirection.operator == ">>"):
                    self.status = 1
                    reason = f"bash: {redirection.target}: No such file or directory"
                    full = f"{command.words[0] if command.words else 'bash'}: write error: No space left on device"
                    streams[2] = f"{full if self.machine.full else reason}\n"
        self.terminal.write(streams[2])
        return streams[1]
