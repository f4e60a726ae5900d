"""From a network's devices to the evidence that its audit rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from collectors.exposition import labelled
from govnet.audit.tables import Sample
from govnet.cli import health, probing
from govnet.cli.learning import learned, with_learned
from govnet.cli.records import with_records
from govnet.errors import RefusedError
from govnet.evidence.contents import Circumstances
from govnet.masking import masked_prose
from govnet.network import asof
from govnet.spoken import spoken
from nornir_tasks import tasks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from collectors.collect import Result
    from govnet.audit import Evidence
    from govnet.cli.workspace import Workspace
    from govnet.network.model import Network
    from nornir_tasks.tasks import DeviceRead


def gather(work: Workspace, *, lab: bool | None, probe: bool = False) -> tuple[Evidence, Circumstances]:
    """Return what the devices say now, and how it came about; a device that fails is named and stays unread.

    Devices are tried with what they must not answer only with ``probe``.

    Raises:
        RefusedError: no way in is given.
    """
    begun = datetime.now(UTC).replace(microsecond=0)
    with work.journal() as journal, work.runner(work.access(lab=lab), journal) as runner:
        outcome = runner.run(tasks.read, work.chosen([]), network=work.network, whole=True)
    running = work.running_lab() if lab is not False else None
    evidence = said(work.network, begun, outcome.done, _visits(work, lab=lab))
    if running:
        evidence = without_twins(evidence, {endpoint.name for endpoint in running.endpoints})
    evidence = with_learned(evidence, learned(work, lab=lab))
    if probe:
        tried = probing.spots(work.network, running.endpoints if running else None)
        evidence = replace(evidence, probes=probing.probe(tried, outcome.done, begun))
    backing = {endpoint.name: endpoint.note for endpoint in running.endpoints} if running else {}
    failures = {name: masked_prose(str(error)) for name, error in outcome.failed.items()}
    return with_records(work, evidence), Circumstances(begun, backing, failures, work.network.day, asof.view().profile)


def said(network: Network, at: datetime, done: Mapping[str, DeviceRead], visits: Sequence[Result] | None) -> Evidence:
    """Return as evidence, without secrets, what devices said when they were read whole, and when asked for health.

    ``visits`` is None when nobody could ask.
    """
    samples = None if visits is None else tuple(sample for visit in visits for sample in samples_of(visit, at))
    return replace(spoken(network, at, done), samples=samples)


def without_twins(evidence: Evidence, emulated: Collection[str]) -> Evidence:
    """Return evidence from a lab that says which devices the lab does not have."""
    absent = [device.name for device in evidence.network.commanded() if device.name not in emulated]
    return replace(evidence, on_paper=tuple(absent) or None)


def _visits(work: Workspace, *, lab: bool | None) -> Sequence[Result] | None:
    """Ask every device for its health; return None when there are no credentials to ask with."""
    try:
        return health.collect(work, lab=lab)
    except RefusedError:
        return None


def samples_of(result: Result, at: datetime) -> Iterator[Sample]:
    """Yield what one visit measured, with the labels that its series carry."""
    for series, value in result.values.items():
        name, labels = labelled(series)
        yield Sample(name, result.target.name, float(value), at, labels)
