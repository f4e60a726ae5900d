"""100,000 messages as they should not come: replies, traps, syslog and EVE, bent from real ones by a seed."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from support.fuzz import NASTY, bent, garbled, undisturbed
from support.laixi import FIREWALL, network

from collectors.loader import load
from collectors.receiving import Listening, Plan, Source, ZoneMap
from collectors.receiving.events import SEVERITIES, TEXT
from collectors.render import SENSOR_UP, render
from snmp import Auth, MalformedError, Receiver, Transport, ber, pdu, usm
from snmp.transport import Pending
from snmp.v3 import Engine, Usm
from snmp.v3_message import FLAG_REPORTABLE, Envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from snmp.transport import Wrapper

EACH = 25_000
CPU_SECONDS = 30.0
"""For all four kinds together; a quarter for each, on a processor that counts to five million in ``COUNTED``."""
COUNTED = 0.25
ADDRESS, NUMBER = ("127.129.2.1", 161), 4711
ENGINE, OURS = b"\x80\x00\x00\x09\x01\x0a\x81\x02\x01", b"\x80\x00\x7e\xd9\x05laixi"
AUTH = Auth(3, username="noc", security_level="authPriv", auth_protocol="SHA", password="authpassword",
            priv_protocol="AES", priv_password="privpassword")  # fmt: skip
EVE = Path(__file__).parents[1] / "fixtures" / "events"
UPS = load().modules["ups"]


def counting() -> float:
    """Return how long this processor takes now to count to five million, in seconds of its own."""
    begun, total = time.thread_time(), 0
    while total < 5_000_000:
        total += 1
    return time.thread_time() - begun


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    with undisturbed():
        before, begun = counting(), time.thread_time()
        yield
        spent = time.thread_time() - begun
        slowness = max(before, counting()) / COUNTED
    assert spent < CPU_SECONDS / 4 * max(1, slowness)


def prompt(name: str, reads: Callable[[], None]) -> None:
    """Read one message; it must not take longer than a message may."""
    begun = time.thread_time()
    reads()
    assert time.thread_time() - begun < 1, f"{name}: hangs"


def numbers_of_a_ups() -> dict[str, bytes]:
    """Return every number that the UPS module reads, with a plausible value."""
    return {metric.oid: ber.integer(50) for metric in UPS.metrics if metric.type in {"gauge", "counter"}}


def reply(wrapper: Usm | pdu.Community) -> bytes:
    values = numbers_of_a_ups()
    names = tuple(ber.encode_oid(f"{oid}.0") for oid in values)
    return wrapper.seal(pdu.Request(pdu.RESPONSE, names, values=tuple(values.values())), NUMBER)


def side() -> Usm:
    made = Usm(AUTH, lambda: 1000.0, Engine(ENGINE, 3, 500, 1000.0, authentic=True))
    made.mac, made.cipher = usm.mac_for(AUTH, ENGINE), usm.cipher_for(AUTH, ENGINE)
    return made


async def judged(wrapper: Wrapper, data: bytes, transport: Transport) -> pdu.Pdu | None:
    """Hand a datagram to the engine as its socket would; return what it took for the answer."""
    future: asyncio.Future[pdu.Pdu | None] = asyncio.get_running_loop().create_future()
    transport._pending[NUMBER] = Pending(ADDRESS, wrapper, future, Counter())  # noqa: SLF001 - the request in flight
    transport.receive(data, ADDRESS)
    return future.result() if future.done() else None


def rendered(found: pdu.Pdu) -> Counter[str]:
    """Render what passed; return how many values were shown, absent, or an error."""
    columns: dict[str, dict[bytes, tuple[int, bytes]]] = {}
    encoded = {ber.encode_oid(metric.oid): metric.oid for metric in UPS.metrics}
    for oid, tag, content in found.bindings:
        if oid[:-1] in encoded:
            columns.setdefault(encoded[oid[:-1]], {})[oid[-1:]] = (tag, content)
    try:
        families = render(UPS, columns)
    except MalformedError:
        return Counter(error=1)
    bounds = {metric.name: metric.sanity for metric in UPS.metrics if metric.sanity}
    outcome: Counter[str] = Counter()
    for family in families:
        for series, value in family.rows:
            assert math.isfinite(value), series
            assert family.name not in bounds or bounds[family.name].plausible(value), series
            outcome["absent" if family.name == SENSOR_UP and not value else "shown"] += 1
    return outcome


async def test_replies_by_community() -> None:
    wrapper, rng, outcome = pdu.Community(pdu.V2C, b"public"), Random("replies"), Counter[str]()
    original, transport = reply(wrapper), Transport()
    for _ in range(EACH):
        found = await judged(wrapper, bent(rng, original), transport)
        if found and found.error_status == pdu.NO_ERROR:
            outcome += rendered(found)
    transport.close()
    counters = transport.counters
    assert counters.received == EACH
    assert {"malformed", "community", "version", "unexpected", "pdu_type"} <= set(counters.refused)
    assert outcome["shown"] > 1000
    assert outcome["absent"] > 100, "wrong values are absent, and said to be"


async def test_replies_of_version_3() -> None:
    wrapper, rng, transport = side(), Random("replies of version 3"), Transport()
    original = reply(side())
    passed = 0
    for _ in range(EACH):
        data = bent(rng, original)
        found = await judged(wrapper, data, transport)
        passed += found is not None
        assert found is None or data == original, "a changed message passed"
    transport.close()
    assert sum(transport.counters.refused.values()) == EACH - passed
    assert {"mac", "malformed", "engine_id", "user"} <= set(transport.counters.refused)
    assert (wrapper.engine.boots, wrapper.engine.time) == (3, 500)


def listening() -> Listening:
    """Return a receiver of a firewall that may send as much as it likes."""
    judge = Receiver({b"noc": AUTH}, (b"public",), OURS, 3, lambda: 1000.0)
    made = Listening(Plan(), {ADDRESS[0]: Source(FIREWALL, "fw", "mgt")}, ZoneMap.of(network()), judge, lambda: 1000.0)
    made.gate.admits = lambda *_: True  # type: ignore[method-assign]  # a flood is another test
    return made


def bounded(heard: Listening) -> None:
    """Check that what is kept is small and can be shown, whatever was sent."""
    tally, registry = heard.tally, CollectorRegistry()
    assert len(tally.events) < 200
    assert {severity for *_, severity in tally.events} <= set(SEVERITIES)
    assert len(tally.refused) < 30
    assert len(tally.denies) <= (len(network().zones) + 1) ** 2
    for last in tally._last.values():  # noqa: SLF001 - the last words
        assert len(last.text) <= TEXT
        assert last.text.isprintable()
    registry.register(tally)
    assert len(generate_latest(registry)) < 200_000


NAMES = tuple(map(ber.encode_oid, ("1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0", "1.3.6.1.2.1.2.2.1.1.5")))
VALUES = (ber.integer(9, ber.TIMETICKS), ber.tlv(ber.OID, ber.encode_oid("1.3.6.1.6.3.1.1.5.3")), ber.octets(b"x"))


def traps() -> list[bytes]:
    """Return a trap or inform of each version and way."""
    found = []
    for kind in (pdu.TRAP_V2, pdu.INFORM):
        said = pdu.Request(kind, NAMES, values=VALUES).encode(77)
        found.append(ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.octets(b"public") + said))
        engine, extra = (OURS, FLAG_REPORTABLE) if kind == pdu.INFORM else (ENGINE, 0)
        head = (9, extra, engine, 3, 0, b"noc", usm.mac_for(AUTH, engine), usm.cipher_for(AUTH, engine))
        found.append(Envelope(*head).wrap(ber.tlv(ber.SEQUENCE, ber.octets(engine) + ber.octets(b"") + said)))
    body = ber.tlv(ber.OID, ber.encode_oid("1.3.6.1.4.1.2272")) + ber.tlv(ber.IP_ADDRESS, b"\x0a\x01\x01\x01")
    body += ber.integer(6) + ber.integer(281) + VALUES[0] + ber.tlv(ber.SEQUENCE, b"")
    trap = ber.tlv(pdu.TRAP_V1, body)
    return [*found, ber.tlv(ber.SEQUENCE, ber.integer(0) + ber.octets(b"public") + trap)]


def test_traps_and_informs() -> None:
    rng, heard, originals = Random("traps"), listening(), traps()
    for number in range(EACH):
        data = bent(rng, rng.choice(originals))
        prompt(f"trap {number}", lambda data=data: heard.trap(data, ADDRESS))
    signed = [kind for *_, kind, _ in heard.tally.events]
    assert signed
    assert {"malformed", "mac", "community", "user", "pdu_type"} <= {reason for *_, reason in heard.tally.refused}
    assert sum(heard.tally.refused.values()) > EACH / 2
    bounded(heard)


def lines() -> list[str]:
    """Return a syslog line of each form that means something, and of some that mean nothing."""
    packet = "IN=bond0.20 OUT=bond0.10 SRC=10.128.64.9 DST=10.128.1.7 LEN=60 PROTO=TCP SPT=4711 DPT=445 SYN"
    topsec = 'id=tos time="2018-05-31 16:20:00" fw=TopsecOS pri=6 type=ac src=172.24.72.210 dst=10.157.171.34 rule=deny'
    plain = [f"govnet deny: {packet}", topsec, "Link Down Trap for Port: 41", "hello", "su[7]: no", *map(str, NASTY)]
    heads = ("<13>", "<34>Oct 11 22:14:15 host ", '<165>1 2003-10-11T22:14:15.003Z host app - ID47 [a@1 b="c"] ')
    records = [path.read_text("utf-8").strip() for path in sorted(EVE.glob("*.json"))]
    return [head + text for head in heads for text in [*plain, *records]]


def test_syslog_and_records_of_an_ids() -> None:
    rng, heard, originals = Random("syslog"), listening(), lines()
    words = " ".join(originals).split(" ")
    for number in range(EACH):
        text = rng.choice(originals)
        data = garbled(rng, text, words).encode(errors="replace") if rng.randrange(2) else bent(rng, text.encode())
        prompt(f"line {number}", lambda data=data: heard._line(data, ADDRESS[0]))  # noqa: SLF001 - as its socket does
    tally = heard.tally
    assert tally.messages["syslog"] == EACH
    kinds = {kind for *_, kind, _ in tally.events}
    assert {"deny", "link_down", "ids_alert", "syslog"} <= kinds
    assert tally.refused[FIREWALL, "syslog", "malformed"] > 500, "wrong values are errors"
    assert sum(tally.events.values()) + sum(tally.refused.values()) > EACH * 0.9, (
        "the rest are records without an alarm"
    )
    bounded(heard)
