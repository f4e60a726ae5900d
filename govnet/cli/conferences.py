"""`govnet conference check`: go or no-go for each venue, before a meeting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import Field

from govnet.capacity import Call, Plan, VenueCheck, examine
from govnet.capacity.conference import RATE_KBPS, Measured, Seen
from govnet.cli import screen
from govnet.cli.options import Json
from govnet.cli.prometheus import Prometheus, PrometheusUrl
from govnet.errors import InputError, Problem
from govnet.network import asof, document, figures
from govnet.network.schema_hosts import Entry
from govnet.network.summary import network_named
from govnet.network.validation import validate
from govnet.outcome import Outcome

if TYPE_CHECKING:
    from govnet.network.model import Network

app = typer.Typer(help="Video conferences: will they fit?", no_args_is_help=True)
NO_GO, UNSEEN = 7, 11
WORDS = {Outcome.PASS: "[green]go[/]", Outcome.FAIL: "[bold red]no-go[/]", Outcome.UNKNOWN: "[yellow]unknown[/]"}


class PlanFile(Entry):
    """A meeting as a person writes it down."""

    network: str
    title: str
    venues: tuple[str, ...] | Literal["all"]
    rate_kbps: Annotated[int, Field(gt=0)] = RATE_KBPS
    cascade: bool = True


@app.callback()
def conference() -> None:
    """Video conferences: will they fit?"""


@app.command("check")
def check(
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN.yaml", help="network, title, venues (or all), rate_kbps, cascade.")
    ],
    *,
    prometheus: PrometheusUrl = "",
    as_json: Json = False,
) -> None:
    """Say go or no-go for each venue: way, reserved share, headroom now, loss and delay, whether the MCUs answer.

    Without Prometheus nothing is seen of load, quality and MCUs, and no venue is a go. Ends with 7 on a no-go, and with
    11 when something was not seen.
    """
    written = read(plan)
    network = network_named(written.network)
    if written.venues == "all" and not figures.venues(network):
        when = f" on {network.day}" if network.day else ""
        step = "Ask for a day with --as-of on which it has, or name another network"
        raise InputError([Problem(str(plan), 0, f"{network.title} has no venue{when}", step)])
    call = Call(network, planned(network, written), str(plan))
    found = list(examine(call, seen(network, Prometheus(prometheus)) if prometheus else Seen()))
    worst = overall(found)
    if as_json:
        screen.print_json(as_object(written, call, found, worst))
    else:
        _show(network, written, found, asked=bool(prometheus))
        screen.out.print(f"the meeting: {WORDS[worst]}")
    if worst is not Outcome.PASS:
        raise typer.Exit(NO_GO if worst is Outcome.FAIL else UNSEEN)


def read(path: Path) -> PlanFile:
    """Read a plan.

    Raises:
        InputError: with every problem of the file.
    """
    if not path.is_file():
        cause = "there is no such plan of a meeting"
        raise InputError([Problem(str(path), 0, cause, "Write one: network, title, and venues (or all)")])
    parsed, problems = document.read(path, str(path))
    value, found = validate(parsed, PlanFile) if parsed else (None, [])
    if problems or found or not isinstance(value, PlanFile):
        raise InputError([*problems, *found])
    return value


def planned(network: Network, written: PlanFile) -> Plan:
    """Return the plan that a file describes, ``all`` spelled out."""
    every = tuple(place.slug for place in network.places.values() if place.venue)
    venues = every if written.venues == "all" else tuple(written.venues)
    return Plan(written.title, venues, written.rate_kbps, written.cascade)


def seen(network: Network, server: Prometheus) -> Seen:
    """Return what Prometheus knows of circuits and MCUs now."""
    into, out = (server.values(f"govnet:circuit_{way}:ratio", "circuit") for way in ("in", "out"))
    loss = server.values("govnet:circuit_loss:ratio", "circuit")
    delay = server.values("govnet:circuit_delay:seconds", "circuit")
    jitter = server.values("govnet:circuit_jitter:seconds", "circuit")
    circuits = {
        name: Measured(
            used=max(into[name], out[name]) if name in into and name in out else None,
            loss=loss.get(name),
            delay=delay.get(name),
            jitter=jitter.get(name),
        )
        for name in network.circuits
    }
    answers = server.values("govnet:service_up:bool", "name")
    return Seen(circuits, {name: value == 1 for name, value in answers.items()})


def overall(found: list[VenueCheck]) -> Outcome:
    """Return no-go when any venue is, else unknown when any is, else go."""
    outcomes = {venue.outcome for venue in found}
    return next((o for o in (Outcome.FAIL, Outcome.UNKNOWN) if o in outcomes), Outcome.PASS)


def as_object(written: PlanFile, call: Call, found: list[VenueCheck], worst: Outcome) -> dict[str, object]:
    """Return the answer as one object; outcomes are ``pass``, ``fail`` and ``unknown``."""
    return {
        "network": call.network.slug,
        "title": written.title,
        "as_of": asof.view().day or call.network.day,
        "outcome": worst,
        "centre": call.centre,
        "circuits": {name: {"streams": count, "kbps": call.needed(name)} for name, count in call.streams.items()},
        "venues": [
            {
                "venue": venue.venue,
                "outcome": venue.outcome,
                "mcu": venue.mcu,
                "circuits": venue.circuits,
                "checks": [
                    {"check": c.name, "outcome": c.outcome, "expected": c.expected, "actual": c.actual}
                    for c in venue.checks
                ],
            }
            for venue in found
        ],
    }


def _show(network: Network, written: PlanFile, found: list[VenueCheck], *, asked: bool) -> None:
    told = {Outcome.FAIL, Outcome.UNKNOWN} if asked else {Outcome.FAIL}  # else the same would stand in each row
    rows = []
    for venue in found:
        against = [f"{c.name}: {c.actual}" for c in venue.checks if c.outcome in told]
        title = network.places[venue.venue].title
        rows.append((venue.venue, title, WORDS[venue.outcome], venue.mcu, "\n".join(against)))
    screen.table(written.title, ["venue", "名称", "answer", "MCU", "why not"], rows)
    unseen = dict.fromkeys(c.name for venue in found for c in venue.checks if c.outcome not in {*told, Outcome.PASS})
    if unseen:
        screen.out.print(f"not seen of any: {', '.join(unseen)}; --prometheus URL asks what is, now", soft_wrap=True)
