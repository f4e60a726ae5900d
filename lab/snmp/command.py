"""Answers GET, GETNEXT, GETBULK and SET on a tree, as RFC 3416 (v2c, v3) and RFC 1157 with RFC 3584 (v1) say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pysnmp.proto import rfc1905

from lab.snmp.values import encode, encode_oid, is_counter64, tlv

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lab.snmp.tree import Tree
    from lab.snmp.values import Oid, Value

GET, GETNEXT, RESPONSE, SET, GETBULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8
NO_ERROR, TOO_BIG, NO_SUCH_NAME, NO_ACCESS, AUTHORIZATION = 0, 1, 2, 6, 16
_SEQUENCE = 0x30
_MAX_BINDINGS = 2000  # of one answer: a request for a million repetitions must not stall the other agents

_name = lru_cache(maxsize=65_536)(encode_oid)


@dataclass(frozen=True, slots=True)
class Request:
    """A request PDU; `first` and `second` are non-repeaters and max-repetitions of a GETBULK, else 0.

    Attributes:
        v1: whether it came by SNMPv1.
        bindings: the request's own variable bindings in BER, to be sent back with an error.
        values: what a SET binds the names to; NULLs otherwise.
    """

    v1: bool
    kind: int
    request_id: int
    first: int
    second: int
    names: tuple[Oid, ...]
    bindings: bytes
    values: tuple[Value, ...] = ()


class _NoSuchNameError(Exception):
    """SNMPv1's only way to say that there is nothing; `args` holds the index of the name, from 1."""


def respond(tree: Tree, request: Request, room: int) -> bytes | None:
    """Return the response PDU in BER, no longer than `room` octets; None for a PDU that an agent does not answer.

    A SET is refused: whoever may write is answered elsewhere.
    """
    if request.kind == SET:
        return failure(request, NO_SUCH_NAME if request.v1 else NO_ACCESS, 1)
    space = room - 32  # tags, lengths, request id, error status and index
    try:
        if request.kind == GETBULK and not request.v1:
            return pdu(RESPONSE, request.request_id, b"".join(_fit(_bulk(tree, request), space)))
        if request.kind not in {GET, GETNEXT}:
            return None
        bindings = b"".join(_each(tree, request))
    except _NoSuchNameError as missing:
        return failure(request, NO_SUCH_NAME, missing.args[0])
    if len(bindings) > space:
        echo = request if request.v1 else None
        return pdu(RESPONSE, request.request_id, echo.bindings if echo else b"", TOO_BIG)
    return pdu(RESPONSE, request.request_id, bindings)


def failure(request: Request, status: int, index: int) -> bytes:
    """Return a response that says what went wrong, with the request's own bindings."""
    return pdu(RESPONSE, request.request_id, request.bindings, status, index)


def pdu(kind: int, request_id: int, bindings: bytes, status: int = NO_ERROR, index: int = 0) -> bytes:
    """Return a PDU in BER around bindings that are in BER already."""
    head = b"".join(_integer(number) for number in (request_id, status, index))
    return tlv(kind, head + tlv(_SEQUENCE, bindings))


def binding(name: Oid, value: Value) -> bytes:
    """Return one variable binding in BER."""
    return tlv(_SEQUENCE, _name(name) + encode(value))


def _integer(number: int) -> bytes:
    """Return an INTEGER in BER."""
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def _each(tree: Tree, request: Request) -> Iterator[bytes]:
    """Yield the bindings that answer GET or GETNEXT."""
    step = _get if request.kind == GET else _next
    for index, name in enumerate(request.names, start=1):
        yield binding(*step(tree, name, index, v1=request.v1))


def _get(tree: Tree, name: Oid, index: int, *, v1: bool) -> tuple[Oid, Value]:
    value = tree.get(name)
    if v1 and (value in {rfc1905.noSuchObject, rfc1905.noSuchInstance} or is_counter64(value)):
        raise _NoSuchNameError(index)
    return name, value


def _next(tree: Tree, name: Oid, index: int, *, v1: bool) -> tuple[Oid, Value]:
    for found, value in tree.after(name):
        if not (v1 and is_counter64(value)):
            return found, value
    if v1:
        raise _NoSuchNameError(index)
    return name, rfc1905.endOfMibView


def _bulk(tree: Tree, request: Request) -> Iterator[bytes]:
    """Yield the bindings that answer GETBULK, row by row, until all columns have ended (RFC 3416, 4.2.3)."""
    once = max(0, min(request.first, len(request.names)))
    for index, name in enumerate(request.names[:once], start=1):
        yield binding(*_next(tree, name, index, v1=False))
    walks = [tree.after(name) for name in request.names[once:]]
    last = list(request.names[once:])
    for _ in range(request.second if walks else 0):
        found = [next(walk, None) for walk in walks]
        for column, pair in enumerate(found):
            last[column] = pair[0] if pair else last[column]
            yield binding(last[column], pair[1] if pair else rfc1905.endOfMibView)
        if not any(found):
            return


def _fit(bindings: Iterator[bytes], space: int) -> Sequence[bytes]:
    """Return as many bindings as fit, at least none."""
    fitting: list[bytes] = []
    for encoded in bindings:
        space -= len(encoded)
        if space < 0 or len(fitting) >= _MAX_BINDINGS:
            break
        fitting.append(encoded)
    return fitting
