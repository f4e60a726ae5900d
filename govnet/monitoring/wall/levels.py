"""Devices level by level, as on a plan; and leased lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from govnet.monitoring.wall.room import short
from govnet.monitoring.wall.tiles import Level, Said, Tile, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.monitoring.causes import Causes
    from govnet.monitoring.wall.seen import Seen
    from govnet.network.built import Device
    from govnet.network.model import Network

LEVELS = (
    ("Border", frozenset({"fw", "ids"})),
    ("Core and aggregation", frozenset({"core", "agg", "pe", "rr"})),
    ("Servers", frozenset({"srv", "web", "nms", "mcu"})),
    ("Access", frozenset({"acc"})),
    ("Places", frozenset({"ce", "cpe"})),
    ("Machine room", frozenset({"ups", "eps", "hvac", "fire", "env", "cam"})),
)
"""Title -> the roles that stand there, from the outside in; roles that are in none come last."""
OTHERS = "Others"
BUSY = 0.8
"""Share of the ordered speed; the alert CircuitBusy has the same limit."""


def levels(network: Network, seen: Seen) -> tuple[Level, ...]:
    """Return the levels that the network has."""
    known = frozenset[str]().union(*(roles for _, roles in LEVELS))
    others = frozenset(device.role for device in network.devices.values()) - known
    found = ((title, _tiles(network, seen, roles)) for title, roles in (*LEVELS, (OTHERS, others)))
    return tuple(Level(title, tiles) for title, tiles in found if tiles)


def _tiles(network: Network, seen: Seen, roles: frozenset[str]) -> tuple[Tile, ...]:
    return tuple(_tile(network, seen, device) for device in network.devices.values() if device.role in roles)


def _tile(network: Network, seen: Seen, device: Device) -> Tile:
    tone, said = seen.device(device.name)
    return Tile(device.name, tone, said, network.places[device.place].title, note=short(device.name))


def circuits(network: Network, causes: Causes, seen: Seen) -> tuple[Tile, ...]:
    """Return a tile for each leased line: its link at the ends that were read, and its use of the ordered speed."""
    ends = _ends(network, causes)
    places = {name: {network.devices[device].place for device, _ in of} for name, of in ends.items()}
    # Nearly every line ends at the same place: what tells them apart is the other one.
    hub = Counter(place for at in places.values() for place in at).most_common(1)
    far = {name: sorted(at - {place for place, _ in hub}) for name, at in places.items()}
    titles = {name: network.places[at[0]].title for name, at in far.items() if len(at) == 1}
    return tuple(_circuit(network, name, of, seen, titles.get(name, "")) for name, of in ends.items())


def _ends(network: Network, causes: Causes) -> dict[str, list[tuple[str, str]]]:
    """Return circuit -> device and port of each of its ends in this network."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in causes.ends}
    for link in network.links:
        if link.circuit:
            found[link.circuit] += [(end.device, end.port) for end in (link.a, link.b)]
    for upstream in network.upstreams:
        if upstream.circuit:
            found[upstream.circuit].append((upstream.end.device, upstream.end.port))
    return found


def _circuit(network: Network, name: str, ends: list[tuple[str, str]], seen: Seen, far: str) -> Tile:
    circuit = network.circuits[name]
    up = [seen.ports(device).get(port) for device, port in ends]
    used = list(_used(ends, seen, circuit.speed_kbps * 1000))
    figures = {"speed": circuit.speed_kbps * 1000.0}
    if used:
        figures |= {"in": max(each[0] for each in used), "out": max(each[1] for each in used)}
    tone, said = _line(up, max((max(each) for each in used), default=0.0))
    return Tile(name, tone, said, far or circuit.title, figures, circuit.title)


def _used(ends: list[tuple[str, str]], seen: Seen, speed: float) -> Iterator[tuple[float, float]]:
    for device, port in ends:
        if speed and (rate := seen.rates(device).get(port)):
            yield rate[0] / speed, rate[1] / speed


def _line(up: list[bool | None], used: float) -> tuple[Tone, Said]:
    if False in up:
        return Tone.BAD, Said("no link")
    if True not in up:
        return Tone.UNSEEN, Said("no end of it was read")
    return (Tone.WARN, Said("busy")) if used > BUSY else (Tone.WELL, Said("up"))
