"""From ``audit.yaml`` to what people declare for the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.network.declared import (
    Connection,
    Declared,
    Document,
    Endpoint,
    Exchange,
    Lan,
    LanProfile,
    Threshold,
    Waiver,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.network.folder import Folder


def declared(folder: Folder) -> Declared:
    """Return the records in the order of the file; nothing when the folder has no such file."""
    entries = folder.files.audit
    return Declared(
        documents=tuple(
            Document(e.rule, e.object, e.number, e.date, e.who, e.title, folder.origin("audit", "evidence", number))
            for number, e in enumerate(entries.evidence)
        ),
        waivers=tuple(
            Waiver(e.rule, e.object, e.owner, e.reason, e.expires, folder.origin("audit", "waivers", number))
            for number, e in enumerate(entries.waivers)
        ),
        exchanges=None if entries.exchanges is None else tuple(_exchanges(folder)),
        endpoints=None if entries.endpoints is None else tuple(_endpoints(folder)),
        connections=tuple(_connections(folder)),
        lan_profiles=tuple(_lan_profiles(folder)),
        vpns=entries.vpns,
        parameters=tuple(
            Threshold(name, value, folder.origin("audit", "parameters", name))
            for name, value in entries.parameters.items()
        ),
    )


def _exchanges(folder: Folder) -> Iterator[Exchange]:
    for number, e in enumerate(folder.files.audit.exchanges or ()):
        origin = folder.origin("audit", "exchanges", number)
        yield Exchange(e.system, tuple(map(str, e.planes)), e.mechanism, e.owner, e.approval, origin)


def _endpoints(folder: Folder) -> Iterator[Endpoint]:
    seen: set[str] = set()
    for number, e in enumerate(folder.files.audit.endpoints or ()):
        origin = folder.origin("audit", "endpoints", number)
        if e.mac in seen:
            folder.problem(origin, f"the endpoint {e.mac} is registered twice", "Remove one")
        if e.end.partition(":")[0] not in folder.files.hosts:
            folder.problem(origin, f"the endpoint {e.mac} is at {e.end}, which is no device", "Write device:port")
        seen.add(e.mac)
        yield Endpoint(e.mac, e.end, e.kind, e.owner, origin)


def _connections(folder: Folder) -> Iterator[Connection]:
    for number, e in enumerate(folder.files.audit.connections):
        yield Connection(e.circuit, e.approval, e.owner, e.expires, folder.origin("audit", "connections", number))


def _lan_profiles(folder: Folder) -> Iterator[LanProfile]:
    for unit, e in folder.files.audit.lan_profiles.items():
        lans = tuple(Lan(str(lan.plane), lan.devices) for lan in e.lans)
        yield LanProfile(unit, e.role, e.level, lans, folder.origin("audit", "lan_profiles", unit))
