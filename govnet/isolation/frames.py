"""What one device does with frames: which VLAN a frame enters at a port, and with which tags it leaves.

Ports take tagged frames of any VLAN they are a member of, also an untagged one: that is what these makers' ports do
unless told otherwise, and it is the careful reading for a proof. A tunnel port (QinQ) takes whatever comes as the
inside of a frame of its VLAN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from govnet.config.routing import InterfaceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govnet.config.model import DeviceConfig


Tags = tuple[int, ...]
"""A frame's tags from the outside in; empty for an untagged frame."""


SENDING = "out"
"""The side of an IP interface that only sends: no frame gets to it."""


class Spot(NamedTuple):
    """A place where frames are: a VLAN of a switch, or the sending or hearing side of an IP interface.

    ``inner`` is the customer's tag of frames that a tunnel port (QinQ) put into the VLAN; 0 for frames without one.
    ``group`` is the isolation group of the port that frames came in by: they leave by no other port of it.
    """

    device: str
    vlan: int = 0
    interface: str = ""
    side: str = ""
    inner: int = 0
    group: int = 0


class Carry(NamedTuple):
    """One way a frame gets from one spot to another.

    ``out`` and ``into`` name the ports of the cable; both empty inside a device (VLAN to its own IP interface).
    """

    source: Spot
    target: Spot
    out: str
    into: str
    tags: Tags


@dataclass(frozen=True, slots=True)
class Presence:
    """Where somebody at a port can put frames, and whose frames reach them."""

    sends: frozenset[Spot]
    hears: frozenset[Spot]


def sender(device: str, interface: str) -> Spot:
    """Return the sending side of an IP interface."""
    return Spot(device, 0, interface, SENDING)


def hearer(device: str, interface: str) -> Spot:
    """Return the hearing side of an IP interface."""
    return Spot(device, 0, interface, "in")


def vlan_spots(device: str, config: DeviceConfig, vlan: int) -> frozenset[Spot]:
    """Return all spots of a VLAN of a device: one, and one more for each isolation group that it has there."""
    return frozenset(Spot(device, vlan, group=group) for group in _groups(config, vlan))


def _groups(config: DeviceConfig, vlan: int) -> tuple[int, ...]:
    ports = (port.switchport for port in config.ports.values() if port.switchport and port.switchport.isolated)
    return (0, *sorted({port.isolated for port in ports if vlan in port.members}))


def isolates(config: DeviceConfig) -> bool:
    """Return whether a device keeps some of its ports apart inside a VLAN."""
    return any(port.switchport and port.switchport.isolated for port in config.ports.values())


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


@cache
def _tag(vlan: int) -> Tags:
    """Return the one value that stands for a single tag, of very many frames."""
    return (vlan,)


class PortView:
    """What one device's ports do with frames: `emits` and `accepts` are the two halves of a cable's meaning."""

    def __init__(self, device: str, config: DeviceConfig, inner: Tags = ()) -> None:
        """Look at a device; ``inner`` are the tags that frames in a tunnel may carry inside, where there are any."""
        self.device, self.config, self.inner = device, config, inner
        self._spots: dict[int | tuple[int, int, int], Spot] = {}
        self.groups = {vlan: _groups(config, vlan) for vlan in config.vlans} if isolates(config) else {}
        self._sends: dict[str, list[tuple[Spot, Tags]]] = {}
        self._hears: dict[tuple[str, Tags], list[Spot]] = {}
        self._places: dict[str, tuple[Presence, Presence]] = {}
        for name, interface in config.interfaces.items():
            if interface.kind in (InterfaceKind.PORT, InterfaceKind.SUBINTERFACE):
                tags = _tag(interface.vlan or 0) if interface.kind is InterfaceKind.SUBINTERFACE else ()
                for port in parent_ports(config, interface.parent or name):
                    self._sends.setdefault(port, []).append((sender(device, name), tags))
                    self._hears.setdefault((port, tags), []).append(hearer(device, name))

    def spot(self, vlan: int, inner: int = 0, group: int = 0) -> Spot:
        """Return the one value that stands for a VLAN of the device."""
        key = (vlan, inner, group) if inner or group else vlan
        found = self._spots.get(key)
        if found is None:
            found = self._spots[key] = Spot(self.device, vlan, inner=inner, group=group)
        return found

    def _leaving(self, vlan: int, inner: int, isolated: int) -> Iterator[Spot]:
        """Yield the spots of a VLAN whose frames may leave by a port of an isolation group."""
        for group in self.groups.get(vlan, (0,)):
            if not (group and group == isolated):
                yield self.spot(vlan, inner, group)

    def alive(self, port: str) -> bool:
        """Return whether the port exists and is not shut."""
        return port in self.config.ports and self.config.ports[port].enabled

    def emits(self, port: str) -> Iterator[tuple[Spot, Tags]]:
        """Yield (spot, tags) for every kind of frame that leaves the port."""
        switchport = self.config.ports[port].switchport
        if switchport:
            for vlan in sorted(switchport.members & self.config.vlans.keys()):
                outer = () if vlan in switchport.untagged else _tag(vlan)
                if not (self.inner or self.groups):  # nearly all devices; this is asked of every port and VLAN
                    yield self.spot(vlan), outer
                    continue
                for tag in (0, *self.inner):
                    tags = (*outer, tag) if tag else outer
                    yield from ((spot, tags) for spot in self._leaving(vlan, tag, switchport.isolated))
        yield from self._sends.get(port, ())

    def accepts(self, port: str, tags: Tags) -> Sequence[Spot]:
        """Return the spots that a frame with these tags enters; a tunnel port takes them as what is inside."""
        switchport = self.config.ports[port].switchport
        heard = self._hears.get((port, tags), ()) if self._hears else ()
        if not switchport:
            return heard
        enter = not tags or switchport.tunnel
        vlan, inside = (switchport.pvid, tags) if enter else (tags[0], tags[1:])
        member = enter or vlan in switchport.tagged or vlan in switchport.untagged
        if not member or vlan not in self.config.vlans or len(inside) > 1:
            return heard
        return (self.spot(vlan or 0, inside[0] if inside else 0, switchport.isolated), *heard)

    def tags(self, port: str) -> Iterator[Tags]:
        """Yield every way of tagging that means anything on the port."""
        switchport = self.config.ports[port].switchport
        members = sorted(switchport.members) if switchport else ()
        yield ()
        yield from ((vlan,) for vlan in members)
        yield from ((vlan, tag) for vlan in members for tag in self.inner)
        yield from ((tag,) for tag in self.inner)
        yield from (tags for _, tags in self._sends.get(port, ()) if tags)

    def used_tags(self) -> set[int]:
        """Return every VLAN id that the device puts on a frame or takes from one."""
        ports = (port.switchport for port in self.config.ports.values() if port.switchport)
        return {vlan for port in ports for vlan in port.members} | {
            tag for found in self._sends.values() for _, tags in found for tag in tags
        }

    def inside(self) -> Iterator[Carry]:
        """Yield the ways between the device's VLANs and its own IP interfaces."""
        for name, interface in self.config.interfaces.items():
            if interface.kind is InterfaceKind.VLAN and interface.vlan in self.config.vlans:
                vlan = interface.vlan or 0
                yield Carry(sender(self.device, name), self.spot(vlan), "", "", ())
                for spot in self._leaving(vlan, 0, 0):
                    yield Carry(spot, hearer(self.device, name), "", "", ())

    def presence(self, port: str, *, hostile: bool) -> Presence:
        """Return where somebody plugged into ``port`` is present.

        Args:
            port: a front port.
            hostile: they may tag their frames and read tagged ones; otherwise they are a plain host.
        """
        if not self.alive(port):
            return Presence(frozenset(), frozenset())
        ways: list[Tags] = list(self.tags(port)) if hostile else [()]
        sends = frozenset(spot for tags in ways for spot in self.accepts(port, tags))
        hears = frozenset(spot for spot, tags in self.emits(port) if hostile or not tags)
        return Presence(sends, sends if hears == sends else hears)

    def places(self, port: str) -> tuple[Presence, Presence]:
        """Return the presence of somebody hostile and of a plain host at a port, always the same two."""
        if port not in self._places:
            self._places[port] = self._at_access(port) or self._at_any(port)
        return self._places[port]

    def _at_any(self, port: str) -> tuple[Presence, Presence]:
        hostile, plain = (self.presence(port, hostile=one) for one in (True, False))
        return hostile, hostile if plain == hostile else plain

    def _at_access(self, port: str) -> tuple[Presence, Presence] | None:
        """Return the same of a port that has one VLAN, untagged, and nothing else: nearly all where hosts plug in."""
        switchport = self.config.ports[port].switchport if self.alive(port) else None
        if not switchport or switchport.tagged or switchport.tunnel or self.inner or self.groups:
            return None
        known = switchport.pvid in self.config.vlans and port not in self._sends
        if switchport.untagged != {switchport.pvid} or not known:
            return None
        spots = frozenset((self.spot(switchport.pvid or 0),))
        presence = Presence(spots, spots)
        return presence, presence
