"""`govnet key`: the keys of people who make and approve plans, and the one that backups are encrypted with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from govnet.cli import screen
from govnet.signing import PASSPHRASE, load_key, new_key, public_text
from govnet.workspace import BACKUP_KEY, backup_vault, keys_folder
from nornir_tasks.vault import KEY_FILE, new_backup_key

__all__ = ["app", "backup_vault", "home"]

app = typer.Typer(help="Keys of people who make and approve plans, and of backups.", no_args_is_help=True)

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


@app.command()
def backup(
    *,
    folder: Folder = None,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Put a new key in front of those that are there; all of them still open.")
    ] = False,
) -> None:
    """Make the key that raw configurations are encrypted with; without one only sanitized text is kept."""
    path = Path(os.environ.get(KEY_FILE) or home(folder) / BACKUP_KEY)
    count = new_backup_key(path, rotate=rotate)
    screen.out.print(f"{path}: {count} key{'s' if count > 1 else ''}; keep a copy off this machine", soft_wrap=True)
    if rotate:
        screen.out.print("the next `govnet backup` encrypts with the new one; older revisions still need the old ones")


def home(folder: Path | None) -> Path:
    """Return the folder where a person's keys are kept."""
    return folder or keys_folder()
