"""A login: banner, prompt, paging, refusals, questions."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lab.personalities.extreme_voss import config_filter, config_l2, config_l3, config_system, modes, shows
from lab.personalities.extreme_voss.cli import KINDS, Cli
from lab.personalities.extreme_voss.state import Refusal
from lab.personalities.pager import Pager
from lab.personalities.wordtree import WordError, WordTree

if TYPE_CHECKING:
    from lab.personalities.extreme_voss.state import Box
    from lab.terminal import Terminal

_PAGING = "\n--More-- (q = quit) "
_WIDTH = 56


@cache
def grammar(mode: str) -> WordTree[Cli]:
    """Return the commands of a mode; a show is understood in every mode, as is a mode's neighbour under ``config``."""
    tree: WordTree[Cli] = WordTree(KINDS)
    tables = [modes.BY_MODE[mode], shows.ANYBODY]
    if mode != "user":
        tables.append(shows.PRIVILEGED)
    if mode not in {"user", "exec"}:
        tables += [config_l2.INSIDE.get(mode, {}), config_l3.INSIDE.get(mode, {})]
    if mode == "config":
        tables += [config_l2.CONFIG, config_l3.CONFIG, config_filter.CONFIG, config_system.CONFIG]
    for table in tables:
        for pattern, run in table.items():
            tree.add(pattern, run)
    return tree


class Session:
    """One person or program at a switch."""

    def __init__(self, box: Box, terminal: Terminal) -> None:
        self._box, self._terminal = box, terminal
        self._pager = Pager(terminal, _PAGING)

    async def run(self) -> None:
        """Talk until the client leaves."""
        cli = Cli(self._box)
        self._terminal.write(self._greeting())
        while not cli.left:
            self._terminal.write(cli.prompt)
            line = await self._terminal.read_line()
            await self._say(cli, self.do(cli, line))
            while cli.question:
                (question, answer), cli.question = cli.question, None
                self._terminal.write(question)
                await self._say(cli, _safely(answer, await self._terminal.read_line()))

    def _greeting(self) -> str:
        """Return a frame with product and release (the lines that Control-CLI-Extreme looks for), or the own banner."""
        box = self._box
        if box.banner:
            return "\n" + "".join(f"{line}\n" for line in box.banner) + "\n"
        product = "Ethernet Routing Switch" if box.ers else f"{box.twin.model}"
        framed = "".join(f"* {word:<{_WIDTH - 4}} *\n" for word in (product, f"Software Release {box.twin.software}"))
        return "\n" + "*" * _WIDTH + "\n" + framed + "*" * _WIDTH + "\n\n"

    async def _say(self, cli: Cli, text: str) -> None:
        if text:
            await self._pager.show(text + "\n", paged=cli.more)

    @staticmethod
    def do(cli: Cli, line: str) -> str:
        """Do one command and return what is shown."""
        found = list(re.finditer(r'"([^"]*)"?|([^\s"]+)', line))
        words = [token[1] if token[1] is not None else token[2] for token in found]
        if not words or words[0].startswith("#"):
            return ""
        try:
            match = grammar(cli.mode).match(cli, words)
            if match.node.run is None:
                return "% Incomplete command."
            return match.node.run(cli, match.values)
        except WordError as error:
            if error.why not in {"unknown", "ambiguous", "incomplete"}:
                return error.why
            column = len(cli.prompt) + found[error.index].start()
            return " " * column + "^\n% Invalid input detected at '^' marker."
        except Refusal as refusal:
            return str(refusal)


def _safely(answer: object, text: str) -> str:
    try:
        return str(answer(text)) if callable(answer) else ""
    except Refusal as refusal:
        return str(refusal)
