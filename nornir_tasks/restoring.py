"""From a backup back to a plan: what a revision says of a device, as a configuration that the device can be given.

Pure but for the backups that it reads. A restore is a plan like any other; what it leads to comes from a revision
instead of from the inventory.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config import diff
from govnet.config.canonical import plain
from govnet.config.intent import hardware
from govnet.config.words import words
from govnet.errors import RefusedError
from govnet.platforms.registry import platform
from nornir_tasks.planning import Plan, masked, plan_towards
from nornir_tasks.sanitize import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govnet.config.reading import Line, Reading
    from govnet.network.model import Network
    from nornir_tasks.store import BackupStore


@dataclass(frozen=True, slots=True)
class Backup:
    """What a revision says of a device. ``whole``: from what the device printed, not from the sanitized text."""

    device: str
    reading: Reading
    whole: bool


def read_backup(network: Network, store: BackupStore, device: str, revision: str = "HEAD") -> Backup | None:
    """Return what a revision says of a device, or None when it holds nothing of it.

    Raises:
        RefusedError: there is no such revision, no key opens it, or it is the text of another family of devices.
    """
    kept = store.kept(device, revision)
    if kept is None:
        return None
    box = hardware(network, device)
    speaks = platform(network.devices[device].platform, box)
    return Backup(device, speaks.read(kept.text, box), kept.whole)


def restorable(network: Network, store: BackupStore, device: str, revision: str) -> Backup:
    """Return what a device can be restored to.

    Raises:
        RefusedError: the revision holds nothing of the device, or what it holds has a secret masked where the
            configuration itself would be changed by it.
    """
    found = read_backup(network, store, device, revision)
    if found is None:
        known = ", ".join(store.devices(revision)) or "none"
        raise RefusedError(f"{device}: revision {revision} holds no configuration of it; it holds {known}.")
    if not found.whole and MASK in json.dumps(plain(found.reading.config), ensure_ascii=False):
        raise RefusedError(
            f"{device}: the text of {revision} has something masked that is part of the configuration. Restore from a"
            " revision with a raw text, and give the key that it was encrypted with."
        )
    return found


def plan_restore(network: Network, readings: Mapping[str, Reading], backups: Iterable[Backup]) -> Plan:
    """Return the plan that leads devices from what they say now to what their backups say.

    Raises:
        RefusedError: a platform cannot say something at all.
        DeviceError: a backup has other ports than the device.
    """
    plans = {b.device: plan_towards(network, b.device, readings[b.device], b.reading.config) for b in backups}
    return Plan(network.slug, plans)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How a device looks after it was restored.

    Attributes:
        device: its name.
        left: what still differs from the backup, in words.
        lost: lines of the backup that are not modelled and are not on the restored device.
    """

    device: str
    left: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """True when all that govnet models is as the backup says; ``lost`` lines are told beside it."""
        return not self.left


def compared(backup: Backup, restored: Reading) -> Rehearsed:
    """Return how a device that was restored differs from its backup."""
    try:
        left = tuple(words(change) for change in diff(restored.config, backup.reading.config))
    except ValueError:
        left = ("the backup is of a box with other ports",)
    gone = unmodelled(backup.reading.unread, restored.unread)[0]
    return Rehearsed(backup.device, left, gone)


def unmodelled(before: Iterable[Line], after: Iterable[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines that are not modelled and went, and those that came; secrets masked."""
    old, new = Counter(map(masked, before)), Counter(map(masked, after))
    return tuple((old - new).elements()), tuple((new - old).elements())
