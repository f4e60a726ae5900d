"""`govnet play`: a playbook through ansible-runner, with govnet's progress, journal and exit codes."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.cli import playing, screen
from govnet.cli.options import BUILD, Accept, AcceptUnknown, BreakGlass, Build, Json, NetworkName, UseLab
from govnet.cli.watching import Watch
from govnet.cli.workspace import Workspace, open_workspace
from govnet.errors import RefusedError

if TYPE_CHECKING:
    from govnet.cli.playing import Asked, Ended

INTERRUPTED = 130


class Playbook(StrEnum):
    """The playbooks that ship with govnet."""

    SITE = "site"
    RENDER = "render"
    BACKUP = "backup"
    PLAN = "plan"
    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    AUDIT = "audit"


def play(  # noqa: PLR0913 - one option each
    name: Annotated[Playbook, typer.Argument(metavar="NAME", help="Which: " + ", ".join(Playbook) + ".")],
    network: NetworkName,
    *,
    check: Annotated[bool, typer.Option("--check", help="Say what would change; send nothing.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changes, in words and commands.")] = False,
    limit: Annotated[str, typer.Option("--limit", help="Only these devices: names, groups, patterns.")] = "",
    plan: Annotated[str, typer.Option("--plan", metavar="FILE", help="The plan; by default the one kept.")] = "",
    change: Annotated[str, typer.Option("--change", metavar="ID", help="What `rollback` takes back.")] = "",
    lab: UseLab = None,
    accept_unverified: Accept = False,
    accept_unknown: AcceptUnknown = False,
    break_glass: BreakGlass = "",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Everything that Ansible says.")] = False,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Run a playbook on a network: `site`, `render`, `backup`, `plan`, `deploy`, `rollback` or `audit`.

    The same files run with `ansible-playbook` alone. A play that finds no host is refused; a cancelled one leaves what
    `govnet resume` can finish.
    """
    work = open_workspace(network, build)
    said = {
        "govnet_plan": plan,
        "govnet_change": change,
        "govnet_accept_unverified": accept_unverified,
        "govnet_accept_unknown": accept_unknown,
        "govnet_break_glass": break_glass,
    }
    asked = playing.Asked(name, {key: value for key, value in said.items() if value}, limit, lab, check, diff)
    watch = Watch(screen.err.is_terminal, aloud=None if as_json else verbose or diff or name is Playbook.PLAN)
    ended = _run(work, asked, watch)
    if as_json:
        screen.print_json(ended.as_object())
    else:
        _show(ended)
    code = exit_code(ended)
    if code:
        raise typer.Exit(code)


def _run(work: Workspace, asked: Asked, watch: Watch) -> Ended:
    """Run the play between two rows of the journal; each device has its own between them."""
    with work.journal() as journal:
        step = f"play {asked.name}"
        watch.journal, watch.step = journal, step
        journal.write("", step, "begun", json.dumps(asked.as_object(), ensure_ascii=False))
        state, detail = "failed", "it broke off"
        try:
            ended = playing.run(work, asked, watch)
            state, detail = ("done" if exit_code(ended) == 0 else "failed"), json.dumps(ended.as_object()["counts"])
        finally:
            journal.write("", step, state, detail)
    return ended


def exit_code(ended: Ended) -> int:
    """Return the exit code of a play: 130 cancelled, 3 no host, else the gravest cause; 4 when none is named.

    Raises:
        RefusedError: no host matched.
    """
    if ended.cancelled:
        return INTERRUPTED
    if ended.no_hosts:
        return RefusedError.exit_code
    return max(ended.codes, default=4) if ended.rc or ended.failed else 0


def _show(ended: Ended) -> None:
    for device, why in ended.failed.items():
        screen.err.print(f"[red]failed[/red]  {screen.plain(_named(device, why))}", soft_wrap=True)
    if ended.cancelled:
        screen.err.print("[red]cancelled[/red]: if a change was under way, run `govnet resume`", soft_wrap=True)
    elif ended.no_hosts:
        screen.err.print(f"[red]error[/red]  no device matches {ended.limit!r}; nothing was done.", soft_wrap=True)
    elif ended.rc and not ended.failed:
        screen.err.print(f"[red]error[/red]  {screen.plain(ended.said or 'Ansible gave up')}", soft_wrap=True)
    counts = ", ".join(f"{count} {what}" for what, count in ended.as_object()["counts"].items())
    screen.out.print(f"play {ended.name}: {counts}; {ended.folder}", soft_wrap=True)


def _named(device: str, why: str) -> str:
    """Return why something failed, with the name of what did in front, once."""
    return why if why.startswith(device) else f"{device}: {why}"
