"""What a device tells unasked: SNMPv1 traps, SNMPv2 traps and informs (RFC 1157, 3416), as one kind of value."""

from __future__ import annotations

from dataclasses import dataclass

from snmp import ber, pdu
from snmp.errors import MalformedError, RefusedReplyError

STANDARD_TRAPS = "1.3.6.1.6.3.1.1.5"
_SYS_UP_TIME = ber.encode_oid("1.3.6.1.2.1.1.3.0")
_TRAP_OID = ber.encode_oid("1.3.6.1.6.3.1.1.4.1.0")
_GENERICS = tuple(ber.encode_oid(f"{STANDARD_TRAPS}.{number}") for number in range(1, 7))
_ENTERPRISE_SPECIFIC = 6
_ADDRESS_OCTETS = 4
NOTIFICATIONS = frozenset((pdu.TRAP_V2, pdu.INFORM))


@dataclass(frozen=True, slots=True)
class Notification:
    """One event that a device tells.

    Attributes:
        version: the number in the message: 0, 1 or 3.
        trap: its encoded identifier; of an SNMPv1 trap, as RFC 3584 section 3.1 makes it.
        uptime: of the device, 1/100 s.
        bindings: the objects that it tells besides.
        confirmed: it is an inform, and its sender waits for an answer.
    """

    version: int
    trap: bytes
    uptime: int
    bindings: tuple[ber.VarBind, ...]
    confirmed: bool = False


def notification_of(version: int, found: pdu.Pdu) -> Notification:
    """Return the notification in an SNMPv2 trap or inform.

    Raises:
        RefusedReplyError: another PDU type.
        MalformedError: it does not begin with sysUpTime and snmpTrapOID, in types that they have.
    """
    if found.type not in NOTIFICATIONS:
        raise RefusedReplyError("pdu_type")
    if len(found.bindings) < 2:  # noqa: PLR2004 - the two that RFC 3416 section 4.2.6 wants
        raise MalformedError("a notification without sysUpTime and snmpTrapOID")
    (first, kind, ticks), (second, form, trap), *rest = found.bindings
    if (first, kind, second, form) != (_SYS_UP_TIME, ber.TIMETICKS, _TRAP_OID, ber.OID):
        raise MalformedError("a notification that does not begin with sysUpTime and snmpTrapOID")
    ber.decode_oid(trap)  # must be one: it becomes a name
    uptime = ber.to_integer(ber.TIMETICKS, ticks)
    return Notification(version, trap, uptime, tuple(rest), confirmed=found.type == pdu.INFORM)


def read_v1(data: bytes, pos: int, end: int) -> Notification:
    """Return the notification in the SNMPv1 Trap-PDU at `pos`.

    Raises:
        RefusedReplyError: another PDU type.
        MalformedError: no Trap-PDU, or octets after it.
    """
    kind, pos, stop = ber.read(data, pos, end)
    if kind != pdu.TRAP_V1:
        raise RefusedReplyError("pdu_type")
    if stop != end:
        raise MalformedError("octets after the PDU")
    start, pos = ber.expect(data, pos, stop, ber.OID)
    enterprise = data[start:pos]
    address, pos = ber.expect(data, pos, stop, ber.IP_ADDRESS)
    if pos - address != _ADDRESS_OCTETS:
        raise MalformedError("an agent-addr that is no IPv4 address")
    generic, pos = ber.expect_integer(data, pos, stop)
    specific, pos = ber.expect_integer(data, pos, stop)
    ticks, pos = ber.expect(data, pos, stop, ber.TIMETICKS)
    uptime = ber.to_integer(ber.TIMETICKS, data[ticks:pos])
    start, bindings_end = ber.expect(data, pos, stop, ber.SEQUENCE)
    if bindings_end != stop:
        raise MalformedError("octets after the variable bindings")
    trap = _trap_oid(enterprise, generic, specific)
    return Notification(pdu.V1, trap, uptime, tuple(ber.varbinds(data, start, stop)))


def _trap_oid(enterprise: bytes, generic: int, specific: int) -> bytes:
    """Return the identifier of an SNMPv1 trap (RFC 3584 section 3.1)."""
    ber.decode_oid(enterprise)
    if generic == _ENTERPRISE_SPECIFIC:
        return enterprise + ber.encode_index((0, specific))
    if not 0 <= generic < len(_GENERICS):
        raise MalformedError(f"there is no generic trap {generic}")
    return _GENERICS[generic]
