"""SET: judged by net-snmp's agent, sent once whatever becomes of it, refused in words."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING

import pytest
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c
from support.net_snmp import agent, between

from snmp import (
    Auth,
    Limits,
    Manager,
    SetRefusedError,
    SnmpAuthError,
    SnmpTimeoutError,
    UnansweredError,
    ber,
    get,
    pdu,
    set_objects,
    usm,
)
from snmp.v3_message import read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snmp import Address

pytestmark = pytest.mark.needs("snmpd")
CONTACT = ber.encode_oid("1.3.6.1.2.1.1.4.0")
NAME = ber.encode_oid("1.3.6.1.2.1.1.5.0")
DESCRIPTION = ber.encode_oid("1.3.6.1.2.1.1.1.0")
ROW = ber.encode_oid("1.3.6.1.6.3.12.1.3.1.7.3.118.108.97")  # snmpTargetParamsRowStatus."vla"
PATIENT = Limits(timeout=20)
"""For what is answered: a SET is sent once, and its answer may come late on a busy machine."""
BRISK = Limits(timeout=0.3)
WRITER = Auth(
    3, username="writer", security_level="authPriv", password="authpassword", priv_password="privpassword",
    auth_protocol="SHA", priv_protocol="AES",
)  # fmt: skip
READER = Auth(
    3, username="reader", security_level="authPriv", password="authpassword", priv_password="privpassword",
    auth_protocol="SHA", priv_protocol="AES",
)  # fmt: skip


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Start an agent whose objects one user may write and another may only read."""
    lines = ["rocommunity public"]
    for user, right in (("writer", "rwuser"), ("reader", "rouser")):
        lines += [f"createUser {user} SHA authpassword AES privpassword", f"{right} {user} priv"]
    with agent(tmp_path_factory.mktemp("snmpd"), "127.81.17.1", lines) as address:
        yield address


def by_netsnmp(address: Address, oid: bytes) -> str:
    command = ["snmpget", "-v2c", "-c", "public", "-On", "-Oqv", "-m", "", f"{address[0]}:{address[1]}"]
    return subprocess.run([*command, ber.dotted(oid)], capture_output=True, text=True, check=True).stdout.strip('"\n ')


async def test_what_is_set_is_what_net_snmp_shows(judge: Address) -> None:
    async with Manager() as manager:
        session = manager.session(judge, WRITER, PATIENT)
        await get(session, (CONTACT,))
        await set_objects(session, {CONTACT: ber.octets("网络处".encode()), NAME: ber.octets(b"core" * 15)})
    assert bytes.fromhex(by_netsnmp(judge, CONTACT)).decode() == "网络处"
    assert by_netsnmp(judge, NAME) == "core" * 15


async def test_a_row_is_made_and_destroyed(judge: Address) -> None:
    async with Manager() as manager:
        session = manager.session(judge, WRITER, PATIENT)
        assert await get(session, (ROW,)) == {}
        await set_objects(session, {ROW: ber.integer(5)})
        assert by_netsnmp(judge, ROW) == "3", "createAndWait: notReady"
        await set_objects(session, {ROW: ber.integer(6)})
        assert await get(session, (ROW,)) == {}


REFUSED = {
    "read-only object": (DESCRIPTION, ber.octets(b"x"), "notWritable"),
    "another type": (CONTACT, ber.integer(1), "wrongType"),
    "too long": (CONTACT, ber.octets(b"x" * 256), "wrongLength"),
    "no such row status": (ROW, ber.integer(9), "wrongValue"),
    "a row that is not there": (ROW, ber.integer(1), "inconsistentValue"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_an_error_status_is_named_with_its_object(judge: Address, case: str) -> None:
    oid, value, status = REFUSED[case]
    async with Manager() as manager:
        session = manager.session(judge, WRITER, PATIENT)
        before = await get(session, (NAME,))
        with pytest.raises(SetRefusedError, match=rf"refused to set {ber.dotted(oid)}: {status}\.") as caught:
            await set_objects(session, {NAME: ber.octets(b"half"), oid: value})
        assert (caught.value.status, caught.value.index) == (status, 2)
        assert await get(session, (NAME,)) == before, "all of it or nothing"


async def test_a_user_who_may_only_read_is_refused(judge: Address) -> None:
    async with Manager() as manager:
        session = manager.session(judge, READER, PATIENT)
        await get(session, (NAME,))
        with pytest.raises(SetRefusedError, match="noAccess"):
            await set_objects(session, {NAME: ber.octets(b"x")})


async def test_nothing_is_sent_to_an_engine_that_is_not_known(judge: Address) -> None:
    async with Manager() as manager:
        with pytest.raises(SnmpTimeoutError, match="nothing was sent: its engine is not known yet"):
            await set_objects(manager.session(judge, WRITER, PATIENT), {NAME: ber.octets(b"x")})
        assert manager.transport.counters.sent == 0


LONG = 200
"""Octets of a value that tell a SET from the other requests, which are encrypted all alike."""


@pytest.mark.parametrize("lost", ["request", "reply"])
async def test_an_unanswered_set_is_sent_once(judge: Address, lost: str) -> None:
    def meddle(asked: bytes, data: bytes) -> list[bytes]:
        return [] if len(asked) > LONG and lost == "reply" else [data]

    async with between(judge, meddle) as address, Manager() as manager:
        session = manager.session(address, WRITER, PATIENT)
        before = await get(session, (NAME,))
        session.limits = BRISK
        if lost == "request":
            session.address = ("127.81.17.9", 9)
        sent = manager.transport.counters.sent
        with pytest.raises(UnansweredError, match="did not answer a SET"):
            await set_objects(session, {NAME: ber.octets(b"n" * LONG)})
        assert manager.transport.counters.sent == sent + 1
        session.address, session.limits = judge, PATIENT
        after = await get(session, (NAME,))
    assert (after == before) == (lost == "request"), "whether it was obeyed only reading can tell"


async def test_a_report_is_no_reason_to_send_again(judge: Address) -> None:
    async with Manager() as manager:
        session = manager.session(judge, WRITER, PATIENT)
        await get(session, (NAME,))
        engine = session.device.wrapper.engine
        engine.boots += 1  # our clock runs ahead: the agent answers with notInTimeWindows
        session.limits = BRISK
        sent = manager.transport.counters.sent
        with pytest.raises((SnmpAuthError, UnansweredError)):
            await set_objects(session, {NAME: ber.octets(b"x")})
        assert manager.transport.counters.sent == sent + 1


def test_pysnmp_reads_our_set_and_we_read_its() -> None:
    ours = pdu.Request(pdu.SET, (NAME, ROW), values=(ber.octets(b"core"), ber.integer(6))).encode(77)
    theirs, rest = decoder.decode(ours, asn1Spec=v2c.SetRequestPDU())
    assert not rest
    assert int(v2c.apiPDU.get_request_id(theirs)) == 77
    pairs = v2c.apiPDU.get_varbinds(theirs)
    assert [str(name) for name, _ in pairs] == [ber.dotted(NAME), ber.dotted(ROW)]
    assert (bytes(pairs[0][1]), int(pairs[1][1])) == (b"core", 6)
    assert encoder.encode(theirs) == ours


def test_a_header_of_a_sealed_set_says_auth_and_priv() -> None:
    async def sealed() -> bytes:
        async with Manager() as manager:
            wrapper = manager.session(("127.0.0.1", 9), WRITER).device.wrapper
            wrapper.engine.engine_id = b"\x80\x00\x1f\x88\x04core"
            wrapper.mac = usm.mac_for(WRITER, wrapper.engine.engine_id)
            wrapper.cipher = usm.cipher_for(WRITER, wrapper.engine.engine_id)
            return bytes(wrapper.seal(pdu.Request(pdu.SET, (NAME,), values=(ber.octets(b"secret name"),)), 5))

    message = asyncio.run(sealed())
    assert read_header(message).flags & 3 == 3
    assert b"secret name" not in message
