"""SNMPv3 messages as octets (RFC 3412 section 6, RFC 3414 section 2.4): read, and put around a scoped PDU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from snmp import ber, pdu, usm
from snmp.errors import RefusedReplyError

MAX_BOOTS = 2147483647
MAX_SIZE = 65507
MAX_ENGINE_ID = 32
MIN_ENGINE_ID = 5
USM_MODEL = 3
FLAG_AUTH, FLAG_PRIV, FLAG_REPORTABLE = 1, 2, 4


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


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around a scoped PDU; with `mac` it is signed, with `cipher` encrypted too.

    Attributes:
        extra: flags beside the security level: `FLAG_REPORTABLE` or 0.
        engine_id, boots, time: of the authoritative engine.
    """

    message_id: int
    extra: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    mac: usm.Mac | None = None
    cipher: usm.Aes | usm.Des | None = None

    def wrap(self, scoped: bytes) -> bytes:
        """Return the datagram around an encoded scoped PDU."""
        mac, salt = self.mac, b""
        if self.cipher:
            scoped, salt = self.cipher.encrypt(scoped, self.boots, self.time)
            scoped = ber.octets(scoped)
        flags = self.extra | (FLAG_AUTH if mac else 0) | (FLAG_PRIV if self.cipher else 0)
        numbers = ber.integer(self.message_id) + ber.integer(MAX_SIZE)
        head = ber.tlv(ber.SEQUENCE, numbers + ber.octets(bytes((flags,))) + ber.integer(USM_MODEL))
        front = ber.octets(self.engine_id) + ber.integer(self.boots) + ber.integer(self.time) + ber.octets(self.user)
        digest = bytes(mac.size if mac else 0)
        security = ber.octets(ber.tlv(ber.SEQUENCE, front + ber.octets(digest) + ber.octets(salt)))
        message = ber.tlv(ber.SEQUENCE, ber.integer(pdu.V3) + head + security + scoped)
        if not mac:
            return message
        at = len(message) - len(scoped) - len(ber.octets(salt)) - mac.size
        return b"".join((message[:at], mac.sign(message), message[at + mac.size :]))


def open_scoped(
    data: bytes, header: Header, cipher: usm.Aes | usm.Des | None
) -> tuple[bytes, bytes, bytes, tuple[int, int]]:
    """Return context engine, context name, the plain octets, and where in them the PDU starts and ends.

    Raises:
        MalformedError: no scoped PDU.
        RefusedReplyError: encrypted without authentication, or for somebody else.
    """
    body = header.body
    if header.flags & FLAG_PRIV:
        data, body = _decrypted(data, header, cipher), 0  # DES leaves its padding after the scoped PDU
    start, stop = ber.expect(data, body, len(data), ber.SEQUENCE)
    name, pos = ber.expect(data, start, stop, ber.OCTET_STRING)
    context, after = ber.expect(data, pos, stop, ber.OCTET_STRING)
    return data[name:pos], data[context:after], data, (after, stop)


def _decrypted(data: bytes, header: Header, cipher: usm.Aes | usm.Des | None) -> bytes:
    """Return the plain scoped PDU, with what DES padded after it."""
    if cipher is None or len(header.salt) != usm.SALT_OCTETS or not header.flags & FLAG_AUTH:
        raise RefusedReplyError("security_level")
    start, stop = ber.expect(data, header.body, len(data), ber.OCTET_STRING)
    return cipher.decrypt(data[start:stop], header.salt, header.boots, header.time)


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
