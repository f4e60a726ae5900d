"""Devices that lie, and devices that dawdle: refused and counted by name, and at nobody else's cost."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from prometheus_client import generate_latest
from support.net_snmp import PATIENT, between, lied_to

from collectors.collect import Target
from collectors.exporter import build_app
from collectors.loader import load
from collectors.selfmetrics import SelfMetrics
from snmp import Auth, Manager, SnmpAuthError, SnmpTimeoutError, Transport, ber, get, pdu, usm
from snmp.v3_message import Envelope, read_header

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from snmp import Address

AUTH = Auth(3, username="shaaes", security_level="authPriv", auth_protocol="SHA", password="authpassword",
            priv_protocol="AES", priv_password="privpassword")  # fmt: skip
LOCATION = ber.encode_oid("1.3.6.1.2.1.1.6.0")


class Liar:
    """Stands between manager and agent; tells the truth until it is to lie."""

    def __init__(self, lie: Callable[[Liar, bytes, bytes], bytes]) -> None:
        self.lie, self.lying, self.kept = lie, False, b""

    def __call__(self, asked: bytes, data: bytes) -> list[bytes]:
        if not self.lying:
            self.kept = data
            return [data]
        return [self.lie(self, asked, data)]


def forged(data: bytes, auth: Auth = AUTH, **wrong: Any) -> bytes:
    """Return an answer made by somebody who knows the keys of an engine, with something wrong in its envelope."""
    header = read_header(data)
    engine = wrong.get("engine_id", header.engine_id)
    head = {"message_id": header.message_id, "extra": 0, "engine_id": engine, "boots": header.boots}
    head |= {"time": header.time, "user": header.user}
    head |= {"mac": usm.mac_for(auth, engine), "cipher": usm.cipher_for(auth, engine)}
    said = pdu.Request(pdu.RESPONSE, (LOCATION,), values=(ber.octets(b"a lie"),)).encode(header.message_id)
    scoped = ber.tlv(ber.SEQUENCE, ber.octets(engine) + ber.octets(b"") + said)
    return Envelope(**(head | wrong)).wrap(scoped)


def bad_mac(_: Liar, __: bytes, data: bytes) -> bytes:
    start, _stop = read_header(data).mac
    return data[:start] + bytes((data[start] ^ 1,)) + data[start + 1 :]


def renumbered(liar: Liar, asked: bytes, _: bytes) -> bytes:
    """Return what was once said, under the number of what is asked now."""
    old, new = read_header(liar.kept).message_id, read_header(asked).message_id
    return liar.kept.replace(old.to_bytes(4, "big"), new.to_bytes(4, "big"), 1)


def by_community(_: Liar, asked: bytes, __: bytes) -> bytes:
    said = pdu.Request(pdu.RESPONSE, (LOCATION,), values=(ber.octets(b"a lie"),))
    return pdu.Community(pdu.V2C, b"public").seal(said, read_header(asked).message_id)


LIES: dict[str, tuple[Callable[[Liar, bytes, bytes], bytes], str]] = {
    "a bad MAC": (bad_mac, "mac"),
    "no MAC": (lambda _, __, data: forged(data, mac=None, cipher=None), "security_level"),
    "a wrong engine": (lambda _, __, data: forged(data, engine_id=b"\x80\x00another engine"), "engine_id"),
    "replayed": (lambda liar, _, __: liar.kept, "unexpected"),
    "replayed under a new number": (renumbered, "mac"),
    "late": (lambda _, __, data: data, "time_window"),
    "of an earlier boot": (lambda _, __, data: forged(data, boots=read_header(data).boots - 1), "time_window"),
    "of a boot that is the last": (lambda _, __, data: forged(data, boots=2147483647), "time_window"),
    "downgraded to no privacy": (
        lambda _, __, data: forged(data, replace(AUTH, security_level="authNoPriv")), "security_level"),
    "downgraded to SNMPv2c": (by_community, "version"),
}  # fmt: skip


@pytest.mark.needs("snmpd")
@pytest.mark.parametrize("case", LIES)
async def test_a_reply_that_does_not_verify_is_refused_counted_and_published(
    snmpd: Address, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count(1 << 30)  # of four octets, all of them, so that one can stand in the place of another
    monkeypatch.setattr(Transport, "_fresh_id", lambda _: next(numbers))
    lie, reason = LIES[case]
    liar, shift = Liar(lie), 0.0
    async with between(snmpd, liar) as address, Manager(Transport(lambda: time.monotonic() + shift)) as manager:
        own = SelfMetrics()
        own.watch(lambda: manager.transport.counters)
        session = manager.session(address, AUTH, PATIENT)
        truth = await get(session, (LOCATION,))
        engine = session.device.wrapper.engine
        clock = (engine.engine_id, engine.boots)
        liar.lying, shift = True, 160.0 if case == "late" else 0.0  # the device is stuck that long in the past
        refused = manager.transport.counters.refused
        with pytest.raises((SnmpAuthError, SnmpTimeoutError)):
            await lied_to(get(session, (LOCATION,)), refused.total)
        assert dict(refused) == {reason: 2}, "each of the two tries"
        assert f'govnet_snmp_replies_refused_total{{reason="{reason}"}} 2.0' in generate_latest(own.registry).decode()
        assert (engine.engine_id, engine.boots) == clock, "a lie moved the clock"
        liar.lying = False
        if not shift:  # no clock goes back
            assert await get(session, (LOCATION,)) == truth


class Dawdler(asyncio.DatagramProtocol):
    """Answers each request with one octet a second, each in a datagram of its own."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.octets = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, source: Any) -> None:
        for second, octet in enumerate(data):
            asyncio.get_running_loop().call_later(second, self.drip, bytes((octet,)), source)

    def drip(self, octet: bytes, source: Any) -> None:
        if not self.transport.is_closing():
            self.octets += 1
            self.transport.sendto(octet, source)


@asynccontextmanager
async def dawdler() -> AsyncIterator[tuple[Address, Dawdler]]:
    loop = asyncio.get_running_loop()
    transport, slow = await loop.create_datagram_endpoint(Dawdler, local_addr=("127.81.16.5", 0))
    try:
        yield transport.get_extra_info("sockname")[:2], slow
    finally:
        transport.abort()


ROWS = {f"1.3.6.1.2.1.1.{n}.0": (ber.OCTET_STRING, f"text {n}".encode()) for n in (1, 4, 5, 6)}
ROWS |= {"1.3.6.1.2.1.1.3.0": (ber.TIMETICKS, b"\x01\x00")}
TIMEOUT = 3.0


async def test_a_device_that_answers_one_octet_a_second_costs_only_itself(serve: Any) -> None:
    async with serve(ROWS) as (healthy, _), dawdler() as (slow, drips):
        targets = [
            Target(name, f"{address[0]}:{address[1]}", ("system",), "v2")
            for name, address in (("healthy", healthy), *((f"slow{n}", slow) for n in range(20)))
        ]
        app = build_app(targets, load().modules, {"v2": Auth(2)})
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://e")
        clock = asyncio.get_running_loop().time
        async with app.router.lifespan_context(app), client as http:
            hold = {"X-Prometheus-Scrape-Timeout-Seconds": str(TIMEOUT)}
            begun = clock()
            dawdling = [
                asyncio.create_task(http.get("/snmp", params={"target": f"slow{n}"}, headers=hold)) for n in range(20)
            ]
            took = []
            while not all(task.done() for task in dawdling):
                start = clock()
                answer = await http.get("/snmp", params={"target": "healthy"}, headers=hold)
                took.append(clock() - start)
                assert answer.status_code == 200
                await asyncio.sleep(0.05)
            assert clock() - begun < TIMEOUT + 10, "the slow end by their own time limit"
            assert {(await task).status_code for task in dawdling} == {500}
            own = (await http.get("/metrics")).text
    assert len(took) > 5
    assert sorted(took)[len(took) // 2] < 0.5, "half of the healthy device's answers came at once"
    assert drips.octets > 20
    assert 'govnet_snmp_replies_refused_total{reason="malformed"}' in own
    assert 'govnet_snmp_errors_total{kind="timeout",module="system"} 20.0' in own
