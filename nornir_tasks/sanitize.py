"""What of a running text is noise, and what is secret: a table a platform, each row with its source.

Two steps: `quiet` takes out what differs between two looks at an unchanged device, `sanitized` also masks secrets. Both
give text that the platform still reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from govnet.masking import MASK, masked

__all__ = ["MASK", "NOISE", "Noise", "masked", "quiet", "sanitized"]


@dataclass(frozen=True, slots=True)
class Noise:
    """Text that changes by itself. ``source`` says who saw it change."""

    pattern: re.Pattern[str]
    instead: str
    source: str


def _line(pattern: str, source: str) -> Noise:
    """Return noise that is whole lines."""
    return Noise(re.compile(rf"(?m)^(?:{pattern})\n"), "", source)


def _part(pattern: str, instead: str, source: str) -> Noise:
    """Return noise within a line."""
    return Noise(re.compile(pattern, re.MULTILINE), instead, source)


_DATED = r"# \w{3} \w{3} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4}.*"
_NORTEL_HEADER = (
    _line(_DATED, "ZipTie capture, sw 3.5.0.0: the header holds the moment of the display"),
    _line(r"\*{20,}|\s*Command Execution Time:.*", "VSP capture, sw 7.0: every display is framed by its time"),
    _line(r"Preparing to Display .*", "ZipTie capture, sw 3.5.0.0: said while the box works"),
)
_LINK = r"^\d+: \S+: <[^\n]*"

NOISE: dict[str, tuple[Noise, ...]] = {
    "nortel_passport": (
        *_NORTEL_HEADER,
        _line(r"# ?Asic Info ?:.*|# ?SlotNum\|.*|# Slot +\d+ .*", "ZipTie capture, sw 3.5.0.0: registers of the cards"),
    ),
    "extreme_voss": (
        *_NORTEL_HEADER,
        _line(r"# ?Card Info ?:.*|# +Slot +\d+ ?:.*|#\t(?:Card|Admin|Oper)\w+#? *:.*", "VSP 8284XSQ capture, sw 7.0"),
    ),
    "nortel_ers": (
        _line(r"\s*clock set .*", "RANCID, netshot: the time of the display"),
        _line(r"!? ?(?:sysUpTime|Reset Count).*", "RANCID, netshot: counters since the last start"),
        _line(r"\s*tftp-server .*", "RANCID, netshot: set by every tool that fetches a file"),
    ),
    "huawei_vrp": (
        _line(r"%\w{3} +\d+ .*", "NOC, config_volatile: log lines that come in between"),
        _line(r"!Last configuration was (?:updated|saved) at .*", "FIELD: header of later releases"),
        _part(r"(%\^%#|@%@%|%\$%\$|%@%@|%#%#)[^\n]*?\1", MASK, "Oxidized, NE guide: cipher text differs each time"),
        _part(r"(\b(?:irreversible-)?cipher) +\S+", rf"\1 {MASK}", "Oxidized: the same, without its quotes"),
    ),
    "linux_nft": (
        _part(r"^\d+: (?=\S+: <|\S+\s+inet )", "0: ", "iproute2: index of an interface, new when it is made anew"),
        _part(rf"({_LINK}?)\bNO-CARRIER,", r"\1", "iproute2: a cable, not a setting"),
        _part(rf"({_LINK}?),LOWER_UP\b", r"\1", "iproute2: a cable, not a setting"),
        _part(rf"({_LINK}?) state [A-Z]+ ", r"\1 ", "iproute2: a cable, not a setting"),
        _part(rf"({_LINK}?) qdisc \S+", r"\1", "iproute2: follows whether the link is up"),
        _part(rf"({_LINK}?) active_slave \S+", r"\1", "iproute2: the leg that works now"),
        _part(rf"({_LINK}?) bond_slave state \w+ mii_status \w+ link_failure_count \d+", r"\1 bond_slave", "iproute2"),
        _part(r" valid_lft \w+ preferred_lft \w+", "", "iproute2: time left of an address"),
        _part(r"^(default|[\d./]+)( [^\n]*?) linkdown\b", r"\1\2", "iproute2: a cable, not a setting"),
        _part(r"\bcounter packets \d+ bytes \d+", "counter", "nft: reset by every load"),
        _part(r" # handle \d+$", "", "nft: new at every load"),
    ),
}
"""Platform -> what changes by itself in its text."""


def quiet(text: str, platform: str = "") -> str:
    """Return a text without what changes by itself; the noise of all platforms when none is named."""
    even = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    tables = [NOISE[platform]] if platform in NOISE else list(NOISE.values())
    for noise in (noise for table in tables for noise in table):
        even = _steady(noise, even)
    return even


def _steady(noise: Noise, text: str) -> str:
    """Replace until nothing is left: a line may hold the same noise several times."""
    for _ in range(8):
        after = noise.pattern.sub(noise.instead, text)
        if after == text:
            break
        text = after
    return text


def sanitized(text: str, platform: str = "") -> str:
    """Return a text as it may be kept in the clear: no noise, no secrets."""
    return masked(quiet(text, platform))
