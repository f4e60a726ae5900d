"""Arguments and options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govnet import resources


def _networks(incomplete: str) -> list[str]:
    """Complete the name of a shipped network."""
    names = sorted(entry.name for entry in resources.folder("inventory").iterdir() if entry.is_dir())
    return [name for name in names if name.startswith(incomplete)]


NetworkName = Annotated[
    str,
    typer.Argument(
        metavar="NETWORK", help="Name of a shipped network, or an inventory folder.", autocompletion=_networks
    ),
]
Build = Annotated[
    Path, typer.Option("--build", envvar="GOVNET_BUILD", help="Where results are kept, one folder a network.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, for scripts.")]
Only = Annotated[list[str] | None, typer.Option("--filter", "-f", help="Only this device; may be repeated.")]
UseLab = Annotated[
    bool | None,
    typer.Option(
        "--lab/--real", help="Talk to the lab or to the real devices; without either, to the lab if one runs."
    ),
]
Accept = Annotated[
    bool, typer.Option("--accept-unverified", help="Also send commands whose syntax has no public source.")
]
BUILD = Path("build")
