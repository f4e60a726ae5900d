"""Loads register maps: one YAML file a type of device, named as its file; every mistake with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collectors import nodes
from collectors.modbus.model import BITS, FORMATS, MOST, ORDERS, Order, Point, RegisterMap
from collectors.nodes import Reader, by_number, listed, number, numbers_by_number, text, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    import yaml

BUILT_IN = Path(__file__).parent / "maps"
FOLDER = "modbus"
"""Where a network's inventory keeps maps of its own."""
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_LAST = 0xFFFF


def load_maps(inventory: Path | None = None) -> dict[str, RegisterMap]:
    """Return the built-in maps by name, and those of an inventory folder; of one name, the inventory's wins.

    Raises:
        InputError: a file is wrong; names every problem of it with file and line.
        StorageError: a file cannot be read.
    """
    own = sorted((inventory / FOLDER).glob("*.yml")) if inventory else []
    return {path.stem: load_map(path) for path in (*sorted(BUILT_IN.glob("*.yml")), *own)}


def load_map(path: Path) -> RegisterMap:
    """Return the map that a file holds.

    Raises:
        InputError, StorageError: as `load_maps`.
    """
    reader = Reader(str(path))
    root = nodes.compose(path)
    found: dict[str, Any] = {}
    if root is not None:
        table: dict[str, nodes.Parse] = {
            "source": text,
            "byte_order": _order,
            "word_order": _order,
            "gap": whole,
            "points": listed(_point),
        }
        found = reader.record(root, "the map", table, ("source", "points"))
    reader.finish()
    order = Order(found.get("byte_order", "big"), found.get("word_order", "big"))
    points = tuple(_made(raw, order) for raw in found.get("points", ()))
    return RegisterMap(path.stem, found.get("source", ""), points, found.get("gap", 0))


def _made(raw: Mapping[str, Any], order: Order) -> Point:
    """Return a point with the orders of its map, where it has none of its own."""
    own = dict(raw)
    mine = Order(own.pop("byte_order", order.byte), own.pop("word_order", order.word))
    return Point(**own, order=mine)


def _point(reader: Reader, node: yaml.Node, what: str) -> dict[str, Any]:
    """Read one point; its orders stand apart, since those of the map may follow it in the file."""
    table: dict[str, nodes.Parse] = {
        "name": text,
        "help": text,
        "kind": text,
        "function": whole,
        "address": whole,
        "type": text,
        "byte_order": _order,
        "word_order": _order,
        "labels": _labels,
        "scale": number,
        "offset": number,
        "unit": text,
        "min": number,
        "max": number,
        "absent": listed(whole),
        "states": by_number,
        "flags": by_number,
        "values": numbers_by_number,
    }
    found = reader.record(node, what, table, ("name", "function", "address"))
    found["minimum"], found["maximum"] = found.pop("min", None), found.pop("max", None)
    found["absent"] = frozenset(found.get("absent", ()))
    defaults = {"name": "", "function": 3, "address": 0}
    found = {**defaults, "type": "bool" if found.get("function") in BITS else "uint16", **found}
    _check(reader, node, found)
    return found


def _check(reader: Reader, node: yaml.Node, found: Mapping[str, Any]) -> None:
    """Note what a point may not be."""
    name, kind, function = found["name"], found["type"], found["function"]
    if not _NAME.fullmatch(name):
        reader.problem(node, f"{name!r} is no metric name", "Use small letters, digits and underscores")
    if function not in MOST:
        reader.problem(node, f"{name} has the function code {function}", f"Use one of: {', '.join(map(str, MOST))}")
    elif (kind == "bool") != (function in BITS) or kind not in {*FORMATS, "bool"}:
        reader.problem(
            node, f"{name} has the type {kind!r} under function code {function}", f"Use {_fitting(function)}"
        )
    if not 0 <= found["address"] <= _LAST:
        reader.problem(node, f"{name} has the address {found['address']}", "Use the address that is sent, 0 to 65535")
    if found.get("kind", "gauge") not in {"gauge", "counter"}:
        reader.problem(node, f"{name} is neither gauge nor counter", "Write kind: gauge or kind: counter")
    if sum(key in found for key in ("states", "flags", "values")) > 1:
        reader.problem(node, f"{name} has more than one of states, flags and values", "Write two points")
    if (found["minimum"] is not None or found["maximum"] is not None) and not found.get("unit"):
        reader.problem(node, f"{name} has bounds and no unit", "Add unit, in the words of Prometheus")


def _fitting(function: int) -> str:
    """Return the types that a function code can have."""
    return "bool" if function in BITS else ", ".join(FORMATS)


def _order(reader: Reader, node: yaml.Node, what: str) -> str:
    """Read ``big`` or ``little``."""
    raw = text(reader, node, what)
    if raw not in ORDERS:
        reader.problem(node, f"{what} is {raw!r}", "Write big or little")
        return "big"
    return raw


def _labels(reader: Reader, node: yaml.Node, what: str) -> dict[str, str]:
    """Read the labels of a point."""
    found = {name: text(reader, value, what) for name, _, value in reader.pairs(node, what)}
    for name in found:
        if not _NAME.fullmatch(name):
            reader.problem(node, f"{what} has {name!r}, which is no label name", "Use small letters and underscores")
    return found
