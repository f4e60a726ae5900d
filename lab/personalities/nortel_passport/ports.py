"""The chassis: slots, cards, port numbers and port lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lab.personalities.wordtree import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab.twin import Twin

_CPU_CARD = "8690SF"
_CPU_SLOTS = (5, 6)
_SPEEDS = ((r"XL|XZ|XG", 10_000), (r"GB|GT|SG|SX", 1_000), (r"TX|FX", 100))
_PORTS_A_SLOT = 64  # ifIndex = slot * 64 + port - 1 (ZipTie capture; netdisco snmp-info)


class Chassis:
    """What is in which slot.

    Attributes:
        slots: how many slots, the last digits of the product's number: 8610 has ten, 8606 six.
        cards: slot -> card name, the two CPU slots among them.
        order: the front ports in order.
    """

    def __init__(self, twin: Twin) -> None:
        number = re.search(r"8\d(\d\d)", twin.model)
        self.slots = int(number[1]) if number and int(number[1]) else 10
        cpus = dict.fromkeys((slot for slot in _CPU_SLOTS if slot <= self.slots), _CPU_CARD)
        self.cards = cpus | dict(twin.cards)
        self.order = tuple(sorted(twin.ports, key=split_port))
        self._rank = {name: rank for rank, name in enumerate(self.order)}

    def index(self, port: str) -> int:
        """Return the ifIndex of a port."""
        slot, number = split_port(port)
        return slot * _PORTS_A_SLOT + number - 1

    def speed(self, port: str) -> int:
        """Return the speed of a port in Mbit/s, by its card."""
        card = self.cards.get(split_port(port)[0], "")
        return next((speed for pattern, speed in _SPEEDS if re.search(pattern, card)), 100)

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the ports of a list like ``1/1-1/4,2/3``.

        Raises:
            BadValueError: it is no port list, or names a port that the chassis does not have.
        """
        ports: list[str] = []
        for part in text.split(","):
            ends = part.split("-")
            if not all(re.fullmatch(r"\d+/\d+", end) for end in ends) or len(ends) > 2:  # noqa: PLR2004 - first, last
                raise BadValueError("unknown")
            first, last = self._known(ends[0]), self._known(ends[-1])
            if last < first:
                raise BadValueError(f"object {part} is out of range")
            ports.extend(self.order[first : last + 1])
        return tuple(dict.fromkeys(ports))

    def _known(self, name: str) -> int:
        if name not in self._rank:
            raise BadValueError(f"object {name} is out of range")
        return self._rank[name]

    def render(self, ports: Iterable[str]) -> str:
        """Return ports as the box prints them: ``1/1-1/4,2/3``, never a range across slots."""
        runs: list[list[str]] = []
        for name in sorted(ports, key=split_port):
            if runs and _follows(runs[-1][-1], name):
                runs[-1].append(name)
            else:
                runs.append([name])
        return ",".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def split_port(name: str) -> tuple[int, int]:
    """Return slot and number of ``1/4``."""
    slot, _, number = name.partition("/")
    return int(slot), int(number)


def _follows(before: str, after: str) -> bool:
    slot, number = split_port(before)
    return split_port(after) == (slot, number + 1)
