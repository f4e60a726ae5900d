"""Small questions that many rooms ask of a network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from govnet import resources
from govnet.errors import InputError, Problem
from govnet.network import cache
from govnet.network.asof import of_day

if TYPE_CHECKING:
    from datetime import date

    from govnet.network.built import Device
    from govnet.network.cabled import Attachment
    from govnet.network.model import Network
    from govnet.network.placed import Segment


def network_named(name: str | Path) -> Network:
    """Load the network of a folder, or the shipped one of that name (``laixi``).

    A folder of the working directory wins over a shipped one of the same name.

    Raises:
        InputError: neither exists, or the folder has problems.
    """
    return load_kept(folder_named(name), cache.folder())


def load_kept(path: Path, where: Path | None, as_of: date | None = None, profile: str = "") -> Network:
    """Load a folder as `load` does, from the cache in ``where`` when nothing has changed since; None: without one."""
    if where is None or not path.is_dir():
        return of_day(_read(path), as_of, profile)
    name = cache.key(path)
    known = cache.find(where, name)
    if known is None:
        known = _read(path)
        cache.keep(where, name, known)
    return of_day(replace(known, folder=str(path)), as_of, profile)


def _read(path: Path) -> Network:
    from govnet.network.load import read_whole  # noqa: PLC0415 - its schemas cost what the cache is there to save

    return read_whole(path)


def folder_named(name: str | Path) -> Path:
    """Return the folder that `network_named` would load.

    Raises:
        InputError: there is none.
    """
    path = Path(name)
    if path.is_dir():
        return path
    shipped = resources.folder("inventory")
    known = sorted(entry.name for entry in shipped.iterdir() if entry.is_dir())
    if str(name) in known:
        return shipped / name
    step = f"Give the path of an inventory folder, or one of: {', '.join(known)}"
    raise InputError([Problem(str(name), 0, "there is no such network", step)])


def segments_of(network: Network, zone: str) -> tuple[Segment, ...]:
    """Return the segments of a zone, in the network's order."""
    return tuple(segment for segment in network.segments if segment.zone == zone)


def segments_at(network: Network, place: str) -> tuple[Segment, ...]:
    """Return the segments that a place has, in the network's order."""
    return network.segments_at(place)


def attachments_on(network: Network, device: str) -> tuple[Attachment, ...]:
    """Return the ports of a device where endpoints plug in, in order of zone as dealt."""
    return network.attachments_of(device)


def devices_of(network: Network, *roles: str) -> tuple[Device, ...]:
    """Return the devices of some roles, in inventory order."""
    return tuple(device for device in network.devices.values() if device.role in roles)


def zones_on(network: Network, device: str) -> tuple[str, ...]:
    """Return the zones that a device says it carries or lives in, in the network's order; empty when it names none."""
    box = network.devices[device]
    listed = box.data.get("zones")
    named = {box.zone, *(listed if isinstance(listed, tuple) else ())}
    return tuple(zone for zone in network.zones if zone in named)
