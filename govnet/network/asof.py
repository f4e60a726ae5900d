"""The network as of a day: what had come by then, and had not gone yet.

A folder is always read and checked whole; a day only takes away. Under a profile that counts by plan, a place of the
tables is there when the plan wanted it, and one that the plan does not name is not there at all.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from govnet.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from govnet.network.administered import Services
    from govnet.network.built import Device
    from govnet.network.cabled import Attachment, Circuit, End, Link
    from govnet.network.model import Network
    from govnet.network.placed import Place
    from govnet.network.served import System

_OF_TABLES = frozenset({"province", "prefecture", "county", "township", "department", "node"})
_ALWAYS = "since"


@dataclass(frozen=True, slots=True)
class View:
    """What a person asked for: a day, a profile; None and empty where nothing was said."""

    day: date | None = None
    profile: str = ""


_NOTHING = View()
_VIEW: ContextVar[View] = ContextVar("view")


@contextmanager
def viewing(day: date | None, profile: str) -> Iterator[None]:
    """Let everything that loads a network inside mean this day and profile, unless it says so itself."""
    token = _VIEW.set(View(day, profile))
    try:
        yield
    finally:
        _VIEW.reset(token)


def view() -> View:
    """Return what `viewing` says here."""
    return _VIEW.get(_NOTHING)


def as_of(network: Network, day: date | None, profile: str = "") -> Network:
    """Return the network of a day; without one, of its reference day; without both, everything ever written.

    Raises:
        InputError: the network has no such profile.
    """
    day = day or network.reference
    if profile and profile not in network.profiles:
        known = ", ".join(network.profiles) or "none"
        raise InputError([Problem(network.folder, 0, f"there is no profile {profile!r}", f"It has: {known}")])
    if day is None:
        return network
    return replace(_Slice(network, day, network.profiles.get(profile, _ALWAYS)).cut(), profile=profile)


@dataclass(frozen=True, slots=True)
class _Slice:
    network: Network
    day: date
    column: str

    def _within(self, since: date | None, until: date | None) -> bool:
        return (since is None or since <= self.day) and (until is None or self.day <= until)

    def _planned(self, place: Place | None) -> bool:
        return self.column == "planned" and place is not None and place.kind in _OF_TABLES

    def cut(self) -> Network:
        network = self.network
        places = self._places()
        devices = {name: box for name, box in network.devices.items() if box.place in places and self._device(box)}
        links = tuple(link for link in network.links if self._link(link, devices))
        circuits = self._circuits(links)
        segments = tuple(segment for segment in network.segments if segment.place in places)
        kept = {id(link) for link in links}
        unplugged = {end for link in network.links if id(link) not in kept for end in (link.a, link.b)}
        return replace(
            network,
            places=places,
            devices=devices,
            links=tuple(self._at_speed(link, circuits) for link in links),
            circuits=circuits,
            segments=segments,
            attachments=tuple(a for a in network.attachments if self._plugged(a, devices, places, unplugged)),
            upstreams=tuple(u for u in network.upstreams if u.end.device in devices and u.circuit in circuits),
            mirrors=tuple(m for m in network.mirrors if m.device in devices),
            services=self._services(devices),
            units={s: u for s, u in network.units.items() if u.place in places and self._within(u.since, u.until)},
            systems=self._systems(),
            day=self.day,
            planned=self.column == "planned",
        )

    def _places(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for slug, place in self.network.places.items():
            there = self._within(place.planned if self._planned(place) else place.since, place.until)
            if self._planned(place) and place.planned is None:
                there = False
            if there and (not place.within or place.within in found):
                found[slug] = place
        return found

    def _device(self, device: Device) -> bool:
        since = None if self._planned(self.network.places.get(device.place)) else device.since
        return self._within(since, device.until)

    def _link(self, link: Link, devices: dict[str, Device]) -> bool:
        circuit = self.network.circuits.get(link.circuit)
        leased = circuit is None or self.column == "planned" or self._within(circuit.since, circuit.until)
        return leased and link.a.device in devices and link.b.device in devices

    def _circuits(self, links: tuple[Link, ...]) -> dict[str, Circuit]:
        """Return the leased lines in use, and those that leave the network, at the speed of the day."""
        cabled, used = {link.circuit for link in self.network.links}, {link.circuit for link in links}
        return {
            name: replace(circuit, speed_kbps=circuit.speed_on(self.day))
            for name, circuit in self.network.circuits.items()
            if name in used or (name not in cabled and self._within(circuit.since, circuit.until))
        }

    def _systems(self) -> dict[str, System]:
        """Return the systems of the day, in the state that they had come to."""
        return {
            slug: replace(system, state=system.state_on(self.day))
            for slug, system in self.network.systems.items()
            if self._within(system.since, system.until)
        }

    @staticmethod
    def _at_speed(link: Link, circuits: dict[str, Circuit]) -> Link:
        circuit = circuits.get(link.circuit)
        return replace(link, bandwidth_kbps=circuit.speed_kbps) if circuit else link

    @staticmethod
    def _plugged(
        attachment: Attachment, devices: dict[str, Device], places: dict[str, Place], unplugged: set[End]
    ) -> bool:
        here = attachment.end.device in devices and attachment.segment.place in places
        return here and attachment.end not in unplugged

    def _services(self, devices: dict[str, Device]) -> Services:
        """Return the services without the hosts that are not there."""
        gone = {box.address for name, box in self.network.devices.items() if name not in devices}
        told = self.network.services
        return replace(
            told,
            runners=tuple(net for net in told.runners if net.network_address not in gone),
            trap_receivers=tuple(address for address in told.trap_receivers if address not in gone),
            syslog=tuple(address for address in told.syslog if address not in gone),
            ntp=tuple(address for address in told.ntp if address not in gone),
        )


def of_day(network: Network, day: date | None, profile: str) -> Network:
    """Return a network as `as_of` does; what is not asked for is that of `view`."""
    asked = view()
    return as_of(network, day or asked.day, profile or asked.profile)
