"""`govnet plan`, `govnet approve`: what would change and what that opens, closes or cuts off; who stands for it."""

from __future__ import annotations

import getpass
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govnet.cli import screen
from govnet.cli.devices import finish, read_all
from govnet.cli.keys import home
from govnet.cli.options import BUILD, AcceptUnknown, Batch, BreakGlass, Build, Json, NetworkName, Only, UseLab
from govnet.cli.ordering import Exported, read_exports, show_exports
from govnet.cli.workspace import Workspace, open_workspace
from govnet.config.words import words
from govnet.errors import InputError, Problem, RefusedError
from govnet.network import asof
from govnet.platforms.registry import platform
from govnet.signing import load_key, public_text
from nornir_tasks.approval import approve as give_approval
from nornir_tasks.changing import checkpoint_of
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Author, PlanFile, Request, make_file, read_file, write_file
from nornir_tasks.planhead import folder_of, view_of
from nornir_tasks.planning import make_plan, sign
from nornir_tasks.waves import BATCH, waves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.reading import Reading
    from nornir_tasks.planning import DevicePlan

SHOWN = 12
"""Changes and commands of a device shown in a terminal before the rest is counted."""
MARKS = {"?": "[yellow]?[/yellow]", "=": "[magenta]=[/magenta]", ">": "[green]>[/green]"}
PlanPath = Annotated[Path, typer.Argument(metavar="FILE", help="A file that `govnet plan -o` wrote.")]
Key = Annotated[Path | None, typer.Option("--key", help="Your key file; by default the one named like you.")]
Me = Annotated[str, typer.Option("--as", envvar="GOVNET_NAME", help="Who you are; by default the name you log in by.")]


def plan(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    only: Only = None,
    lab: UseLab = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Also write the plan to a file.")] = None,
    author: Me = "",
    created: Annotated[str, typer.Option("--created", help="When, to be written into the plan; else nothing is.")] = "",
    batch: Batch = BATCH,
    accept_unknown: AcceptUnknown = False,
    evidence: Exported = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Show what differs between the devices and the inventory, in words and commands, and what that does to isolation.

    A plan that opens what the policy closes, or cuts a device off from the runner, is written, marked refused, and
    cannot be applied: exit code 3. What is configured by hand is planned nothing; its exported table only tells what
    it lets through.
    """
    work = open_workspace(network, build)
    exports = read_exports(work.network, evidence or [])
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        chosen = work.chosen(only or [])
        readings, failed = read_all(work, runner, work.chosen([]))
    request = Request(_author(author), created, accept_unknown=accept_unknown)
    exported = {name: reading for name, (_, reading) in exports.items()}
    made = planned(work, {**readings, **exported}, chosen, request, batch)
    if output:
        write_file(output, made)
    if as_json:
        screen.print_json({**as_object(made), "failed": {name: str(error) for name, error in failed.items()}})
    else:
        show_exports(exports)
        show(made)
    finish({name: error for name, error in failed.items() if name in chosen})
    if made.refused:
        raise typer.Exit(RefusedError.exit_code)


def _author(name: str) -> Author:
    """Return who makes a plan; the public key is known when there is a key of that name."""
    who = me(name)
    public = home(None) / f"{who}.pub"
    return Author(who, public.read_text().partition(" ")[0].strip() if public.exists() else "")


def me(name: str) -> str:
    """Return the name that a person goes by."""
    return name or os.environ.get("GOVNET_NAME") or getpass.getuser()


def planned(
    work: Workspace, readings: Mapping[str, Reading], chosen: list[str], request: Request, batch: int
) -> PlanFile:
    """Return the plan for the chosen devices, judged on all that was read."""
    with screen.working("planning and proving"):
        plan_ = make_plan(work.network, readings, chosen)
        moved = [name for name, device in plan_.devices.items() if device.changes]
        judgement = judge(work.network, readings, plan_, waves(work.network, moved, batch))
        return make_file(work.network, plan_, judgement, request)


def approve(  # noqa: PLR0913 - one option each
    file: PlanPath,
    *,
    name: Me = "",
    key: Key = None,
    break_glass: BreakGlass = "",
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Sign a plan's hash with your key, so that it may be applied. Who made a plan cannot approve it."""
    work, found = opened(file, build)
    who = me(name)
    signer = load_key(key or home(None) / f"{who}.pem")
    signed = give_approval(found, who, signer, datetime.now(UTC), break_glass=break_glass)
    write_file(file, signed)
    with work.journal() as journal:
        glass = f", breaking the glass: {break_glass}" if break_glass else ""
        journal.write("", "approve", "done", f"plan {found.hash} by {who} {public_text(signer)}{glass}")
    if break_glass:
        loud([f"glass broken by {who}: {break_glass}"])
    if as_json:
        screen.print_json({"file": str(file), "hash": found.hash, "approver": who, "break_glass": break_glass})
    else:
        screen.out.print(f"{file}: {found.plan.changes} changes approved by {who}, hash {found.hash}", soft_wrap=True)


def opened(file: Path, build: Path) -> tuple[Workspace, PlanFile]:
    """Return a plan file's workspace and the plan, checked against itself and the inventory.

    Raises:
        InputError: there is no such file, or it is no plan.
        RefusedError: it was altered, or the inventory was.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(file), 0, f"cannot be read: {error}", "Name a plan file")]) from error
    planned, asked = view_of(text, str(file)), asof.view()
    if asked not in (asof.View(), planned):
        cause = f"the plan is for the network of {planned.day} {planned.profile}".rstrip()
        raise InputError([Problem(str(file), 0, cause, "Leave --as-of and --profile away, or plan anew")])
    with asof.viewing(planned.day, planned.profile):
        work = open_workspace(folder_of(text, str(file)), build)
    return work, read_file(text, work.network, str(file))


def loud(said: list[str]) -> None:
    """Say what must not be overheard."""
    for line in said:
        screen.err.print(f"[bold white on red] {screen.plain(line)} [/]", soft_wrap=True)


def as_object(made: PlanFile) -> dict[str, Any]:
    """Return a plan as JSON can hold it, with its hash and approvals."""
    approvals = [approval.approver for approval in made.approvals]
    return {**made.content, "network": made.content["network"], "hash": made.hash, "approvals": approvals}


def show(made: PlanFile) -> None:
    """Print a plan: each device's changes in words and commands, what they do to isolation, the waves, the verdict."""
    for device in made.plan.devices.values():
        _show_device(device)
    screen.table(
        f"plan of {made.content['network']}",
        ["device", "changes", "commands", "unverified", "way back", "lines not modelled"],
        [
            (d.device, len(d.changes), len(d.commands), len(d.unverified), len(d.back), len(d.unread))
            for d in made.plan.devices.values()
        ],
        right=["changes", "commands", "unverified", "way back", "lines not modelled"],
    )
    if made.plan.unverified:
        families = Counter(c.family for device in made.plan.devices.values() for c in device.unverified)
        known = ", ".join(f"{family} ({count})" for family, count in families.most_common())
        screen.out.print(
            f"[yellow]{made.plan.unverified} commands have no public source:[/yellow] {known}", soft_wrap=True
        )
    _show_judgement(made.content["judgement"])
    _show_verdict(made)


def _show_device(device: DevicePlan) -> None:
    screen.out.print(f"\n[bold]{device.device}[/bold]  {device.platform}  running {device.fingerprint[:16]}")
    if not checkpoint_of(platform(device.platform)):
        screen.out.print("  [yellow]no checkpoint on this platform[/yellow]: the way back is the inverse alone")
    for text in device.refused:
        screen.out.print(f"  [red]refused[/red]  {screen.plain(text)}", soft_wrap=True)
    for change in device.changes[:SHOWN]:
        screen.out.print(f"  [cyan]~[/cyan] {screen.plain(words(change))}", soft_wrap=True)
    _rest(len(device.changes), "changes")
    for command in device.commands[:SHOWN]:
        mark = MARKS[sign(command, device.unverified)]
        text = screen.plain(command.text).replace("\n", "\n      ")
        screen.out.print(f"  {mark} {text}", soft_wrap=True)
    _rest(len(device.commands), "commands")


def _rest(count: int, what: str) -> None:
    if count > SHOWN:
        screen.out.print(f"    ... and {count - SHOWN} more {what} (--json shows all)")


def _show_judgement(judgement: Mapping[str, Any]) -> None:
    for pair in judgement["pairs"]:
        mark = "[bold white on red]" if pair["broken"] else "[yellow]" if pair["gained"] else "[cyan]"
        where = f"{pair['source']} > {pair['target']}"
        screen.out.print(f"{mark}{where}[/]  {pair['before']} -> {pair['after']}")
        if pair["broken"] and pair["witness"]:
            screen.out.print(f"  {pair['witness']}", markup=False, soft_wrap=True)
    for number, wave in enumerate(judgement["waves"], 1):
        screen.out.print(f"wave {number}: {', '.join(wave['devices'])}", soft_wrap=True)
        for device, why in wave["cut"]:
            screen.out.print(f"  [bold white on red]{device} out of reach[/]  {screen.plain(why)}", soft_wrap=True)
    for note in (*judgement["notes"], *(f"not seen: {hole}" for hole in judgement["unseen"])):
        screen.out.print(f"[yellow]note[/yellow]  {screen.plain(note)}", soft_wrap=True)


def _show_verdict(made: PlanFile) -> None:
    judgement = made.content["judgement"]
    ways = Counter(judgement["ways"].values())
    reach = ", ".join(f"{count} {state}" for state, count in ways.items())
    screen.out.print(f"ways in afterwards: {reach}")
    screen.out.print(f"zone pairs afterwards: {judgement['violating']} violating, {judgement['unknown']} unknown")
    for reason in made.refused:
        screen.out.print(f"[bold white on red]REFUSED[/]  {screen.plain(reason)}", soft_wrap=True)
    screen.out.print(f"hash {made.hash}")
