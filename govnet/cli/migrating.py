"""`govnet migrate`: an old switch's configuration in its successor's words, and proof that the matrix is the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from govnet.cli import screen
from govnet.cli.devices import finish, read_all
from govnet.cli.options import BUILD, Build, Json, UseLab
from govnet.cli.proving import VIOLATED
from govnet.cli.restoring import OfNetwork
from govnet.cli.workspace import open_workspace
from govnet.errors import InputError, Problem, RefusedError
from govnet.files import write_whole
from govnet.platforms.registry import platform
from nornir_tasks.migration import migrate as migration_of
from nornir_tasks.migration import successor

if TYPE_CHECKING:
    from nornir_tasks.migration import Migration

SHOWN = 12


def migrate(  # noqa: PLR0913 - one option each
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="The old device.")],
    *,
    network: OfNetwork,
    to: Annotated[str, typer.Option("--to", metavar="PLATFORM", help="extreme_voss, huawei_vrp, ...")],
    model: Annotated[
        str, typer.Option("--model", help="The successor; by default a box with as many ports in the same slots.")
    ] = "",
    software: Annotated[str, typer.Option("--software", help="Release that the successor runs.")] = "",
    ports: Annotated[
        Path | None, typer.Option("--ports", help="YAML file, old port: new port; by default they go in order.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the successor's full configuration to a file.")
    ] = None,
    lab: UseLab = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Say a device's running configuration for its successor, list what does not carry over, prove the same reach.

    Nothing is sent to any device. Leaves with 7 when some zone would reach more or less, or a device is cut off; with
    3 when the successor cannot do something that nothing was found for.
    """
    work = open_workspace(network, build)
    (name,) = work.chosen([device])
    new = successor(work.network, name, to, model, software)
    given = _port_file(ports) if ports else None
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        readings, failed = read_all(work, runner, work.chosen([]))
    finish({one: error for one, error in failed.items() if one == name})
    with screen.working("translating and proving"):
        found = migration_of(work.network, name, readings, new, given)
    if output and found.commands:
        write_whole(output, program(found))
    if as_json:
        screen.print_json(as_object(found))
    else:
        _show(found, output)
    finish(failed)
    if found.translation.refused:
        raise typer.Exit(RefusedError.exit_code)
    if not found.same:
        raise typer.Exit(VIOLATED)


def _port_file(path: Path) -> dict[str, str]:
    """Return old port -> new port as a person wrote it.

    Raises:
        InputError: the file cannot be read, or is no mapping.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError([Problem(str(path), 0, f"cannot be read: {error}", "Name a YAML file")]) from error
    if not isinstance(data, dict):
        raise InputError([Problem(str(path), 0, "holds no mapping", "Write lines `old port: new port`")])
    return {str(old): str(new) for old, new in data.items()}


def program(found: Migration) -> str:
    """Return all that is typed at the new box's console, from its first prompt to the save."""
    speaks = platform(found.successor.platform)
    lines = [*speaks.enter, *(one.text for one in found.commands), *speaks.leave, *(one.text for one in speaks.save)]
    return "\n".join(lines) + "\n"


def as_object(found: Migration) -> dict[str, Any]:
    """Return a migration as JSON can hold it."""
    return {
        "device": found.device,
        "platform": found.successor.platform,
        "model": found.successor.model,
        "ports": dict(found.ports),
        "rewritten": [str(one) for one in found.translation.concessions if not one.lost],
        "lost": [str(one) for one in found.translation.concessions if one.lost],
        "not_modelled": list(found.unread),
        "refused": list(found.translation.refused),
        "commands": [{"text": one.text, "unverified": one.unverified} for one in found.commands],
        "same_matrix": not found.pairs,
        "pairs": [
            {"from": one.source, "to": one.target, "before": str(one.before), "after": str(one.after)}
            for one in found.pairs
        ],
        "unknown_pairs": {"before": found.unknown[0], "after": found.unknown[1]},
        "cut": [list(one) for one in found.cut],
    }


def _show(found: Migration, output: Path | None) -> None:
    new, said = found.successor, found.translation
    screen.out.print(f"[bold]{found.device}[/bold] becomes a {new.model} ({new.platform}, {len(new.ports)} ports)")
    moved = [f"{old} -> {port}" for old, port in found.ports.items() if old != port]
    _list("ports with another name", moved)
    _list("said in another way", [str(one) for one in said.concessions if not one.lost])
    _list("does not carry over", [str(one) for one in said.concessions if one.lost])
    _list("not modelled, to be carried over by hand", list(found.unread))
    _list("[red]the successor cannot do[/red]", list(said.refused))
    doubted = sum(one.unverified for one in found.commands)
    where = f", in {output}" if output and found.commands else ""
    screen.out.print(f"{len(found.commands)} commands, {doubted} without a public source{where}", soft_wrap=True)
    for pair in found.pairs:
        gained, lost = (str(one) if one else "nothing" for one in (pair.gained, pair.lost))
        screen.out.print(f"[red]{pair.source} > {pair.target}[/red]  gains {gained}, loses {lost}", soft_wrap=True)
    for device, why in found.cut:
        screen.out.print(f"[red]{device} out of reach[/red]  {screen.plain(why)}", soft_wrap=True)
    verdict = "[green]the reachability matrix is the same[/green]" if found.same else "[red]it is not the same[/red]"
    unknown = f"; {max(found.unknown)} pairs cannot be shown" if any(found.unknown) else ""
    screen.out.print(f"{verdict}{unknown}")


def _list(title: str, lines: list[str]) -> None:
    if not lines:
        return
    screen.out.print(f"{title}: {len(lines)}")
    for line in lines[:SHOWN]:
        screen.out.print(f"  {screen.plain(line)}", soft_wrap=True)
    if len(lines) > SHOWN:
        screen.out.print(f"  ... and {len(lines) - SHOWN} more (--json shows all)")
