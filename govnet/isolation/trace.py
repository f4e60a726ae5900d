"""From an exploration back to one packet: its path device by device, with the lines that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config import reading as element
from govnet.isolation import intervals
from govnet.isolation.flow import follow, unwound
from govnet.isolation.frames import Carry, Spot, hearer, sender
from govnet.isolation.packets import TCP, WITH_PORTS, PacketSet
from govnet.isolation.routed import Routed, entered
from govnet.isolation.routers import backbone
from govnet.isolation.routes import Instance
from govnet.isolation.witness import Hop, Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.config.reading import Line
    from govnet.isolation.flow import Step
    from govnet.isolation.packets import Packet
    from govnet.isolation.passing import Passing
    from govnet.isolation.routers import Treatment
    from govnet.isolation.routes import Exit
    from govnet.isolation.sites import Site
    from govnet.isolation.translation import Original
    from govnet.isolation.world import World
    from govnet.network.cabled import End

_TCP = PacketSet.of(protocols=((TCP, TCP),))
_CLIENT_PORT = PacketSet.of(protocols=WITH_PORTS, source_ports=((1024, 65535),))
_SERVICE = PacketSet.of(protocols=WITH_PORTS, ports=((1, 65535),))
# Addresses that no host on the internet has: this-network, private, loopback, link-local, multicast and above.
_ODD = ((0, 0x00FFFFFF), (0x0A000000, 0x0AFFFFFF), (0x7F000000, 0x7FFFFFFF), (0xE0000000, 0xFFFFFFFF))


def likely(packets: PacketSet, source: Site, target: Site) -> Packet:
    """Return the packet of a set that people find easiest to read: real hosts, tcp, a client's port."""
    start, end = _hosts(source), _hosts(target)
    return packets.pick(
        [PacketSet.of(sources=start), PacketSet.of(destinations=end), _TCP, _CLIENT_PORT, _SERVICE]
    )  # fmt: skip


def _hosts(site: Site) -> intervals.Intervals:
    """Return the addresses that hosts of a site would have: not the network's own, the routers' or the broadcast."""
    if site.segment and site.segment.subnet.num_addresses > 16:  # noqa: PLR2004 - smaller nets have no room to be choosy
        first = int(site.segment.subnet.network_address)
        return ((first + 10, first + site.segment.subnet.num_addresses - 2),)
    if site.segment:
        return intervals.of_addresses(list(site.segment.subnet.hosts())[-1:])
    if site.upstream:
        beyond = intervals.difference(site.addresses, intervals.of_networks([site.upstream.address.network]))
        return intervals.difference(beyond, _ODD) or intervals.of_addresses([site.upstream.peer])
    return site.addresses


class Tracer:
    """Writes paths down; asks the routers what happened, decides nothing by itself."""

    def __init__(self, world: World) -> None:
        self._world = world

    def beside(self, zone: str, index: int, packets: PacketSet) -> Witness:
        """Return the witness of packets of ``zone`` that got to a site inside a broadcast domain."""
        passing, target = self._world.hostile, self._world.sites[index]
        for source in self._world.ground.sources(zone):
            own = packets.sourced(source.addresses)
            if own and index in passing.sites_near(source.hostile.sends):
                way = self.way(source.hostile.sends, target.hostile.hears)
                return Witness(likely(own, source, target), tuple(self.switched(way, source.ends, target.ends)))
        raise AssertionError("neighbours without an origin")  # the ground knows them from these very sources

    def arrived(self, zone: str, index: int, packets: PacketSet, original: Original | None) -> Witness | None:
        """Return the witness of one of ``packets`` of ``zone`` that got to a site over routers.

        Args:
            zone: where it comes from.
            index: the site.
            packets: as the policy speaks of them.
            original: what translation made them from, if any.
        """
        passing, target = self._world.hostile, self._world.sites[index]
        for source in self._world.ground.sources(zone):
            own = packets.sourced(source.addresses)
            packet = likely(own, source, target) if own else None
            sent = PacketSet.single(packet) if packet else PacketSet()
            if original and sent:
                sent = PacketSet.single(original.sent(sent).smallest())
            entries = dict.fromkeys(passing.entries(source), sent) if sent else {}
            for end, last in follow(passing, entries).ends:
                if end == index:
                    hops = self.path(passing, source, target, unwound(last))
                    return Witness(sent.smallest(), tuple(hops))
        return None

    def between(self, source: Site, target: Site) -> Iterator[Hop]:
        """Yield the hops of an ordinary host's frame to another host of its broadcast domain."""
        yield from self.switched(self.way(source.plain.sends, target.plain.hears), source.ends, target.ends)

    def path(
        self, passing: Passing, source: Site, target: Site | None, steps: list[Step], *, answer: bool = False
    ) -> Iterator[Hop]:
        """Yield the hops of a packet through the routers of ``steps``.

        Args:
            passing: the routers as the source meets them.
            source: where it comes from.
            target: the site it is known to get to; None: it ends in the last router, whose hop is not told.
            steps: from `follow`, of one packet.
            answer: it belongs to an open session.
        """
        starts, ends = passing.presence(source).sends, source.ends
        for index, step in enumerate(steps):
            device, treatment, _ = step.entrance
            came = ""
            if treatment is not None and starts:
                way = self.way(starts, self._hearers(passing, device, treatment))
                yield from self.switched(way, ends, ())
                came = way[-1].target.interface if way else ""
            following = steps[index + 1] if index + 1 < len(steps) else None
            if following is None and target is None:
                return
            leave = self._exit(passing, step, following, target, answer=answer)
            yield Routed(self._world, passing, answer=answer).hop(step, came, leave)
            if leave is None:
                return
            starts, ends = frozenset({sender(device, leave.interface)} if leave.interface else ()), ()
        if target is not None:
            yield from self.switched(self.way(starts, passing.presence(target).hears), ends, target.ends)

    def way(self, starts: frozenset[Spot], goals: frozenset[Spot]) -> list[Carry]:
        """Return a frame's way; one that starts where it ends is a single step from a spot to itself."""
        way = self._world.layer2.path(starts, goals) or []
        return way or [Carry(spot, spot, "", "", ()) for spot in sorted(starts & goals)[:1]]

    @staticmethod
    def _hearers(passing: Passing, device: str, treatment: Treatment) -> frozenset[Spot]:
        router = passing.routers[device]
        return frozenset(hearer(device, name) for name in router.own if router.entrance(name) == treatment)

    def _exit(
        self, passing: Passing, step: Step, following: Step | None, target: Site | None, *, answer: bool
    ) -> Exit | None:
        """Return the route that took the packet on from a router; None when the router itself was meant."""
        device, treatment, _ = step.entrance
        router = passing.routers[device]
        if following is None and target and target.device == device and treatment is not None:
            return None
        destination = int(entered(router, step, established=answer).destination)
        for leave in router.exits(treatment.vrf if treatment else ""):
            if not intervals.holds(leave.destinations, destination):
                continue
            if following is not None:
                there = Instance(following.entrance.device, (following.entrance.treatment or backbone("")).vrf)
                near = [] if leave.tunnel else passing.neighbours(device, leave.interface)
                on = [passing.entrance(*other)[:2] for other in near]
                if leave.tunnel == there or following.entrance[:2] in on:
                    return leave
            elif target and not leave.tunnel and self._heard(passing, device, leave, target):
                return leave
        return None

    def _heard(self, passing: Passing, device: str, leave: Exit, target: Site) -> bool:
        heard = self._world.layer2.reached([sender(device, leave.interface)])
        return not passing.presence(target).hears.isdisjoint(heard)

    def switched(self, way: list[Carry], starts: Sequence[End], goals: Sequence[End]) -> Iterator[Hop]:
        """Yield one hop a switch on a way through a broadcast domain.

        Args:
            way: what carried the frame, at least one step.
            starts: ports where the endpoint it comes from is plugged in; empty when a router sent it.
            goals: ports where the endpoint it goes to is plugged in; empty when it goes to a router.
        """
        came = _port_on(starts, way[0].source.device)
        for carry in way:
            if carry.out:
                if carry.source.vlan:
                    yield self.switch_hop(carry.source, came, carry.out)
                came = carry.into
        last = way[-1].target if way[-1].target.vlan or way[-1].out else way[-1].source
        if last.vlan and (came or goals):
            yield self.switch_hop(last, came, _port_on(goals, last.device))

    def switch_hop(self, spot: Spot, port_in: str, port_out: str) -> Hop:
        """Return the hop through one VLAN of a switch, with the line that made the entry port part of it.

        A frame that the device's own interface sent has no entry port; the line is then that of the port it leaves by.
        """
        reading = self._world.readings[spot.device]
        sources, named = reading.sources, port_in or port_out
        port = reading.config.ports.get(port_in)
        untagged = port is not None and port.switchport is not None and port.switchport.pvid == spot.vlan
        member = sources.get(element.membership(spot.vlan, named))
        line = (sources.get(element.untagged_vlan(port_in)) or member) if untagged else member
        if untagged:
            why = f"untagged frames of port {port_in} enter VLAN {spot.vlan}"
        elif named:
            why = f"port {named} is a member of VLAN {spot.vlan}"
        else:
            why = f"stays in VLAN {spot.vlan}"
        if spot.inner:
            why += f", with tag {spot.inner} inside"
        return Hop(spot.device, port_in, port_out, line, why + _default_words(line, spot.vlan))


def _port_on(ends: Sequence[End], device: str) -> str:
    return next((end.port for end in ends if end.device == device), "")


def _default_words(line: Line | None, vlan: int) -> str:
    return " by default" if line is None and vlan == 1 else ""
