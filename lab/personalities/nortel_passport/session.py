"""A login at the classic command line: banner, prompt with its path, contexts, paging, refusals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lab.personalities.nortel_passport.commands import grammar
from lab.personalities.nortel_passport.state import Refusal
from lab.personalities.pager import Pager
from lab.personalities.wordtree import WordError, split

if TYPE_CHECKING:
    from lab.personalities.nortel_passport.state import Box
    from lab.personalities.wordtree import Node
    from lab.terminal import Terminal

_PAGING = "\n--More-- (q = quit) "
_LEAVE = ("logout", "exit", "quit")
_WIDTH = 42


class Session:
    """One person or program at the command line of a box."""

    def __init__(self, box: Box, terminal: Terminal) -> None:
        self._box, self._terminal = box, terminal
        self._pager = Pager(terminal, _PAGING)
        self._context: list[tuple[Node[Box], tuple[str, ...]]] = []

    async def run(self) -> None:
        """Talk until the client leaves."""
        self._terminal.write(self._banner())
        while True:
            self._terminal.write(self._prompt())
            line = await self._terminal.read_line()
            for command in re.findall(r'(?:"[^"]*"?|[^;"])+', line):
                if not await self._obey(command.strip()):
                    return

    def _banner(self) -> str:
        """Return the greeting: a frame with product and release (the lines that Control-CLI-Extreme looks for)."""
        box = self._box
        product = (
            "Passport " + box.twin.model[-4:] if box.twin.model.startswith("Passport") else "Ethernet Routing Switch"
        )
        words = [f"{product}", f"Software Release {box.twin.software}"] if box.default_banner else []
        framed = "".join(f"* {word:<{_WIDTH - 4}} *\n" for word in words)
        frame = "*" * _WIDTH + "\n"
        return "\n" + (frame + framed + frame if framed else "") + "".join(f"{line}\n" for line in box.banner) + "\n"

    def _prompt(self) -> str:
        path = "".join(f"/{word}" for _, words in self._context for word in words)
        return f"{self._box.prompt or self._box.name}:5{path}# "

    async def _obey(self, line: str) -> bool:
        """Do one command; return whether the session goes on."""
        words = split(line)
        if not words or words[0].startswith("#"):
            return True
        if words[0] in _LEAVE:
            return False
        if words == ["box"]:
            self._context.clear()
        elif words == ["back"]:
            del self._context[-1:]
        else:
            await self._answer(self._do(words))
        return True

    def _do(self, words: list[str]) -> str:
        tree = grammar(self._box.major)
        here = tuple(word for _, path in self._context for word in path)
        start = self._context[-1][0] if self._context else tree.root
        inherited = {}
        try:
            # The path that led here holds arguments too, such as the port of /config/ethernet/1/1.
            inherited = tree.match(self._box, here).values
            found = tree.match(self._box, words, start)
            if found.node.run:
                return found.node.run(self._box, inherited | found.values)
        except WordError as error:
            return _complaint(error, here)
        except Refusal as refusal:
            return str(refusal)
        if not found.node.words:
            return "% Incomplete command."
        self._context.append((found.node, found.path))
        return ""

    async def _answer(self, text: str) -> None:
        question = re.search(r"\(y/n\) \? $", text)
        if text:
            await self._pager.show(text if question else text + "\n", paged=self._box.more)
        if question:
            answer = await self._terminal.read_line()
            pending, self._box.pending = self._box.pending, None
            if pending and answer.strip().lower().startswith("y"):
                self._terminal.write(pending() + "\n")


def _complaint(error: WordError, here: tuple[str, ...]) -> str:
    """Return what the box says of a line that is no command (texts: Control-CLI-Extreme, own path for the level)."""
    path = "/" + "/".join((*here, *error.path))
    match error.why:
        case "unknown":
            return f"{error.token} not found in path {path}"
        case "ambiguous":
            return f'"{error.token}" is ambiguous in path {path}'
        case reason:
            return reason
