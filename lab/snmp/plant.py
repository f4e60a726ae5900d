"""What the devices of a lab learn of each other: where which MAC address is, who has which IPv4 address, who is heard.

All of it follows from the cables and from what the devices are told at the moment: a frame goes from port to port as
their VLANs let it, tagged or not, and every bridge on its way notes where it came from. Everybody is taken to have
spoken. Spanning tree and loops are not modelled: the first way found is the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from lab.snmp.families import Family, family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lab.snmp.device import Device
    from lab.snmp.facts import Facts, Vlan
    from lab.twin import Plug

AGE = 1.0
"""Seconds for which what was learned is not looked at again."""
_SONMP = frozenset({Family.CHASSIS, Family.STACKABLE})
_ROUTER_INTERFACE = 2048  # a chassis has an interface, and a MAC address, for each VLAN


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """A MAC address that was learned in a VLAN on a port, or on the aggregation that the port is a member of."""

    vlan: int
    mac: bytes
    port: str


@dataclass(frozen=True, slots=True, order=True)
class Resolved:
    """Whose MAC address answers for an IPv4 address on the interface of a VLAN; ``own`` when the device itself does."""

    vlan: int
    address: IPv4Address
    mac: bytes
    own: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Heard:
    """A device that is heard on a port by the protocol that both speak: its port, MAC, name, management address."""

    port: str
    device: str
    far_port: str
    mac: bytes
    name: str
    address: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Learned:
    """The tables of one device."""

    seen: tuple[Seen, ...] = ()
    resolved: tuple[Resolved, ...] = ()
    heard: tuple[Heard, ...] = ()


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Whoever sends frames: a machine behind ``port`` of a device, or the device itself when that is empty."""

    device: str
    port: str
    vlan: int
    mac: bytes
    address: IPv4Address | None


class Plant:
    """The devices and their cables; looks at all of them at most once in `AGE` seconds."""

    def __init__(self, devices: Mapping[str, Device], clock: Callable[[], float]) -> None:
        self._devices, self._clock = devices, clock
        self._at = -AGE
        self._facts: dict[str, Facts] = {}
        self._learned: dict[str, Learned] = {}

    def learned(self, name: str) -> Learned:
        """Return the tables of a device as of now, or of a moment ago."""
        now = self._clock()
        if not self._learned or now - self._at >= AGE:
            self._look()
            self._at = now
        return self._learned[name]

    def _look(self) -> None:
        facts = {name: device.look() for name, device in self._devices.items()}
        if self._learned and all(facts[name] is self._facts[name] for name in facts):
            return
        self._facts = facts
        self._learned = _Wave(self._devices, facts).tables()


class _Wave:
    """One look at everything."""

    def __init__(self, devices: Mapping[str, Device], facts: Mapping[str, Facts]) -> None:
        self._devices, self._facts = devices, facts
        self._ports = {name: {port.name: port for port in each.ports} for name, each in facts.items()}
        self._sides = {name: _sides(each) for name, each in facts.items()}
        self._ways: dict[tuple[str, int], list[tuple[str, str, int]]] = {}

    def tables(self) -> dict[str, Learned]:
        """Return the tables of all devices."""
        seen: dict[str, set[Seen]] = {name: set() for name in self._devices}
        resolved: dict[str, set[Resolved]] = {name: set() for name in self._devices}
        for speaker in self._speakers():
            if not speaker.port and speaker.address:
                resolved[speaker.device].add(Resolved(speaker.vlan, speaker.address, speaker.mac, own=True))
            for name, port, vlan in self._reached(speaker):
                if self._bridges(name):
                    seen[name].add(Seen(vlan, speaker.mac, self._learning(name, port)))
                if speaker.address and self._routes(name, vlan, speaker.address):
                    resolved[name].add(Resolved(vlan, speaker.address, speaker.mac))
        return {
            name: Learned(tuple(sorted(seen[name])), tuple(sorted(resolved[name])), tuple(sorted(self._heard(name))))
            for name in self._devices
        }

    def _speakers(self) -> Iterator[_Speaker]:
        for name, device in self._devices.items():
            for port, plug in device.twin.plugs.items():
                untagged, _ = self._side(name, port)
                if plug.mac and untagged is not None and self._up(name, port):
                    address = IPv4Address(plug.address) if plug.address else None
                    yield _Speaker(name, port, untagged, bytes.fromhex(plug.mac.replace(":", "")), address)
            for vlan in self._facts[name].vlans:
                if vlan.address:
                    yield _Speaker(name, "", vlan.vid, _own_mac(device, vlan), vlan.address.ip)

    def _reached(self, speaker: _Speaker) -> list[tuple[str, str, int]]:
        """Return (device, port that the frame came in by, VLAN there) of each device that a broadcast reaches."""
        start = (speaker.device, speaker.vlan)
        if start not in self._ways:
            self._ways[start] = list(self._flooded(*start))
        own = [(speaker.device, speaker.port, speaker.vlan)] if speaker.port else []
        return own + self._ways[start]

    def _flooded(self, device: str, vlan: int) -> Iterator[tuple[str, str, int]]:
        visited, waiting = {device}, [(device, vlan)]
        while waiting:
            name, carried = waiting.pop(0)
            for port, plug in self._devices[name].twin.plugs.items():
                arrived = None if plug.device in visited else self._crosses(name, port, carried, plug)
                if arrived is None:
                    continue
                visited.add(plug.device)
                yield plug.device, plug.port, arrived
                if self._bridges(plug.device):
                    waiting.append((plug.device, arrived))

    def _crosses(self, name: str, port: str, vlan: int, plug: Plug) -> int | None:
        """Return the VLAN that a frame of a VLAN is in at the far end of a cable; None when it does not get there."""
        if plug.device not in self._devices or not (self._up(name, port) and self._up(plug.device, plug.port)):
            return None
        (near, near_tagged), (far, far_tagged) = self._side(name, port), self._side(plug.device, plug.port)
        if vlan in near_tagged:
            return vlan if vlan in far_tagged else None
        return far if vlan == near else None

    def _side(self, name: str, port: str) -> tuple[int | None, frozenset[int]]:
        """Return the VLAN of a port's untagged frames and those it carries tagged, by itself or as an aggregation."""
        sides, trunk = self._sides[name], self._ports[name][port].trunk if port in self._ports[name] else ""
        own = sides.get(port, (None, frozenset()))
        return own if own != (None, frozenset()) or not trunk else sides.get(trunk, own)

    def _up(self, name: str, port: str) -> bool:
        known = self._ports[name].get(port)
        return known is not None and known.up

    def _learning(self, name: str, port: str) -> str:
        return self._ports[name][port].trunk or port

    def _bridges(self, name: str) -> bool:
        return family(self._devices[name].twin) is not Family.PLAIN

    def _routes(self, name: str, vlan: int, address: IPv4Address) -> bool:
        own = next((each.address for each in self._facts[name].vlans if each.vid == vlan), None)
        return own is not None and address in own.network and address != own.ip

    def _heard(self, name: str) -> Iterator[Heard]:
        for port, plug in self._devices[name].twin.plugs.items():
            other = self._devices.get(plug.device)
            if other is None or not (self._up(name, port) and self._up(plug.device, plug.port)):
                continue
            for protocol in sorted(self._speaks(name) & self._speaks(plug.device)):
                name_there = self._facts[plug.device].name
                yield Heard(port, plug.device, plug.port, other.base_mac, name_there, other.twin.known_as, protocol)

    def _speaks(self, name: str) -> set[str]:
        nortel = family(self._devices[name].twin) in _SONMP
        return {*(["sonmp"] if nortel else []), *(["lldp"] if self._facts[name].lldp else [])}


def _sides(facts: Facts) -> dict[str, tuple[int | None, frozenset[int]]]:
    """Return port -> the VLAN that it is in untagged, and those that it is in tagged."""
    untagged: dict[str, int] = {}
    tagged: dict[str, set[int]] = {}
    for vlan in facts.vlans:
        for port in vlan.untagged:
            untagged.setdefault(port, vlan.vid)
        for port in vlan.tagged:
            tagged.setdefault(port, set()).add(vlan.vid)
    names = dict.fromkeys((*untagged, *tagged))
    return {port: (untagged.get(port), frozenset(tagged.get(port, ()))) for port in names}


def _own_mac(device: Device, vlan: Vlan) -> bytes:
    chassis = family(device.twin) is Family.CHASSIS
    return device.mac(_ROUTER_INTERFACE + vlan.vid) if chassis else device.base_mac
