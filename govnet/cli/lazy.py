"""Commands that are imported when they are called for: `govnet check` does not pay for Nornir, netmiko and NAPALM.

A list of commands, for `--help` and for a shell that completes, imports none of them: what each says of itself is read
from its source.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, MutableMapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from govnet.cli.options import dated

if TYPE_CHECKING:
    from collections.abc import Callable


class LazyCommands(MutableMapping[str, "TyperCommand | TyperGroup"]):
    """The commands of a group by name, each loaded from ``module:attribute`` at its first use.

    Args:
        places: where each command is: a function, or a `typer.Typer` that holds several.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places
        self._loaded: dict[str, TyperCommand | TyperGroup] = {}

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        """Return a command, loading it if need be."""
        if name not in self._loaded:
            self._loaded[name] = _load(name, self._places[name])
        return self._loaded[name]

    def told(self, name: str) -> TyperCommand | TyperGroup | None:
        """Return a command for a list of them: one that is not loaded knows its name and its help alone."""
        if name in self._loaded or name not in self._places:
            return self._loaded.get(name)
        said = _said(self._places[name])
        return TyperCommand(name, help=said) if said else self[name]

    def __setitem__(self, name: str, command: TyperCommand | TyperGroup) -> None:
        """Put a command in that is there already."""
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        """Forget what was loaded; the place stays."""
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, in the order of the table, without loading anything."""
        return iter(dict.fromkeys([*self._places, *self._loaded]))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(set(self._places) | set(self._loaded))


def _load(name: str, place: str) -> Any:  # noqa: ANN401 - the type is private to typer
    module, attribute = place.split(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        for info in found.registered_commands:
            info.callback = dated(info.callback) if info.callback else None
            info.help = info.help or _doc(info.callback)
        command: Any = typer.main.get_group(found)
    else:
        alone = typer.Typer(rich_markup_mode="rich", add_completion=False)
        alone.command(name, help=_doc(found))(dated(found))
        command = typer.main.get_command(alone)
    command.name = name
    return command


def _doc(command: Callable[..., Any] | None) -> str | None:
    return _flowing(inspect.getdoc(command) if command else None)


def _flowing(text: str | None) -> str | None:
    """Return a docstring for the help: a paragraph is one line, broken where the terminal ends and not before."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n")) if text else None


def _said(place: str) -> str | None:
    """Return what a command says of itself, read from its source; None where it does not stand there as usual."""
    module, attribute = place.split(":")
    for node in _parsed(module).body:
        match node:
            case ast.FunctionDef(name=name) if name == attribute:
                return _flowing(ast.get_docstring(node))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(keywords=given)) if name == attribute:
                said = (one.value for one in given if one.arg == "help")
                return next((str(text.value) for text in said if isinstance(text, ast.Constant)), None)
    return None


@cache
def _parsed(module: str) -> ast.Module:
    spec = find_spec(module)
    return ast.parse(Path(spec.origin).read_bytes() if spec and spec.origin else b"")


def group(places: Mapping[str, str]) -> type[TyperGroup]:
    """Return the class of a group with these commands, for ``typer.Typer(cls=)``."""

    class LazyGroup(TyperGroup):
        def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - handed on as they come
            super().__init__(**settings)
            self._lazy = LazyCommands(places)
            self.commands = self._lazy  # type: ignore[assignment]  # the type is private to typer

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - as typer has it
            return list(self._lazy)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 - as typer has it
            return self._lazy.told(cmd_name)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as typer has it
            name, _, rest = super().resolve_command(ctx, args)
            return name, self._lazy[name] if name else None, rest

    return LazyGroup
