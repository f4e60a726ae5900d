"""What a report is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from collectors.collect import Result
    from govnet.audit import Audit
    from govnet.capacity.service import Line
    from govnet.config.reading import Reading
    from govnet.isolation.proof import Proof
    from govnet.isolation.witness import Witness
    from govnet.network.model import Network
    from nornir_tasks.planning import Plan


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the run and how long it took, in seconds."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Bundle:
    """The evidence that a page is made from: what its file is called, its SHA-256, and its place in the chain."""

    file: str
    hash: str
    number: int
    previous: str
    signer: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run on one network, told by value. What was not done is None or absent, and shown as such.

    Attributes:
        network: what should be.
        time: when the run began, with its time zone.
        version: of govnet.
        title_en: the network's title in English; empty where there is none.
        plan: what the devices were to be told.
        before: proof on what was read before the change.
        predicted: proof on what the plan would make of it.
        after: proof on what was read after the change.
        readings: device -> its last reading, for coverage; a device without one was not read.
        health: one result a target.
        backing: device -> what answered for it (``emulated``, ``real nft in a network namespace``, ...).
        failures: device -> why the run failed on it.
        phases: in the order they ran.
        second_changes: number of changes that the same run would make once more; 0 when it is idempotent, None when
            nobody looked.
        audit: what the rules said; None when they were not asked.
        last_audit: what they said the time before; None when there was none.
        bundle: the evidence that the page is made from; None when none was kept.
        month: of the sheet of leased lines, as ``2006-12``; empty without one.
        lines: that sheet, a line a circuit.
        paths: (source, target) -> a packet that gets through as the policy permits, for pairs that are ok.
    """

    network: Network
    time: datetime
    version: str
    title_en: str = ""
    plan: Plan | None = None
    before: Proof | None = None
    predicted: Proof | None = None
    after: Proof | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    health: tuple[Result, ...] = ()
    backing: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    phases: tuple[Phase, ...] = ()
    second_changes: int | None = None
    audit: Audit | None = None
    last_audit: Audit | None = None
    bundle: Bundle | None = None
    paths: Mapping[tuple[str, str], Witness] = field(default_factory=dict)
    month: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def only_audited(self) -> bool:
        """True when the page tells an audit and no change: what belongs to a change is then left out."""
        return self.audit is not None and self.plan is None

    @property
    def spoke(self) -> bool:
        """True when the run spoke to any device, so that no failure means something."""
        return bool(self.readings or self.health or self.failures)
