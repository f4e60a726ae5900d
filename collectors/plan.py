"""What to ask a device for a module: no more than its metrics and labels need, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from snmp import Limits, ber, get, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from collectors.model import Filter, Module
    from snmp import Cells, Session


@dataclass(frozen=True, slots=True)
class Plan:
    """The objects to GET and the subtrees to walk, encoded; and the columns that metrics and labels read.

    Attributes:
        columns: dotted identifier as the module writes it -> encoded.
    """

    gets: tuple[bytes, ...]
    walks: tuple[bytes, ...]
    columns: Mapping[str, bytes]


@lru_cache(maxsize=1024)
def plan(module: Module) -> Plan:
    """Return the plan of a module: its subtrees cut down to the columns wanted."""
    walks, gets = module.walk, module.get
    columns = {oid: ber.encode_oid(oid) for oid in _wanted(module)}
    # A walk of one instance finds nothing below it: asked for by GET.
    leaves = tuple(ber.encode_oid(oid) for oid in (*gets, *(w for w in walks if w.endswith(".0"))))
    roots = [ber.encode_oid(oid) for oid in walks if not oid.endswith(".0")]
    inside = {column for column in columns.values() for root in roots if column.startswith(root)}
    across = {root for root in roots for column in columns.values() if root.startswith(column)}
    return Plan(tuple(dict.fromkeys(leaves)), tuple(sorted(inside | across)), columns)


def _wanted(module: Module) -> Iterable[str]:
    """Yield every column that becomes a sample or a label, or decides over one."""
    for metric in module.metrics:
        yield metric.oid
        if metric.type in ("InetAddress", "InetAddressMissingSize", "LldpPortId"):
            yield sibling(metric.oid)
        yield from (lookup.oid for lookup in metric.lookups if lookup.oid)
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
        in_flight=base.in_flight,
        bindings=base.bindings,
        max_repetitions=min(module.max_repetitions, base.max_repetitions),
        max_rows=base.max_rows,
        columns=base.columns,
        allow_nonincreasing=module.allow_nonincreasing_oids,
    )


async def read(session: Session, module: Module) -> dict[str, Cells]:
    """Return the cells under each column that the module wants, by its dotted identifier.

    Raises:
        SnmpError: the device did not answer, refused, or answered nonsense.
    """
    todo = plan(module)
    got = await get(session, todo.gets) if todo.gets else {}
    walked = await walk(session, todo.walks) if todo.walks else {}
    columns = {oid: _cells(encoded, got, walked) for oid, encoded in todo.columns.items()}
    for item in module.filters:
        _filter(item, columns)
    return columns


def _cells(column: bytes, got: Cells, walked: Mapping[bytes, Cells]) -> Cells:
    """Return the cells of a column, from wherever they were read."""
    found = walked.get(column)
    if found is None:
        found = {}
        for root, cells in walked.items():
            if column.startswith(root):
                skip = len(column) - len(root)
                rest = column[len(root) :]
                found |= {index[skip:]: cell for index, cell in cells.items() if index.startswith(rest)}
            elif root.startswith(column):
                found |= {root[len(column) :] + index: cell for index, cell in cells.items()}
    if got:
        found |= {oid[len(column) :]: cell for oid, cell in got.items() if oid.startswith(column)}
    return found


def _filter(item: Filter, columns: dict[str, Cells]) -> None:
    """Drop the rows of the targets whose filter column holds none of the values."""
    allowed = {
        index
        for index, (tag, content) in columns[item.oid].items()
        if (str(ber.to_integer(tag, content)) if tag == ber.INTEGER else content.decode("utf-8", "replace"))
        in item.values
    }
    for oid, cells in columns.items():
        if any(oid == target or oid.startswith(f"{target}.") for target in item.targets):
            columns[oid] = {index: cell for index, cell in cells.items() if index in allowed}
