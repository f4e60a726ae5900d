"""The typed arguments of VRP's command line: numbers, VLAN lists, interface names, addresses, text."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LAST_VLAN: Final = 4094

#: Interface types in full, with the short form that tables use (NTC captures of S switches).
TYPES: Final = {
    "GigabitEthernet": "GE",
    "XGigabitEthernet": "XGE",
    "40GE": "40GE",
    "Ethernet": "Eth",
    "Eth-Trunk": "Eth-Trunk",
    "Vlanif": "Vlanif",
    "LoopBack": "LoopBack",
    "MEth": "MEth",
    "NULL": "NULL",
}
_NUMBERED: Final = {"Eth-Trunk", "Vlanif", "LoopBack", "NULL"}


class WrongValueError(Exception):
    """A word is not what its place asks for; ``at`` is the word's index."""

    def __init__(self, at: int) -> None:
        self.at = at
        super().__init__(at)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the line typed, with its column and the whole line."""

    text: str
    column: int
    line: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What one element of a pattern took from the line."""

    value: object
    canonical: str
    next: int
    exactness: int = 0


def spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Group numbers into runs.

    >>> spans({3, 4, 5, 9})
    [(3, 5), (9, 9)]
    """
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def short(name: str) -> str:
    """Return the form of an interface name that narrow tables use.

    >>> short("GigabitEthernet1/0/1")
    'GE1/0/1'
    """
    found = re.fullmatch(r"(.*?)(\d+(?:/\d+)*)", name)
    kind, number = (found[1], found[2]) if found else (name, "")
    return TYPES.get(kind, kind) + number


def full_name(kind: str, number: str) -> str | None:
    """Return the full interface name for a type that may be shortened, or None when there is none such."""
    pattern = re.compile(r"\d+" if "/" not in number else r"\d+(/\d+){1,2}")
    if not pattern.fullmatch(number):
        return None
    fitting = [name for name in TYPES if (name in _NUMBERED) == ("/" not in number)]
    exact = [name for name in fitting if name.lower() == kind.lower()]
    meant = exact or [name for name in fitting if name.lower().startswith(kind.lower())]
    return meant[0] + number if len(meant) == 1 and kind else None


def _integer(element: str, words: Sequence[Word], at: int) -> Taken:
    low, _, high = element.strip("<>").partition(":")[2].partition("-")
    text = words[at].text
    if not text.isdecimal() or not (int(low or 0) <= int(text) <= int(high or 2**32)):
        raise WrongValueError(at)
    return Taken(int(text), str(int(text)), at + 1)


def _vlans(_: str, words: Sequence[Word], at: int) -> Taken:
    """Read ``10 to 20 30`` or ``all`` up to the end of the line; at most 10 intervals (NE batchCreateVLan)."""
    if words[at].text.lower() == "all":
        return Taken(frozenset(range(1, LAST_VLAN + 1)), "all", at + 1)
    chosen: set[int] = set()
    count = 0
    while at < len(words):
        first = _vlan(words, at)
        last, step = first, 1
        if at + 1 < len(words) and words[at + 1].text.lower() == "to":
            if at + 2 >= len(words):
                raise WrongValueError(at + 1)
            last, step = _vlan(words, at + 2), 3
        count += 1
        if last < first or count > 10:  # noqa: PLR2004 - the vendor's limit, named in the docstring
            raise WrongValueError(at + step - 1)
        chosen.update(range(first, last + 1))
        at += step
    return Taken(frozenset(chosen), " ".join(vlan_list(chosen)), at)


def _vlan(words: Sequence[Word], at: int) -> int:
    text = words[at].text
    if not text.isdecimal() or not 1 <= int(text) <= LAST_VLAN:
        raise WrongValueError(at)
    return int(text)


def vlan_list(vlans: Iterable[int]) -> list[str]:
    """Return the items of a VLAN list as the configuration writes them.

    >>> vlan_list({2, 10, 11})
    ['2', '10 to 11']
    """
    return [str(low) if low == high else f"{low} to {high}" for low, high in spans(vlans)]


def _interface(_: str, words: Sequence[Word], at: int) -> Taken:
    """Read ``GigabitEthernet1/0/1``, ``GigabitEthernet 1/0/1``, ``g1/0/1`` or ``vlanif 10``."""
    joined = re.fullmatch(r"([A-Za-z-]+|40GE)(\d.*)", words[at].text)
    if joined:
        name, after = full_name(joined[1], joined[2]), at + 1
    elif at + 1 < len(words):
        name, after = full_name(words[at].text, words[at + 1].text), at + 2
    else:
        raise WrongValueError(at)
    if name is None:
        raise WrongValueError(after - 1)
    return Taken(name, name, after)


def _address(_: str, words: Sequence[Word], at: int) -> Taken:
    try:
        value = str(ipaddress.IPv4Address(words[at].text))
    except ValueError:
        raise WrongValueError(at) from None
    return Taken(value, value, at + 1)


def _mask(_: str, words: Sequence[Word], at: int) -> Taken:
    """Read a mask as ``255.255.255.0`` or as ``24``; the configuration shows the long form."""
    try:
        value = str(ipaddress.IPv4Network(f"0.0.0.0/{words[at].text}").netmask)
    except ValueError:
        raise WrongValueError(at) from None
    return Taken(value, value, at + 1)


def _word(_: str, words: Sequence[Word], at: int) -> Taken:
    return Taken(words[at].text, words[at].text, at + 1)


def _pair(_: str, words: Sequence[Word], at: int) -> Taken:
    """Read one route distinguisher or route target, ``100:1`` or ``10.0.0.1:1``."""
    if not re.fullmatch(r"\d+(\.\d+)*:\d+", words[at].text):
        raise WrongValueError(at)
    return _word("", words, at)


def _pairs(_: str, words: Sequence[Word], at: int) -> Taken:
    """Read up to eight route targets (NE vpn-target: at most 8 a line)."""
    start = at
    while at < len(words) and at - start < 8 and re.fullmatch(r"\d+(\.\d+)*:\d+", words[at].text):  # noqa: PLR2004 - the vendor's limit
        at += 1
    if at == start:
        raise WrongValueError(at)
    values = tuple(word.text for word in words[start:at])
    return Taken(values, " ".join(values), at)


def _rest(_: str, words: Sequence[Word], at: int) -> Taken:
    text = words[at].line[words[at].column :].rstrip()
    return Taken(text, text, len(words))


ARGUMENTS: Final[dict[str, Callable[[str, Sequence[Word], int], Taken]]] = {
    "int": _integer,
    "vlans": _vlans,
    "if": _interface,
    "ip": _address,
    "mask": _mask,
    "word": _word,
    "pair": _pair,
    "pairs": _pairs,
    "rest": _rest,
}
