"""Arguments and options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

import inspect
from datetime import date, datetime, time
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar, get_type_hints

import typer

from govnet import resources
from govnet.errors import GovnetError, InputError, Problem
from govnet.network.asof import viewing

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_PORT = 65_535
_P = ParamSpec("_P")
_R = TypeVar("_R")


def _networks(incomplete: str) -> list[str]:
    """Complete the name of a shipped network."""
    names = sorted(entry.name for entry in resources.folder("inventory").iterdir() if entry.is_dir())
    return [name for name in names if name.startswith(incomplete)]


def zone_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a zone of the network that was typed before it."""
    from govnet.network.summary import network_named  # noqa: PLC0415 - only a shell that completes asks for it

    typed = ctx.params.get("network") or next(iter(ctx.args), "")  # after an option without its value: not yet taken
    try:
        zones = network_named(str(typed)).zones
    except GovnetError:
        return []
    return [zone for zone in zones if zone.startswith(incomplete)]


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
Probing = Annotated[
    bool,
    typer.Option(
        "--probe",
        help="Also try ports in clear text (21, 23, 80, 513) and the communities public, private and secret on every"
        " device: a person asks for that, and tells whoever watches the network first.",
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
SshPort = Annotated[
    int,
    typer.Option(
        "--ssh-port",
        min=0,
        max=_MAX_PORT - 1,
        help="SSH of the emulated devices, Telnet on the next. 0: any free.",
    ),
]
SnmpPort = Annotated[
    int, typer.Option("--snmp-port", min=0, max=_MAX_PORT, help="SNMP of the emulated devices. 0: any free.")
]
ExporterPort = Annotated[
    int, typer.Option("--exporter-port", min=1, max=_MAX_PORT, help="Exporter and wall page, on 127.0.0.1.")
]
ModbusPort = Annotated[
    int, typer.Option("--modbus-port", min=0, max=_MAX_PORT, help="Modbus of the emulated devices. 0: any free.")
]
BUILD = Path("build")


def _day(text: str) -> datetime:
    """Return the day that somebody typed, at its beginning."""
    try:
        return datetime.combine(date.fromisoformat(text), time())
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day. Write it like 2006-12-31.") from error


AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", parser=_day, metavar="DATE", help="The network of that day; else of its reference day."),
]
Profile = Annotated[str, typer.Option("--profile", help="Which dates count: a profile of the network, as plan-2004.")]


_NAMING = frozenset({"network", "target", "plan"})
"""Parameters that name a network, or a file that does."""


def dated(command: Callable[_P, _R]) -> Callable[..., _R]:
    """Give a command that loads a network the options ``--as-of`` and ``--profile``; leave every other as it is."""
    own = inspect.signature(command)
    if not _NAMING & own.parameters.keys() or "as_of" in own.parameters:
        return command
    hints = get_type_hints(command, include_extras=True) | {"as_of": AsOf, "profile": Profile}
    extra = {"as_of": None, "profile": ""}
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hints[name])
        for name, default in extra.items()
    ]

    @wraps(command)
    def run(*args: Any, as_of: datetime | None = None, profile: str = "", **kwargs: Any) -> _R:  # noqa: ANN401 - a command's own
        with viewing(as_of.date() if as_of else None, profile):
            return command(*args, **kwargs)

    parameters = [parameter.replace(annotation=hints[name]) for name, parameter in own.parameters.items()]
    run.__signature__ = own.replace(parameters=[*parameters, *options])  # type: ignore[attr-defined]  # for typer
    run.__annotations__ = hints
    return run


def address(option: str, text: str) -> tuple[str, int]:
    """Return address and port.

    Raises:
        InputError: the text is not ``ADDR:PORT``.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > _MAX_PORT:
        raise InputError([Problem(option, 0, f"{text!r} is no address and port", "Write ADDR:PORT, as 0.0.0.0:162")])
    return host, int(port)
