"""Questions that people ask of a fabric: what becomes of this packet, and which lines decide between two zones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from govnet.errors import GovnetError
from govnet.isolation import intervals
from govnet.isolation.decisions import decisions
from govnet.isolation.flow import follow, unwound
from govnet.isolation.holes import Shadow
from govnet.isolation.packets import PacketSet
from govnet.isolation.segments import Gap
from govnet.isolation.sessions import answering
from govnet.isolation.stopped import Stopped
from govnet.isolation.trace import Tracer
from govnet.isolation.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv4Address

    from govnet.isolation.decisions import Decision
    from govnet.isolation.fabric import Fabric
    from govnet.isolation.packets import Packet
    from govnet.isolation.sites import Site
    from govnet.network.permitted import PolicyCell


class NoSuchEndpointError(GovnetError):
    """An address that is nobody's in this network."""

    exit_code = 2


class Fate(StrEnum):
    """What becomes of a packet."""

    ARRIVES = "arrives"
    STOPS = "stops"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Traced:
    """One packet of an ordinary host, there and back.

    Attributes:
        source, target: zones of its two addresses.
        cell: what the policy says; None when it says nothing, which denies.
        permitted: the policy permits it.
        fate: of the packet itself.
        answered: what becomes of the answer; None when the packet does not arrive.
        there, back: the paths; ``back`` is None when there is no answer to follow.
        hostile: it does not arrive as an ordinary host sends it, but does for one that tags frames or picks routers.
        why: for unknown, what was not seen.
        beside: both addresses are of one segment, in which nothing can keep hosts apart, whatever the policy says.
    """

    source: str
    target: str
    cell: PolicyCell | None
    permitted: bool
    fate: Fate
    answered: Fate | None
    there: Witness
    back: Witness | None
    hostile: bool
    why: str = ""
    beside: bool = False


def trace(fabric: Fabric, packet: Packet) -> Traced:
    """Return what becomes of a packet that an ordinary host with its source address sends, and of its answer.

    Raises:
        NoSuchEndpointError: no segment, upstream or device of the network has one of the addresses.
    """
    source, target = _site(fabric, packet.source, host=True), _site(fabric, packet.destination, host=False)
    shadow = Shadow(fabric, fabric.holes())
    there = _walk(fabric, packet, source, target, answer=False)
    fate, why = _fate(fabric, shadow, there, source)
    back, answered = None, None
    if there.arrives:
        back = _walk(fabric, packet, source, target, answer=True)
        answered, unseen = _fate(fabric, shadow, back, target)
        why = why or unseen
    zones = fabric.sites[source].zone, fabric.sites[target].zone
    hostile = fate is Fate.STOPS and fabric.reach(*zones).packets.contains(packet)
    cell = fabric.network.policy.get(zones)
    permitted = fabric.ground.permits.get(zones, PacketSet()).contains(packet)
    segments = fabric.sites[source].segment, fabric.sites[target].segment
    beside = source == target or (segments[0] is not None and segments[0] == segments[1])
    return Traced(*zones, cell, permitted, fate, answered, there, back, hostile, why, beside)


def _site(fabric: Fabric, address: IPv4Address, *, host: bool) -> int:
    """Return the site that has an address, a segment before an upstream."""
    found = [i for i, site in fabric.sites.items() if intervals.holds(site.addresses, int(address))]
    found = [i for i in found if not (host and fabric.sites[i].device)]
    if not found:
        raise NoSuchEndpointError(f"{fabric.network.slug}: {_nobody(fabric, address)}")
    return min(found, key=lambda i: (not fabric.sites[i].device, fabric.sites[i].upstream is not None, i))


def _nobody(fabric: Fabric, address: IPv4Address) -> str:
    """Say why no site has an address: where its hosts plug in was not read, or it is nobody's."""
    ends = [one.end.device for one in fabric.network.attachments if address in one.segment.subnet]
    ends += [name for name, device in fabric.network.devices.items() if address == device.address]
    unread = [name for name in dict.fromkeys(ends) if name not in fabric.configs]
    if unread:
        return f"{address} is behind {', '.join(unread)}, which was not read. Mend that, or ask with --intended."
    return f"nobody has the address {address}. Give one of a segment."


def _walk(fabric: Fabric, packet: Packet, start: int, end: int, *, answer: bool) -> Witness:
    """Return how a packet goes between two sites, or its answer back."""
    single = PacketSet.single(packet)
    going = single.reversed() if answer else single
    source, target = (end, start) if answer else (start, end)
    here, there = fabric.sites[source], fabric.sites[target]
    passing, tracer = answering(fabric, there, single)[0] if answer else fabric.plain, Tracer(fabric)
    welcome = not there.device or bool(going.intersection(there.accept))
    if welcome and target in passing.sites_near(here.plain.sends):
        return Witness(going.smallest(), tuple(tracer.between(here, there)))
    trail = follow(passing, dict.fromkeys(passing.entries(here), going), established=answer)
    for index, last in trail.ends:
        if index == target:
            return Witness(going.smallest(), tuple(tracer.path(passing, here, there, unwound(last), answer=answer)))
    return Stopped(fabric).witness(Gap(start, end, single, answers=answer))


def _fate(fabric: Fabric, shadow: Shadow, path: Witness, start: int) -> tuple[Fate, str]:
    """Return what a path is worth: over a device that is not fully seen, or where one may go on, it is unknown."""
    for hop in path.hops:
        if hole := shadow.holes.get(hop.device):
            return Fate.UNKNOWN, f"{hole.device}: {hole.why}"
    if path.arrives:
        return Fate.ARRIVES, ""
    if shadow.holes and shadow.touches(fabric.sites[start].zone):
        return Fate.UNKNOWN, "; ".join(f"{hole.device}: {hole.why}" for hole in shadow.holes.values())
    return Fate.STOPS, ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a zone may or may not reach another.

    Attributes:
        cell: what the policy says, and where; None when it says nothing, which denies.
        packets: what gets through.
        layer2: endpoints share a broadcast domain.
        decisions: the lines that decide on packets of the first zone to the second, on the way.
        stops: where packets end that no line lets through or stops, as a path for each reason.
    """

    cell: PolicyCell | None
    packets: PacketSet
    layer2: bool
    decisions: tuple[Decision, ...]
    stops: tuple[Witness, ...]


def why(fabric: Fabric, source: str, target: str) -> Why:
    """Return what decides between two zones.

    Raises:
        KeyError: the network has no such zone.
    """
    reach = fabric.reach(source, target)
    found = tuple(decisions(fabric, source, target))
    stops = () if found or reach.layer2 else tuple(_stops(fabric, source, target))
    return Why(fabric.network.policy.get((source, target)), reach.packets, reach.layer2, found, stops)


def _stops(fabric: Fabric, source: str, target: str) -> Iterator[Witness]:
    """Yield a path from each site of one zone to the other's first one, for the places that no filter is on."""
    ends = [i for i in fabric.ground.wanted.by_zone[target] if not fabric.sites[i].device]
    seen = set()
    for start in fabric.ground.wanted.by_zone[source] if ends else ():
        site: Site = fabric.sites[start]
        if not site.device and start != ends[0]:
            packets = PacketSet.of(site.addresses, fabric.sites[ends[0]].addresses)
            path = Stopped(fabric).witness(Gap(start, ends[0], packets, answers=False))
            if path.hops and path.hops[-1] not in seen:
                seen.add(path.hops[-1])
                yield path
