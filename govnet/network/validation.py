"""From the plain values of a file to its schema; every mistake gets its line, its cause and a next step."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from govnet.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from govnet.network.document import Document, KeyPath

_LONGEST = 60

# pydantic's error type (or its beginning) -> what is expected in its place
_EXPECTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date like 2006-12-01",
    "string_type": "text",
    "ip_v4_address": "an IPv4 address like 10.128.0.31",
    "ip_v4_interface": "an IPv4 address with prefix length like 10.129.2.1/24",
    "ip_v4_network": "an IPv4 network like 10.128.0.0/15 (no host bits)",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "none_required": "nothing",
}

_OF_TABLES = {"bool": "yes or no"}


def validate(document: Document, annotation: object) -> tuple[object, list[Problem]]:
    """Check a document against the type of its file; None and all problems when it does not fit."""
    try:
        return TypeAdapter[object](cast("Any", annotation)).validate_python(document.value), []
    except ValidationError as error:
        return None, [_problem(document, annotation, detail) for detail in error.errors(include_url=False)]


def _problem(document: Document, annotation: object, detail: ErrorDetails) -> Problem:
    path: KeyPath = tuple(part for part in detail["loc"] if part != "[key]")
    expected = _EXPECTED | (_OF_TABLES if isinstance(document.value, list) else {})
    cause, next_step = _words(annotation, path, _spelled(document, path), detail, expected)
    return Problem(document.file, document.line(path), cause, next_step)


def _words(
    annotation: object, path: KeyPath, name: str, detail: ErrorDetails, expectations: Mapping[str, str]
) -> tuple[str, str]:
    """Return cause and next step for one of pydantic's errors, about what is spelled ``name``."""
    kind = detail["type"]
    if kind == "extra_forbidden":
        return f"unknown key {name}", _hint(str(path[-1]), _keys(annotation, path[:-1]))
    if kind == "missing":
        return f"{name} is missing", "Add it"
    if kind in {"enum", "literal_error"}:
        return f"{name} is {detail['input']!r}", f"Write {detail['ctx']['expected']}"
    expected = next((words for start, words in expectations.items() if kind.startswith(start)), "")
    if expected:
        return f"{name} is {_short(detail['input'])}", f"Write {expected}"
    return f"{name} is {_short(detail['input'])}: {detail['msg']}", "Change it"


def _spelled(document: Document, path: KeyPath) -> str:
    """Spell a path as people read it: ``rules[0].cables[1].port``, in a row of a table ``haixi-geermu.since``."""
    row = document.value[path[0]] if isinstance(document.value, list) and path and isinstance(path[0], int) else None
    if isinstance(row, dict) and row.get("slug"):
        path = (str(row["slug"]), *path[1:])
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return repr(text.removeprefix(".")) if path else "the file"


def _short(value: object) -> str:
    """Show what was typed, cut where it gets long."""
    words = {dict: "a mapping", list: "a list", type(None): "empty"}
    return words.get(type(value)) or repr(value if len(str(value)) <= _LONGEST else f"{str(value)[:57]}...")


def _hint(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"Write {close[0]!r} if that was meant" if close else f"Known keys: {', '.join(known)}"


def _keys(annotation: object, path: KeyPath) -> list[str]:
    """Return the keys that a mapping at ``path`` may have."""
    model = _at(annotation, path)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return sorted(field.alias or name for name, field in model.model_fields.items())
    return []


def _at(annotation: object, path: KeyPath) -> object:
    """Follow a path through models, mappings, tuples and optional types."""
    for part in path:
        annotation = _step(annotation, part)
    return annotation


def _step(annotation: object, part: str | int) -> object:
    for choice in _choices(annotation):
        if isinstance(choice, type) and issubclass(choice, BaseModel) and part in choice.model_fields:
            return _choices(choice.model_fields[str(part)].annotation)[0]
        if get_origin(choice) is dict:
            return get_args(choice)[1]
        if get_origin(choice) is tuple:
            return get_args(choice)[0]
    return None


def _choices(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401 an annotation may be any object
    """Return the alternatives of a union without None, else the annotation itself."""
    args = get_args(annotation)
    return tuple(arg for arg in args if arg is not type(None)) if type(None) in args else (annotation,)
