"""What the devices of one change have in common, and one of them while it is changed: its session, words and clock."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from nornir_netmiko.connections import CONNECTION_NAME

from govnet.config import diff
from govnet.config.intent import hardware
from govnet.errors import DeviceError, GovnetError, UnreachableError
from govnet.platforms.base import Keeping
from govnet.platforms.registry import platform
from nornir_tasks.objects import both_agree
from nornir_tasks.session import open_session, running_text, speaking
from nornir_tasks.tasks import describe
from nornir_tasks.telling import tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nornir.core.task import Task

    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.network.model import Network
    from govnet.platforms.base import Command, Platform
    from nornir_tasks.journal import Journal
    from nornir_tasks.planning import DevicePlan

_SOON, _AGAIN = 0.25, 2.0
"""Seconds between the first two attempts to reach a device that was lost in the middle of its change, and at most
between two later ones: most are lost because their session broke, and can be reached at once."""
OUTCOME = "outcome"
"""Step under which the journal says what became of a device."""


class Ending(StrEnum):
    """What became of a device."""

    AS_PLANNED = "as-planned"
    AS_BEFORE = "as-before"
    LOOK = "to-be-looked-at"


@dataclass(frozen=True, slots=True)
class Job:
    """What the devices of one change have in common.

    Attributes:
        network: whose devices they are.
        plans: what each is told.
        change: id in the journal.
        journal: where each step is written.
        accept_unverified: commands without a public source may be sent.
        deadline: seconds that one device has for its change, and again for the way back.
        budget: devices that may fail before no further wave is begun; 0 stops at the first.
    """

    network: Network
    plans: Mapping[str, DevicePlan]
    change: str
    journal: Journal
    accept_unverified: bool = False
    deadline: float = 300.0
    budget: int = 0

    def note(self, device: str, step: str, state: str, detail: str = "") -> None:
        """Write a row of this change."""
        self.journal.write(device, step, state, detail, self.change)

    @contextmanager
    def step(self, device: str, name: str, detail: str = "") -> Iterator[None]:
        """Write a row before and one after what the block does; ``detail`` tells of it in the first."""
        self.note(device, name, "begun", detail)
        try:
            yield
        except GovnetError as error:
            self.note(device, name, "failed", str(error))
            raise
        self.note(device, name, "done")

    def end(self, device: str, ending: Ending, detail: str = "") -> None:
        """Write what became of a device."""
        bad = ending is not Ending.AS_PLANNED
        self.note(device, OUTCOME, "failed" if bad else "done", f"{ending}: {detail}" if detail else ending)


class Box:
    """One device while it is changed: its session, its words and its clock."""

    def __init__(self, task: Task, job: Job) -> None:
        self._task, self.job, self.name = task, job, task.host.name
        self.plan = job.plans[self.name]
        self._hardware = hardware(job.network, self.name)
        self.speaks: Platform = platform(self.plan.platform, self._hardware)
        self._until = time.monotonic() + job.deadline
        # Where anything goes by SNMP, there or back, what is read must be the same by both ways.
        self._both = any(command.sets for command in (*self.plan.commands, *self.plan.back))

    def fresh(self) -> None:
        """Begin anew: another session, whatever state the old one is in, and all the time again."""
        self._hang_up()
        self._until = time.monotonic() + self.job.deadline

    def _hang_up(self) -> None:
        with suppress(Exception):  # a session that is broken may break in any way while it is closed
            self._task.host.close_connection(CONNECTION_NAME)
        self._task.host.connections.pop(CONNECTION_NAME, None)

    def read(self) -> Reading:
        """Return what the device says now, by its command line, and by its tables too where SNMP writes to it.

        Raises:
            DisagreementError: the two say different things.
        """
        session = open_session(self._task)
        with speaking(self.name):
            self._pace()
            found = self.speaks.read(running_text(session, self.speaks), self._hardware)
        if self._both:
            both_agree(self._task, self.speaks, found.config, self._pace())
        return found

    def read_again(self) -> Reading:
        """Return what a device says that was lost just now; wait for one that restarts, as long as there is time.

        Raises:
            DeviceError: it could not be read.
        """
        pause = _SOON
        while True:
            try:
                return self.read()
            except UnreachableError:
                if time.monotonic() + pause > self._until:
                    raise
            self._hang_up()
            time.sleep(pause)
            pause = min(2 * pause, _AGAIN)

    def save(self) -> None:
        """Let what runs survive a restart."""
        with self.job.step(self.name, "save"):
            self.type(self.speaks.save, inside=False)

    def save_before(self) -> None:
        """Let the state before the change survive a restart, after it was put back."""
        with self.job.step(self.name, "save"):
            self.type((*self.speaks.save, *self._keep(self.plan.running)), inside=False)

    def save_planned(self) -> None:
        """Let the planned state survive a restart, whoever sent it and however far he came."""
        with self.job.step(self.name, "save"):
            self.type((*self.speaks.save, *self._keep(self.plan.predicted)), inside=False)

    def _keep(self, config: DeviceConfig) -> list[Command]:
        return self.speaks.keep(self.plan.changes, config) if isinstance(self.speaks, Keeping) else []

    @property
    def keeps_as_it_goes(self) -> bool:
        """Return whether what is sent survives a restart by itself, piece by piece."""
        return isinstance(self.speaks, Keeping)

    @property
    def may_be_kept(self) -> bool:
        """Return whether a part of this change may survive a restart: the device was told to save, however it ended."""
        last = "send" if self.keeps_as_it_goes else "save"
        return any(row.step == last for row in self.job.journal.of_change(self.job.change, self.name))

    def type(self, commands: Sequence[Command], *, inside: bool) -> None:
        """Type commands, ``inside`` the configuration mode, and send what goes by SNMP, in the order given."""
        watch = partial(self.job.step, self.name)
        tell(self._task, self.speaks, commands, inside=inside, pace=self._pace, watch=watch)

    def _pace(self) -> float:
        """Give the next line the time that is left; return how many seconds that are.

        Raises:
            DeviceError: there is none left.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise DeviceError(
                self.name,
                f"was not through within its {self.job.deadline:g} s",
                "Raise --deadline, or see what is slow",
            )
        session = open_session(self._task)
        session.patience = min(session.patience, left)
        return left

    def differs(self, found: Reading, wanted: DeviceConfig) -> str:
        """Return how what was found differs from what was wanted; empty when it does not."""
        return describe(diff(found.config, wanted))
