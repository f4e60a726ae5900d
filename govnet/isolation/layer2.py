"""Broadcast domains: where a frame can go, over cables, tags and the VLANs of switches, each direction for itself.

A frame keeps its meaning only as both ends see it: what leaves VLAN a untagged enters the far port's PVID; what leaves
tagged enters that VLAN if the far port is a member. One-way carriage stays one-way: an edge is a direction, a broadcast
domain is a strongly connected component.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.isolation.domains import Domain, Domains
from govnet.isolation.frames import SENDING, Carry, PortView, Spot, isolates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from govnet.config.model import DeviceConfig
    from govnet.network.cabled import End, Link
    from govnet.network.model import Network


_State = tuple[Spot, frozenset[Spot]]
"""Where a frame is, and the isolating VLANs of switches that it has been in."""


class Layer2:
    """The directed graph of all spots, its broadcast domains and what each reaches.

    Domains are found when somebody asks; `update` keeps those that a changed device has no part in. ``stirred`` are the
    spots of the others, whose frames may get elsewhere than before the last update; None: nobody knows which. Of what
    only sends or only hears no domain is kept: there are very many, and each is told by one step.
    """

    def __init__(self, network: Network, configs: Mapping[str, DeviceConfig]) -> None:
        self._network = network
        self.views = _views(configs)
        self._links: dict[str, list[Link]] = {}
        for link in network.links:
            for name in {link.a.device, link.b.device}:
                self._links.setdefault(name, []).append(link)
        self._ways = {name: self._ways_from(name) for name in self.views}
        self._isolating = any(view.groups for view in self.views.values())
        self._domains = Domains()
        self.stirred: frozenset[Spot] | None = None

    def update(self, device: str, config: DeviceConfig) -> Layer2:
        """Return the graph with another configuration of one device; itself when the device bridges as before."""
        view = self.views.get(device)
        if view and _bridging(view.config) == _bridging(config):
            return self
        if view is None or view.inner or _tunnels(config) or view.groups or isolates(config):
            return Layer2(self._network, {name: one.config for name, one in self.views.items()} | {device: config})
        other = object.__new__(Layer2)
        other._network, other._links, other._isolating = self._network, self._links, self._isolating
        other.views = self.views | {device: PortView(device, config)}
        near = {device} | {link.other(device).device for link in self.links_of(device)}
        other._ways = self._ways | {name: other._ways_from(name) for name in near if name in other.views}
        self._keep_domains(other, near)
        return other

    def _keep_domains(self, other: Layer2, near: Iterable[str]) -> None:
        """Give ``other`` the domains found so far that have no spot whose ways differ there."""
        differ = {
            spot
            for name in near
            for spot in self._ways.get(name, {}).keys() | other._ways.get(name, {}).keys()
            if self.ways(spot) != other.ways(spot)
        }
        gone = self._domains.touching(differ)
        moved = differ.union(spot for one in gone for spot in one.members)
        other.stirred = frozenset(moved).union(self._senders_into(moved), other._senders_into(moved))
        other._domains = self._domains.without(gone)

    def _ways_from(self, device: str) -> dict[Spot, tuple[Carry, ...]]:
        """Return spot -> the ways of frames from each spot of a device."""
        found: dict[Spot, list[Carry]] = {}
        for carry in self.views[device].inside():
            found.setdefault(carry.source, []).append(carry)
        for link in self.links_of(device):
            for near, far in ((link.a, link.b), (link.b, link.a)):
                if near.device == device and self._alive(near) and self._alive(far):
                    for carry in self._over(near, far):
                        found.setdefault(carry.source, []).append(carry)
        return {spot: tuple(ways) for spot, ways in found.items()}

    def _alive(self, end: End) -> bool:
        return end.device in self.views and self.views[end.device].alive(end.port)

    def _over(self, near: End, far: End) -> Iterator[Carry]:
        entering = self.views[far.device]
        for spot, tags in self.views[near.device].emits(near.port):
            for target in entering.accepts(far.port, tags):
                yield Carry(spot, target, near.port, far.port, tags)

    def links_of(self, device: str) -> Sequence[Link]:
        """Return the cables of a device."""
        return self._links.get(device, ())

    def ways(self, spot: Spot) -> Sequence[Carry]:
        """Return where frames go from a spot in one step."""
        return self._ways.get(spot.device, {}).get(spot, ())

    def spots(self) -> Iterator[Spot]:
        """Yield every spot that frames go anywhere from."""
        for found in self._ways.values():
            yield from found

    def reached(self, spots: Iterable[Spot]) -> frozenset[Spot]:
        """Return every spot that frames from ``spots`` get to, themselves included."""
        starts = frozenset(spots)
        found = self.heard(starts)
        return found if starts <= found else found | starts

    def heard(self, spots: Collection[Spot]) -> frozenset[Spot]:
        """Return every spot that frames from ``spots`` get to; those that only send are not among them."""
        found: list[frozenset[Spot]] = []
        for spot in spots:
            if spot.side == SENDING and not self._isolating:
                found += [self._beyond(way.target) for way in self.ways(spot)]
            else:
                found.append(self.around(spot).reached)
        return found[0] if len(found) == 1 else frozenset().union(*found)

    def _beyond(self, spot: Spot) -> frozenset[Spot]:
        known = self._domains.of(spot)
        if known is None and not self.ways(spot):
            return frozenset((spot,))  # an interface that hears: of all those no domain is kept
        return (known or self.around(spot)).reached

    def domain(self, spots: Iterable[Spot]) -> frozenset[Spot]:
        """Return an identity of the broadcast domains that ``spots`` are in: equal for spots of the same domains."""
        return frozenset(self.around(spot).first for spot in spots)

    def goes_as(self, other: Layer2, spot: Spot) -> bool:
        """Return whether frames from a spot are known to get where they get in an earlier or later graph."""
        mine = self._domains.of(spot)
        return mine is not None and other._domains.of(spot) is mine

    def reaching(self, spots: Iterable[Spot]) -> frozenset[Spot]:
        """Return the spots whose frames are known to get to any of ``spots``: those of domains found so far."""
        goals = frozenset(spots)
        near = goals.union(spot for one in self._domains.touching(goals) for spot in one.members)
        return near.union(self._senders_into(near))

    def _senders_into(self, spots: AbstractSet[Spot]) -> Iterator[Spot]:
        """Yield the sending sides of routers' interfaces whose frames get to any of some spots in one step."""
        names = {spot.device for spot in spots}
        for name in names.union(link.other(one).device for one in names for link in self.links_of(one)):
            for spot, ways in self._ways.get(name, {}).items():
                if spot.side == SENDING and not spots.isdisjoint([way.target for way in ways]):
                    yield spot

    def around(self, spot: Spot) -> Domain:
        """Return the broadcast domain of a spot; the very same after a change that has nothing to do with it."""
        found = self._domains.of(spot)
        if found is None:
            reached = self._beyond_sender(spot) if spot.side == SENDING else self._forward(spot)
            isolated = self._isolating and any(self._apart(one) for one in reached)
            reached = frozenset(one for one, _ in self._searched([spot])) if isolated else reached
            alone = isolated or spot.side == SENDING
            members = frozenset({spot}) if alone else self._backward(spot, reached)
            found = self._domains.keep(Domain(min(members), tuple(members), reached))
        return found

    def _beyond_sender(self, spot: Spot) -> frozenset[Spot]:
        if self._isolating:
            return frozenset().union(*(self._forward(way.target) for way in self.ways(spot)))
        return self.heard([spot])

    def _forward(self, spot: Spot) -> frozenset[Spot]:
        seen, open_spots = {spot}, [spot]
        while open_spots:
            for carry in self.ways(open_spots.pop()):
                target = carry.target
                if target not in seen:
                    seen.add(target)
                    open_spots.append(target)
        return frozenset(seen)

    def _backward(self, spot: Spot, among: frozenset[Spot]) -> frozenset[Spot]:
        """Return the spots of ``among`` whose frames get to ``spot``: with it they are one broadcast domain."""
        into: dict[Spot, list[Spot]] = {}
        for near in among:
            for carry in self.ways(near):
                into.setdefault(carry.target, []).append(near)
        seen, open_spots = {spot}, [spot]
        while open_spots:
            for near in into.get(open_spots.pop(), ()):
                if near not in seen:
                    seen.add(near)
                    open_spots.append(near)
        return frozenset(seen)

    def before(self, goals: Iterable[Spot]) -> frozenset[Spot]:
        """Return every spot whose frames get to any of ``goals``, themselves included."""
        seen = set(goals)
        if self._isolating:
            return frozenset(seen.union(spot for spot in self.spots() if not seen.isdisjoint(self.reached([spot]))))
        into: dict[str, dict[Spot, list[Spot]]] = {}
        todo = list(seen)
        while todo:
            goal = todo.pop()
            if goal.device not in into:
                into[goal.device] = self._into(goal.device)
            fresh = [spot for spot in into[goal.device].get(goal, ()) if spot not in seen]
            seen.update(fresh)
            todo += fresh
        return frozenset(seen)

    def _into(self, device: str) -> dict[Spot, list[Spot]]:
        """Return spot of a device -> the spots whose frames get to it in one step."""
        found: dict[Spot, list[Spot]] = {}
        for name in {device, *(link.other(device).device for link in self.links_of(device))}:
            for spot, ways in self._ways.get(name, {}).items():
                for carry in ways:
                    if carry.target.device == device:
                        found.setdefault(carry.target, []).append(spot)
        return found

    def path(self, starts: Iterable[Spot], goals: Iterable[Spot]) -> list[Carry] | None:
        """Return a shortest way of a frame from any of ``starts`` to any of ``goals``; None when there is none."""
        wanted = set(goals)
        origin: dict[_State, tuple[_State, Carry] | None] = {}
        for state in self._searched(sorted(starts), origin):
            if state[0] in wanted:
                return self._unwind(origin, state)
        return None

    def _searched(
        self, starts: Iterable[Spot], origin: dict[_State, tuple[_State, Carry] | None] | None = None
    ) -> Iterator[_State]:
        """Yield where frames get to, the nearest first, with the isolating VLANs of switches that they have been in.

        A frame does not come back to a switch's VLAN that it has left: there is no loop, or spanning tree has cut it.
        So isolated ports do not meet over the switch above. Of two ways to a spot the one that has been in less says
        all that the other does. ``origin`` is filled with how each state was come to.
        """
        came = {} if origin is None else origin
        been: dict[Spot, list[frozenset[Spot]]] = {}
        queue: list[_State] = []
        for spot in starts:
            state = (spot, self._entered(spot, frozenset()))
            came[state] = None
            been.setdefault(spot, []).append(state[1])
            queue.append(state)
        for state in queue:
            yield state
            for carry in self.ways(state[0]):
                then = self._entered(carry.target, state[1])
                known = been.setdefault(carry.target, [])
                back = then is state[1] and self._apart(carry.target)
                if not back and not any(less <= then for less in known):
                    known.append(then)
                    came[carry.target, then] = (state, carry)
                    queue.append((carry.target, then))

    def _entered(self, spot: Spot, been: frozenset[Spot]) -> frozenset[Spot]:
        """Return where a frame has been once it is at a spot; the very same when that tells nothing new."""
        here = Spot(spot.device, spot.vlan)
        return been if here in been or not self._apart(spot) else been | {here}

    def _apart(self, spot: Spot) -> bool:
        """Return whether a spot is a VLAN in which its switch keeps ports apart."""
        return bool(spot.vlan) and len(self.views[spot.device].groups.get(spot.vlan, ())) > 1

    @staticmethod
    def _unwind(origin: Mapping[_State, tuple[_State, Carry] | None], state: _State) -> list[Carry]:
        steps = []
        found = origin[state]
        while found is not None:
            steps.append(found[1])
            found = origin[found[0]]
        return steps[::-1]


def _views(configs: Mapping[str, DeviceConfig]) -> dict[str, PortView]:
    """Return every device's view; where one of them tunnels, all know which tags may be inside."""
    views = {device: PortView(device, config) for device, config in configs.items()}
    if not any(map(_tunnels, configs.values())):
        return views
    inner = tuple(sorted({tag for view in views.values() for tag in view.used_tags()}))
    return {device: PortView(device, config, inner) for device, config in configs.items()}


def _tunnels(config: DeviceConfig) -> bool:
    return any(port.switchport and port.switchport.tunnel for port in config.ports.values())


def _bridging(config: DeviceConfig) -> object:
    """Return all of a configuration that says where frames go."""
    ways = {name: (i.kind, i.vlan, i.parent) for name, i in config.interfaces.items()}
    ports = {name: (port.enabled, port.switchport) for name, port in config.ports.items()}
    return ports, config.vlans.keys(), ways, config.aggregations
