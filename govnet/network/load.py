"""From an inventory folder to one immutable `Network`, or to the list of everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from govnet.network import asof, checks, expansion, folder, governance, lines, outside, places, sites, systems
from govnet.network.cabling import Cabling, mirrors
from govnet.network.declarations import declared
from govnet.network.devices import devices
from govnet.network.model import Network
from govnet.network.policy import policy
from govnet.network.segments import keyed, segments

if TYPE_CHECKING:
    from datetime import date

    from govnet.network.folder import Folder


def load(path: str | Path, as_of: date | None = None, profile: str = "") -> Network:
    """Load the inventory folder ``path``, as of a day.

    Args:
        path: the folder.
        as_of: the day; without one that of `asof.viewing`, then the network's reference day, then everything.
        profile: which dates count, one of the network's profiles; empty: that of `asof.viewing`, else what happened.

    Raises:
        InputError: with every problem, each with file, line, cause and next step. Mistakes that keep a file from being
            understood at all (YAML, unknown keys, wrong types, typed secrets) are reported together first; what the
            files say about each other is checked once every file can be read.
    """
    return asof.of_day(read_whole(path), as_of, profile)


def read_whole(path: str | Path) -> Network:
    """Load everything that a folder says, of whatever day; raises as `load`."""
    source = folder.read(Path(path))
    network = _network(source)
    checks.check(source, network)
    source.raise_problems()
    return network


def _network(source: Folder) -> Network:
    """Build the network from what is sound; everything else becomes a problem of the folder."""
    head = source.files.network
    zones, known, models = places.zones(source), places.places(source), places.models(source)
    units = sites.units(source, known)
    parts = segments(source, zones, known, units)
    expansion.expand(source, known)
    boxes = devices(source, models, parts, known)
    cabling = Cabling(source, boxes, known, keyed(parts))
    upstreams, circuits = outside.upstreams(source, cabling), outside.circuits(source, known)
    cabling.build()
    lines.refuse_classless(source, known)
    return Network(
        slug=head.slug,
        title=head.title,
        title_en=head.title_en,
        plane=head.plane,
        folder=source.path,
        blocks=head.blocks,
        gateway_mode=head.gateway_mode,
        parking_vlan=head.parking_vlan,
        peer_vlan=head.peer.vlan,
        peer_subnet=head.peer.subnet,
        places=known,
        zones=zones,
        segments=parts,
        models=models,
        devices=boxes,
        links=tuple(cabling.links),
        circuits=circuits,
        upstreams=upstreams,
        attachments=tuple(cabling.attachments),
        power_sources=places.power_sources(source),
        policy=policy(source, zones, boxes, checks.zone_networks(parts, upstreams)),
        mirrors=mirrors(source, cabling),
        services=outside.services(source, boxes),
        approvers=governance.approvers(source),
        windows=governance.windows(source),
        declared=declared(source),
        units=units,
        systems=systems.systems(source, zones, boxes, known),
        schematic=places.schematic(source, known),
        traffic=lines.traffic(source, circuits),
        contracts=lines.contracts(source, circuits),
        reference=head.reference,
        asn=head.asn,
        profiles={name: entry.dates for name, entry in head.profiles.items()},
    )
