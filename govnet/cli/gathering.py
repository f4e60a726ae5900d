"""From a network's devices to the evidence that its audit rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from collectors.exposition import labelled
from govnet.audit import Evidence
from govnet.audit.tables import Sample
from govnet.cli import health, probing
from govnet.cli.learning import learned, with_learned
from govnet.cli.records import with_records
from govnet.errors import RefusedError
from govnet.evidence.contents import Circumstances
from govnet.masking import masked, masked_prose
from govnet.network import asof
from nornir_tasks import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.collect import Result
    from govnet.cli.workspace import Workspace
    from govnet.config.routetable import RoutingTable
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
    evidence = Evidence(
        work.network,
        begun,
        readings={name: found.reading for name, found in outcome.done.items()},
        texts={name: masked(found.text) for name, found in outcome.done.items()},
        saved={name: masked(found.stored) for name, found in outcome.done.items() if found.stored is not None},
        routes=_routes(outcome.done) or None,
        samples=_samples(work, begun, lab=lab),
    )
    evidence = with_learned(evidence, learned(work, lab=lab))
    if probe:
        tried = probing.spots(work.network, running.endpoints if running else None)
        evidence = replace(evidence, probes=probing.probe(tried, outcome.done, begun))
    backing = {endpoint.name: endpoint.note for endpoint in running.endpoints} if running else {}
    failures = {name: masked_prose(str(error)) for name, error in outcome.failed.items()}
    return with_records(work, evidence), Circumstances(begun, backing, failures, work.network.day, asof.view().profile)


def _routes(done: Mapping[str, DeviceRead]) -> dict[str, tuple[RoutingTable, ...]]:
    """Return the routing tables of the devices that show them in a form that is on record, without secrets."""
    return {
        name: tuple(replace(table, unread=tuple(map(masked_prose, table.unread))) for table in found.routing)
        for name, found in done.items()
        if found.routing is not None
    }


def _samples(work: Workspace, at: datetime, *, lab: bool | None) -> tuple[Sample, ...] | None:
    """Return the health readings; None when there are no credentials to ask with."""
    try:
        results = health.collect(work, lab=lab)
    except RefusedError:
        return None
    return tuple(sample for result in results for sample in samples_of(result, at))


def samples_of(result: Result, at: datetime) -> Iterator[Sample]:
    """Yield what one visit measured, with the labels that its series carry."""
    for series, value in result.values.items():
        name, labels = labelled(series)
        yield Sample(name, result.target.name, float(value), at, labels)
