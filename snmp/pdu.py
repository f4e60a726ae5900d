"""Protocol data units and the community messages of SNMPv1 and SNMPv2c (RFC 1157, 1901, 3416)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from snmp import ber
from snmp.errors import MalformedError, RefusedReplyError

if TYPE_CHECKING:
    from collections.abc import Sequence

GET, GET_NEXT, RESPONSE, SET, GET_BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8
TRAP_V1, INFORM, TRAP_V2 = 0xA4, 0xA6, 0xA7
V1, V2C, V3 = 0, 1, 3
NO_ERROR, TOO_BIG, NO_SUCH_NAME = 0, 1, 2
_NULL = b"\x05\x00"

ERROR_NAMES = (
    "noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType",
    "wrongLength", "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue",
    "resourceUnavailable", "commitFailed", "undoFailed", "authorizationError", "notWritable",
    "inconsistentName",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pdu:
    """One decoded PDU; for GetBulk the two numbers are non-repeaters and max-repetitions."""

    type: int
    request_id: int
    error_status: int
    error_index: int
    bindings: list[ber.VarBind]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: a PDU type, its two numbers and the objects; only a SET gives each a value, encoded."""

    type: int
    oids: Sequence[bytes]
    first: int = 0
    second: int = 0
    values: Sequence[bytes] = ()

    def encode(self, request_id: int) -> bytes:
        """Return the PDU under `request_id`."""
        if self.values:
            names = b"".join([_bound(oid, value) for oid, value in zip(self.oids, self.values, strict=True)])
        else:
            names = b"".join(map(_asked, self.oids))
        numbers = ber.integer(request_id) + ber.integer(self.first) + ber.integer(self.second)
        return ber.tlv(self.type, numbers + ber.tlv(ber.SEQUENCE, names))


def _bound(oid: bytes, value: bytes) -> bytes:
    """Return the binding of an object to an encoded value."""
    return ber.tlv(ber.SEQUENCE, ber.tlv(ber.OID, oid) + value)


@lru_cache(maxsize=65536)
def _asked(oid: bytes) -> bytes:
    """Return the binding that asks for an object: walks go through the same names at every visit."""
    return _bound(oid, _NULL)


def decode(data: bytes, pos: int, end: int) -> Pdu:
    """Return the PDU at `pos`, which must end exactly at `end`.

    Raises:
        MalformedError: no PDU, or octets after it.
    """
    kind, pos, stop = ber.read(data, pos, end)
    if stop != end:
        raise MalformedError("octets after the PDU")
    request_id, pos = ber.expect_integer(data, pos, stop)
    status, pos = ber.expect_integer(data, pos, stop)
    index, pos = ber.expect_integer(data, pos, stop)
    start, bindings_end = ber.expect(data, pos, stop, ber.SEQUENCE)
    if bindings_end != stop:
        raise MalformedError("octets after the variable bindings")
    return Pdu(kind, request_id, status, index, ber.varbinds(data, start, stop))


def open_message(data: bytes) -> tuple[int, int]:
    """Return the version of a message and the position after it.

    Raises:
        MalformedError: no SNMP message, or octets after it.
    """
    start, stop = ber.expect(data, 0, len(data), ber.SEQUENCE)
    if stop != len(data):
        raise MalformedError("octets after the message")
    return ber.expect_integer(data, start, stop)


def peek_id(data: bytes) -> tuple[int, int]:
    """Return version and msgID (SNMPv3) or request-id (older) of a message, to find who asked.

    Raises:
        MalformedError: no SNMP message of a known version.
    """
    version, pos = open_message(data)
    end = len(data)
    if version == V3:
        start, stop = ber.expect(data, pos, end, ber.SEQUENCE)
        return version, ber.expect_integer(data, start, stop)[0]
    if version not in (V1, V2C):
        raise MalformedError(f"unknown SNMP version {version}")
    _, pos = ber.expect(data, pos, end, ber.OCTET_STRING)
    _, start, stop = ber.read(data, pos, end)
    return version, ber.expect_integer(data, start, stop)[0]


@dataclass(frozen=True, slots=True)
class Community:
    """The message wrapper of SNMPv1 and SNMPv2c: a version and a community in the clear."""

    version: int
    community: bytes

    def seal(self, request: Request, message_id: int) -> bytes:
        """Return the datagram for `request`."""
        body = ber.integer(self.version) + ber.octets(self.community) + request.encode(message_id)
        return ber.tlv(ber.SEQUENCE, body)

    def open(self, data: bytes, message_id: int) -> Pdu:
        """Return the PDU of a reply.

        Raises:
            MalformedError: the bytes are no SNMP message.
            RefusedReplyError: another version, community, PDU type or request-id.
        """
        version, pos = open_message(data)
        if version != self.version:
            raise RefusedReplyError("version")
        start, stop = ber.expect(data, pos, len(data), ber.OCTET_STRING)
        if not hmac.compare_digest(data[start:stop], self.community):
            raise RefusedReplyError("community")
        pdu = decode(data, stop, len(data))
        if pdu.type != RESPONSE:
            raise RefusedReplyError("pdu_type")
        if pdu.request_id != message_id:
            raise RefusedReplyError("request_id")
        return pdu
