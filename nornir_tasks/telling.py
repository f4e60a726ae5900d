"""Telling a device commands in the order of the change: some are typed, some go by SNMP SET."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import groupby
from typing import TYPE_CHECKING

from nornir_tasks.objects import objects_of
from nornir_tasks.session import enter, leave, open_session, send, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from nornir.core.task import Task

    from govnet.platforms.base import Command, Platform

FOREVER = 60.0
"""Seconds that one SET has where nobody sets a deadline."""


def _unwatched(step: str, detail: str) -> AbstractContextManager[None]:
    del step, detail
    return nullcontext()


def tell(  # noqa: PLR0913 - each says one thing
    task: Task,
    platform: Platform,
    commands: Sequence[Command],
    *,
    inside: bool = True,
    pace: Callable[[], float] = lambda: FOREVER,
    watch: Callable[[str, str], AbstractContextManager[None]] = _unwatched,
) -> int:
    """Tell a device commands, one after another; stop at the first that it refuses. Return how many it took.

    Args:
        task: of the device.
        platform: its words.
        commands: what it is told.
        inside: they are typed in the configuration mode.
        pace: called before each block typed and each SET, returns the seconds that are left; what it raises stops all.
        watch: where SETs are among the commands, wraps each of them (``set``), and what is typed between (``type``).

    Raises:
        DeviceError: as `send` and `Objects.write`.
    """
    taken = 0
    mixed = any(command.sets for command in commands)
    if inside and not all(command.sets for command in commands):
        _mode(task, platform, enter)
    for by_set, run in groupby(commands, lambda command: bool(command.sets)):
        part = list(run)
        if not by_set:
            with watch("type", f"{len(part)} commands") if mixed else nullcontext():
                taken += _typed(task, platform, part, pace)
        for command in part if by_set else ():
            with watch("set", command.text):
                objects_of(task).write(command.sets, pace())
            taken += 1
    if inside and not all(command.sets for command in commands):
        _mode(task, platform, leave)
    return taken


def _mode(task: Task, platform: Platform, change: Callable[..., None]) -> None:
    session = open_session(task)
    with speaking(task.host.name):
        change(session, platform)


def _typed(task: Task, platform: Platform, commands: Sequence[Command], pace: Callable[[], float]) -> int:
    session = open_session(task)
    with speaking(task.host.name):
        return send(session, platform, commands, task.host.name, pace)
