"""`govnet changes`, `change`, `resume`, `rollback`, `journal`: what was done, going on after a crash, the way back."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govnet.cli import applying, screen
from govnet.cli.devices import finish, read_all
from govnet.cli.options import BUILD, Accept, AcceptUnknown, BreakGlass, Budget, Build, ChangeId, Deadline, Json, UseLab
from govnet.cli.plans import loud, me
from govnet.cli.workspace import Workspace, open_workspace
from govnet.errors import RefusedError
from govnet.network import asof
from nornir_tasks.approval import window_open
from nornir_tasks.changes import choose, standing, unfinished
from nornir_tasks.changes import resume as take_up
from nornir_tasks.job import Job
from nornir_tasks.journal import Journal
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Author, Request, make_file, read_file
from nornir_tasks.planhead import folder_of, view_of
from nornir_tasks.readiness import insist_accepted, way_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nornir_tasks.planfile import PlanFile

journal_app = typer.Typer(help="The journal of what was done.", no_args_is_help=True)
Where = Annotated[str, typer.Option("--network", "-n", help="Only this network's journal; by default all of --build.")]


def changes(*, network: Where = "", build: Build = BUILD, as_json: Json = False) -> None:
    """List all changes, oldest first, with what became of their devices."""
    rows = []
    for folder in _folders(network, build):
        with Journal(folder / "journal.sqlite") as journal:
            cut = unfinished(journal)
            rows += [(folder.name, known, *_ending(journal, known, cut)) for known in journal.changes()]
    if as_json:
        keys = ("network", "change", "begun", "state", "detail")
        screen.print_json({"changes": [dict(zip(keys, row, strict=True)) for row in rows]})
        return
    screen.table("changes", ["network", "change", "begun", "state", "devices"], rows)


def _ending(journal: Journal, change: str, cut: list[str]) -> tuple[str, str, str]:
    own = [row for row in journal.of_change(change) if not row.device and row.step == "change"]
    if change in cut:
        return own[0].at, "cut off", "run `govnet resume`"
    counts = Counter(json.loads(own[-1].detail).values())
    state = "as planned" if own[-1].state == "done" else "not as planned"
    return own[0].at, state, ", ".join(f"{count} {ending}" for ending, count in counts.items())


def change(id_: ChangeId, *, network: Where = "", build: Build = BUILD, as_json: Json = False) -> None:
    """Show one change: every step with its time, and how each device stands."""
    with _found(id_, network, build) as (_, journal, plan, change_id):
        rows = journal.of_change(change_id)
        stands = standing(journal, plan, change_id)
    if as_json:
        steps = [{"at": r.at, "device": r.device, "step": r.step, "state": r.state, "detail": r.detail} for r in rows]
        screen.print_json({"change": change_id, "hash": plan.hash, "devices": stands, "steps": steps})
        return
    shown = [(r.at, r.device, r.step, r.state, r.detail[:200]) for r in rows]
    screen.table(f"change {change_id}", ["at", "device", "step", "state", "detail"], shown)
    for name, state in stands.items():
        screen.out.print(f"{state:<17} {name}")


def resume(  # noqa: PLR0913 - one option each
    id_: Annotated[str, typer.Argument(metavar="[ID]", help="A change; by default the last that was cut off.")] = "",
    *,
    network: Where = "",
    settle: Annotated[bool, typer.Option("--settle", help="Only settle what was under way; begin nothing.")] = False,
    lab: UseLab = None,
    accept_unverified: Accept = False,
    budget: Budget = 0,
    deadline: Deadline = applying.DEADLINE,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Take up a change that was cut off: read what was under way and finish it or take it back, then go on.

    Nothing is sent to a device before it was read. Outside of a change window nothing new is begun.
    """
    with _found(id_, network, build) as (work, journal, plan, change_id), journal.alone():
        go_on = not settle and window_open(work.network, datetime.now(UTC))
        job = Job(work.network, plan.plan.devices, change_id, journal, accept_unverified, deadline, budget)
        with work.runner(work.access(lab=lab), journal) as runner:
            report = take_up(runner, plan, job, go_on=go_on)
    applying.tell(work, plan, report, as_json=as_json)
    finish(report.failed)


def rollback(  # noqa: PLR0913 - one option each
    id_: ChangeId,
    *,
    network: Where = "",
    lab: UseLab = None,
    accept_unverified: Accept = False,
    accept_unknown: AcceptUnknown = False,
    break_glass: BreakGlass = "",
    budget: Budget = 0,
    deadline: Deadline = applying.DEADLINE,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Take a change back on every device that it changed, from the last wave to the first, proven once more before.

    A way back that breaks isolation or cuts a device off is refused; --break-glass REASON overrules the former.
    """
    with (
        _found(id_, network, build) as (work, journal, plan, change_id),
        journal.alone(),
        work.runner(work.access(lab=lab), journal) as runner,
    ):
        readings, failed = read_all(work, runner, work.chosen([]))
        undo, order = way_back(work.network, readings, plan, standing(journal, plan, change_id))
        judgement = judge(work.network, readings, undo, order)
        request = Request(Author(me("")), reverts=change_id, accept_unknown=accept_unknown)
        back = make_file(work.network, undo, judgement, request)
        insist_accepted(undo, accepted=accept_unverified)
        said = _overruled(back, break_glass, cut=[w for w in judgement.waves if w.cut])
        loud(said)
        job = Job(work.network, undo.devices, "", journal, accept_unverified, deadline, budget)
        report = applying.run_change(runner, back, job, [f"takes {change_id} back", *said])
    applying.tell(work, back, report, as_json=as_json)
    finish({**{name: error for name, error in failed.items() if name in undo.devices}, **report.failed})


def _overruled(back: PlanFile, reason: str, *, cut: list[Any]) -> list[str]:
    """Return what is said aloud; raise when the way back is refused and may not be gone all the same."""
    if not back.refused:
        return []
    if not reason or cut:
        raise RefusedError(f"the way back is refused; nothing was sent: {back.refused[0]}")
    return [f"glass broken: {reason}; the way back is refused: {back.refused[0].partition(chr(10))[0]}"]


@journal_app.command()
def verify(*, network: Where = "", build: Build = BUILD, as_json: Json = False) -> None:
    """Check the chain of every row: nothing altered, nothing taken out."""
    found = {}
    for folder in _folders(network, build):
        with Journal(folder / "journal.sqlite") as journal:
            found[folder.name] = journal.verify()
    if as_json:
        screen.print_json({"journals": found})
    else:
        for name, wrong in found.items():
            said = "[green]whole[/green]" if not wrong else "[bold white on red]ALTERED[/]"
            screen.out.print(f"{name}: {said}")
            for text in wrong:
                screen.out.print(f"  {screen.plain(text)}", soft_wrap=True)
    if any(found.values()):
        raise typer.Exit(RefusedError.exit_code)


def _folders(network: str, build: Path) -> list[Path]:
    """Return the build folders that have a journal."""
    if network:
        return [open_workspace(network, build).folder]
    return sorted(path.parent for path in build.glob("*/journal.sqlite"))


@contextmanager
def _found(id_: str, network: str, build: Path) -> Iterator[tuple[Workspace, Journal, PlanFile, str]]:
    """Yield the workspace, open journal and plan of a change; the last that was cut off when none is named."""
    why: RefusedError = RefusedError(f"{build}: there is no journal yet; nothing was changed from here.")
    for folder in _folders(network, build):
        with Journal(folder / "journal.sqlite") as journal:
            try:
                change_id = choose(journal, id_)
            except RefusedError as error:
                why = error
                continue
            text = journal.plan_text(change_id)
            planned = view_of(text, change_id)
            with asof.viewing(planned.day, planned.profile):
                work = open_workspace(folder_of(text, change_id), build)
            plan = read_file(text, work.network, f"plan of change {change_id}", carried_out=True)
            yield work, journal, plan, change_id
            return
    raise why
