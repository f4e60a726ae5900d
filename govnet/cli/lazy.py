"""Commands that are imported when they are called for: `govnet check` does not pay for Nornir, netmiko and NAPALM."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from govnet.cli.options import dated

if TYPE_CHECKING:
    from collections.abc import Callable

    # Typer's own copy of click is private; its commands are of this type.
    from typer.core import TyperCommand


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
            info.help = info.help or _flowing(info.callback)
        command: Any = typer.main.get_group(found)
    else:
        alone = typer.Typer(rich_markup_mode="rich", add_completion=False)
        alone.command(name, help=_flowing(found))(dated(found))
        command = typer.main.get_command(alone)
    command.name = name
    return command


def _flowing(command: Callable[..., Any] | None) -> str | None:
    """Return a docstring for the help: a paragraph is one line, broken where the terminal ends and not before."""
    text = inspect.getdoc(command) if command else None
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n")) if text else None


def group(places: Mapping[str, str]) -> type[TyperGroup]:
    """Return the class of a group with these commands, for ``typer.Typer(cls=)``."""

    class LazyGroup(TyperGroup):
        def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - handed on as they come
            super().__init__(**settings)
            self.commands = LazyCommands(places)  # type: ignore[assignment]  # the type is private to typer

    return LazyGroup
