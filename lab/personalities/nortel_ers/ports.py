"""Port lists of a stackable: ``1-4,49`` alone, ``1/1-4,2/7`` in a stack, and the words ALL and NONE."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lab.personalities.wordtree import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORMAT = "% Bad format, use forms: 1,3-5,ALL,NONE"


class Front:
    """The ports of a switch or a stack.

    Attributes:
        order: the ports in order, ``1`` or ``1/1``.
        stacked: whether ports are named with their unit.
        units: unit -> its ports in order; a switch alone is unit 1.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.order = tuple(sorted(names, key=split_port))
        self.stacked = any("/" in name for name in self.order)
        self.units: dict[int, list[str]] = {}
        for name in self.order:
            self.units.setdefault(split_port(name)[0], []).append(name)

    def _name(self, unit: int, number: int) -> str:
        name = f"{unit}/{number}" if self.stacked else str(number)
        if unit not in self.units:
            raise BadValueError("% Bad unit number.")
        if name not in self.units[unit]:
            raise BadValueError("% Bad port number.")
        return name

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the ports of a list.

        Raises:
            BadValueError: it is no list, or names a port that is not there.
        """
        if text.upper() == "NONE":
            return ()
        if text.upper() == "ALL":
            return self.order
        return tuple(dict.fromkeys(name for part in text.split(",") for name in self._part(part)))

    def _part(self, part: str) -> list[str]:
        found = re.fullmatch(r"(?:(\d+)/)?(?:(\d+)(?:-(\d+))?|(ALL))", part, re.IGNORECASE)
        if not found or bool(found[1]) != self.stacked:
            raise BadValueError(_FORMAT)
        unit = int(found[1] or 1)
        if found[4]:
            return self.units.get(unit, [])
        first, last = int(found[2]), int(found[3] or found[2])
        self._name(unit, last)
        return [self._name(unit, number) for number in range(first, last + 1)]

    def render(self, ports: Iterable[str]) -> str:
        """Return ports as the switch prints them: NONE, ALL, ``1/ALL``, ranges with the unit said once."""
        chosen = set(ports)
        if not chosen:
            return "NONE"
        if not self.stacked and chosen == set(self.order):
            return "ALL"
        return ",".join(self._unit(unit, chosen) for unit, names in self.units.items() if chosen & set(names))

    def _unit(self, unit: int, chosen: set[str]) -> str:
        names = self.units[unit]
        mark = f"{unit}/" if self.stacked else ""
        if chosen.issuperset(names):
            return f"{mark}ALL"
        return ",".join(mark + run for run in _runs([split_port(name)[1] for name in names if name in chosen]))


def split_port(name: str) -> tuple[int, int]:
    """Return unit and number of ``2/7``; a port without a unit is on unit 1."""
    unit, _, number = name.rpartition("/")
    return int(unit or 1), int(number)


def _runs(numbers: list[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
