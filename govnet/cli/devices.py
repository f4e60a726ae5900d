"""`govnet backup`, `verify`: what logs in to devices and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from govnet.cli import screen
from govnet.cli.keys import backup_vault
from govnet.cli.options import BUILD, Build, Json, NetworkName, Only, UseLab
from govnet.cli.workspace import Workspace, open_workspace
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.reading import Reading
    from govnet.errors import GovnetError
    from nornir_tasks.runner import Runner


def backup(
    network: NetworkName, *, only: Only = None, lab: UseLab = None, build: Build = BUILD, as_json: Json = False
) -> None:
    """Keep every running configuration under git: as text without secrets and dates, and whole but encrypted."""
    from nornir_tasks import tasks  # noqa: PLC0415 - sessions cost what only a command that opens one is to pay

    work = open_workspace(network, build)
    store = BackupStore(work.backups, backup_vault())
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        outcome = runner.run(tasks.backup, work.chosen(only or []), network=work.network, store=store)
    revision = store.commit(f"Backup of {len(outcome.done)} devices of {work.network.slug}", outcome.done)
    if as_json:
        rows = {"done": sorted(outcome.done), "failed": {k: str(v) for k, v in outcome.failed.items()}}
        head = {"network": work.network.slug, "revision": revision, "folder": str(work.backups)}
        screen.print_json({**head, "raw_kept": store.vault is not None, **rows})
    else:
        screen.out.print(f"{len(outcome.done)} configurations in {work.backups}, revision {revision}", soft_wrap=True)
        if store.vault is None:
            screen.out.print("[yellow]raw texts are not kept[/yellow]: there is no key; `govnet key backup` makes one")
    finish(outcome.failed)


def verify(
    network: NetworkName, *, only: Only = None, lab: UseLab = None, build: Build = BUILD, as_json: Json = False
) -> None:
    """Read every device and compare it with its intent."""
    from nornir_tasks import tasks  # noqa: PLC0415 - sessions cost what only a command that opens one is to pay

    work = open_workspace(network, build)
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        outcome = runner.run(tasks.verify, work.chosen(only or []), network=work.network)
    if as_json:
        rows = {"as_intended": sorted(outcome.done), "failed": {k: str(v) for k, v in outcome.failed.items()}}
        screen.print_json({"network": work.network.slug, **rows})
    else:
        screen.out.print(f"{len(outcome.done)} devices are as the inventory says")
    finish(outcome.failed)


def read_all(work: Workspace, runner: Runner, devices: list[str]) -> tuple[dict[str, Reading], dict[str, GovnetError]]:
    """Read devices; return what was read and why the others were not."""
    from nornir_tasks import tasks  # noqa: PLC0415 - sessions cost what only a command that opens one is to pay

    outcome = runner.run(tasks.read, devices, network=work.network)
    return {name: found.reading for name, found in outcome.done.items()}, outcome.failed


def finish(failed: Mapping[str, GovnetError]) -> None:
    """Name every device that failed, and leave with the exit code of the gravest cause; return when none did."""
    if failed:
        screen.failures(failed)
        raise typer.Exit(max(error.exit_code for error in failed.values()))
