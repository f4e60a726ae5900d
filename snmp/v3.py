"""SNMPv3 messages under USM (RFC 3412, 3414): sealing requests, and refusing replies that do not verify."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from snmp import ber, pdu, usm
from snmp.errors import RefusedReplyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from snmp.credentials import Auth

WINDOW_SECONDS = 150
MAX_BOOTS = 2147483647
MAX_SIZE = 65507
USM_MODEL = 3
FLAG_AUTH, FLAG_PRIV, FLAG_REPORTABLE = 1, 2, 4
MAX_ENGINE_ID = 32
MIN_ENGINE_ID = 5

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


class Header(NamedTuple):
    """The parts of a message in front of its scoped PDU, with offsets into the datagram."""

    message_id: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    mac: tuple[int, int]
    salt: bytes
    body: int


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
        ready, engine = self.ready, self.engine
        mac, cipher = (self.mac, self.cipher) if ready else (None, None)
        time, salt = engine.now(self.clock()) if ready else 0, b""
        if cipher:
            scoped, salt = cipher.encrypt(scoped, engine.boots, time)
            scoped = ber.octets(scoped)
        flags = FLAG_REPORTABLE | (FLAG_AUTH if mac else 0) | (FLAG_PRIV if cipher else 0)
        head = ber.integer(pdu.V3) + _global(message_id, flags)
        user = self.auth.username.encode() if ready else b""
        front = ber.octets(engine.engine_id) + ber.integer(engine.boots) + ber.integer(time) + ber.octets(user)
        digest = bytes(mac.size if mac else 0)
        security = ber.octets(ber.tlv(ber.SEQUENCE, front + ber.octets(digest) + ber.octets(salt)))
        message = ber.tlv(ber.SEQUENCE, head + security + scoped)
        if not mac:
            return message
        at = len(message) - len(scoped) - len(ber.octets(salt)) - mac.size
        return b"".join((message[:at], mac.sign(message), message[at + mac.size :]))

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
        end = len(data)
        if header.flags & FLAG_PRIV:
            data = self._decrypt(data, header)
            start, stop = ber.expect(data, 0, len(data), ber.SEQUENCE)
        else:
            start, stop = ber.expect(data, header.body, end, ber.SEQUENCE)
        name, pos = ber.expect(data, start, stop, ber.OCTET_STRING)
        context, after = ber.expect(data, pos, stop, ber.OCTET_STRING)
        found = pdu.decode(data, after, stop)
        wanted = (self.engine.engine_id, self.auth.context_name.encode())
        if found.type == pdu.RESPONSE and (data[name:pos], data[context:after]) != wanted:
            raise RefusedReplyError("context")
        return found

    def _decrypt(self, data: bytes, header: Header) -> bytes:
        """Return the plain scoped PDU, with what DES padded after it."""
        if self.cipher is None or len(header.salt) != usm.SALT_OCTETS or not header.flags & FLAG_AUTH:
            raise RefusedReplyError("security_level")
        start, stop = ber.expect(data, header.body, len(data), ber.OCTET_STRING)
        return self.cipher.decrypt(data[start:stop], header.salt, header.boots, header.time)

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


def _global(message_id: int, flags: int) -> bytes:
    """Return msgGlobalData."""
    numbers = ber.integer(message_id) + ber.integer(MAX_SIZE)
    return ber.tlv(ber.SEQUENCE, numbers + ber.octets(bytes((flags,))) + ber.integer(USM_MODEL))


def report_name(found: pdu.Pdu) -> str:
    """Return the usmStats counter that a report carries, without its prefix; ``unknown`` for any other."""
    return REPORTS.get(found.bindings[0][0], "unknown") if found.bindings else "unknown"


def read_header(data: bytes) -> Header:
    """Read a message up to its scoped PDU.

    Raises:
        MalformedError: not an SNMPv3 message under USM, by structure.
        RefusedReplyError: another version, flags that contradict each other, numbers out of range.
    """
    version, pos = pdu.open_message(data)
    if version != pdu.V3:
        raise RefusedReplyError("version")
    start, after = ber.expect(data, pos, len(data), ber.SEQUENCE)
    message_id, pos = ber.expect_integer(data, start, after)
    _, pos = ber.expect_integer(data, pos, after)
    flag, pos = ber.expect(data, pos, after, ber.OCTET_STRING)
    model, _ = ber.expect_integer(data, pos, after)
    flags = data[flag] if pos - flag == 1 else FLAG_PRIV
    if model != USM_MODEL or flags & (FLAG_AUTH | FLAG_PRIV) == FLAG_PRIV:
        raise RefusedReplyError("security_level")
    return _read_security(data, after, message_id, flags)


def _read_security(data: bytes, pos: int, message_id: int, flags: int) -> Header:
    """Read UsmSecurityParameters."""
    start, body = ber.expect(data, pos, len(data), ber.OCTET_STRING)
    start, stop = ber.expect(data, start, body, ber.SEQUENCE)
    name, pos = ber.expect(data, start, stop, ber.OCTET_STRING)
    engine_id = data[name:pos]
    boots, pos = ber.expect_integer(data, pos, stop)
    time, pos = ber.expect_integer(data, pos, stop)
    if not (0 <= boots <= MAX_BOOTS and 0 <= time <= MAX_BOOTS):
        raise RefusedReplyError("time_window")
    user, pos = ber.expect(data, pos, stop, ber.OCTET_STRING)
    user_name, mac = data[user:pos], ber.expect(data, pos, stop, ber.OCTET_STRING)
    salt, end = ber.expect(data, mac[1], stop, ber.OCTET_STRING)
    return Header(message_id, flags, engine_id, boots, time, user_name, mac, data[salt:end], body)
