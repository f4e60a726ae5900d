"""From what the automation keeps of itself, its journal and its backups, to the evidence that an audit rests on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govnet.audit.tables import JournalChain, KeptBackup, RunRecord
from govnet.errors import GovnetError
from govnet.workspace import trusted as trusted_here
from nornir_tasks.approval import Gate, approver_of, window_open
from nornir_tasks.planfile import carried_out
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from govnet.audit import Evidence
    from govnet.network.model import Network
    from govnet.workspace import Workspace
    from nornir_tasks.journal import Journal, Step

_TELLS = frozenset({"apply", "checkpoint", "send", "set", "type", "save", "undo"})
"""Steps of the journal in which a device is told something, not only asked."""
_OPENS = frozenset({"change", "resume"})
"""Steps without a device that begin a change, or take it up again."""


def with_records(work: Workspace, evidence: Evidence) -> Evidence:
    """Return evidence with what the automation keeps of itself: its runs, the chain over them, the age of backups."""
    with work.journal() as journal:
        runs, chain = runs_of(journal, work.network, trusted_here()), chain_of(journal)
    backups = kept_backups(BackupStore(work.backups), work.chosen([]))
    return replace(evidence, runs=runs, journals=(chain,), backups=backups)


def runs_of(journal: Journal, network: Network, trusted: Mapping[str, str]) -> tuple[RunRecord, ...]:
    """Return what was run on a network: a record for each change, and one for each run that was no change.

    The window is that of the inventory as it is now, held against when the change was begun and taken up; without
    windows in the inventory, nobody can tell.

    Args:
        journal: of the network.
        network: its inventory, with the approvers and windows.
        trusted: public key -> name of approvers beside those of the inventory.
    """
    by_run: dict[str, list[Step]] = defaultdict(list)
    for step in journal.all_steps():
        by_run[step.run].append(step)
    found = [_change(journal, network, trusted, change, by_run) for change in journal.changes()]
    plain = [_record(network, run, rows) for run, rows in by_run.items() if not any(row.change for row in rows)]
    return tuple(sorted((*found, *plain), key=lambda record: (record.at, record.id)))


def _change(
    journal: Journal, network: Network, trusted: Mapping[str, str], change: str, by_run: Mapping[str, Sequence[Step]]
) -> RunRecord:
    """Return the record of one change; sessions of its runs that were opened before or after it count as its own."""
    own = journal.of_change(change)
    runs = dict.fromkeys(row.run for row in own)
    rows = [row for run in runs for row in by_run[run] if row.change in {"", change}]
    begun = [_at(row) for row in own if not row.device and row.step in _OPENS and row.state == "begun"]
    record = replace(_record(network, change, rows), at=_at(own[0]))
    if network.windows:
        record = replace(record, window=all(window_open(network, at) for at in begun))
    return _approved(record, journal, network, trusted)


def _record(network: Network, name: str, rows: Iterable[Step]) -> RunRecord:
    found = list(rows)
    devices = frozenset(row.device for row in found if row.device)
    told = frozenset(row.device for row in found if row.device and row.step in _TELLS)
    planes = frozenset(network.devices[device].plane for device in devices if device in network.devices)
    return RunRecord(name, _at(found[0]), devices=devices, written=told, planes=planes)


def _approved(record: RunRecord, journal: Journal, network: Network, trusted: Mapping[str, str]) -> RunRecord:
    """Return the record with who made the plan and who let it be carried out, as far as signatures bear it out."""
    try:
        plan = carried_out(journal.plan_text(record.id), f"the journal's plan of {record.id}")
    except GovnetError:  # lost or altered: then nobody vouches for it, and the chain says so too
        return record
    record = replace(record, author=plan.author.name, planned=plan.hash, applied=plan.content)
    counted = approver_of(plan, network, Gate(record.at, trusted))
    if counted is None:
        return record
    approver, word = counted
    return replace(record, approver=approver, approval=f"approval of {word.at}")


def _at(row: Step) -> datetime:
    return datetime.fromisoformat(row.at)


def chain_of(journal: Journal) -> JournalChain:
    """Return whether every row of a journal is as it was written, and the hash of the last."""
    broken = tuple(journal.verify())
    return JournalChain("journal", *journal.last_link(), broken)


def kept_backups(store: BackupStore, devices: Iterable[str]) -> tuple[KeptBackup, ...]:
    """Return when each device was last kept; one that never was is left out."""
    return tuple(_kept(store.kept_at(), devices))


def _kept(times: Mapping[str, float], devices: Iterable[str]) -> Iterator[KeptBackup]:
    for name in devices:
        if name in times:
            # In whole seconds, as an audit's moment is: a backup of the same second was before it.
            yield KeptBackup(name, datetime.fromtimestamp(int(times[name]), UTC))
