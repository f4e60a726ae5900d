"""`govnet audit`: every rule on what the devices say now, or said when they were last backed up."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govnet.audit import Evidence, Severity, Verdict, rules
from govnet.audit import audit as judge
from govnet.audit.formats import as_csv, as_junit, as_object, as_sarif
from govnet.audit.registry import rule_classes
from govnet.cli import screen
from govnet.cli.keys import backup_vault
from govnet.cli.options import BUILD, AsOf, Build, Json, NetworkName, Probing, Profile, UseLab
from govnet.cli.ordering import Exported, read_exports, show_exports
from govnet.cli.records import with_records
from govnet.cli.workspace import Workspace, open_workspace
from govnet.errors import InputError, Problem
from govnet.files import write_whole
from govnet.masking import masked
from govnet.monitoring import checks
from govnet.network.asof import viewing
from nornir_tasks.restoring import read_backup
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from govnet.audit import Audit, Finding
    from govnet.audit.rule import Rule

FAILED = 7
"""Exit code when a rule fails."""
NOT_CLEAN = 11
"""Exit code when nothing fails, and a critical or high rule could not be judged."""
_COLOURS = {
    "pass": "green",
    "fail": "bold white on red",
    "unknown": "yellow",
    "not_applicable": "dim",
    "waived": "cyan",
}
_SUFFIXES = {".sarif": "sarif", ".xml": "junit", ".csv": "csv"}
_TITLES = {one.id: f"{one.title} · {one.title_en}" for one in rule_classes()}
_NAMED, _SHOWN = 3, 5


def _rule_names(incomplete: str) -> list[str]:
    """Complete a rule's id, or the name of a family."""
    names = dict.fromkeys(name for one in rule_classes() for name in (one.id[:3], one.id))
    return [name for name in names if name.startswith(incomplete)]


Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rule",
        metavar="ID",
        help="Only this rule or family: ISO-12, ISO; repeatable.",
        autocompletion=_rule_names,
    ),
]


class Format(StrEnum):
    """What is printed instead of the table."""

    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    CSV = "csv"


def audit(  # noqa: PLR0913 - one option each
    network: NetworkName,
    *,
    rule: Rules = None,
    as_of: AsOf = None,
    profile: Profile = "",
    from_backup: Annotated[
        bool, typer.Option("--from-backup", help="Judge the last backup; log in to no device, ask none for health.")
    ] = False,
    lab: UseLab = None,
    probe: Probing = False,
    evidence: Exported = None,
    as_json: Json = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="SARIF 2.1.0, for code hosts.")] = False,
    junit: Annotated[bool, typer.Option("--junit", help="JUnit XML, for CI.")] = False,
    csv_: Annotated[bool, typer.Option("--csv", help="A table, for spreadsheets.")] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write it to a file.")] = None,
    build: Build = BUILD,
) -> None:
    """Judge a network by the rules of the audit: pass, fail, unknown and not applicable, counted apart.

    Leaves with 7 when a rule fails, with 11 when none does but a critical or high rule could not be judged: that is no
    clean run. Waived failures are shown and do not count.
    """
    chosen = _chosen(rule or [])
    if probe and from_backup:
        raise InputError([Problem("options", 0, "--probe asks devices, --from-backup asks none", "Give one of them")])
    form = _form({Format.JSON: as_json, Format.SARIF: sarif, Format.JUNIT: junit, Format.CSV: csv_})
    with viewing(as_of.date() if as_of else None, profile):
        work = open_workspace(network, build)
    exports = read_exports(work.network, evidence or [])
    seen, failed = _kept(work) if from_backup else _read(work, lab=lab, probe=probe)
    if as_of:
        seen = of_day(seen, as_of.date())
    readings = {**(seen.readings or {}), **{name: reading for name, (_, reading) in exports.items()}}
    with screen.working("judging"):
        found = judge(replace(seen, readings=readings, digests=inventory_digests(work)), chosen)
    if not (rule or from_backup or as_of):
        checks.note(work.folder, checks.AUDIT, checks.of_audit(found.counts), datetime.now(UTC).timestamp())
    _write(found, form, out)
    if form is None and out is None:
        show_exports(exports)
        show(work, found)
    for name, why in failed.items():
        screen.err.print(f"[red]not read[/red]  {screen.plain(why if why.startswith(name) else f'{name}: {why}')}")
    if code := exit_code(found):
        raise typer.Exit(code)


def of_day(seen: Evidence, day: date) -> Evidence:
    """Return evidence for the audit of another day, at its end, without what was measured when it was gathered.

    Configurations and what follows from them are taken to be as they are. A reading, a learned address or a probe tells
    of its own day alone.
    """
    if day == seen.day:
        return seen
    end = datetime.combine(day, time(23, 59), UTC)
    return replace(seen, as_of=end, samples=None, fdb=None, probes=None)


def exit_code(found: Audit) -> int:
    """Return how the command leaves: 7 something fails, 11 something grave is unknown, 0 clean."""
    return FAILED if found.failures else NOT_CLEAN if found.doubts else 0


def _chosen(named: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules that a person named, by id or family; all when nobody named any.

    Raises:
        InputError: there is no such rule.
    """
    every = rules()
    unknown = [name for name in named if not any(_is(one, name) for one in every)]
    if unknown:
        families = ", ".join(dict.fromkeys(one.id[:3] for one in every))
        step = f"Name a rule like {every[0].id}, or a family: {families}"
        raise InputError([Problem("--rule", 0, f"there is no rule {name!r}", step) for name in unknown])
    return tuple(one for one in every if not named or any(_is(one, name) for name in named))


def _is(rule: Rule, name: str) -> bool:
    return name.upper() in {rule.id, rule.id[:3]}


def _form(asked: dict[Format, bool]) -> Format | None:
    """Return the format that a person asked for; None for the table.

    Raises:
        InputError: more than one.
    """
    named = [form for form, on in asked.items() if on]
    if len(named) > 1:
        words = " and ".join(f"--{form}" for form in named)
        raise InputError([Problem("options", 0, f"{words} were both given", "Choose one, or run twice with --out")])
    return named[0] if named else None


def _read(work: Workspace, *, lab: bool | None, probe: bool) -> tuple[Evidence, dict[str, str]]:
    """Return what the devices say now, and which did not."""
    from govnet.cli.gathering import gather  # noqa: PLC0415 - a kept backup needs no sessions

    seen, how = gather(work, lab=lab, probe=probe)
    return seen, dict(how.failures)


def _kept(work: Workspace) -> tuple[Evidence, dict[str, str]]:
    """Return what the last backup says.

    Raises:
        RefusedError: there is no backup yet.
    """
    store = BackupStore(work.backups, backup_vault())
    store.revision("HEAD")
    kept = {name: (store.kept(name), read_backup(work.network, store, name)) for name in work.chosen([])}
    readings = {name: backup.reading for name, (_, backup) in kept.items() if backup}
    texts = {name: masked(text.text) for name, (text, _) in kept.items() if text}
    failed = {name: "there is no backup of it" for name, (_, backup) in kept.items() if backup is None}
    evidence = Evidence(work.network, datetime.now(UTC).replace(microsecond=0), readings, texts)
    return with_records(work, evidence), failed


def inventory_digests(work: Workspace) -> dict[str, str]:
    """Return the SHA-256 of each file of the inventory, by the name that references to it have."""
    files = sorted(path for path in Path(work.network.folder).iterdir() if path.suffix in {".yaml", ".csv"})
    return {f"inventory {path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _write(found: Audit, form: Format | None, out: Path | None) -> None:
    """Print an audit in a format, or write it to a file: in the format asked for, else as its name ends, else JSON."""
    if form is None and out is None:
        return
    text = rendered(found, form or Format(_SUFFIXES.get(out.suffix if out else "", "json")))
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)
        screen.err.print(f"{out}: {len(found.findings)} findings", markup=False, highlight=False, soft_wrap=True)


def rendered(found: Audit, form: Format) -> str:
    """Return an audit as text in a format."""
    if form is Format.CSV:
        return as_csv(found)
    if form is Format.JUNIT:
        return as_junit(found)
    value = as_sarif(found) if form is Format.SARIF else as_object(found)
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def show(work: Workspace, found: Audit) -> None:
    """Print failures one by one, then what nobody could judge, then the counts."""
    for rule, findings in _by_rule(found, Verdict.FAIL).items():
        screen.out.print(f"[red]{rule}[/red]  {_TITLES[rule]}  [dim]{findings[0].severity}[/dim]", soft_wrap=True)
        for finding in findings[:_SHOWN]:
            _show_failure(finding)
        _show_more(len(findings) - _SHOWN)
    for rule, findings in _by_rule(found, Verdict.UNKNOWN).items():
        supply = list(dict.fromkeys(finding.actual for finding in findings))
        head = f"[yellow]{rule}[/yellow]  {_TITLES[rule]}  [dim]{findings[0].severity}, unknown[/dim]"
        screen.out.print(f"{head}\n    {screen.plain(supply[0])}", soft_wrap=True)
        _show_more(len(supply) - 1)
    _show_counts(work, found)


def _by_rule(found: Audit, verdict: Verdict) -> dict[str, list[Finding]]:
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for finding in found.findings:
        if finding.verdict is verdict:
            grouped[finding.rule].append(finding)
    return grouped


def _show_failure(finding: Finding) -> None:
    said = f"  {finding.object}\n    Expected: {finding.expected}\n    Actual:   {finding.actual}"
    screen.out.print(said, markup=False, highlight=False, soft_wrap=True)
    if waiver := finding.waiver:
        words = f"waived until {waiver.expires} by {waiver.owner}: {waiver.reason}"
        screen.out.print(f"    [cyan]{screen.plain(words)}[/cyan]", soft_wrap=True)


def _show_more(count: int) -> None:
    if count > 0:
        screen.out.print(f"    and {count} more (--json shows all)", highlight=False)


def _show_counts(work: Workspace, found: Audit) -> None:
    by = Counter((_outcome(finding), finding.severity) for finding in found.findings)
    columns = [*Severity, "all"]
    rows = [
        (f"[{_COLOURS[name]}]{name}[/]", *(by[name, severity] for severity in Severity), count)
        for name, count in found.counts.items()
    ]
    count = len({finding.rule for finding in found.findings})
    title = f"{work.network.title}, {found.as_of:%Y-%m-%d}: {count} rule{'s' if count > 1 else ''}"
    screen.table(title, ["verdict", *map(str, columns)], rows, right=list(map(str, columns)))
    words = {0: "[green]clean[/green]", FAILED: "[red]rules fail[/red]"}
    doubt = f"[yellow]not a clean run[/yellow]: {_few(found.doubts)} could not be judged"
    screen.out.print(words.get(exit_code(found), doubt), soft_wrap=True)


def _outcome(finding: Finding) -> str:
    return "waived" if finding.waiver else str(finding.verdict)


def _few(findings: Iterable[Finding]) -> str:
    names = list(dict.fromkeys(finding.rule for finding in findings))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
