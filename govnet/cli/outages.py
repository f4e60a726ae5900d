"""`govnet prove --any-link-down`: every cable and device down in turn, and what that does to the matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.cli import screen
from govnet.isolation.failures import Failure, after, outages

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from govnet.isolation.fabric import Fabric
    from govnet.isolation.proof import PairChange, Proof

_TITLE = "one down"


def tried(fabric: Fabric, proof: Proof, pairs: Collection[tuple[str, str]]) -> list[Failure]:
    """Return what each single outage does to some pairs of zones, with progress on the terminal."""
    bars = screen.Bars({_TITLE: "one cable or device down"})
    todo = outages(fabric.network)
    bars.begin(_TITLE, len(todo))
    found = []
    for outage in todo:
        one = _limited(after(fabric, proof, outage), pairs)
        found.append(one)
        bars.advance(str(outage), failed=not one.holds)
    bars.end()
    return found


def _limited(failure: Failure, pairs: Collection[tuple[str, str]]) -> Failure:
    """Return a failure's changes of some pairs only."""
    kept = (
        tuple(change for change in changes if (change.source, change.target) in pairs)
        for changes in (failure.opened, failure.cut, failure.unknown)
    )
    return Failure(failure.outage, *kept)


def outage_object(failure: Failure) -> dict[str, object]:
    """Return one outage as JSON can hold it."""
    return {
        "down": str(failure.outage),
        "holds": failure.holds,
        "opened": _pairs(failure.opened),
        "cut": _pairs(failure.cut),
        "unknown": _pairs(failure.unknown),
    }


def _pairs(changes: Sequence[PairChange]) -> list[dict[str, str]]:
    return [{"from": one.source, "to": one.target, "gains": str(one.gained), "loses": str(one.lost)} for one in changes]


def show_outages(found: Sequence[Failure]) -> None:
    """Print the outages that matter, the gravest first."""
    bad = sorted((one for one in found if not one.holds), key=lambda one: (not one.opened, not one.cut))
    for one in bad:
        screen.out.print(f"[bold]without {screen.plain(str(one.outage))}[/bold]", soft_wrap=True)
        for title, changes in (("isolation broken", one.opened), ("cut off", one.cut), ("unknown", one.unknown)):
            if changes:
                screen.out.print(f"  {title}: {_words(changes)}", markup=False, soft_wrap=True)
    opened, cut = sum(bool(one.opened) for one in found), sum(bool(one.cut) for one in found)
    isolation = f"[red]isolation breaks in {opened}[/red]" if opened else "[green]isolation holds in all[/green]"
    rest = f"{cut} cut something off, {len(found) - len(bad)} change nothing"
    screen.out.print(f"{len(found)} single outages: {isolation}, {rest}", soft_wrap=True)


def _words(changes: Sequence[PairChange]) -> str:
    """Return pairs by their source: ``prv > jh, dmz; pub > jh``."""
    by_source: dict[str, list[str]] = {}
    for one in changes:
        by_source.setdefault(one.source, []).append(one.target)
    return "; ".join(f"{source} > {', '.join(targets)}" for source, targets in by_source.items())
