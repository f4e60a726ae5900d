"""Reading objects and tables: GET in pieces that fit, and many columns in one GETBULK."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, TypeAlias

from snmp import ber, pdu
from snmp.errors import EndOfMibError, LoopError, MalformedError, NoSuchNameError, TooBigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from snmp.session import Session

Cells: TypeAlias = dict[bytes, tuple[int, bytes]]
"""Encoded index -> tag and content, in the device's order."""

GET_MANY = 40


@dataclass(slots=True)
class Column:
    """The state of a walk through one subtree.

    Attributes:
        oid: the subtree, encoded.
        last: the name to continue after.
    """

    oid: bytes
    cells: Cells = field(default_factory=dict)
    last: bytes = b""
    done: bool = False

    def __post_init__(self) -> None:
        self.last = self.oid


async def get(session: Session, oids: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
    """Return the values of objects; those that the device does not have are absent.

    Raises:
        SnmpError: as `Session.ask`, and TooBigError, AgentError.
    """
    found: dict[bytes, tuple[int, bytes]] = {}
    todo = [list(oids[i : i + GET_MANY]) for i in range(0, len(oids), GET_MANY)]
    while todo:
        part = todo.pop()
        answer = await session.ask(pdu.Request(pdu.GET, part))
        if answer.error_status == pdu.NO_ERROR:
            _take(found, part, answer.bindings)
        else:
            todo += _reask(session, part, answer)
    return found


async def get_one(session: Session, oid: bytes) -> tuple[int, bytes]:
    """Return tag and content of one object.

    Raises:
        NoSuchNameError: the device does not have it.
        SnmpError: as `get`.
    """
    found = await get(session, (oid,))
    if oid not in found:
        raise NoSuchNameError(f"{session.name}: has no object {ber.dotted(oid)}. Check the module for this device.")
    return found[oid]


async def get_next(session: Session, oid: bytes) -> ber.VarBind:
    """Return the object after `oid`.

    Raises:
        EndOfMibError: there is none.
        LoopError: the device answers with an object that does not come after `oid`.
        SnmpError: as `Session.ask`.
    """
    answer = await session.ask(pdu.Request(pdu.GET_NEXT, (oid,)))
    ended = answer.error_status == pdu.NO_SUCH_NAME
    if ended or (answer.bindings and answer.bindings[0][1] == ber.END_OF_MIB_VIEW):
        raise EndOfMibError(f"{session.name}: has nothing after {ber.dotted(oid)}. The walk is complete.")
    if answer.error_status or not answer.bindings:
        raise session.agent_error(answer)
    if ber.decode_oid(answer.bindings[0][0]) <= ber.decode_oid(oid):
        raise _loop(session, oid)
    return answer.bindings[0]


def _take(found: Cells, asked: Iterable[bytes], bindings: Iterable[ber.VarBind]) -> None:
    """Keep the values of objects that were asked for and exist."""
    wanted = set(asked)
    for oid, tag, content in bindings:
        if oid in wanted and tag < ber.NO_SUCH_OBJECT and tag != ber.NULL:
            found[oid] = (tag, content)


def _reask(session: Session, part: list[bytes], answer: pdu.Pdu) -> list[list[bytes]]:
    """Return the smaller requests to send after an error-status.

    Raises:
        TooBigError, AgentError: nothing smaller can help.
    """
    if answer.error_status == pdu.TOO_BIG:
        if len(part) == 1:
            raise TooBigError(f"{session.name}: cannot fit {ber.dotted(part[0])} into a reply. Leave it out.")
        return [part[: len(part) // 2], part[len(part) // 2 :]]
    at = answer.error_index - 1
    if answer.error_status == pdu.NO_SUCH_NAME and 0 <= at < len(part):
        rest = part[:at] + part[at + 1 :]
        return [rest] if rest else []
    raise session.agent_error(answer)


async def walk(session: Session, oids: Iterable[bytes]) -> dict[bytes, Cells]:
    """Return the rows under each subtree; columns of one table share their GETBULKs.

    Raises:
        LoopError: names that do not increase, or more rows than `Limits.max_rows`.
        SnmpError: as `Session.ask`, and TooBigError, AgentError.
    """
    columns = [Column(oid) for oid in disjoint(oids)]
    try:
        async with asyncio.TaskGroup() as group:
            for part in _by_table(columns, session.limits.columns):
                group.create_task(_walk_part(session, part))
    except ExceptionGroup as errors:
        # One column that fails ends the walk: the first cause is the one to tell.
        raise errors.exceptions[0] from None
    return {column.oid: column.cells for column in columns}


def disjoint(oids: Iterable[bytes]) -> list[bytes]:
    """Return the subtrees without those inside another, so that nothing is walked twice."""
    kept: list[bytes] = []
    for oid in sorted(set(oids)):
        if not (kept and oid.startswith(kept[-1])):
            kept.append(oid)
    return kept


def _by_table(columns: Sequence[Column], most: int) -> list[list[Column]]:
    """Group columns by the entry they belong to, since those have the same rows."""
    tables: dict[bytes, list[Column]] = {}
    for column in columns:
        tables.setdefault(column.oid[:-1], []).append(column)
    return [table[i : i + most] for table in tables.values() for i in range(0, len(table), most)]


async def _walk_part(session: Session, columns: list[Column]) -> None:
    """Walk some columns side by side to their ends."""
    device, part = session.device, columns
    before = device.rows.get(part[0].oid, 0)
    while columns:
        fit = columns[: device.bindings]
        answer = await session.ask(_next_request(session, fit, before))
        if answer.error_status == pdu.NO_ERROR:
            _advance(session, fit, answer.bindings)
            device.arrived(session.limits.bindings)
        else:
            _stumble(session, fit, answer)
        columns = [column for column in columns if not column.done]
    device.rows[part[0].oid] = max(len(column.cells) for column in part)


def _next_request(session: Session, columns: Sequence[Column], before: int) -> pdu.Request:
    """Return the request for the next rows of columns.

    A table that had so many rows `before` is read to just one row more: what comes after it is of no use.
    """
    names = [column.last for column in columns]
    if session.version == pdu.V1:
        return pdu.Request(pdu.GET_NEXT, names)
    most = min(session.limits.max_repetitions, max(1, session.device.bindings // len(names)))
    left = before + 1 - len(columns[0].cells)
    return pdu.Request(pdu.GET_BULK, names, 0, ceil(left / ceil(left / most)) if left > 0 else most)


def _stumble(session: Session, columns: list[Column], answer: pdu.Pdu) -> None:
    """Ask for less after tooBig; end a column after the noSuchName of SNMPv1.

    Raises:
        TooBigError, AgentError: nothing smaller can help.
    """
    at = answer.error_index - 1
    if answer.error_status == pdu.NO_SUCH_NAME and 0 <= at < len(columns):
        columns[at].done = True
    elif answer.error_status == pdu.TOO_BIG:
        if session.device.bindings == 1:
            raise TooBigError(f"{session.name}: cannot fit one row into a reply. See the device's message size.")
        session.device.lost()
    else:
        raise session.agent_error(answer)


def _advance(session: Session, columns: Sequence[Column], bindings: list[ber.VarBind]) -> None:
    """Take the rows of a reply, whose bindings go through the columns in turn.

    Raises:
        LoopError: the reply does not advance.
    """
    if not bindings:
        raise LoopError(f"{session.name}: answers a walk with an empty reply. See the device's software release.")
    width = len(columns)
    names, tags, contents = zip(*bindings, strict=True)
    for number, column in enumerate(columns):
        mine = names[number::width]
        indexes = _indexes(column.oid, column.last, mine)
        if indexes is None or max(tags[number::width], default=0) >= ber.NO_SUCH_OBJECT:
            _fill_slowly(session, column, bindings[number::width])
        elif mine:
            # Nothing is done for each binding in Python: with the decoding, this is where a poller's time goes.
            column.cells.update(
                zip(indexes, zip(tags[number::width], contents[number::width], strict=True), strict=False)
            )
            column.last, column.done = mine[-1], len(indexes) < len(mine)
        if len(column.cells) > session.limits.max_rows:
            raise LoopError(f"{session.name}: more than {session.limits.max_rows} rows under {ber.dotted(column.oid)}.")


@lru_cache(maxsize=16384)
def _indexes(oid: bytes, last: bytes, names: tuple[bytes, ...]) -> tuple[bytes, ...] | None:
    """Return the indexes of the names that lie under `oid`; None unless all names come after `last`, in order.

    Remembered, since the same names come in the same replies at every visit, and from every device of a kind.
    """
    try:
        orders = [ber.decode_index(name) for name in (last, *names)]
    except MalformedError:
        return None
    if any(after <= before for before, after in pairwise(orders)):
        return None
    return tuple(name[len(oid) :] for name in names if name.startswith(oid))


def _fill_slowly(session: Session, column: Column, bindings: Sequence[ber.VarBind]) -> None:
    """Add cells binding by binding: at the end of the MIB, or where names do not increase.

    Raises:
        LoopError: a name that does not come after the one before.
    """
    oid, cells, skip = column.oid, column.cells, len(column.oid)
    for name, tag, content in bindings:
        if tag >= ber.NO_SUCH_OBJECT or not name.startswith(oid):
            column.done = True
            return
        late = ber.index_numbers(name[skip:]) <= ber.index_numbers(column.last[skip:]) or name == oid
        if late and (not session.limits.allow_nonincreasing or name[skip:] in cells):
            raise _loop(session, name)
        cells[name[skip:]] = (tag, content)
        column.last = name


def _loop(session: Session, oid: bytes) -> LoopError:
    """Return the error for names that do not increase."""
    return LoopError(
        f"{session.name}: object identifiers do not increase at {ber.dotted(oid)}. "
        "Set allow_nonincreasing_oids in the module if this device is known for it."
    )
