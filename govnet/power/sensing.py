"""From samples, as the collectors expose them, to the readings that the machine-room rules take.

A UPS is exposed by the collectors' module ``ups``, an EPS under the same names by Modbus. What else stands in a room is
exposed by Modbus or by the modules of sensor boxes and air conditioners, in base units, with the gateway or box as the
object:

- ``room_temperature_celsius{sensor, position}``, ``room_temperature_change_celsius_per_hour{sensor, position}`` and
  ``room_humidity_ratio{sensor, position}``; positions as in `Climate`;
- ``room_contact_well{sensor, kind}``: 1 for dry, no fire, online; kinds as in `Contact`; and
  ``room_contact_tested_days{sensor, kind}``;
- ``air_conditioner_running`` and ``air_conditioner_alarm``: 1 or 0;
- ``govnet_sensor_up{metric, ...}``: 0 where a sensor was asked and said nothing usable. One whose place is known (a
  position, a kind of contact) is then a sensor that says nothing; without either it may be a socket that is empty.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from govnet.power.measured import AirConditioner, Climate, Contact, Series, UpsReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

INTERVAL_SECONDS = 60.0
"""How often the collectors ask."""
_CLIMATE = ("room_temperature", "room_humidity")
_CONTACT_OF = {"fire": "fire", "cam": "camera"}
"""Role of a box that is one contact -> kind of it."""


class Measured(Protocol):
    """One sample: a metric's name and labels, of an object, at a time, in base units."""

    @property
    def name(self) -> str:
        """Metric."""

    @property
    def object(self) -> str:
        """Inventory name of what was asked."""

    @property
    def value(self) -> float:
        """In base units."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of the series."""


def ups_readings(samples: Iterable[Measured]) -> dict[str, UpsReading]:
    """Return device -> reading of each UPS that answered, from the newest sample of each series."""
    found: dict[str, list[Measured]] = defaultdict(list)
    for sample in newest(one for one in samples if one.name.startswith("ups_")):
        found[sample.object].append(sample)
    return {name: _ups(of) for name, of in found.items()}


def _ups(samples: Sequence[Measured]) -> UpsReading:
    watts = list(_of(samples, "ups_output_watts"))
    return UpsReading(
        output=_state(samples, "ups_output_source"),
        battery=_state(samples, "ups_battery_state"),
        on_battery_seconds=_one(samples, "ups_on_battery_seconds"),
        runtime_seconds=_one(samples, "ups_runtime_remaining_seconds"),
        load=max(_of(samples, "ups_output_load_ratio"), default=None),
        watts=sum(watts) if watts else None,
        rated_watts=_one(samples, "ups_nominal_output_watts"),
        alarms=_one(samples, "ups_alarms_present"),
        input_volts=tuple(_of(samples, "ups_input_volts")),
    )


def climates(samples: Iterable[Measured]) -> dict[str, Climate]:
    """Return sensor -> temperature and humidity, of all samples given."""
    found: dict[str, dict[str, float | None]] = defaultdict(dict)
    positions: dict[str, str] = {}
    for sample in newest(samples):
        name, position = _named(sample), sample.labels.get("position", "")
        if sample.name.startswith(_CLIMATE):
            found[name][sample.name] = sample.value
            positions[name] = position
        elif _mute(sample, _CLIMATE) and position:
            positions[name] = position
            found[name].setdefault(sample.labels["metric"], None)
    return {
        name: Climate(
            positions[name],
            celsius=values.get("room_temperature_celsius"),
            humidity=values.get("room_humidity_ratio"),
            celsius_per_hour=values.get("room_temperature_change_celsius_per_hour"),
        )
        for name, values in found.items()
    }


def contacts(samples: Iterable[Measured], boxes: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, Contact]:
    """Return sensor -> what it says; what the inventory knows of and nobody read says nothing.

    Args:
        samples: of the room.
        boxes: device -> role, of the room: a fire panel or a camera recorder is a contact of its own.
        counts: gateway -> how many leak sensors it has, as the inventory says.
    """
    found: dict[str, Contact] = {}
    latest = list(newest(samples))
    tested = {_named(sample): sample.value for sample in latest if sample.name == "room_contact_tested_days"}
    for sample in latest:
        if sample.name == "room_contact_well":
            name = _named(sample)
            found[name] = Contact(sample.labels.get("kind", ""), sample.value == 1, tested.get(name))
        elif _mute(sample, ("room_contact_well",)) and sample.labels.get("kind"):
            found.setdefault(_named(sample), Contact(sample.labels["kind"], well=None))
    read = {sample.object for sample in latest if sample.name == "room_contact_well"}
    for box, role in boxes.items():
        if role in _CONTACT_OF and box not in read:
            found[box] = Contact(_CONTACT_OF[role], well=None)
    for gateway, count in counts.items():
        known = sum(each.kind == "leak" and name.startswith(gateway) for name, each in found.items())
        for number in range(known + 1, count + 1):
            found[f"{gateway} leak {number}"] = Contact("leak", well=None)
    return found


def air_conditioners(samples: Iterable[Measured], names: Iterable[str]) -> dict[str, AirConditioner]:
    """Return device -> what it says, of the air conditioners named."""
    values = {(sample.object, sample.name): sample.value == 1 for sample in newest(samples)}
    return {
        name: AirConditioner(
            running=values.get((name, "air_conditioner_running")), alarm=values.get((name, "air_conditioner_alarm"))
        )
        for name in names
    }


def series(samples: Iterable[Measured], names: Iterable[str], now: datetime) -> dict[str, Series]:
    """Return device -> how fresh it is, and temperature sensor -> likewise, and how long it has not moved."""
    held: dict[str, list[Measured]] = defaultdict(list)
    expected = list(names)
    for sample in samples:
        if sample.object in expected:
            held[sample.object].append(sample)
            if sample.name == "room_temperature_celsius":
                held[_named(sample)].append(sample)
    return {name: _series(held[name], now, still=name not in expected) for name in [*expected, *sorted(held)]}


def _series(samples: Sequence[Measured], now: datetime, *, still: bool) -> Series:
    if not samples:
        return Series(None, INTERVAL_SECONDS)
    last = max(sample.at for sample in samples)
    return Series((now - last).total_seconds(), INTERVAL_SECONDS, _still(samples) if still else 0.0)


def _still(samples: Sequence[Measured]) -> float:
    """Return for how many seconds the value has not moved at all, up to its last sample."""
    backwards = sorted(samples, key=_when, reverse=True)
    since = backwards[0].at
    for later, sample in pairwise(backwards):
        if sample.value != later.value:
            break
        since = sample.at
    return (backwards[0].at - since).total_seconds()


def newest(samples: Iterable[Measured]) -> Iterator[Measured]:
    """Yield the last sample of each series."""
    found: dict[tuple[str, str, tuple[tuple[str, str], ...]], Measured] = {}
    for sample in sorted(samples, key=_when):
        found[sample.object, sample.name, tuple(sorted(sample.labels.items()))] = sample
    yield from found.values()


def _when(sample: Measured) -> datetime:
    return sample.at


def _mute(sample: Measured, metrics: tuple[str, ...]) -> bool:
    """Return whether a sample says that a sensor behind one of some metrics gave nothing usable."""
    metric = sample.labels.get("metric", "")
    return sample.name == "govnet_sensor_up" and sample.value == 0 and metric.startswith(metrics)


def _named(sample: Measured) -> str:
    """Return what a sensor is called: its box, and its own name where it has one."""
    return f"{sample.object} {sample.labels.get('sensor', '')}".rstrip()


def _of(samples: Iterable[Measured], metric: str) -> Iterator[float]:
    return (float(sample.value) for sample in samples if sample.name == metric)


def _one(samples: Iterable[Measured], metric: str) -> float | None:
    return next(_of(samples, metric), None)


def _state(samples: Iterable[Measured], metric: str) -> str:
    """Return the state that is on, of a state set; empty when the device did not tell."""
    on = (sample.labels for sample in samples if sample.name == metric and sample.value == 1)
    return next((labels.get(metric, "") for labels in on), "")
