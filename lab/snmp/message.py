"""Takes a datagram apart and puts the answer together: SNMPv1 and v2c by community; v3 by `lab.snmp.usm`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pyasn1.codec.ber import decoder
from pyasn1.error import PyAsn1Error
from pysnmp.proto.api import v1, v2c, verdec
from pysnmp.proto.error import ProtocolError

from lab.snmp import command
from lab.snmp.command import Request
from lab.snmp.values import encode, tlv

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.snmp.tree import Tree
    from lab.snmp.usm import Usm

MAX_MESSAGE = 4096  # octets; more than one Ethernet frame, less than a collector may hope for
_V1, _V2C, _V3 = 0, 1, 3


class Asked(Protocol):
    """The device behind an agent."""

    def tree(self) -> Tree:
        """Return what can be answered now."""

    def write(self, request: Request) -> tuple[int, int] | None:
        """Carry out a SET; return error-status and index, None when the agent is to keep silent."""


def answer(datagram: bytes, community: str, usm: Usm | None, asked: Asked) -> bytes | None:
    """Return the answer to a datagram; None where an agent keeps silent.

    A wrong community, a wrong user and what is no SNMP get no answer at all.
    """
    try:
        version = int(verdec.decode_message_version(datagram))
        if version == _V3:
            return usm.answer(datagram, asked) if usm else None
        if version in {_V1, _V2C}:
            return _by_community(datagram, v1 if version == _V1 else v2c, community, asked.tree)
    except (PyAsn1Error, ProtocolError):
        return None
    return None


def _by_community(datagram: bytes, api: Any, community: str, tree: Callable[[], Tree]) -> bytes | None:  # noqa: ANN401 - pysnmp ships no types
    """Answer a v1 or v2c message."""
    message, _ = decoder.decode(datagram, asn1Spec=api.Message())
    given = bytes(api.apiMessage.get_community(message))
    if given != community.encode():
        return None
    asked = request(api.apiMessage.get_pdu(message), is_v1=api is v1)
    if asked is None:
        return None
    wrapping = encode(message["version"]) + encode(message["community"])
    response = command.respond(tree(), asked, MAX_MESSAGE - len(wrapping) - 8)
    return tlv(0x30, wrapping + response) if response else None


def request(pdu: Any, *, is_v1: bool) -> Request | None:  # noqa: ANN401 - pysnmp ships no types
    """Return a decoded PDU as a request; None for a trap, an inform or a response."""
    kind = 0xA0 | pdu.tagSet.superTags[-1].tagId
    if kind not in {command.GET, command.GETNEXT, command.SET, command.GETBULK}:
        return None
    request_id, first, second, bindings = (pdu[position] for position in range(4))
    values = () if is_v1 else tuple(value for _, value in v2c.apiPDU.get_varbinds(pdu))
    return Request(
        v1=is_v1,
        kind=kind,
        request_id=int(request_id),
        first=int(first),
        second=int(second),
        names=tuple(tuple(map(int, bound[0])) for bound in bindings),
        bindings=b"".join(encode(bound) for bound in bindings),
        values=values,
    )
