"""A login at a stackable: the screen before it, the menu of older releases, the command line."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lab.personalities.nortel_ers import config_routing, config_system, config_vlan, modes, running, shows
from lab.personalities.nortel_ers.cli import KINDS, Cli
from lab.personalities.nortel_ers.state import Refusal
from lab.personalities.pager import Pager
from lab.personalities.wordtree import WordError, WordTree

if TYPE_CHECKING:
    from lab.personalities.nortel_ers.state import Box
    from lab.terminal import Terminal

_CTRL_Y = "\x19"
_MENU_UNTIL = 5  # releases below start in a menu with a command line behind the key c
_PAGING = "----More (q=Quit, space/return=Continue)----"
_HASHES = (
    "#####     ###   ###   ###   #####     ####",
    "##  ##   ## ##   ##   ##   ##        ##",
    "#####    #####    ## ##     ####      ####",
    "##  ##   ## ##     ###         ##        ##",
    "#####    ## ##     ###     #####     ####",
)
_MENU = (
    "Main Menu",
    "IP Configuration/Setup...",
    "SNMP Configuration...",
    "System Characteristics...",
    "Switch Configuration...",
    "Console/Comm Port Configuration...",
    "Command Line Interface...",
    "Logout...",
)
_MENU_HELP = "Use arrow keys to highlight option, press <Return> or <Enter> to select option."


@cache
def grammar(mode: str) -> WordTree[Cli]:
    """Return the commands of a mode; a show is understood in every mode."""
    tree: WordTree[Cli] = WordTree(KINDS)
    tables = [modes.BY_MODE[mode], shows.ANYBODY]
    if mode != "user":
        tables.append(shows.PRIVILEGED)
    if mode == "config":
        tables += [config_vlan.CONFIG, config_system.CONFIG, config_routing.CONFIG]
    if mode.startswith("config"):
        tables.append(config_routing.ENTER)
    if mode == "config-if":
        tables.append(config_vlan.INTERFACE)
    if mode == "config-vlan":
        tables.append(config_routing.VLAN)
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
        """Talk until the client leaves: from a menu, the command line leads back to the menu."""
        if "banner" not in self._box.lines["Custom Banner"]:
            await self._welcome()
        menu = int(running.software(self._box)[1:].partition(".")[0]) < _MENU_UNTIL
        while not menu or await self._menu():
            await self._command_line()
            if not menu:
                return

    async def _welcome(self) -> None:
        """Draw the first screen and wait for Ctrl-Y. Screens are VT100: rows are placed, not ended."""
        rows = [f"\x1b[{row};12H{art}" for row, art in enumerate(_HASHES, start=3)]
        self._terminal.write("\x1b[2J" + "".join(rows) + "\x1b[12;20HEnter Ctrl-Y to begin.")
        while await self._terminal.read_key() != _CTRL_Y:
            pass
        stars = "*" * 63
        words = (
            f"Ethernet Routing Switch {self._box.short_model}",
            "Avaya",
            f"HW:03       FW:5.6.2.1   SW:{running.software(self._box)}",
        )
        lines = "".join(f"*** {word:<55} ***\n" for word in words)
        self._terminal.write(f"\x1b[2J\x1b[1;1H{stars}\n{lines}{stars}\n\n")

    async def _menu(self) -> bool:
        """Show the menu; return whether the command line was chosen (c), not the way out (l)."""
        rows = [f"\x1b[{row};25H{item}" for row, item in enumerate(_MENU, start=3)]
        self._terminal.write("\x1b[2J" + "".join(rows) + f"\x1b[22;1H{_MENU_HELP}")
        while (key := (await self._terminal.read_key()).lower()) not in "cl":
            pass
        self._terminal.write("\x1b[2J\x1b[1;1H\n")
        return key == "c"

    async def _command_line(self) -> None:
        cli = Cli(self._box)
        while not cli.left:
            self._terminal.write(cli.prompt)
            line = await self._terminal.read_line()
            await self._say(cli, self._do(cli, line))
            while cli.question:
                (question, answer), cli.question = cli.question, None
                self._terminal.write(question)
                await self._say(cli, self._safely(answer, await self._terminal.read_line()))

    async def _say(self, cli: Cli, text: str) -> None:
        if text:
            folded = _fold(text + "\n", cli.width)
            await self._pager.show(folded, paged=cli.length > 0, lines=cli.length)

    @staticmethod
    def _safely(answer: object, text: str) -> str:
        try:
            return str(answer(text)) if callable(answer) else ""
        except Refusal as refusal:
            return str(refusal)

    @staticmethod
    def _do(cli: Cli, line: str) -> str:
        found = list(re.finditer(r'"([^"]*)"?|([^\s"]+)', line))
        words = [token[1] if token[1] is not None else token[2] for token in found]
        if not words or words[0].startswith("!"):
            return ""
        try:
            match = grammar(cli.mode).match(cli, words)
            if match.node.run is None:
                return "% Incomplete command."
            return match.node.run(cli, match.values)
        except WordError as error:
            if error.why.startswith("%"):
                return error.why
            column = len(cli.prompt) + found[error.index].start()
            return " " * column + "^\n% Invalid input detected at '^' marker."
        except Refusal as refusal:
            return str(refusal)


def _fold(text: str, width: int) -> str:
    """Break lines one column before the edge, as the switch does; nothing switches that off."""
    pieces = (re.sub(f"(.{{{width - 1}}})(?=.)", r"\1\n", row) for row in text.splitlines())
    return "".join(f"{piece}\n" for piece in pieces)
