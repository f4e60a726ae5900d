"""From an exploration back to one packet: its path device by device, with the lines that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config import reading as element
from govnet.isolation import intervals
from govnet.isolation.filters import deciding
from govnet.isolation.layer2 import Carry, Spot, hearer, sender
from govnet.isolation.packets import TCP, WITH_PORTS, PacketSet
from govnet.isolation.witness import Hop, Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.config.model import DeviceConfig, Filter
    from govnet.config.reading import Line
    from govnet.isolation.fabric import Fabric
    from govnet.isolation.flow import Arrival, Flows, Step
    from govnet.isolation.packets import Packet
    from govnet.isolation.routers import Exit, Treatment
    from govnet.isolation.sites import Site
    from govnet.network.model import End

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
    """Writes paths down; asks the fabric what happened, decides nothing by itself."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric

    def arrived(self, zone: str, arrival: Arrival, packets: PacketSet) -> Witness:
        """Return the witness of an arrival at a site for one of ``packets``, which came from ``zone``."""
        flows = self._fabric.hostile
        target = self._fabric.sites[arrival.site]
        steps = unwound(arrival.step)
        source = self._origin(flows, self._fabric.sources(zone), target, steps, packets)
        packet = likely(packets.intersection(PacketSet.of(sources=source.addresses)), source, target)
        hops = list(self.path(flows, source, target, steps, packet))
        return Witness(packet, tuple(hops))

    def _origin(self, flows: Flows, sources: list[Site], target: Site, steps: list[Step], packets: PacketSet) -> Site:
        """Return a site that can have sent some of ``packets`` into the first step."""
        for site in sources:
            inside = packets.intersection(PacketSet.of(sources=site.addresses))
            near = (
                steps[0].entrance in flows.entries(site)
                if steps
                else self._fabric.sites.index(target) in flows.sites_near(site.hostile.sends)
            )
            if inside and near:
                return site
        raise AssertionError("an arrival without an origin")  # the exploration starts at sites only

    def path(self, flows: Flows, source: Site, target: Site, steps: list[Step], packet: Packet) -> Iterator[Hop]:
        """Yield the hops of ``packet`` through the routers of ``steps`` to ``target``; it is known to arrive."""
        starts, ends = flows.presence(source).sends, source.ends
        for index, step in enumerate(steps):
            device, treatment = step.entrance
            following = steps[index + 1] if index + 1 < len(steps) else None
            came = ""
            if treatment is not None:
                way = self._way(starts, self._hearers(flows, device, treatment))
                yield from self.switched(way, ends, ())
                came = way[-1].target.interface
            leave = self._exit(flows, step, following, target, packet)
            yield self._routed(flows, step, came, leave, packet)
            if leave is None:
                return
            starts, ends = frozenset({sender(device, leave.interface)}), ()
        yield from self.switched(self._way(starts, flows.presence(target).hears), ends, target.ends)

    def until(self, flows: Flows, source: Site, steps: list[Step], packet: Packet) -> Iterator[Hop]:
        """Yield the hops of ``packet`` up to the last router of ``steps``, which did not take it on."""
        starts, ends = flows.presence(source).sends, source.ends
        for index, step in enumerate(steps):
            device, treatment = step.entrance
            came = ""
            if treatment is not None:
                way = self._way(starts, self._hearers(flows, device, treatment))
                yield from self.switched(way, ends, ())
                came = way[-1].target.interface
            if index + 1 == len(steps):
                return
            leave = self._exit(flows, step, steps[index + 1], source, packet)
            yield self._routed(flows, step, came, leave, packet)
            if leave is not None:
                starts, ends = frozenset({sender(device, leave.interface)}), ()

    def _way(self, starts: frozenset[Spot], goals: frozenset[Spot]) -> list[Carry]:
        """Return a frame's way; one that starts where it ends is a single step from a spot to itself."""
        way = self._fabric.layer2.path(starts, goals) or []
        return way or [Carry(spot, spot, "", "", None) for spot in sorted(starts & goals)[:1]]

    @staticmethod
    def _hearers(flows: Flows, device: str, treatment: Treatment) -> frozenset[Spot]:
        router = flows.routers[device]
        return frozenset(hearer(device, name) for name in router.own if router.entrance(name) == treatment)

    def _exit(self, flows: Flows, step: Step, following: Step | None, target: Site, packet: Packet) -> Exit | None:
        """Return the route that took the packet on from a router; None when the router itself was meant."""
        device, treatment = step.entrance
        router = flows.routers[device]
        if following is None and target.device == device and treatment is not None:
            return None
        for leave in router.exits(treatment.vrf if treatment else ""):
            if not intervals.holds(leave.destinations, int(packet.destination)):
                continue
            near = [flows.entrance(*other) for other in flows.neighbours(device, leave.interface)]
            heard = self._fabric.layer2.reached([sender(device, leave.interface)])
            if following is None and flows.presence(target).hears.isdisjoint(heard):
                continue  # an equal route that leads elsewhere
            if following is None or following.entrance in near:
                return leave
        return None

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
        """Return the hop through one VLAN of a switch, with the line that made the entry port part of it."""
        config, sources = self._of(spot.device)
        port = config.ports.get(port_in)
        untagged = port is not None and port.switchport is not None and port.switchport.pvid == spot.vlan
        name = element.untagged_vlan(port_in) if untagged else element.membership(spot.vlan, port_in)
        line = sources.get(name) or sources.get(element.membership(spot.vlan, port_in))
        why = f"untagged frames of port {port_in} enter VLAN {spot.vlan}" if untagged else (
            f"port {port_in} is a member of VLAN {spot.vlan}"
        )  # fmt: skip
        return Hop(spot.device, port_in, port_out, line, why + _default_words(line, spot.vlan))

    def _of(self, device: str) -> tuple[DeviceConfig, dict[str, Line]]:
        reading = self._fabric.readings[device]
        return reading.config, dict(reading.sources)

    def _routed(self, flows: Flows, step: Step, came: str, leave: Exit | None, packet: Packet) -> Hop:
        device, treatment = step.entrance
        _, sources = self._of(device)
        if leave is None:
            return Hop(device, came, "", sources.get(element.address(came)), "the packet is for the device itself")
        line, why = self._decision(flows, step, leave, packet)
        if line is None:
            line, routing = self._routing(device, treatment, leave)
            why = f"{why}; {routing}" if why else routing
        return Hop(device, came, leave.interface, line, why)

    def _routing(self, device: str, treatment: Treatment | None, leave: Exit) -> tuple[Line | None, str]:
        _, sources = self._of(device)
        if leave.route is None:
            return sources.get(element.address(leave.interface)), f"{leave.prefix} is connected to {leave.interface}"
        vrf = leave.route.vrf or (treatment.vrf if treatment else "")
        line = sources.get(element.route(str(leave.prefix), str(leave.route.next_hop), vrf))
        return line, f"route {leave.prefix} to {leave.route.next_hop}"

    def _decision(self, flows: Flows, step: Step, leave: Exit, packet: Packet) -> tuple[Line | None, str]:
        """Return the line of the firewall, or else of an ACL, that permitted the packet."""
        device, treatment = step.entrance
        config, sources = self._of(device)
        router = flows.routers[device]
        outgoing = router.leaving(leave.interface)
        if config.firewall and treatment is not None:
            for chain in router.chains(treatment, outgoing):
                index = deciding(chain.lines, packet)
                if index is not None and chain.lines[index].verdict == "permit":
                    return _rule(sources, chain.keys[index], chain.lines[index])
        for binding in (*(treatment.acls if treatment else ()), *outgoing.acls):
            filters = config.acls[binding.acl].filters if binding.acl in config.acls else ()
            index = deciding(filters, packet)
            if index is not None:
                return sources.get(
                    element.acl_filter(binding.acl, index)
                ), f"ACL {binding.acl} line {index + 1} permits"
        return None, "" if config.firewall is None else "the firewall has no part in it"


def _port_on(ends: Sequence[End], device: str) -> str:
    return next((end.port for end in ends if end.device == device), "")


def _rule(sources: dict[str, Line], key: tuple[str, str, int], rule: Filter) -> tuple[Line | None, str]:
    source, target, index = key
    named = f" `{rule.comment}`" if rule.comment else ""
    if not source and not target:
        return sources.get(element.prelude_rule(index)), f"rule {index + 1}{named} in front of the zone rules permits"
    line = sources.get(element.firewall_rule(source, target, index))
    return line, f"rule {index + 1}{named} from {source} to {target} permits"


def _default_words(line: Line | None, vlan: int) -> str:
    return " by default" if line is None and vlan == 1 else ""


def unwound(step: Step | None) -> list[Step]:
    """Return the steps that led to ``step``, itself last."""
    steps = []
    while step is not None:
        steps.append(step)
        step = step.came
    return steps[::-1]
