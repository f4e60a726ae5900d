"""`govnet prove`: what reaches what, from the configurations that the devices have now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from govnet.cli import screen
from govnet.cli.devices import finish, read_all
from govnet.cli.options import BUILD, Build, Json, NetworkName, UseLab
from govnet.cli.ordering import Exported, read_exports, show_exports
from govnet.cli.workspace import open_workspace
from govnet.isolation.proof import prove as prove_isolation

if TYPE_CHECKING:
    from govnet.isolation.proof import PairVerdict, Proof
    from govnet.network.model import Network

VIOLATED = 7
"""Exit code when the proof finds a violation."""
_SHOWN = {"ok": "[green]{}[/green]", "violating": "[bold white on red]{}[/]", "unknown": "[yellow]{}?[/yellow]"}


def prove(
    network: NetworkName, *, lab: UseLab = None, evidence: Exported = None, build: Build = BUILD, as_json: Json = False
) -> None:
    """Prove from the configurations read back which zone reaches which, and compare it with the policy."""
    work = open_workspace(network, build)
    exports = read_exports(work.network, evidence or [])
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        readings, failed = read_all(work, runner, work.chosen([]))
    readings |= {name: reading for name, (_, reading) in exports.items()}
    show_exports(exports)
    with screen.working("proving"):
        proof = prove_isolation(work.network, readings)
    if as_json:
        screen.print_json({"network": work.network.slug, **as_object(proof), "failed": sorted(failed)})
    else:
        show(work.network, proof)
    finish(failed)
    if proof.violations:
        raise typer.Exit(VIOLATED)


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
    counts = ", ".join(f"{count} {verdict}" for verdict, count in proof.counts.items())
    screen.out.print(f"{len(proof.pairs)} pairs: {counts}")
