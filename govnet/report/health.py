"""Health of each target in words: what its sensors said, and by name what they did not say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govnet.masking import masked_prose
from govnet.report.tone import Tone, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.collect import Result
    from govnet.report.run import Run

NOT_SEEN = "not seen"
_IF_UP = 1
Values = Sequence[tuple[str, float]]


def _percent(values: Values) -> str:
    return f"{max(value for _, value in values):.0%}"


def _celsius(values: Values) -> str:
    return f"{max(value for _, value in values):g} °C"


def _minutes(values: Values) -> str:
    return f"{min(value for _, value in values) / 60:g} min"


def _seconds(values: Values) -> str:
    return f"{max(value for _, value in values):g} s"


def _days(values: Values) -> str:
    return f"{min(value for _, value in values) / 86400:.1f} days"


def _volts(values: Values) -> str:
    return f"{min(value for _, value in values):g} V"


def _count(values: Values) -> str:
    return f"{max(value for _, value in values):g}"


def _state(values: Values) -> str:
    """Return the states that are on, of a state set (one series a state, in the label of the metric's name)."""
    return ", ".join(sorted(_last_label(series) for series, value in values if value)) or NOT_SEEN


def _up(values: Values) -> str:
    return f"{sum(value == _IF_UP for _, value in values)} of {len(values)} up"


def _last_label(series: str) -> str:
    return series.rsplit('="', 1)[-1].rstrip('"}')


@dataclass(frozen=True, slots=True)
class Key:
    """A value worth a place on the page: the worst of a metric's series, in people's units."""

    metric: str
    label: str
    shown: Callable[[Values], str]


_AIR = (Key("room_temperature_celsius", "warmest", _celsius), Key("room_humidity_ratio", "humidity", _percent))

# Module -> what an operator looks at first. Names are those of the modules in `collectors/modules`.
KEYS: dict[str, tuple[Key, ...]] = {
    "ups": (
        Key("ups_battery_state", "battery", _state),
        Key("ups_battery_charge_ratio", "charge", _percent),
        Key("ups_runtime_remaining_seconds", "runtime left", _minutes),
        Key("ups_on_battery_seconds", "on battery for", _seconds),
        Key("ups_output_load_ratio", "load", _percent),
        Key("ups_input_volts", "lowest input", _volts),
        Key("ups_battery_temperature_celsius", "battery temperature", _celsius),
        Key("ups_alarms_present", "alarms", _count),
    ),
    "nortel_8600": (
        Key("nortel_cpu_utilization_ratio", "CPU", _percent),
        Key("nortel_memory_used_ratio", "memory", _percent),
        Key("nortel_chassis_temperature_celsius", "chassis", _celsius),
    ),
    "nortel_voss": (
        Key("nortel_slot_cpu_utilization_ratio", "CPU", _percent),
        Key("nortel_slot_memory_used_ratio", "memory", _percent),
        Key("nortel_sensor_temperature_celsius", "temperature", _celsius),
    ),
    "nortel_ers": (
        Key("nortel_ers_cpu_utilization_ratio", "CPU", _percent),
        Key("nortel_ers_temperature_celsius", "temperature", _celsius),
    ),
    "huawei_vrp": (
        Key("huawei_cpu_utilization_ratio", "CPU", _percent),
        Key("huawei_entity_memory_used_ratio", "memory", _percent),
        Key("huawei_entity_temperature_celsius", "temperature", _celsius),
    ),
    "h3c_comware": (
        Key("h3c_entity_cpu_utilization_ratio", "CPU", _percent),
        Key("h3c_entity_memory_used_ratio", "memory", _percent),
        Key("h3c_entity_temperature_celsius", "temperature", _celsius),
    ),
    "net_snmp": (Key("host_processor_load_ratio", "CPU", _percent), Key("host_load", "load", _count)),
    "topsec": (
        Key("topsec_cpu_utilization_ratio", "CPU", _percent),
        Key("topsec_memory_used_ratio", "memory", _percent),
        Key("topsec_ha_role", "role", _state),
    ),
    "venustech": (Key("venustech_sessions", "sessions", _count),),
    "nsfocus": (
        Key("nsfocus_cpu_utilization_ratio", "CPU", _percent),
        Key("nsfocus_memory_used_ratio", "memory", _percent),
    ),
    "akcp": _AIR,
    "geist": _AIR,
    "apc_inrow": (_AIR[0], Key("air_conditioner_fan_ratio", "fans", _percent)),
    "liebert": (Key("air_conditioner_fan_ratio", "fans", _percent),),
    "ups_netagent": (
        Key("ups_battery_charge_ratio", "charge", _percent),
        Key("ups_output_load_ratio", "load", _percent),
        Key("ups_input_volts", "lowest input", _volts),
    ),
    # What a device learned of others is evidence, not health.
    **dict.fromkeys(("mac_table", "mac_table_rapid_city", "mac_table_huawei", "arp", "sonmp", "lldp"), ()),
    "if_mib": (Key("ifOperStatus", "interfaces", _up),),
    "system": (Key("system_uptime_seconds", "running for", _days),),
}
# Huawei's UPS gives the same metrics from other objects.
KEYS["ups_huawei"] = KEYS["ups"]


@dataclass(frozen=True, slots=True)
class Value:
    """One key value; ``seen`` is False when the device did not give it."""

    label: str
    text: str
    seen: bool


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One target; ``samples`` is None when it was not polled."""

    name: str
    tone: Tone
    state: str
    samples: int | None
    seconds: float | None
    values: tuple[Value, ...] = ()
    error: str = ""


def health(run: Run) -> tuple[HealthRow, ...]:
    """Return the targets in order of polling, then the network's other devices as not polled."""
    polled = {result.target.name for result in run.health}
    rest = (name for name in run.network.devices if name not in polled)
    return (
        *map(_row, run.health),
        *(HealthRow(name, Tone.UNKNOWN, "not polled", None, None) for name in rest),
    )


def _row(result: Result) -> HealthRow:
    tone, state = _verdict(result)
    values = tuple(_values(result)) if result.samples else ()
    error = masked_prose(result.error or "")
    return HealthRow(result.target.name, tone, state, result.samples, result.seconds, values, error)


def _verdict(result: Result) -> tuple[Tone, str]:
    if result.error:
        return (Tone.UNKNOWN, "answers in part") if result.samples else (Tone.BAD, "no answer")
    return (Tone.GOOD, "answers") if result.samples else (Tone.UNKNOWN, "answers with nothing")


def _values(result: Result) -> Iterator[Value]:
    series: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for name, value in result.values.items():
        series[name.split("{", 1)[0]].append((name, value))
    for module in result.target.modules:
        for key in KEYS.get(module, ()):
            found = series.get(key.metric)
            text = key.shown(found) if found else NOT_SEEN
            yield Value(key.label, text, seen=text != NOT_SEEN)
    silent = sum(value == 0 for _, value in series.get("govnet_sensor_up", ()))
    if silent:
        yield Value("silent", plural(silent, "sensor"), seen=False)
