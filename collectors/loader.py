"""Loads module files: snmp_exporter's ``snmp.yml`` as it is (auths and modules), or ours with ``govnet`` keys.

The layout is that of snmp_exporter 0.23 and later; the upstream keys and their meaning come from its
`config` package. Ours adds one key to a metric, ``govnet``, with what a reading can be.
"""

from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collectors import nodes
from collectors.model import (
    INDEX_TYPES,
    METRIC_TYPES,
    NUMBERS,
    Catalogue,
    Extract,
    Filter,
    Index,
    Lookup,
    Metric,
    Module,
    Sanity,
)
from collectors.nodes import Reader, by_number, listed, number, numbers_by_number, oid, seconds, text, truth, whole
from snmp import Auth

if TYPE_CHECKING:
    from collections.abc import Iterable

    import yaml

BUILT_IN = Path(__file__).parent / "modules"
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def load(paths: Iterable[Path] = ()) -> Catalogue:
    """Return the built-in modules and those of `paths`; of one name, the last wins.

    Raises:
        InputError: a file is wrong; names every problem with file and line.
        StorageError: a file cannot be read.
    """
    catalogue = Catalogue({}, {})
    for path in (*sorted(BUILT_IN.glob("*.yml")), *paths):
        catalogue |= load_file(path)
    return catalogue


def load_file(path: Path) -> Catalogue:
    """Return what one file holds.

    Raises:
        InputError, StorageError: as `load`.
    """
    reader = Reader(str(path))
    root = nodes.compose(path)
    found: dict[str, Any] = {}
    if root is not None:
        _refuse_old_layout(reader, root)
        found = reader.record(root, "the file", {"auths": _auths, "modules": _modules, "version": whole}, ())
    reader.finish()
    return Catalogue(found.get("modules", {}), found.get("auths", {}))


def _refuse_old_layout(reader: Reader, root: yaml.Node) -> None:
    """Tell apart a file of snmp_exporter before 0.23, where modules stood at the top.

    Raises:
        InputError: it is one.
    """
    pairs = reader.pairs(root, "the file")
    keys = {key for key, _, _ in pairs}
    if keys and not keys & {"auths", "modules", "version"}:
        reader.problem(root, "the layout is that of snmp_exporter before 0.23", "Generate it anew: auths and modules")
        reader.finish()


def _modules(reader: Reader, node: yaml.Node, what: str) -> dict[str, Module]:
    """Read ``modules``."""
    return {name: _module(reader, value, name) for name, _, value in reader.pairs(node, what)}


def _module(reader: Reader, node: yaml.Node, name: str) -> Module:
    """Read one module."""
    metrics = listed(_metric)
    table: dict[str, nodes.Parse] = {
        "walk": listed(oid),
        "get": listed(oid),
        "metrics": metrics,
        "filters": listed(_filter),
        "max_repetitions": whole,
        "retries": whole,
        "timeout": seconds,
        "allow_nonincreasing_oids": truth,
        "use_unconnected_udp_socket": truth,
    }
    found = reader.record(node, f"module {name}", table, ())
    if found.get("max_repetitions", 1) < 1:
        reader.problem(node, f"module {name} asks for no repetitions", "Set max_repetitions to 1 or more")
    return Module(name, **found)


def _metric(reader: Reader, node: yaml.Node, what: str) -> Metric:
    """Read one metric."""
    table: dict[str, nodes.Parse] = {
        "name": text,
        "oid": oid,
        "type": text,
        "help": text,
        "indexes": listed(_index),
        "lookups": listed(_lookup),
        "regex_extracts": _extracts,
        "enum_values": by_number,
        "scale": number,
        "offset": number,
        "govnet": _sanity,
        "display_hint": text,
        "datetime_pattern": text,
    }
    found = reader.record(node, what, table, ("name", "oid", "type"))
    found["sanity"] = found.pop("govnet", None)
    metric = Metric(**{"name": "", "oid": "1.3", "type": "gauge", **found})
    _check_metric(reader, node, metric)
    return metric


def _check_metric(reader: Reader, node: yaml.Node, metric: Metric) -> None:
    """Note what a metric may not be."""
    if not NAME.fullmatch(metric.name):
        reader.problem(node, f"{metric.name!r} is no metric name", "Use letters, digits and underscores")
    if metric.type not in METRIC_TYPES:
        reader.problem(node, f"metric {metric.name} has an unknown type {metric.type!r}", f"Use {_of(METRIC_TYPES)}")
    if metric.sanity and metric.type not in NUMBERS:
        reader.problem(node, f"metric {metric.name} bounds something that is no number", "Remove its govnet key")
    known = {index.labelname for index in metric.indexes}
    for lookup in metric.lookups:
        if missing := set(lookup.labels) - known:
            reader.problem(node, f"metric {metric.name} looks up by {_of(missing)}, which is no index", "Name an index")
        known.add(lookup.labelname)


def _of(names: Iterable[str]) -> str:
    """Return names as a list to read."""
    return ", ".join(sorted(names))


def _index(reader: Reader, node: yaml.Node, what: str) -> Index:
    """Read one index."""
    table: dict[str, nodes.Parse] = {
        "labelname": text,
        "type": text,
        "fixed_size": whole,
        "implied": truth,
        "enum_values": by_number,
        "display_hint": text,
    }
    found = reader.record(node, what, table, ("labelname", "type"))
    index = Index(**{"labelname": "index", "type": "gauge", **found})
    if index.type not in INDEX_TYPES:
        reader.problem(node, f"{what} has an unknown type {index.type!r}", f"Use {_of(INDEX_TYPES)}")
    _check_label(reader, node, index.labelname)
    return index


def _check_label(reader: Reader, node: yaml.Node, label: str) -> None:
    """Note a label that Prometheus would refuse."""
    if not LABEL.fullmatch(label):
        reader.problem(node, f"{label!r} is no label name", "Use letters, digits and underscores")


def _lookup(reader: Reader, node: yaml.Node, what: str) -> Lookup:
    """Read one lookup."""
    table: dict[str, nodes.Parse] = {
        "labels": listed(text),
        "labelname": text,
        "oid": oid,
        "type": text,
        "display_hint": text,
        "value": text,
        "enum_values": by_number,
    }
    found = reader.record(node, what, table, ("labelname",))
    found["enum_values"] = tuple(found.get("enum_values", {}).items())
    lookup = Lookup(**{"labels": (), "labelname": "label", **found})
    if lookup.labels and not lookup.oid:
        reader.problem(node, f"{what} of {lookup.labelname} lacks an oid", "Add the column to read the label from")
    _check_label(reader, node, lookup.labelname)
    return lookup


def _extracts(reader: Reader, node: yaml.Node, what: str) -> tuple[Extract, ...]:
    """Read ``regex_extracts``: suffix of the name -> tries in order."""
    found = []
    for suffix, _, tries in reader.pairs(node, what):
        for item in reader.items(tries, what):
            raw = reader.record(item, what, {"regex": text, "value": text}, ("regex",))
            found.append(Extract(suffix, _pattern(reader, item, raw.get("regex", "")), raw.get("value", "$1")))
    return tuple(found)


def _pattern(reader: Reader, node: yaml.Node, raw: str) -> re.Pattern[str]:
    """Compile a pattern; Go's RE2 and Python agree on all that module files use."""
    try:
        return re.compile(raw)
    except re.error as error:
        reader.problem(node, f"{raw!r} is no regular expression: {error}", "Correct it")
        return re.compile("")


def _filter(reader: Reader, node: yaml.Node, what: str) -> Filter:
    """Read one filter on rows."""
    table: dict[str, nodes.Parse] = {"oid": oid, "targets": listed(oid), "values": listed(text)}
    return Filter(**{"oid": "1.3", "targets": (), "values": (), **reader.record(node, what, table, tuple(table))})


def _sanity(reader: Reader, node: yaml.Node, what: str) -> Sanity:
    """Read the ``govnet`` key of a metric."""
    table: dict[str, nodes.Parse] = {
        "unit": text,
        "min": number,
        "max": number,
        "sentinels": listed(whole),
        "also_scales": listed(number),
        "values": numbers_by_number,
    }
    found = reader.record(node, what, table, ("unit",))
    sanity = Sanity(
        found.get("unit", ""),
        found.get("min"),
        found.get("max"),
        frozenset(found.get("sentinels", ())),
        found.get("also_scales", ()),
        found.get("values", {}),
    )
    if sanity.also_scales and None in (sanity.minimum, sanity.maximum):
        reader.problem(node, f"{what} guesses the scale without bounds", "Give min and max")
    return sanity


def _auths(reader: Reader, node: yaml.Node, what: str) -> dict[str, Auth]:
    """Read ``auths``."""
    return {name: _auth(reader, value, name) for name, _, value in reader.pairs(node, what)}


def _auth(reader: Reader, node: yaml.Node, name: str) -> Auth:
    """Read one set of credentials; the problems named hold no secret."""
    table: dict[str, nodes.Parse] = {
        item.name: whole if item.name == "version" else _reference for item in fields(Auth)
    }
    auth = Auth(**reader.record(node, f"auth {name}", table, ()))
    for problem in auth.problems():
        reader.problem(node, f"auth {name}: {problem}", "Correct the auth")
    return auth


def _reference(reader: Reader, node: yaml.Node, what: str) -> str:
    """Read a value, or what ``${NAME}`` refers to in the environment, or ``${file:PATH}`` in a file."""
    raw = text(reader, node, what)
    match = re.fullmatch(r"\$\{(file:)?([^}]+)\}", raw)
    if not match:
        return raw
    try:
        return Path(match[2]).read_text("utf-8").strip() if match[1] else os.environ[match[2]]
    except (KeyError, OSError):
        reader.problem(node, f"{what} refers to {match[2]}, which is not there", "Set it before the start")
        return ""
