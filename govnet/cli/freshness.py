"""How old backups are, as a metric: a backup that silently stopped is only missed on the day it is needed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from govnet.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prometheus_client.core import Metric

    from nornir_tasks.store import BackupStore


class BackupAge(Collector):
    """Tells at each scrape how long ago each device was backed up; a device without a backup has no age."""

    def __init__(self, store: BackupStore, devices: Sequence[str], clock: Callable[[], float] = time.time) -> None:
        """Watch the backups of ``devices``; ``clock`` gives Unix time."""
        self._store, self._devices, self._clock = store, devices, clock

    def describe(self) -> list[Metric]:
        """Return the families, so that registering does not ask for values."""
        return list(self._families())

    def collect(self) -> Iterator[Metric]:
        """Return the ages in seconds, and which devices have a backup at all."""
        age, kept = self._families()
        try:
            at = self._store.kept_at()
        except StorageError:  # git is gone: that is not known to be no backup, so nothing is said
            return
        now = self._clock()
        for device in self._devices:
            kept.add_metric([device], int(device in at))
            if device in at:
                age.add_metric([device], max(0.0, now - at[device]))
        yield from (age, kept)

    @staticmethod
    def _families() -> list[GaugeMetricFamily]:
        told = (
            ("govnet_backup_age_seconds", "Time since the last successful backup of a device."),
            ("govnet_backup_kept", "Whether there is a backup of a device (1) or none (0)."),
        )
        return [GaugeMetricFamily(name, text, labels=["device"]) for name, text in told]
