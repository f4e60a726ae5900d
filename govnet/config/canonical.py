"""One spelling for a configuration: the same value gives the same bytes, whoever built it and in what order."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from govnet.config.model import DeviceConfig

K = TypeVar("K")
V = TypeVar("V")
Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

_BARE = frozenset({bool, int, float, str, type(None)})


def plain(value: object) -> Plain:
    """Return a value of the model as JSON can hold it: dataclasses as objects, sets sorted, addresses as text."""
    kind: type = type(value)
    if kind in _BARE or isinstance(value, (int, float)):
        return cast("Plain", value)
    if (names := _field_names(kind)) is not None:
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, (dict, Mapping)):
        return {_key(key): plain(item) for key, item in sorted(value.items(), key=lambda pair: _key(pair[0]))}
    if isinstance(value, (set, frozenset, list, tuple)):
        items = [plain(item) for item in value]
        ordered = isinstance(value, (list, tuple))
        return items if ordered else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return str(value.value) if isinstance(value, Enum) else str(value)


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """Return the fields of a dataclass, which may have none; None for any other class."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def _key(key: object) -> str:
    return ">".join(map(str, key)) if isinstance(key, tuple) else str(key)


def fingerprint(config: DeviceConfig, unread: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 of a configuration and of the lines beside it that are not modelled."""
    text = json.dumps([plain(config), list(unread)], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def ordered(config: DeviceConfig) -> DeviceConfig:
    """Return an equal configuration whose mappings run in one order, as people count: port 2 before port 10.

    What a device is told follows the order of its configuration, so this is what makes it the same every time.
    """
    found: dict[str, Any] = {field.name: getattr(config, field.name) for field in fields(config)}
    firewall = config.firewall
    if firewall is not None:
        found["firewall"] = replace(firewall, zones=_sorted(firewall.zones), pairs=_sorted(firewall.pairs))
    if config.bgp is not None:
        peers, instances = _sorted(config.bgp.peers), _sorted(config.bgp.instances)
        found["bgp"] = replace(config.bgp, peers=peers, instances=instances)
    found["queueing"] = {
        name: replace(queueing, shares=_sorted(queueing.shares)) for name, queueing in config.queueing.items()
    }
    found |= {name: _sorted(value) for name, value in found.items() if isinstance(value, Mapping)}
    return replace(config, **found)


def _sorted(items: Mapping[K, V]) -> dict[K, V]:
    return dict(sorted(items.items(), key=lambda pair: _counted(_key(pair[0]))))


def _counted(key: str) -> list[tuple[int, str]]:
    """Return a sort key in which runs of digits are numbers."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", key)]
