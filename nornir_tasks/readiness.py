"""Just before anything is sent: are the devices as the plan found them, and does it still prove?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config import diff
from govnet.errors import RefusedError
from nornir_tasks.job import Ending
from nornir_tasks.judging import judge
from nornir_tasks.planning import Plan, plan_towards, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govnet.config.reading import Reading
    from govnet.errors import GovnetError
    from govnet.network.model import Network
    from nornir_tasks.judging import Judgement
    from nornir_tasks.planfile import PlanFile
    from nornir_tasks.waves import Waves


def insist_ready(
    network: Network, readings: Mapping[str, Reading], failed: Mapping[str, GovnetError], plan: PlanFile
) -> Judgement:
    """Return the plan's judgement on what the devices say now.

    Raises:
        GovnetError: a device of the plan could not be read.
        RefusedError: one has drifted, or the proof or the way in fails on the present state.
    """
    for name, device in plan.plan.devices.items():
        if name in failed:
            raise failed[name]
        now = readings[name]
        if state_of(now) != device.fingerprint and diff(now.config, device.predicted):
            raise RefusedError(f"{name}: was changed since the plan was made; nothing was sent. Make a new plan.")
    judgement = judge(network, readings, plan.plan, plan.waves)
    if reasons := judgement.refused(accept_unknown=bool(plan.content["accept_unknown"])):
        raise RefusedError(f"the plan does not hold on what the devices say now; nothing was sent: {reasons[0]}")
    return judgement


def insist_accepted(plan: Plan, *, accepted: bool) -> None:
    """Refuse a plan that needs commands without a public source, there or back, unless somebody accepts that.

    Raises:
        RefusedError: it does; names what the commands are about.
    """
    doubted = [c for device in plan.devices.values() for c in (*device.unverified, *device.doubted_back)]
    if doubted and not accepted:
        families = ", ".join(sorted({command.family for command in doubted}))
        raise RefusedError(
            f"{len(doubted)} commands of the change or its way back have no public source ({families}); nothing was"
            " sent. Pass --accept-unverified, or say in `syntax_evidence:` who saw them work on which release."
        )


def way_back(
    network: Network, readings: Mapping[str, Reading], plan: PlanFile, standing: Mapping[str, str]
) -> tuple[Plan, Waves]:
    """Return the plan that takes a change back, and its waves: those of the change from the last to the first.

    Raises:
        RefusedError: nothing of the change is in place, or a device was not read or is not as the change left it.
    """
    done = [name for name, state in standing.items() if state == Ending.AS_PLANNED]
    if not done:
        raise RefusedError("no device is as this change planned it; there is nothing to take back.")
    for name in done:
        if name not in readings:
            raise RefusedError(f"{name}: could not be read, so the change cannot be taken back on it. Mend that first.")
        if diff(readings[name].config, plan.plan.devices[name].predicted):
            raise RefusedError(
                f"{name}: was changed since this change; taking it back would undo that too. Plan instead."
            )
    made = {name: plan_towards(network, name, readings[name], plan.plan.devices[name].running) for name in done}
    waves = tuple(tuple(name for name in wave if name in made) for wave in reversed(plan.waves))
    return Plan(network.slug, made), tuple(wave for wave in waves if wave)
