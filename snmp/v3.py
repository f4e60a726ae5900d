"""SNMPv3 messages under USM (RFC 3412, 3414): sealing requests, and refusing replies that do not verify."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from snmp import ber, pdu, usm
from snmp.errors import RefusedReplyError
from snmp.v3_message import (
    FLAG_AUTH,
    FLAG_PRIV,
    FLAG_REPORTABLE,
    MAX_BOOTS,
    MAX_ENGINE_ID,
    MIN_ENGINE_ID,
    Envelope,
    Header,
    open_scoped,
    read_header,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from snmp.credentials import Auth

WINDOW_SECONDS = 150

_STATS = "1.3.6.1.6.3.15.1.1"
REPORTS = {
    ber.encode_oid(f"{_STATS}.{number}.0"): name
    for number, name in enumerate(
        (
            "unsupportedSecLevels",
            "notInTimeWindows",
            "unknownUserNames",
            "unknownEngineIDs",
            "wrongDigests",
            "decryptionErrors",
        ),
        start=1,
    )
}


@dataclass(slots=True)
class Engine:
    """What is known of a device's engine; its clock moves only by messages that verified.

    Attributes:
        engine_id: as discovered; empty before.
        boots, time: the device's notion at the moment `at`, by the local monotonic clock in seconds.
        authentic: whether that notion came in a message with a good MAC.
    """

    engine_id: bytes = b""
    boots: int = 0
    time: int = 0
    at: float = 0.0
    authentic: bool = False

    def now(self, clock: float) -> int:
        """Return the device's estimated snmpEngineTime."""
        return self.time + int(clock - self.at)

    def learn(self, header: Header, clock: float, *, authentic: bool) -> None:
        """Set the clock of the device, forward only once it is authentic."""
        newer = (header.boots, header.time) > (self.boots, self.time)
        if (authentic and (newer or not self.authentic)) or (not self.authentic and not authentic):
            self.boots, self.time, self.at = header.boots, header.time, clock
            self.authentic = self.authentic or authentic

    def check_window(self, header: Header, clock: float) -> None:
        """Refuse a message from the past (RFC 3414 section 3.2, step 7b).

        Raises:
            RefusedReplyError: an earlier boot, more than 150 seconds late, or a device at its last boot.
        """
        if header.boots >= MAX_BOOTS:
            raise RefusedReplyError("time_window")
        if self.authentic:
            late = header.time < self.now(clock) - WINDOW_SECONDS
            if header.boots < self.boots or (header.boots == self.boots and late):
                raise RefusedReplyError("time_window")


@dataclass(slots=True)
class Usm:
    """The message wrapper of one user on one device.

    Attributes:
        clock: the local monotonic clock, handed in so that tests can move it.
    """

    auth: Auth
    clock: Callable[[], float]
    engine: Engine = field(default_factory=Engine)
    mac: usm.Mac | None = None
    cipher: usm.Aes | usm.Des | None = None
    version: int = pdu.V3

    @property
    def ready(self) -> bool:
        """Whether the engine of the device is known."""
        return bool(self.engine.engine_id)

    @property
    def authentic(self) -> bool:
        """Whether the clock of the device is known from a message that verified, as far as this level has one."""
        return self.ready and (self.engine.authentic or self.mac is None)

    def forget(self) -> None:
        """Drop the engine: the device was replaced or reset; it is discovered anew."""
        self.engine = Engine()

    def seal(self, request: pdu.Request, message_id: int) -> bytes:
        """Return the datagram for `request`; before discovery, the discovery request in its place."""
        if not self.ready:
            request = pdu.Request(pdu.GET, ())
        engine, context = self.engine, self.auth.context_name.encode()
        scoped = ber.tlv(
            ber.SEQUENCE,
            ber.octets(engine.engine_id) + ber.octets(context if self.ready else b"") + request.encode(message_id),
        )
        return self._wrap(scoped, message_id)

    def _wrap(self, scoped: bytes, message_id: int) -> bytes:
        """Encrypt and sign a scoped PDU as far as the level asks."""
        if not self.ready:
            return Envelope(message_id, FLAG_REPORTABLE, b"", 0, 0, b"").wrap(scoped)
        engine = self.engine
        head = (engine.engine_id, engine.boots, engine.now(self.clock()), self.auth.username.encode())
        return Envelope(message_id, FLAG_REPORTABLE, *head, self.mac, self.cipher).wrap(scoped)

    def open(self, data: bytes, message_id: int) -> pdu.Pdu:
        """Return the PDU of a reply that verifies: a response, or a report.

        Raises:
            MalformedError: the bytes are no SNMPv3 message.
            RefusedReplyError: another version, msgID, engine, user or level; a bad MAC; out of the time window.
        """
        header = read_header(data)
        if header.message_id != message_id:
            raise RefusedReplyError("message_id")
        signed = bool(header.flags & FLAG_AUTH)
        if self.ready and header.engine_id != self.engine.engine_id and signed:
            raise RefusedReplyError("engine_id")
        if signed:
            self._verify(data, header)
        found = self._scoped(data, header)
        self._check_level(header, found)
        if found.type == pdu.REPORT:
            self._check_report(header, found)
        elif found.type != pdu.RESPONSE:
            raise RefusedReplyError("pdu_type")
        elif found.request_id != message_id:
            raise RefusedReplyError("request_id")
        return found

    def _verify(self, data: bytes, header: Header) -> None:
        """Check user, MAC and time of a signed reply, then let the engine's clock follow it."""
        if self.mac is None or header.user != self.auth.username.encode():
            raise RefusedReplyError("user")
        self.mac.verify(data, *header.mac)
        clock = self.clock()
        self.engine.check_window(header, clock)
        self.engine.learn(header, clock, authentic=True)

    def _scoped(self, data: bytes, header: Header) -> pdu.Pdu:
        """Decrypt where needed, and check the context of the scoped PDU."""
        engine_id, context, plain, span = open_scoped(data, header, self.cipher)
        found = pdu.decode(plain, *span)
        wanted = (self.engine.engine_id, self.auth.context_name.encode())
        if found.type == pdu.RESPONSE and (engine_id, context) != wanted:
            raise RefusedReplyError("context")
        return found

    def _check_level(self, header: Header, found: pdu.Pdu) -> None:
        """Refuse a response below (or above) the level of the request; only reports may be plainer."""
        wanted = (FLAG_AUTH if self.mac else 0) | (FLAG_PRIV if self.cipher else 0)
        level = header.flags & (FLAG_AUTH | FLAG_PRIV)
        if found.type == pdu.REPORT:
            return
        if level != wanted:
            raise RefusedReplyError("security_level")
        if header.engine_id != self.engine.engine_id:
            raise RefusedReplyError("engine_id")
        if header.user != self.auth.username.encode():
            raise RefusedReplyError("user")

    def _check_report(self, header: Header, found: pdu.Pdu) -> None:
        """Learn the engine from a discovery report; a report on time must be signed."""
        name = report_name(found)
        if name == "unknownEngineIDs" and not self.ready:
            self._discovered(header)
        elif name == "notInTimeWindows" and not header.flags & FLAG_AUTH and self.mac:
            raise RefusedReplyError("unsigned_report")

    def _discovered(self, header: Header) -> None:
        """Take over the engine identifier and a first, unproven notion of its clock."""
        if not MIN_ENGINE_ID <= len(header.engine_id) <= MAX_ENGINE_ID:
            raise RefusedReplyError("engine_id")
        self.engine = Engine(header.engine_id)
        self.engine.learn(header, self.clock(), authentic=False)
        self.mac = usm.mac_for(self.auth, header.engine_id)
        self.cipher = usm.cipher_for(self.auth, header.engine_id)


def report_name(found: pdu.Pdu) -> str:
    """Return the usmStats counter that a report carries, without its prefix; ``unknown`` for any other."""
    return REPORTS.get(found.bindings[0][0], "unknown") if found.bindings else "unknown"
