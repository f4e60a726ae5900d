"""Networks that were loaded and checked before, kept under the hash of everything they follow from.

The key covers every file of the folder and the code that reads them, so a changed line of either is another key. What
is kept is plain JSON, a list of values each of which refers only to earlier ones; nothing in it can run. An entry that
cannot be read is as if it were not there.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from enum import Enum
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govnet.errors import StorageError
from govnet.files import write_whole
from govnet.network import administered, built, cabled, declared, model, permitted, placed, served
from govnet.network.written import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from govnet.network.model import Network

_KEPT = 24
"""Entries that stay; the oldest go first."""
_MODULES = (model, placed, built, cabled, permitted, administered, served, declared)
"""Where the classes of a network are; an entry makes values of no others."""
# Addresses are kept as numbers: reading them as text would be most of the work.
_LEAVES: dict[str, Callable[..., Any]] = {
    "network": lambda number, length: IPv4Network((number, length)),
    "interface": lambda number, length: IPv4Interface((number, length)),
    "address": IPv4Address,
    "date": date.fromisoformat,
}


def folder() -> Path | None:
    """Return where entries lie: ``GOVNET_CACHE`` (``off`` for nowhere), else the person's cache folder."""
    told = os.environ.get("GOVNET_CACHE", "")
    if told == "off":
        return None
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(told or f"{base}/govnet/networks").expanduser()


@cache
def _code() -> bytes:
    """Return the hash of the code that makes networks of files."""
    found = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        found.update(source.read_bytes())
    return found.digest()


def key(path: Path) -> str:
    """Return the key of an inventory folder as it is now."""
    return hashlib.sha256(_code() + digest(path)).hexdigest()


def find(where: Path, name: str) -> Network | None:
    """Return the network kept under a key, or None."""
    try:
        found = _restored(json.loads((where / f"{name}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return None
    return found if isinstance(found, model.Network) else None


def keep(where: Path, name: str, network: Network) -> None:
    """Keep a network under a key; a folder that cannot be written is no reason to stop."""
    rows: list[list[Any]] = []
    _row(network, rows, {})
    with suppress(StorageError, OSError):
        write_whole(where / f"{name}.json", json.dumps(rows, ensure_ascii=False, separators=(",", ":")))
        where.chmod(0o700)
        entries = sorted(where.glob("*.json"), key=lambda entry: entry.stat().st_mtime, reverse=True)
        for old in entries[_KEPT:]:
            old.unlink()


def _row(value: object, rows: list[list[Any]], seen: dict[int, int]) -> object:
    """Return a plain value itself, of any other a reference to its row, which is added with all it refers to."""
    if value is None or type(value) in {str, int, float, bool}:
        return value
    if id(value) not in seen:
        row = _parts(value, rows, seen)
        rows.append(row)
        seen[id(value)] = len(rows) - 1
    return [seen[id(value)]]


def _parts(value: object, rows: list[list[Any]], seen: dict[int, int]) -> list[Any]:
    kind = type(value)
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.init]
        return [kind.__name__, *(_row(getattr(value, name), rows, seen) for name in names)]
    if isinstance(value, Mapping):
        return ["map", *(_row(part, rows, seen) for pair in value.items() for part in pair)]
    if isinstance(value, tuple | frozenset | list):
        parts = sorted(value) if isinstance(value, frozenset) else value
        return [kind.__name__, *(_row(part, rows, seen) for part in parts)]
    if isinstance(value, Enum):
        return [kind.__name__, value.value]
    return _leaf(value)


def _leaf(value: object) -> list[Any]:
    if isinstance(value, IPv4Interface):
        return ["interface", int(value), value.network.prefixlen]
    if isinstance(value, IPv4Address):
        return ["address", int(value)]
    if isinstance(value, IPv4Network):
        return ["network", int(value.network_address), value.prefixlen]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    raise TypeError(f"a network holds a {type(value).__name__}, which has no form in the cache")


@lru_cache(maxsize=1)
def _makers() -> Mapping[str, Callable[..., Any]]:
    """Return name -> what makes a value from its parts: classes of this room alone, and containers."""
    made: dict[str, Callable[..., Any]] = {
        name: found
        for module in _MODULES
        for name, found in vars(module).items()
        if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, Enum))
    }
    made |= _LEAVES
    made |= {kind.__name__: _container(kind) for kind in (tuple, frozenset, list)}
    made["map"] = lambda *parts: dict(zip(parts[::2], parts[1::2], strict=True))
    return made


def _container(kind: Callable[[tuple[Any, ...]], Any]) -> Callable[..., Any]:
    return lambda *parts: kind(parts)


def _restored(rows: list[list[Any]]) -> object:
    """Return the last value of the rows; each refers only to earlier ones."""
    made: list[Any] = []
    makers = _makers()
    for name, *parts in rows:
        made.append(makers[name](*[made[part[0]] if type(part) is list else part for part in parts]))
    return made[-1]
