"""Cells of a device as metrics, the way snmp_exporter turns them into samples, plus what is known to be absent.

A metric with a `Sanity` gets a second series, ``govnet_sensor_up``: 1 where its reading is plausible,
0 where the device answered with nothing usable. The reading itself is then absent.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from collectors import model
from collectors.exposition import Family, merge
from collectors.labels import Labels, label, opened, value_text
from collectors.plan import sibling
from collectors.values import bit, raw_number, raw_numbers, sample, unix_time
from snmp import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collectors.model import Metric, Module
    from snmp import Cells

    Table: TypeAlias = tuple[tuple[model.Index, ...], tuple[model.Lookup, ...]]

ROWS_KEPT = 10_000
"""Rows of a table beyond which its labels are made anew at each visit: an address table is never twice the same."""
_SCALAR = b"\x00"
"""Index of an object that is no column."""
SENSOR_UP = "govnet_sensor_up"
SENSOR_UP_HELP = "Whether the sensor behind a metric gave a plausible reading (1) or nothing usable (0)."


def render(
    module: Module, columns: Mapping[str, Cells], kept: dict[tuple[str, int], Labels] | None = None
) -> list[Family]:
    """Return the metrics of a module from the cells read for it.

    Args:
        module: the module.
        columns: its cells by column.
        kept: labels of the last visit to the device; used where they still hold, and brought up to date.
    """
    tables, places = _tables(module)
    labels = [_labels((module.name, place), table, columns, kept) for place, table in enumerate(tables)]
    families: list[Family] = []
    for metric, place in zip(module.metrics, places, strict=True):
        families += _metric(metric, columns, labels[place])
    return merge(families)


@lru_cache(maxsize=1024)
def _tables(module: Module) -> tuple[list[Table], list[int]]:
    """Return the distinct indexes and lookups of a module, and for each metric which it has.

    Equal indexes and lookups are the rule within a table: their labels are made once.
    """
    found: dict[object, tuple[int, Table]] = {}
    places = []
    for metric in module.metrics:
        key = (tuple(map(_index_key, metric.indexes)), metric.lookups)
        places.append(found.setdefault(key, (len(found), (metric.indexes, metric.lookups)))[0])
    return [table for _, table in found.values()], places


def _labels(
    key: tuple[str, int], table: Table, columns: Mapping[str, Cells], kept: dict[tuple[str, int], Labels] | None
) -> Labels:
    """Return the labels of a table: those kept where they hold, else new ones."""
    labels = kept.get(key) if kept is not None else None
    if labels is None or len(labels) > ROWS_KEPT or not labels.hold_for(columns):
        labels = Labels(*table, columns)
        if kept is not None:
            kept[key] = labels
    return labels


def _index_key(index: model.Index) -> tuple[object, ...]:
    """Return what tells indexes apart, hashable."""
    names = tuple(index.enum_values.items())
    return (index.labelname, index.type, index.fixed_size, index.implied, index.display_hint, names)


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
    sensor = f"{SENSOR_UP}{{{label('metric', metric.name)}"
    for index, (tag, content) in cells.items():
        try:
            text = labels[index]
            value = sample(metric, tag, content)
        except MalformedError:
            continue
        if value is not None:
            family.rows.append((metric.name + text, value))
        if metric.sanity:
            watch.rows.append((f"{sensor},{text[1:]}" if text else f"{sensor}}}", int(value is not None)))
    if metric.sanity and not cells and not metric.indexes:
        text = labels[_SCALAR]
        watch.rows.append((f"{sensor},{text[1:]}" if text else f"{sensor}}}", 0))
    return [family, watch] if watch.rows else [family]


def _plain(metric: Metric, cells: Cells, labels: Labels) -> Family:
    """Return a gauge or counter that is what the device says: the counters of interfaces, nearly all samples."""
    name = metric.name
    try:
        values = raw_numbers(cells.values())
        rows = list(zip([name + text for text in map(labels.__getitem__, cells)], values, strict=True))
    except MalformedError:
        rows = list(_sound(name, cells, labels))
    return Family(name, _kind(metric), metric.help, rows, labels.distinct)


def _sound(name: str, cells: Cells, labels: Labels) -> Iterator[tuple[str, float]]:
    """Yield the rows of a column without those that hold no number, or are malformed."""
    for index, (tag, content) in cells.items():
        try:
            series, value = name + labels[index], raw_number(tag, content)
        except MalformedError:
            continue
        if value is not None:
            yield series, value


def _dates(metric: Metric, cells: Cells, labels: Labels) -> Family:
    """Return dates in seconds since 1970; what is no date is absent."""
    family = Family(metric.name, "gauge", metric.help)
    for index, (_, content) in cells.items():
        try:
            family.rows.append((metric.name + labels[index], unix_time(metric.type, content, metric.datetime_pattern)))
        except MalformedError:
            continue
    return family


def _states(metric: Metric, cells: Cells, labels: Labels) -> Family:
    """Return an enumeration as an info metric or a state set, or BITS as one series a bit."""
    name = f"{metric.name}_info" if metric.type == "EnumAsInfo" else metric.name
    family = Family(name, "gauge", f"{metric.help} ({metric.type})".strip())
    for index, (tag, content) in cells.items():
        try:
            begun = name + opened(labels[index])
            for state, value in _state_values(metric, tag, content):
                family.rows.append((f"{begun}{label(metric.name, state)}}}", value))
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
    """Return texts as labels of series that are 1; a text that is a label already stays that label."""
    family = Family(metric.name, "gauge", metric.help)
    for index, (tag, content) in cells.items():
        try:
            series = metric.name + labels[index]
            if metric.name not in labels.names:
                text = value_text(tag, content, _form(metric.type, forms.get(index)), metric.display_hint)
                series = f"{metric.name}{opened(labels[index])}{label(metric.name, text)}}}"
        except MalformedError:
            continue
        family.rows.append((series, 1))
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
            text, braced = value_text(tag, content, metric.type, metric.display_hint), labels[index]
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
