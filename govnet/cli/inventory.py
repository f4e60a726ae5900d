"""`govnet inventory`: what a network is made of, as numbers and as tables that other tools and spreadsheets read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from govnet.cli import screen
from govnet.cli.options import Json, NetworkName
from govnet.errors import InputError, Problem
from govnet.files import write_whole
from govnet.network import asof, figures
from govnet.network import rollout as growth
from govnet.network.editing import table_text, take_over
from govnet.network.exchange import netbox
from govnet.network.folder import TABLES
from govnet.network.load import read_whole
from govnet.network.model import Network
from govnet.network.summary import folder_named, network_named
from govnet.network.tables import for_spreadsheets
from govnet.report.rollout import page, table

app = typer.Typer(help="What a network is made of: numbers, tables, and tables edited elsewhere.", no_args_is_help=True)

Table = Annotated[str, typer.Option("--table", help=f"A table of the folder: {', '.join(TABLES)}.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Where to write; a folder for --format netbox.")]
Format = Annotated[str, typer.Option("--format", help="csv: a table of the folder; netbox: NetBox's CSV import.")]


@app.command()
def rollout(
    network: NetworkName,
    *,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Also write a page with a map for each step.")] = None,
    as_json: Json = False,
) -> None:
    """Show how a network grew: for each day on which it did, what had joined, of all there is to join.

    With `--as-of` only up to that day.
    """
    whole = read_whole(folder_named(network))
    asked = asof.view()
    found = [step for step in growth.steps(whole, asked.profile) if asked.day is None or step.day <= asked.day]
    if out:
        write_whole(out, page(whole, found, asked.profile))
    if as_json:
        screen.print_json({"network": whole.slug, "steps": [_step(whole, step) for step in found]})
        return
    if not found:
        screen.out.print(f"{whole.title}: no place of its tables has a date up to then, so there is no growth to show")
    else:
        columns, rows = table(whole, found)
        narrow = [(day, *(text.replace(" / ", "/").replace(" %", "%") for text in cells)) for day, cells in rows]
        screen.table(whole.title, ["day", *columns], narrow, right=columns)
    if out:
        screen.out.print(str(out), soft_wrap=True)


def _step(whole: Network, step: growth.Step) -> dict[str, object]:
    now = asof.as_of(whole, step.day, asof.view().profile)
    stands = {"": step.stand} | {region.place.slug: region.stand for region in growth.regions(whole, now)}
    return {"day": step.day.isoformat(), "stand": {slug or "all": asdict(stand) for slug, stand in stands.items()}}


@app.command()
def show(network: NetworkName, *, as_json: Json = False) -> None:
    """Show places, lines, units and systems of a network as numbers."""
    loaded = network_named(network)
    if as_json:
        screen.print_json(numbers(loaded))
        return
    screen.table(
        screen.heading(loaded),
        ["what", "count"],
        [*_counts(loaded)],
        right=["count"],
    )
    _show_lines(loaded)
    _show_systems(loaded)


def numbers(network: Network) -> dict[str, object]:
    """Return the figures of a network."""
    covered = figures.lan_coverage(network)
    return {
        "network": network.slug,
        "title": network.title,
        "as_of": network.iso_day or None,
        "devices": len(network.devices),
        "commanded": len(network.commanded()),
        "places": dict(figures.places_by_kind(network)),
        "units": {"count": covered.of, "with_lan": covered.having, "percent": covered.percent},
        "venues": figures.venues(network),
        "circuits": [
            {"owner": owner, "speed_kbps": speed, "count": count}
            for (owner, speed), count in sorted(figures.circuits_by_speed(network).items())
        ],
        "loads": [
            {"device": load.device, "below_kbps": load.below_kbps, "above_kbps": load.above_kbps, "ratio": load.ratio}
            for load in figures.loads(network)
        ],
        "systems": {slug: figures.nodes_of(network, slug) for slug in network.systems},
    }


def _counts(network: Network) -> list[tuple[str, object]]:
    covered = figures.lan_coverage(network)
    rows: list[tuple[str, object]] = [("devices", len(network.devices)), ("commanded", len(network.commanded()))]
    rows += [(f"places: {kind}", count) for kind, count in figures.places_by_kind(network).items()]
    if covered.of:
        rows += [("units", covered.of), ("units with a LAN", f"{covered.having} ({covered.percent} %)")]
    return [*rows, ("video venues", figures.venues(network))]


def _show_lines(network: Network) -> None:
    screen.table(
        "leased lines",
        ["owner", "kbit/s", "count"],
        [(owner, speed, count) for (owner, speed), count in sorted(figures.circuits_by_speed(network).items())],
        right=["kbit/s", "count"],
    )
    found = figures.loads(network)
    if found:
        screen.table(
            "lines from below : line above, kbit/s",
            ["device", "below", "above", "ratio"],
            [(load.device, load.below_kbps, load.above_kbps, f"{load.ratio:.2f} : 1") for load in found],
            right=["below", "above", "ratio"],
        )


def _show_systems(network: Network) -> None:
    if network.systems:
        screen.table(
            "information systems",
            ["system", "名称", "zone", "class", "nodes"],
            [
                (slug, system.title, system.zone, system.traffic_class, figures.nodes_of(network, slug) or "")
                for slug, system in network.systems.items()
            ],
            right=["nodes"],
        )


@app.command()
def export(network: NetworkName, *, kind: Format = "csv", table: Table = "sites", out: Out = None) -> None:
    """Write a table of the folder as CSV, or the whole network as NetBox imports it."""
    if kind == "netbox":
        target = out or Path("netbox")
        for number, (name, text) in enumerate(netbox(network_named(network)).items(), start=1):
            write_whole(target / f"{number:02}-{name}.csv", text)
            screen.out.print(f"wrote {target / f'{number:02}-{name}.csv'}", markup=False)
        return
    if kind != "csv":
        raise InputError([Problem("--format", 0, f"there is no format {kind!r}", "Write csv or netbox")])
    text = table_text(folder_named(network), table)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, for_spreadsheets(text))
        screen.out.print(f"wrote {out}", markup=False)


@app.command("import")
def take(
    network: NetworkName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The table as edited: CSV UTF-8, with commas.")],
    *,
    table: Table = "sites",
) -> None:
    """Put a table that was edited elsewhere into the folder, once the whole folder is right with it."""
    rows = take_over(folder_named(network), table, file)
    screen.out.print(f"[green]ok[/green]  {table}: {rows} rows taken over from {screen.plain(str(file))}")
