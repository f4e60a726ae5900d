"""`govnet poll`: one device read once, by the code behind `/snmp`. `govnet modules`: what can be read."""

from __future__ import annotations

import asyncio
import math
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from prometheus_client.parser import text_string_to_metric_families

from collectors import old_layout
from collectors.collect import DEADLINE_SECONDS, Target, Terms, collect_once
from collectors.exposition import number, write
from collectors.loader import load
from collectors.targets import MODULES, MODULES_BY_ROLE
from govnet.cli import screen
from govnet.cli.health import AUTH, real_auth, what_to_poll
from govnet.cli.options import BUILD, Build, Json, UseLab
from govnet.cli.workspace import open_workspace
from govnet.errors import DeviceError, InputError, Problem, near
from snmp import Auth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from collectors.collect import Reading, Result
    from collectors.model import Catalogue, Module

DEFAULT_MODULES = ("system", "if_mib")
COMMUNITY = "GOVNET_SNMP_COMMUNITY"

Files = Annotated[
    list[Path] | None,
    typer.Option("--file", help="Modules and auths of your own besides: snmp_exporter's snmp.yml as it is."),
]


class Layout(StrEnum):
    """Whom the modules are written for."""

    OLD = old_layout.VERSION


def poll(  # noqa: PLR0913 - one option each
    host: Annotated[str, typer.Argument(metavar="HOST", help="A device of the network, or HOST or HOST:PORT.")],
    *,
    network: Annotated[str, typer.Option("--network", metavar="NETWORK", help="Where HOST is inventoried.")] = "",
    module: Annotated[list[str] | None, typer.Option("--module", "-m", help="What to read; may be repeated.")] = None,
    auth: Annotated[str, typer.Option(help="Credentials by their name in a --file.")] = "",
    files: Files = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time for all modules together.")] = DEADLINE_SECONDS,
    lab: UseLab = None,
    build: Build = BUILD,
    json: Json = False,
) -> None:
    """Read one device once and show every sample.

    Credentials are those of the network's lab, of --auth, of GOVNET_SNMP_USER, _AUTH and _PRIV (SNMPv3), or the
    community in GOVNET_SNMP_COMMUNITY (SNMPv2c). Leaves with 4 when a module could not be read.
    """
    catalogue = load(files or ())
    target, auths = _asked(host, network, build, lab=lab)
    auths = {**catalogue.auths, **auths}
    target = Target(target.name, target.address, tuple(module or target.modules), auth or target.auth, target.labels)
    if target.auth not in auths:
        auths[AUTH] = _own_auth(auth, catalogue)
    (result,) = asyncio.run(collect_once([target], catalogue.modules, auths, terms=Terms(seconds)))
    if json:
        screen.print_json(_as_json(result))
    else:
        _show(result)
    if any(reading.error for reading in result.readings):
        raise typer.Exit(DeviceError.exit_code)


def _asked(host: str, network: str, build: Path, *, lab: bool | None) -> tuple[Target, dict[str, Auth]]:
    """Return whom to ask, and the credentials that a network gives.

    Raises:
        InputError: the network has no such device, or the address is none.
    """
    if not network:
        _, colon, port = host.partition(":")
        if not host or (colon and not port.isdigit()):
            raise InputError([Problem("HOST", 0, f"{host!r} is no address", "Write HOST or HOST:PORT")])
        return Target(host, host, DEFAULT_MODULES, AUTH), {}
    polled, auth = what_to_poll(open_workspace(network, build), lab=lab)
    for target in polled:
        if host in (target.name, target.address, target.address.partition(":")[0]):
            return target, {AUTH: auth}
    step = f"It has {len(polled)}, among them {', '.join(near(host, [target.name for target in polled]))}"
    raise InputError([Problem("HOST", 0, f"{network} has no device {host!r} that is polled", step)])


def _own_auth(name: str, catalogue: Catalogue) -> Auth:
    """Return the credentials of a person who named none of a file, from the environment.

    Raises:
        InputError: a name was given, and no file has it.
        RefusedError: the environment has none.
    """
    if name:
        known = ", ".join(sorted(catalogue.auths)) or "none; give the file with --file"
        raise InputError([Problem("--auth", 0, f"there is no auth {name!r}", f"Known: {known}")])
    community = os.environ.get(COMMUNITY, "")
    return Auth(2, community) if community else real_auth(COMMUNITY)


def _show(result: Result) -> None:
    """Print what each module cost and gave, then the samples."""
    title = f"{result.target.name} ({result.target.address})"
    screen.table(
        title,
        ["module", "samples", "seconds", "packets", "retries", "values", "answer"],
        [_cost(reading) for reading in result.readings],
        right=["samples", "seconds", "packets", "retries", "values"],
    )
    for reading in result.readings:
        if reading.error:
            text = screen.plain(f"{reading.module or 'address'}: {reading.error}")
            screen.err.print(f"[red]failed[/red]  {text}", soft_wrap=True)
    if result.samples:
        rows = [(name, _labels(labels), number(value)) for name, labels, value in _samples(result)]
        screen.table("samples", ["metric", "labels", "value"], rows, right=["value"])


def _cost(reading: Reading) -> tuple[str, ...]:
    """Return a module's line; an error by its kind, as `/metrics` counts it."""
    counts = (reading.samples, f"{reading.seconds:.3f}", reading.requests, reading.retries, reading.bindings)
    return (reading.module or "-", *map(str, counts), reading.error.kind if reading.error else "ok")


def _labels(labels: Mapping[str, str]) -> str:
    """Return labels for people, safe from markup."""
    return screen.plain(", ".join(f"{name}={value}" for name, value in labels.items()))


def _samples(result: Result) -> Iterator[tuple[str, dict[str, str], float]]:
    """Yield name, labels and value of each sample."""
    for family in text_string_to_metric_families(write(result.families)):
        for sample in family.samples:
            value = float(sample.value)
            yield sample.name, dict(sample.labels), int(value) if value.is_integer() else value


def _as_json(result: Result) -> dict[str, Any]:
    """Return the same for a script; what is not finite is text, since JSON has no such numbers."""
    samples = [
        {"name": name, "labels": labels, "value": value if math.isfinite(value) else number(value)}
        for name, labels, value in _samples(result)
    ]
    modules = [
        {
            "module": reading.module,
            "samples": reading.samples,
            "seconds": round(reading.seconds, 6),
            "requests": reading.requests,
            "retries": reading.retries,
            "pdus_returned": reading.bindings,
            "error": {"kind": reading.error.kind, "text": str(reading.error)} if reading.error else None,
        }
        for reading in result.readings
    ]
    return {"target": result.target.name, "address": result.target.address, "modules": modules, "samples": samples}


def modules(
    names: Annotated[list[str] | None, typer.Argument(metavar="[MODULE]...", help="Only these.")] = None,
    *,
    layout: Annotated[
        Layout | None, typer.Option("--for", help="Write them in this program's layout, to standard output.")
    ] = None,
    files: Files = None,
    json: Json = False,
) -> None:
    """Show the modules: what each asks a device for, and which devices are asked.

    The file for another program holds no credentials: it takes the community ``public`` until you say otherwise there.
    """
    chosen = _chosen(load(files or ()).modules, names or [])
    if layout is not None:
        typer.echo(old_layout.write(chosen), nl=False)
        return
    rows = [_row(module) for module in chosen]
    if json:
        screen.print_json(rows)
        return
    screen.table("modules", list(rows[0]), [tuple(row.values()) for row in rows], right=["gets", "walks", "metrics"])


def _chosen(known: Mapping[str, Module], names: Sequence[str]) -> list[Module]:
    """Return modules by name; all of them where none is named.

    Raises:
        InputError: one is unknown.
    """
    problems = [
        Problem("MODULE", 0, f"there is no module {name!r}", f"Use one of: {', '.join(sorted(known))}")
        for name in names
        if name not in known
    ]
    if problems:
        raise InputError(problems)
    return [known[name] for name in names or sorted(known)]


def _row(module: Module) -> dict[str, Any]:
    """Return a module's line."""
    users = [who for table in (MODULES, MODULES_BY_ROLE) for who, read in table.items() if module.name in read]
    return {
        "module": module.name,
        "gets": len(module.get),
        "walks": len(module.walk),
        "metrics": len({metric.name for metric in module.metrics}),
        "read from": ", ".join(users),
    }
