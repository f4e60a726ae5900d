"""The engine against net-snmp's agent, and against somebody between the two."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from pysnmp.hlapi.v3arch.asyncio import (
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    get_cmd,
    usmAesCfb128Protocol,
    usmHMACSHAAuthProtocol,
)
from support.net_snmp import PATIENT, between, lied_to

from collectors.labels import value_text
from snmp import Auth, Limits, Manager, SnmpAuthError, SnmpTimeoutError, Transport, ber, get, pdu, walk
from snmp.v3_message import read_header

if TYPE_CHECKING:
    from snmp import Address

pytestmark = pytest.mark.needs("snmpd")
NAMES = {"SHA-224": "SHA224", "SHA-256": "SHA256", "SHA-384": "SHA384", "SHA-512": "SHA512"}
NAMES |= {"AES-192": "AES192", "AES-256": "AES256"}
USERS = {
    "md5des": ("MD5", "DES"),
    "shaaes": ("SHA", "AES"),
    "sha224aes": ("SHA-224", "AES"),
    "sha256aes256": ("SHA-256", "AES-256"),
    "sha384aes": ("SHA-384", "AES"),
    "sha512aes192": ("SHA-512", "AES-192"),
}
SYSTEM = [ber.encode_oid(f"1.3.6.1.2.1.1.{n}") for n in (1, 2, 4, 5, 6)]
UPTIME = ber.encode_oid("1.3.6.1.2.1.1.3.0")
LOCATION = ber.encode_oid("1.3.6.1.2.1.1.6.0")
BRISK = Limits(timeout=0.5, retries=1)
"""For what nobody answers."""


def v3(user: str, level: str = "authPriv", password: str = "authpassword") -> Auth:
    auth, priv = USERS[user]
    return Auth(
        3, username=user, security_level=level, password=password, priv_password="privpassword",
        auth_protocol=NAMES.get(auth, auth), priv_protocol=NAMES.get(priv, priv),
    )  # fmt: skip


CASES = {"v1": Auth(1), "v2c": Auth(2)}
CASES |= {f"{user} {level}": v3(user, level) for user in USERS for level in ("noAuthNoPriv", "authNoPriv", "authPriv")}


def by_netsnmp(address: Address, auth: Auth, oid: str) -> dict[str, str]:
    command = ["snmpbulkwalk" if auth.version > 1 else "snmpwalk", "-On", "-Oe", "-OU", "-Ot", "-Oq", "-Ox", "-m", ""]
    if auth.version < 3:
        command += ["-v", "1" if auth.version == 1 else "2c", "-c", "public"]
    else:
        reverse = {ours: theirs for theirs, ours in NAMES.items()}
        command += ["-v", "3", "-u", auth.username, "-l", auth.security_level]
        command += ["-a", reverse.get(auth.auth_protocol, auth.auth_protocol), "-A", "authpassword"]
        command += ["-x", reverse.get(auth.priv_protocol, auth.priv_protocol), "-X", "privpassword"]
    done = subprocess.run([*command, f"{address[0]}:{address[1]}", oid], capture_output=True, text=True, check=True)
    # Long texts in hex go over several lines.
    joined = done.stdout.replace("\n.", "\0.").replace("\n", "")
    pairs = (line.split(" ", 1) for line in joined.split("\0"))
    return {name.removeprefix("."): value.strip('" ').removeprefix(".") for name, value in pairs}


def shown(tag: int, content: bytes) -> str:
    return content.hex(" ").upper() if tag == ber.OCTET_STRING else value_text(tag, content, "")


@pytest.mark.parametrize("case", CASES)
async def test_values_equal_those_of_net_snmp(snmpd: Address, case: str) -> None:
    async with Manager() as manager:
        session = manager.session(snmpd, CASES[case])
        found = await walk(
            session, [*SYSTEM, ber.encode_oid("1.3.6.1.2.1.2.2.1.2"), ber.encode_oid("1.3.6.1.2.1.2.2.1.4")]
        )
    mine = {
        ber.dotted(column + index): shown(tag, content)
        for column, cells in found.items()
        for index, (tag, content) in cells.items()
    }
    judge = by_netsnmp(snmpd, CASES[case], "1.3.6.1.2.1.1") | by_netsnmp(snmpd, CASES[case], "1.3.6.1.2.1.2.2.1")
    expected = {name: value for name, value in judge.items() if name in mine}
    assert len(mine) >= 7
    assert mine == expected
    assert bytes.fromhex(mine["1.3.6.1.2.1.1.6.0"]).decode() == "青海省政府 机房"


async def test_pysnmp_reads_the_same_by_v3(snmpd: Address) -> None:
    engine = SnmpEngine()
    user = UsmUserData("shaaes", "authpassword", "privpassword", usmHMACSHAAuthProtocol, usmAesCfb128Protocol)
    target = await UdpTransportTarget.create(snmpd, timeout=2, retries=1)
    error, status, _, pairs = await get_cmd(
        engine, user, target, ContextData(), ObjectType(ObjectIdentity("1.3.6.1.2.1.1.6.0"))
    )
    engine.close_dispatcher()
    assert not error
    assert not status
    async with Manager() as manager:
        mine = await get(manager.session(snmpd, v3("shaaes")), (LOCATION,))
    assert mine[LOCATION][1] == bytes(pairs[0][1])


WRONG = {
    "password": (v3("shaaes", password="wrongpassword"), "wrongDigests"),
    "user": (Auth(3, username="nobody", security_level="authNoPriv", password="authpassword"), "unknownUserNames"),
    "community": (Auth(2, community="wrong"), "no answer"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_wrong_credentials_are_named(snmpd: Address, case: str) -> None:
    auth, word = WRONG[case]
    async with Manager() as manager:
        with pytest.raises((SnmpAuthError, SnmpTimeoutError), match=word) as caught:
            await get(manager.session(snmpd, auth, BRISK if word == "no answer" else PATIENT), (UPTIME,))
    assert "wrongpassword" not in str(caught.value)


async def test_nobody_there_ends_by_the_deadline() -> None:
    async with Manager() as manager:
        clock = manager.transport.clock
        begun = clock()
        session = manager.session(("127.81.16.9", 9), Auth(2), Limits(timeout=5), begun + 0.3)
        with pytest.raises(SnmpTimeoutError):
            await get(session, (UPTIME,))
        assert clock() - begun < 2


def signed(data: bytes) -> bool:
    return bool(read_header(data).flags & 1)


def break_mac(asked: bytes, data: bytes) -> list[bytes]:
    del asked
    if not signed(data):
        return [data]
    start, _ = read_header(data).mac
    return [data[:start] + bytes((data[start] ^ 1,)) + data[start + 1 :]]


def break_engine(asked: bytes, data: bytes) -> list[bytes]:
    del asked
    if not signed(data):
        return [data]
    engine = read_header(data).engine_id
    return [data.replace(engine, engine[:-1] + bytes((engine[-1] ^ 1,)))]


def downgrade(asked: bytes, data: bytes) -> list[bytes]:
    if not signed(data):
        return [data]
    _, number = pdu.peek_id(asked)
    forged = pdu.Request(pdu.RESPONSE, (LOCATION,))
    return [pdu.Community(pdu.V2C, b"public").seal(forged, number)]


class Replay:
    """Answers every later request with the first signed reply."""

    def __init__(self) -> None:
        self.kept = b""

    def __call__(self, asked: bytes, data: bytes) -> list[bytes]:
        del asked
        if not signed(data):
            return [data]
        first, self.kept = not self.kept, self.kept or data
        return [data] if first else [self.kept]


FORGERIES = {"mac": break_mac, "engine_id": break_engine, "version": downgrade}


@pytest.mark.parametrize("reason", FORGERIES)
async def test_a_forged_reply_is_refused_and_counted(snmpd: Address, reason: str) -> None:
    async with between(snmpd, FORGERIES[reason]) as address, Manager() as manager:
        refused = manager.transport.counters.refused
        with pytest.raises((SnmpAuthError, SnmpTimeoutError), match=reason):
            await lied_to(get(manager.session(address, v3("shaaes"), PATIENT), (LOCATION,)), refused.total)
        assert refused[reason] == 2
        assert manager.transport.counters.retries == 1


async def test_a_replayed_reply_is_refused_and_counted(snmpd: Address) -> None:
    async with between(snmpd, Replay()) as address, Manager() as manager:
        session, refused = manager.session(address, v3("shaaes"), PATIENT), manager.transport.counters.refused
        assert LOCATION in await get(session, (LOCATION,))
        with pytest.raises(SnmpTimeoutError):
            await lied_to(get(session, (LOCATION,)), refused.total)
        assert refused["unexpected"] == 2


async def test_a_good_reply_after_a_forged_one_is_read(snmpd: Address) -> None:
    def both(asked: bytes, data: bytes) -> list[bytes]:
        return [*break_mac(asked, data), data] if signed(data) else [data]

    async with between(snmpd, both) as address, Manager() as manager:
        assert LOCATION in await get(manager.session(address, v3("shaaes"), PATIENT), (LOCATION,))
        assert manager.transport.counters.refused["mac"] == 1


async def test_a_late_reply_is_refused_and_counted(snmpd: Address) -> None:
    shift = 0.0
    async with Manager(Transport(lambda: time.monotonic() + shift)) as manager:
        session, refused = manager.session(snmpd, v3("shaaes"), PATIENT), manager.transport.counters.refused
        assert LOCATION in await get(session, (LOCATION,))
        # To us, the device is now stuck 200 seconds in the past.
        shift = 200.0
        with pytest.raises(SnmpTimeoutError, match="time_window"):
            await lied_to(get(session, (LOCATION,)), refused.total)
        assert refused["time_window"] == 2


async def test_a_reply_from_elsewhere_is_refused(snmpd: Address) -> None:
    async with Manager() as manager:
        transport = manager.transport
        wrapper, refused = pdu.Community(pdu.V2C, b"public"), Counter[str]()
        asking = asyncio.create_task(
            transport.exchange(("127.81.16.9", 9), wrapper, pdu.Request(pdu.GET, (LOCATION,)), 0.1, refused)
        )
        await asyncio.sleep(0)
        (number,) = transport.in_flight
        transport.receive(wrapper.seal(pdu.Request(pdu.RESPONSE, (LOCATION,)), number), snmpd)
        assert await asking is None
        assert refused["address"] == 1


async def test_a_device_that_restarts_with_another_engine_is_discovered_anew(snmpd: Address) -> None:
    async with Manager() as manager:
        session = manager.session(snmpd, v3("shaaes"))
        assert LOCATION in await get(session, (LOCATION,))
        session.device.wrapper.engine.engine_id = b"\x80\x00old engine"
        assert LOCATION in await get(session, (LOCATION,))


async def test_a_wrong_first_clock_is_set_right(snmpd: Address) -> None:
    async with Manager() as manager:
        session = manager.session(snmpd, v3("shaaes"))
        assert LOCATION in await get(session, (LOCATION,))
        engine = session.device.wrapper.engine
        engine.boots, engine.time, engine.authentic = 0, 0, False
        assert LOCATION in await get(session, (LOCATION,))
        assert session.requests == 4
