"""`govnet report`: the auditor's page, and its paper, from the last bundle of evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.cli import screen
from govnet.cli.lines import sheet_of
from govnet.cli.options import BUILD, Build, Json, NetworkName
from govnet.cli.prometheus import PrometheusUrl
from govnet.cli.workspace import open_workspace
from govnet.errors import RefusedError
from govnet.evidence import archive
from govnet.evidence.contents import run_of
from govnet.evidence.judging import rerun
from govnet.evidence.seal import unseal
from govnet.isolation.proof import PairResult
from govnet.report import Run, write
from govnet.report.pdf import print_page
from govnet.report.run import Bundle
from govnet.report.words import Language

if TYPE_CHECKING:
    from govnet.audit import Audit, Evidence
    from govnet.evidence.contents import Circumstances
    from govnet.evidence.manifest import Manifest
    from govnet.isolation.witness import Witness


@dataclass(frozen=True, slots=True)
class _Opened:
    manifest: Manifest
    hash: str
    audit: Audit
    evidence: Evidence
    about: Circumstances


def report(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print it to a PDF file, by Chromium.")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="What it opens in, and is printed in.")] = Language.ZH,
    month: Annotated[
        str, typer.Option("--month", metavar="YYYY-MM", help="Also the sheet of the leased lines; needs --prometheus.")
    ] = "",
    prometheus: PrometheusUrl = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write it here instead.")] = None,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Write the report on the last audit that was kept by `govnet evidence export`: one HTML file, and its PDF."""
    work = open_workspace(network, build)
    folder = archive.of(work.folder)
    last = archive.latest(folder)
    if last is None:
        slug = work.network.slug
        raise RefusedError(f"{folder}: holds no evidence of {slug} yet; make it: `govnet evidence export {network}`.")
    lines = sheet_of(work.network, month, prometheus) if month else ()
    with screen.working("judging and drawing"):
        before = archive.latest(folder, 1)
        page = output or work.folder / "audit.html"
        write(page, replace(run_from(last, before), month=month, lines=lines), lang)
    paper = page.with_suffix(".pdf")
    if pdf:
        with screen.working("printing"):
            print_page(page, paper)
    if as_json:
        screen.print_json({"report": str(page), "pdf": str(paper) if pdf else None, "evidence": str(last)})
    else:
        screen.out.print(f"report: [bold]{page}[/bold]{f' and {paper}' if pdf else ''}", soft_wrap=True)


def run_from(last: Path, before: Path | None = None) -> Run:
    """Return what a report is made of: a bundle judged again, held against the one before it.

    Raises:
        RefusedError: a bundle was changed, or is another release's.
    """
    found = _open(last)
    head, evidence = found.manifest, found.evidence
    signer = f"{head.signer.name} ({head.signer.key})"
    return Run(
        network=evidence.network,
        time=found.about.as_of,
        version=head.govnet,
        title_en=evidence.network.title_en,
        after=evidence.proof if evidence.readings is not None else None,
        readings=evidence.readings or {},
        backing=found.about.backing,
        failures=found.about.failures,
        audit=found.audit,
        last_audit=_open(before).audit if before else None,
        bundle=Bundle(last.name, found.hash, head.chain.number, head.chain.previous, signer),
        paths=_paths(evidence),
    )


def _open(path: Path) -> _Opened:
    sealed = unseal(path.read_bytes())
    if sealed.manifest is None or not sealed.whole:
        raise RefusedError(f"{path}: {sealed.damages[0]}. See `govnet evidence verify {path}`; put back a copy of it.")
    again = rerun(sealed.members)
    return _Opened(sealed.manifest, sealed.hash, again.audit, again.evidence, run_of(sealed.members))


def _paths(evidence: Evidence) -> dict[tuple[str, str], Witness]:
    """Return for each pair that is ok a packet that gets through, where one does."""
    if evidence.readings is None:
        return {}
    pairs = [
        (p.source, p.target) for p in evidence.proof.pairs if p.verdict is PairResult.OK and p.cell and p.cell.permits
    ]
    found = {pair: evidence.fabric.witness(*pair) for pair in pairs if pair[0] != pair[1]}
    return {pair: witness for pair, witness in found.items() if witness}
