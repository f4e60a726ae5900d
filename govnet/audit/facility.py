"""Rules on machine rooms: the verdicts of `govnet.power`, with evidence and records of the audit."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from govnet.audit.evidence import Kind
from govnet.audit.rule import L3, Rule, by_document, declared_level
from govnet.audit.verdict import Verdict
from govnet.power import sensing
from govnet.power.measured import Room, RoomClass
from govnet.power.rules_power import COMMUNICATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govnet.audit.evidence import Evidence
    from govnet.audit.parameters import Parameters
    from govnet.audit.verdict import Finding, Reference
    from govnet.network.built import Device
    from govnet.network.model import Network
    from govnet.power.measured import UpsReading
    from govnet.power.verdict import Verdict as Said

FACILITY = frozenset({"ups", "eps", "hvac", "fire", "env", "cam"})
_ROOM_ROLES = FACILITY | {"core", "agg", "pe", "rr", "fw"}


class FacilityRule(Rule):
    """A rule of `govnet.power`: what nobody could tell is settled by a record, or unknown with what to supply."""

    @abstractmethod
    def verdicts(self, evidence: Evidence) -> Iterable[Said]:
        """Return what the rule says of each object."""

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each verdict."""
        for said in self.verdicts(evidence):
            if said.outcome is Verdict.UNKNOWN:
                yield by_document(self, evidence, said.object, f"{said.expected} ({said.actual})")
            elif said.outcome is Verdict.NOT_APPLICABLE:
                yield self.not_applicable(said.object, said.actual)
            else:
                judge = self.passed if said.outcome is Verdict.PASS else self.failed
                yield judge(said.object, said.expected, said.actual, *_seen(evidence, said.object))


def _seen(evidence: Evidence, name: str) -> Iterator[Reference]:
    """Yield where an object is written, and the samples that it gave; a sensor goes by its box."""
    network, box = evidence.network, name.partition(" ")[0]
    for known in (network.devices, network.power_sources, network.places):
        if box in known:
            yield evidence.written(known[box].origin)
    if evidence.samples_of(box):
        yield evidence.record(Kind.SAMPLES, box)


def level3(evidence: Evidence) -> bool:
    """Return whether level 3 is asked: a network that declares no level is held to all rules."""
    level = declared_level(evidence)
    return level is None or level >= L3


def ups_readings(evidence: Evidence) -> dict[str, UpsReading]:
    """Return device -> what its UPS said; nothing where nobody read them."""
    return sensing.ups_readings(evidence.samples or ())


def boxes_of(network: Network, place: str) -> tuple[Device, ...]:
    """Return the facility devices of a place."""
    return tuple(each for each in network.devices.values() if each.place == place and each.role in FACILITY)


def rooms(evidence: Evidence, parameters: Parameters) -> Iterator[Room]:
    """Yield the machine rooms: the places of the network's own middle and of its facility devices."""
    devices = evidence.network.devices.values()
    for place in dict.fromkeys(device.place for device in devices if device.managed and device.role in _ROOM_ROLES):
        yield room(evidence, parameters, place)


def sites(evidence: Evidence, parameters: Parameters) -> Iterator[Room]:
    """Yield the machine rooms, and the other places of network gear of which the altitude is written."""
    known = {each.place: each for each in rooms(evidence, parameters)}
    yield from known.values()
    gear = (
        device.place for device in evidence.network.devices.values() if device.managed and device.role in COMMUNICATION
    )
    for place in dict.fromkeys(gear):
        if place not in known and evidence.network.altitude(place) is not None:
            yield room(evidence, parameters, place)


def class_of(network: Network, parameters: Parameters, place: str) -> str:
    """Return the class of a place's machine room as the inventory says, or as a parameter overrules it."""
    return parameters.room_classes.get(place) or network.room_class(place)


def room(evidence: Evidence, parameters: Parameters, place: str) -> Room:
    """Return a machine room: what is written of it, and what its sensors said."""
    network = evidence.network
    boxes = boxes_of(network, place)
    samples = [sample for box in boxes for sample in evidence.samples_of(box.name)]
    asked = [box.name for box in boxes if box.role == "ups" or evidence.samples_of(box.name)]
    written = class_of(network, parameters, place)
    return Room(
        place,
        room_class=RoomClass(written) if written else None,
        altitude_m=network.altitude(place),
        level3=level3(evidence),
        edition=parameters.room_edition,
        vendor_celsius=parameters.vendor_celsius.get(place),
        climates=sensing.climates(samples),
        contacts=sensing.contacts(samples, {box.name: box.role for box in boxes}, _leaks(boxes)),
        air=sensing.air_conditioners(samples, [box.name for box in boxes if box.role == "hvac"]),
        series=sensing.series(samples, asked, evidence.as_of) if evidence.samples is not None else {},
    )


def _leaks(boxes: Iterable[Device]) -> dict[str, int]:
    """Return gateway -> how many leak sensors the inventory gives it."""
    found: dict[str, int] = {}
    for box in boxes:
        sensors = box.data.get("sensors")
        if isinstance(sensors, dict):
            found[box.name] = sensors.get("leak", 0)
    return found
