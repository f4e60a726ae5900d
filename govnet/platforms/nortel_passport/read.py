"""A Passport's configuration text, read as the program that it is: line by line, from the state out of the box.

Understands what `show config` prints, the stored ``config.cfg``, full lines as typed at the root (``config vlan ...``),
and the nested form of the Accelar. With `show bootconfig config` behind it, boot settings are read as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.config.reading import Line, Reading
from govnet.errors import RefusedError
from govnet.platforms.nortel_passport.accelar import flattened
from govnet.platforms.nortel_passport.building import Builder, builder
from govnet.platforms.nortel_passport.phrases import GRAMMAR
from govnet.platforms.nortel_passport.refuse import refusal
from govnet.platforms.text import Section, sections_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.model import DeviceConfig

_PROMPT = re.compile(r"@?([\w.-]+):\d+(?:/[\w./,-]+)*[#>] ?(.*)")
_ACCELAR_PROMPT = re.compile(r"(Accelar[\w.-]*)# ?(.*)")
_ECHO = re.compile(r"(?:show|more|cat) .*|Preparing to Display Configuration\.*|\*{20,}|Command Execution Time: .*")
_PAGER = re.compile(r"--More-- \(q = quit\)\s*")
_BOX = re.compile(r"#\s*box type\s*:\s*(\S+)", re.IGNORECASE)
_FRAME = frozenset({"config", "back", "box", "exit", "logout", ""})


def read(text: str, start: DeviceConfig) -> Reading:
    """Understand a running text; ``start`` is the device out of the box with its console set-up.

    Raises:
        RefusedError: the text is of another family; says which.
    """
    _check_family(text)
    state = builder(start)
    for section in sections_of(text):
        if "bootconfig" in section.command:
            state.boot = {} if state.boot is None else state.boot
        for line, command in _commands(section, state):
            state.take(GRAMMAR, line, words_of(command))
    config = state.finish()
    unread = tuple(sorted(set(state.unread)))
    return Reading(config, unread, len(set(state.read)), state.sources)


def _check_family(text: str) -> None:
    found = _BOX.search(text)
    box = found[1] if found else ""
    if "1600" in box:
        raise RefusedError(
            f"this is the text of a {box}: a D-Link style command line that shares the name Passport and nothing else; "
            "give the device platform 'manual'"
        )
    if "Embedded ASCII Configuration Generator" in text:
        raise RefusedError("this is the text of a stackable (BOSS); give the device platform 'nortel_ers'")
    if re.search(r"^#\s*cli mode\s*:\s*(?:ACLI|NNCLI)", text, re.IGNORECASE | re.MULTILINE):
        raise RefusedError("this box runs the NNCLI, not the classic command line; give it platform 'extreme_voss'")


def _commands(section: Section, state: Builder) -> Iterator[tuple[Line, str]]:
    """Yield configuring lines with what they say relative to ``config``; settings in ``#!`` comments count as such."""
    box = next((found[1] for line in section.lines if (found := _BOX.search(line.text))), "")
    if box.startswith("Accelar"):
        # Its text lists the members of VLAN 1, so nothing is a member until it says so.
        for port in state.ports.values():
            port.members.clear()
        yield from flattened(line for line in section.lines if _typed(line, state) not in {"", "config"})
        return
    for line in section.lines:
        typed = _typed(line, state)
        if typed not in _FRAME and not (section.command and refusal(typed)):
            yield line, typed.removeprefix("config ")


def _typed(line: Line, state: Builder) -> str:
    """Return what a line configures; empty for comments, prompts, echoes and what the pager left."""
    text = _PAGER.sub("", line.text).strip()
    prompt = _PROMPT.fullmatch(text) or _ACCELAR_PROMPT.fullmatch(text)
    if prompt:
        state.prompt = state.prompt or prompt[1]
        text = prompt[2].strip()
    if text.startswith("#") and not (text.startswith("#!") and text != "#!end"):
        return ""
    return "" if _ECHO.fullmatch(text) else text
