"""The step that plans: what every device of the play would be told, judged on the whole network, kept as a file."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from govnet.config import diff
from govnet.config.words import words
from govnet.errors import GovnetError, RefusedError, StorageError
from govnet.plays.play import Step, Told
from govnet.workspace import keys_folder
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Author, Request, make_file, read_file, write_file
from nornir_tasks.planning import make_plan, sign
from nornir_tasks.waves import BATCH, waves

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from govnet.config.reading import Reading
    from govnet.plays.play import Play
    from nornir_tasks.planfile import PlanFile
    from nornir_tasks.planning import DevicePlan


def author() -> Author:
    """Return who makes a plan: the name that the person goes by, and the public key if there is one of that name."""
    who = os.environ.get("GOVNET_NAME") or getpass.getuser()
    public = keys_folder() / f"{who}.pub"
    return Author(who, public.read_text().partition(" ")[0].strip() if public.exists() else "")


def plan(play: Play, path: Path, *, accept_unknown: bool, batch: int = BATCH) -> Step:
    """Plan the devices of the play and keep the plan; a file that says the same is left alone, with its approvals.

    A plan that is refused is kept, and has failed.
    """
    network = play.work.network
    with play.runner() as (runner, _):
        readings, failed = play.read_all(runner)
    chosen = [name for name in play.hosts if name in readings]
    made = make_plan(network, readings, chosen)
    moved = [name for name, device in made.devices.items() if device.changes]
    judgement = judge(network, readings, made, waves(network, moved, batch))
    file = make_file(network, made, judgement, Request(author(), accept_unknown=accept_unknown))
    kept, path, new = _keep(play, path, file, readings)
    told = {name: _told(made.devices.get(name), failed.get(name)) for name in play.hosts}
    text = f"{made.changes} changes in {made.commands} commands; plan {path}, hash {kept.hash}"
    facts = {"path": str(path), "hash": kept.hash, "waves": [list(wave) for wave in kept.waves]}
    return Step(told, text, new, facts, kept.refused, bool(kept.refused), RefusedError.exit_code)


def _keep(play: Play, path: Path, file: PlanFile, readings: Mapping[str, Reading]) -> tuple[PlanFile, Path, bool]:
    """Keep a plan; return the plan that is kept, where, and whether it is another one than before.

    What is kept stays when it says the same, and when there is nothing to plan and all of it has been carried out. In
    check mode it stays in any case, and the new plan is written beside it, for steps that follow in check mode.
    """
    try:
        kept = open_plan(play, path)
        if kept.hash == file.hash or not (file.plan.changes or file.refused or outstanding(kept, readings)):
            return kept, path, False
    except GovnetError:
        pass
    path = path.with_suffix(".check.json") if play.check else path
    write_file(path, file)
    return file, path, True


def outstanding(plan: PlanFile, readings: Mapping[str, Reading]) -> set[str]:
    """Return the devices that are not as planned yet, or were not read."""
    return {
        name
        for name, device in plan.plan.devices.items()
        if device.refused or name not in readings or diff(readings[name].config, device.predicted)
    }


def _told(device: DevicePlan | None, error: GovnetError | None) -> Told:
    if device is None:
        return Told(error=error)
    return Told(f"{len(device.changes)} changes in {len(device.commands)} commands", lines=shown(device))


def shown(device: DevicePlan) -> tuple[str, ...]:
    """Return a device's changes in words (~), and its commands (>; = by SNMP SET, ? without a public source)."""
    changes = [f"~ {words(change)}" for change in device.changes]
    commands = [f"{sign(command, device.unverified)} {command.text}" for command in device.commands]
    return (*(f"refused: {text}" for text in device.refused), *changes, *commands)


def open_plan(play: Play, path: Path) -> PlanFile:
    """Return a plan file, checked against itself and the inventory.

    Raises:
        StorageError: there is no such file.
        InputError: it is no plan.
        RefusedError: it was altered, or the inventory was.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{path}: the plan cannot be read ({error}); make one with the playbook `plan`.") from error
    return read_file(text, play.work.network, str(path))
