"""Steps that change devices: carry out an approved plan, take a change back. In check mode nothing is sent."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govnet.config import diff
from govnet.errors import DeviceError, RefusedError
from govnet.plays.planning import author, open_plan, outstanding, shown
from govnet.plays.play import Step, Told
from govnet.workspace import trusted
from nornir_tasks.approval import Gate, admit
from nornir_tasks.changes import begin, carry_out, new_id, standing
from nornir_tasks.job import Ending, Job
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Request, make_file, read_file
from nornir_tasks.planning import Plan
from nornir_tasks.readiness import insist_accepted, insist_ready, way_back

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from govnet.config.reading import Reading
    from govnet.errors import GovnetError
    from govnet.plays.play import Play
    from nornir_tasks.changes import ChangeReport
    from nornir_tasks.journal import Journal
    from nornir_tasks.judging import Judgement
    from nornir_tasks.planfile import PlanFile
    from nornir_tasks.runner import Runner


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person lets happen.

    Attributes:
        accept_unverified: commands without a public source may be sent.
        accept_unknown: zone pairs that cannot be shown are no reason to refuse.
        unapproved_in_lab: emulated devices may be changed by a plan that nobody approved.
        break_glass: why it must be done without approval or outside of the window; empty in the ordinary case.
        budget: devices that may fail before no further wave is begun.
        deadline: seconds that one device has for its change.
    """

    accept_unverified: bool = False
    accept_unknown: bool = False
    unapproved_in_lab: bool = False
    break_glass: str = ""
    budget: int = 0
    deadline: float = 300.0


def deploy(play: Play, path: Path, consent: Consent) -> Step:
    """Carry out the part of an approved plan that concerns the devices of the play.

    A device that is as planned already is not touched; when all are, nothing has to be approved and no change begins.

    Raises:
        RefusedError: the plan is refused, not approved or does not hold any more. Nothing was sent.
    """
    whole = open_plan(play, path)
    with play.runner() as (runner, journal), _alone(play, journal):
        readings, failed = play.read_all(runner)
        open_ones = outstanding(whole, readings) & set(play.hosts)
        if not open_ones:
            return Step(_untouched(play, whole.plan, failed), "all devices are as planned; nothing was sent")
        said = _let_through(play, whole, consent)
        part = narrowed(play, whole, open_ones, readings)
        insist_ready(play.work.network, readings, failed, part)
        return _change(play, runner, journal, _Order(part, open_ones, consent, said, whole.plan))


def rollback(play: Play, change: str, consent: Consent) -> Step:
    """Take a change back on the devices of the play; on those that are as they were before it, nothing is done.

    Args:
        play: the devices.
        change: its id; empty for the last one that took none back.
        consent: what may happen.

    Raises:
        RefusedError: there is no such change, a device was changed since, or the way back breaks isolation.
    """
    with play.runner() as (runner, journal), _alone(play, journal):
        chosen, plan = _change_of(play, journal, change)
        stands = standing(journal, plan, chosen)
        readings, failed = play.read_all(runner)
        mine = {name: d for name, d in plan.plan.devices.items() if name in play.hosts}
        open_ones = {n for n, d in mine.items() if n not in readings or diff(readings[n].config, d.running)}
        if not open_ones:
            told = _untouched(play, Plan(plan.plan.network, mine), failed, "is as it was before the change")
            return Step(told, f"nothing of change {chosen} is left; nothing was sent")
        undo, order = way_back(play.work.network, readings, plan, {n: s for n, s in stands.items() if n in open_ones})
        judgement = judge(play.work.network, readings, undo, order)
        request = Request(author(), reverts=chosen, accept_unknown=consent.accept_unknown)
        back = make_file(play.work.network, undo, judgement, request)
        said = [f"takes {chosen} back", *_overruled(back, judgement, consent)]
        return _change(play, runner, journal, _Order(back, set(undo.devices), consent, said, plan.plan))


def _overruled(back: PlanFile, judgement: Judgement, consent: Consent) -> list[str]:
    """Return what is said of broken glass; raise when the way back is refused and may not be gone all the same."""
    if not back.refused:
        return []
    if not consent.break_glass or any(wave.cut for wave in judgement.waves):
        raise RefusedError(f"the way back is refused; nothing was sent: {back.refused[0]}")
    return [f"glass broken: {consent.break_glass}"]


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be carried out on which devices; ``known`` is the plan that it is a part of."""

    plan: PlanFile
    open_ones: set[str]
    consent: Consent
    said: list[str]
    known: Plan


def _alone(play: Play, journal: Journal) -> AbstractContextManager[None]:
    """Keep other changes of this network out; whoever only checks disturbs nobody."""
    return nullcontext() if play.check else journal.alone()


def narrowed(play: Play, whole: PlanFile, devices: set[str], readings: Mapping[str, Reading]) -> PlanFile:
    """Return the part of a plan that concerns some devices, judged by itself; the whole if that is all.

    A part is not as good as the whole: without its other half a change may cut a device off or open a path. And a
    change is of those devices only that it changes: whoever takes it back must not take back what others did before.
    """
    mine = {name: device for name, device in whole.plan.devices.items() if name in devices}
    if len(mine) == len(whole.plan.devices):
        return whole
    part = Plan(whole.plan.network, mine)
    waves = tuple(kept for wave in whole.waves if (kept := tuple(name for name in wave if name in mine)))
    judgement = judge(play.work.network, readings, part, waves)
    request = Request(whole.author, str(whole.content["created"]), accept_unknown=bool(whole.content["accept_unknown"]))
    return replace(make_file(play.work.network, part, judgement, request), approvals=whole.approvals)


def _let_through(play: Play, whole: PlanFile, consent: Consent) -> list[str]:
    """Return what the journal is to say of the plan's approval; raise when it may not be carried out."""
    if consent.unapproved_in_lab and play.in_lab and not whole.refused:
        said = ["in the lab, without approval"]
    else:
        said = admit(whole, play.work.network, Gate(datetime.now(UTC), trusted(), consent.break_glass))
    return [*said, f"plan {whole.hash}"]


def _untouched(
    play: Play, plan: Plan, failed: Mapping[str, GovnetError], text: str = "is as planned"
) -> dict[str, Told]:
    """Return what to say of devices when nothing is left to do; one that was not read is no success."""
    return {name: _left_alone(name, plan, failed, text) for name in play.hosts}


def _left_alone(name: str, plan: Plan, failed: Mapping[str, GovnetError], text: str) -> Told:
    if name in failed:
        return Told(error=failed[name])
    return Told(text if name in plan.devices else "the plan does not concern it")


def _change(play: Play, runner: Runner, journal: Journal, order: _Order) -> Step:
    """Carry out a plan whose every gate is passed, or say what it would do."""
    insist_accepted(order.plan.plan, accepted=order.consent.accept_unverified)
    if play.check:
        told = {name: _would(name, order) for name in play.hosts}
        return Step(told, f"{len(order.open_ones)} devices would be changed; nothing was sent")
    change, consent = new_id(journal, order.plan, datetime.now(UTC)), order.consent
    begin(journal, order.plan, change, order.said)
    job = Job(
        play.work.network,
        order.plan.plan.devices,
        change,
        journal,
        consent.accept_unverified,
        consent.deadline,
        consent.budget,
    )
    report = carry_out(runner, order.plan, job)
    told = {name: _became(name, order, report) for name in play.hosts}
    return Step(told, f"change {change}", facts={"change": change})


def _would(name: str, order: _Order) -> Told:
    """Return what a device would come to."""
    device = order.plan.plan.devices.get(name)
    if device is None or name not in order.open_ones:
        return _left_alone(name, order.known, {}, "is as planned")
    text = f"{len(device.changes)} changes in {len(device.commands)} commands"
    return Told(text, changed=True, diff={"prepared": "\n".join(shown(device)) + "\n"})


def _became(name: str, order: _Order, report: ChangeReport) -> Told:
    """Return what became of a device."""
    would = _would(name, order)
    if name in report.failed:
        return Told(error=report.failed[name])
    state = report.devices.get(name)
    if state in (None, Ending.AS_PLANNED):
        return replace(would, text=f"{would.text}: {state}" if state else would.text)
    step = "Look at what failed, make a new plan and deploy it"
    return Told(error=DeviceError(name, f"is {state}: the change was stopped before its wave", step))


def _change_of(play: Play, journal: Journal, named: str) -> tuple[str, PlanFile]:
    """Return a change's id and plan: the one that was named, or the last one that took none back."""
    known = journal.changes()
    meant = [change for change in known if named in (change, change.partition("-")[2])] if named else known[::-1]
    for change in meant:
        text = journal.plan_text(change)
        plan = read_file(text, play.work.network, f"plan of change {change}", carried_out=True)
        if named or not plan.content["reverts"]:
            return change, plan
    raise RefusedError(f"{named or 'rollback'}: there is no such change to take back; `govnet changes` lists them.")
