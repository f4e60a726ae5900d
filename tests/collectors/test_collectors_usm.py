from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pysnmp.proto import rfc1902
from pysnmp.proto.secmod.rfc3414.auth import hmacmd5, hmacsha  # isort: split

from pysnmp.proto.secmod.eso.priv import aes192 as cisco192
from pysnmp.proto.secmod.eso.priv import aes256 as cisco256
from pysnmp.proto.secmod.rfc7860.auth import hmacsha2
from support.fuzz import bent

from snmp import Auth, MalformedError, RefusedReplyError, SnmpAuthError, ber, pdu, usm
from snmp.v3 import Engine, Usm
from snmp.v3_message import read_header

if TYPE_CHECKING:
    from collections.abc import Callable

ENGINE = bytes.fromhex("000000000000000000000002")
AUTH = Auth(3, username="op", security_level="authPriv", auth_protocol="SHA256", priv_protocol="AES",
            password="maplesyrup", priv_password="syrupmaple")  # fmt: skip
NUMBER = 4711
ONE = ber.encode_oid("1.3.6.1.2.1.1.3.0")


@pytest.mark.parametrize(
    ("digest", "key"),
    [("md5", "526f5eed9fcce26f8964c2930787d82b"), ("sha1", "6695febc9288e36282235fc7151f128497b38f3f")],
)
def test_keys_of_rfc_3414_appendix_a(digest: str, key: str) -> None:
    assert usm.localized_key(digest, b"maplesyrup", ENGINE).hex() == key


JUDGES = {"MD5": hmacmd5.HmacMd5(), "SHA": hmacsha.HmacSha()} | {
    f"SHA{bits}": hmacsha2.HmacSha2(oid)
    for bits, oid in {
        224: hmacsha2.HmacSha2.SHA224_SERVICE_ID,
        256: hmacsha2.HmacSha2.SHA256_SERVICE_ID,
        384: hmacsha2.HmacSha2.SAH384_SERVICE_ID,
        512: hmacsha2.HmacSha2.SHA512_SERVICE_ID,
    }.items()
}


@pytest.mark.parametrize("name", JUDGES)
def test_authentication_keys_as_pysnmp_has_them(name: str) -> None:
    judge = JUDGES[name]
    engine = rfc1902.OctetString(ENGINE)
    expected = judge.localize_key(judge.hash_passphrase(rfc1902.OctetString("maplesyrup")), engine)
    mac = usm.mac_for(replace(AUTH, auth_protocol=name), ENGINE)
    assert mac is not None
    assert mac.key == bytes(expected)


@pytest.mark.parametrize("auth", ["MD5", "SHA"])
@pytest.mark.parametrize(
    ("name", "judge"),
    [("AES192", cisco192.AesBlumenthal192()), ("AES256", cisco256.AesBlumenthal256()),
     ("AES192C", cisco192.Aes192()), ("AES256C", cisco256.Aes256())],
)  # fmt: skip
def test_privacy_keys_as_pysnmp_has_them(auth: str, name: str, judge: object) -> None:
    engine = rfc1902.OctetString(ENGINE)
    service = JUDGES[auth].SERVICE_ID
    hashed = judge.hash_passphrase(service, rfc1902.OctetString("syrupmaple"))
    expected = bytes(judge.localize_key(service, hashed, engine))
    digest = {"MD5": "md5", "SHA": "sha1"}[auth]
    assert (
        usm.privacy_key(name, digest, b"syrupmaple", ENGINE)
        == expected[: len(usm.privacy_key(name, digest, b"syrupmaple", ENGINE))]
    )


def side(
    clock: Callable[[], float] = lambda: 1000.0, auth: Auth = AUTH, engine: bytes = ENGINE, time: int = 500
) -> Usm:
    made = Usm(auth, clock, Engine(engine, 3, time, clock(), authentic=True))
    made.mac, made.cipher = usm.mac_for(auth, engine), usm.cipher_for(auth, engine)
    return made


def reply(agent: Usm, number: int = NUMBER, kind: int = pdu.RESPONSE) -> bytes:
    return agent.seal(pdu.Request(kind, (ONE,)), number)


def test_a_good_reply_is_read() -> None:
    for priv in ("DES", "AES", "AES192", "AES256", "AES192C", "AES256C"):
        auth = replace(AUTH, priv_protocol=priv)
        assert side(auth=auth).open(reply(side(auth=auth)), NUMBER).bindings == [(ONE, ber.NULL, b"")]


def bad_mac() -> bytes:
    data = bytearray(reply(side()))
    start, _ = read_header(bytes(data)).mac
    data[start] ^= 1
    return bytes(data)


def empty_mac() -> bytes:
    data = reply(side())
    header = read_header(data)
    front = (
        ber.octets(header.engine_id) + ber.integer(header.boots) + ber.integer(header.time) + ber.octets(header.user)
    )
    security = ber.octets(ber.tlv(ber.SEQUENCE, front + ber.octets(b"") + ber.octets(header.salt)))
    start, _ = ber.expect(data, 0, len(data), ber.SEQUENCE)
    _, version_end = ber.expect_integer(data, start, len(data))
    _, global_end = ber.expect(data, version_end, len(data), ber.SEQUENCE)
    return ber.tlv(ber.SEQUENCE, data[start:global_end] + security + data[header.body :])


def plain(level: str) -> bytes:
    auth = replace(AUTH, security_level=level)
    return reply(side(auth=auth))


def community() -> bytes:
    return pdu.Community(pdu.V2C, b"public").seal(pdu.Request(pdu.RESPONSE, (ONE,)), NUMBER)


FORGED: dict[str, tuple[Callable[[], bytes], str]] = {
    "bad MAC": (bad_mac, "mac"),
    "empty MAC": (empty_mac, "mac"),
    "another password": (lambda: reply(side(auth=replace(AUTH, password="another password"))), "mac"),
    "another engine": (lambda: reply(side(engine=b"\x80another")), "engine_id"),
    "another user": (lambda: reply(side(auth=replace(AUTH, username="eve"))), "user"),
    "151 seconds late": (lambda: reply(side(time=500 - 151)), "time_window"),
    "an earlier boot": (lambda: reply(earlier()), "time_window"),
    "without privacy": (lambda: plain("authNoPriv"), "security_level"),
    "without authentication": (lambda: plain("noAuthNoPriv"), "security_level"),
    "in SNMPv2c": (community, "version"),
    "another message": (lambda: reply(side(), NUMBER + 1), "message_id"),
    "another context": (lambda: reply(side(auth=replace(AUTH, context_name="other"))), "context"),
    "a request sent back": (lambda: reply(side(), kind=pdu.GET), "pdu_type"),
}  # fmt: skip


def earlier() -> Usm:
    agent = side()
    agent.engine.boots = 2
    return agent


@pytest.mark.parametrize("name", FORGED)
def test_forged_replies_are_refused(name: str) -> None:
    forge, reason = FORGED[name]
    manager = side()
    with pytest.raises(RefusedReplyError) as caught:
        manager.open(forge(), NUMBER)
    assert caught.value.reason == reason
    assert (manager.engine.boots, manager.engine.time) == (3, 500), "a refused reply moved the clock"


def test_a_reply_within_the_window_is_read() -> None:
    assert side().open(reply(side(time=500 - 149)), NUMBER).request_id == NUMBER


def test_the_clock_follows_authentic_messages_forward_only() -> None:
    manager = side()
    manager.open(reply(side(time=700)), NUMBER)
    assert manager.engine.time == 700
    manager.open(reply(side(time=600)), NUMBER)
    assert manager.engine.time == 700


def test_an_unsigned_report_moves_nothing() -> None:
    manager, agent = side(), side(auth=replace(AUTH, security_level="noAuthNoPriv"), time=9000)
    agent.engine.boots = 99
    late = ber.encode_oid("1.3.6.1.6.3.15.1.1.2.0")
    with pytest.raises(RefusedReplyError) as caught:
        manager.open(agent.seal(pdu.Request(pdu.REPORT, (late,)), NUMBER), NUMBER)
    assert caught.value.reason == "unsigned_report"
    assert (manager.engine.boots, manager.engine.time) == (3, 500)


def test_6000_mutated_replies_never_pass() -> None:
    chance = random.Random(16)
    manager, original = side(), reply(side())
    outcomes = set()
    for _ in range(6000):
        data = bent(chance, original)
        try:
            manager.open(data, NUMBER)
        except (RefusedReplyError, MalformedError) as error:
            outcomes.add(getattr(error, "reason", "malformed"))
        else:
            assert data == original, "a changed message passed"
    assert {"mac", "malformed"} <= outcomes


@pytest.mark.parametrize(
    ("auth", "word"),
    [(Auth(4), "version 4"), (Auth(2, community=""), "community"), (replace(AUTH, username=""), "username"),
     (replace(AUTH, password="short"), "8 octets"), (replace(AUTH, priv_protocol="ROT13"), "ROT13"),
     (replace(AUTH, auth_protocol="CRC"), "CRC"), (replace(AUTH, security_level="high"), "authNoPriv")],
)  # fmt: skip
def test_credentials_that_cannot_work_are_named(auth: Auth, word: str) -> None:
    with pytest.raises(SnmpAuthError, match=word) as caught:
        auth.check()
    assert "maplesyrup" not in str(caught.value)


def test_no_secret_shows_in_a_repr() -> None:
    shown = repr(AUTH) + repr(side()) + repr(usm.cipher_for(replace(AUTH, priv_protocol="DES"), ENGINE))
    for secret in ("maplesyrup", "syrupmaple", "Mac(key"):
        assert secret not in shown
    assert replace(AUTH, auth_protocol="MD5", priv_protocol="DES").legacy == ("MD5", "DES")
