"""Typed errors of the SNMP engine; `kind` is the word under which each is counted.

SnmpError(GovnetError)
├── SnmpTimeoutError   no acceptable reply within retries and deadline
│   └── UnansweredError    the same of a SET: whether it was carried out is not known
├── SnmpAuthError      the device refused the user, or only replies that fail verification came
├── NoSuchNameError    an SNMPv1 device does not have the object
├── EndOfMibError      a device has nothing after the object
├── LoopError          a walk does not advance, or does not end
├── TooBigError        not even one object fits into a reply
├── AgentError         any other error-status of a PDU
│   └── SetRefusedError    the error-status of a SET; knows which, and of which object
└── MalformedError     bytes that are not BER, or not SNMP
"""

from __future__ import annotations

from typing import ClassVar

from govnet.errors import GovnetError


class SnmpError(GovnetError):
    """A device could not be read; the message names it, the cause and the next step."""

    kind: ClassVar[str] = "snmp"
    exit_code = 4


class SnmpTimeoutError(SnmpError):
    """No acceptable reply came in time."""

    kind = "timeout"


class UnansweredError(SnmpTimeoutError):
    """No acceptable reply to a SET: read the objects before anything is sent again."""

    kind = "unanswered"


class SnmpAuthError(SnmpError):
    """User, key or security level is not what the device expects."""

    kind = "auth"


class NoSuchNameError(SnmpError):
    """The device does not have the object (SNMPv1 noSuchName)."""

    kind = "no_such_name"


class EndOfMibError(SnmpError):
    """The device has nothing after the object asked for."""

    kind = "end_of_mib"


class LoopError(SnmpError):
    """A walk met object identifiers that do not increase, or more rows than allowed."""

    kind = "loop"


class TooBigError(SnmpError):
    """The device cannot fit even one object into a reply."""

    kind = "too_big"


class AgentError(SnmpError):
    """The device answered with an error-status (RFC 3416 section 3)."""

    kind = "agent"


class SetRefusedError(AgentError):
    """The device answered a SET with an error-status.

    Attributes:
        status: its name in RFC 3416, ``inconsistentValue``.
        index: number of the object that it is about, from 1; 0 when the device names none.
    """

    def __init__(self, message: str, status: str, index: int) -> None:
        self.status, self.index = status, index
        super().__init__(message)


class MalformedError(SnmpError):
    """Bytes that are not valid BER or not an SNMP message."""

    kind = "malformed"


class RefusedReplyError(SnmpError):
    """A reply that failed verification: dropped and counted, never turned into a value.

    Attributes:
        reason: the word under which it is counted: ``mac``, ``engine_id``, ``time_window``, ...
    """

    kind = "refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"reply refused: {reason}")
