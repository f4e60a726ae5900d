"""From JSON back to the values of the model: the strict inverse of `plain`, for plans that were written to a file.

Nothing is guessed: a missing or unknown field, a number where text belongs, an address that is none, is an error that
names the place. What is read back says the same when it is written again.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache, partial
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin

from govnet.config import filtering, hardware, labelled, model, queueing, routing, switching
from govnet.config.canonical import plain
from govnet.config.changes import Change
from govnet.errors import InputError, Problem
from govnet.network.model import Plane

if TYPE_CHECKING:
    from govnet.config.canonical import Plain

T = TypeVar("T")

_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Change)}
_NAMES: dict[str, Any] = {
    **vars(switching),
    **vars(routing),
    **vars(filtering),
    **vars(labelled),
    **vars(queueing),
    **vars(hardware),
    **vars(model),
    **_KINDS,
    "Change": Change,
    "Mapping": Mapping,
    **{kind.__name__: kind for kind in (IPv4Address, IPv4Interface, IPv4Network, Plane, date, datetime)},
}
_BARE = frozenset({bool, int, float, str})


class _MisfitError(Exception):
    """A value does not fit its type; carries where and why."""


def change_data(change: Change) -> dict[str, Plain]:
    """Return a change as JSON can hold it: ``{"kind": "CreateVlan", "value": {...}}``."""
    return {"kind": type(change).__name__, "value": plain(change)}


def change_of(data: object, file: str = "plan") -> Change:
    """Return the change that `change_data` wrote.

    Raises:
        InputError: there is no such kind of change, or a field does not fit; ``file`` is named in the message.
    """
    entry = data if isinstance(data, dict) and data.keys() == {"kind", "value"} else {}
    kind = _KINDS.get(str(entry.get("kind")))
    if kind is None:
        raise _problem(file, f"{str(data)[:60]!r} is no change", "Make the plan anew")
    return cast("Change", typed(kind, entry["value"], file))


def typed(kind: type[T], value: object, file: str = "plan") -> T:
    """Return ``value``, as `plain` wrote it, as a value of ``kind`` (a class of the model).

    Raises:
        InputError: it does not fit; names the field and what was found.
    """
    try:
        found = _typed(kind, value, kind.__name__)
    except _MisfitError as error:
        raise _problem(file, str(error), "Make the plan anew") from error
    return cast("T", found)


def _problem(file: str, cause: str, next_step: str) -> InputError:
    return InputError([Problem(file, 0, cause, next_step)])


def _typed(kind: Any, value: object, where: str) -> object:  # noqa: ANN401 - an annotation may be any object
    # bool is an int to Python, and to nobody else
    if type(value) is kind and kind in _BARE:
        return value
    return _reader(kind)(value, where)


@cache
def _reader(kind: Any) -> Callable[[object, str], object]:  # noqa: ANN401 - an annotation may be any object
    """Return what reads a value of a kind: a bundle has a hundred thousand values of a dozen kinds."""
    if is_dataclass(kind):
        return partial(_record, cast("type", kind))
    origin = get_origin(kind)
    if origin in _CONTAINERS:
        return partial(_CONTAINERS[origin], get_args(kind))
    if kind in (datetime, date):
        return partial(_spelled, kind.fromisoformat)
    if isinstance(kind, type) and issubclass(kind, (Enum, IPv4Address, IPv4Interface, IPv4Network)):
        return partial(_spelled, kind)
    return partial(_bare, kind)


def _bare(kind: type, value: object, where: str) -> object:
    if kind is float and type(value) is int:  # JSON has one kind of number
        return float(value)
    if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
        raise _MisfitError(f"{where} is {value!r}, not {kind.__name__}")
    return value


@cache
def _shape(kind: type) -> dict[str, Any]:
    """Return field -> type; the model names types that it imports for the type checker only, so they are given."""
    hints = typing.get_type_hints(kind, localns=_NAMES)
    return {field.name: hints[field.name] for field in fields(kind)}


def _record(kind: type, value: object, where: str) -> object:
    shape = _shape(kind)
    if not isinstance(value, dict) or value.keys() != shape.keys():
        odd = sorted(shape.keys() ^ value.keys()) if isinstance(value, dict) else [str(value)[:40]]
        raise _MisfitError(f"{where} has not the fields of {kind.__name__} ({', '.join(map(str, odd))})")
    return kind(**{name: _typed(hint, value[name], f"{where}.{name}") for name, hint in shape.items()})


def _spelled(kind: Callable[[str], object], value: object, where: str) -> object:
    """Return an address, network, enumeration or time from its one spelling."""
    try:
        found = kind(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or plain(found) != value:
        raise _MisfitError(f"{where} is {value!r}, which is none of its kind")
    return found


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise _MisfitError(f"{where} is {str(value)[:40]!r}, not a list")
    return value


def _tuple(of: tuple[Any, ...], value: object, where: str) -> object:
    items = _list(value, where)
    kinds = [of[0]] * len(items) if of[1:] == (Ellipsis,) else list(of)
    if len(kinds) != len(items):
        raise _MisfitError(f"{where} has {len(items)} items, not {len(kinds)}")
    return tuple(_typed(kind, item, f"{where}[{n}]") for n, (kind, item) in enumerate(zip(kinds, items, strict=True)))


def _set(of: tuple[Any, ...], value: object, where: str) -> object:
    items = [_typed(of[0], item, f"{where}[{n}]") for n, item in enumerate(_list(value, where))]
    if len(set(items)) != len(items):
        raise _MisfitError(f"{where} names something twice")
    return frozenset(items)


def _mapping(of: tuple[Any, ...], value: object, where: str) -> object:
    if not isinstance(value, dict):
        raise _MisfitError(f"{where} is {str(value)[:40]!r}, not a mapping")
    return {_key(of[0], key, where): _typed(of[1], item, f"{where}[{key}]") for key, item in value.items()}


def _key(kind: Any, key: str, where: str) -> object:  # noqa: ANN401 - an annotation may be any object
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), key.split(">"), where)
    if kind is IPv4Address:
        return _spelled(kind, key, where)
    if kind is int and not key.isdecimal():
        raise _MisfitError(f"{where} has the key {key!r}, not a number")
    return int(key) if kind is int else key


def _union(of: tuple[Any, ...], value: object, where: str) -> object:
    """Return a value that may also be None: the only unions of the model."""
    if value is None:
        return None
    return _typed(next(kind for kind in of if kind is not types.NoneType), value, where)


_CONTAINERS: dict[Any, Callable[[tuple[Any, ...], object, str], object]] = {
    tuple: _tuple,
    frozenset: _set,
    Mapping: _mapping,
    types.UnionType: _union,
    typing.Union: _union,
}
