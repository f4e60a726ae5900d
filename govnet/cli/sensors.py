"""From the samples of a collector to the readings that the machine-room rules take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govnet.power.measured import UpsReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collectors.collect import Result


def ups_readings(results: Iterable[Result]) -> dict[str, UpsReading]:
    """Return device -> reading of each UPS that answered."""
    found = ((result.target.name, result.values) for result in results if "ups" in " ".join(result.target.modules))
    return {name: ups_reading(values) for name, values in found if values}


def ups_reading(values: Mapping[str, float]) -> UpsReading:
    """Return what a UPS said.

    Args:
        values: series as `collectors.collect.Result.values` has them, ``ups_input_volts{line="1"}``.
    """
    watts = list(_of(values, "ups_output_watts"))
    return UpsReading(
        output=_state(values, "ups_output_source"),
        battery=_state(values, "ups_battery_state"),
        on_battery_seconds=_one(values, "ups_on_battery_seconds"),
        runtime_seconds=_one(values, "ups_runtime_remaining_seconds"),
        load=max(_of(values, "ups_output_load_ratio"), default=None),
        watts=sum(watts) if watts else None,
        rated_watts=_one(values, "ups_nominal_output_watts"),
        alarms=_one(values, "ups_alarms_present"),
        input_volts=tuple(_of(values, "ups_input_volts")),
    )


def _of(values: Mapping[str, float], metric: str) -> Iterator[float]:
    return (float(value) for series, value in values.items() if series.partition("{")[0] == metric)


def _one(values: Mapping[str, float], metric: str) -> float | None:
    return next(_of(values, metric), None)


def _state(values: Mapping[str, float], metric: str) -> str:
    """Return the state that is on, of a state set; empty when the device did not tell."""
    on = (series for series, value in values.items() if series.startswith(f"{metric}{{") and value == 1)
    return next((series.rsplit('="', 1)[-1].rstrip('"}') for series in on), "")
