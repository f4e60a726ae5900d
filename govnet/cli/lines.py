"""`govnet circuits`: what leased lines carry, guarantee, admit, and what their carrier owes for a month."""

from __future__ import annotations

import calendar
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.capacity import guaranteed, speed
from govnet.capacity.conference import RATE_KBPS, Call, Plan, admitted
from govnet.capacity.lines import Lines
from govnet.capacity.service import Line, Month, alone, by_carrier, sheet
from govnet.cli import screen
from govnet.cli.options import Json, NetworkName
from govnet.cli.prometheus import Prometheus, PrometheusUrl
from govnet.errors import InputError, Problem
from govnet.network import figures
from govnet.network.lines import VIDEO
from govnet.network.summary import network_named
from govnet.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from govnet.network.cabled import Circuit
    from govnet.network.figures import Load
    from govnet.network.model import Network

app = typer.Typer(help="Leased lines: what they carry, and what is owed for them.", no_args_is_help=True)
VIOLATED = 7
_COLOURS = {"pass": "green", "fail": "red", "unknown": "yellow", "not_applicable": "dim"}
Rate = Annotated[int, typer.Option("--rate", min=1, help="Media rate of one video venue, in kbit/s.")]


@app.command("show")
def show(network: NetworkName, *, rate: Rate = RATE_KBPS, as_json: Json = False) -> None:
    """Show each line's speed, its guaranteed classes, how many video venues it admits, and where lines are oversold."""
    loaded = network_named(network)
    if as_json:
        screen.print_json(capacity(loaded, rate))
        return
    classes = list(loaded.traffic)
    rows = [
        (
            c.id,
            speed(loaded, c),
            *(_share(loaded, c, name) for name in classes),
            _admits(loaded, c, rate),
        )
        for c in loaded.circuits.values()
    ]
    columns = ["circuit", "kbit/s", *classes, "venues"]
    title = f"leased lines of {screen.heading(loaded)}; in kbit/s, and video venues that each admits"
    screen.table(title, columns, rows, right=["kbit/s", *classes, "venues"])
    if not classes:
        screen.out.print("no classes: the network has no traffic.yaml")
    found = figures.loads(loaded)
    oversold = [
        (load.device, load.below_kbps, load.above_kbps, f"{load.ratio:.2f} : 1", _at_once(loaded, load, rate))
        for load in found
    ]
    columns = ["device", "below", "above", "ratio", "venues at once"]
    if found:
        screen.table("oversubscription, kbit/s; one venue a line", columns, oversold, right=columns[1:])
    if loaded.of_role("mcu"):
        for title, value in meetings(loaded, rate).items():
            screen.out.print(f"{title}: {value}")


def capacity(network: Network, rate: int = RATE_KBPS) -> dict[str, object]:
    """Return the same as one object; what nobody wrote is null."""
    return {
        "network": network.slug,
        "as_of": network.iso_day or None,
        "rate_kbps": rate,
        "circuits": [
            {
                "circuit": circuit.id,
                "owner": circuit.owner,
                "speed_kbps": speed(network, circuit),
                "guaranteed_kbps": {name: guaranteed(network, circuit, name) for name in network.traffic},
                "venues": admitted(network, circuit, rate),
            }
            for circuit in network.circuits.values()
        ],
        "oversubscription": [
            {**asdict(load), "ratio": load.ratio, "venues_at_once": at_once(network, load, rate)}
            for load in figures.loads(network)
        ],
    }


def at_once(network: Network, load: Load, rate: int) -> int | None:
    """Return how many of the lines that meet at a device may carry a venue's call onwards at the same time.

    None where no share for video is written.
    """
    room = [admitted(network, network.circuits[name], rate) for name in load.upwards]
    return None if None in room else min(load.lines, sum(filter(None, room)))


def _at_once(network: Network, load: Load, rate: int) -> str:
    found = at_once(network, load, rate)
    return "" if found is None else f"{found} of {load.lines}"


def meetings(network: Network, rate: int) -> dict[str, str]:
    """Return what a meeting of all venues takes of its fullest line, cascaded and not."""
    venues = tuple(place.slug for place in network.places.values() if place.venue)
    if not venues:
        return {}
    found = {}
    for name, cascade in (("all venues, cascaded", True), ("all venues, each to the centre", False)):
        call = Call(network, Plan(name, venues, rate, cascade))
        shares = {c: guaranteed(network, network.circuits[c], VIDEO) for c in call.streams}
        over = [c for c, share in shares.items() if share is not None and call.needed(c) > share]
        full = max(call.streams, key=lambda c: call.needed(c) / (shares[c] or 1), default="")
        said = f"{call.needed(full)} of {shares[full]} kbit/s on {full}" if full else "no leased line takes part"
        found[name] = f"{'does not fit' if over else 'fits'}: {said}"
    return found


def _share(network: Network, circuit: Circuit, name: str) -> str:
    found = guaranteed(network, circuit, name)
    return "" if found is None else str(found)


def _admits(network: Network, circuit: Circuit, rate: int) -> str:
    found = admitted(network, circuit, rate)
    return "" if found is None else str(found)


@app.command("credits")
def month_sheet(
    network: NetworkName,
    *,
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The month; the sheet is of all of it.")],
    prometheus: PrometheusUrl,
    as_json: Json = False,
) -> None:
    """Hold a month of each carrier's lines against its contract: availability, loss, delay, jitter, and what is owed.

    Ends with 7 when a line broke its promise. Time that nobody saw is neither up nor down.
    """
    loaded = network_named(network)
    begin, end = bounds(month)
    lines = sheet_of(loaded, month, prometheus)
    if as_json:
        rows = [_as_object(line) for line in lines]
        screen.print_json({"network": loaded.slug, "month": month, "seconds": end - begin, "lines": rows})
    else:
        _show_sheet(f"{loaded.title}, {month}", lines)
    if any(Outcome.FAIL in {line.availability, line.quality} for line in lines):
        raise typer.Exit(VIOLATED)


def sheet_of(network: Network, month: str, prometheus: str) -> tuple[Line, ...]:
    """Return a month's sheet of a network from what a Prometheus saw.

    Raises:
        InputError: it is no month, or no address.
        UnreachableError: nothing answers there.
    """
    begin, end = bounds(month)
    return tuple(sheet(network, seen(network, Prometheus(prometheus), begin, end), end - begin))


def bounds(month: str) -> tuple[float, float]:
    """Return first and last moment of a month as Unix times, in local time of UTC+8.

    Raises:
        InputError: it is no month.
    """
    try:
        first = datetime.strptime(f"{month}-01 +0800", "%Y-%m-%d %z")
    except ValueError as error:
        raise InputError([Problem("--month", 0, f"{month!r} is no month", "Write it like 2008-11")]) from error
    days = calendar.monthrange(first.year, first.month)[1]
    begin = first.astimezone(UTC).timestamp()
    return begin, begin + days * 86_400


def seen(network: Network, server: Prometheus, begin: float, end: float) -> Mapping[str, Month]:
    """Return what Prometheus saw of each circuit between two moments."""
    window = f"[{round(end - begin)}s]"
    step = server.interval("govnet_circuits") or 0.0
    count = server.values(f"count_over_time(govnet:circuit_up:bool{window})", "circuit", end)
    down = server.values(f"count_over_time((govnet:circuit_up:bool == 0){window[:-1]}:{_step(step)}])", "circuit", end)
    far = {
        name: server.values(f"avg_over_time(govnet:circuit_{name}{window})", "circuit", end)
        for name in ("loss:ratio", "delay:seconds", "jitter:seconds")
    }
    loss, delay, jitter = far.values()
    near = _nearer(network)
    return {
        name: Month(
            seconds=end - begin,
            seen=min(count.get(name, 0.0) * step, end - begin),
            down=min(down.get(name, 0.0) * step, count.get(name, 0.0) * step),
            loss=_own(loss, name, near, ratio=True),
            delay=_own(delay, name, near),
            jitter=_own(jitter, name, near),
        )
        for name in network.circuits
    }


def _step(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms" if seconds else "1m"


def _own(found: Mapping[str, float], name: str, near: Mapping[str, str], *, ratio: bool = False) -> float | None:
    """Return what a circuit adds to what is measured up to the circuit before it; the first one adds all."""
    before = near.get(name, "")
    return alone(found.get(name), found.get(before) if before else 0.0, ratio=ratio)


def _nearer(network: Network) -> Mapping[str, str]:
    """Return circuit -> the next one on the way to the prober (the first runner); none for the nearest."""
    prober = next((d.name for d in network.devices.values() if d.address in _runners(network)), "")
    ways = Lines(network).to(prober) if prober else {}
    found: dict[str, str] = {}
    for way in ways.values():
        if way:
            found.setdefault(way[0], way[1] if len(way) > 1 else "")
    return found


def _runners(network: Network) -> set[object]:
    return {address for runner in network.services.runners for address in runner}


def _as_object(line: Line) -> dict[str, object]:
    month = line.month
    return {
        "circuit": line.circuit.id,
        "title": line.circuit.title,
        "carrier": line.contract.carrier if line.contract else line.circuit.maintainer,
        "promised": line.contract.availability if line.contract else None,
        "availability": month.availability,
        "seen_seconds": month.seen,
        "down_seconds": month.down,
        "loss": month.loss,
        "delay_seconds": month.delay,
        "jitter_seconds": month.jitter,
        "verdicts": {"availability": line.availability, "quality": line.quality},
        "credit_percent": line.credit,
        "said": line.said,
    }


def _show_sheet(title: str, lines: Sequence[Line]) -> None:
    columns = ["circuit", "promised", "available", "seen", "verdict", "quality", "credit", ""]
    rows = [
        (
            line.circuit.id,
            f"{line.contract.availability:g} %" if line.contract else "",
            "not seen" if line.month.availability is None else f"{line.month.availability:.3f} %",
            f"{line.month.seen / line.month.seconds:.1%}",
            f"[{_COLOURS[line.availability]}]{line.availability}[/]",
            f"[{_COLOURS[line.quality]}]{line.quality}[/]",
            f"{line.credit:g} %" if line.credit else "",
            line.said,
        )
        for line in lines
    ]
    screen.table(title, columns, rows, right=["promised", "available", "seen", "credit"])
    for carrier, (broken, unknown, count) in by_carrier(lines).items():
        screen.out.print(f"{carrier}: {broken} of {count} lines broke their promise, of {unknown} nobody can tell")
