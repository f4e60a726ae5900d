"""`govnet apply`: an approved plan, or on the lab a network straight away; wave after wave, each device read back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govnet.cli import screen
from govnet.cli.devices import finish, read_all
from govnet.cli.options import (
    BUILD,
    Accept,
    AcceptUnknown,
    Batch,
    BreakGlass,
    Budget,
    Build,
    Deadline,
    Json,
    Only,
    UseLab,
)
from govnet.cli.plans import loud, me, opened, planned, show
from govnet.cli.workspace import Workspace, open_workspace, trusted
from govnet.errors import RefusedError
from nornir_tasks.approval import Gate, admit
from nornir_tasks.changes import begin, carry_out, new_id
from nornir_tasks.job import Ending, Job
from nornir_tasks.planfile import Author, Request
from nornir_tasks.readiness import insist_accepted, insist_ready
from nornir_tasks.waves import BATCH

if TYPE_CHECKING:
    from nornir_tasks.changes import ChangeReport
    from nornir_tasks.planfile import PlanFile
    from nornir_tasks.runner import Runner

DEADLINE = 300.0


def apply(  # noqa: PLR0913 - one option each
    target: Annotated[str, typer.Argument(metavar="FILE|NETWORK", help="An approved plan; for a lab also a network.")],
    *,
    only: Only = None,
    lab: UseLab = None,
    accept_unverified: Accept = False,
    accept_unknown: AcceptUnknown = False,
    break_glass: BreakGlass = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, check and prove; send nothing.")] = False,
    batch: Batch = BATCH,
    budget: Budget = 0,
    deadline: Deadline = DEADLINE,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Change devices as an approved plan says: canary first, far before near, each one read back and then saved.

    A device that fails is put back as it was; when more fail than the budget allows, no further wave is begun. A
    network instead of a plan is planned and applied at once, and taken for the lab alone (or with --break-glass).
    """
    direct = not Path(target).is_file()
    work, plan = (open_workspace(target, build), None) if direct else opened(Path(target), build)
    if plan is None and break_glass == "" and (lab is False or work.running_lab() is None):
        raise RefusedError(
            f"{target}: a network is applied straight away in a lab only. Plan it to a file (-o), let it be approved,"
            " and apply that; or pass --break-glass REASON."
        )
    gate = Gate(datetime.now(UTC), trusted(), break_glass)
    said = admit(plan, work.network, gate) if plan else [f"glass broken: {break_glass}"] if break_glass else []
    loud(said)
    with work.journal() as journal, journal.alone(), work.runner(work.access(lab=lab), journal) as runner:
        readings, failed = read_all(work, runner, work.chosen([]))
        if plan is None:
            chosen = work.chosen(only or [])
            request = Request(Author(me("")), accept_unknown=accept_unknown)
            plan = planned(work, readings, chosen, request, batch)
            failed = {name: error for name, error in failed.items() if name in chosen}
            _insist_whole(plan)
        else:
            insist_ready(work.network, readings, failed, plan)
            failed = {}
        job = Job(work.network, plan.plan.devices, "", journal, accept_unverified, deadline, budget)
        if dry_run:
            _dry(plan, as_json=as_json)
            return
        insist_accepted(plan.plan, accepted=accept_unverified)
        report = run_change(runner, plan, job, said)
    tell(work, plan, report, as_json=as_json)
    finish({**failed, **report.failed})


def _insist_whole(plan: PlanFile) -> None:
    if plan.refused:
        raise RefusedError(f"the plan is refused; nothing was sent: {plan.refused[0]}")


def run_change(runner: Runner, plan: PlanFile, job: Job, said: list[str]) -> ChangeReport:
    """Write down that a change begins, and carry it out."""
    change = new_id(job.journal, plan, datetime.now(UTC))
    begin(job.journal, plan, change, said)
    job = Job(job.network, job.plans, change, job.journal, job.accept_unverified, job.deadline, job.budget)
    return carry_out(runner, plan, job)


def _dry(plan: PlanFile, *, as_json: bool) -> None:
    if as_json:
        sent = {name: [c.text for c in device.commands] for name, device in plan.plan.devices.items()}
        screen.print_json({"dry_run": True, "hash": plan.hash, "waves": plan.content["waves"], "commands": sent})
        return
    show(plan)
    screen.out.print("dry run: nothing was sent")


def tell(work: Workspace, plan: PlanFile, report: ChangeReport, *, as_json: bool) -> None:
    """Say what became of a change, device by device."""
    if as_json:
        screen.print_json(as_object(work, plan, report))
        return
    colours = {Ending.AS_PLANNED: "green", Ending.AS_BEFORE: "yellow", Ending.LOOK: "red"}
    for name, state in report.devices.items():
        colour = next((colours[ending] for ending in colours if ending == state), "cyan")
        screen.out.print(f"[{colour}]{state:<17}[/] {name}", soft_wrap=True)
    if report.stopped:
        screen.out.print("[red]stopped[/red]: the failure budget was used up; no further wave was begun")
    good = sum(state == Ending.AS_PLANNED for state in report.devices.values())
    screen.out.print(f"{good} devices as planned; change {report.id}")


def as_object(work: Workspace, plan: PlanFile, report: ChangeReport) -> dict[str, Any]:
    """Return what became of a change as JSON can hold it."""
    done = {name for name, state in report.devices.items() if state == Ending.AS_PLANNED}
    return {
        "network": work.network.slug,
        "change": report.id,
        "changes": plan.plan.changes,
        "commands": {name: len(d.commands) for name, d in plan.plan.devices.items() if name in done},
        "unverified_commands": plan.plan.unverified,
        "devices": report.devices,
        "waves_begun": report.waves,
        "stopped": report.stopped,
        "failed": {name: str(error) for name, error in report.failed.items()},
    }
