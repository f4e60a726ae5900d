"""Everything that the rules may look at, as one frozen value that somebody else gathered."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from govnet.audit.verdict import Reference
from govnet.isolation.fabric import Fabric
from govnet.isolation.proof import prove_fabric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from govnet.audit.tables import (
        ArpEntry,
        JournalChain,
        KeptBackup,
        LogSource,
        Neighbour,
        OtherPlane,
        Probe,
        RunRecord,
        Sample,
        Sighting,
        Station,
    )
    from govnet.config.reading import Line, Reading
    from govnet.config.routetable import RoutingTable
    from govnet.isolation.intervals import Intervals
    from govnet.isolation.proof import Proof
    from govnet.isolation.witness import Witness
    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.network.placed import Origin, Segment


class Kind(StrEnum):
    """Kinds of evidence; the value is what a person is told to supply when it is absent."""

    CONFIG = "running configurations (run without --from-backup, or `govnet backup` first)"
    NEIGHBOURS = "neighbour tables (LLDP, SONMP) of the switches"
    FDB = "MAC address tables of the switches"
    ARP = "ARP tables of the routers"
    ROUTES = "routing tables of the routers"
    SAMPLES = "health readings over SNMP"
    LOGS = "the log collector's index: oldest and newest message of each source"
    RUNS = "the journal of the automation's runs"
    JOURNALS = "the hash chain over the journal of the automation's runs"
    BACKUPS = "when the backup store last kept each device (`govnet backup`)"
    PROBES = "results of probes from the management network (`govnet audit --probe`)"
    SIGHTINGS = "what was seen of rogue DHCP servers, router advertisements and wireless devices"
    PLANES = "evidence bundles of the other planes, joined offline"


_FIELDS = {
    Kind.CONFIG: "readings",
    Kind.NEIGHBOURS: "neighbours",
    Kind.FDB: "fdb",
    Kind.ARP: "arp",
    Kind.ROUTES: "routes",
    Kind.SAMPLES: "samples",
    Kind.LOGS: "logs",
    Kind.RUNS: "runs",
    Kind.JOURNALS: "journals",
    Kind.BACKUPS: "backups",
    Kind.PROBES: "probes",
    Kind.SIGHTINGS: "sightings",
    Kind.PLANES: "planes",
}


@dataclass(frozen=True)
class Evidence:
    """What was seen of one network. None means nobody looked; an empty table means that somebody did and saw nothing.

    Attributes:
        network: the inventory, with its documents and waivers.
        as_of: the moment that the audit speaks of; nothing here reads a clock.
        readings: device -> what its running configuration says; a device that was not read is absent.
        texts: device -> its running text without secrets; the lines behind the readings.
        saved: device -> its startup text, likewise.
        neighbours, fdb, arp: device -> rows.
        routes: device -> the tables of its routing instances; an instance without one was not seen.
        samples, logs, runs, journals, backups, probes, sightings: rows of all devices.
        on_paper: devices that nobody could ask anything, as the lab that was asked does not have them.
        planes: what bundles of the other planes tell.
        digests: item (``running lx-adc-u-core01``, ``inventory links.yaml``, ``fdb``) -> SHA-256, in hex, of what was
            gathered. Where a running text is here its hash is computed, and needs no entry.
    """

    network: Network
    as_of: datetime
    readings: Mapping[str, Reading] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    saved: Mapping[str, str] | None = None
    neighbours: Mapping[str, tuple[Neighbour, ...]] | None = None
    fdb: Mapping[str, tuple[Station, ...]] | None = None
    arp: Mapping[str, tuple[ArpEntry, ...]] | None = None
    routes: Mapping[str, tuple[RoutingTable, ...]] | None = None
    samples: tuple[Sample, ...] | None = None
    on_paper: tuple[str, ...] | None = None
    logs: tuple[LogSource, ...] | None = None
    runs: tuple[RunRecord, ...] | None = None
    journals: tuple[JournalChain, ...] | None = None
    backups: tuple[KeptBackup, ...] | None = None
    probes: tuple[Probe, ...] | None = None
    sightings: tuple[Sighting, ...] | None = None
    planes: tuple[OtherPlane, ...] | None = None
    digests: Mapping[str, str] = field(default_factory=dict)

    def has(self, kind: Kind) -> bool:
        """Return whether somebody looked for this kind of evidence."""
        return getattr(self, _FIELDS[kind]) is not None

    @property
    def day(self) -> date:
        """The day that the audit speaks of."""
        return self.as_of.date()

    @cached_property
    def fabric(self) -> Fabric:
        """Broadcast domains, routers and reachability from all readings; without readings it is full of holes."""
        return Fabric(self.network, self.readings or {})

    @cached_property
    def proof(self) -> Proof:
        """Every pair of zones held against the policy; a pair that cannot be shown is unknown there."""
        return prove_fabric(self.fabric)

    def proven(self, fabric: Fabric, proof: Proof) -> Evidence:
        """Return the same evidence for whose readings somebody has computed fabric and proof already."""
        known = replace(self)
        vars(known).update(fabric=fabric, proof=proof)
        return known

    @property
    def spaces(self) -> Mapping[str, Intervals]:
        """Zone -> all its addresses: its segments, what is behind its upstreams, its devices' own."""
        return self.fabric.ground.spaces

    @cached_property
    def segments_by_vlan(self) -> Mapping[int, tuple[Segment, ...]]:
        """VLAN number -> the segments that have it, in the network's order."""
        found: dict[int, list[Segment]] = defaultdict(list)
        for segment in self.network.segments:
            found[segment.vlan].append(segment)
        return {vlan: tuple(segments) for vlan, segments in found.items()}

    @cached_property
    def _samples(self) -> Mapping[str, Sequence[Sample]]:
        found: dict[str, list[Sample]] = defaultdict(list)
        for sample in self.samples or ():
            found[sample.object].append(sample)
        return dict(found)

    def samples_of(self, name: str, metric: str | None = None) -> Sequence[Sample]:
        """Return the samples of an object, or those of one metric of it, in the order in which they were gathered."""
        found = self._samples.get(name, ())
        return found if metric is None else [sample for sample in found if sample.name == metric]

    def reading(self, device: str) -> Reading | None:
        """Return what was read of a device; None when it was not."""
        return (self.readings or {}).get(device)

    def running(self, device: str, line: Line | None = None) -> Reference:
        """Return the reference to a device's running text, or to one line of it."""
        item = f"running {device}"
        return Reference(item, str(line) if line else "", self._text_digest(device) or self.digests.get(item, ""))

    def _text_digest(self, device: str) -> str:
        text = self.texts.get(device)
        return hashlib.sha256(text.encode()).hexdigest() if text is not None else ""

    def written(self, origin: Origin) -> Reference:
        """Return the reference to a line of the inventory."""
        item = f"inventory {origin.file}"
        return Reference(item, f"line {origin.line}", self.digests.get(item, ""))

    def written_file(self, file: str) -> Reference:
        """Return the reference to a whole file of the inventory."""
        item = f"inventory {file}"
        return Reference(item, "", self.digests.get(item, ""))

    def record(self, kind: Kind, where: str = "") -> Reference:
        """Return the reference to a table, or to a place in it."""
        item = _FIELDS[kind]
        return Reference(item, where, self.digests.get(item, ""))

    def computed(self, witness: Witness | None = None) -> Reference:
        """Return the reference to what was computed from all running texts; its hash is over theirs, in order."""
        digests = "\n".join(self.running(device).sha256 for device in sorted(self.readings or {}))
        hashed = hashlib.sha256(digests.encode()).hexdigest() if digests.strip() else ""
        return Reference("reachability", str(witness) if witness else "", hashed)

    def of_role(self, *roles: str) -> tuple[Device, ...]:
        """Return the devices of some roles, in inventory order."""
        return self.network.of_role(*roles)
