"""`govnet backup`, `plan`, `apply`, `verify`: what logs in to devices."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.cli import screen
from govnet.cli.options import BUILD, Accept, Build, Json, NetworkName, Only, UseLab
from govnet.cli.workspace import Workspace, open_workspace
from govnet.config.words import words
from govnet.files import write_whole
from nornir_tasks import tasks
from nornir_tasks.planning import Plan, make_plan
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.reading import Reading
    from govnet.errors import GovnetError
    from nornir_tasks.planning import DevicePlan
    from nornir_tasks.runner import Runner

SHOWN_COMMANDS = 12
"""Commands of a device shown in a terminal before the rest is counted."""


def backup(
    network: NetworkName, *, only: Only = None, lab: UseLab = None, build: Build = BUILD, as_json: Json = False
) -> None:
    """Keep every running configuration in a folder under git, without secrets and dates."""
    work = open_workspace(network, build)
    store = BackupStore(work.backups)
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        outcome = runner.run(tasks.backup, work.chosen(only or []), network=work.network, store=store)
    revision = store.commit(f"Backup of {len(outcome.done)} devices of {work.network.slug}")
    if as_json:
        rows = {"done": sorted(outcome.done), "failed": {k: str(v) for k, v in outcome.failed.items()}}
        screen.print_json({"network": work.network.slug, "revision": revision, "folder": str(work.backups), **rows})
    else:
        screen.out.print(f"{len(outcome.done)} configurations in {work.backups}, revision {revision}", soft_wrap=True)
    finish(outcome.failed)


def plan(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    only: Only = None,
    lab: UseLab = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also write the plan to a file, as JSON.")
    ] = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Show what differs between the devices and the inventory, in words and in the devices' own commands."""
    work = open_workspace(network, build)
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        readings, failed = read_all(work, runner, work.chosen(only or []))
    made = make_plan(work.network, readings)
    if output:
        write_whole(output, json.dumps(made.as_json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    if as_json:
        screen.print_json({**made.as_json(), "failed": {name: str(error) for name, error in failed.items()}})
    else:
        show_plan(made)
    finish(failed)


def apply(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    only: Only = None,
    lab: UseLab = None,
    accept_unverified: Accept = False,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Make the devices what the inventory says: send only what differs, read back, save when it is right."""
    work = open_workspace(network, build)
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        readings, failed = read_all(work, runner, work.chosen(only or []))
        made = make_plan(work.network, readings)
        arguments = {"network": work.network, "plans": made.devices, "accept_unverified": accept_unverified}
        outcome = runner.run(tasks.apply, made.devices, **arguments)
    failed |= outcome.failed
    sent = {name: applied.commands for name, applied in outcome.done.items()}
    if as_json:
        screen.print_json(
            {
                "network": work.network.slug,
                "changes": made.changes,
                "commands": sent,
                "unverified_commands": made.unverified,
                "failed": {name: str(error) for name, error in failed.items()},
            }
        )
    else:
        changed = sum(1 for count in sent.values() if count)
        screen.out.print(f"{len(sent)} devices as the inventory says; {changed} changed, {sum(sent.values())} commands")
    finish(failed)


def verify(
    network: NetworkName, *, only: Only = None, lab: UseLab = None, build: Build = BUILD, as_json: Json = False
) -> None:
    """Read every device and compare it with its intent."""
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
    outcome = runner.run(tasks.read, devices, network=work.network)
    return {name: found.reading for name, found in outcome.done.items()}, outcome.failed


def finish(failed: Mapping[str, GovnetError]) -> None:
    """Name every device that failed, and leave with the exit code of the gravest cause; return when none did."""
    if failed:
        screen.failures(failed)
        raise typer.Exit(max(error.exit_code for error in failed.values()))


def show_plan(made: Plan) -> None:
    """Print a plan: a line a device, then each device's changes in words and in its own commands."""
    for device in made.devices.values():
        if device.changes or device.refused:
            _show_device(device)
    screen.table(
        f"plan of {made.network}",
        ["device", "changes", "commands", "unverified", "lines not modelled"],
        [(d.device, len(d.changes), len(d.commands), len(d.unverified), len(d.unread)) for d in made.devices.values()],
        right=["changes", "commands", "unverified", "lines not modelled"],
    )
    if made.unverified:
        families = Counter(c.family for device in made.devices.values() for c in device.unverified)
        known = ", ".join(f"{family} ({count})" for family, count in families.most_common())
        screen.out.print(f"[yellow]{made.unverified} commands have no public source:[/yellow] {known}", soft_wrap=True)


def _show_device(device: DevicePlan) -> None:
    screen.out.print(f"\n[bold]{device.device}[/bold]  {device.platform}")
    for text in device.refused:
        screen.out.print(f"  [red]refused[/red]  {text}", markup=True, soft_wrap=True)
    for change in device.changes[:SHOWN_COMMANDS]:
        screen.out.print(f"  [cyan]~[/cyan] {words(change)}", soft_wrap=True)
    _rest(len(device.changes), "changes")
    for command in device.commands[:SHOWN_COMMANDS]:
        mark = "[yellow]?[/yellow]" if command in device.unverified else "[green]>[/green]"
        text = command.text.replace("[", r"\[").replace("\n", "\n      ")
        screen.out.print(f"  {mark} {text}", soft_wrap=True)
    _rest(len(device.commands), "commands")


def _rest(count: int, what: str) -> None:
    if count > SHOWN_COMMANDS:
        screen.out.print(f"    ... and {count - SHOWN_COMMANDS} more {what} (--json shows all)")
