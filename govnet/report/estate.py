"""Tables of what the network is meant to be: circuits, power, cables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.config.phrases import listed

if TYPE_CHECKING:
    from datetime import date

    from govnet.network.built import PowerSource
    from govnet.network.cabled import Circuit, Link
    from govnet.network.model import Network

NOT_RECORDED = "not recorded"
_KBPS = ((1_000_000, "Gbit/s"), (1_000, "Mbit/s"), (1, "kbit/s"))


@dataclass(frozen=True, slots=True)
class CircuitRow:
    """A leased line and where it ends."""

    id: str
    title: str
    owner: str
    speed: str
    kind: str
    protection: str
    term: str
    ends: str


@dataclass(frozen=True, slots=True)
class PowerRow:
    """A power source and what hangs on it."""

    name: str
    kind: str
    device: str
    fed_by: str
    bridges: str
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A cable: the drawing as a table."""

    a: str
    b: str
    purpose: str
    medium: str
    speed: str
    circuit: str


def speed(kbps: int) -> str:
    """Return kbit/s in the largest unit that leaves a whole part: ``10 Mbit/s``."""
    size, unit = next((pair for pair in _KBPS if kbps >= pair[0]), _KBPS[-1])
    return f"{kbps / size:g} {unit}"


def circuits(network: Network) -> tuple[CircuitRow, ...]:
    """Return the circuits in inventory order."""
    ends = {link.circuit: f"{link.a} to {link.b}" for link in network.links if link.circuit}
    ends |= {up.circuit: f"{up.end} to {up.title} ({up.zone})" for up in network.upstreams}
    return tuple(_circuit(circuit, ends.get(circuit.id, NOT_RECORDED)) for circuit in network.circuits.values())


def _circuit(circuit: Circuit, ends: str) -> CircuitRow:
    return CircuitRow(
        circuit.id, circuit.title, circuit.owner, speed(circuit.speed_kbps),
        "dedicated" if circuit.dedicated else "shared",
        circuit.protection or "none", _term(circuit.since, circuit.until), ends,
    )  # fmt: skip


def _term(since: date | None, until: date | None) -> str:
    if since is None and until is None:
        return NOT_RECORDED
    return f"{since or NOT_RECORDED} to {until or 'open'}"


def power(network: Network) -> tuple[PowerRow, ...]:
    """Return the power sources in inventory order, each with the devices that name it."""
    return tuple(_power(network, source) for source in network.power_sources.values())


def _power(network: Network, source: PowerSource) -> PowerRow:
    bridges = [f"{source.minutes:g} min on battery"] if source.minutes is not None else []
    bridges += [f"{source.transfer_ms:g} ms to switch over"] if source.transfer_ms is not None else []
    return PowerRow(
        source.name, source.kind, source.device, listed(source.fed_by) if source.fed_by else "",
        ", ".join(bridges) or ("" if source.kind == "mains" else NOT_RECORDED),
        tuple(device.name for device in network.devices.values() if source.name in device.power),
    )  # fmt: skip


def links(network: Network) -> tuple[LinkRow, ...]:
    """Return the cables in file order."""
    return tuple(map(_link, network.links))


def _link(link: Link) -> LinkRow:
    return LinkRow(str(link.a), str(link.b), link.purpose, link.medium, speed(link.bandwidth_kbps), link.circuit)
