"""Tables of what the network is meant to be: circuits, power, cables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config.phrases import listed
from govnet.report.words import Text, joined, known, say

if TYPE_CHECKING:
    from datetime import date

    from govnet.network.built import PowerSource
    from govnet.network.cabled import Circuit, Link
    from govnet.network.model import Network

_KBPS = ((1_000_000, "Gbit/s"), (1_000, "Mbit/s"), (1, "kbit/s"))


@dataclass(frozen=True, slots=True)
class CircuitRow:
    """A leased line and where it ends."""

    id: str
    title: str
    owner: Text
    speed: str
    kind: Text
    protection: Text
    term: Text
    ends: Text


@dataclass(frozen=True, slots=True)
class PowerRow:
    """A power source and what hangs on it."""

    name: str
    kind: Text
    device: str
    fed_by: str
    bridges: Text
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A cable: the drawing as a table."""

    a: str
    b: str
    purpose: Text
    medium: Text
    speed: str
    circuit: str


def speed(kbps: int) -> str:
    """Return kbit/s in the largest unit that leaves a whole part: ``10 Mbit/s``."""
    size, unit = next((pair for pair in _KBPS if kbps >= pair[0]), _KBPS[-1])
    return f"{kbps / size:g} {unit}"


def circuits(network: Network) -> tuple[CircuitRow, ...]:
    """Return the circuits in inventory order."""
    ends = {link.circuit: _span(str(link.a), str(link.b)) for link in network.links if link.circuit}
    ends |= {up.circuit: _span(str(up.end), f"{up.title} ({up.zone})") for up in network.upstreams}
    nowhere = say("not recorded")
    return tuple(_circuit(circuit, ends.get(circuit.id, nowhere)) for circuit in network.circuits.values())


def _circuit(circuit: Circuit, ends: Text) -> CircuitRow:
    return CircuitRow(
        circuit.id, circuit.title, known(circuit.owner), speed(circuit.speed_kbps),
        say("dedicated" if circuit.dedicated else "shared"),
        known(circuit.protection or "none"), _term(circuit.since, circuit.until), ends,
    )  # fmt: skip


def _span(begin: object, end: object) -> Text:
    return say("{begin} to {end}", begin=begin, end=end)


def _term(since: date | None, until: date | None) -> Text:
    if since is None and until is None:
        return say("not recorded")
    return _span(since or say("not recorded"), until or say("open"))


def power(network: Network) -> tuple[PowerRow, ...]:
    """Return the power sources in inventory order, each with the devices that name it."""
    return tuple(_power(network, source) for source in network.power_sources.values())


def _power(network: Network, source: PowerSource) -> PowerRow:
    bridges = [say("{n} min on battery", n=f"{source.minutes:g}")] if source.minutes is not None else []
    bridges += [say("{n} ms to switch over", n=f"{source.transfer_ms:g}")] if source.transfer_ms is not None else []
    without = say("nothing" if source.kind == "mains" else "not recorded")
    return PowerRow(
        source.name, known(source.kind), source.device, listed(source.fed_by) if source.fed_by else "",
        joined(bridges, ", ") if bridges else without,
        tuple(device.name for device in network.devices.values() if source.name in device.power),
    )  # fmt: skip


def links(network: Network) -> tuple[LinkRow, ...]:
    """Return the cables in file order."""
    return tuple(map(_link, network.links))


def _link(link: Link) -> LinkRow:
    return LinkRow(
        str(link.a), str(link.b), known(link.purpose), known(link.medium), speed(link.bandwidth_kbps), link.circuit
    )
