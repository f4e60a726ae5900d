"""Walks against agents that misbehave."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from snmp import (
    AgentError,
    Auth,
    EndOfMibError,
    Limits,
    LoopError,
    MalformedError,
    Manager,
    NoSuchNameError,
    SnmpError,
    TooBigError,
    ber,
    get,
    get_next,
    get_one,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "1.3.6.1.2.1.2.2.1"
ROWS = {f"{BASE}.{c}.{i}": (ber.INTEGER, ber.integer(c * 1000 + i)[2:]) for c in range(1, 23) for i in range(1, 301)}
COLUMNS = [ber.encode_oid(f"{BASE}.{c}") for c in range(1, 23)]


def status(code: int, index: int = 1) -> Callable[[bytes], bytes]:
    def spoil(message: bytes) -> bytes:
        _, pos = ber.expect_integer(message, ber.expect(message, 0, len(message), ber.SEQUENCE)[0], len(message))
        _, pos = ber.expect(message, pos, len(message), ber.OCTET_STRING)
        _, start, stop = ber.read(message, pos, len(message))
        number, _ = ber.expect_integer(message, start, stop)
        body = ber.integer(number) + ber.integer(code) + ber.integer(index) + ber.tlv(ber.SEQUENCE, b"")
        head = message[ber.expect(message, 0, len(message), ber.SEQUENCE)[0] : pos]
        return ber.tlv(ber.SEQUENCE, head + ber.tlv(0xA2, body))

    return spoil


async def test_all_rows_come_once_and_no_subtree_is_walked_twice(serve: Any) -> None:
    async with serve(ROWS) as (address, agent), Manager() as manager:
        session = manager.session(address, Auth(2))
        twice = [*COLUMNS, COLUMNS[0] + b"\x05", COLUMNS[3]]
        found = await walk(session, twice)
        assert {column: len(cells) for column, cells in found.items()} == dict.fromkeys(COLUMNS, 300)
        assert found[COLUMNS[6]][ber.encode_index((130,))] == (ber.INTEGER, ber.integer(7130)[2:])
        assert agent.asked <= 22 * 300 / 100 * 1.3


async def test_a_wide_index_does_not_end_a_walk(serve: Any) -> None:
    numbers = [1, 127, 128, 16383, 16384, 2097151, 2097152, 4294967295]
    rows = {f"{BASE}.1.{n}": (ber.INTEGER, b"\x01") for n in numbers}
    async with serve(rows) as (address, _), Manager() as manager:
        for version in (1, 2):
            found = await walk(manager.session(address, Auth(version), Limits(max_repetitions=3)), COLUMNS[:1])
            assert [ber.decode_index(index) for index in found[COLUMNS[0]]] == [(n,) for n in numbers]


async def test_big_replies_that_get_lost_are_asked_for_in_halves(serve: Any) -> None:
    lost = 0

    def spoil(message: bytes) -> bytes | None:
        nonlocal lost
        lost += len(message) > 600
        return None if len(message) > 600 else message

    async with serve(ROWS, spoil) as (address, _), Manager() as manager:
        session = manager.session(address, Auth(2), Limits(timeout=0.05, retries=5, backoff=1))
        found = await walk(session, COLUMNS[:4])
        assert {len(cells) for cells in found.values()} == {300}
        assert session.retries >= lost > 0
        assert session.device.bindings < 60


def shuffle(message: bytes) -> bytes:
    return message.replace(
        ber.tlv(ber.OID, ber.encode_oid(f"{BASE}.1.9")), ber.tlv(ber.OID, ber.encode_oid(f"{BASE}.1.2"))
    )


CODES: dict[str, tuple[Callable[[bytes], bytes | None], type[SnmpError]]] = {
    "non-increasing names": (shuffle, LoopError),
    "tooBig for ever": (status(1), TooBigError),
    "genErr": (status(5), AgentError),
    "an error out of the list": (status(99), AgentError),
    "an empty reply": (status(0), LoopError),
}


@pytest.mark.parametrize("case", CODES)
async def test_errors_are_typed(serve: Any, case: str) -> None:
    spoil, error = CODES[case]
    async with serve(ROWS, spoil) as (address, _), Manager() as manager:
        with pytest.raises(error, match=r"127\.81\.16\.2"):
            await walk(manager.session(address, Auth(2)), COLUMNS[:2])


async def test_an_endless_table_ends(serve: Any) -> None:
    async with serve(ROWS) as (address, _), Manager() as manager:
        with pytest.raises(LoopError, match="more than 100 rows"):
            await walk(manager.session(address, Auth(2), Limits(max_rows=100)), COLUMNS[:1])


async def test_absent_objects_are_absent(serve: Any) -> None:
    async with serve(ROWS) as (address, _), Manager() as manager:
        session = manager.session(address, Auth(2))
        missing = ber.encode_oid("1.3.6.1.2.1.99.1.0")
        there = ber.encode_oid(f"{BASE}.1.1")
        assert list(await get(session, (missing, there))) == [there]
        with pytest.raises(NoSuchNameError):
            await get_one(session, missing)
        with pytest.raises(EndOfMibError):
            await get_next(session, missing)
        assert (await get_next(session, ber.encode_oid(BASE)))[0] == there


async def test_5000_mutated_replies_neither_crash_nor_hang(serve: Any) -> None:
    chance, mutated = random.Random(1157), 0

    def spoil(message: bytes) -> bytes:
        nonlocal mutated
        mutated += 1
        data = bytearray(message)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 6)]
                case _:
                    data[at:at] = chance.randbytes(3)
        return bytes(data) or b"\x30"

    rows = {oid: cell for oid, cell in ROWS.items() if int(oid.rpartition(".")[2]) <= 12}
    async with serve(rows, spoil) as (address, _), Manager() as manager:
        limits, kinds = Limits(timeout=0.002, retries=0, rate=0), set()  # nobody to be sparing of
        for number in range(20_000):
            if mutated >= 5000:
                break
            session = manager.session(address, Auth(2), limits)
            session.device.bindings = 1 + number % 60
            try:
                await walk(session, COLUMNS[:5])
            except SnmpError as error:
                kinds.add(error.kind)
        assert mutated >= 5000
        assert {"timeout", "loop"} <= kinds <= {"timeout", "auth", "loop", "agent", "too_big", "malformed"}
        assert manager.transport.counters.refused["malformed"] > 1000
        assert manager.transport.in_flight == ()


def test_mutated_datagrams_never_escape_the_typed_errors() -> None:
    chance = random.Random(3416)
    for _ in range(5000):
        data = chance.randbytes(chance.randint(0, 60))
        try:
            ber.varbinds(data, 0, len(data))
        except MalformedError:
            continue
        assert data == b"" or data[0] == ber.SEQUENCE
