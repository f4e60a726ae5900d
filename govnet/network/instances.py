"""Routing instances of a provider network as they are written: one for each zone, and sites at members that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govnet.network.folder import Folder
    from govnet.network.model import Network
    from govnet.network.placed import Zone


def own_instances(folder: Folder, network: Network) -> None:
    """No two zones share a routing instance or its number: what one imports the other would have."""
    first: dict[str | int, Zone] = {}
    for zone in network.zones.values():
        for what, value in (("instance", zone.instance), ("vrf", zone.vrf)):
            owner = first.setdefault(value, zone)
            if value and owner is not zone:
                cause = f"zone {zone.slug!r} has {what} {value}, which is {owner.slug!r}'s"
                folder.problem(zone.origin, cause, "Give each zone a routing instance of its own")


def known_members(folder: Folder, network: Network) -> None:
    """Members of a zone are places."""
    for zone in network.zones.values():
        for slug in zone.members:
            if slug not in network.places:
                cause = f"zone {zone.slug!r} has the member {slug!r}, which does not exist"
                folder.problem(zone.origin, cause, "Add the place to sites.csv, or mend the name")
