"""Who may let a plan be applied, and when: another person's signature, a key that counts, an open change window."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from govnet.errors import RefusedError
from govnet.signing import public_text, sign, verified
from nornir_tasks.planfile import Approval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from govnet.network.administered import Approver, Window
    from govnet.network.model import Network
    from nornir_tasks.planfile import CarriedOut, PlanFile


@dataclass(frozen=True, slots=True)
class Gate:
    """Against what a plan is held before it is applied.

    Attributes:
        now: the time, with its offset.
        trusted: public key -> name, beside the approvers of the inventory; these never expire.
        break_glass: why it must be applied without approval or outside of the window; empty in the ordinary case.
    """

    now: datetime
    trusted: Mapping[str, str] = field(default_factory=dict)
    break_glass: str = ""


def approve(plan: PlanFile, name: str, key: Ed25519PrivateKey, now: datetime, *, break_glass: str = "") -> PlanFile:
    """Return the plan with the approval of the owner of ``key``.

    Raises:
        RefusedError: the plan is marked refused, or the approver is its author and gives no reason to break glass.
    """
    _sound(plan)
    approval = Approval(name, public_text(key), now.astimezone(UTC).isoformat(timespec="seconds"), "", break_glass)
    _other_than_author(plan, approval)
    signature = sign(key, approval.statement(plan.hash))
    return plan.with_approval(Approval(name, approval.key, approval.at, signature, break_glass))


def admit(plan: PlanFile, network: Network, gate: Gate) -> list[str]:
    """Return what is to be said aloud when a plan is let through (broken glass); nothing in the ordinary case.

    Raises:
        RefusedError: the plan is marked refused, nobody whose word counts has approved it, or no window is open.
    """
    _sound(plan)
    if gate.break_glass:
        return [f"glass broken: {gate.break_glass}; approval and change window were not asked for"]
    said = _approved(plan, network, gate)
    if not window_open(network, gate.now):
        raise RefusedError(
            f"{network.slug}: no change window is open; the next one opens {_next(network, gate.now)}."
            " Wait for it, or pass --break-glass REASON."
        )
    return said


def approver_of(plan: CarriedOut, network: Network, gate: Gate) -> tuple[str, Approval] | None:
    """Return who let a plan be carried out at the gate's time, and by which word; None when nobody's counts."""
    for approval in plan.approvals:
        with suppress(RefusedError):
            return _counts(plan, approval, network, gate), approval
    return None


def _sound(plan: PlanFile) -> None:
    if plan.refused:
        raise RefusedError(f"the plan is marked refused and cannot be applied: {plan.refused[0]}")


def _other_than_author(plan: PlanFile | CarriedOut, approval: Approval) -> None:
    author = plan.author
    same = approval.approver == author.name or (author.key and approval.key == author.key)
    if same and not approval.break_glass:
        raise RefusedError(
            f"{approval.approver}: made this plan and cannot approve it. Let another person approve it, or pass"
            " --break-glass REASON."
        )


def _approved(plan: PlanFile, network: Network, gate: Gate) -> list[str]:
    """Return the remarks of the first approval that counts; raise why the last one does not."""
    refused = RefusedError("nobody has approved this plan; let another person run `govnet approve` on it.")
    for approval in plan.approvals:
        try:
            who = _counts(plan, approval, network, gate)
        except RefusedError as error:
            refused = error
            continue
        glass = approval.break_glass
        return [f"glass broken by {who}, who approves what is his own: {glass}"] if glass else []
    raise refused


def _counts(plan: PlanFile | CarriedOut, approval: Approval, network: Network, gate: Gate) -> str:
    """Return whose approval this is."""
    if not verified(approval.key, approval.statement(plan.hash), approval.signature):
        raise RefusedError(
            f"the approval of {approval.approver} is not of this plan: its signature does not fit. The plan or the"
            " approval was altered; let it be approved again."
        )
    holder = next((one for one in network.approvers.values() if one.key == approval.key), None)
    if holder is not None:
        _in_time(holder, gate.now.date(), datetime.fromisoformat(approval.at).date())
    name = holder.name if holder else gate.trusted.get(approval.key, "")
    if not name:
        raise RefusedError(
            f"{approval.approver}: the key of this approval is nobody's who may approve for {network.slug}. Add it to"
            " `approvers:` in network.yaml or to the folder GOVNET_TRUSTED."
        )
    _other_than_author(plan, Approval(name, approval.key, approval.at, "", approval.break_glass))
    return name


def _in_time(holder: Approver, *days: date) -> None:
    for day in days:
        if holder.until and day > holder.until:
            raise RefusedError(
                f"{holder.name}: the key expired on {holder.until} ({holder.origin}). Let somebody with a key that"
                " counts approve the plan, or give a new key to the inventory."
            )
        if holder.since and day < holder.since:
            raise RefusedError(f"{holder.name}: the key counts from {holder.since} on only ({holder.origin}).")


def window_open(network: Network, now: datetime) -> bool:
    """Return whether devices may be changed at ``now``; always, where the inventory has no windows."""
    return not network.windows or any(_inside(window, now) for window in network.windows)


def _inside(window: Window, now: datetime) -> bool:
    local = now.astimezone(UTC) + timedelta(minutes=window.utc_offset)
    minute, overnight = local.hour * 60 + local.minute, window.end <= window.start
    today = not window.days or local.weekday() in window.days
    yesterday = not window.days or (local.weekday() - 1) % 7 in window.days
    if overnight:
        return (today and minute >= window.start) or (yesterday and minute < window.end)
    return today and window.start <= minute < window.end


def _next(network: Network, now: datetime) -> str:
    """Return when the next window opens, in its own local time."""
    opens = []
    for window in network.windows:
        local = now.astimezone(UTC) + timedelta(minutes=window.utc_offset)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        for ahead in range(8):
            start = midnight + timedelta(days=ahead, minutes=window.start)
            if start > local and (not window.days or start.weekday() in window.days):
                opens.append((start - local, start))
                break
    return f"{min(opens)[1]:%Y-%m-%d %H:%M}" if opens else "never"
