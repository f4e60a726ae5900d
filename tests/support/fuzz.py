"""Texts as they should not come: real ones, cut, shuffled, garbled and laced with what breaks parsers."""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

_NUMBERS = ("0", "-1", "4095", "4294967296", "9" * 20, "1e9", "0x10", "１２", "٣", "²", "9" * 5000)
_LISTS = ("1/", "/1", "1/1-", "1/1-9/99", "1-4294967295", "1 to 4294967295", "1,1", ",", "-", "9-1", "1," * 500)
_ADDRESSES = ("256.1.1.1", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "0.0.0.0", "255.0.255.0", "::1")
_SIGNS = (*"\"'\\{}([*$#!", '""', "%s", "{}", ".*", "(a+)+$", "###", "### ", "a" * 300, "中文", "é")
_UNSEEN = ("", "\x00", "\x1b[2J", "\b\b\b", "\a", "\t", "\x0b", "\u2028", "\ufeff", "\ud7ff")
_WORDS = ("no", "undo", "permit", "none", "exit", "quit", "return", "back", "config", "end", "vlan", "jump", "drop")
NASTY = (*_NUMBERS, *_LISTS, *_ADDRESSES, *_SIGNS, *_UNSEEN, *_WORDS)
LINE_ENDS = ("\n", "\r\n", "\r", "\n\n", "\r\r\n", "\x0c", "\u2028")
MARK = "zyzzyva"
_LONGEST = 100_000
# Comments, heads of blocks, words of people that a later line replaces, and what a kernel tells of itself: an odd word
# in them moves no packet.
_TELLS_NOTHING = re.compile(
    r"^$|^[#!*-]|^(?:interface|router|snmp-server host) |[#>] ?show |[\"'=]|Command Execution Time|trap-recv| weight "
    r"|mtu |description|contact|location|name|banner|header|securityname|proto kernel| scope "
)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep what earlier tests left out of the garbage collector's sight: a look at all of it may take a second itself.

    For a block in which single calls are timed.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def bent(rng: Random, original: bytes) -> bytes:
    """Return octets after one to four mishaps: a bit or an octet changed, some cut out, some put in."""
    data = bytearray(original)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data)) if data else 0
        match rng.randrange(4) if data else 3:
            case 0:
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                data[at] = rng.randrange(256)
            case 2:
                del data[at : at + rng.randint(1, 8)]
            case _:
                data[at:at] = rng.randbytes(rng.randint(1, 4))
    return bytes(data)


def window(rng: Random, text: str, head: int = 0) -> str:
    """Return some lines of a text that stand together, behind its first ``head`` lines; a shorter text whole."""
    lines = text.split("\n")
    if head >= len(lines):
        return text
    start = rng.randrange(len(lines))
    return "\n".join([*lines[:head], *lines[start : start + rng.choice([3, 12, 40])]])


def garbled(rng: Random, text: str, strangers: Sequence[str]) -> str:
    """Return a text after one to four mishaps."""
    for _ in range(rng.randrange(1, 5)):
        text = rng.choice(_MISHAPS)(rng, text, strangers)
    return text


def laced(rng: Random, text: str, strangers: Sequence[str]) -> tuple[str, str]:
    """Return a text with a line more, and that line's odd word: a line of nobody's, or a known one gone wrong there."""
    word = f"{MARK}{rng.randrange(10**6)}"
    words = rng.choice(strangers).split()
    if _TELLS_NOTHING.search(" ".join(words)) or rng.randrange(2):
        words = ["frobnicate", "the", ""]
    words[rng.randrange(len(words))] = word
    lines = text.split("\n")
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(["", " "]) + " ".join(words))
    return "\n".join(lines), word


def _cut(rng: Random, text: str, strangers: Sequence[str]) -> str:
    del strangers
    at = rng.randrange(len(text) + 1)
    return rng.choice([text[:at], text[at:]])


def _noise(rng: Random, text: str, strangers: Sequence[str]) -> str:
    del strangers
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice([*NASTY, chr(rng.randrange(0xD7FF))]) + text[at + rng.randrange(3) :]


def _word(rng: Random, text: str, strangers: Sequence[str]) -> str:
    """Replace, double or drop a word."""
    words = text.split(" ")
    at = rng.randrange(len(words))
    words[at] = rng.choice(
        [rng.choice(NASTY), f"{words[at]} {words[at]}", rng.choice(words), _stranger(rng, strangers)]
    )
    return " ".join(words)


def _stranger(rng: Random, strangers: Sequence[str]) -> str:
    return rng.choice(rng.choice(strangers).split(" "))


def _line(rng: Random, text: str, strangers: Sequence[str]) -> str:
    """Drop, double, move or replace a line."""
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    line = lines.pop(at)
    there = rng.randrange(len(lines) + 1)
    many = (line * 40)[: max(len(line), _LONGEST)]  # a plan is one line: its fortyfold, four times over, is 80 GB
    lines[there:there] = rng.choice([[], [line], [line, line], [rng.choice(strangers)], [many]])
    return "\n".join(lines)


def _ends(rng: Random, text: str, strangers: Sequence[str]) -> str:
    del strangers
    return text.replace("\n", rng.choice(LINE_ENDS), rng.choice([1, 3, -1]))


_MISHAPS: tuple[Callable[[Random, str, Sequence[str]], str], ...] = (
    *(_cut, _line, _line, _ends),
    *(_noise, _noise, _word, _word, _word),
)
