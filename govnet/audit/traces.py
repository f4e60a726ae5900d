"""What the evidence of one plane shows of hardware, endpoints and addresses: what another plane may not show too."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.routed import doubtful, rows_of
from govnet.audit.tables import Bearer, OtherPlane, Registered, Sight
from govnet.config.filtering import Filter, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from govnet.audit.evidence import Evidence
    from govnet.audit.tables import Move
    from govnet.audit.verdict import Reference
    from govnet.config.reading import Reading

HASHED = ("sn~", "mac~")
FACILITIES = ("nms", "srv", "web", "ups", "eps", "hvac", "fire", "env", "cam", "ids")
"""Roles of hosts and cards that watch, serve or feed others: what is most easily given a second leg."""
SHARED = ("00:00:5e:00:01:", "00:00:5e:00:02:", "00:00:0c:07:ac:", "00:07:b4:", "01:", "33:33:", "ff:ff:")
"""Addresses of virtual routers (RFC 9568, HSRP, GLBP), of multicast and broadcast: no single device's."""
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))  # RFC 1918
_CROSSING = (Kind.CONFIG, Kind.NEIGHBOURS, Kind.FDB, Kind.ARP, Kind.ROUTES, Kind.RUNS)
"""What another plane is asked whether it looked at."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Something seen at a place of one plane. ``at`` is None when nobody wrote down when."""

    where: str
    seen: Reference
    at: datetime | None = None


def hardware_of(evidence: Evidence) -> dict[str, list[tuple[str, Trace]]]:
    """Return serial number or base MAC -> the devices that bear it: from inventory, neighbours and readings."""
    found: dict[str, list[tuple[str, Trace]]] = defaultdict(list)
    for device in evidence.network.devices.values():
        if device.serial:
            found[device.serial].append((device.name, Trace("the inventory", evidence.written(device.origin))))
    for hearer, rows in (evidence.neighbours or {}).items():
        for row in rows:
            if row.device and single(row.chassis):
                trace = Trace(f"{hearer}:{row.port} hears it", evidence.record(Kind.NEIGHBOURS, hearer))
                found[row.chassis].append((row.device, trace))
    for sample in evidence.samples or ():
        for name, value in sample.labels.items():
            if value.startswith(HASHED) or (single(value) and _MAC.fullmatch(value)):
                trace = Trace(f"{sample.name} {name}", evidence.record(Kind.SAMPLES, sample.object), sample.at)
                found[value].append((sample.object, trace))
    return found


def stations_of(evidence: Evidence) -> dict[str, list[Trace]]:
    """Return MAC -> where it was learned on a port or held by ARP; those of no single device are left out."""
    found: dict[str, list[Trace]] = defaultdict(list)
    for switch, rows in (evidence.fdb or {}).items():
        for row in rows:
            if single(row.mac):
                seen = evidence.record(Kind.FDB, f"{switch}:{row.port}")
                vlan = f" VLAN {row.vlan}" if row.vlan is not None else ""
                found[row.mac].append(Trace(f"{switch}:{row.port}{vlan}", seen, row.seen))
    for router, entries in (evidence.arp or {}).items():
        for entry in entries:
            if single(entry.mac):
                seen = evidence.record(Kind.ARP, f"{router} {entry.address}")
                found[entry.mac].append(Trace(f"{router} ARP {entry.address}", seen, evidence.as_of))
    return found


def single(address: str) -> bool:
    """Return whether a MAC address is one device's own."""
    return bool(address) and not address.startswith(SHARED)


def told(evidence: Evidence, moves: tuple[Move, ...] = ()) -> OtherPlane:
    """Return what the evidence of one plane tells another; ``moves`` were approved between the two."""
    network = evidence.network
    hardware = hardware_of(evidence)
    borne = {device for bearers in hardware.values() for device, _ in bearers}
    register = network.declared.exchanges
    return OtherPlane(
        network.slug,
        network.plane,
        devices={name: device.role for name, device in network.devices.items()},
        hardware={key: tuple(Bearer(name, trace.where) for name, trace in of) for key, of in hardware.items()},
        nameless=tuple(name for name in network.devices if name not in borne),
        circuits=tuple(network.circuits),
        stations={key: tuple(Sight(one.where, one.at) for one in of) for key, of in stations_of(evidence).items()},
        prefixes=tuple(block for block in network.blocks if any(block.subnet_of(one) for one in _PRIVATE)),
        systems=tuple(network.systems),
        exchanges=None
        if register is None
        else tuple(Registered(one.system, one.mechanism, one.owner, one.approval) for one in register),
        unseen={kind.name: tuple(absent) for kind in _CROSSING if (absent := missing(evidence, kind))},
        moves=moves,
    )


def prefixes_of(evidence: Evidence) -> Iterator[tuple[IPv4Network, Trace]]:
    """Yield every prefix that the plane uses or lets through, and where it says so; what it refuses is not meant."""
    for name, reading in (evidence.readings or {}).items():
        for prefix, part in _used(reading.config):
            yield prefix, Trace(f"{name} {part}", _line_with(evidence, name, reading, prefix))
    for router, entries in (evidence.arp or {}).items():
        for entry in entries:
            seen = evidence.record(Kind.ARP, f"{router} {entry.address}")
            yield IPv4Network(entry.address), Trace(f"{router} ARP entry", seen)
    for router, _, row in rows_of(evidence):
        seen = evidence.record(Kind.ROUTES, f"{router} {row.prefix}")
        yield row.prefix, Trace(f"{router} routing table", seen)


def _used(value: object, part: str = "") -> Iterator[tuple[IPv4Network, str]]:
    """Yield the addresses in a configuration, with the name of the part that holds each."""
    if isinstance(value, IPv4Interface):
        yield IPv4Network(value.ip), part
    elif isinstance(value, (IPv4Address, IPv4Network)):
        yield IPv4Network(value), part
    elif isinstance(value, Filter) and value.verdict is Verdict.DENY:
        return
    elif is_dataclass(value):
        for field in fields(value):
            yield from _used(getattr(value, field.name), part or field.name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _used(item, f"{part} {'>'.join(key) if isinstance(key, tuple) else key}")
    elif isinstance(value, (tuple, frozenset)):
        for item in value:
            yield from _used(item, part)


def _line_with(evidence: Evidence, device: str, reading: Reading, prefix: IPv4Network) -> Reference:
    """Return the line of a running text that names a prefix; the whole text when none does."""
    text = str(prefix.network_address)
    line = next((line for line in reading.sources.values() if text in line.text.split() or text in line.text), None)
    return evidence.running(device, line)


def missing(evidence: Evidence, *kinds: Kind) -> list[str]:
    """Return what was not looked at, of some kinds of evidence; a device that was left out is named."""
    found = [kind.value for kind in kinds if not evidence.has(kind)]
    if Kind.ROUTES in kinds and evidence.has(Kind.ROUTES):
        found += [f"the routing tables of {name}" for name in doubtful(evidence)]
    for kind, table, what in (
        (Kind.CONFIG, evidence.readings, "running configuration"),
        (Kind.NEIGHBOURS, evidence.neighbours, "neighbour table"),
        (Kind.FDB, evidence.fdb, "MAC address table"),
    ):
        if kind in kinds and table is not None:
            expected = [d.name for d in evidence.network.commanded() if kind is Kind.CONFIG or d.role != "fw"]
            found += [f"the {what} of {name}" for name in expected if name not in table]
    return found


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return a few names and how many more there are."""
    all_ = sorted(set(names))
    return ", ".join(all_[:most]) + (f" and {len(all_) - most} more" if len(all_) > most else "")
