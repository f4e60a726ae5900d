"""From the text of a session to numbered lines, each with the depth that says which view it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from govnet.config.reading import Line

_ERASED: Final = re.compile(r" *---- More ----(?:\x1b\[\d+D *\x1b\[\d+D|\r *\r|\x08+ *\x08*)?")
_STEP_BACK: Final = re.compile(r" \x1b\[1D")
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00\x07\x08]")
_FRAME: Final = re.compile(r"#|return|quit|system-view|commit|!.*|<[^>]*>.*|\[[^\]]*\].*|Info:.*|### .*")
_LOG: Final = re.compile(r"%\w{3}\s+\d|%\d{4}-|%@?\d+%")

SECRET: Final = re.compile(
    r"(%\^%#.*?%\^%#|%@%@.*?%@%@|%\$%\$.*?%\$%\$|\$1[ac]\$\S+"
    r"|(?<=cipher )\S+|(?<=simple )\S+|(?<=community read )(?!cipher)\S+|(?<=community write )(?!cipher)\S+"
    r"|(?<=securityname )(?!cipher|govnet\b)\S+|(?<=md5 )\S+|(?<=sha )\S+|(?<=key )(?!cipher)\S+)"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A configuring line: its place in the text, its words without margins, and how deep it stands."""

    line: Line
    text: str
    depth: int


def masked(line: Line) -> Line:
    """Return the line with whatever is secret in it replaced, for showing."""
    return Line(line.number, SECRET.sub("***", line.text))


def cleaned(text: str) -> list[str]:
    """Return the lines of a session text without the pager's traces and cursor movements (NOC, netmiko)."""
    return [_wiped(raw) for raw in text.split("\n")]


def _wiped(raw: str) -> str:
    text = _CONTROL.sub("", _STEP_BACK.sub("", _ERASED.sub("", raw)))
    return text.rstrip("\r").rpartition("\r")[2].rstrip()


def is_frame(text: str) -> bool:
    """True for lines that configure nothing: separators, prompts, the words that enter and leave."""
    return not text or _FRAME.fullmatch(text) is not None


def is_log(raw: str) -> bool:
    """True for a log line that the box wrote into its own output (NOC ``config_volatile``)."""
    return _LOG.match(raw) is not None


def row(number: int, raw: str) -> Row:
    """Return a line with its depth: the number of blanks in front of it."""
    text = raw.strip()
    return Row(Line(number, raw), text, len(raw) - len(raw.lstrip()))
