"""`govnet demo`: the main job from end to end, on emulated devices."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govnet import __version__
from govnet.cli import background, health, screen
from govnet.cli.checking import refusals
from govnet.cli.devices import read_all
from govnet.cli.options import BUILD, Build, Json
from govnet.cli.workspace import Workspace, open_workspace
from govnet.errors import LabError, RefusedError
from govnet.isolation.proof import Proof, prove
from govnet.report import Run, write
from lab import daemon
from lab.estate import twins
from nornir_tasks import tasks
from nornir_tasks.planning import Plan, make_plan
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.collect import Result
    from govnet.config.reading import Reading
    from govnet.errors import GovnetError
    from lab.daemon import RunningLab
    from nornir_tasks.runner import Runner

EXPORTER_PORT = 9116


@dataclass
class Story:
    """What the demo has found so far; the report and the summary are made of it."""

    work: Workspace
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, GovnetError] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str, title: str) -> Iterator[None]:
        """Time a phase and show it; without a terminal it is one line at its end."""
        begun = time.perf_counter()
        with screen.working(title):
            yield
        self.seconds[name] = round(time.perf_counter() - begun, 3)
        screen.err.print(f"[green]done[/green]  {title:<58} {self.seconds[name]:7.2f} s", soft_wrap=True)


def demo(
    network: Annotated[
        str, typer.Argument(metavar="[NETWORK]", help="Name of a shipped network, or a folder.")
    ] = "laixi",
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the lab and an exporter running.")] = False,
    build: Build = BUILD,
    as_json: Json = False,
) -> None:
    """Provision a whole network of emulated devices, prove it isolated before and after, collect its health, report.

    Talks to the lab alone, so commands of unverified syntax are accepted; the summary says how many there were.
    """
    work = open_workspace(network, build)
    story = Story(work)
    if work.running_lab():
        raise LabError(f"a lab of {work.network.slug} runs already; end it with `govnet lab down`.")
    try:
        summary = _tell(story)
        if keep:
            _keep(work)
    finally:
        if not keep:
            with story.phase("lab_down", "ending the lab"):
                daemon.stop(work.lab_folder)
                (work.lab_folder / "known_hosts").unlink(missing_ok=True)
    summary["seconds"] = story.seconds
    if as_json:
        screen.print_json(summary)
    else:
        _show(work, summary)
    _judge(story, summary)


def _tell(story: Story) -> dict[str, Any]:
    """Run all phases; return the summary without its times."""
    work = story.work
    with story.phase("lab_up", f"lab of {len(work.network.commanded())} emulated devices"):
        running = daemon.start(twins(work.network), work.lab_folder)
    with story.phase("check", "checking that every box can do what the inventory asks"):
        if refused := refusals(work.network):
            raise RefusedError("\n".join(refused))
    with work.journal() as journal, work.runner(work.lab_access(running), journal) as runner:
        return _provision(story, runner, running)


def _provision(story: Story, runner: Runner, running: RunningLab) -> dict[str, Any]:
    work, network = story.work, story.work.network
    store = BackupStore(work.backups)
    with story.phase("backup", "backing up every running configuration"):
        kept = runner.run(tasks.backup, work.chosen([]), network=network, store=store)
        store.commit(f"Before provisioning {network.slug}")
    story.failed |= kept.failed
    readings = {name: found.reading for name, found in kept.done.items()}
    with story.phase("plan", "planning"):
        plan = make_plan(network, readings)
    with story.phase("prove_before", "proving what reaches what as it is"):
        before = prove(network, readings)
    with story.phase("prove_predicted", "proving the predicted state"):
        predicted = prove(network, plan.predicted())
    _insist(predicted)
    with story.phase("apply", f"applying {plan.changes} changes in {plan.commands} commands"):
        applied = runner.run(tasks.apply, plan.devices, network=network, plans=plan.devices, accept_unverified=True)
    story.failed |= applied.failed
    return _after(story, runner, running, _Before(plan, before, predicted))


@dataclass(frozen=True, slots=True)
class _Before:
    """What was known before anything was sent."""

    plan: Plan
    before: Proof
    predicted: Proof


def _insist(predicted: Proof) -> None:
    """Refuse to send a plan whose predicted state breaks the policy."""
    if predicted.violations:
        first = predicted.violations[0]
        raise RefusedError(
            f"the plan would break the policy in {len(predicted.violations)} zone pairs; nothing was sent. "
            f"First: {first.source} > {first.target}: {first.witness or first.missing}"
        )


def _after(story: Story, runner: Runner, running: RunningLab, known: _Before) -> dict[str, Any]:
    work, network = story.work, story.work.network
    with story.phase("verify", "reading every device back"):
        readings, failed = read_all(work, runner, work.chosen([]))
    story.failed |= failed
    with story.phase("prove_after", "proving the state read back"):
        after = prove(network, readings)
    second = make_plan(network, readings)
    with story.phase("collect", "collecting health over SNMP"):
        results = health.collect(work, lab=True)
    with story.phase("report", "writing the report"):
        write(work.report, _run(story, running, known, after, second, results, readings))
    return _summary(story, known, after, second, results, readings)
