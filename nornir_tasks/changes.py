"""A whole change: wave after wave until it is through or too much failed; what is known of it; going on after a crash.

The journal is the only memory. A change is through when its last row says so; a device of it is as its last outcome
says, interrupted when it was begun and has none, and not started otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from typing import TYPE_CHECKING

from govnet.errors import RefusedError
from nornir_tasks import changing
from nornir_tasks.job import OUTCOME, Ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govnet.errors import GovnetError
    from nornir_tasks.job import Job
    from nornir_tasks.journal import Journal, Step
    from nornir_tasks.planfile import PlanFile
    from nornir_tasks.runner import Runner

INTERRUPTED, NOT_STARTED = "interrupted", "not-started"


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What became of a change.

    Attributes:
        id: in the journal.
        devices: device -> ``as-planned``, ``as-before``, ``to-be-looked-at``, ``interrupted`` or ``not-started``.
        failed: device -> why.
        waves: how many were begun.
        stopped: the failure budget was used up.
    """

    id: str
    devices: dict[str, str]
    failed: dict[str, GovnetError]
    waves: int
    stopped: bool


def new_id(journal: Journal, plan: PlanFile, now: datetime) -> str:
    """Return the id of a change that begins now: its time, and the start of the plan's hash.

    A plan that is carried out again within the second has a number after the time: ``20080501T023000.2-0a1b2c3d``.
    """
    second, short, known = f"{now.astimezone(UTC):%Y%m%dT%H%M%S}", plan.hash[:8], set(journal.changes())
    times = chain([second], (f"{second}.{number}" for number in count(2)))
    return next(made for time in times if (made := f"{time}-{short}") not in known)


def begin(journal: Journal, plan: PlanFile, change: str, said: Sequence[str] = ()) -> None:
    """Write down that a change begins, with its whole plan, before anything is sent.

    Raises:
        StorageError: it cannot be written; nothing may be sent.
    """
    journal.open_change(change, plan.text(), "; ".join(said))


def carry_out(runner: Runner, plan: PlanFile, job: Job) -> ChangeReport:
    """Change the plan's devices that are not yet as planned, wave by wave; stop when the failure budget is used up."""
    failed: dict[str, GovnetError] = {}
    begun = 0
    waves = [wave for wave in _left(plan, job) if wave]
    for wave in waves:
        if len(failed) > job.budget:
            break
        begun += 1
        failed |= runner.run(changing.change, wave, job=job).failed
    return _close(plan, job, failed, begun, stopped=begun < len(waves))


def _close(plan: PlanFile, job: Job, failed: dict[str, GovnetError], begun: int, *, stopped: bool) -> ChangeReport:
    """Write the change's last row: how every device stands."""
    devices = standing(job.journal, plan, job.change)
    good = set(devices.values()) <= {Ending.AS_PLANNED}
    job.journal.write("", "change", "done" if good else "failed", json.dumps(devices), job.change)
    return ChangeReport(job.change, devices, failed, begun, stopped)


def _left(plan: PlanFile, job: Job) -> list[list[str]]:
    """Return the waves without the devices that have come through already."""
    found = standing(job.journal, plan, job.change)
    return [[name for name in wave if found[name] in (NOT_STARTED, Ending.AS_BEFORE)] for wave in plan.waves]


def standing(journal: Journal, plan: PlanFile, change: str) -> dict[str, str]:
    """Return device -> what the journal says became of it, in the order of the waves."""
    rows: dict[str, list[Step]] = {name: [] for wave in plan.waves for name in wave}
    for row in journal.of_change(change):
        if row.device in rows:
            rows[row.device].append(row)
    return {name: _standing(own) for name, own in rows.items()}


def _standing(rows: list[Step]) -> str:
    for row in reversed(rows):
        if row.step == OUTCOME:
            return row.detail.partition(":")[0]
        if row.state == "begun":
            return INTERRUPTED
    return INTERRUPTED if rows else NOT_STARTED


def unfinished(journal: Journal) -> list[str]:
    """Return the changes that a crash has cut off: begun, and no row says that they are through."""
    found = []
    for change in journal.changes():
        own = [row for row in journal.of_change(change) if row.step == "change"]
        if own[-1].state == "begun":
            found.append(change)
    return found


def resume(runner: Runner, plan: PlanFile, job: Job, *, go_on: bool) -> ChangeReport:
    """Take up a change that was cut off: settle what was under way, then go on with what was not begun.

    With ``go_on`` False, or when something cannot be settled, the devices that were not begun stay as they are.
    """
    found = standing(job.journal, plan, job.change)
    open_ones = [name for name, state in found.items() if state in (INTERRUPTED, Ending.LOOK)]
    job.journal.write("", "resume", "begun", json.dumps(open_ones), job.change)
    settled = runner.run(changing.settle, open_ones, job=job)
    job.journal.write("", "resume", "done", json.dumps(sorted(settled.done)), job.change)
    if settled.failed or not go_on:
        return _close(plan, job, settled.failed, 0, stopped=bool(settled.failed))
    return carry_out(runner, plan, job)


def choose(journal: Journal, change: str) -> str:
    """Return the id that a person meant; the last change that was cut off when they said nothing.

    Raises:
        RefusedError: there is no such change, or several begin like that, or nothing was cut off.
    """
    if not change:
        cut = unfinished(journal)
        if not cut:
            raise RefusedError("no change was cut off; there is nothing to resume. `govnet changes` lists them.")
        return cut[-1]
    meant = [known for known in journal.changes() if change in (known, known.partition("-")[2])]
    meant = meant or [known for known in journal.changes() if known.startswith(change)]
    if len(meant) != 1:
        what = "names no change" if not meant else f"may mean {', '.join(meant)}"
        raise RefusedError(f"{change!r} {what}; `govnet changes` lists them.")
    return meant[0]
