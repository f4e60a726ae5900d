"""The common half of `say`: cut changes into runs of one kind, hand each run to its speaker, follow the state.

Runs are what makes a full configuration short: forty-eight ports that join a VLAN one after another are one command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from govnet.config.ops import apply
from govnet.errors import RefusedError
from govnet.platforms.base import Command

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig

Step = tuple[int, Any]
Run = list[Step]
Speaker = Callable[[Run, "DeviceConfig"], list[Command]]


def speak(
    changes: Sequence[Change], running: DeviceConfig, speakers: Mapping[type, Speaker], box: str
) -> list[Command]:
    """Say ``changes`` with one speaker for each kind of change; ``box`` is what to call the box in an error.

    Raises:
        RefusedError: the box has no words for a change.
        ConflictError: the changes were not made for ``running``.
    """
    commands: list[Command] = []
    for run in runs(changes):
        speaker = speakers.get(type(run[0][1]))
        if speaker is None:
            kind = type(run[0][1]).__name__
            raise RefusedError(f"{running.hostname}: {box} has no command for {kind}; take it out of the intent")
        commands += speaker(run, running)
        running = apply(running, [change for _, change in run])
    return commands


def runs(changes: Iterable[Change]) -> list[Run]:
    """Cut changes into runs of one kind in which nothing is changed twice."""
    found: list[Run] = []
    seen: set[object] = set()
    for step in enumerate(changes):
        subject = _subject(step[1])
        if found and type(found[-1][0][1]) is type(step[1]) and subject not in seen:
            found[-1].append(step)
            seen.add(subject)
        else:
            found.append([step])
            seen = {subject}
    return found


def _subject(change: Change) -> object:
    """Return what a change is about: its port, VLAN, number, name or whole value."""
    return next(
        (getattr(change, name) for name in ("port", "vlan", "number", "name", "value") if hasattr(change, name)), None
    )


def gathered(pairs: Iterable[tuple[object, int, str]]) -> dict[Any, tuple[int, list[str]]]:
    """Gather (key, index of the change, port) into key -> (first index, ports), keys in the order they came."""
    found: dict[Any, tuple[int, list[str]]] = {}
    for key, index, port in pairs:
        first, ports = found.setdefault(key, (index, []))
        ports.append(port)
        found[key] = (min(first, index), ports)
    return found
