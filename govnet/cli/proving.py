"""`govnet prove`: what reaches what, from the configurations that the devices have now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.cli import screen
from govnet.cli.devices import finish, read_all
from govnet.cli.options import BUILD, Build, Json, NetworkName, UseLab, zone_names
from govnet.cli.ordering import Exported, read_exports, show_exports
from govnet.cli.outages import outage_object, show_outages, tried
from govnet.cli.workspace import open_workspace
from govnet.config.handoff import ordered
from govnet.config.intent import intent
from govnet.config.reading import Reading
from govnet.errors import InputError, Problem
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import PairResult, prove_fabric
from govnet.monitoring import checks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from govnet.cli.workspace import Workspace
    from govnet.errors import GovnetError
    from govnet.isolation.proof import PairVerdict, Proof
    from govnet.network.model import Network

VIOLATED, UNSEEN = 7, 11
"""Exit codes: the policy is broken; it is not, as far as could be seen, but something could not."""
_SHOWN_PAIRS = 5
_SHOWN = {"ok": "[green]{}[/green]", "violating": "[bold white on red]{}[/]", "unknown": "[yellow]{}?[/yellow]"}


Intended = Annotated[
    bool, typer.Option("--intended", help="Ask it of what the inventory wants, without logging in to any device.")
]


def observed(  # noqa: PLR0913 - one option each
    name: str, build: Path, evidence: list[str] | None, *, lab: bool | None, intended: bool, zones: Sequence[str] = ()
) -> tuple[Workspace, dict[str, Reading], dict[str, GovnetError]]:
    """Return a network's workspace, a reading of each device, and why others have none.

    Args:
        name: of the network.
        build: where results are kept.
        evidence: exported tables that stand for devices, as ``device=file``.
        lab: as for every command that logs in.
        intended: take each device's intent for its reading, and log in to none.
        zones: that somebody asks about; they are looked up before any device is.

    Raises:
        InputError: there is no such network or zone, the network had not begun on that day, or an export has problems.
    """
    work = open_workspace(name, build)
    _check_zones(name, work.network, zones)
    if not work.network.devices:
        raise InputError([Problem(name, 0, f"has no device on {work.network.day}", "Ask of a later day with --as-of")])
    exports = read_exports(work.network, evidence or [])
    if intended:
        readings = {
            one.name: Reading(intent(work.network, one.name)) for one in work.network.devices.values() if one.platform
        }
        failed: dict[str, GovnetError] = {}
    else:
        with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
            readings, failed = read_all(work, runner, work.chosen([]))
    show_exports(exports)
    lines = {name: reading for name, reading in ordered(work.network).items() if name not in exports}
    for switch in lines:
        screen.err.print(f"[yellow]declared[/yellow]  {switch}: taken as its circuits were ordered; it was not read")
    return work, {**lines, **readings, **{name: reading for name, (_, reading) in exports.items()}}, failed


def prove(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="ZONE", help="Only what this zone sends.", autocompletion=zone_names),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--to", metavar="ZONE", help="Only what is sent to this zone.", autocompletion=zone_names),
    ] = None,
    any_link_down: Annotated[
        bool, typer.Option("--any-link-down", help="Also prove it without each cable and each device in turn.")
    ] = False,
    intended: Intended = False,
    lab: UseLab = None,
    evidence: Exported = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Prove from the configurations read back which zone reaches which, and compare it with the policy.

    Leaves with 7 when a pair of zones breaks the policy, with 11 when none does but one could not be seen whole.
    """
    asked = [source or "", target or ""]
    named = [slug for slug in (source, target) if slug is not None]
    work, readings, failed = observed(network, build, evidence, lab=lab, intended=intended, zones=named)
    with screen.working("proving"):
        fabric = Fabric(work.network, readings)
        proof = prove_fabric(fabric)
    if not intended:
        checks.note(work.folder, checks.PROOF, checks.of_proof(proof), time.time())
    chosen = [p for p in proof.pairs if asked[0] in ("", p.source) and asked[1] in ("", p.target)]
    found = tried(fabric, proof, {(p.source, p.target) for p in chosen}) if any_link_down else []
    if as_json:
        body: dict[str, object] = {"network": work.network.slug, **as_object(proof)}
        if any(asked):
            body |= {"asked": [asked_pair(fabric, pair) for pair in chosen]}
        if any_link_down:
            body |= {"outages": [outage_object(one) for one in found]}
        screen.print_json({**body, "failed": sorted(failed)})
    elif any(asked):
        show_pairs(fabric, chosen)
    else:
        show(work.network, proof)
    if any_link_down and not as_json:
        show_outages(found)
    verdicts = {pair.verdict for pair in chosen}
    violated = PairResult.VIOLATING in verdicts or any(one.opened for one in found)
    leave(failed, violated=violated, unseen=PairResult.UNKNOWN in verdicts or any(one.unknown for one in found))


def leave(failed: Mapping[str, GovnetError], *, violated: bool, unseen: bool) -> None:
    """Name every device that failed, and leave as the gravest thing asks: a breach, a failed device, something unseen.

    A device that failed hides no breach that was found without it.
    """
    if violated:
        screen.failures(failed)
        raise typer.Exit(VIOLATED)
    finish(failed)
    if unseen:
        raise typer.Exit(UNSEEN)


def _check_zones(name: str, network: Network, slugs: Sequence[str]) -> None:
    known = ", ".join(network.zones)
    wrong = [
        Problem(name, 0, f"has no zone `{slug}`", f"Zones: {known}") for slug in slugs if slug not in network.zones
    ]
    if wrong:
        raise InputError(wrong)


def asked_pair(fabric: Fabric, pair: PairVerdict) -> dict[str, object]:
    """Return one pair with all that gets through, as JSON can hold it."""
    reach = fabric.reach(pair.source, pair.target)
    return {**_pair(pair), "reaches": str(reach.packets)}


def show_pairs(fabric: Fabric, pairs: list[PairVerdict]) -> None:
    """Print pairs one by one, with all that gets through."""
    for pair in pairs:
        verdict = _SHOWN[str(pair.verdict)].format(f"{pair.source} > {pair.target}  {pair.verdict}")
        screen.out.print(f"{verdict}  policy {_code(pair)}", soft_wrap=True)
        for part in str(fabric.reach(pair.source, pair.target).packets).split("; "):
            screen.out.print(f"  gets through: {screen.short(part)}", markup=False, soft_wrap=True)
        if pair.why:
            screen.out.print(f"  {pair.why}", markup=False, soft_wrap=True)
        if pair.witness:
            screen.out.print(f"  {pair.witness}", markup=False, soft_wrap=True)


def as_object(proof: Proof) -> dict[str, object]:
    """Return a proof as JSON can hold it: counts, and every pair that is not as the policy says."""
    return {
        "pairs": len(proof.pairs),
        "counts": dict(proof.counts),
        "deviations": [_pair(pair) for pair in proof.pairs if pair.verdict != "ok"],
        "notes": [str(note) for note in proof.notes],
    }


def _pair(pair: PairVerdict) -> dict[str, object]:
    return {
        "from": pair.source,
        "to": pair.target,
        "policy": _code(pair),
        "verdict": str(pair.verdict),
        "extra": str(pair.extra),
        "missing": str(pair.missing),
        "layer2": pair.layer2,
        "witness": str(pair.witness) if pair.witness else None,
        "why": pair.why,
    }


def _code(pair: PairVerdict) -> str:
    """Return the policy's code for a pair; a dash where the matrix says nothing, which denies."""
    return pair.cell.code if pair.cell else "-"


def show(network: Network, proof: Proof) -> None:
    """Print the matrix, and a witness for each pair that is not as the policy says."""
    found = {(pair.source, pair.target): pair for pair in proof.pairs}
    rows = [
        [
            zone,
            *(_SHOWN[str(found[zone, other].verdict)].format(_code(found[zone, other])) for other in network.zones),
        ]
        for zone in network.zones
    ]
    screen.matrix(f"{network.title}: policy, coloured by what was proven", ["", *network.zones], rows)
    for pair in proof.violations:
        screen.out.print(f"[red]{pair.source} > {pair.target}[/red]  policy {_code(pair)}", soft_wrap=True)
        screen.out.print(f"  {pair.witness or f'missing: {pair.missing}'}", markup=False, soft_wrap=True)
    _show_unknown(proof)
    for note in proof.notes:
        screen.out.print(f"[yellow]note[/yellow]  {screen.plain(note)}", soft_wrap=True)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in proof.counts.items())
    screen.out.print(f"{len(proof.pairs)} pairs: {counts}")


def _show_unknown(proof: Proof) -> None:
    """Print what was not seen, and the pairs of zones that hang on it."""
    by: dict[str, list[str]] = {}
    for pair in proof.pairs:
        if pair.verdict is PairResult.UNKNOWN:
            by.setdefault(pair.why, []).append(f"{pair.source} > {pair.target}")
    for why, pairs in by.items():
        more = f" and {len(pairs) - _SHOWN_PAIRS} more (--json shows all)" if len(pairs) > _SHOWN_PAIRS else ""
        screen.out.print(f"[yellow]unknown[/yellow]  {', '.join(pairs[:_SHOWN_PAIRS])}{more}", soft_wrap=True)
        screen.out.print(f"  {why}", markup=False, soft_wrap=True)
