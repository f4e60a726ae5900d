"""What one visit asks of a device, what is remembered for the next, and that nobody waits for another."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from collectors.collect import Target, Terms, collect_once, read_target
from collectors.exporter import build_app
from collectors.model import Index, Lookup, Metric, Module
from collectors.visit import Memory
from snmp import Auth, Limits, Manager, SnmpTimeoutError, Transport, ber, get, walk
from snmp.device import BURST_SECONDS, FIRST_BINDINGS, Pace

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "1.3.6.1.2.1.2.2.1"
UPTIME = "1.3.6.1.2.1.1.3.0"
AUTHS = {"v2": Auth(2)}
LOOKUPS = (Lookup(("ifIndex",), "ifDescr", f"{BASE}.2", "DisplayString"),)


def module(name: str, *columns: int, walked: str = BASE) -> Module:
    index = (Index("ifIndex", "gauge"),)
    metrics = [Metric(f"{name}{n}", f"{BASE}.{n}", "gauge", "", index, LOOKUPS) for n in columns]
    return Module(name, (walked, f"{BASE}.2"), (UPTIME,), (*metrics, Metric(f"{name}_up", UPTIME[:-2], "gauge")))


def rows(*indexes: int, uptime: int = 500, name: str = "port") -> dict[str, tuple[int, bytes]]:
    cells = {f"{BASE}.{column}.{index}": (ber.INTEGER, b"\x01") for column in (4, 5, 8) for index in indexes}
    cells |= {f"{BASE}.2.{index}": (ber.OCTET_STRING, f"{name} {index}".encode()) for index in indexes}
    return cells | {UPTIME: (ber.TIMETICKS, ber.integer(uptime)[2:])}


def show(agent: Any, cells: Mapping[str, tuple[int, bytes]]) -> None:
    """Let an agent answer with other rows."""
    fresh = type(agent)(cells, None)
    agent.keys, agent.cells = fresh.keys, fresh.cells


async def asked(serve: Any, *modules: Module) -> tuple[int, Any]:
    async with serve(rows(*range(1, 60))) as ((host, port), agent), Manager() as manager:
        target = Target("d", f"{host}:{port}", tuple(m.name for m in modules), "v2")
        result = await read_target(manager, target, modules, AUTHS["v2"])
        assert result.error is None
        return agent.asked, result


async def test_two_modules_walk_nothing_twice(serve: Any) -> None:
    both, result = await asked(serve, module("a", 4, 8), module("b", 4, 8))
    assert both == (await asked(serve, module("a", 4, 8)))[0]
    assert [reading.samples for reading in result.readings] == [2 * 59 + 1] * 2
    assert result.readings[1].requests == 0


async def test_a_part_is_walked_as_part_of_the_whole_that_another_module_wants(serve: Any) -> None:
    whole = Module("whole", (f"{BASE}.4.1", f"{BASE}.4.2"), (), (Metric("some", f"{BASE}.4", "gauge"),))
    _, result = await asked(serve, whole, module("a", 4))
    # Its 59 names are left to walk, in replies of 25, but not the values.
    assert 59 < result.readings[1].bindings < 2 * 59
    assert result.readings[1].samples == 60


CHANGES: dict[str, tuple[dict[str, Any], float, str]] = {
    "nothing": ({}, 0, "port 1"),
    "a name": ({"name": "renamed"}, 0, "port 1"),
    "a name, and its time is up": ({"name": "renamed"}, 301, "renamed 1"),
    "a row that comes": ({"name": "renamed", "indexes": (1, 2, 3, 4)}, 0, "renamed 1"),
    "a row that goes": ({"name": "renamed", "indexes": (1, 2)}, 0, "renamed 1"),
    "the device restarts": ({"name": "renamed", "uptime": 3}, 0, "renamed 1"),
}


@pytest.mark.parametrize("case", CHANGES)
async def test_labels_are_remembered_until_they_may_have_changed(serve: Any, case: str) -> None:
    options, later, expected = CHANGES[case]
    options = {"uptime": 600, **options}
    shift, memory, wanted = 0.0, Memory(300), [module("a", 4, 8)]
    async with serve(rows(1, 2, 3)) as ((host, port), agent), Manager(Transport(lambda: 1e3 + shift)) as manager:
        target, terms = Target("d", f"{host}:{port}", ("a",), "v2"), Terms(20, memory)
        first = await read_target(manager, target, wanted, AUTHS["v2"], terms)
        show(agent, rows(*options.pop("indexes", (1, 2, 3)), **options))
        shift = later
        second = await read_target(manager, target, wanted, AUTHS["v2"], terms)
    assert 'a4{ifIndex="1",ifDescr="port 1"}' in first.values
    assert f'a4{{ifIndex="1",ifDescr="{expected}"}}' in second.values


def test_a_device_is_asked_so_often_a_second_and_no_more() -> None:
    pace, now, sent = Pace(), 0.0, []
    for _ in range(100):
        now += pace.delay(now, 20)
        sent.append(now)
    assert sent[19] == pytest.approx(0, abs=1e-9)
    assert max(sum(1 for at in sent if start <= at < start + 1) for start in sent) <= 20 * (1 + BURST_SECONDS)
    assert sent[-1] == pytest.approx((100 - 20) / 20)
    assert pace.delay(now, 0) == 0


async def test_the_cap_holds_on_the_wire_and_the_deadline_before_it(serve: Any) -> None:
    async with serve(rows(1)) as (address, agent), Manager() as manager:
        clock = manager.transport.clock
        session = manager.session(address, Auth(2), Limits(rate=20), clock() + 20)
        begun = clock()
        for _ in range(26):
            await get(session, (ber.encode_oid(UPTIME),))
        assert clock() - begun >= 5 / 20
        late = manager.session(address, Auth(2), Limits(rate=0.1), clock() + 0.2)
        with pytest.raises(SnmpTimeoutError):
            await get(late, (ber.encode_oid(UPTIME),))
        assert clock() - begun < 8
        assert agent.asked == 26


async def test_a_device_is_led_up_to_big_replies_and_not_back_to_those_that_got_lost(serve: Any) -> None:
    table = {f"{BASE}.{column}.{n}": (ber.INTEGER, b"\x01") for column in range(1, 23) for n in range(1, 400)}
    lost = 0

    def spoil(message: bytes) -> bytes | None:
        nonlocal lost
        lost += len(message) > 4000
        return message if len(message) <= 4000 else None

    columns = [ber.encode_oid(f"{BASE}.{column}") for column in range(1, 23)]
    async with serve(table, spoil) as (address, _), Manager() as manager:
        session = manager.session(address, Auth(2), Limits(timeout=0.3, retries=5, rate=0))
        assert session.device.bindings == FIRST_BINDINGS
        for _ in range(3):
            assert {len(cells) for cells in (await walk(session, columns)).values()} == {399}
        assert lost <= 4
        assert FIRST_BINDINGS < session.device.bindings < 250


async def test_dead_devices_make_room(serve: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.81.16.5", 0))
        host, port = silent.getsockname()
        dead = [Target(f"dead {n}", f"{host}:{port}", ("a",), "v2") for n in range(200)]
        first: list[float] = []

        def note(message: bytes) -> bytes:
            first.append(time.monotonic())
            return message

        async with serve(rows(1, 2), note) as (address, _):
            alive = Target("alive", f"{address[0]}:{address[1]}", ("a",), "v2")
            begun = time.monotonic()
            results = await collect_once([*dead, alive], {"a": module("a", 4)}, AUTHS, terms=Terms(9))
    assert [result.error is None for result in results] == [False] * 200 + [True]
    assert {result.readings[0].error.kind for result in results[:200] if result.readings[0].error} == {"timeout"}
    # Two gatefuls of silent ones are before it; each would keep its place for nine seconds.
    assert first[0] - begun < 8


async def test_who_answers_one_byte_at_a_time_costs_only_itself(serve: Any) -> None:
    async with (
        serve(rows(1, 2), lambda message: message[:1]) as (slow, dripping),
        serve(rows(1, 2)) as (good, _),
        Manager() as manager,
    ):
        targets = [Target(str(n), f"{a[0]}:{a[1]}", ("a",), "v2") for n, a in enumerate((slow, good))]
        begun = time.monotonic()
        results = await collect_once(targets, {"a": module("a", 4)}, AUTHS, terms=Terms(2.0), manager=manager)
        assert time.monotonic() - begun < 30
        assert manager.transport.counters.refused["malformed"] == dripping.asked > 0
    assert results[0].readings[0].error is not None
    assert results[1].error is None
    assert results[1].seconds < results[0].seconds


async def test_the_exporter_tells_walks_packets_retries_and_errors_by_kind(serve: Any) -> None:
    lose = [True]
    modules = {"a": module("a", 4), "b": module("b", 5)}
    async with serve(rows(1, 2), lambda message: None if lose and lose.pop() else message) as ((host, port), _):
        targets = [Target("core", f"{host}:{port}", ("a", "b"), "v2"), Target("dark", "127.81.16.9:9", ("a",), "v2")]
        app = build_app(targets, modules, AUTHS)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://exporter") as http,
        ):
            header = {"X-Prometheus-Scrape-Timeout-Seconds": "20"}
            text = (await http.get("/snmp", params={"target": "core"}, headers=header)).text
            await http.get("/snmp", params={"target": "dark"}, headers={next(iter(header)): "0.7"})
            own = (await http.get("/metrics")).text
    assert 'snmp_scrape_packets_retried{module="a"} 1' in text
    scrape = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}
    sent, returned = (
        scrape[f"snmp_scrape_{name}"] for name in ('packets_sent{module="a"}', 'pdus_returned{module="b"}')
    )
    for line in (
        'govnet_snmp_walk_seconds_count{module="a"} 2.0',
        f'govnet_snmp_requests_total{{module="a"}} {sent + 1}',
        'govnet_snmp_retries_total{module="a"} 1.0',
        f'govnet_snmp_pdus_returned_total{{module="b"}} {returned}',
        'govnet_snmp_errors_total{kind="timeout",module="a"} 1.0',
    ):
        assert line in own, own


def test_what_is_known_of_devices_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.visit.DEVICES_KEPT", 3)
    memory = Memory()
    known = [memory.of(f"10.0.0.{n}", "v2") for n in range(5)]
    assert memory.of("10.0.0.4", "v2") is known[4]
    assert memory.of("10.0.0.0", "v2") is not known[0]


async def test_a_visit_ends_by_its_deadline_however_many_modules() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.81.16.6", 0))
        target = Target("d", "{}:{}".format(*silent.getsockname()), ("a", "b"), "v2")
        begun = asyncio.get_running_loop().time()
        (result,) = await collect_once([target], {n: module(n, 4) for n in "ab"}, AUTHS, terms=Terms(0.3))
        assert asyncio.get_running_loop().time() - begun < 3
    assert len(result.readings) == 1
