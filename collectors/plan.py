"""What to ask a device for a module: no more than its metrics and labels need, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from collectors.model import COMBINED
from snmp import Limits, ber

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from collectors.model import Module


@dataclass(frozen=True, slots=True)
class Plan:
    """The objects to GET and the subtrees to walk, encoded; and the columns that metrics and labels read.

    Attributes:
        lookups: those of the subtrees that only give labels.
        columns: dotted identifier as the module writes it -> encoded.
        scalars: column -> the objects to GET that lie under it.
        near: column -> the subtrees that hold some of it.
    """

    gets: tuple[bytes, ...]
    walks: tuple[bytes, ...]
    lookups: frozenset[bytes]
    columns: Mapping[str, bytes]
    scalars: Mapping[bytes, tuple[bytes, ...]]
    near: Mapping[bytes, tuple[bytes, ...]]


@lru_cache(maxsize=1024)
def plan(module: Module) -> Plan:
    """Return the plan of a module: its subtrees cut down to the columns wanted."""
    walks, gets = module.walk, module.get
    columns = {oid: ber.encode_oid(oid) for oid in _wanted(module)}
    # A walk of one instance finds nothing below it: asked for by GET.
    leaves = tuple(ber.encode_oid(oid) for oid in (*gets, *(w for w in walks if w.endswith(".0"))))
    roots = [ber.encode_oid(oid) for oid in (*walks, *(f.oid for f in module.filters)) if not oid.endswith(".0")]
    inside = {column for column in columns.values() for root in roots if column.startswith(root)}
    across = {root for root in roots for column in columns.values() if root.startswith(column)}
    # So may a walk of one row be of a single instance, which is not below itself.
    leaves += tuple(sorted(across - set(columns.values())))
    asked = frozenset(inside | across)
    values = {columns[oid] for oid in _valued(module)}
    lookups = frozenset(root for root in asked if not any(v.startswith(root) or root.startswith(v) for v in values))
    scalars = {column: tuple(leaf for leaf in leaves if leaf.startswith(column)) for column in columns.values()}
    near = {c: tuple(root for root in asked if c.startswith(root) or root.startswith(c)) for c in columns.values()}
    return Plan(tuple(dict.fromkeys(leaves)), tuple(sorted(asked)), lookups, columns, scalars, near)


def _wanted(module: Module) -> Iterable[str]:
    """Yield every column that becomes a sample or a label, or decides over one."""
    yield from _valued(module)
    for metric in module.metrics:
        yield from (lookup.oid for lookup in metric.lookups if lookup.oid)


def _valued(module: Module) -> Iterable[str]:
    """Yield every column that becomes a sample, or decides over one."""
    for metric in module.metrics:
        yield metric.oid
        if metric.type in COMBINED:
            yield sibling(metric.oid)
    yield from (item.oid for item in module.filters)


def sibling(oid: str) -> str:
    """Return the column before: where a textual convention keeps the form of its value."""
    parent, _, last = oid.rpartition(".")
    return f"{parent}.{max(int(last) - 1, 0)}"


def limits(module: Module, base: Limits) -> Limits:
    """Return the limits for a module: what it says, else `base`."""
    return Limits(
        timeout=base.timeout if module.timeout is None else module.timeout,
        retries=base.retries if module.retries is None else module.retries,
        backoff=base.backoff,
        rate=base.rate,
        in_flight=base.in_flight,
        bindings=base.bindings,
        max_repetitions=min(module.max_repetitions, base.max_repetitions),
        max_rows=base.max_rows,
        columns=base.columns,
        allow_nonincreasing=module.allow_nonincreasing_oids,
        any_source=module.use_unconnected_udp_socket,
    )
