"""`govnet drift`: which devices are not as the inventory says, and whether they or the inventory moved."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from govnet.cli import screen
from govnet.cli.devices import finish, read_all
from govnet.cli.keys import backup_vault
from govnet.cli.options import BUILD, Build, Json, NetworkName, Only, UseLab
from govnet.cli.ordering import Exported, read_exports, show_exports
from govnet.cli.workspace import Workspace, open_workspace
from govnet.config.words import words
from govnet.errors import DeviceError
from govnet.monitoring import checks
from nornir_tasks.drifting import Drift
from nornir_tasks.drifting import drift as drift_of
from nornir_tasks.restoring import Backup, read_backup
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.reading import Reading
    from govnet.errors import GovnetError

DRIFTED = 8
"""Exit code when a device is not as the inventory says."""
SHOWN = 12


def drift(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    only: Only = None,
    lab: UseLab = None,
    evidence: Exported = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Hold what devices say now against the inventory and the last backup; in changes, with who made them.

    Leaves with 8 when a device is not as the inventory says, or something that is not modelled was changed on it.
    """
    work = open_workspace(network, build)
    exports = read_exports(work.network, evidence or [])
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        readings, failed = read_all(work, runner, work.chosen(only or []))
    kept = backups(work, readings)
    exported = {name: reading for name, (_, reading) in exports.items()}
    found = _held(work, {**readings, **exported}, kept, failed)
    if not only:  # a look at some devices says nothing of the others
        changes = {one.device: len(one.differences) for one in found}
        checks.note(work.folder, checks.DRIFT, checks.of_drift(changes), time.time())
    if as_json:
        rows = {one.device: one.as_json() for one in found}
        screen.print_json({"network": work.network.slug, "devices": rows, "failed": sorted(failed)})
    else:
        show_exports(exports)
        for one in found:
            _show(one)
        drifted, stale = sum(one.drifted for one in found), sum(one.stale for one in found)
        screen.out.print(f"{drifted} of {len(found)} devices drifted; the backup of {stale} is not what they say now")
    finish(failed)
    if any(one.drifted for one in found):
        raise typer.Exit(DRIFTED)


def _held(
    work: Workspace, readings: Mapping[str, Reading], kept: Mapping[str, Backup], failed: dict[str, GovnetError]
) -> list[Drift]:
    """Return how each device differs; one that cannot be compared is put to those that failed."""
    found: list[Drift] = []
    for name, reading in readings.items():
        try:
            found.append(drift_of(work.network, name, reading, kept.get(name)))
        except ValueError:
            cause = "has other ports than the inventory or its last backup says"
            failed[name] = DeviceError(name, cause, "Check its model and cards in hosts.yaml, then back it up anew")
    return found


def backups(work: Workspace, readings: Mapping[str, Reading]) -> dict[str, Backup]:
    """Return the last backups of devices; a device without one is not among them.

    Raises:
        RefusedError: no key opens a raw text.
    """
    store = BackupStore(work.backups, backup_vault())
    if not (work.backups / ".git").is_dir():
        return {}
    found = {name: read_backup(work.network, store, name) for name in readings}
    return {name: backup for name, backup in found.items() if backup}


def _show(one: Drift) -> None:
    """Print what drifted of one device; nothing when it is as intended and its backup says so."""
    if not (one.drifted or one.since):
        return
    mark = "[red]drifted[/red]" if one.drifted else "[green]as intended[/green], newer than its backup"
    screen.out.print(f"\n[bold]{one.device}[/bold]  {mark}")
    for cause in dict.fromkeys(difference.cause for difference in one.differences):
        screen.out.print(f"  {cause}; to be as the inventory says:")
        _list([str(difference) for difference in one.differences if difference.cause is cause], "~")
    if one.since:
        screen.out.print("  what it was told since the last backup:")
        _list([words(change) for change in one.since], ">")
    for lines, mark in ((one.gone, "-"), (one.new, "+")):
        if lines:
            screen.out.print(f"  lines not modelled that {'went' if mark == '-' else 'came'} since the last backup:")
            _list(list(lines), mark)


def _list(lines: list[str], mark: str) -> None:
    for line in lines[:SHOWN]:
        screen.out.print(f"    [cyan]{mark}[/cyan] {screen.plain(line)}", soft_wrap=True)
    if len(lines) > SHOWN:
        screen.out.print(f"    ... and {len(lines) - SHOWN} more (--json shows all)")
