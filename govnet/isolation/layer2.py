"""Broadcast domains: where a frame can go, over cables, tags and the VLANs of switches, each direction for itself.

A frame keeps its meaning only as both ends see it: what leaves VLAN a untagged enters the far port's PVID; what leaves
tagged enters that VLAN if the far port is a member. Ports take tagged frames of any VLAN they are a member of, also an
untagged one: that is what these makers' ports do unless told otherwise, and it is the careful reading for a proof.
One-way carriage stays one-way: an edge is a direction, a broadcast domain is a strongly connected component.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import rustworkx

from govnet.config.model import InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.config.model import DeviceConfig
    from govnet.network.model import End, Link, Network


class Spot(NamedTuple):
    """A place where frames are: a VLAN of a switch, or the sending or hearing side of an IP interface."""

    device: str
    vlan: int = 0
    interface: str = ""
    side: str = ""


class Carry(NamedTuple):
    """One way a frame gets from one spot to another; ``tag`` is None for an untagged frame.

    ``out`` and ``into`` name the ports of the cable; both empty inside a device (VLAN to its own IP interface).
    """

    source: Spot
    target: Spot
    out: str
    into: str
    tag: int | None


@dataclass(frozen=True, slots=True)
class Presence:
    """Where somebody at a port can put frames, and whose frames reach them."""

    sends: frozenset[Spot]
    hears: frozenset[Spot]


def sender(device: str, interface: str) -> Spot:
    """Return the sending side of an IP interface."""
    return Spot(device, 0, interface, "out")


def hearer(device: str, interface: str) -> Spot:
    """Return the hearing side of an IP interface."""
    return Spot(device, 0, interface, "in")


def parent_ports(config: DeviceConfig, parent: str) -> frozenset[str]:
    """Return the front ports under an interface's parent: the port itself, or an aggregation's members.

    An aggregation without a name is found by the number at the end of the parent's (``bond0``, ``Eth-Trunk1``).
    """
    if parent in config.ports:
        return frozenset({parent})
    digits = re.search(r"(\d+)$", parent)
    for number, aggregation in config.aggregations.items():
        if aggregation.name == parent or (not aggregation.name and digits and int(digits[1]) == number):
            return aggregation.ports
    return frozenset()


class PortView:
    """What one device's ports do with frames: `emits` and `accepts` are the two halves of a cable's meaning."""

    def __init__(self, device: str, config: DeviceConfig) -> None:
        self.device, self.config = device, config
        self._on_port: dict[str, list[tuple[str, int | None]]] = {}
        for name, interface in config.interfaces.items():
            if interface.kind in (InterfaceKind.PORT, InterfaceKind.SUBINTERFACE):
                tag = interface.vlan if interface.kind is InterfaceKind.SUBINTERFACE else None
                for port in parent_ports(config, interface.parent or name):
                    self._on_port.setdefault(port, []).append((name, tag))

    def alive(self, port: str) -> bool:
        """Return whether the port exists and is not shut."""
        return port in self.config.ports and self.config.ports[port].enabled

    def emits(self, port: str) -> Iterator[tuple[Spot, int | None]]:
        """Yield (spot, tag) for every kind of frame that leaves the port."""
        switchport = self.config.ports[port].switchport
        if switchport:
            for vlan in sorted(switchport.members & self.config.vlans.keys()):
                yield Spot(self.device, vlan), None if vlan in switchport.untagged else vlan
        for name, tag in self._on_port.get(port, ()):
            yield sender(self.device, name), tag

    def accepts(self, port: str, tag: int | None) -> Iterator[Spot]:
        """Yield the spots that a frame with this tag enters."""
        switchport = self.config.ports[port].switchport
        if switchport:
            vlan = switchport.pvid if tag is None else tag
            if vlan in self.config.vlans and (tag is None or vlan in switchport.members):
                yield Spot(self.device, vlan or 0)
        yield from (hearer(self.device, name) for name, at in self._on_port.get(port, ()) if at == tag)

    def tags(self, port: str) -> Iterator[int | None]:
        """Yield every tag that means anything on the port, None for untagged."""
        switchport = self.config.ports[port].switchport
        yield None
        yield from switchport.members if switchport else ()
        yield from (tag for _, tag in self._on_port.get(port, ()) if tag is not None)

    def inside(self) -> Iterator[Carry]:
        """Yield the ways between the device's VLANs and its own IP interfaces."""
        for name, interface in self.config.interfaces.items():
            if interface.kind is InterfaceKind.VLAN and interface.vlan in self.config.vlans:
                spot = Spot(self.device, interface.vlan or 0)
                yield Carry(sender(self.device, name), spot, "", "", None)
                yield Carry(spot, hearer(self.device, name), "", "", None)

    def presence(self, port: str, *, hostile: bool) -> Presence:
        """Return where somebody plugged into ``port`` is present.

        Args:
            port: a front port.
            hostile: they may tag their frames and read tagged ones; otherwise they are a plain host.
        """
        if not self.alive(port):
            return Presence(frozenset(), frozenset())
        tags = list(self.tags(port)) if hostile else [None]
        sends = frozenset(spot for tag in tags for spot in self.accepts(port, tag))
        return Presence(sends, frozenset(spot for spot, tag in self.emits(port) if hostile or tag is None))


class Layer2:
    """The directed graph of all spots, its components and what each reaches."""

    def __init__(self, network: Network, configs: Mapping[str, DeviceConfig]) -> None:
        self.views = {device: PortView(device, config) for device, config in configs.items()}
        self.links = [link for link in network.links if self._carries(link)]
        self.ways: dict[Spot, list[Carry]] = {}
        for carry in self._carries_all():
            self.ways.setdefault(carry.source, []).append(carry)
        self._component = self._components()
        self._closures: dict[int, frozenset[Spot]] = {}

    def _carries(self, link: Link) -> bool:
        return all(end.device in self.views and self.views[end.device].alive(end.port) for end in (link.a, link.b))

    def _carries_all(self) -> Iterator[Carry]:
        for view in self.views.values():
            yield from view.inside()
        for link in self.links:
            yield from self._over(link.a, link.b)
            yield from self._over(link.b, link.a)

    def _over(self, near: End, far: End) -> Iterator[Carry]:
        entering = self.views[far.device]
        for spot, tag in self.views[near.device].emits(near.port):
            for target in entering.accepts(far.port, tag):
                yield Carry(spot, target, near.port, far.port, tag)

    def _components(self) -> dict[Spot, int]:
        spots = sorted(set(self.ways) | {carry.target for ways in self.ways.values() for carry in ways})
        graph: rustworkx.PyDiGraph[Spot, None] = rustworkx.PyDiGraph()
        number = dict(zip(spots, graph.add_nodes_from(spots), strict=True))
        graph.add_edges_from_no_data(
            [(number[c.source], number[c.target]) for ways in self.ways.values() for c in ways]
        )
        components = rustworkx.strongly_connected_components(graph)
        return {spots[index]: which for which, component in enumerate(components) for index in component}

    def reached(self, spots: Iterable[Spot]) -> frozenset[Spot]:
        """Return every spot that frames from ``spots`` get to, themselves included."""
        found = [self._closure(spot) for spot in spots]
        return found[0] if len(found) == 1 else frozenset().union(*found)

    def _closure(self, spot: Spot) -> frozenset[Spot]:
        component = self._component.get(spot)
        if component is None:
            return frozenset({spot})
        if component not in self._closures:
            seen, open_spots = {spot}, [spot]
            while open_spots:
                for carry in self.ways.get(open_spots.pop(), ()):
                    if carry.target not in seen:
                        seen.add(carry.target)
                        open_spots.append(carry.target)
            self._closures[component] = frozenset(seen)
        return self._closures[component]

    def domain(self, spots: Iterable[Spot]) -> frozenset[object]:
        """Return an identity of the broadcast domains that ``spots`` are in: equal for spots of the same domains."""
        return frozenset(self._component.get(spot, spot) for spot in spots)

    def path(self, starts: Iterable[Spot], goals: Iterable[Spot]) -> list[Carry] | None:
        """Return a shortest way of a frame from any of ``starts`` to any of ``goals``; None when there is none."""
        wanted, came = set(goals), dict.fromkeys(sorted(starts))
        origin: dict[Spot, Carry | None] = dict(came)
        queue = list(origin)
        for spot in queue:
            if spot in wanted:
                return self._unwind(origin, spot)
            for carry in self.ways.get(spot, ()):
                if carry.target not in origin:
                    origin[carry.target] = carry
                    queue.append(carry.target)
        return None

    @staticmethod
    def _unwind(origin: Mapping[Spot, Carry | None], spot: Spot) -> list[Carry]:
        steps = []
        carry = origin[spot]
        while carry is not None:
            steps.append(carry)
            carry = origin[carry.source]
        return steps[::-1]
