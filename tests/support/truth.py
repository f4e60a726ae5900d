"""The obvious model: one frame, one cable, one rule at a time. Slow, and written without the engine that it judges.

It knows the inventory's cables and the devices' configurations, and nothing of packet sets, classes or graphs. Two of
its choices are the careful ones that the proof states as well: a port takes tagged frames of every VLAN that it is a
member of, and hostile endpoints tag as they like and send to any router that hears them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from govnet.config.routing import InterfaceKind
from support.truth_routing import Left, Probe, own, routed_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from ipaddress import IPv4Address

    from govnet.config.model import DeviceConfig
    from govnet.network.cabled import Attachment, End, Upstream
    from govnet.network.model import Network


class Frame(NamedTuple):
    """A frame on the wire of a port, and its tag."""

    device: str
    port: str
    tag: int | None


class Heard(NamedTuple):
    """Who hears a frame: frames that leave by ports, and IP interfaces (device, name)."""

    leaving: frozenset[Frame]
    interfaces: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Journey:
    """What became of a packet: where it was put on a wire, and for whom; which firewalls keep a state of it."""

    sent: frozenset[tuple[str, Left]]
    firewalls: frozenset[str]


class Truth:
    """Walks frames and packets of a network.

    ``echo``: switches also send a frame back by the port it came in.
    """

    def __init__(self, network: Network, configs: Mapping[str, DeviceConfig], *, echo: bool = False) -> None:
        self.network, self.configs, self.echo = network, configs, echo
        self.cables: dict[tuple[str, str], list[End]] = {}
        for link in network.links:
            self.cables.setdefault((link.a.device, link.a.port), []).append(link.b)
            self.cables.setdefault((link.b.device, link.b.port), []).append(link.a)
        self._heard: dict[object, Heard] = {}

    # What people ask

    def reaches(self, probe: Probe, zone: str, target: str) -> bool:
        """Return whether a hostile host of ``zone`` with this source gets the packet to a host of ``target``."""
        for end in self._homes(zone, probe.source):
            heard = [self.frame(Frame(end.device, end.port, tag)) for tag in self._tags()]
            if any(self._taken(leaving, probe, target) for one in heard for leaving in one.leaving):
                return True
            journey = self._travel({i for one in heard for i in one.interfaces}, probe)
            if self._delivered(journey, probe, target):
                return True
        return False

    def together(self, zone: str, target: str) -> bool:
        """Return whether some frame of a hostile host of ``zone`` comes to ``target`` without a router."""
        ends = [a.end for a in self.network.attachments if a.zone == target]
        ends += [u.end for u in self.network.upstreams if u.zone == target]
        return any(
            (frame.device, frame.port) == (end.device, end.port)
            for start in self._homes(zone, None)
            for tag in self._tags()
            for frame in self.frame(Frame(start.device, start.port, tag)).leaving
            for end in ends
        )

    def converse(self, start: Attachment, end: Attachment, probe: Probe) -> bool:
        """Return whether ordinary hosts can open a session with this packet: it arrives, and so does its answer."""
        if start.segment == end.segment:
            return self._near(start, end) and self._near(end, start)
        there = self._travel(self._gateways(start), probe)
        if not self._lands(there, end):
            return False
        back = self._travel(self._gateways(end), probe.answer(), known=there.firewalls)
        return self._lands(back, start)

    # Hosts

    def _homes(self, zone: str, source: IPv4Address | None) -> list[End]:
        """Return the ports behind which ``zone`` has hosts with an address."""
        plugged = [a.end for a in self.network.attachments if a.zone == zone and self._in(source, a)]
        return plugged + [u.end for u in self.network.upstreams if u.zone == zone and self.beyond(u, source)]

    @staticmethod
    def _in(address: IPv4Address | None, attachment: Attachment) -> bool:
        return address is None or address in attachment.segment.subnet

    def beyond(self, upstream: Upstream, address: IPv4Address | None) -> bool:
        """Return whether an address is behind an upstream: on its circuit, or in its prefixes and nowhere else here."""
        if address is None or address in upstream.address.network:
            return True
        known = [*self.network.blocks, *(segment.subnet for segment in self.network.segments)]
        return any(address in net for net in upstream.prefixes) and not any(address in net for net in known)

    def _tags(self) -> list[int | None]:
        used = {vlan for config in self.configs.values() for vlan in config.vlans}
        used |= {i.vlan for config in self.configs.values() for i in config.interfaces.values() if i.vlan}
        return [None, *sorted(used)]

    def _taken(self, frame: Frame, probe: Probe, target: str) -> bool:
        """Return whether a host of ``target`` is at the wire of this frame and has the packet's destination."""
        return any(
            (end.device, end.port) == (frame.device, frame.port) for end in self._homes(target, probe.destination)
        )

    def _delivered(self, journey: Journey, probe: Probe, target: str) -> bool:
        for device, left in journey.sent:
            for frame in self.sent_by(device, left.interface).leaving:
                if left.hop is None and self._taken(frame, probe, target):
                    return True
                if any(self._hands_over(u, frame, left.hop, probe, target) for u in self.network.upstreams):
                    return True
        return False

    def _hands_over(self, u: Upstream, frame: Frame, hop: object, probe: Probe, target: str) -> bool:
        here = (u.end.device, u.end.port) == (frame.device, frame.port)
        return here and u.zone == target and hop == u.peer and self.beyond(u, probe.destination)

    def _near(self, start: Attachment, end: Attachment) -> bool:
        return (
            Frame(end.end.device, end.end.port, None)
            in self.frame(Frame(start.end.device, start.end.port, None)).leaving
        )

    def _gateways(self, host: Attachment) -> set[tuple[str, str]]:
        """Return the router interfaces that an ordinary host uses: those with its gateway's address, heard back."""
        untagged = Frame(host.end.device, host.end.port, None)
        return {
            (device, name)
            for device, name in self.frame(untagged).interfaces
            if host.segment.gateway in own(self.configs[device].interfaces[name])
            and untagged in self.sent_by(device, name).leaving
        }

    def _lands(self, journey: Journey, host: Attachment) -> bool:
        untagged = Frame(host.end.device, host.end.port, None)
        return any(
            left.hop is None and untagged in self.sent_by(device, left.interface).leaving
            for device, left in journey.sent
        )

    # Layer 2

    def frame(self, first: Frame) -> Heard:
        """Return who hears a frame that enters a port from outside."""
        if first not in self._heard:
            self._heard[first] = self._spread([first], set(), frozenset())
        return self._heard[first]

    def sent_by(self, device: str, name: str) -> Heard:
        """Return who hears a frame that a router sends by one of its IP interfaces, without that interface."""
        if (device, name) not in self._heard:
            leaving = set(self._leaves(device, name))
            entering = [Frame(*far) for frame in leaving for far in self._across(frame)]
            vlan = self._svi(device, name)
            heard = self._spread(entering, leaving, self._keeps_apart(device, vlan))
            own = {
                (device, other)
                for other in self.configs[device].interfaces
                if vlan and self._svi(device, other) == vlan
            }
            self._heard[device, name] = Heard(heard.leaving, (heard.interfaces | own) - {(device, name)})
        return self._heard[device, name]

    def _leaves(self, device: str, name: str) -> Iterator[Frame]:
        interface = self.configs[device].interfaces[name]
        if interface.kind is InterfaceKind.VLAN:
            vlan = self._svi(device, name)
            yield from self._out(device, vlan, "", 0) if vlan else ()
        for port in self._below(device, name):
            if self._open(device, port):
                yield Frame(device, port, interface.vlan if interface.kind is InterfaceKind.SUBINTERFACE else None)

    def _spread(self, entering: list[Frame], leaving: set[Frame], been: frozenset[tuple[str, int]]) -> Heard:
        """Follow frames until none is new, each on its own way.

        ``been``: the switches' VLANs with isolated ports that it has been in. It does not come back to one: a loop is
        cut by spanning tree, or there is no network to speak of.
        """
        seen: set[tuple[Frame, frozenset[tuple[str, int]]]] = set()
        interfaces: set[tuple[str, str]] = set()
        todo = [(frame, been) for frame in entering]
        while todo:
            frame, been = todo.pop()
            if (frame, been) in seen or not self._open(frame.device, frame.port):
                continue
            seen.add((frame, been))
            interfaces |= self._routed(frame)
            vlan = self._vlan_of(frame)
            if vlan is None or (frame.device, vlan) in been:
                continue
            interfaces |= {
                (frame.device, n) for n in self.configs[frame.device].interfaces if self._svi(frame.device, n) == vlan
            }
            came = self.configs[frame.device].ports[frame.port].switchport
            for out in self._out(frame.device, vlan, "" if self.echo else frame.port, came.isolated if came else 0):
                leaving.add(out)
                todo += [(Frame(*far), been | self._keeps_apart(frame.device, vlan)) for far in self._across(out)]
        return Heard(frozenset(leaving), frozenset(interfaces))

    def _keeps_apart(self, device: str, vlan: int | None) -> frozenset[tuple[str, int]]:
        """Return a switch's VLAN if some of its ports are isolated from one another there."""
        ports = (port.switchport for port in self.configs[device].ports.values() if port.switchport)
        apart = vlan is not None and any(port.isolated and vlan in port.members for port in ports)
        return frozenset({(device, vlan)}) if apart and vlan is not None else frozenset()

    def _open(self, device: str, port: str) -> bool:
        found = self.configs[device].ports.get(port)
        return found is not None and found.enabled

    def _vlan_of(self, frame: Frame) -> int | None:
        """Return the VLAN that a frame enters, or None when the port drops it."""
        config = self.configs[frame.device]
        switchport = config.ports[frame.port].switchport
        if switchport is None:
            return None
        vlan = switchport.pvid if frame.tag is None else frame.tag
        if frame.tag is not None and frame.tag not in switchport.members:
            return None
        return vlan if vlan in config.vlans else None

    def _out(self, device: str, vlan: int, but: str, group: int) -> Iterator[Frame]:
        for port, value in self.configs[device].ports.items():
            if value.enabled and value.switchport and port != but:
                if group and value.switchport.isolated == group:
                    continue
                if vlan in value.switchport.tagged:
                    yield Frame(device, port, vlan)
                if vlan in value.switchport.untagged:
                    yield Frame(device, port, None)

    def _across(self, frame: Frame) -> list[Frame]:
        return [Frame(far.device, far.port, frame.tag) for far in self.cables.get((frame.device, frame.port), ())]

    def _svi(self, device: str, name: str) -> int | None:
        """Return the VLAN that an IP interface sits on, if it sits on one that exists."""
        interface = self.configs[device].interfaces[name]
        return (
            interface.vlan
            if interface.kind is InterfaceKind.VLAN and interface.vlan in self.configs[device].vlans
            else None
        )

    def _below(self, device: str, name: str) -> list[str]:
        """Return the front ports under a routed port or sub-interface."""
        config = self.configs[device]
        interface = config.interfaces[name]
        if interface.kind not in (InterfaceKind.PORT, InterfaceKind.SUBINTERFACE):
            return []
        parent = interface.parent or name
        bundles = [sorted(a.ports) for a in config.aggregations.values() if a.name == parent]
        return bundles[0] if bundles else [parent]

    def _routed(self, frame: Frame) -> set[tuple[str, str]]:
        """Return the sub-interfaces and routed ports that a frame on their wire is for."""
        found = set()
        for name, interface in self.configs[frame.device].interfaces.items():
            tag = interface.vlan if interface.kind is InterfaceKind.SUBINTERFACE else None
            if frame.port in self._below(frame.device, name) and tag == frame.tag:
                found.add((frame.device, name))
        return found

    # Layer 3

    def _knows(self, device: str, known: frozenset[str]) -> bool:
        """Return whether a firewall knows a session that others have seen: one of them, or its hot standby."""
        pair = self.network.devices[device].data.get("session_sync")
        partners = {name for name, other in self.network.devices.items() if other.data.get("session_sync") == pair}
        return device in known or (pair is not None and bool(partners & known))

    def _travel(self, entrances: set[tuple[str, str]], probe: Probe, known: frozenset[str] | None = None) -> Journey:
        """Follow a packet that comes in by router interfaces. ``known``: an answer, and who remembers its session."""
        todo, seen = list(entrances), set(entrances)
        sent: set[tuple[str, Left]] = set()
        firewalls: set[str] = set()
        while todo:
            device, came = todo.pop()
            config = self.configs[device]
            remembered = None if known is None else self._knows(device, known)
            for left in routed_on(config, came, probe, remembered):
                sent.add((device, left))
                firewalls |= {device} if config.firewall else set()
                for other, name in self.sent_by(device, left.interface).interfaces:
                    hop = left.hop in own(self.configs[other].interfaces[name])
                    if left.hop is not None and hop and (other, name) not in seen:
                        seen.add((other, name))
                        todo.append((other, name))
        return Journey(frozenset(sent), frozenset(firewalls))
