"""What a register map says, as frozen values: which registers, how they are coded, what they mean, what they can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COILS, DISCRETE, HOLDING, INPUT = 1, 2, 3, 4
"""Function codes that read (Modbus Application Protocol V1.1b3, section 6.1 to 6.4)."""
BITS = frozenset({COILS, DISCRETE})
FORMATS = {"uint16": "H", "int16": "h", "uint32": "I", "int32": "i", "uint64": "Q", "int64": "q",
           "float32": "f", "float64": "d"}  # fmt: skip
"""Type of a value in registers -> how `struct` names it."""
ORDERS = frozenset({"big", "little"})
MOST = {COILS: 2000, DISCRETE: 2000, HOLDING: 125, INPUT: 125}
"""Function code -> how many bits or registers one request may ask for."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a device lays out a value.

    Attributes:
        byte: ``big`` or ``little``: which octet of a register is sent first.
        word: the same of the registers of a longer value.
    """

    byte: str = "big"
    word: str = "big"


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One value of a device and how it becomes samples; equal to itself alone.

    Attributes:
        name: metric, in base units.
        function: code that reads it, 1 to 4.
        address: of its first register or bit, from 0, as it is sent (register 40001 of old manuals is holding 0).
        type: of `FORMATS`; ``bool`` for a coil or discrete input.
        order: of octets and registers.
        labels: of its series.
        kind: ``gauge`` or ``counter``.
        scale, offset: value = raw x scale + offset.
        unit: of the value, in the words of Prometheus; with it come the bounds.
        minimum, maximum: bounds of the value; None for none.
        absent: raw numbers that mean "not available".
        states: raw number -> state; the metric is then a state set.
        flags: bit (0 is the lowest) -> name; the metric then has one series a bit.
        values: raw number -> value, where a number means something else than itself; others are absent.
    """

    name: str
    function: int
    address: int
    type: str
    help: str = ""
    order: Order = field(default_factory=Order)
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: str = "gauge"
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    absent: frozenset[int] = frozenset()
    states: Mapping[int, str] = field(default_factory=dict)
    flags: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[int, float] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many registers, or bits, it takes."""
        wide = self.type in FORMATS and not self.type.endswith("16")
        return int(self.type[-2:]) // 16 if wide else 1


@dataclass(frozen=True, slots=True)
class RegisterMap:
    """What a type of device answers.

    Attributes:
        name: of the map, its file's name.
        source: who says so; ``site-defined, no public source`` where no maker does.
        points: all values.
        gap: registers that mean nothing and may be read along, where two values stand apart.
    """

    name: str
    source: str
    points: tuple[Point, ...]
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Points that one request reads."""

    function: int
    address: int
    count: int
    points: tuple[Point, ...]


def blocks(points: tuple[Point, ...], gap: int) -> tuple[Block, ...]:
    """Return the fewest requests that read all points, none across more than `gap` registers that nobody asked for."""
    found: list[list[Point]] = []
    end = 0
    for point in sorted(points, key=lambda each: (each.function, each.address)):
        first = found[-1][0] if found else None
        stop = point.address + point.size
        same = first is not None and first.function == point.function and point.address - end <= gap
        if first is not None and same and max(end, stop) - first.address <= MOST[point.function]:
            found[-1].append(point)
            end = max(end, stop)
        else:
            found.append([point])
            end = stop
    return tuple(_block(each) for each in found)


def _block(points: list[Point]) -> Block:
    """Return the request that reads neighbours."""
    first = points[0].address
    count = max(point.address + point.size for point in points) - first
    return Block(points[0].function, first, count, tuple(points))
