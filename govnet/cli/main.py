"""The `govnet` command.

Exit codes: 0 all well; 1 something else went wrong; 2 an input is wrong; 3 refused; 4 a device did not do as told;
5 a file could not be read or written; 6 the lab; 7 the proof found a violation, or a rule of the audit fails; 8 a
device drifted; 9 a bundle of evidence was changed; 10 its verdicts come out otherwise; 11 nothing fails, but a pair of
zones, a packet, or a critical or high rule could not be judged; 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from govnet import __version__
from govnet.cli import lazy, screen
from govnet.errors import GovnetError, InputError

COMMANDS = {
    "check": "checking:check",
    "inventory": "inventory:app",
    "backup": "devices:backup",
    "plan": "plans:plan",
    "approve": "plans:approve",
    "apply": "applying:apply",
    "changes": "changing:changes",
    "change": "changing:change",
    "resume": "changing:resume",
    "rollback": "changing:rollback",
    "verify": "devices:verify",
    "drift": "drifting:drift",
    "restore": "restoring:restore",
    "rehearse": "restoring:rehearse",
    "migrate": "migrating:migrate",
    "prove": "proving:prove",
    "trace": "asking:trace",
    "why": "asking:why",
    "audit": "auditing:audit",
    "evidence": "evidence:app",
    "report": "reporting:report",
    "workorder": "ordering:workorder",
    "play": "plays:play",
    "exporter": "health:exporter",
    "poll": "polling:poll",
    "modules": "polling:modules",
    "power": "power:power",
    "circuits": "lines:app",
    "conference": "conferences:app",
    "antivirus": "antivirus:antivirus",
    "noc": "noc:app",
    "demo": "demo:demo",
    "lab": "labs:app",
    "key": "keys:app",
    "journal": "changing:journal_app",
}
"""The commands in the order of the help, and where each is: module of `govnet.cli`, and function or group in it."""

app = typer.Typer(
    name="govnet",
    cls=lazy.group({name: f"govnet.cli.{place}" for name, place in COMMANDS.items()}),
    help="Provision, prove isolated and monitor the networks of e-government.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:  # noqa: FBT001 - typer calls it so
    if value:
        screen.out.print(f"govnet {__version__}")
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it and leave.")
    ] = False,
) -> None:
    """Provision, prove isolated and monitor the networks of e-government."""


def run() -> None:
    """Run the command; say a person's mistake in words, without a traceback, and leave with its exit code."""
    try:
        app()
    except InputError as error:
        for problem in error.problems:
            screen.err.print(f"[red]error[/red]  {_plain(str(problem))}", soft_wrap=True)
        count = len(error.problems)
        screen.err.print(f"{count} problem{'s' if count > 1 else ''}; nothing was done.")
        sys.exit(error.exit_code)
    except GovnetError as error:
        screen.err.print(f"[red]error[/red]  {_plain(str(error))}", soft_wrap=True)
        sys.exit(error.exit_code)


def _plain(text: str) -> str:
    """Return text in which nothing is taken for markup."""
    return text.replace("[", r"\[")
