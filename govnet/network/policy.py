"""The policy matrix as printed, turned into cells that say which packets may open a session."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from govnet.network.permitted import Action, Permit, PolicyCell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govnet.network.built import Device
    from govnet.network.folder import Folder
    from govnet.network.placed import Origin, Zone
    from govnet.network.schema_links import PermitEntry, ServiceEntry

_CODE = re.compile(r"[ADRPXMT]|F\d+")
_WITH_SERVICE = "FMT"
_ALLOW = re.compile(r"(?P<protocol>tcp|udp|icmp|any)(/(?P<ports>\d+(-\d+)?(,\d+(-\d+)?)*))?")
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class _Row:
    source: str
    cells: Mapping[str, str]
    origin: Origin


def policy(
    folder: Folder,
    zones: Mapping[str, Zone],
    devices: Mapping[str, Device],
    spaces: Mapping[str, Sequence[IPv4Network]],
) -> dict[tuple[str, str], PolicyCell]:
    """Return all cells of the matrix, row by row; every pair of zones must have one.

    A service that names ends in several zones (``spaces``) is, in each cell, about those that are in the cell's own.
    """
    permits = {code: _permits(folder, code, service, devices) for code, service in folder.files.policy.services.items()}
    result: dict[tuple[str, str], PolicyCell] = {}
    for row in _rows(folder, zones):
        for target in zones:
            code = row.cells.get(target, "")
            if code and _known(folder, row, target, code):
                cell = _cell(folder, row, target, code, permits)
                narrowed = tuple(_narrowed(permit, spaces, row.source, target) for permit in cell.permits)
                result[row.source, target] = replace(cell, permits=narrowed) if narrowed != cell.permits else cell
    return result


def _narrowed(permit: Permit, spaces: Mapping[str, Sequence[IPv4Network]], source: str, target: str) -> Permit:
    """Keep the ends that are in the cell's zones; where none is, all are kept, and the checks tell of it."""

    def inside(networks: tuple[IPv4Network, ...], zone: str) -> tuple[IPv4Network, ...]:
        own = tuple(n for n in networks if any(n.subnet_of(space) for space in spaces.get(zone, ())))
        return own or networks

    around = tuple(n for n in permit.sources if any(n.overlaps(space) for space in spaces.get(source, ())))
    sources = around or permit.sources
    return replace(permit, sources=sources, destinations=inside(permit.destinations, target))


def _rows(folder: Folder, zones: Mapping[str, Zone]) -> Iterator[_Row]:
    """Cut the grid into rows and say what is missing, doubled or unknown."""
    first = folder.origin("policy", "matrix")
    grid = folder.files.policy.matrix.splitlines()
    lines = [
        (type(first)(first.file, first.line + 1 + n), words) for n, text in enumerate(grid) if (words := text.split())
    ]
    if not lines:
        folder.problem(first, "the matrix is empty", "Write a row of zones, then one row for each zone")
        return
    header_origin, (_, *columns) = lines[0]
    whole = _compare(folder, header_origin, "column", columns, zones)
    _compare(folder, first, "row", [words[0] for _, words in lines[1:]], zones)
    for origin, (source, *codes) in lines[1:]:
        if len(codes) != len(columns) and not whole:
            continue
        if len(codes) != len(columns):
            cause = f"the row {source!r} has {len(codes)} cells, the matrix has {len(columns)} columns"
            folder.problem(origin, cause, "Fill the missing cells, or remove what is too much")
        elif source in zones:
            yield _Row(source, dict(zip(columns, codes, strict=True)), origin)


def _compare(folder: Folder, origin: Origin, what: str, found: Sequence[str], zones: Mapping[str, Zone]) -> bool:
    """Say which zones are missing, unknown or doubled; True when none are."""
    for zone in zones:
        if zone not in found:
            folder.problem(
                origin, f"the matrix has no {what} {zone!r}", f"Add the {what}: every pair of zones is decided"
            )
    for name in dict.fromkeys(found):
        if name not in zones:
            folder.problem(origin, f"the matrix has a {what} {name!r}, which is no zone", "Mend it, or add the zone")
        elif found.count(name) > 1:
            folder.problem(origin, f"the matrix has {found.count(name)} {what}s {name!r}", "Remove one of them")

    return sorted(found) == sorted(zones)


def _known(folder: Folder, row: _Row, target: str, code: str) -> bool:
    cell = f"the cell {row.source} -> {target}"
    if not _CODE.fullmatch(code):
        folder.problem(row.origin, f"{cell} is {code!r}", "Write A, D, R, P, X, M, T or F with a number")
        return False
    if code[0] in _WITH_SERVICE and code not in folder.files.policy.services:
        folder.problem(row.origin, f"{cell} is {code}, which no service explains", "Add it to 'services', or mend it")
        return False
    return True


def _cell(folder: Folder, row: _Row, target: str, code: str, permits: Mapping[str, tuple[Permit, ...]]) -> PolicyCell:
    service = folder.files.policy.services.get(code)
    return PolicyCell(
        source=row.source,
        target=target,
        action=Action(code[0]),
        service=code if service else "",
        permits=(Permit("any"),) if code == Action.ALLOW else permits.get(code, ()),
        origin=row.origin,
        approval=service.approval if service else "",
        review=service.review if service else None,
        owner=service.owner if service else "",
    )


def _permits(folder: Folder, code: str, service: ServiceEntry, devices: Mapping[str, Device]) -> tuple[Permit, ...]:
    origin = folder.origin("policy", "services", code)
    if not _CODE.fullmatch(code) or code[0] not in _WITH_SERVICE:
        folder.problem(origin, f"the service {code!r} cannot stand in the matrix", "Call it M, T or F with a number")
    if code.startswith(Action.FIREWALL) and not service.approval:
        folder.problem(origin, f"the service {code} has no approval", "Give the id of its approval")
    found = [_permit(folder, code, index, entry, devices) for index, entry in enumerate(service.permits)]
    return tuple(permit for permit in found if permit)


def _permit(folder: Folder, code: str, index: int, entry: PermitEntry, devices: Mapping[str, Device]) -> Permit | None:
    origin = folder.origin("policy", "services", code, "permits", index)
    match = _ALLOW.fullmatch(entry.allow)
    ports = _ports(match["ports"] or "") if match else ()
    if match is None or any(not 0 < first <= last <= _LAST_PORT for first, last in ports):
        folder.problem(
            origin, f"service {code} allows {entry.allow!r}", "Write it like tcp/80,443, udp/161-162 or icmp"
        )
        return None
    if ports and match["protocol"] not in ("tcp", "udp"):
        folder.problem(origin, f"service {code} gives ports to {match['protocol']}", "Only tcp and udp have ports")
        return None
    sources = tuple(_network(folder, origin, text, devices) for text in entry.sources)
    targets = tuple(_network(folder, origin, text, devices) for text in entry.to)
    if None in sources or None in targets:
        return None
    return Permit(match["protocol"], ports, tuple(n for n in sources if n), tuple(n for n in targets if n))


def _ports(text: str) -> tuple[tuple[int, int], ...]:
    pairs = [part.partition("-") for part in text.split(",") if part]
    return tuple((int(first), int(last or first)) for first, _, last in pairs)


def _network(folder: Folder, origin: Origin, text: str, devices: Mapping[str, Device]) -> IPv4Network | None:
    """Return the network that a device's name (its address in its zone) or an address stands for."""
    device = devices.get(text)
    if text in folder.unsound:
        return None
    try:
        return IPv4Network(device.zone_address or "") if device else IPv4Network(text)
    except ValueError:
        cause = f"{text!r} is no device with an address in a zone, and no network"
        folder.problem(origin, cause, "Name such a device, or write a network like 10.128.96.0/24")
        return None
