"""Where each device stands in the drawing: rows by role around the cores, each row ordered by what it hangs on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.network.model import Network

# Row 0 is the world outside; endpoints share the firewalls' row, since both hang on the cores.
_OUTSIDE, _ENDPOINTS, _CORES = 0, 1, 2
_ROWS = {"core": _CORES, "rr": _CORES, "pe": 3, "agg": 3, "acc": 3, "ce": 4, "cpe": 4}
NODE_WIDTH, NODE_HEIGHT, GAP, ROW_HEIGHT, MARGIN = 62, 40, 8, 124, 24


@dataclass(frozen=True, slots=True)
class Spot:
    """Centre of a box, in the drawing's units."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes by key (device name, or `outside_key`), and the size of the sheet."""

    spots: Mapping[str, Spot]
    edges: tuple[tuple[str, str, str], ...]
    width: float
    height: float


def outside_key(index: int) -> str:
    """Return the key of the network's ``index``-th upstream (from 0); no device can be called that."""
    return f">{index}"


def arrange(network: Network) -> Layout:
    """Return the layout; the same network always gives the same one."""
    edges = _edges(network)
    rows = _rows(network)
    near: dict[str, set[str]] = defaultdict(set)
    for a, b, _ in edges:
        near[a].add(b)
        near[b].add(a)
    width = max(map(len, rows.values()), default=1) * (NODE_WIDTH + GAP) + 2 * MARGIN
    levels = {key: level for level, row in rows.items() for key in row}
    spots: dict[str, Spot] = {}
    order = sorted(rows, key=lambda level: (abs(level - _CORES), level))
    lines = {level: line for line, level in enumerate(sorted(rows))}
    for level in order:
        row = _ordered(rows[level], near, spots, levels)
        spots |= _placed(row, width, MARGIN + NODE_HEIGHT / 2 + lines[level] * ROW_HEIGHT)
    height = 2 * MARGIN + NODE_HEIGHT + (len(rows) - 1) * ROW_HEIGHT
    return Layout(spots, edges, width, height)


def _edges(network: Network) -> tuple[tuple[str, str, str], ...]:
    """Return (box, box, purpose) once for each pair that is cabled, however many cables there are."""
    found = dict.fromkeys((link.a.device, link.b.device, link.purpose) for link in network.links)
    upstreams = ((outside_key(index), up.end.device, "upstream") for index, up in enumerate(network.upstreams))
    return (*found, *upstreams)


def _rows(network: Network) -> dict[int, list[str]]:
    rows: dict[int, list[str]] = defaultdict(list)
    for index in range(len(network.upstreams)):
        rows[_OUTSIDE].append(outside_key(index))
    cabled = {end for link in network.links for end in (link.a.device, link.b.device)}
    for name, device in network.devices.items():
        if name in cabled or device.role in _ROWS:
            rows[_ROWS.get(device.role, _ENDPOINTS)].append(name)
    return dict(rows)


def _ordered(
    row: Sequence[str], near: Mapping[str, set[str]], spots: Mapping[str, Spot], levels: Mapping[str, int]
) -> list[str]:
    """Return a row in the order of what it hangs on; boxes that carry a further row stand in the middle."""

    def above(key: str) -> float:
        known = [spots[other].x for other in near[key] if other in spots]
        return sum(known) / len(known) if known else 0.0

    def carries(key: str) -> bool:
        level = levels[key]
        return level > _CORES and any(levels[other] > level for other in near[key] if other in levels)

    calm = sorted((key for key in row if not carries(key)), key=above)
    middle = len(calm) // 2
    return [*calm[:middle], *sorted((key for key in row if carries(key)), key=above), *calm[middle:]]


def _placed(row: Sequence[str], width: float, y: float) -> dict[str, Spot]:
    """Spread a row evenly over the sheet; a short row stays together in the middle."""
    step = min((width - 2 * MARGIN) / max(len(row), 1), 3 * NODE_WIDTH)
    left = (width - step * len(row)) / 2
    return {key: Spot(round(left + step * (index + 0.5), 1), y) for index, key in enumerate(row)}
