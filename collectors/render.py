"""Cells of a device as metrics, the way snmp_exporter turns them into samples, plus what is known to be absent.

A metric with a `Sanity` gets a second series, ``govnet_sensor_up``: 1 where its reading is plausible,
0 where the device answered with nothing usable. The reading itself is then absent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors import model
from collectors.exposition import Family, merge
from collectors.labels import Labels, braces, value_text
from collectors.plan import sibling
from collectors.values import bit, raw_number, sample, unix_time
from snmp import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collectors.model import Metric, Module
    from snmp import Cells

SENSOR_UP = "govnet_sensor_up"
SENSOR_UP_HELP = "Whether the sensor behind a metric gave a plausible reading (1) or nothing usable (0)."


def render(module: Module, columns: Mapping[str, Cells]) -> list[Family]:
    """Return the metrics of a module from the cells read for it."""
    shared: dict[object, Labels] = {}
    families: list[Family] = []
    for metric in module.metrics:
        # Equal indexes and lookups are the rule within a table: their labels are made once.
        key = (tuple(map(_index_key, metric.indexes)), metric.lookups)
        labels = shared.get(key)
        if labels is None:
            labels = shared[key] = Labels(metric.indexes, metric.lookups, columns)
        families += _metric(metric, columns, labels)
    return merge(families)


def _index_key(index: model.Index) -> tuple[object, ...]:
    """Return what tells indexes apart, hashable."""
    return (index.labelname, index.type, index.fixed_size, index.implied, tuple(index.enum_values.items()))


def _metric(metric: Metric, columns: Mapping[str, Cells], labels: Labels) -> Iterable[Family]:
    """Return the families that one metric becomes."""
    cells = columns.get(metric.oid, {})
    if metric.type in model.NUMBERS:
        return _numbers(metric, cells, labels)
    if metric.type in model.DATES:
        return [_dates(metric, cells, labels)]
    if metric.type in model.ENUMS:
        return [_states(metric, cells, labels)]
    if metric.regex_extracts:
        return _extracts(metric, cells, labels)
    return [_texts(metric, cells, labels, columns.get(sibling(metric.oid), {}))]


def _kind(metric: Metric) -> str:
    """Return the TYPE of a numeric metric."""
    return "counter" if metric.type == "counter" else "gauge"


def _numbers(metric: Metric, cells: Cells, labels: Labels) -> list[Family]:
    """Return a gauge or counter, and whether each sensor gave a plausible reading."""
    if not (metric.sanity or metric.scale or metric.offset):
        return [_plain(metric, cells, labels)]
    family = Family(metric.name, _kind(metric), metric.help)
    watch = Family(SENSOR_UP, "gauge", SENSOR_UP_HELP)
    add = family.rows.append
    for index, (tag, content) in cells.items():
        try:
            text = labels[index]
            value = sample(metric, tag, content)
        except MalformedError:
            continue
        if value is not None:
            add((metric.name + text, value))
        if metric.sanity:
            watch.rows.append((_sensor(metric, labels, index), int(value is not None)))
    if metric.sanity and not cells and not metric.indexes:
        watch.rows.append((f'{SENSOR_UP}{{metric="{metric.name}"}}', 0))
    return [family, watch] if watch.rows else [family]


def _plain(metric: Metric, cells: Cells, labels: Labels) -> Family:
    """Return a gauge or counter that is what the device says: the counters of interfaces, nearly all samples."""
    name = metric.name
    rows: list[tuple[str, float]] = []
    for index, (tag, content) in cells.items():
        try:
            value = raw_number(tag, content)
            if value is not None:
                rows.append((name + labels[index], value))
        except MalformedError:
            continue
    return Family(name, _kind(metric), metric.help, rows)


def _sensor(metric: Metric, labels: Labels, index: bytes) -> str:
    """Return the series that tells whether a sensor is up."""
    return SENSOR_UP + braces([("metric", metric.name), *labels.pairs(index).items()])


def _dates(metric: Metric, cells: Cells, labels: Labels) -> Family:
    """Return dates in seconds since 1970; what is no date is absent."""
    family = Family(metric.name, "gauge", metric.help)
    for index, (_, content) in cells.items():
        try:
            family.rows.append((metric.name + labels[index], unix_time(metric.type, content)))
        except MalformedError:
            continue
    return family


def _states(metric: Metric, cells: Cells, labels: Labels) -> Family:
    """Return an enumeration as an info metric or a state set, or BITS as one series a bit."""
    name = f"{metric.name}_info" if metric.type == "EnumAsInfo" else metric.name
    family = Family(name, "gauge", f"{metric.help} ({metric.type})".strip())
    for index, (tag, content) in cells.items():
        try:
            pairs = labels.pairs(index)
            for state, value in _state_values(metric, tag, content):
                family.rows.append((name + braces([*pairs.items(), (metric.name, state)]), value))
        except MalformedError:
            continue
    return family


def _state_values(metric: Metric, tag: int, content: bytes) -> Iterator[tuple[str, int]]:
    """Yield each state with 1 or 0; a number outside the enumeration is a state of its own."""
    if metric.type == "Bits":
        yield from ((state, bit(content, position)) for position, state in metric.enum_values.items())
        return
    raw = raw_number(tag, content)
    if raw is None:
        return
    number = int(raw)
    if metric.type == "EnumAsStateSet":
        yield from ((state, int(number == key)) for key, state in metric.enum_values.items() if number != key)
    yield metric.enum_values.get(number, str(number)), 1


def _texts(metric: Metric, cells: Cells, labels: Labels, forms: Cells) -> Family:
    """Return texts as labels of series that are 1."""
    family = Family(metric.name, "gauge", metric.help)
    for index, (tag, content) in cells.items():
        try:
            pairs = dict(labels.pairs(index))
            pairs.setdefault(metric.name, value_text(tag, content, _form(metric.type, forms.get(index))))
        except MalformedError:
            continue
        family.rows.append((metric.name + braces(pairs.items()), 1))
    return family


def _form(kind: str, before: tuple[int, bytes] | None) -> str:
    """Return the type of a text, which for a combined type the column before tells."""
    if kind not in model.COMBINED:
        return kind
    number = raw_number(*before) if before else None
    return model.COMBINED[kind].get(int(number) if number is not None else 0, "OctetString")


def _extracts(metric: Metric, cells: Cells, labels: Labels) -> list[Family]:
    """Return the numbers that patterns find in texts: for each suffix, the first pattern that fits."""
    found: dict[str, Family] = {}
    for index, (tag, content) in cells.items():
        try:
            text, braced = value_text(tag, content, metric.type), labels[index]
        except MalformedError:
            continue
        for suffix, value in _extracted(metric, text).items():
            name = metric.name + suffix
            family = found.setdefault(name, Family(name, "gauge", f"{metric.help} (regex extracted)"))
            family.rows.append((name + braced, value))
    return list(found.values())


def _extracted(metric: Metric, text: str) -> dict[str, float]:
    """Return suffix -> number for one text."""
    values: dict[str, float] = {}
    for extract in metric.regex_extracts:
        match = extract.pattern.fullmatch(text)
        if match and extract.suffix not in values:
            expanded = _expand(match, extract.value)
            try:
                values[extract.suffix] = float(expanded)
            except ValueError:
                continue
            if metric.scale:
                values[extract.suffix] *= metric.scale
            values[extract.suffix] += metric.offset
    return values


def _expand(match: re.Match[str], template: str) -> str:
    """Fill ``$1`` and ``${name}`` in, as Go's regexp does."""

    def group(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        try:
            return match[int(name) if name.isdigit() else name] or ""
        except IndexError:
            return ""

    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", group, template)
