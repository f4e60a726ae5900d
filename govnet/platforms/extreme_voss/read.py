"""A VSP's running text, read as the program that it is: line by line, from the state out of the box.

Understands what `show running-config` prints, and the same lines as typed in configuration mode.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govnet.config.reading import Line, Reading
from govnet.errors import RefusedError
from govnet.platforms.extreme_voss.building import Builder, builder
from govnet.platforms.extreme_voss.phrases import GRAMMAR
from govnet.platforms.text import lines_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.model import DeviceConfig

_PROMPT = re.compile(r"@?([\w.-]+):\d+(?:\([\w-]+\))?[#>] ?(.*)")
_ECHO = re.compile(r"show .*|Preparing to Display Configuration\.*|\*{20,}|Command Execution Time: .*")
_PAGER = re.compile(r"--More-- \(q = quit\)\s*")
# Modes that a line opens and `exit` closes. `router isis enable` is a line of its own and opens none.
_SCOPE = re.compile(
    r"(?:interface|router|mgmt|i-sid|route-map|logical-intf|ovsdb|application|ipv6 nd|dvr)\b.*", re.IGNORECASE
)
_PLAIN_SCOPE = re.compile(r"interface .*|router (?:vrf \S+|ospf|rip|bgp|isis)", re.IGNORECASE)
_FRAME = frozenset({"enable", "config terminal", "configure terminal", "config", "end", "logout", ""})


def read(text: str, start: DeviceConfig) -> Reading:
    """Understand a running text; ``start`` is the device out of the box.

    Raises:
        RefusedError: the text is of another family; says which.
    """
    _check_family(text)
    state = builder(start)
    for line, command in _commands(text, state):
        state.take(GRAMMAR, line, words_of(command))
    config = state.finish()
    return Reading(config, tuple(sorted(set(state.unread))), len(set(state.read)), state.sources)


def _check_family(text: str) -> None:
    mode = re.search(r"^#\s*cli mode\s*:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    chassis = re.search(r"^#\s*box type\s*:", text, re.IGNORECASE | re.MULTILINE)
    if "Embedded ASCII Configuration Generator" in text:
        raise RefusedError("this is the text of a stackable (BOSS); give the device platform 'nortel_ers'")
    classic = mode[1].upper() in {"PPCLI", "CLI"} if mode else bool(chassis)
    if classic:
        raise RefusedError("this box runs the classic command line; give it platform 'nortel_passport'")


def _commands(text: str, state: Builder) -> Iterator[tuple[Line, str]]:
    """Yield configuring lines under the mode they stand in; follow ``interface`` and ``exit`` on the way."""
    for line in lines_of(text):
        typed = _typed(line, state)
        if typed == "exit":
            state.scope = ""
        elif _SCOPE.fullmatch(typed) and not typed.lower().endswith(" enable"):
            state.scope = typed
            if not _PLAIN_SCOPE.fullmatch(typed):
                yield line, typed
        elif typed.lower() == "end":
            state.scope = ""
        elif typed not in _FRAME:
            yield line, f"{state.scope} {typed}"


def _typed(line: Line, state: Builder) -> str:
    """Return what a line configures; empty for comments, prompts, echoes and what the pager left."""
    text = _PAGER.sub("", line.text).strip()
    prompt = _PROMPT.fullmatch(text)
    if prompt:
        state.seen = state.seen or prompt[1]
        text = prompt[2].strip()
    return "" if text.startswith("#") or _ECHO.fullmatch(text) else text
