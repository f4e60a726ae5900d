"""An SNMP manager engine: BER, SNMPv1, v2c and v3 (USM), one UDP socket, many requests in flight; notifications.

A reply becomes a value only after its source, version, message identifier, community or MAC, engine,
security level and time window were found right; any other is dropped and counted. The same holds for traps and
informs. This room knows bytes and object identifiers; it must not know modules, metrics or Prometheus.
"""

from snmp.credentials import Auth
from snmp.device import Limits
from snmp.errors import (
    AgentError,
    EndOfMibError,
    LoopError,
    MalformedError,
    NoSuchNameError,
    RefusedReplyError,
    SetRefusedError,
    SnmpAuthError,
    SnmpError,
    SnmpTimeoutError,
    TooBigError,
    UnansweredError,
)
from snmp.notification import Notification
from snmp.receiver import Received, Receiver
from snmp.session import Manager, Session
from snmp.transport import Address, Counters, Transport
from snmp.walk import Cells, get, get_next, get_one, walk
from snmp.write import set_objects

__all__ = [
    "Address",
    "AgentError",
    "Auth",
    "Cells",
    "Counters",
    "EndOfMibError",
    "Limits",
    "LoopError",
    "MalformedError",
    "Manager",
    "NoSuchNameError",
    "Notification",
    "Received",
    "Receiver",
    "RefusedReplyError",
    "Session",
    "SetRefusedError",
    "SnmpAuthError",
    "SnmpError",
    "SnmpTimeoutError",
    "TooBigError",
    "Transport",
    "UnansweredError",
    "get",
    "get_next",
    "get_one",
    "set_objects",
    "walk",
]
