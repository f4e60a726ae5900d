"""The inventory's side of an alert, as metrics: who owns it, what it reaches, how fast it is, who feeds whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.monitoring import probes
from govnet.monitoring.causes import LABEL_OF
from govnet.power.measured import Room
from govnet.power.reach import words
from govnet.power.rules_room import highest_celsius

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.monitoring.causes import Causes
    from govnet.network.cabled import Circuit
    from govnet.network.model import Network

HELP = {
    "govnet_device_info": "A device of the inventory, its owner and whom to call about it.",
    "govnet_link_end": "A front port that a cable of the inventory is plugged into.",
    "govnet_circuit_end": "A front port that a leased line of the inventory ends at.",
    "govnet_circuit_probe": "The address that is pinged for a leased line of the inventory.",
    "govnet_circuit_speed_bits_per_second": "Speed that a leased line was ordered with.",
    "govnet_power_feed": "A power source feeds a device.",
    "govnet_power_source_info": "A power source and the device that it is, if it is one.",
    "govnet_power_backup_seconds": "Time that a power source lasts without its own feeds, as the inventory says.",
    "govnet_power_dark": "A zone at a place that goes dark when a power source ends.",
    "govnet_room_limit_celsius": "Warmest that the inlets of a place may be, derated for its altitude.",
    "govnet_reach_symptoms": "Devices, segments and networks outside that are lost with a device, circuit or source.",
    "govnet_cause_tier": "Levels of causes that the fault of a device, circuit or source explains.",
}
"""Metric -> its help."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One sample of a metric of `HELP`."""

    metric: str
    labels: dict[str, str]
    value: float = 1.0


def facts(network: Network, causes: Causes, reached: Mapping[str, str] | None = None) -> Iterator[Fact]:
    """Yield all facts of a network; those of one metric carry the same labels.

    ``reached`` is address -> where it is really reached, for emulated devices.
    """
    yield from _devices(network)
    for probe in probes.circuits(network):
        host = (reached or {}).get(probe.host, probe.host)
        yield Fact("govnet_circuit_probe", {"circuit": probe.circuit, "host": host})
    yield from _links(network, causes)
    yield from _circuits(network, causes)
    yield from _power(network, causes)
    yield from _rooms(network)
    for cause in causes.all:
        labels = {"kind": cause.kind, "cause": cause.name}
        named = {label: cause.name if kind == cause.kind else "" for kind, label in LABEL_OF.items()}
        yield Fact("govnet_reach_symptoms", {**labels, "reach": words(network, cause.reach)}, cause.reach.symptoms)
        yield Fact("govnet_cause_tier", {**labels, **named, "tier": str(cause.tier)})


def _devices(network: Network) -> Iterator[Fact]:
    for device in network.devices.values():
        labels = {"name": device.name, "role": device.role, "place": device.place, "owner": device.owner}
        yield Fact("govnet_device_info", {**labels, "zone": device.zone or "mgt", "call": _call(network, device.name)})


def _links(network: Network, causes: Causes) -> Iterator[Fact]:
    for link in causes.cables:
        for end, other in ((link.a, link.b), (link.b, link.a)):
            labels = {"link": link.id, "name": end.device, "port": end.port, "peer": other.device}
            owner = network.devices[end.device].owner
            called = {"owner": owner, "zone": "mgt", "call": _call(network, end.device)}
            yield Fact("govnet_link_end", {**labels, "purpose": link.purpose, **called})


def _circuits(network: Network, causes: Causes) -> Iterator[Fact]:
    zones = {cause.name: ",".join(cause.reach.zones) for cause in causes.all if cause.kind == "circuit"}
    zones |= {upstream.circuit: upstream.zone for upstream in network.upstreams if upstream.circuit}
    ends = [(link.circuit, end) for link in network.links if link.circuit for end in (link.a, link.b)]
    ends += [(upstream.circuit, upstream.end) for upstream in network.upstreams if upstream.circuit]
    for name, end in ends:
        circuit = network.circuits[name]
        labels = {"circuit": name, "title": circuit.title, "owner": circuit.owner, "zone": zones.get(name, "")}
        at = {"name": end.device, "port": end.port}
        yield Fact("govnet_circuit_end", {**labels, **at, "call": _carrier(network, circuit)})
        yield Fact("govnet_circuit_speed_bits_per_second", {**labels, **at}, circuit.speed_kbps * 1000.0)


def _power(network: Network, causes: Causes) -> Iterator[Fact]:
    for source in network.power_sources.values():
        yield Fact("govnet_power_source_info", {"source": source.name, "kind": source.kind, "name": source.device})
        if source.minutes is not None:
            yield Fact("govnet_power_backup_seconds", {"source": source.name}, source.minutes * 60)
        for device in network.devices.values():
            if source.name in device.power:
                yield Fact("govnet_power_feed", {"source": source.name, "name": device.name})
    for cause in causes.all:
        if cause.kind == "source":
            for zone, place in cause.reach.segments:
                labels = {"source": cause.name, "zone": zone, "place": place}
                yield Fact("govnet_power_dark", {**labels, "title": network.places[place].title})


def _rooms(network: Network) -> Iterator[Fact]:
    """Yield how warm the places may be at which something stands that measures or cools."""
    kinds = ("env", "hvac")
    for place in dict.fromkeys(device.place for device in network.devices.values() if device.role in kinds):
        limit = highest_celsius(Room(place, altitude_m=network.altitude(place)))
        yield Fact("govnet_room_limit_celsius", {"place": place}, limit)


def _call(network: Network, device: str) -> str:
    """Return whom to call about a device: who maintains it, else who answers for the network."""
    return network.devices[device].maintainer or network.services.contact


def _carrier(network: Network, circuit: Circuit) -> str:
    """Return whom to call about a circuit; the inventory knows no carrier's telephone number."""
    if circuit.owner == "government":
        return network.services.contact
    return f"the carrier, about circuit {circuit.id}"
