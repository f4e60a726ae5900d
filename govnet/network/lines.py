"""What leased lines are promised and what they carry: contracts and classes of traffic, held against the circuits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.network.served import Contract, Credit, TrafficClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.cabled import Circuit
    from govnet.network.folder import Folder
    from govnet.network.placed import Place
    from govnet.network.schema_lines import ContractEntry

VIDEO = "video"
"""The class of video conferences."""
REST = "default"
"""The class of everything that no other takes; each line has it."""
_WHOLE = 100


def traffic(folder: Folder, circuits: Mapping[str, Circuit]) -> dict[str, TrafficClass]:
    """Return the classes by name, most urgent first; every speed of a circuit must have its shares."""
    found = {
        name: TrafficClass(name, entry.title, entry.dscp, entry.shares, folder.origin("traffic", name))
        for name, entry in folder.files.traffic.items()
    }
    if found:
        for name, cause, step in _wrong(found):
            folder.problem(found[name].origin, cause, step)
        _unshared(folder, found, circuits)
    return found


def _wrong(classes: Mapping[str, TrafficClass]) -> Iterator[tuple[str, str, str]]:
    first = next(iter(classes))
    if REST not in classes:
        yield first, f"no class is called {REST!r}", "Add it: it takes what no other class does"
    marks: dict[int, str] = {}
    for name, one in classes.items():
        if marks.setdefault(one.dscp, name) != name:
            yield (
                name,
                f"{name} is marked DSCP {one.dscp}, as {marks[one.dscp]} is",
                "Give each class a mark of its own",
            )
        if missing := sorted(classes[first].shares.keys() - one.shares.keys()):
            yield name, f"{name} has no share of lines of {missing[0]} kbit/s, {first} has", "Add it"
    for speed in classes[first].shares:
        total = sum(one.shares.get(speed, 0) for one in classes.values())
        if total > _WHOLE:
            yield first, f"the shares of lines of {speed} kbit/s are {total} % together", "Let them be 100 % at most"


def _unshared(folder: Folder, classes: Mapping[str, TrafficClass], circuits: Mapping[str, Circuit]) -> None:
    shared = set(next(iter(classes.values())).shares)
    for circuit in circuits.values():
        for speed in {circuit.speed_kbps, *(speed for _, speed in circuit.upgrades)} - shared:
            cause = f"{circuit.id} has {speed} kbit/s, and traffic.yaml has no shares for that"
            folder.problem(circuit.origin, cause, "Add the speed to every class of traffic.yaml", kind="unshared")


def refuse_classless(folder: Folder, known: Mapping[str, Place]) -> None:
    """Say where video conferences are held over lines that hold nothing free for them."""
    venues = [place for place in known.values() if place.venue]
    if venues and VIDEO not in folder.files.traffic:
        cause = f"{venues[0].slug!r} is a venue of video conferences, and traffic.yaml has no class {VIDEO!r}"
        more = f" (and {len(venues) - 1} more like it)" if len(venues) > 1 else ""
        folder.problem(venues[0].origin, cause + more, "Add the class, or say that it is no venue")


def contracts(folder: Folder, circuits: Mapping[str, Circuit]) -> dict[str, Contract]:
    """Return the contracts by name; every circuit that names one must name one that there is."""
    found = {name: _contract(folder, name, entry) for name, entry in folder.files.circuits.contracts.items()}
    for circuit in circuits.values():
        if circuit.contract and circuit.contract not in found:
            known = ", ".join(found) or "none"
            cause = f"{circuit.id} is under contract {circuit.contract!r}, which does not exist"
            folder.problem(circuit.origin, cause, f"There is: {known}", kind=f"contract {circuit.contract}")
    return found


def _contract(folder: Folder, name: str, entry: ContractEntry) -> Contract:
    origin = folder.origin("circuits", "contracts", name)
    steps = [(credit.below, credit.percent) for credit in entry.credits]
    if steps != sorted(steps, reverse=True) or [p for _, p in steps] != sorted(p for _, p in steps):
        folder.problem(origin, f"the credits of {name} do not grow as availability falls", "Write the mildest first")
    if steps and steps[0][0] > entry.availability:
        cause = f"{name} gives credit under {steps[0][0]:g} %, but promises only {entry.availability:g} %"
        folder.problem(origin, cause, "Let the first credit begin at the promise or below")
    return Contract(
        name,
        entry.title,
        entry.carrier,
        entry.availability,
        None if entry.loss_percent is None else entry.loss_percent / _WHOLE,
        _seconds(entry.delay_ms),
        _seconds(entry.jitter_ms),
        tuple(Credit(*step) for step in steps),
        origin,
    )


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
