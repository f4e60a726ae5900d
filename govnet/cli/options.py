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
AcceptUnknown = Annotated[
    bool, typer.Option("--accept-unknown", help="Zone pairs that cannot be shown are no reason to refuse the plan.")
]
BreakGlass = Annotated[
    str, typer.Option("--break-glass", metavar="REASON", help="Go on without what the rules ask for; journalled.")
]
Batch = Annotated[int, typer.Option("--batch", min=1, help="Most devices changed at once.")]
Budget = Annotated[int, typer.Option("--budget", min=0, help="Devices that may fail before everything stops.")]
Deadline = Annotated[float, typer.Option("--deadline", min=1, help="Seconds that one device has for its change.")]
ChangeId = Annotated[str, typer.Argument(metavar="ID", help="A change, or the start or end of its id.")]
BUILD = Path("build")
