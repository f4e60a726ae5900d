"""Lists of ports as vendors write them, parsed against the ports that a box has and written as short as they go.

Three spellings: a chassis repeats the slot (``1/1-1/4,2/3``, Passport), a stack does not (``1/1-4,2/3``, BOSS), a
stand-alone switch has bare numbers (``1-4,49``). Source of the spellings: Control-CLI-Extreme; operator's notes on two
ERS-8806 and an ERS 4550T.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Key = tuple[int, ...]


@lru_cache(maxsize=4096)
def port_key(port: str) -> Key:
    """Return the sort key of ``1/10`` or ``49``: its numbers.

    Raises:
        ValueError: this is no port of numbers and slashes.
    """
    return tuple(int(part) for part in port.split("/"))


def sort_ports(ports: Iterable[str]) -> list[str]:
    """Return ports in the order of the front panel."""
    return sorted(ports, key=port_key)


def ranges(ports: Iterable[str], *, repeat_slot: bool) -> list[str]:
    """Return ports as the shortest list of single ports and ranges within one slot.

    >>> ranges(["1/2", "1/1", "1/3", "2/7"], repeat_slot=True)
    ['1/1-1/3', '2/7']
    >>> ranges(["1/2", "1/1", "1/3", "2/7"], repeat_slot=False)
    ['1/1-3', '2/7']
    >>> ranges(["49", "1", "2"], repeat_slot=False)
    ['1-2', '49']
    """
    return [_written(run, repeat_slot=repeat_slot) for run in _runs([port_key(port) for port in sort_ports(ports)])]


def lists(ports: Iterable[str], *, repeat_slot: bool, longest: int = 16) -> list[str]:
    """Return ports as comma lists of at most ``longest`` ranges each; no source says how long a line may be."""
    items = ranges(ports, repeat_slot=repeat_slot)
    return [",".join(items[start : start + longest]) for start in range(0, len(items), longest)]


def parse_ports(text: str, known: Sequence[str]) -> list[str]:
    """Return the ports that ``text`` names, in the order of the front panel; ``known`` is what the box has.

    Understands all three spellings, ``ALL``, ``NONE`` and ``2/ALL``.

    Raises:
        ValueError: the text is no port list, or names a port that the box does not have.
    """
    order = _order(tuple(known))
    found: set[Key] = set()
    for item in text.split(","):
        found |= _item(item.strip(), order)
    return [order[key] for key in sorted(found)]


@lru_cache(maxsize=64)
def _order(known: tuple[str, ...]) -> Mapping[Key, str]:
    """Return the ports of a box by their keys; a configuration asks for them in hundreds of lines."""
    return {port_key(port): port for port in sort_ports(known)}


def _runs(keys: list[Key]) -> list[list[Key]]:
    runs = [[key] for key in keys[:1]]
    for before, key in pairwise(keys):
        if before[:-1] == key[:-1] and key[-1] == before[-1] + 1:
            runs[-1].append(key)
        else:
            runs.append([key])
    return runs


def _written(run: list[Key], *, repeat_slot: bool) -> str:
    first = "/".join(map(str, run[0]))
    if len(run) == 1:
        return first
    return f"{first}-{'/'.join(map(str, run[-1]))}" if repeat_slot else f"{first}-{run[-1][-1]}"


def _item(item: str, order: Mapping[Key, str]) -> set[Key]:
    if item.upper() == "NONE":
        return set()
    if item.upper() == "ALL":
        return set(order)
    if item.upper().endswith("/ALL"):
        unit = int(item[: -len("/ALL")])
        return {key for key in order if key[0] == unit}
    first, _, last = item.partition("-")
    low = port_key(first)
    high = port_key(last) if last else low
    if len(high) < len(low):
        high = (*low[: len(low) - len(high)], *high)
    if low not in order or high not in order or high < low:
        raise ValueError(f"{item}: not ports of this box")
    return {key for key in order if low <= key <= high}
