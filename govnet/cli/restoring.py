"""`govnet restore`, `govnet rehearse`: back to what a revision of the backups says, or in a lab of its own."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.cli import applying, screen
from govnet.cli.devices import finish, read_all
from govnet.cli.keys import backup_vault
from govnet.cli.options import BUILD, Accept, AcceptUnknown, Build, Deadline, Json, NetworkName, Only, UseLab
from govnet.cli.plans import Me, as_object, me, show
from govnet.cli.workspace import Workspace, open_workspace
from govnet.config import diff
from govnet.config.intent import intent
from govnet.errors import RefusedError, VerifyError
from lab import daemon
from lab.estate import twins
from nornir_tasks.job import Job
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Author, Request, make_file, write_file
from nornir_tasks.rehearsing import rehearse as rehearse_on
from nornir_tasks.restoring import plan_restore, restorable
from nornir_tasks.store import BackupStore
from nornir_tasks.waves import waves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.reading import Reading
    from govnet.errors import GovnetError
    from nornir_tasks.planfile import PlanFile
    from nornir_tasks.restoring import Backup, Rehearsed

Name = Annotated[str, typer.Argument(metavar="DEVICE", help="The device to restore.")]
OfNetwork = Annotated[str, typer.Option("--network", "-n", help="The network that it belongs to.")]
Revision = Annotated[str, typer.Argument(metavar="REV", help="A revision of the backups: HEAD, HEAD~3, a hash.")]
From = Annotated[str, typer.Option("--from", metavar="REV", help="A revision of the backups: HEAD, HEAD~3, a hash.")]


def restore(  # noqa: PLR0913 - one option each
    device: Name,
    *,
    network: OfNetwork,
    revision: From,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a plan to be approved, apply nothing.")
    ] = None,
    author: Me = "",
    lab: UseLab = None,
    accept_unverified: Accept = False,
    accept_unknown: AcceptUnknown = False,
    deadline: Deadline = applying.DEADLINE,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Plan what leads a device back to a revision, prove it, and in a lab apply it; like any change.

    For a real device write the plan to a file (-o), let it be approved, and apply that.
    """
    work = open_workspace(network, build)
    (name,) = work.chosen([device])
    if output is None and (lab is False or work.running_lab() is None):
        raise RefusedError(
            f"{name}: is restored straight away in a lab only. Write the plan to a file (-o), let it be approved, and"
            " apply that."
        )
    backup = restorable(work.network, BackupStore(work.backups, backup_vault()), name, revision)
    request = Request(Author(me(author)), accept_unknown=accept_unknown)
    with (
        work.journal() as journal,
        nullcontext() if output else journal.alone(),
        work.runner(work.access(lab=lab), journal) as runner,
    ):
        readings, failed = read_all(work, runner, work.chosen([]))
        finish({one: error for one, error in failed.items() if one == name})
        made = _planned(work, readings, backup, request)
        if output is not None:
            _write(made, output, as_json=as_json)
            return
        if not made.plan.changes:
            _nothing(work, name, revision, as_json=as_json)
            return
        _insist(made, name)
        job = Job(work.network, made.plan.devices, "", journal, accept_unverified, deadline, 0)
        report = applying.run_change(runner, made, job, [f"restores {name} from {revision}"])
    applying.tell(work, made, report, as_json=as_json)
    if not as_json:
        _beside(work, backup)
    finish(report.failed)


def _planned(work: Workspace, readings: Mapping[str, Reading], backup: Backup, request: Request) -> PlanFile:
    with screen.working("planning and proving"):
        plan = plan_restore(work.network, readings, [backup])
        moved = [name for name, one in plan.devices.items() if one.changes]
        return make_file(work.network, plan, judge(work.network, readings, plan, waves(work.network, moved)), request)


def _write(made: PlanFile, output: Path, *, as_json: bool) -> None:
    write_file(output, made)
    if as_json:
        screen.print_json(as_object(made))
    else:
        show(made)
    if made.refused:
        raise typer.Exit(RefusedError.exit_code)


def _nothing(work: Workspace, name: str, revision: str, *, as_json: bool) -> None:
    if as_json:
        screen.print_json({"network": work.network.slug, "device": name, "changes": 0})
    else:
        screen.out.print(f"{name} is as revision {revision} says; nothing was sent")


def _insist(made: PlanFile, name: str) -> None:
    if made.refused:
        raise RefusedError(f"{name}: the restore is refused; nothing was sent: {made.refused[0]}")


def _beside(work: Workspace, backup: Backup) -> None:
    """Say what a restore does not do: it restores what is modelled, and the inventory may want otherwise."""
    if not backup.whole:
        screen.out.print("restored from the sanitized text: there is no raw one, or no key to open it")
    if backup.reading.unread:
        count = len(backup.reading.unread)
        screen.out.print(f"{count} lines of the backup are not modelled; they stay as the device has them")
    if left := diff(backup.reading.config, intent(work.network, backup.device)):
        screen.out.print(
            f"[yellow]the inventory wants {len(left)} changes[/yellow]: `govnet apply` would make them; mend the"
            " inventory if the backup is right",
            soft_wrap=True,
        )


def rehearse(
    revision: Revision, network: NetworkName, *, only: Only = None, build: Build = BUILD, as_json: Json = False
) -> None:
    """Restore every device of a revision into a lab of its own, straight from the box, and read it back."""
    work = open_workspace(network, build)
    store = BackupStore(work.backups, backup_vault())
    kept = store.devices(revision)
    names = [name for name in work.chosen(only or []) if name in kept]
    if not names:
        raise RefusedError(f"revision {revision} holds none of these devices; it holds {', '.join(kept) or 'none'}.")
    backups = [restorable(work.network, store, name, revision) for name in names]
    found, failed = _in_a_lab(Workspace(work.network, work.folder / "rehearsal"), backups)
    _tell(work, revision, found, failed, as_json=as_json)
    finish(failed)
    if not all(one.exact for one in found):
        raise typer.Exit(VerifyError.exit_code)


def _in_a_lab(room: Workspace, backups: list[Backup]) -> tuple[list[Rehearsed], dict[str, GovnetError]]:
    """Rehearse in emulated devices on ports of the kernel's choice, so that another lab may run beside."""
    names = {backup.device for backup in backups}
    chosen = [twin for twin in twins(room.network) if twin.name in names]
    with screen.working("starting a lab of its own"):
        running = daemon.start(chosen, room.lab_folder, port=0, snmp_port=0)
    try:
        with room.journal() as journal, room.runner(room.lab_access(running), journal) as runner:
            return rehearse_on(runner, room.network, backups)
    finally:
        room.end_lab()


def _tell(
    work: Workspace, revision: str, found: list[Rehearsed], failed: Mapping[str, GovnetError], *, as_json: bool
) -> None:
    if as_json:
        rows = {one.device: {"exact": one.exact, "differences": one.left, "lost": one.lost} for one in found}
        errors = {name: str(error) for name, error in failed.items()}
        screen.print_json({"network": work.network.slug, "revision": revision, "devices": rows, "failed": errors})
        return
    for one in found:
        for text in one.left:
            screen.out.print(f"[red]{one.device}[/red]  still to do: {screen.plain(text)}", soft_wrap=True)
        for text in one.lost:
            screen.out.print(f"[yellow]{one.device}[/yellow]  not restored: {screen.plain(text)}", soft_wrap=True)
    exact, lost = sum(one.exact for one in found), sum(len(one.lost) for one in found)
    screen.out.print(f"{exact} of {len(found)} devices restored exactly; {lost} lines that are not modelled were not")
