"""Why a packet that should get through does not: how far it comes, and what stops it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.config import reading as element
from govnet.config.filtering import Verdict
from govnet.isolation import intervals
from govnet.isolation.filters import deciding, permitted
from govnet.isolation.flow import follow, unwound
from govnet.isolation.frames import Spot, sender
from govnet.isolation.holes import FORWARDING_ROLES
from govnet.isolation.packets import TCP, PacketSet
from govnet.isolation.routed import entered
from govnet.isolation.sessions import answering
from govnet.isolation.trace import Tracer, likely
from govnet.isolation.witness import Hop, Witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Address

    from govnet.isolation.flow import Step
    from govnet.isolation.packets import Packet
    from govnet.isolation.routers import Router
    from govnet.isolation.routes import Exit
    from govnet.isolation.segments import Gap
    from govnet.isolation.sites import Site
    from govnet.isolation.world import World
    from govnet.network.cabled import End


class Stopped:
    """Finds the last device that a missing packet comes to."""

    def __init__(self, world: World) -> None:
        self._world, self._flows = world, world.plain
        self._opened_by: tuple[str, ...] = ()

    def witness(self, gap: Gap) -> Witness:
        """Return a packet of a gap, how far it gets, and at the last hop what stops it.

        For a session whose answers are lost the packet is the answer.
        """
        source, target = self._world.sites[gap.start], self._world.sites[gap.end]
        between = gap.packets.intersection(PacketSet.of(source.addresses, target.addresses))
        packet = likely(between or gap.packets, source, target)
        if gap.answers:
            self._flows, opening = answering(self._world, source, PacketSet.single(packet))
            self._opened_by = tuple(sorted(opening.visited))
            packet = PacketSet.single(packet).reversed().smallest()
            source, target = target, source
        return Witness(packet, tuple(self._hops(source, target, packet, answer=gap.answers)), arrives=False)

    def _hops(self, source: Site, target: Site, packet: Packet, *, answer: bool) -> Iterator[Hop]:
        entries = self._flows.entries(source)
        together = _together(source, target)
        if target.device and not target.plain.hears.isdisjoint(self._world.layer2.reached(source.plain.sends)):
            yield from Tracer(self._world).between(source, target)
            yield self._unwelcome(target, packet)
            return
        if together or not entries:
            yield self.cut(source, self._plain_goals(source, target, together=together))
            return
        trail = follow(self._flows, dict.fromkeys(entries, PacketSet.single(packet)), established=answer)
        yield from Tracer(self._world).path(self._flows, source, None, unwound(trail.last), answer=answer)
        if trail.last:
            yield self._stop(trail.last, target, answer=answer)

    def _plain_goals(self, source: Site, target: Site, *, together: bool) -> frozenset[Spot]:
        """Return whom the source should have been heard by: its segment's other part, or its gateway."""
        if together:
            return target.plain.hears
        return self._owners(source.gateway) if source.gateway else frozenset()

    def _owners(self, address: IPv4Address) -> frozenset[Spot]:
        """Return where the routers hear that have an address."""
        return frozenset(self._flows.holders(int(address)))

    def cut(self, source: Site, goals: frozenset[Spot]) -> Hop:
        """Return where a segment is cut between an endpoint and those that it should get to."""
        end = source.ends[0] if source.ends else None
        if end and not source.plain.sends:
            return Hop(end.device, end.port, "", None, f"stops here: {self._state(end, source)}")
        starts = source.plain.sends
        if end and any(spot.group for spot in starts) and not goals.isdisjoint(self._unisolated(starts)):
            group = next(spot.group for spot in sorted(starts) if spot.group)
            return Hop(end.device, end.port, "", None, f"stops here: port {end.port} is in isolation group {group}")
        here = {spot.device for spot in self._world.layer2.reached(sorted(starts))}
        vlan = next((s.vlan for s in sorted(starts) if s.vlan), 0)
        for near, far in self._breaks(here, self._devices_before(goals), vlan):
            why = f"{self._carriage(near, vlan)}, {self._carriage(far, vlan)}"
            return Hop(near.device, end.port if end else "", near.port, None, f"stops here: {why}")
        device = end.device if end else source.device
        if not starts:
            return Hop(device, "", "", None, f"stops here: {source} has no port in any VLAN")
        vlans = ", ".join(str(spot.vlan) for spot in sorted(starts) if spot.vlan)
        line = self._world.readings[device].sources.get(element.untagged_vlan(end.port)) if end else None
        why = f"stops here: {source} is in VLAN {vlans}, where nobody serves {_segment_words(source)}"
        return Hop(device, end.port if end else "", "", line, why)

    @staticmethod
    def _unisolated(starts: frozenset[Spot]) -> frozenset[Spot]:
        """Return where frames would be if their ports were in no isolation group."""
        return frozenset(spot._replace(group=0) for spot in starts)

    def _breaks(self, here: set[str], there: set[str], vlan: int) -> Iterator[tuple[End, End]]:
        """Yield the cables that part two sets of devices; then those where a VLAN is sent off and comes in nowhere."""
        ends = [pair for link in self._world.network.links for pair in ((link.a, link.b), (link.b, link.a))]
        yield from ((near, far) for near, far in ends if near.device in here and far.device in there)
        for near, far in ends:
            view = self._world.layer2.views.get(near.device)
            if near.device in here and far.device not in here and view and view.alive(near.port):
                yield from ((near, far) for spot, _ in view.emits(near.port) if vlan and spot.vlan == vlan)

    def _devices_before(self, goals: Iterable[Spot]) -> set[str]:
        """Return the devices from which frames get to ``goals``."""
        return {spot.device for spot in self._world.layer2.before(goals)}

    def _state(self, end: End, source: Site) -> str:
        view = self._world.layer2.views[end.device]
        if not view.alive(end.port):
            return f"port {end.port} is shut"
        return f"untagged frames of port {end.port} enter no VLAN, {_segment_words(source)} is expected"

    def _carriage(self, end: End, vlan: int) -> str:
        """Say what one end of a cable does with a VLAN."""
        view = self._world.layer2.views.get(end.device)
        if view is None:
            return f"{end.device} was not read"
        if not view.alive(end.port):
            return f"{end} is shut"
        tagged = [("tagged" if tags else "untagged") for spot, tags in view.emits(end.port) if spot.vlan == vlan]
        routed = [tags for spot, tags in view.emits(end.port) if not spot.vlan and tags == (vlan,)]
        if not vlan:
            carried = any(not tags for _, tags in view.emits(end.port))
            return f"{end} {'carries' if carried else 'does not carry'} untagged frames"
        words = tagged or (["to its own interface"] if routed else [])
        return f"{end} carries VLAN {vlan} {words[0]}" if words else f"{end} does not carry VLAN {vlan}"

    def _stop(self, step: Step, target: Site, *, answer: bool) -> Hop:
        """Return why the last router did not take the packet on."""
        device, treatment, _ = step.entrance
        router = self._flows.routers[device]
        if router.incoming(treatment, step.packets, established=answer).is_empty:
            return self._denied(router, treatment.acls if treatment else (), step.packets.smallest(), answer=answer)
        packet = entered(router, step, established=answer)
        if treatment is not None and not router.config.forwarding:
            return Hop(device, "", "", None, "stops here: forwarding is off")
        vrf = treatment.vrf if treatment else ""
        if answer and not self._flows.remembered(step.entrance, PacketSet.single(packet)):
            way = f"; its first packet went over {', '.join(self._opened_by)}"
            return Hop(device, "", "", None, f"stops here: the firewall has not seen the session open{way}")
        for leave in router.exits(vrf):
            if intervals.holds(leave.destinations, int(packet.destination)):
                ways = router.ways(treatment, PacketSet.single(packet), established=answer)
                if any(out for *_, out in ways):
                    return self._turned_away(device, leave, packet, target) or self._lost(device, leave, target)
                return self._refused(router, step, leave, packet, answer=answer)
        return Hop(device, "", "", None, f"stops here: no route to {packet.destination}")

    def _turned_away(self, origin: str, leave: Exit, packet: Packet, target: Site) -> Hop | None:
        """Return that the device which the packet is for hears it and does not take it; None when it does not hear."""
        device, single = target.device, PacketSet.single(packet)
        heard = self._world.layer2.reached([sender(origin, leave.interface)])
        if not device or leave.next_hop or target.plain.hears.isdisjoint(heard):
            return None
        router = self._flows.routers.get(device)
        for spot in sorted(target.plain.hears & heard):
            treatment = router.entrance(spot.interface) if router and spot.interface else None
            if router and treatment and router.incoming(treatment, single, established=False).is_empty:
                return self._denied(router, treatment.acls, packet, answer=False)
        return self._unwelcome(target, packet)

    def _unwelcome(self, target: Site, packet: Packet) -> Hop:
        """Return why a device does not take a packet that gets to its own address."""
        device, setup = target.device, self._world.configs[target.device].management
        if setup.sources and not any(packet.source in net for net in setup.sources):
            networks = ", ".join(map(str, sorted(setup.sources)))
            return Hop(device, "", "", None, f"stops here: {device} takes management sessions from {networks} only")
        words = f"tcp/{packet.port}" if packet.protocol == TCP else f"protocol {packet.protocol}"
        return Hop(device, "", "", None, f"stops here: {device} offers nothing on {words}")

    def _unread(self, spots: Iterable[Spot]) -> str:
        """Return which devices hear frames from ``spots`` and were not read; nothing when all were."""
        here = {spot.device for spot in self._world.layer2.reached(spots)}
        devices, views = self._world.network.devices, self._world.layer2.views
        found = {
            far.device
            for link in self._world.network.links
            for near, far in ((link.a, link.b), (link.b, link.a))
            if near.device in here and far.device not in views and views[near.device].alive(near.port)
        }
        names = [name for name in devices if name in found and devices[name].role in FORWARDING_ROLES]
        return f"; {', '.join(names)}, which may, was not read" if names else ""

    def _lost(self, device: str, leave: Exit, target: Site) -> Hop:
        """Return that a packet left its last router and nobody took it, as far as anybody was read."""
        if leave.tunnel:
            return Hop(device, "", "", None, f"stops here: {leave.tunnel.device} does not take it on")
        hop = f" to {leave.next_hop}" if leave.next_hop else ""
        goals = self._owners(leave.next_hop) if leave.next_hop else target.plain.hears
        where = self._missing_link(sender(device, leave.interface), goals)
        if leave.next_hop and not goals:
            where = f": no router has {leave.next_hop}"
        elif target.ends and not target.plain.hears:
            where = f": {target.ends[0].device}: {self._state(target.ends[0], target)}"
        where += self._unread([sender(device, leave.interface)])
        why = f"stops here: it leaves by {leave.interface}{hop}, but nobody there takes it{where}"
        return Hop(device, "", leave.interface, None, why)

    def _refused(self, router: Router, step: Step, leave: Exit, packet: Packet, *, answer: bool) -> Hop:
        """Return which rules did not let a packet out that has a route."""
        device, treatment, _ = step.entrance
        outgoing = router.leaving(leave.interface)
        if treatment and router.config.firewall and not answer:
            for chain in router.chains(treatment, outgoing):
                if PacketSet.single(packet).intersection(permitted(chain.lines, Verdict.DENY)).is_empty:
                    zones = f"from {'/'.join(treatment.zones) or 'no zone'} to {'/'.join(outgoing.zones) or 'no zone'}"
                    why = f"stops here: the firewall has no rule {zones} that permits it"
                    return Hop(device, "", leave.interface, None, why)
        return self._denied(router, outgoing.acls, packet, answer=answer)

    def _missing_link(self, start: Spot, goals: frozenset[Spot]) -> str:
        """Say which cable does not carry the VLAN between a router and the endpoint it should get to."""
        layer2 = self._world.layer2
        here, there = {s.device for s in layer2.reached([start])}, self._devices_before(goals)
        vlan = self._world.configs[start.device].interfaces[start.interface].vlan or 0
        for link in self._world.network.links:
            for near, far in ((link.a, link.b), (link.b, link.a)):
                if near.device in here and far.device in there and not {near.device, far.device} <= here:
                    return f": {self._carriage(near, vlan)}, {self._carriage(far, vlan)}"
        return ""

    def _denied(self, router: Router, bindings: Iterable[object], packet: Packet, *, answer: bool) -> Hop:
        sources = self._world.readings[router.device].sources
        for binding in sorted(router.config.bindings):
            filters = router.config.acls[binding.acl].filters if binding.acl in router.config.acls else ()
            if binding not in tuple(bindings) or PacketSet.single(packet).intersection(
                permitted(filters, binding.default, established=answer)
            ):
                continue
            index = deciding(filters, packet)
            named = f"line {index + 1}" if index is not None else "default"
            line = sources.get(element.acl_filter(binding.acl, index)) if index is not None else None
            return Hop(router.device, "", "", line, f"stops here: ACL {binding.acl} {named} on {binding.target} denies")
        return Hop(router.device, "", "", None, "stops here")


def _segment_words(site: Site) -> str:
    return f"VLAN {site.segment.vlan} ({site.segment.name})" if site.segment else str(site)


def _together(source: Site, target: Site) -> bool:
    """Return whether no router should be between two sites: one segment, or a device's address inside one's subnet."""
    if source.segment and target.segment:
        return source.segment == target.segment
    host, other = (source, target) if source.segment else (target, source)
    inside = host.segment is not None and bool(other.device)
    return inside and intervals.holds(host.addresses, other.addresses[0][0])
