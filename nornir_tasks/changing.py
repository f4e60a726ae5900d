"""One device of a change: read, checkpoint, send, read back, save; and back again when anything of that fails.

A row is written before each of these steps and after it, so that whoever comes after a crash knows how far it got. The
last row says what became of the device: as planned, as before, or to be looked at. Nothing is sent to a device that was
not read just before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nornir.core.task import Result

from govnet.config import diff
from govnet.errors import CommandRefusedError, DeviceError, GovnetError, RefusedError
from nornir_tasks.job import Box, Ending
from nornir_tasks.planning import state_of

if TYPE_CHECKING:
    from nornir.core.task import Task

    from govnet.config.model import DeviceConfig
    from govnet.platforms.base import Command, Platform
    from nornir_tasks.job import Job


def change(task: Task, job: Job) -> Result:
    """Change one device as planned; the result is its `Ending`.

    Raises:
        RefusedError: it drifted since the plan was made, or unverified commands were not accepted. Nothing was sent.
        DeviceError: something failed; the message says whether the device is as before or to be looked at.
    """
    box = Box(task, job)
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


def _checkpoint(box: Box) -> None:
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


def _refuse(box: Box, *, accept_unverified: bool) -> None:
    doubted = {*box.plan.unverified, *box.plan.doubted_back}
    if doubted and not accept_unverified:
        families = ", ".join(sorted({command.family for command in doubted}))
        raise RefusedError(
            f"{box.name}: {len(doubted)} commands of the change or its way back have no public source ({families})."
            " Pass --accept-unverified, or say in `syntax_evidence:` who saw them work on which release."
        )


def _carry_out(box: Box) -> None:
    """Send, read back, save; on failure go back."""
    job, plan = box.job, box.plan
    try:
        with job.step(box.name, "send"):
            box.type(plan.commands, inside=True)
        with job.step(box.name, "verify"):
            _insist(box, plan.predicted)
        box.save()
    except GovnetError as error:
        # What was refused was not saved, by the device's own word; anything else may have been obeyed.
        unsaved = isinstance(error, CommandRefusedError) and not box.keeps_as_it_goes
        ending = go_back(box, str(error), save=box.may_be_kept and not unsaved)
        raise _told(box.name, error, ending) from error
    job.end(box.name, Ending.AS_PLANNED)


def _insist(box: Box, wanted: DeviceConfig) -> None:
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


def go_back(box: Box, why: str, *, save: bool) -> Ending:
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
            box.save_before()
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
    box = Box(task, job)
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
        if not box.may_be_kept:
            job.end(box.name, Ending.AS_BEFORE, "nothing of the change was found on it")
            return Result(host=task.host, result=Ending.AS_BEFORE)
        found = "it is as before, but may have been saved as planned."
    ending = go_back(box, found, save=box.may_be_kept)
    if ending is Ending.LOOK:
        raise DeviceError(box.name, "could not be put back", "Look at it; `govnet change ID` says what failed")
    return Result(host=task.host, result=ending)


def _finish(box: Box) -> Ending:
    try:
        box.save_planned()
    except GovnetError as error:
        box.job.end(box.name, Ending.LOOK, f"it is as planned, but was not saved: {error}")
        raise
    box.job.end(box.name, Ending.AS_PLANNED, "all of the change was found on it")
    return Ending.AS_PLANNED
