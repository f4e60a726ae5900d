"""Power and air as tiles: what feeds what and for how long, and what the rules of the room say of its sensors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govnet.audit import Evidence
from govnet.audit.facility import rooms
from govnet.audit.parameters import Parameters
from govnet.monitoring.wall.tiles import NOBODY_ASKS, Said, Tile, Tone
from govnet.outcome import Outcome
from govnet.power import Feeds, rules_room, sensing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govnet.monitoring.wall.seen import Seen
    from govnet.network.built import PowerSource
    from govnet.network.model import Network
    from govnet.power.measured import UpsReading

HOT_CELSIUS = 60.0
"""Inside a device; the alert TemperatureHigh has the same limit."""
_TONES = {Outcome.PASS: Tone.WELL, Outcome.FAIL: Tone.BAD, Outcome.UNKNOWN: Tone.UNSEEN}
_MAINS = Said("on mains")
_OUTPUTS = {
    "normal": (Tone.WELL, _MAINS),
    "battery": (Tone.BAD, Said("on battery")),
    "bypass": (Tone.WARN, Said("on bypass")),
    "none": (Tone.BAD, Said("gives no output")),
}
_LOW = frozenset({"batteryLow", "batteryDepleted"})


def sources(network: Network, seen: Seen) -> tuple[Tile, ...]:
    """Return a tile for each power source; the minutes are measured where a UPS told them, else inventoried."""
    readings = sensing.ups_readings(seen.of_room())
    feeds = Feeds(network)
    return tuple(_source(feeds, source, seen, readings) for source in network.power_sources.values())


def _source(feeds: Feeds, source: PowerSource, seen: Seen, readings: Mapping[str, UpsReading]) -> Tile:
    reading = readings.get(source.device)
    tone, said = _output(source, reading, seen)
    if tone is Tone.UNSEEN:
        reading = None  # what it said before it fell silent is not how it is now
    known = {
        "seconds": reading.runtime_seconds if reading else None,
        "inventoried": None if source.minutes is None else source.minutes * 60,
        "load": reading.load if reading else None,
        "on_battery": reading.on_battery_seconds if reading and tone is Tone.BAD else None,
        "feeds": float(len(feeds.fed(source.name))),
    }
    figures = {name: value for name, value in known.items() if value is not None}
    return Tile(source.name, tone, said, source.kind, figures, ", ".join(source.fed_by))


def _output(source: PowerSource, reading: UpsReading | None, seen: Seen) -> tuple[Tone, Said]:
    if not source.device:
        return Tone.UNSEEN, NOBODY_ASKS
    tone, said = seen.device(source.device)
    if tone in {Tone.UNSEEN, Tone.BAD}:
        return Tone.UNSEEN, said
    if reading is None or not reading.output:
        return Tone.UNSEEN, Said("does not say what it runs on")
    if reading.battery in _LOW:
        return Tone.BAD, Said("battery low")
    return _OUTPUTS.get(reading.output, (Tone.WARN, Said("runs on {what}", {"what": reading.output})))


def air(network: Network, seen: Seen) -> tuple[Tile, ...]:
    """Return a tile for each sensor, air conditioner and contact of the machine rooms, as the rules ENV judge them."""
    evidence = Evidence(network, datetime.fromtimestamp(seen.now, UTC), samples=tuple(seen.of_room()))
    found: dict[str, Tile] = {}
    for room in rooms(evidence, Parameters()):
        figures = _climates(room.climates)
        for rule in (rules_room.env_01, rules_room.env_02, rules_room.env_04, rules_room.env_05, rules_room.env_07):
            for verdict in rule(room):
                if verdict.outcome in _TONES and verdict.object != room.place:
                    tile = Tile(
                        verdict.object,
                        _TONES[verdict.outcome],
                        Said("{actual}", {"actual": verdict.actual}),
                        short(verdict.object),
                        figures=figures.get(verdict.object, {}),
                        note=verdict.rule,
                    )
                    found[tile.name] = _worse(found.get(tile.name), tile)
    return tuple(found.values())


def _climates(climates: Mapping[str, object]) -> dict[str, dict[str, float]]:
    known = {
        name: {"celsius": getattr(each, "celsius", None), "humidity": getattr(each, "humidity", None)}
        for name, each in climates.items()
    }
    return {name: {key: value for key, value in each.items() if value is not None} for name, each in known.items()}


def _worse(one: Tile | None, other: Tile) -> Tile:
    """Return what counts of two verdicts on one sensor: what was judged counts more than what nobody could tell."""
    order = (Tone.UNSEEN, Tone.WELL, Tone.WARN, Tone.BAD)
    return other if one is None or order.index(other.tone) > order.index(one.tone) else one


def warm(network: Network, seen: Seen) -> tuple[Tile, ...]:
    """Return a tile for each device of the machine rooms that tells how warm it is inside, the warmest first."""
    return tuple(sorted(_warm(network, seen), key=lambda tile: -tile.figures["celsius"]))


def _warm(network: Network, seen: Seen) -> Iterator[Tile]:
    for name in network.devices:
        celsius = seen.warmest(name)
        if celsius is not None:
            tone = Tone.BAD if celsius > HOT_CELSIUS else Tone.WELL
            yield Tile(name, tone, Said("inside"), short(name), {"celsius": celsius})


def short(name: str) -> str:
    """Return what is left of a name where the network and the building are known: ``core01``, ``env01 t5``."""
    return name.rsplit("-", 1)[-1]
