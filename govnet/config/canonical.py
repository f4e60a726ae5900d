"""One spelling for a configuration: the same value gives the same bytes, whoever built it and in what order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


def plain(value: object) -> Plain:
    """Return a value of the model as JSON can hold it: dataclasses as objects, sets sorted, addresses as text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in sorted(value.items(), key=lambda pair: _key(pair[0]))}
    if isinstance(value, (set, frozenset, list, tuple)):
        items = [plain(item) for item in value]
        ordered = isinstance(value, (list, tuple))
        return items if ordered else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return str(value.value) if isinstance(value, Enum) else str(value)


def _key(key: object) -> str:
    return ">".join(map(str, key)) if isinstance(key, tuple) else str(key)


def fingerprint(config: DeviceConfig, unread: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 of a configuration and of the lines beside it that are not modelled."""
    text = json.dumps([plain(config), list(unread)], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
