"""Nornir's inheritance, computed without Nornir: a host's own record, then its groups in order, then the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.network.schema_hosts import HostData

Owner = tuple[str, "Origin"]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.folder import Folder
    from govnet.network.placed import Origin
    from govnet.network.schema_hosts import DefaultsEntry, HostEntry


@dataclass(frozen=True, slots=True)
class Record:
    """A host with everything that it inherits."""

    name: str
    hostname: str
    platform: str
    data: HostData
    origin: Origin
    groups: tuple[str, ...] = ()


def records(folder: Folder) -> list[Record]:
    """Return all hosts in file order, each merged with its groups and the defaults."""
    for name, group in folder.files.groups.items():
        _check_groups(folder, "groups", name, group)
    return [_record(folder, name, host) for name, host in folder.hosts.items()]


def _record(folder: Folder, name: str, host: HostEntry) -> Record:
    _check_groups(folder, "hosts", name, host)
    chain: list[DefaultsEntry] = [host]
    chain += [folder.files.groups[group] for group in ancestors(host, folder.files.groups)]
    chain.append(folder.files.defaults)
    merged: dict[str, object] = {}
    for entry in reversed(chain):
        merged |= {key: getattr(entry.data, key) for key in entry.data.model_fields_set}
    return Record(
        name=name,
        hostname=next((entry.hostname for entry in chain if entry.hostname), ""),
        platform=next((entry.platform for entry in chain if entry.platform), ""),
        data=HostData.model_validate(merged),
        origin=folder.origin("hosts", name),
        groups=host.groups,
    )


def _check_groups(folder: Folder, stem: str, name: str, entry: HostEntry) -> None:
    for group in entry.groups:
        if group not in folder.files.groups:
            origin = folder.origin(stem, name, "groups")
            folder.problem(origin, f"{name} is in group {group!r}, which does not exist", "Add it to groups.yaml")
            folder.unsound.add(name)
    if stem == "groups" and name in ancestors(entry, folder.files.groups):
        folder.problem(folder.origin(stem, name), f"group {name} is in itself", "Break the circle")


def ancestors(entry: HostEntry, groups: Mapping[str, HostEntry]) -> tuple[str, ...]:
    """Return the groups that an entry belongs to, nearest first, each once, as Nornir orders them."""
    return tuple(dict.fromkeys(_walk(entry, groups, ())))


def _walk(entry: HostEntry, groups: Mapping[str, HostEntry], above: tuple[str, ...]) -> Iterator[str]:
    for name in entry.groups:
        if name in groups:
            yield name
            if name not in above:
                yield from _walk(groups[name], groups, (*above, name))


def written(folder: Folder, name: str, key: str) -> Owner:
    """Return who says a host's ``key`` (the host, a group, the defaults), and where."""
    host = folder.hosts[name]
    chain = [
        ("hosts", name, host),
        *(("groups", g, folder.files.groups[g]) for g in ancestors(host, folder.files.groups)),
    ]
    for stem, owner, entry in chain:
        if key in entry.data.model_fields_set:
            return owner, folder.origin(stem, owner, "data", key)  # of an expanded host: its archetype
        if key == "platform" and entry.platform:
            return owner, folder.origin(stem, owner, key)
    return name, folder.origin("hosts", name)
