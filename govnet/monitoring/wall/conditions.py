"""What is wrong now, worst first; what a wrong thing explains is told with it and not by itself, as in Alertmanager."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govnet.monitoring.causes import CIRCUIT, DEVICE, SOURCE, Cause
from govnet.monitoring.wall.room import short
from govnet.monitoring.wall.tiles import Condition, Lost, Tile, Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govnet.monitoring.causes import Causes
    from govnet.network.model import Network
    from govnet.power.reach import Reach

_WRONG = (Tone.BAD, Tone.WARN)
_NAMED = 6
"""Places and zones that are named; a wall has no room for more."""


def conditions(network: Network, causes: Causes, tiles: Mapping[str, Iterable[Tile]]) -> tuple[Condition, ...]:
    """Return what is wrong.

    A power source that runs on its battery is not dark yet: its reach is told, and it explains nothing.

    Args:
        network: whom to call stands there.
        causes: of the network: what explains what.
        tiles: kind of cause -> tiles; under any other name those that are no cause.
    """
    wrong = {(kind, tile.name): tile for kind, of in tiles.items() for tile in of if tile.tone in _WRONG}
    known = {(cause.kind, cause.name): cause for cause in causes.all}
    firing = [known[key] for key, tile in wrong.items() if tile.tone is Tone.BAD and key[0] != SOURCE and key in known]
    hidden = {key for cause in firing for key in _explained(cause)}
    found = [_of(network, tile, known.get(key)) for key, tile in wrong.items() if key not in hidden]
    return tuple(sorted(_together(found), key=_urgency))


def _together(found: Iterable[Condition]) -> Iterator[Condition]:
    """Yield conditions; those without reach of which the same is said become one, since a wall has few lines."""
    same: dict[tuple[Tone, str, str], list[Condition]] = {}
    for condition in found:
        if condition.lost is not None:
            yield condition
        else:
            same.setdefault((condition.tone, repr(condition.said), condition.call), []).append(condition)
    for first, *others in same.values():
        yield replace(first, also=tuple(short(other.name) for other in others))


def _explained(cause: Cause) -> Iterator[tuple[str, str]]:
    yield from ((DEVICE, name) for name in cause.devices)
    yield from ((CIRCUIT, name) for name in cause.circuits)


def _of(network: Network, tile: Tile, cause: Cause | None) -> Condition:
    lost = _lost(network, cause.reach) if cause is not None and tile.tone is Tone.BAD else None
    return Condition(tile.name, tile.tone, tile.said, tile.title, _call(network, tile.name), lost)


def _lost(network: Network, reach: Reach) -> Lost:
    return Lost(
        symptoms=reach.symptoms,
        devices=len(reach.devices),
        segments=len(reach.segments),
        zones=reach.zones[:_NAMED],
        places=tuple(network.places[place].title for place in reach.places[:_NAMED]),
        upstreams=reach.upstreams[:_NAMED],
    )


def _call(network: Network, name: str) -> str:
    """Return whom to call: who maintains the device, the owner of the circuit, else who answers for the network."""
    if name in network.circuits and network.circuits[name].owner != "government":
        return network.circuits[name].maintainer or network.circuits[name].owner
    device: Mapping[str, str] = {name: each.maintainer for name, each in network.devices.items()}
    return device.get(name) or network.services.contact


def _urgency(condition: Condition) -> tuple[bool, int]:
    return condition.tone is not Tone.BAD, -(condition.lost.symptoms if condition.lost else 0)
