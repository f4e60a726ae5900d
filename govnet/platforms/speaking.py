"""The common half of `say`: cut changes into runs of one kind, hand each run to its speaker, follow the state.

Runs are what makes a full configuration short: forty-eight ports that join a VLAN one after another are one command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govnet.config.ops import apply
from govnet.errors import RefusedError
from govnet.platforms.base import Command
from govnet.platforms.templating import belonging

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@dataclass(frozen=True, slots=True)
class PortWords:
    """What is said of many ports at once, in one platform's words.

    Attributes:
        words: macro and its values -> commands.
        lists: ports -> texts that name as many of them as a line takes.
    """

    words: Callable[..., list[Command]]
    lists: Callable[[Iterable[str]], list[str]]

    def said(self, macro: str, key: str, pairs: Iterable[tuple[object, int, str]]) -> list[Command]:
        """Say one thing of ports (value, index of the change, port): once for each value and each port list."""
        return self.said_of(macro, (key,), (((value,), index, port) for value, index, port in pairs))

    def said_of(
        self, macro: str, keys: tuple[str, ...], told: Iterable[tuple[tuple[object, ...] | None, int, str]]
    ) -> list[Command]:
        """Say several things of ports at once: once for each set of values and each port list; None says nothing."""
        return [
            said
            for values, (index, ports) in gathered(step for step in told if step[0] is not None).items()
            for text in self.lists(ports)
            for said in belonging(self.words(macro, ports=text, **dict(zip(keys, values, strict=True))), index)
        ]

    def names(self, run: Run, _: DeviceConfig) -> list[Command]:
        """Speak of descriptions."""
        return [
            said
            for index, change in run
            for said in belonging(self.words("port_name", port=change.port, name=change.after), index)
        ]

    def states(self, run: Run, _: DeviceConfig) -> list[Command]:
        """Speak of ports that are opened or shut."""
        return self.said("port_state", "on", ((change.after, index, change.port) for index, change in run))
