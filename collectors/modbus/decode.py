"""From what registers and bits hold to numbers and samples; what cannot be true is absent."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from collectors.exposition import Family, merge
from collectors.labels import braces
from collectors.modbus.model import FORMATS
from collectors.render import SENSOR_UP, SENSOR_UP_HELP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from collectors.modbus.model import Order, Point

_DECIMALS = 9
"""A tenth is no binary fraction: 222 x 0.1 is to read 22.2."""


def number(kind: str, order: Order, words: Sequence[int]) -> float:
    """Return the number in registers.

    Args:
        kind: of `FORMATS`, or ``bool``.
        order: of octets and registers.
        words: as many registers as the type takes, each 0 to 65535; one bit for ``bool``.
    """
    if kind == "bool":
        return int(words[0])
    ordered = words if order.word == "big" else tuple(reversed(words))
    octets = b"".join(word.to_bytes(2, "big" if order.byte == "big" else "little") for word in ordered)
    value: float = struct.unpack(f">{FORMATS[kind]}", octets)[0]
    return value


def samples(points: Iterable[Point], read: Mapping[Point, float], more: Mapping[str, str]) -> list[Family]:
    """Return the metrics of points from the raw numbers read, with ``govnet_sensor_up`` for each point.

    Args:
        points: all that were asked for.
        read: point -> raw number, of those that were answered.
        more: labels of the unit, beside those of each point.
    """
    families: list[Family] = []
    watch = Family(SENSOR_UP, "gauge", SENSOR_UP_HELP)
    for point in points:
        labels = {**point.labels, **more}
        raw = read.get(point)
        rows = [] if raw is None else list(_rows(point, raw, labels))
        families.append(Family(point.name, point.kind, point.help, rows))
        watch.rows.append((SENSOR_UP + braces([("metric", point.name), *labels.items()]), int(bool(rows))))
    return merge([*families, watch])


def _rows(point: Point, raw: float, labels: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Yield the series of a point; none when the number cannot be."""
    if not math.isfinite(raw) or raw in point.absent:
        return
    if point.states:
        yield from _states(point, int(raw), labels)
    elif point.flags:
        for bit, name in point.flags.items():
            yield point.name + braces([*labels.items(), (point.name, name)]), int(raw) >> bit & 1
    else:
        value = point.values.get(int(raw)) if point.values else round(raw * point.scale + point.offset, _DECIMALS)
        if value is not None and _plausible(point, value):
            yield point.name + braces(labels.items()), value


def _states(point: Point, raw: int, labels: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Yield each state with 1 or 0; a number that is no state is absent, since nobody knows what it means."""
    if raw in point.states:
        for known, state in point.states.items():
            yield point.name + braces([*labels.items(), (point.name, state)]), int(known == raw)


def _plausible(point: Point, value: float) -> bool:
    """Tell whether a value lies within the bounds."""
    low = point.minimum is None or value >= point.minimum
    return low and (point.maximum is None or value <= point.maximum)
