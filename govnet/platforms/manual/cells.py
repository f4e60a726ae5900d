"""Cells of the tables as values; each raises `ValueError` with words that a person understands."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

from govnet.config.filtering import Verdict

ANY: Final = "any"
PROTOCOLS: Final = frozenset({ANY, "tcp", "udp", "icmp", "igmp", "gre", "esp", "ah", "ospf", "vrrp"})
"""Names of IP protocols that the proof knows; every other one is written as its number."""
WITH_PORTS: Final = frozenset({"tcp", "udp", "6", "17"})
_HIGHEST_PORT: Final = 65535
_HIGHEST_PROTOCOL: Final = 255
_RANGE: Final = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_WORDS: Final = {"yes": True, "no": False}


def items(text: str) -> list[str]:
    """Return what stands in a cell, apart by blanks or semicolons; nothing for ``any``."""
    return [] if text.lower() == ANY else [item for item in re.split(r"[\s;]+", text) if item]


def networks(text: str) -> tuple[IPv4Network, ...]:
    """Return networks or single addresses; none means every address."""
    return tuple(map(IPv4Network, items(text)))


def addresses(text: str) -> tuple[IPv4Address, ...]:
    """Return addresses."""
    return tuple(map(IPv4Address, items(text)))


def interfaces(text: str) -> tuple[IPv4Interface, ...]:
    """Return addresses of an interface, which need a prefix length."""
    if bare := next((item for item in items(text) if "/" not in item), ""):
        raise ValueError(f"{bare} has no prefix length, such as {bare}/24")
    return tuple(map(IPv4Interface, items(text)))


def ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Return inclusive port ranges; none means every port."""
    return tuple(map(_range, items(text)))


def _range(text: str) -> tuple[int, int]:
    said = _RANGE.fullmatch(text)
    low, high = (int(said[1]), int(said[2] or said[1])) if said else (1, 0)
    if not low <= high <= _HIGHEST_PORT:
        raise ValueError(f"{text!r} is no port and no range such as 1000-2000")
    return low, high


def protocol(text: str) -> str:
    """Return the name of a protocol, or its number as text."""
    name = text.lower() or ANY
    if name in PROTOCOLS or (name.isascii() and name.isdecimal() and int(name) <= _HIGHEST_PROTOCOL):
        return name
    raise ValueError(f"protocol {text!r} is not known; write one of {', '.join(sorted(PROTOCOLS))} or its number")


def verdict(text: str) -> Verdict:
    """Return ``permit`` or ``deny``."""
    try:
        return Verdict(text.lower())
    except ValueError:
        raise ValueError(f"action {text!r} is neither permit nor deny") from None


def yes(text: str) -> bool:
    """Return whether a cell says ``yes``; an empty one says ``no``."""
    try:
        return _WORDS[text.lower() or "no"]
    except KeyError:
        raise ValueError(f"{text!r} is neither yes nor no") from None


def number(text: str, most: int) -> int:
    """Return a whole number up to ``most``."""
    if text.isascii() and text.isdecimal() and int(text) <= most:
        return int(text)
    raise ValueError(f"{text!r} is no number up to {most}")
