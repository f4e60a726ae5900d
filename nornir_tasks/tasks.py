"""The Nornir tasks: read, back up, apply, verify. Each does one device; what one device does stops no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nornir.core.task import Result

from govnet.config import diff
from govnet.config.intent import hardware, intent
from govnet.errors import RefusedError, VerifyError
from govnet.platforms.registry import platform
from nornir_tasks.objects import both_agree
from nornir_tasks.planning import state_of
from nornir_tasks.routing import routing_tables
from nornir_tasks.session import open_session, running_text, send, speaking, stored_text
from nornir_tasks.telling import FOREVER, tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nornir.core.task import Task

    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.config.routetable import RoutingTable
    from govnet.network.model import Network
    from nornir_tasks.planning import DevicePlan
    from nornir_tasks.store import BackupStore


@dataclass(frozen=True, slots=True)
class DeviceRead:
    """What a device said, and what was understood of it.

    ``stored`` is what it will start with, ``routing`` what it routes by; None when it was not asked, or does not show
    that. A routing table that could not be had is there, and says why.
    """

    text: str
    reading: Reading
    stored: str | None = None
    routing: tuple[RoutingTable, ...] | None = None


@dataclass(frozen=True, slots=True)
class DeviceApplied:
    """What became of a plan on one device: how many commands it took, and its state read back."""

    commands: int
    saved: bool
    reading: Reading


def read(task: Task, network: Network, *, whole: bool = False) -> Result:
    """Read a device's running configuration; with ``whole`` what it will start with and its routing tables too.

    The result is a `DeviceRead`.
    """
    return Result(host=task.host, result=_read(task, network, whole=whole))


def _read(task: Task, network: Network, *, whole: bool = False) -> DeviceRead:
    name = task.host.name
    speaks = platform(network.devices[name].platform, hardware(network, name))
    session = open_session(task)
    with speaking(name):
        text = running_text(session, speaks)
        kept = stored_text(session, speaks) if whole else None
    reading = speaks.read(text, hardware(network, name))
    return DeviceRead(text, reading, kept, routing_tables(task, speaks, reading.config) if whole else None)


def backup(task: Task, network: Network, store: BackupStore) -> Result:
    """Read a device and keep its running configuration; the result is a `DeviceRead`, ``changed`` as in the store."""
    found = _read(task, network)
    saved = store.save(task.host.name, found.text, network.devices[task.host.name].platform)
    return Result(host=task.host, result=found, changed=saved.changed)


def apply(task: Task, network: Network, plans: Mapping[str, DevicePlan], *, accept_unverified: bool) -> Result:
    """Send what differs, read the device back, and save when it is as planned; the result is a `DeviceApplied`.

    Raises:
        RefusedError: the device drifted since the plan was made, the plan asks what the box cannot do, or it needs
            commands of unverified syntax that were not accepted. Nothing was sent.
        CommandRefusedError: the device refused a command; nothing after it was sent, and nothing was saved.
        VerifyError: the state read back is not the planned one, or not the same by command line and SNMP; nothing was
            saved.
    """
    name = task.host.name
    plan = plans[name]
    before = _read(task, network).reading
    _refuse(plan, before, accept_unverified=accept_unverified)
    if not plan.commands:
        return Result(host=task.host, result=DeviceApplied(0, saved=False, reading=before))
    speaks = platform(plan.platform, hardware(network, name))
    by_set = any(command.sets for command in plan.commands)
    if by_set:
        both_agree(task, speaks, before.config, FOREVER)
    sent = tell(task, speaks, plan.commands)
    after = _read(task, network).reading
    _verify(name, after.config, plan.predicted)
    if by_set:
        both_agree(task, speaks, after.config, FOREVER)
    with speaking(name):
        send(open_session(task), speaks, speaks.save, name)
    return Result(host=task.host, result=DeviceApplied(sent, saved=True, reading=after), changed=True)


def _refuse(plan: DevicePlan, before: Reading, *, accept_unverified: bool) -> None:
    if plan.refused:
        raise RefusedError(f"{plan.device}: the plan asks what this box cannot do: {'; '.join(plan.refused)}")
    if state_of(before) != plan.fingerprint:
        raise RefusedError(f"{plan.device}: was changed since the plan was made; make a new plan.")
    if plan.unverified and not accept_unverified:
        families = ", ".join(sorted({command.family for command in plan.unverified}))
        raise RefusedError(
            f"{plan.device}: {len(plan.unverified)} commands have no public source ({families}). Pass"
            " --accept-unverified, or say in `syntax_evidence:` who saw them work on which release."
        )


def _verify(name: str, found: DeviceConfig, wanted: DeviceConfig) -> None:
    left = diff(found, wanted)
    if left:
        raise VerifyError(
            name, f"is not as planned: {describe(left)}", "Nothing was saved; make a new plan and look at it"
        )


def describe(changes: list[Change], most: int = 3) -> str:
    """Return the first few changes in words, and how many more there are."""
    words = "; ".join(str(change) for change in changes[:most])
    return words if len(changes) <= most else f"{words}; and {len(changes) - most} more"


def verify(task: Task, network: Network) -> Result:
    """Read a device and compare it with its intent; the result is a `DeviceRead`.

    Raises:
        VerifyError: it differs; names the first differences.
    """
    found = _read(task, network)
    left = diff(found.reading.config, intent(network, task.host.name))
    if left:
        cause = f"differs from the intent in {len(left)} points: {describe(left)}"
        raise VerifyError(task.host.name, cause, "Run `govnet plan`, look, and apply it")
    return Result(host=task.host, result=found)
