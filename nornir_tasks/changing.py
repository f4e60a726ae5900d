"""One device of a change: read, checkpoint, send, read back, save; and back again when anything of that fails.

A row is written before each of these steps and after it, so that whoever comes after a crash knows how far it got. The
last row says what became of the device: as planned, as before, or to be looked at. Nothing is sent to a device that was
not read just before.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from nornir.core.task import Result
from nornir_netmiko.connections import CONNECTION_NAME

from govnet.config import diff
from govnet.config.intent import hardware
from govnet.errors import CommandRefusedError, DeviceError, GovnetError, RefusedError, UnreachableError
from govnet.platforms.registry import platform
from nornir_tasks.objects import both_agree
from nornir_tasks.planning import state_of
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

_AGAIN = 2.0
"""Seconds between two attempts to reach a device that was lost in the middle of its change."""
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


class _Box:
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
        while True:
            try:
                return self.read()
            except UnreachableError:
                if time.monotonic() + _AGAIN > self._until:
                    raise
            self._hang_up()
            time.sleep(_AGAIN)

    def save(self) -> None:
        """Let what runs survive a restart."""
        with self.job.step(self.name, "save"):
            self.type(self.speaks.save, inside=False)

    @property
    def save_begun(self) -> bool:
        """Return whether this change has told the device to save, however that ended."""
        return any((row.device, row.step) == (self.name, "save") for row in self.job.journal.of_change(self.job.change))

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


def change(task: Task, job: Job) -> Result:
    """Change one device as planned; the result is its `Ending`.

    Raises:
        RefusedError: it drifted since the plan was made, or unverified commands were not accepted. Nothing was sent.
        DeviceError: something failed; the message says whether the device is as before or to be looked at.
    """
    box = _Box(task, job)
    job.note(box.name, "claim", "begun")
    try:
        _refuse(box, accept_unverified=job.accept_unverified)
        now = box.read()
        if not diff(now.config, box.plan.predicted):
            job.end(box.name, Ending.AS_PLANNED, "was so already")
            return Result(host=task.host, result=Ending.AS_PLANNED)
        if state_of(now) != box.plan.fingerprint:
            raise RefusedError(f"{box.name}: was changed since the plan was made; nothing was sent. Make a new plan.")
        _checkpoint(box)
    except GovnetError as error:
        job.end(box.name, Ending.AS_BEFORE, f"nothing was sent: {error}")
        raise
    _carry_out(box)
    return Result(host=task.host, result=Ending.AS_PLANNED, changed=True)


def _checkpoint(box: _Box) -> None:
    """Keep the present state in a file on the box; where nobody knows how, the journal says that there is none."""
    commands = checkpoint_of(box.speaks)
    if not commands:
        box.job.note(box.name, "checkpoint", "done", "no checkpoint on this platform")
        return
    with box.job.step(box.name, "checkpoint"):
        box.type(commands, inside=False)


def checkpoint_of(speaks: Platform) -> tuple[Command, ...]:
    """Return what keeps a box's state on the box; nothing for a platform that does not say how."""
    return tuple(getattr(speaks, "checkpoint", ()))


def _refuse(box: _Box, *, accept_unverified: bool) -> None:
    doubted = {*box.plan.unverified, *box.plan.doubted_back}
    if doubted and not accept_unverified:
        families = ", ".join(sorted({command.family for command in doubted}))
        raise RefusedError(
            f"{box.name}: {len(doubted)} commands of the change or its way back have no public source ({families})."
            " Pass --accept-unverified, or say in `syntax_evidence:` who saw them work on which release."
        )


def _carry_out(box: _Box) -> None:
    """Send, read back, save; on failure go back."""
    job, plan = box.job, box.plan
    try:
        with job.step(box.name, "send"):
            box.type(plan.commands, inside=True)
        with job.step(box.name, "verify"):
            _insist(box, plan.predicted)
        box.save()
    except GovnetError as error:
        unsaved = isinstance(error, CommandRefusedError)  # by the device's own word; else it may have been obeyed
        ending = go_back(box, str(error), save=box.save_begun and not unsaved)
        raise _told(box.name, error, ending) from error
    job.end(box.name, Ending.AS_PLANNED)


def _insist(box: _Box, wanted: DeviceConfig) -> None:
    if left := box.differs(box.read(), wanted):
        raise DeviceError(box.name, f"is not as planned: {left}", "Its own answers were no refusals; look at it")


def _told(name: str, error: GovnetError, ending: Ending) -> DeviceError:
    """Return the failure with what became of the device."""
    became = {
        Ending.AS_BEFORE: "It was put back and is as before",
        Ending.AS_PLANNED: "It is as planned nevertheless",
        Ending.LOOK: "It could not be put back: look at it, then run `govnet resume`",
    }[ending]
    cause = error.cause if isinstance(error, DeviceError) else str(error).rstrip(".")
    return type(error)(name, cause, became) if isinstance(error, DeviceError) else DeviceError(name, cause, became)


def go_back(box: _Box, why: str, *, save: bool) -> Ending:
    """Put a device back as it was before its change, and see that it is; write and return what became of it.

    With ``save``, the change may have been saved: then what is put back is saved too, or a restart would undo it.
    """
    job, plan = box.job, box.plan
    box.fresh()
    try:
        with job.step(box.name, "undo"):
            now = box.read_again()
            back = box.speaks.say(diff(now.config, plan.running), now.config)
            box.type(back, inside=True)
            _insist(box, plan.running)
        if save:
            box.save()
    except GovnetError as error:
        job.end(box.name, Ending.LOOK, f"{why} Putting it back failed: {error}")
        return Ending.LOOK
    job.end(box.name, Ending.AS_BEFORE, why)
    return Ending.AS_BEFORE


def settle(task: Task, job: Job) -> Result:
    """Find out what a crash left of one device's change: finish it when all was sent, take it back otherwise.

    The device is read first; the result is its `Ending`.

    Raises:
        DeviceError: it could not be read; the journal says that it is to be looked at.
    """
    box = _Box(task, job)
    try:
        with job.step(box.name, "look"):
            now = box.read()
    except GovnetError as error:
        job.end(box.name, Ending.LOOK, str(error))
        raise
    if not diff(now.config, box.plan.predicted):
        return Result(host=task.host, result=_finish(box))
    found = "a part of the change was found on it."
    if not diff(now.config, box.plan.running):
        if not box.save_begun:
            job.end(box.name, Ending.AS_BEFORE, "nothing of the change was found on it")
            return Result(host=task.host, result=Ending.AS_BEFORE)
        found = "it is as before, but may have been saved as planned."
    ending = go_back(box, found, save=box.save_begun)
    if ending is Ending.LOOK:
        raise DeviceError(box.name, "could not be put back", "Look at it; `govnet change ID` says what failed")
    return Result(host=task.host, result=ending)


def _finish(box: _Box) -> Ending:
    try:
        box.save()
    except GovnetError as error:
        box.job.end(box.name, Ending.LOOK, f"it is as planned, but was not saved: {error}")
        raise
    box.job.end(box.name, Ending.AS_PLANNED, "all of the change was found on it")
    return Ending.AS_PLANNED
