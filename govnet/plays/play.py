"""A play: which devices, how to get in, whether to change anything; and what became of each device."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govnet.errors import InputError, Problem, UnreachableError
from govnet.workspace import Workspace, open_workspace
from nornir_tasks import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from govnet.config.reading import Reading
    from govnet.errors import GovnetError
    from nornir_tasks.journal import Journal
    from nornir_tasks.runner import Progress, Runner

NETWORK, BUILD, LAB = "govnet_network", "govnet_build", "govnet_lab"
"""Variables that the inventory plugin gives every host: what is loaded, where results are kept, lab or real devices."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one device.

    Attributes:
        text: in words, for people.
        changed: something was changed, or would be in check mode.
        error: why it failed; None when it did not.
        diff: as Ansible shows it: ``before`` and ``after``, or ``prepared``.
        lines: more for people who ask to see it.
    """

    text: str = ""
    changed: bool = False
    error: GovnetError | None = None
    diff: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()

    def as_result(self) -> dict[str, Any]:
        """Return it as an Ansible result."""
        shown: dict[str, Any] = {"changed": self.changed, "msg": self.text}
        if self.diff:
            shown["diff"] = dict(self.diff)
        if self.lines:
            shown["lines"] = list(self.lines)
        if self.error is not None:
            how = "unreachable" if isinstance(self.error, UnreachableError) else "failed"
            shown |= {how: True, "msg": str(self.error), "exit_code": self.error.exit_code}
        return shown


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a step: each device's part, and what concerns none alone.

    Attributes:
        devices: device -> what became of it, for every device of the play.
        text: in words.
        changed: something was changed that belongs to no single device.
        facts: figures and names for the tasks that follow.
        lines: more for people to see.
        failed: the step as a whole failed, though it was carried out.
        exit_code: of the `govnet` program, should it have failed.
    """

    devices: Mapping[str, Told]
    text: str = ""
    changed: bool = False
    facts: Mapping[str, object] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    failed: bool = False
    exit_code: int = 0

    def as_result(self) -> dict[str, Any]:
        """Return it as an Ansible result."""
        shown: dict[str, Any] = {"changed": self.changed, "msg": self.text, "clean": not self.failed, **self.facts}
        shown["devices"] = {name: told.as_result() for name, told in self.devices.items()}
        if self.lines:
            shown |= {"lines": list(self.lines), "_ansible_verbose_always": True}
        return shown | ({"failed": True, "exit_code": self.exit_code} if self.failed else {})


class Announced:
    """Progress as lines of text: Ansible carries them from its worker to whoever watches."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._title, self._total, self._through = "", 0, 0

    def begin(self, title: str, total: int) -> None:
        """A task starts on ``total`` devices."""
        self._title, self._total, self._through = title, total, 0

    def advance(self, device: str, *, failed: bool) -> None:
        """One device is through."""
        self._through += 1
        count = f"{self._through}/{self._total}"
        self._say(f"govnet: {self._title} {count} {device} {'failed' if failed else 'ok'}")

    def end(self) -> None:
        """The task is over."""


@dataclass(frozen=True, slots=True)
class Play:
    """What all steps of a play have in common.

    Attributes:
        work: the network's workspace.
        hosts: the devices of the play, after ``--limit``; only these are changed.
        lab: True for the lab, False for the real devices, None for the lab if one runs.
        check: nothing is sent that changes a device, and nothing is written.
        progress: is told of every device that is through.
    """

    work: Workspace
    hosts: tuple[str, ...]
    lab: bool | None
    check: bool
    progress: Progress

    @contextmanager
    def runner(self) -> Iterator[tuple[Runner, Journal]]:
        """Open the journal and a runner with the way in to the devices."""
        access = self.work.access(lab=self.lab)
        with self.work.journal() as journal, self.work.runner(access, journal, self.progress) as runner:
            yield runner, journal

    @property
    def in_lab(self) -> bool:
        """Whether the devices are emulated ones."""
        return self.lab is not False and self.work.running_lab() is not None

    def read_all(self, runner: Runner) -> tuple[dict[str, Reading], dict[str, GovnetError]]:
        """Read every device of the network, also those outside of the play: the proof needs them all."""
        found = runner.run(tasks.read, self.work.chosen([]), network=self.work.network)
        return {name: read.reading for name, read in found.done.items()}, found.failed


def play_of(variables: Mapping[str, Any], hosts: list[str], progress: Progress, *, check: bool) -> Play:
    """Return the play that Ansible's variables describe.

    Raises:
        InputError: the hosts do not come from govnet's inventory plugin, or the inventory has problems.
        RefusedError: a host has no command line, or may not be commanded.
    """
    if NETWORK not in variables:
        raise InputError(
            [Problem("inventory", 0, f"no host has the variable {NETWORK}", "Use an inventory of the plugin `govnet`")]
        )
    work = open_workspace(str(variables[NETWORK]), Path(str(variables[BUILD])))
    chosen = tuple(work.chosen(hosts))
    return Play(work, chosen, _flag(variables.get(LAB)), check, progress)


def _flag(value: object) -> bool | None:
    """Return a variable that is true, false or left open; -e gives texts."""
    return None if value is None or value == "" else str(value).lower() in ("true", "yes", "1")
