"""Rules on the copies of configurations: young enough, and one of them elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import Rule, by_document
from govnet.audit.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from govnet.audit.evidence import Evidence
    from govnet.audit.verdict import Finding


class ConfigurationBackups(Rule):
    """Passes for a device whose newest backup is young enough; fails when it is older, or there is none.

    That a backup was restored as a test, and that a copy lies in another building of the same plane, a record settles.
    """

    id = "CFG-06"
    title = "配置备份"
    title_en = "Configuration backups"
    demand = "每台设备 24 小时内有备份，另有异地副本"
    clause = "GB/T 22239-2019 8.1.4.9 a), 8.1.10.11"
    severity = Severity.MEDIUM

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one verdict for each device that is logged in to, where the store was looked at; one for the copy."""
        if evidence.backups is not None:
            kept = {one.device: one.at for one in evidence.backups}
            for device in evidence.network.commanded():
                yield self._aged(evidence, device.name, kept.get(device.name))
        supply = "a test restore and of a copy in another building of the same plane"
        yield by_document(self, evidence, evidence.network.slug, supply)

    def _aged(self, evidence: Evidence, name: str, at: datetime | None) -> Finding:
        limit, seen = timedelta(hours=self.parameters.config_backup_max_age_h), evidence.record(Kind.BACKUPS, name)
        expected = f"a backup of the last {limit.total_seconds() / 3600:g} hours"
        if at is None:
            return self.failed(name, expected, "none in the backup store", seen)
        if at > evidence.as_of:
            supply = f"a backup of before {evidence.as_of:%Y-%m-%d %H:%M}: the store only tells of the newest"
            return self.unknown(name, supply, seen, expected=expected)
        age = evidence.as_of - at
        said = f"{age.total_seconds() / 3600:.1f} hours old"
        return self.passed(name, expected, said, seen) if age <= limit else self.failed(name, expected, said, seen)
