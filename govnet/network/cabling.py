"""From cables and rules to links, and to the ports where endpoints plug in."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from govnet.network import rules
from govnet.network.cabled import Attachment, End, Link, Mirror
from govnet.network.inheritance import written
from govnet.network.segments import place_numbers, place_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.network.built import Device
    from govnet.network.folder import Folder
    from govnet.network.placed import Origin, Place, Segment
    from govnet.network.schema_links import AttachmentEntry, CableEntry, CableRule, EndpointCable, RuleCable


_ROUTED = frozenset({"prefecture", "county", "township", "department"})
"""Kinds of places where not every zone is: an archetype deals ports to those that are."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What a cable is for and made of."""

    purpose: str
    medium: str
    bandwidth_kbps: int
    circuit: str = ""


@dataclass(slots=True)
class Cabling:
    """Builds links and attachments, and keeps the account of who uses which port."""

    folder: Folder
    devices: Mapping[str, Device]
    places: Mapping[str, Place]
    segments: Mapping[tuple[str, str, str], Segment]  # (zone, purpose, place)
    links: list[Link] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    used: dict[End, str] = field(default_factory=dict)

    def build(self) -> None:
        """Fill ``links`` and ``attachments`` from everything in ``links.yaml``, in file order."""
        file = self.folder.files.links
        for index, rule in enumerate(file.rules):
            self._by_rule(rule, index)
        for index, cable in enumerate(file.cables):
            self._cable(cable, self.folder.origin("links", "cables", index))
        for index, endpoint in enumerate(file.endpoints.cables if file.endpoints else ()):
            self._endpoint(endpoint, self.folder.origin("links", "endpoints", "cables", index))
        for index, entry in enumerate(file.attachments):
            self._attach_ports(entry, self.folder.origin("links", "attachments", index))
        for device in self.devices.values():
            self._archetype(device)

    def take(self, end: End, user: str, origin: Origin) -> bool:
        """Note that ``user`` needs a port; False when there is no such port or it is taken."""
        device = self.devices.get(end.device)
        kind = ""
        if end.device in self.folder.unsound:
            return False
        if device is None:
            cause, step = f"{user} ends at {end.device!r}, which does not exist", "Name a device of hosts.yaml"
            kind = f"no {end.device}"
        elif end.port not in device.ports:
            cause = f"{user} ends at {end}, but {end.device} has no port {end.port!r}"
            step = f"Its ports are {_span(device.ports)}"
        elif end in self.used:
            cause, step = f"port {end} is used twice: by {self.used[end]} and by {user}", "Move one of them"
        else:
            self.used[end] = user
            return True
        self.folder.problem(origin, cause, step, kind)
        return False

    def _by_rule(self, rule: CableRule, index: int) -> None:
        for device in [device for device in self.devices.values() if self._is_for(rule, device)]:
            for number, cable in enumerate(rule.cables):
                origin = self.folder.origin("links", "rules", index, "cables", number)
                self._rule_cable(rule, cable, device, origin)

    def _is_for(self, rule: CableRule, device: Device) -> bool:
        place = self.places.get(device.place)
        return device.role == rule.role and (rule.kind is None or (place is not None and place.kind == rule.kind))

    def _rule_cable(self, rule: CableRule, cable: RuleCable, device: Device, origin: Origin) -> None:
        place = self.places.get(device.place)
        if place is None or place.slug in self.folder.unsound:
            return
        numbers, texts = {"n": rules.number_of(device.name)} | place_numbers(place), place_texts(place)
        try:
            far = rules.end(rules.fill(cable.to, numbers, texts))
            circuit = rules.fill(cable.circuit, numbers, texts)
        except rules.RuleError as error:
            self.folder.problem(origin, f"cable of role {rule.role}: {error}", "Mend the rule")
            return
        near = End(device.name, cable.port)
        made = self._link(near, far, _Run(rule.purpose, rule.medium, rule.bandwidth_kbps, circuit), origin)
        if made and rule.purpose == "endpoint":
            here = [p for p in _purposes(place) if (device.zone, p, place.slug) in self.segments]
            self._attach(device.zone, here[0] if here else place.kind, place.slug, far, origin)

    def _cable(self, cable: CableEntry, origin: Origin) -> None:
        ends = self._ends(cable, origin)
        if ends:
            self._link(*ends, _Run(cable.purpose, cable.medium, cable.bandwidth_kbps, cable.circuit), origin)

    def _ends(self, cable: CableEntry | EndpointCable, origin: Origin) -> tuple[End, End] | None:
        if not cable.a or not cable.b:
            cause = f"the cable of {cable.a or cable.b or 'nothing'} has one end only"
            self.folder.problem(origin, cause, "Give a and b; a circuit that leaves the network is an upstream")
            return None
        try:
            return rules.end(cable.a), rules.end(cable.b)
        except rules.RuleError as error:
            self.folder.problem(origin, str(error), "Mend the end")
            return None

    def _link(self, a: End, b: End, run: _Run, origin: Origin) -> bool:
        user = f"cable {a} - {b}"
        if not (self.take(a, user, origin) & self.take(b, user, origin)):
            return False
        plane = self.devices[a.device].plane
        name = run.circuit or str(a)
        self.links.append(Link(name, a, b, run.purpose, plane, run.medium, run.bandwidth_kbps, run.circuit, origin))
        return True

    def _endpoint(self, cable: EndpointCable, origin: Origin) -> None:
        ends, shared = self._ends(cable, origin), self.folder.files.links.endpoints
        if ends is None or shared is None:
            return
        near, far = ends
        if self._link(near, far, _Run("endpoint", shared.medium, shared.bandwidth_kbps), origin):
            if cable.segment == "servers" and self.devices[near.device].zone not in ("", *self.folder.files.zones):
                return
            zone = self._zone_with_oob() if cable.segment == "oob" else self.devices[near.device].zone
            self._attach(zone, cable.segment, self.folder.files.network.home, far, origin)

    def _zone_with_oob(self) -> str:
        return next((zone for zone, purpose, _ in self.segments if purpose == "oob"), "")

    def _attach_ports(self, entry: AttachmentEntry, origin: Origin) -> None:
        try:
            ports = rules.expand(entry.ports)
        except rules.RuleError as error:
            self.folder.problem(origin, str(error), "Write it like 3/17-18")
            return
        places = [self.folder.files.network.home] if entry.segment != "campus" else self._offices(entry, origin)
        if places and len(ports) % len(places):
            cause = f"{len(ports)} ports cannot be dealt evenly to the {len(places)} units of {entry.building!r}"
            self.folder.problem(origin, cause, "Give each unit as many ports as the others")
        for index, port in enumerate(ports if places else ()):
            end, place = End(entry.device, port), places[index * len(places) // len(ports)]
            if self.take(end, f"attachment of zone {entry.zone}", origin):
                self._attach(entry.zone, entry.segment, place, end, origin)

    def _offices(self, entry: AttachmentEntry, origin: Origin) -> list[str]:
        found = [p.slug for p in self.places.values() if p.kind == "unit" and p.within == entry.building]
        if not found:
            self.folder.problem(
                origin, f"no unit is in the building {entry.building!r}", "Name a building of units.csv"
            )
        return found

    def _archetype(self, device: Device) -> None:
        """Give a device's free ports, in order, to the zones of its archetype."""
        name, place = device.data.get("archetype"), self.places.get(device.place)
        if not name or place is None or {place.slug, device.name} & self.folder.unsound:
            return
        counts = self.folder.files.links.archetypes.get(str(name))
        if counts is None:
            owner, origin = written(self.folder, device.name, "archetype")
            cause = f"{owner} is of archetype {name!r}, which does not exist"
            self.folder.problem(origin, cause, "Add it to 'archetypes' in links.yaml")
            return
        free: Iterator[End] = (end for port in device.ports if (end := End(device.name, port)) not in self.used)
        self._deal(device, [*self._dealt(place, counts)], list(free))

    def _dealt(self, place: Place, counts: Mapping[str, int]) -> Iterator[tuple[str, str, str, int]]:
        """Yield (zone, purpose, place, ports): a floor or town has its own, a building its units', a node what it has.

        A node without a venue has no port for one.
        """
        inside = place.kind in {"building", "room"}
        offices = [p for p in self.places.values() if inside and p.kind == "unit" and p.within == place.site]
        for zone, count in counts.items():
            if offices:
                yield from ((zone, "campus", office.slug, count) for office in offices)
            elif place.kind == "node":
                reach = self.folder.files.zones[zone].reach if zone in self.folder.files.zones else ("lan",)
                purposes = [p for p in reach if p == "lan" or (p == "venue" and place.venue)]
                yield from (
                    (zone, purpose, where, count) for purpose in purposes for where in self._parts(zone, purpose, place)
                )
            elif place.kind not in _ROUTED or zone not in self.folder.files.zones:
                yield zone, place.kind, place.slug, count
            else:
                for here in _purposes(place):
                    if (zone, here, place.slug) in self.segments:
                        yield zone, here, place.slug, count

    def _parts(self, zone: str, purpose: str, place: Place) -> Iterator[str]:
        """Yield what a node's segments of a zone are known under: one for each LAN (see `keyed`)."""
        yield place.slug
        number = 2
        while (zone, purpose, where := f"{place.slug}#{number}") in self.segments:
            yield where
            number += 1

    def _deal(self, device: Device, dealt: list[tuple[str, str, str, int]], free: list[End]) -> None:
        wanted = sum(count for *_, count in dealt)
        if wanted > len(free):
            name = str(device.data["archetype"])
            origin = self.folder.origin("links", "archetypes", name)
            cause = f"archetype {name!r} wants {wanted} ports, {device.name} has {len(free)} free"
            self.folder.problem(origin, cause, "Lower the counts, or use a model with more ports", "too many ports")
            return
        ports = iter(free)
        for zone, purpose, place, count in dealt:
            for end in islice(ports, count):
                self.take(end, f"archetype port of zone {zone}", device.origin)
                origin = self.folder.origin("links", "archetypes", str(device.data["archetype"]), zone)
                self._attach(zone, purpose, place, end, origin)

    def _attach(self, zone: str, purpose: str, place: str, end: End, origin: Origin) -> None:
        segment = self.segments.get((zone, purpose, place))
        if not self.folder.unsound.isdisjoint({zone, f"{zone} {purpose}"}):
            return
        if segment:
            self.attachments.append(Attachment(zone, end, segment))
        elif not zone:
            cause = f"{end} serves an endpoint without zone"
            self.folder.problem(origin, cause, "Give the endpoint's data a zone, or use the segment oob")
        else:
            cause = f"zone {zone!r} has no segment of purpose {purpose!r} at {place!r}, but port {end} wants one"
            step = "Mend the zone's name, or its 'reach' in zones.yaml"
            self.folder.problem(origin, cause, step, f"no segment {zone} {purpose}")


def _purposes(place: Place) -> tuple[str, ...]:
    """Return what segments behind a place's own router may be for."""
    return (place.kind, f"{place.kind}-venue", f"vpn-{place.kind}", f"app-{place.kind}")


def mirrors(folder: Folder, cabling: Cabling) -> tuple[Mirror, ...]:
    """Return the copies of traffic that the inventory asks for; their ports must exist and lead somewhere."""
    result = []
    for index, entry in enumerate(folder.files.links.mirrors):
        origin = folder.origin("links", "mirrors", index)
        device = cabling.devices.get(entry.device)
        if device is None:
            folder.problem(origin, f"the mirror is on {entry.device!r}, which does not exist", "Name a device")
            continue
        try:
            sources = rules.expand(entry.sources)
        except rules.RuleError as error:
            folder.problem(origin, str(error), "Write it like 1/14-15")
            continue
        for port in {*sources, entry.destination} - set(device.ports):
            folder.problem(origin, f"the mirror uses {device.name}:{port}, which does not exist", "Name a front port")
        if not any(
            link.purpose == "mirror" and End(device.name, entry.destination) in (link.a, link.b)
            for link in cabling.links
        ):
            cause = f"the mirror's destination {device.name}:{entry.destination} has no cable of purpose mirror"
            folder.problem(origin, cause, "Add the cable to the IDS")
        result.append(Mirror(device.name, sources, entry.destination, origin))
    return tuple(result)


def _span(ports: tuple[str, ...]) -> str:
    return f"{ports[0]} to {ports[-1]}" if ports else "none"
