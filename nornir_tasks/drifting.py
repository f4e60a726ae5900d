"""Drift: what a device says now, what the inventory wants of it, and what it said at the last backup.

Each difference is a change, and each change has somebody to ask: one that was there at the last backup already comes
of an inventory that is ahead of the device; one that was not there was made on the device since.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from govnet.config import diff
from govnet.config.canonical import ordered
from govnet.config.intent import intent
from govnet.config.words import words
from nornir_tasks.restoring import unmodelled

if TYPE_CHECKING:
    from govnet.config.changes import Change
    from govnet.config.model import DeviceConfig
    from govnet.config.reading import Reading
    from govnet.network.model import Network
    from nornir_tasks.restoring import Backup


class Cause(StrEnum):
    """Where a difference between a device and the inventory comes from."""

    DEVICE = "changed on the device since the last backup"
    INTENT = "the inventory is ahead of the device"
    UNKNOWN = "no backup tells who changed it"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change that would make the device as intended, and why it is needed."""

    change: Change
    cause: Cause

    def __str__(self) -> str:
        """Return the change in words."""
        return words(self.change)


@dataclass(frozen=True, slots=True)
class Drift:
    """One device held against its intent and its last backup.

    Attributes:
        device: its name.
        differences: what would make it as intended; empty when it is.
        since: what was changed on it since the last backup, from the backup to now.
        gone, new: lines that are not modelled and went or came since the last backup.
        backed_up: there is a backup to compare with.
    """

    device: str
    differences: tuple[Difference, ...]
    since: tuple[Change, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    backed_up: bool

    @property
    def drifted(self) -> bool:
        """True when it is not as intended, or something not modelled was changed: nobody planned that.

        Changes since the last backup that led to the intent were applied; the backup is behind, the device is not.
        """
        return bool(self.differences or self.gone or self.new)

    @property
    def stale(self) -> bool:
        """True when the last backup does not say what the device says now, or there is none."""
        return not self.backed_up or bool(self.since or self.gone or self.new)

    def as_json(self) -> dict[str, object]:
        """Return it as JSON can hold it."""
        return {
            "drifted": self.drifted,
            "backed_up": self.backed_up,
            "backup_stale": self.stale,
            "to_intent": [{"words": str(one), "cause": str(one.cause)} for one in self.differences],
            "since_backup": [words(change) for change in self.since],
            "unmodelled_gone": list(self.gone),
            "unmodelled_new": list(self.new),
        }


def drift(network: Network, device: str, running: Reading, backup: Backup | None) -> Drift:
    """Return how a device differs from what the network wants and from its last backup.

    Raises:
        RefusedError: no configuration follows from the inventory for this device.
        ValueError: the device has other ports than the inventory says.
    """
    wanted, now = ordered(intent(network, device)), ordered(running.config)
    needed = diff(now, wanted)
    if backup is None:
        return Drift(device, tuple(Difference(one, Cause.UNKNOWN) for one in needed), (), (), (), backed_up=False)
    then = ordered(backup.reading.config)
    gone, new = unmodelled(backup.reading.unread, running.unread)
    return Drift(device, tuple(_blamed(needed, then, wanted)), tuple(diff(then, now)), gone, new, backed_up=True)


def _blamed(needed: list[Change], then: DeviceConfig, wanted: DeviceConfig) -> list[Difference]:
    """Return each change with its cause: what the backup would have needed too was not done on the device since."""
    before = diff(then, wanted)
    return [Difference(one, Cause.INTENT if one in before else Cause.DEVICE) for one in needed]
