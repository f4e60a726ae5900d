"""What the last proof, the last look for drift and their kin found, kept in one file so that an exporter can serve it.

A check that never ran has no sample: nobody knows, and that is not "nothing found".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from govnet.errors import StorageError
from govnet.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from prometheus_client.core import Metric

    from govnet.isolation.proof import PairVerdict, Proof

FILE = "checks.json"
PROOF, DRIFT, AUDIT, ANTIVIRUS = "proof", "drift", "audit", "antivirus"
_NAMED = 3


def note(folder: Path, check: str, found: Mapping[str, object], at: float) -> None:
    """Keep what a check found, in place of what it found before.

    Args:
        folder: the build folder of the network.
        check: ``proof``, ``drift``, ``audit`` or ``antivirus``.
        found: what JSON can hold; `of_proof` and `of_drift` make it.
        at: Unix time of the check.

    Raises:
        StorageError: the file cannot be written.
    """
    write_whole(folder / FILE, json.dumps({**kept(folder), check: {"at": at, **found}}, ensure_ascii=False))


def of_proof(proof: Proof) -> dict[str, object]:
    """Return what is kept of a proof: how many pairs break the policy, their zones, and where the first ones pass."""
    broken = proof.violations
    zones = sorted({zone for pair in broken for zone in (pair.source, pair.target)})
    said = [_said(pair) for pair in broken[:_NAMED]]
    more = f" and {len(broken) - _NAMED} more" if len(broken) > _NAMED else ""
    return {"violations": len(broken), "zones": zones, "at_fault": "; ".join(said) + more}


def _said(pair: PairVerdict) -> str:
    ways = [hop.device for hop in pair.witness.hops] if pair.witness else []
    return f"{pair.source} to {pair.target}" + (f" through {', '.join(dict.fromkeys(ways))}" if ways else "")


def of_drift(changes: Mapping[str, int]) -> dict[str, object]:
    """Return what is kept of a look for drift: device -> changes that would make it as intended."""
    return {"devices": dict(changes)}


def of_audit(counts: Mapping[str, int]) -> dict[str, object]:
    """Return what is kept of an audit: verdict -> how many findings."""
    return {"findings": dict(counts)}


def of_antivirus(folder: Path, server: str, pattern: float) -> dict[str, object]:
    """Return what is kept of virus patterns: server -> Unix time of its pattern; those told before stay.

    Raises:
        StorageError: what was kept before cannot be read.
    """
    before = kept(folder).get(ANTIVIRUS, {}).get("patterns", {})
    return {"patterns": {**before, server: pattern}}


def kept(folder: Path) -> dict[str, Any]:
    """Return check -> what it found last, with ``at``, the Unix time of it.

    Raises:
        StorageError: the file cannot be read.
    """
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{folder / FILE}: cannot be read ({error}). Remove it, then run the checks again."
        ) from error
    return found if isinstance(found, dict) else {}


class Checks(Collector):
    """Serves what the last checks found, read anew at each scrape."""

    def __init__(self, folder: Path, broken: Callable[[str], None] = lambda _: None) -> None:
        """Serve the checks of a build folder; ``broken`` is told why there are none, where a file cannot be read."""
        self._folder, self._broken = folder, broken

    def describe(self) -> list[Metric]:
        """Return the families, so that registering reads nothing."""
        return list(self._families().values())

    def collect(self) -> Iterator[Metric]:
        """Return when each check ran, and what it found."""
        families = self._families()
        try:
            known = kept(self._folder)
        except StorageError as error:
            self._broken(str(error))
            return
        for check, found in known.items():
            families["at"].add_metric([check], found["at"])
        if proof := known.get(PROOF):
            families["proof"].add_metric([",".join(proof["zones"]), proof["at_fault"]], proof["violations"])
        for device, changes in known.get(DRIFT, {}).get("devices", {}).items():
            families["drift"].add_metric([device], changes)
        for server, pattern in known.get(ANTIVIRUS, {}).get("patterns", {}).items():
            families["antivirus"].add_metric([server], pattern)
        yield from families.values()

    @staticmethod
    def _families() -> dict[str, GaugeMetricFamily]:
        told = (
            ("at", "govnet_check_timestamp_seconds", "When a check of the network last ran.", ["check"]),
            ("proof", "govnet_isolation_violations", "Zone pairs against the policy.", ["zones", "at_fault"]),
            ("drift", "govnet_drift_changes", "Changes that would make a device as intended.", ["name"]),
            ("antivirus", "govnet_antivirus_pattern_timestamp_seconds", "Date of a server's virus patterns.", ["name"]),
        )
        return {key: GaugeMetricFamily(name, text, labels=labels) for key, name, text, labels in told}
