"""SNMPv3 with the User-based Security Model: one user, HMAC-SHA-96 and AES-128 (RFC 3412, 3414, 3826).

pysnmp gives the message syntax, the digests and the cipher. A full pysnmp engine for each device was measured at
0.17 s of start-up, so the procedure of RFC 3414, section 3.2, is written out here for an authoritative engine.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyasn1.codec.ber import decoder
from pyasn1.error import PyAsn1Error
from pyasn1.type.univ import OctetString
from pysnmp.proto.error import StatusInformation
from pysnmp.proto.mpmod.rfc3412 import ScopedPDU, SNMPv3Message
from pysnmp.proto.secmod.rfc3414.auth.hmacsha import HmacSha
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters
from pysnmp.proto.secmod.rfc3826.priv.aes import Aes

from lab.snmp import command, message
from lab.snmp.values import counter, encode, integer, octets, oid, tlv

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.snmp.message import Asked
    from lab.snmp.values import Oid
    from lab.twin import Credentials

_STATS = oid("1.3.6.1.6.3.15.1.1")
UNSUPPORTED_LEVELS, NOT_IN_TIME_WINDOWS, UNKNOWN_ENGINE_IDS, WRONG_DIGESTS, DECRYPTION_ERRORS = (
    (*_STATS, arc, 0) for arc in (1, 2, 4, 5, 6)
)
UNKNOWN_PDU_HANDLERS = oid("1.3.6.1.6.3.11.2.1.3.0")
UNKNOWN_CONTEXTS = oid("1.3.6.1.6.3.12.1.5.0")
_AUTH, _PRIV, _REPORTABLE = 1, 2, 4  # msgFlags
_WINDOW = 150  # seconds (RFC 3414, 2.2.3)
_USM = 3
_MIN_SIZE = 484
_ZERO_DIGEST = bytes(12)


class _Silence(Exception):  # noqa: N818 - not an error: the agent keeps silent
    """The message deserves no answer."""


class _Report(Exception):  # noqa: N818 - not an error: the answer is a report
    """The message is answered with a report that counts `args[0]`; sent at the security level `args[1]`."""

    def __init__(self, counted: Oid, level: int = 0) -> None:
        super().__init__(counted, level)
        self.counted, self.level = counted, level


@dataclass(frozen=True, slots=True)
class User:
    """The one user of the lab, its keys hashed from the passwords but not yet localized."""

    name: bytes
    auth: Any
    priv: Any

    @property
    def level(self) -> int:
        """Return the flags of the level that the user must speak at."""
        return (_AUTH if self.auth is not None else 0) | (_PRIV if self.priv is not None else 0)


@dataclass(frozen=True, slots=True)
class _Message:
    """A decoded message."""

    id: int
    size: int
    flags: int
    security: Any
    data: Any
    whole: bytes


def user(credentials: Credentials) -> User | None:
    """Return the user that the credentials name; None without one. Hashing a password takes some milliseconds."""
    if not credentials.snmp_user:
        return None
    auth = HmacSha().hash_passphrase(credentials.snmp_auth) if credentials.snmp_auth else None
    secret = credentials.snmp_priv if credentials.snmp_auth else ""
    priv = Aes().hash_passphrase(HmacSha.SERVICE_ID, secret) if secret else None
    return User(credentials.snmp_user.encode(), auth, priv)


def engine_id(enterprise: int, address: str) -> bytes:
    """Return an engine id of the kind that holds an IPv4 address (RFC 3411, 5, format 1)."""
    return (0x80000000 | enterprise).to_bytes(4, "big") + b"\x01" + ipaddress.IPv4Address(address).packed


class Usm:
    """The authoritative engine of one device.

    Attributes:
        boots: must grow with each start of the lab, or managers that outlive it reject its answers.
    """

    def __init__(self, engine: bytes, owner: User, boots: int, clock: Callable[[], float]) -> None:
        self._id, self._user, self.boots, self._clock = OctetString(engine), owner, boots, clock
        self._hmac, self._aes = HmacSha(), Aes()
        self._auth = self._hmac.localize_key(owner.auth, self._id) if owner.auth is not None else None
        self._priv = (
            self._aes.localize_key(HmacSha.SERVICE_ID, owner.priv, self._id) if owner.priv is not None else None
        )
        self._started = clock()
        self._stats: dict[Oid, int] = {}

    def tell(self, told: bytes, message_id: int) -> bytes:
        """Return the message around a trap's PDU, at the user's level and by this engine's clock."""
        return self._wrap(message_id, self._user.name, told, self._user.level)

    def reboot(self) -> None:
        """Count a boot and set the engine's time to zero."""
        self.boots += 1
        self._started = self._clock()

    def answer(self, datagram: bytes, device: Asked) -> bytes | None:
        """Return the response or report to a datagram; None where the agent keeps silent."""
        try:
            received = _parse(datagram)
        except _Silence:
            return None
        request_id = 0
        try:
            scoped = self._secured(received)
            request_id = int(scoped["data"].getComponent()[0])
            return self._respond(received, scoped, device)
        except _Silence:
            return None
        except _Report as report:
            return self._report(received, report, request_id)

    def _secured(self, received: _Message) -> Any:  # noqa: ANN401 - pysnmp ships no types
        """Return the scoped PDU of a message that passed RFC 3414, 3.2."""
        security = received.security
        if security[0] != self._id:
            raise _Report(UNKNOWN_ENGINE_IDS)
        if bytes(security[3]) != self._user.name:
            raise _Silence
        level = received.flags & (_AUTH | _PRIV)
        if level & ~self._user.level:
            raise _Report(UNSUPPORTED_LEVELS)
        if level & _AUTH:
            self._authentic(received)
            self._timely(security)
        return self._clear(received, level)

    def _authentic(self, received: _Message) -> None:
        """Refuse a message whose digest is not that of the user's key."""
        try:
            self._hmac.authenticate_incoming_message(self._auth, received.security[4], received.whole)
        except StatusInformation:
            raise _Report(WRONG_DIGESTS) from None

    def _timely(self, security: Any) -> None:  # noqa: ANN401 - pysnmp ships no types
        """Refuse a message from another boot or outside the time window; that report is authenticated."""
        late = abs(int(security[2]) - self._time()) > _WINDOW
        if int(security[1]) != self.boots or late:
            raise _Report(NOT_IN_TIME_WINDOWS, _AUTH)

    def _clear(self, received: _Message, level: int) -> Any:  # noqa: ANN401 - pysnmp ships no types
        """Return the scoped PDU, decrypted."""
        if not level & _PRIV:
            if received.data.getName() != "plaintext":
                raise _Silence
            return received.data.getComponent()
        if received.data.getName() == "plaintext":
            raise _Silence
        boots, time, salt = (received.security[position] for position in (1, 2, 5))
        try:
            clear = self._aes.decrypt_data(self._priv, (boots, time, salt), received.data.getComponent())
            scoped, _ = decoder.decode(clear, asn1Spec=ScopedPDU())
        except (StatusInformation, PyAsn1Error):
            raise _Report(DECRYPTION_ERRORS) from None
        return scoped

    def _respond(self, received: _Message, scoped: Any, device: Asked) -> bytes | None:  # noqa: ANN401 - pysnmp ships no types
        """Return the response to a request that is who it says it is."""
        if scoped["contextEngineId"] != self._id:
            raise _Report(UNKNOWN_PDU_HANDLERS, received.flags & (_AUTH | _PRIV))
        if len(scoped["contextName"]):
            raise _Report(UNKNOWN_CONTEXTS, received.flags & (_AUTH | _PRIV))
        asked = message.request(scoped["data"].getComponent(), is_v1=False)
        if asked is None:
            raise _Silence
        level = received.flags & (_AUTH | _PRIV)
        if level != self._user.level:
            return self._send(received, command.failure(asked, command.AUTHORIZATION, 0), level)
        if asked.kind == command.SET and level == _AUTH | _PRIV:
            outcome = device.write(asked)
            return self._send(received, command.failure(asked, *outcome), level) if outcome else None
        room = min(received.size, message.MAX_MESSAGE) - 160  # header, security parameters and padding
        response = command.respond(device.tree(), asked, room)
        return self._send(received, response, level) if response else None

    def _report(self, received: _Message, report: _Report, request_id: int) -> bytes | None:
        """Return a report, if one may be sent (RFC 3412, 7.1.3)."""
        if not received.flags & _REPORTABLE:
            return None
        self._stats[report.counted] = self._stats.get(report.counted, 0) + 1
        bound = command.binding(report.counted, counter(self._stats[report.counted]))
        return self._send(received, command.pdu(command.REPORT, request_id, bound), report.level)

    def _send(self, received: _Message, response: bytes, level: int) -> bytes:
        """Return the answer to a message around a PDU."""
        return self._wrap(received.id, bytes(received.security[3]), response, level)

    def _wrap(self, message_id: int, name: bytes, response: bytes, level: int) -> bytes:
        """Return a whole message around a PDU, encrypted and authenticated as the level says."""
        time = self._time()
        data = tlv(0x30, encode(self._id) + encode(octets(b"")) + response)
        salt = b""
        if level & _PRIV:
            data_, salt_ = self._aes.encrypt_data(self._priv, (self.boots, time, None), data)
            data, salt = encode(data_), bytes(salt_)
        header = (integer(message_id), integer(message.MAX_MESSAGE), octets(bytes((level,))), integer(_USM))
        digest = _ZERO_DIGEST if level & _AUTH else b""
        parts = (octets(name), octets(digest), octets(salt))
        security = tlv(0x30, b"".join(map(encode, (self._id, integer(self.boots), integer(time), *parts))))
        whole = encode(integer(3)) + tlv(0x30, b"".join(map(encode, header))) + tlv(4, security) + data
        whole = tlv(0x30, whole)
        return bytes(self._hmac.authenticate_outgoing_message(self._auth, whole)) if level & _AUTH else whole

    def _time(self) -> int:
        """Return snmpEngineTime."""
        return int(self._clock() - self._started)


def _parse(datagram: bytes) -> _Message:
    """Return a decoded message; silence for another security model, or privacy without authentication."""
    decoded, _ = decoder.decode(datagram, asn1Spec=SNMPv3Message())
    header = decoded["msgGlobalData"]
    flags = bytes(header["msgFlags"])[0]
    if int(header["msgSecurityModel"]) != _USM or flags & (_AUTH | _PRIV) == _PRIV:
        raise _Silence
    security, _ = decoder.decode(bytes(decoded["msgSecurityParameters"]), asn1Spec=UsmSecurityParameters())
    size = max(_MIN_SIZE, int(header["msgMaxSize"]))
    return _Message(int(header["msgID"]), size, flags, security, decoded["msgData"], datagram)
