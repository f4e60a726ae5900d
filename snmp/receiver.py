"""Judges notifications: what is taken for an event, what is answered, and why the rest is refused.

A trap over SNMPv3 is timed by its sender's engine, an inform by ours (RFC 3414 section 3.2), so this side has an engine
of its own: it tells its identifier and its clock in reports, and answers informs. Beyond the RFC, an engine identifier
belongs to the address that it was first heard from, and a message that was seen is not seen again: whoever can send
from a device's address can so not repeat, from there, what another device once said.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from snmp import ber, pdu, usm
from snmp.errors import MalformedError, RefusedReplyError
from snmp.notification import Notification, notification_of, read_v1
from snmp.v3 import REPORTS, WINDOW_SECONDS, Engine
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
    from collections.abc import Callable, Collection

    from snmp.credentials import Auth

DISCOVERY = "discovery"
REPEATED = "repeated"
SEEN_KEPT = 32_768
_REPORT_OID = {name: oid for oid, name in REPORTS.items()}
_REPORT_OF = {
    DISCOVERY: "unknownEngineIDs",
    "engine_id": "unknownEngineIDs",
    "user": "unknownUserNames",
    "security_level": "unsupportedSecLevels",
    "mac": "wrongDigests",
    "time_window": "notInTimeWindows",
    "decryption": "decryptionErrors",
}
"""Why an inform is refused -> what its sender is told (RFC 3414 section 3.2)."""


class Received(NamedTuple):
    """What became of a datagram.

    Attributes:
        notification: the event; None where there is none.
        reply: what to send back; None for nothing.
        refused: why there is no event, in one word: ``mac``, ``engine_id``, ``malformed``, ...; ``discovery`` (somebody
            asks for our engine) and ``repeated`` (an inform sent again) are no offence.
    """

    notification: Notification | None
    reply: bytes | None = None
    refused: str = ""


@dataclass(slots=True)
class _Sender:
    """An engine that has proven itself, and the one address that it speaks from."""

    host: str
    engine: Engine


@dataclass(slots=True)
class Receiver:
    """The receiving side of notifications, without a socket.

    Attributes:
        users: who may speak over SNMPv3, by user name; each at the level of its credentials, neither below nor above.
        communities: what SNMPv1 and SNMPv2c must say; none refuses both.
        engine_id: ours; the same from start to start, since senders may have it in their configuration.
        boots: ours; must grow from start to start.
        clock: the local monotonic clock, seconds.
    """

    users: dict[bytes, Auth]
    communities: Collection[bytes]
    engine_id: bytes
    boots: int
    clock: Callable[[], float]
    _started: float = field(init=False)
    _senders: dict[bytes, _Sender] = field(default_factory=dict, init=False)
    _engine_of: dict[str, bytes] = field(default_factory=dict, init=False)
    _seen: OrderedDict[tuple[str, bytes], float] = field(default_factory=OrderedDict, init=False)
    _told: dict[str, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._started = self.clock()

    @property
    def time(self) -> int:
        """Our snmpEngineTime."""
        return int(self.clock() - self._started)

    def receive(self, data: bytes, host: str) -> Received:
        """Judge a datagram from a device whose address is known to be one of ours; never raises."""
        try:
            version, pos = pdu.open_message(data)
            if version == pdu.V3:
                return _Message(self, data, read_header(data), host).judge()
            return self._by_community(version, data, pos, host)
        except RefusedReplyError as error:
            return Received(None, None, error.reason)
        except MalformedError:
            return Received(None, None, "malformed")

    def _by_community(self, version: int, data: bytes, pos: int, host: str) -> Received:
        if version not in (pdu.V1, pdu.V2C):
            raise RefusedReplyError("version")
        start, pos = ber.expect(data, pos, len(data), ber.OCTET_STRING)
        if not any(hmac.compare_digest(data[start:pos], known) for known in self.communities):
            raise RefusedReplyError("community")
        if version == pdu.V1:
            return Received(read_v1(data, pos, len(data)))
        found = notification_of(version, pdu.decode(data, pos, len(data)))
        if not found.confirmed:
            return Received(found)
        body = ber.integer(version) + ber.octets(data[start:pos]) + response(data[pos:])
        return self.answered(found, ber.tlv(ber.SEQUENCE, body), host, data[pos:])

    def answered(self, found: Notification, reply: bytes, host: str, said: bytes) -> Received:
        """Return an inform with its answer; one that is sent again is answered again, and is no second event."""
        if self.seen(host, said):
            return Received(None, reply, REPEATED)
        return Received(found, reply)

    def seen(self, host: str, mark: bytes) -> bool:
        """Remember what a device said for as long as the time window lasts; return whether it was known already."""
        now, key = self.clock(), (host, blake2b(mark, digest_size=16).digest())
        while self._seen and (len(self._seen) >= SEEN_KEPT or next(iter(self._seen.values())) < now):
            self._seen.popitem(last=False)
        if key in self._seen:
            return True
        self._seen[key] = now + 2 * WINDOW_SECONDS
        return False

    def sender(self, engine_id: bytes, host: str) -> _Sender:
        """Return the engine that speaks from an address; it is new the first time.

        Raises:
            RefusedReplyError: the engine was heard from another address, or the address has another engine.
        """
        if not MIN_ENGINE_ID <= len(engine_id) <= MAX_ENGINE_ID or self._engine_of.get(host, engine_id) != engine_id:
            raise RefusedReplyError("engine_id")
        known = self._senders.get(engine_id)
        if known is None:
            return _Sender(host, Engine(engine_id))
        if known.host != host:
            raise RefusedReplyError("engine_id")
        return known

    def keep(self, sender: _Sender) -> None:
        """Bind an engine to the address that it spoke from, now that it has proven itself."""
        self._senders[sender.engine.engine_id] = sender
        self._engine_of[sender.host] = sender.engine.engine_id

    def told(self, name: str) -> int:
        """Count a report and return the count, which it carries."""
        self._told[name] = self._told.get(name, 0) + 1
        return self._told[name] & ber.MAX_SUBID


def response(inform: bytes) -> bytes:
    """Return the answer to an inform: the same PDU under the tag of a response (RFC 3416 section 4.2.7)."""
    return bytes((pdu.RESPONSE,)) + inform[1:]


@dataclass(slots=True)
class _Message:
    """One SNMPv3 message under judgement."""

    side: Receiver
    data: bytes
    header: Header
    host: str
    mac: usm.Mac | None = None
    auth: Auth | None = None

    def judge(self) -> Received:
        """Return what becomes of it: reports are owed to those alone who can wait for them."""
        if not self.header.flags & FLAG_REPORTABLE:
            return Received(self._trap())
        try:
            return self._inform()
        except RefusedReplyError as error:
            return Received(None, self._report(error.reason), error.reason)

    def _trap(self) -> Notification:
        """Return the trap: its sender's engine is the one that counts."""
        header, side = self.header, self.side
        sender = side.sender(header.engine_id, self.host)
        self._authenticate()
        if header.flags & FLAG_AUTH:
            clock = side.clock()
            sender.engine.check_window(header, clock)
            if side.seen(self.host, self.data[slice(*header.mac)]):
                raise RefusedReplyError("replay")
            sender.engine.learn(header, clock, authentic=True)
            side.keep(sender)
        found, *_ = self._opened()
        if found.confirmed:
            raise RefusedReplyError("pdu_type")
        return found

    def _inform(self) -> Received:
        """Return the inform and its answer: our engine is the one that counts."""
        header, side = self.header, self.side
        if header.engine_id != side.engine_id:
            raise RefusedReplyError("engine_id" if header.engine_id else DISCOVERY)
        self._authenticate()
        late = abs(header.time - side.time) > WINDOW_SECONDS
        if header.flags & FLAG_AUTH and (header.boots != side.boots or late or side.boots >= MAX_BOOTS):
            raise RefusedReplyError("time_window")
        found, said, engine_id, context = self._opened()
        if not found.confirmed:
            raise RefusedReplyError("pdu_type")
        scoped = ber.tlv(ber.SEQUENCE, ber.octets(engine_id) + ber.octets(context) + response(said))
        return side.answered(found, self._wrap(scoped, header.flags), self.host, said)

    def _authenticate(self) -> None:
        """Check user, security level and MAC.

        Raises:
            RefusedReplyError: one of them is not as it must be.
        """
        header = self.header
        self.auth = self.side.users.get(header.user)
        if self.auth is None:
            raise RefusedReplyError("user")
        level = (FLAG_AUTH if self.auth.authenticates else 0) | (FLAG_PRIV if self.auth.encrypts else 0)
        if header.flags & (FLAG_AUTH | FLAG_PRIV) != level:
            raise RefusedReplyError("security_level")
        mac = usm.mac_for(self.auth, header.engine_id)
        if mac:
            mac.verify(self.data, *header.mac)
        self.mac = mac  # only now: no report is signed for somebody who did not sign

    def _opened(self) -> tuple[Notification, bytes, bytes, bytes]:
        """Return the notification, its PDU as octets, its context's engine and name."""
        header, auth = self.header, self.auth
        cipher = usm.cipher_for(auth, header.engine_id) if auth else None
        try:
            engine_id, context, plain, (start, stop) = open_scoped(self.data, header, cipher)
            found = pdu.decode(plain, start, stop)
        except MalformedError:
            if header.flags & FLAG_PRIV:
                raise RefusedReplyError("decryption") from None
            raise
        return notification_of(pdu.V3, found), plain[start:stop], engine_id, context

    def _report(self, reason: str) -> bytes | None:
        """Return the report for a refusal; None where the protocol has none."""
        name = _REPORT_OF.get(reason)
        if name is None:
            return None
        bound = pdu.Request(
            pdu.REPORT, (_REPORT_OID[name],), values=(ber.integer(self.side.told(name), ber.COUNTER32),)
        )
        scoped = ber.octets(self.side.engine_id) + ber.octets(b"") + bound.encode(0)
        # Out of the time window is told signed, so that the sender may set its clock by it.
        return self._wrap(ber.tlv(ber.SEQUENCE, scoped), FLAG_AUTH if reason == "time_window" else 0)

    def _wrap(self, scoped: bytes, flags: int) -> bytes:
        """Put our engine's envelope around a scoped PDU, at the level of `flags`."""
        side, signed = self.side, flags & FLAG_AUTH
        cipher = usm.cipher_for(self.auth, side.engine_id) if self.auth and flags & FLAG_PRIV else None
        head = (side.engine_id, side.boots, side.time, self.header.user)
        return Envelope(self.header.message_id, 0, *head, self.mac if signed else None, cipher).wrap(scoped)
