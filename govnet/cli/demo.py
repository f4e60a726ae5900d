"""`govnet demo`: the main job from end to end, on emulated devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govnet import __version__
from govnet.audit import Audit, audit
from govnet.cli import background, health, labs, screen
from govnet.cli.checking import refusals
from govnet.cli.devices import finish
from govnet.cli.gathering import said, without_twins
from govnet.cli.options import BUILD, Build, ExporterPort, Json, ModbusPort, SnmpPort, SshPort
from govnet.cli.proving import VIOLATED
from govnet.cli.story import WHOLE, Story, chosen_places
from govnet.cli.workspace import Workspace, open_workspace
from govnet.errors import LabError, RefusedError, VerifyError
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import PairResult, Proof, prove, prove_fabric
from govnet.network.sampling import OF_TABLES
from govnet.report import Run, write
from govnet.report.run import Phase
from lab.endpoint import MODBUS_PORT, SNMP_PORT, SSH_PORT, Ports
from lab.estate import twins
from nornir_tasks import tasks
from nornir_tasks.planning import Plan, make_plan
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.collect import Result
    from govnet.config.reading import Reading
    from lab.daemon import RunningLab
    from nornir_tasks.runner import Runner

EXPORTER_PORT = 9116


def demo(  # noqa: PLR0913 - one option each
    network: Annotated[
        str, typer.Argument(metavar="[NETWORK]", help="Name of a shipped network, or a folder.")
    ] = "laixi",
    *,
    places: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Emulate these places, those above them and the centre; the others stay on paper. `all` emulates"
            f" everything. Without it: everything up to {WHOLE} devices, else a sample.",
        ),
    ] = "",
    keep: Annotated[bool, typer.Option("--keep", help="Leave the lab and an exporter running.")] = False,
    ssh_port: SshPort = SSH_PORT,
    snmp_port: SnmpPort = SNMP_PORT,
    modbus_port: ModbusPort = MODBUS_PORT,
    exporter_port: ExporterPort = EXPORTER_PORT,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Provision a whole network of emulated devices, prove it isolated before and after, collect its health, report.

    Talks to the lab alone, so commands of unverified syntax are accepted; the summary says how many there were.
    """
    work = open_workspace(network, build)
    story = Story(work, chosen_places(work, places), Ports(ssh_port, snmp_port, modbus_port))
    if work.running_lab():
        raise LabError(f"a lab of {work.network.slug} runs already; end it with `govnet lab down`.")
    if keep:
        background.insist_free("exporter", f"127.0.0.1:{exporter_port}")
    try:
        summary = _tell(story)
        if keep:
            _keep(work, exporter_port)
    finally:
        if not keep:
            with story.phase("lab_down", "ending the lab"):
                work.end_lab()
    summary["seconds"] = story.seconds
    if as_json:
        screen.print_json(summary)
    else:
        _show(work, summary, exporter_port)
    _judge(story, summary)


def provisioned_lab(work: Workspace, ports: Ports) -> None:
    """Start a lab and provision it, as the demo does; it is ended again when that fails.

    Raises:
        GovnetError: what failed.
    """
    story = Story(work, ports=ports)
    try:
        _tell(story)
    except BaseException:
        work.end_lab()
        raise
    for error in story.failed.values():
        work.end_lab()
        raise error


def _tell(story: Story) -> dict[str, Any]:
    """Run all phases; return the summary without its times."""
    work = story.work
    boxes = [twin for twin in twins(work.network) if story.emulated(twin.name)]
    with story.phase("lab_up", f"lab of {len(story.names)} emulated devices"):
        running = work.start_lab(boxes, story.ports)
    with story.phase("check", "checking that every box can do what the inventory asks"):
        if refused := refusals(work.network):
            raise RefusedError("\n".join(refused))
    with work.journal() as journal, work.runner(work.lab_access(running), journal) as runner:
        return _provision(story, runner, running)


def _provision(story: Story, runner: Runner, running: RunningLab) -> dict[str, Any]:
    work, network = story.work, story.work.network
    with story.phase("backup", "backing up every running configuration"):
        kept = runner.run(tasks.backup, story.names, network=network, store=BackupStore(work.backups))
        BackupStore(work.backups).commit(f"Before provisioning {network.slug}")
    story.failed |= kept.failed
    readings = {name: found.reading for name, found in kept.done.items()}
    with story.phase("plan", "planning"):
        plan = make_plan(network, readings)
    with story.phase("prove_before", "proving what reaches what as it is"):
        before = prove(network, {**story.beside, **readings})
    with story.phase("prove_predicted", "proving the predicted state"):
        predicted = prove(network, {**story.beside, **plan.predicted(readings)})
    _insist(predicted)
    with story.phase("apply", f"applying {plan.changes} changes in {plan.commands} commands"):
        applied = runner.run(tasks.apply, plan.devices, network=network, plans=plan.devices, accept_unverified=True)
    story.failed |= applied.failed
    found = _after(story, runner, plan, before, predicted)
    with story.phase("report", "writing the report"):
        write(work.report, _run(story, running, found))
    return _summary(story, found)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the run found, by value."""

    plan: Plan
    before: Proof
    predicted: Proof
    after: Proof
    second: Plan
    readings: Mapping[str, Reading]
    results: Sequence[Result]
    judged: Audit


def _insist(predicted: Proof) -> None:
    """Refuse to send a plan whose predicted state breaks the policy."""
    if predicted.violations:
        first = predicted.violations[0]
        raise RefusedError(
            f"the plan would break the policy in {len(predicted.violations)} zone pairs; nothing was sent. "
            f"First: {first.source} > {first.target}: {first.why} {first.witness or ''}"
        )


def _after(story: Story, runner: Runner, plan: Plan, before: Proof, predicted: Proof) -> Found:
    work, network = story.work, story.work.network
    with story.phase("verify", "reading every device back, and its routing tables"):
        read = runner.run(tasks.read, story.names, network=network, whole=True)
    story.failed |= read.failed
    readings = {name: found.reading for name, found in read.done.items()}
    with story.phase("prove_after", "proving the state read back"):
        fabric = Fabric(network, {**story.beside, **readings})
        after = prove_fabric(fabric)
    second = make_plan(network, readings)
    with story.phase("collect", "collecting health over SNMP"):
        results = health.collect(work, lab=True)
    with story.phase("audit", "judging by the rules of the audit"):
        seen = without_twins(said(network, datetime.now(UTC), read.done, results), story.names)
        # A rule must not pass on what is only meant: with devices on paper, those that need a proof stay unknown.
        judged = audit(seen.proven(fabric, after) if story.places is None else seen)
    return Found(plan, before, predicted, after, second, readings, results, judged)


def _run(story: Story, running: RunningLab, found: Found) -> Run:
    """Return what the report is made of."""
    return Run(
        network=story.work.network,
        time=story.begun,
        version=__version__,
        title_en=story.work.network.title_en,
        plan=found.plan,
        before=found.before,
        predicted=found.predicted,
        after=found.after,
        readings=found.readings,
        health=tuple(found.results),
        backing=dict.fromkeys(story.beside, "on paper") | {spot.name: spot.note for spot in running.endpoints},
        failures={name: str(error) for name, error in story.failed.items()},
        phases=tuple(Phase(name, seconds) for name, seconds in story.seconds.items()),
        second_changes=found.second.changes,
        audit=found.judged,
    )


def _summary(story: Story, found: Found) -> dict[str, Any]:
    """Return the demo's result as one object for scripts; the times are added when all is over."""
    work, network = story.work, story.work.network
    return {
        "network": network.slug,
        "as_of": network.iso_day or None,
        "devices": len(story.names),
        "devices_on_paper": len(work.chosen([])) - len(story.names),
        "places": sorted(slug for slug in story.places or () if network.places[slug].kind in OF_TABLES),
        "devices_ok": len(found.readings.keys() - story.failed.keys()),
        "changes": found.plan.changes,
        "changes_second_run": found.second.changes,
        "pairs": len(found.after.pairs),
        "pairs_violating_before": len(found.before.violations),
        "pairs_violating_after": len(found.after.violations),
        "pairs_unknown_after": found.after.counts[PairResult.UNKNOWN],
        "unread_lines": sum(len(reading.unread) for reading in found.readings.values()),
        "commands": found.plan.commands,
        "unverified_commands": found.plan.unverified,
        "snmp_targets": len(found.results),
        "snmp_targets_ok": sum(1 for result in found.results if result.error is None),
        "snmp_samples": sum(result.samples for result in found.results),
        "audit": dict(found.judged.counts),
        "failed": {name: str(error) for name, error in story.failed.items()},
        "report": str(story.work.report),
    }


def _keep(work: Workspace, exporter_port: int) -> None:
    """Leave an exporter running beside the lab, and say where both are."""
    address = background.start(work.folder, work.network.folder, exporter_port)
    running = work.running_lab()
    if running:
        labs.show(work, running, as_json=False, console=screen.err)
    said = (
        f"exporter on {address}/ (wall page), /metrics, /snmp and /sd"
        if address
        else "the exporter did not start; see exporter.log"
    )
    screen.err.print(f"{said}; end both with `govnet lab down`", soft_wrap=True)


def _show(work: Workspace, summary: dict[str, Any], exporter_port: int) -> None:
    rows = [
        ("devices provisioned", f"{summary['devices_ok']} of {summary['devices']}"),
        ("devices on paper, taken as intended", summary["devices_on_paper"]),
        ("changes", f"{summary['changes']} in {summary['commands']} commands"),
        ("  of unverified syntax, sent to the lab alone", summary["unverified_commands"]),
        ("changes in a second run", summary["changes_second_run"]),
        ("zone pairs violating the policy, before", f"{summary['pairs_violating_before']} of {summary['pairs']}"),
        ("zone pairs violating the policy, after", f"{summary['pairs_violating_after']} of {summary['pairs']}"),
        ("zone pairs unknown, after", summary["pairs_unknown_after"]),
        ("configuration lines not modelled", summary["unread_lines"]),
        ("SNMP targets answering", f"{summary['snmp_targets_ok']} of {summary['snmp_targets']}"),
        ("SNMP samples", summary["snmp_samples"]),
        ("findings of the audit", ", ".join(f"{count} {name}" for name, count in summary["audit"].items() if count)),
        ("seconds, all in all", f"{sum(summary['seconds'].values()):.1f}"),
    ]
    stand_ins = [device.name for device in work.network.devices.values() if device.stand_in]
    screen.table(screen.heading(work.network), ["", "result"], rows, right=["result"])
    screen.out.print(
        "every device here is emulated; stand-ins for boxes without a public command line: " + ", ".join(stand_ins),
        soft_wrap=True,
    )
    screen.out.print(f"report: [bold]{work.report}[/bold]", soft_wrap=True)
    name = Path(work.network.folder).name
    if summary["places"]:
        screen.out.print(f"in the lab: the centre and {', '.join(summary['places'])}; choose others with --places")
    screen.out.print(
        f"watch it with Prometheus, Alertmanager and a wall page on http://127.0.0.1:{exporter_port}/: "
        f"[bold]govnet noc up {name}[/bold]",
        soft_wrap=True,
    )


def _judge(story: Story, summary: dict[str, Any]) -> None:
    """Leave with an exit code that says what was wrong, if anything was."""
    finish(story.failed)
    if summary["pairs_violating_after"] or summary["pairs_unknown_after"]:
        raise typer.Exit(VIOLATED)
    if summary["changes_second_run"]:
        raise typer.Exit(VerifyError.exit_code)
