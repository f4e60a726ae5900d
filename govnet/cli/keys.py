"""`govnet key`: the keys of people who make and approve plans."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from govnet.cli import screen
from nornir_tasks.signing import PASSPHRASE, load_key, new_key, public_text

app = typer.Typer(help="Ed25519 keys of people who make and approve plans.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose key.")]
Folder = Annotated[
    Path | None, typer.Option("--folder", envvar="GOVNET_KEYS", help="Where keys are kept (~/.config/govnet/keys).")
]


@app.command()
def new(name: Name, *, folder: Folder = None) -> None:
    """Make a key; say what belongs into the inventory so that its owner may approve."""
    path = new_key(name, home(folder))
    if not os.environ.get(PASSPHRASE):
        screen.err.print(f"[yellow]without a passphrase[/yellow]: set {PASSPHRASE} before making a key to give it one")
    screen.out.print(f"{path}: yours alone; for network.yaml:", soft_wrap=True)
    screen.out.print(f"  approvers: {{{name}: {{key: {public_text(load_key(path))}}}}}", soft_wrap=True)


@app.command()
def show(name: Name, *, folder: Folder = None) -> None:
    """Show the public half of a key."""
    screen.out.print(public_text(load_key(home(folder) / f"{name}.pem")), soft_wrap=True)


def home(folder: Path | None) -> Path:
    """Return the folder where a person's keys are kept."""
    return folder or Path(os.environ.get("GOVNET_KEYS") or "~/.config/govnet/keys").expanduser()
