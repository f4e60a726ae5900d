"""`govnet power`: who feeds whom, how long that lasts, and what goes dark when a source ends."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govnet.cli import health, screen
from govnet.cli.gathering import samples_of
from govnet.cli.options import BUILD, Build, Json, NetworkName, UseLab
from govnet.cli.workspace import Workspace, open_workspace
from govnet.errors import InputError, Problem, RefusedError
from govnet.power import Feeds, Outage, Reaches, outage, rules_power, sensing
from govnet.power.measured import RoomClass, UpsReading
from govnet.power.reach import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.network.built import PowerSource
    from govnet.power.verdict import Verdict

_COLOURS = {"pass": "green", "fail": "red", "unknown": "yellow", "not_applicable": "dim"}


def power(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    ends: Annotated[
        list[str] | None, typer.Option("--ends", metavar="SOURCE", help="What if this source ends; may be repeated.")
    ] = None,
    room_class: Annotated[
        RoomClass | None, typer.Option("--class", help="Class of the machine room, GB 50174.")
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Also hold it against the rules PWR-01 to PWR-07.")] = False,
    lab: UseLab = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Show each power source: what it feeds, its load, how long it lasts, and what goes dark, and when, if it ends.

    Minutes and load are measured where a UPS answers; elsewhere the minutes are those of the inventory.
    """
    work = open_workspace(network, build)
    named = _known(work, ends or [])
    readings = _measured(work, lab=lab)
    feeds, reaches = Feeds(work.network, _left(work, readings)), Reaches(work.network)
    asked = [tuple(named)] if named else [(source,) for source in work.network.power_sources]
    outages = [outage(feeds, reaches, sources) for sources in asked]
    verdicts = list(_verdicts(work, readings, room_class)) if rules else []
    if as_json:
        screen.print_json(_as_object(feeds, readings, outages, verdicts))
        return
    _sources(feeds, readings)
    for found in outages:
        _show(work, found)
    if verdicts:
        rows = [(v.rule, v.object, f"[{_COLOURS[v.outcome]}]{v.outcome}[/]", v.expected, v.actual) for v in verdicts]
        screen.table("rules", ["rule", "object", "verdict", "expected", "actual"], rows)


def _known(work: Workspace, named: list[str]) -> list[str]:
    """Return the sources named.

    Raises:
        InputError: one that the inventory does not know.
    """
    known = work.network.power_sources
    wrong = [name for name in named if name not in known]
    if wrong:
        step = f"Use some of: {', '.join(known)}"
        raise InputError([Problem("--ends", 0, f"{name} is no power source of this network", step) for name in wrong])
    return named


def _measured(work: Workspace, *, lab: bool | None) -> dict[str, UpsReading]:
    """Return what each UPS says now; nothing where neither a lab runs nor an account for real devices is set."""
    supplies = {source.device for source in work.network.power_sources.values() if source.device}
    try:
        results = health.collect(work, lab=lab, only=supplies)
    except RefusedError:
        if lab is not None:
            raise
        return {}
    now = datetime.now(UTC)
    return sensing.ups_readings(sample for result in results for sample in samples_of(result, now))


def _left(work: Workspace, readings: dict[str, UpsReading]) -> dict[str, float]:
    """Return source -> minutes left, of those that were measured."""
    of = {source.device: source.name for source in work.network.power_sources.values() if source.device}
    told = ((of[name], reading.runtime_seconds) for name, reading in readings.items() if name in of)
    return {source: seconds / 60 for source, seconds in told if seconds is not None}


def _verdicts(work: Workspace, readings: dict[str, UpsReading], room_class: RoomClass | None) -> Iterator[Verdict]:
    network = work.network
    for rule in rules_power.NETWORK_RULES.values():
        yield from rule(network)
    yield from rules_power.pwr_04(network, readings, room_class)
    yield from rules_power.pwr_05(network, readings)
    yield from rules_power.pwr_06(network, readings)
    yield from rules_power.pwr_07(network, readings)


def _sources(feeds: Feeds, readings: dict[str, UpsReading]) -> None:
    rows = [_row(feeds, source, readings.get(source.device)) for source in feeds.network.power_sources.values()]
    columns = ["source", "kind", "fed by", "feeds", "load", "from", "lasts", "transfer"]
    screen.table(f"power of {feeds.network.title}", columns, rows, right=["feeds", "load", "lasts", "transfer"])


def _row(feeds: Feeds, source: PowerSource, reading: UpsReading | None) -> tuple[object, ...]:
    gap = "" if source.transfer_ms is None else f"{source.transfer_ms:g} ms"
    return (
        source.name,
        source.kind,
        ", ".join(source.fed_by),
        len(feeds.fed(source.name)),
        f"{reading.load:.0%}" if reading and reading.load is not None else "",
        reading.output if reading else "",
        "" if source.kind == "mains" else _minutes(feeds.backup(source.name)),
        gap,
    )


def _minutes(minutes: float | None) -> str:
    return "unknown" if minutes is None else f"{minutes:g} min"


def _show(work: Workspace, found: Outage) -> None:
    screen.out.print(f"\n[bold]if {' and '.join(found.ended)} ends[/bold]")
    if not found.stages and not found.restarting:
        screen.out.print("  nothing goes dark")
    if found.restarting:
        names = ", ".join(found.restarting)
        screen.out.print(f"  at once     {len(found.restarting)} devices start anew: {names}", soft_wrap=True)
    for stage in found.stages:
        when = "some time" if stage.minutes is None else "at once" if not stage.minutes else f"{stage.minutes:g} min"
        said = words(work.network, stage.reach)
        screen.out.print(f"  {when:<11} {len(stage.dark)} without power; lost: {said}", soft_wrap=True)
    if any(stage.minutes is None for stage in found.stages):
        screen.out.print("  (some time: the inventory does not say how long these last)")


def _as_object(
    feeds: Feeds, readings: dict[str, UpsReading], outages: list[Outage], verdicts: list[Verdict]
) -> dict[str, Any]:
    network = feeds.network
    sources = {
        source.name: {
            "kind": source.kind,
            "fed_by": source.fed_by,
            "feeds": [device.name for device in feeds.fed(source.name)],
            "minutes": feeds.backup(source.name),
            "measured": asdict(readings[source.device]) if source.device in readings else None,
        }
        for source in network.power_sources.values()
    }
    return {
        "network": network.slug,
        "sources": sources,
        "outages": [asdict(found) for found in outages],
        "verdicts": [asdict(verdict) for verdict in verdicts],
    }
