"""From a `Run` to one HTML file."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from govnet.files import write_whole
from govnet.network.model import Plane
from govnet.report import coverage, estate
from govnet.report.credits import credit_rows
from govnet.report.drawing import drawing
from govnet.report.findings import Parts, final_matrix, findings
from govnet.report.health import health
from govnet.report.matrix import legend, matrices
from govnet.report.plans import device_views
from govnet.report.summary import cards, headline
from govnet.report.systems import systems
from govnet.report.tone import Tone
from govnet.report.verdicts import changes, verdict_views, waivers
from govnet.report.words import Language, Text, translator
from govnet.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

    from govnet.report.run import Run

_PROVEN = (
    ("matrix", "Policy and verdicts"), ("zones", "Zones"),
    ("witnesses", "Pairs and witnesses"), ("topology", "Topology"),
)  # fmt: skip
_FINDINGS = ("findings", "Findings")
_COVERAGE, _HEALTH = ("coverage", "Coverage"), ("health", "Health")
_ESTATE = (("circuits", "Circuits"), ("power", "Power"))
_SYSTEMS = ("systems", "Information systems")
_CREDITS = ("credits", "Leased lines of the month")
_RULES = (("rules", "Rules"), ("waivers", "Waivers"), ("since", "Since the last audit"))
_OF_RUN = (_FINDINGS, _SYSTEMS, ("plan", "Plan"), _COVERAGE, _HEALTH, *_ESTATE, ("phases", "Phases"))
_OF_AUDIT = (_FINDINGS, _SYSTEMS, _COVERAGE, *_ESTATE)
_PLANES = {
    Plane.INNER: Text("inner network", "内网"),
    Plane.OUTER: Text("outer network", "外网"),
    Plane.UNIFIED: Text("unified network", "统一网络"),
    Plane.FACILITY: Text("facilities", "机房动力环境"),
}


@cache
def _environment(language: Language) -> Environment:
    found = Environment(
        loader=FileSystemLoader(folder("templates") / "report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=True,
    )
    found.globals["t"] = translator(language)
    return found


def render(run: Run, language: Language = Language.EN) -> str:
    """Return the report on ``run`` as one HTML page that needs no other file; the same run gives the same text.

    ``language`` is what it opens in; a switch in the page turns to the other.
    """
    parts = Parts(matrices(run), device_views(run), coverage.coverage(run), health(run))
    script = _source("page.js")
    return _environment(language).get_template("page.html.j2").render(
        run=run,
        lang=language,
        sections=_sections(run),
        verdicts=verdict_views(run.audit) if run.audit else (),
        waivers=waivers(run),
        since=changes(run.last_audit, run.audit) if run.audit and run.last_audit else None,
        network=run.network,
        plane=_PLANES[run.network.plane],
        time=run.time,
        headline=headline(run, parts.matrices),
        cards=cards(run, parts),
        parts=parts,
        final=final_matrix(parts.matrices),
        findings=findings(run, parts),
        stand_ins=coverage.stand_ins(run),
        backing=coverage.backing(run),
        drawing=drawing(run),
        systems=systems(run),
        credits=credit_rows(run),
        circuits=estate.circuits(run.network),
        power=estate.power(run.network),
        links=estate.links(run.network),
        legend=legend(run.network),
        tones=Tone,
        style=_source("page.css"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )  # fmt: skip


def _sections(run: Run) -> tuple[tuple[str, str], ...]:
    """Return the page's sections, (id, title)."""
    found = (*_PROVEN, *(_RULES if run.audit else ()), *(_OF_AUDIT if run.only_audited else _OF_RUN))
    return (*found, _CREDITS) if run.lines else found


@cache
def _source(name: str) -> str:
    return (folder("templates") / "report" / name).read_text(encoding="utf-8")


def write(path: Path, run: Run, language: Language = Language.EN) -> None:
    """Write the report; a reader of ``path`` sees the old file or the new one, never a part.

    Raises:
        StorageError: it cannot be written; what was there before is untouched.
    """
    write_whole(path, render(run, language))
