"""`govnet antivirus`: how old the virus patterns of a server are, told by whoever can see it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from govnet.cli import screen
from govnet.cli.options import BUILD, Build, NetworkName
from govnet.cli.workspace import open_workspace
from govnet.errors import InputError, Problem
from govnet.monitoring import checks

_DAY_SECONDS = 86_400


def antivirus(
    network: NetworkName,
    server: Annotated[str, typer.Argument(help="Device of the inventory whose patterns are meant.")],
    *,
    pattern: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of its newest pattern file.")],
    build: Build = BUILD,
) -> None:
    """Note the day of a server's virus patterns; the alert AntivirusOld fires when it is more than a week ago.

    Antivirus servers have no common interface: let a scheduled task of the server, or a person, call this.
    """
    work = open_workspace(network, build)
    at, now = pattern.replace(tzinfo=UTC).timestamp(), time.time()
    if server not in work.network.devices:
        cause = f"{server} is no device of {work.network.slug}"
        raise InputError([Problem("server", 0, cause, "Name one of `govnet inventory show`")])
    if at > now + _DAY_SECONDS:
        raise InputError([Problem("--pattern", 0, f"{pattern:%Y-%m-%d} has not come yet", "Write the pattern's day")])
    checks.note(work.folder, checks.ANTIVIRUS, checks.of_antivirus(work.folder, server, at), now)
    days = max(0, round((now - at) / _DAY_SECONDS))
    screen.out.print(f"patterns of {server}: {pattern:%Y-%m-%d}, {days} days old")
