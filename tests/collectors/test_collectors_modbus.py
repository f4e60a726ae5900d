"""Modbus: registers to numbers, maps to requests, and what becomes of every way in which a device can fail."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.client.mixin import ModbusClientMixin
from support.laixi import network

from collectors.exporter import build_app
from collectors.modbus import Gateways, ModbusTarget, Unit, collect_modbus, load_maps, modbus_targets, visit
from collectors.modbus.decode import number
from collectors.modbus.maps import load_map
from collectors.modbus.model import BITS, FORMATS, MOST, Order, Point, blocks
from collectors.modbus.serving import ModbusProbe
from collectors.modbus.visit import ANSWER_SECONDS
from govnet.errors import InputError
from lab.modbus import start
from lab.modbus.frames import checksum
from lab.twin import Twin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from collectors.collect import Result
    from lab.modbus import Servers

MAPS = load_maps()
HOST, LINE = "127.81.70.1", "127.81.70.2"
TWINS = (
    Twin("eps", "eps", "", "", "", HOST, modbus=("1 eps-gateway eps",)),
    Twin(
        "line", "env", "", "", "", LINE,
        modbus=("1 temperature-humidity s1", "2 temperature-humidity s2", "9 leak-detector ropes"),
        modbus_framing="rtu",
    ),
)  # fmt: skip
PATIENCE = 0.4
"""Seconds for one request of a device that will not answer; one that does is given as long as a product would."""
BYTES, WORDS = ("big", "little"), ("big", "little")


@asynccontextmanager
async def lab() -> AsyncIterator[tuple[Servers, list[ModbusTarget]]]:
    servers = await start(TWINS, 0)
    climate = [Unit(n, "temperature-humidity", {"sensor": f"s{n}"}) for n in (1, 2)]
    targets = [
        ModbusTarget("eps", f"{HOST}:{servers.port('eps')}", ("eps-gateway",), "", units=(Unit(1, "eps-gateway"),)),
        ModbusTarget(
            "line", f"{LINE}:{servers.port('line')}", ("temperature-humidity", "leak-detector"), "",
            units=(*climate, Unit(9, "leak-detector")), framing="rtu",
        ),
    ]  # fmt: skip
    try:
        yield servers, targets
    finally:
        await servers.close()


async def read(target: ModbusTarget, patience: float = ANSWER_SECONDS) -> Result:
    return await visit(target, MAPS, Gateways(), 20, patience)


def kinds(result: Result) -> list[str]:
    return [error.kind for reading in result.readings for error in getattr(reading, "errors", ())]


@pytest.mark.parametrize(
    ("kind", "order", "words", "value"),
    [
        ("uint16", Order(), (0x1234,), 0x1234),
        ("uint16", Order(byte="little"), (0x1234,), 0x3412),
        ("int16", Order(), (0xFFFF,), -1),
        ("uint32", Order(), (0x0001, 0x86A0), 100_000),
        ("uint32", Order(word="little"), (0x86A0, 0x0001), 100_000),
        ("uint32", Order("little", "little"), (0xA086, 0x0100), 100_000),
        ("int32", Order(), (0xFFFF, 0xFFFE), -2),
        ("float32", Order(), (0x41C8, 0x0000), 25.0),
        ("float32", Order(word="little"), (0x0000, 0x41C8), 25.0),
        ("float64", Order(), (0x4039, 0, 0, 0), 25.0),
        ("int64", Order(), (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFD), -3),
        ("bool", Order(), (1,), 1),
    ],
)
def test_registers_are_numbers(kind: str, order: Order, words: tuple[int, ...], value: float) -> None:
    assert number(kind, order, words) == value


@given(st.sampled_from([kind for kind in FORMATS if kind != "bool"]), st.sampled_from(WORDS), st.data())
def test_pymodbus_writes_the_registers_that_we_read(kind: str, word: Any, data: st.DataObject) -> None:
    bits = int(kind[-2:])
    if kind.startswith("float"):
        value: float = data.draw(st.floats(allow_nan=False, allow_infinity=False, width=32))
    else:
        low = -(1 << bits - 1) if kind.startswith("int") else 0
        value = data.draw(st.integers(low, low + (1 << bits) - 1))
    written = ModbusClientMixin.convert_to_registers(value, ModbusClientMixin.DATATYPE[kind.upper()], word_order=word)
    assert number(kind, Order(word=word), written) == value


@given(
    st.lists(st.tuples(st.sampled_from((1, 2, 3, 4)), st.integers(0, 600), st.booleans()), max_size=60),
    st.integers(0, 40),
)
def test_requests_read_every_point_once_and_nothing_far_from_one(spots: list[tuple[int, int, bool]], gap: int) -> None:
    points = tuple(
        Point(f"p{i}", function, address, "bool" if function in BITS else "uint32" if wide else "uint16")
        for i, (function, address, wide) in enumerate(spots)
    )
    made = blocks(points, gap)
    assert sorted(point.name for block in made for point in block.points) == sorted(point.name for point in points)
    for block in made:
        covered = {point.address + k for point in block.points for k in range(point.size)}
        assert {point.function for point in block.points} == {block.function}
        assert covered <= set(range(block.address, block.address + block.count))
        assert block.count <= MOST[block.function]
        apart = sorted(covered)
        assert all(later - before - 1 <= gap for before, later in pairwise(apart))


GOOD = "source: mine\npoints:\n- {name: a, function: 4, address: 0}\n"
BROKEN = {
    "points: []": "1: the map lacks 'source'",
    "source: mine\npoints:\n- {name: a, function: 7, address: 0}": "3: a has the function code 7",
    "source: mine\npoints:\n- {name: a, function: 4, address: 70000}": "address 70000",
    "source: mine\npoints:\n- {name: a, function: 4, address: 0, type: bool}": "type 'bool' under function code 4",
    "source: mine\npoints:\n- {name: a, function: 1, address: 0, type: uint16}": "type 'uint16' under function code 1",
    "source: mine\npoints:\n- {name: a, function: 4, address: 0, byte_order: middle}": "'middle'. Write big or",
    "source: mine\npoints:\n- {name: a, function: 4, address: 0, min: 3}": "bounds and no unit",
    "source: mine\npoints:\n- {name: A-b, function: 4, address: 0}": "no metric name",
    "source: mine\npoints:\n- {name: a, function: 4, address: 0, states: {1: x}, flags: {0: y}}": "more than one of",
    "source: mine\npoints:\n- {name: a, function: 4, address: 0, kind: sum}": "neither gauge nor counter",
    "source: mine\npoints:\n- {name: a, function: 4, address: 0, labels: {A: x}}": "no label name",
    "source: mine\nregisters: []\npoints: []": "unknown key 'registers'",
}  # fmt: skip


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_map_is_refused_with_file_and_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        load_map(path)
    assert BROKEN[content] in str(caught.value)
    assert f"{path}:" in str(caught.value)


def test_an_inventory_has_maps_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "modbus").mkdir()
    (tmp_path / "modbus" / "eps-gateway.yml").write_text(GOOD, "utf-8")
    maps = load_maps(tmp_path)
    assert (maps["eps-gateway"].source, len(maps["eps-gateway"].points)) == ("mine", 1)
    assert set(maps) == set(MAPS)


def test_no_built_in_map_is_dressed_as_a_makers() -> None:
    assert {one.source for one in MAPS.values()} == {"site-defined, no public source"}


def test_laixis_room_is_asked_as_its_inventory_says() -> None:
    found = {target.name.removeprefix("lx-adc-u-"): target for target in modbus_targets(network(), MAPS)}
    assert sorted(found) == ["env01", "eps01", "fire01", "hvac01", "hvac02"]
    assert found["eps01"].address == "10.128.176.12:502"
    assert (found["env01"].framing, len(found["env01"].units)) == ("rtu", 9)
    assert found["env01"].units[4] == Unit(5, "temperature-humidity", {"sensor": "t5", "position": "cold_aisle"})
    assert found["eps01"].labels["zone"] == "fac"


async def test_a_healthy_device_gives_every_point_of_its_map() -> None:
    async with lab() as (servers, targets):
        servers.set("eps", mains=False, transfer_ms=250)
        for result in await collect_modbus(targets, MAPS):
            assert result.error is None
            down = [
                series for series, value in result.values.items() if series.startswith("govnet_sensor_up") and not value
            ]
            assert down == []
            for one in {unit.map for unit in getattr(result.target, "units", ())}:
                names = {series.partition("{")[0] for series in result.values}
                assert {point.name for point in MAPS[one].points} <= names


FAULTS: dict[str, tuple[str, dict[str, Any], str, int]] = {
    "silent": ("eps", {"silent": True}, "timeout", 0),
    "refused": ("eps", {"refusal": 4}, "device_failure", 0),
    "busy": ("eps", {"refusal": 6}, "device_busy", 0),
    "another unit answers": ("eps", {"speaks_as": 7}, "wrong_unit", 0),
    "garbled": ("eps", {"garbled": True}, "timeout", 0),
    "no unit behind the gateway": ("eps", {"dead": frozenset({1})}, "gateway_target", 0),
    "one dead unit on a line": ("line", {"dead": frozenset({2})}, "gateway_target", 6),
    "another unit answers on a line": ("line", {"speaks_as": 7}, "wrong_unit", 0),
    "silent line": ("line", {"silent": True}, "timeout", 0),
}
"""What is wrong -> twin, facts of its line, the kind that must be counted, and how many readings come all the same."""


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_counted_by_its_kind_and_what_was_not_read_is_absent(fault: str) -> None:
    name, facts, kind, there = FAULTS[fault]
    async with lab() as (servers, targets):
        servers.set_line(name, **facts)
        (target,) = (target for target in targets if target.name == name)
        result = await read(target, PATIENCE if kind == "timeout" else ANSWER_SECONDS)
    assert set(kinds(result)) == {kind}
    assert result.error
    assert target.address.partition(":")[0] in result.error
    values = {series: value for series, value in result.values.items() if not series.startswith("govnet_sensor_up")}
    assert len(values) == there
    silent = [series for series, value in result.values.items() if series.startswith("govnet_sensor_up") and value == 0]
    # A unit among others that is dead has silent sensors; of a device that says nothing at all nobody knows anything.
    assert len(silent) == (2 if there else 0)


async def test_a_wrong_unit_number_is_told_apart_on_either_framing() -> None:
    async with lab() as (_, targets):
        eps, line = targets
        alone = ModbusTarget("eps", eps.address, eps.modules, "", units=(Unit(5, "eps-gateway"),))
        behind = ModbusTarget("l", line.address, (), "", units=(Unit(5, "leak-detector"),), framing="rtu")
        assert kinds(await read(alone)) == ["gateway_target"]
        assert kinds(await read(behind, PATIENCE)) == ["timeout"]


async def test_the_wrong_framing_does_not_pass_for_a_reading() -> None:
    async with lab() as (_, targets):
        for target, framing in zip(targets, ("rtu", "tcp"), strict=True):
            other = ModbusTarget("x", target.address, (), "", units=target.units[:1], framing=framing)
            result = await read(other, PATIENCE)
            assert result.error
            assert result.values == {}


async def test_nobody_listens() -> None:
    target = ModbusTarget("x", "127.81.70.9:9", (), "", units=(Unit(1, "eps-gateway"), Unit(2, "fire-panel")))
    result = await read(target)
    assert kinds(result) == ["connect", "connect"]
    assert result.values == {}


async def test_a_broken_sensor_is_absent_and_its_neighbour_is_not() -> None:
    async with lab() as (servers, (_, line)):
        servers.set("s1", broken=True)
        values = (await read(line)).values
    assert 'room_temperature_celsius{sensor="s1"}' not in values
    assert values['govnet_sensor_up{metric="room_temperature_celsius",sensor="s1"}'] == 0
    assert 20 < values['room_temperature_celsius{sensor="s2"}'] < 24


async def test_an_option_that_is_not_fitted_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "more.yml"
    path.write_text(
        "source: mine\ngap: 10\npoints:\n"
        "- {name: volts, function: 4, address: 0, scale: 0.1}\n- {name: option, function: 4, address: 30}\n"
        "- {name: hertz, function: 4, address: 3, scale: 0.01}\n- {name: next_option, function: 4, address: 31}\n",
        "utf-8",
    )
    target = ModbusTarget("eps", "", (), "", units=(Unit(1, "more"),))
    async with lab() as (servers, _):
        target = ModbusTarget("eps", f"{HOST}:{servers.port('eps')}", (), "", units=(Unit(1, "more"),))
        result = await visit(target, {"more": load_map(path)}, Gateways(), 20)
    assert kinds(result) == ["illegal_address"] * 3
    assert result.values["hertz"] == 50
    assert result.values['govnet_sensor_up{metric="option"}'] == 0
    assert "option" not in result.values


@asynccontextmanager
async def stub(answer: Callable[[bytes], bytes], slow: float = 0) -> AsyncIterator[str]:
    """Serve one address that answers each request with whatever `answer` makes of it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await reader.read(300):
                said = answer(asked)
                for octet in range(0, len(said), 1 if slow else len(said) or 1):
                    writer.write(said[octet : octet + 1] if slow else said)
                    await writer.drain()
                    await asyncio.sleep(slow)
        except OSError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.81.70.3", 0)
    try:
        yield f"127.81.70.3:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def reply(asked: bytes, content: bytes) -> bytes:
    return asked[:4] + (len(content) + 1).to_bytes(2, "big") + asked[6:7] + content


def registers(asked: bytes, *, late: bool = False) -> bytes:
    """Return an honest reply of zeros, after one to an earlier request if it is to be late."""
    count = int.from_bytes(asked[10:12], "big")
    content = bytes((asked[7], 2 * count)) + bytes(2 * count)
    before = reply(b"\xff\xff" + asked[2:], bytes((asked[7], 2, 0x77, 0x77))) if late else b""
    return before + reply(asked, content)


def one(address: str) -> ModbusTarget:
    return ModbusTarget("x", address, (), "", units=(Unit(1, "temperature-humidity"),))


async def test_a_reply_to_an_earlier_request_is_passed_over() -> None:
    async with stub(lambda asked: registers(asked, late=True)) as address:
        assert (await read(one(address))).values["room_temperature_celsius"] == 0


NONSENSE = {
    "too few registers": lambda asked: reply(asked, bytes((asked[7], 2, 0, 1))),
    "another function": lambda asked: reply(asked, bytes((3, 4, 0, 1, 0, 1))),
    "no such function": lambda asked: reply(asked, bytes((0x55, 1))),
    "endless": lambda asked: bytes(5000) + asked[:0],
}


@pytest.mark.parametrize("kind", NONSENSE)
async def test_nonsense_is_malformed(kind: str) -> None:
    async with stub(NONSENSE[kind]) as address:
        result = await read(one(address))
    assert kinds(result)[0] == "malformed"
    assert result.values == {}


async def test_one_octet_at_a_time_costs_only_itself() -> None:
    async with stub(registers, slow=0.05) as address, lab() as (_, targets):
        slow, well = await asyncio.gather(read(one(address), PATIENCE), read(targets[0]))
    assert kinds(slow) == ["timeout"]
    assert well.error is None


@pytest.mark.parametrize("framing", ["tcp", "rtu"])
async def test_mutated_replies_are_refused_or_read_and_never_crash(framing: str) -> None:
    chance = random.Random(20)

    def spoilt(asked: bytes) -> bytes:
        rtu = bytes((asked[0], 4, 4, 0, 200, 1, 0))
        said = bytearray(registers(asked) if framing == "tcp" else rtu + checksum(rtu))
        for _ in range(chance.randint(0, 3)):
            said[chance.randrange(len(said))] = chance.randrange(256)
        return bytes(said[: chance.randint(0, len(said))]) if chance.random() < 0.2 else bytes(said)

    async with stub(spoilt) as address:
        target = ModbusTarget("x", address, (), "", units=(Unit(1, "temperature-humidity"),) * 120, framing=framing)
        result = await visit(target, MAPS, Gateways(), 20, 0.01)
    assert len(result.readings) == 120
    for reading in result.readings:
        assert isinstance(reading.error, (type(None), Exception))
    assert all(-40 <= value <= 80 for series, value in result.values.items() if series.startswith("room_temperature"))


async def test_two_visits_at_one_gateway_wait_for_each_other() -> None:
    async with lab() as (servers, (_, line)):
        gateways = Gateways()
        servers.set_line("line", silent=True)
        first = asyncio.create_task(visit(line, MAPS, gateways, 5, 0.3))
        await asyncio.sleep(0)
        second = await visit(line, MAPS, gateways, 0.1, 0.3)
        assert kinds(second) == ["timeout"] * 3
        assert "held the gateway" in str(second.error)
        await first


async def test_the_exporter_serves_modbus_and_counts_by_kind() -> None:
    async with lab() as (servers, targets):
        app = build_app([], {}, {}, extra=[ModbusProbe(targets, MAPS)])
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://exporter") as client:
            well = await client.get("/modbus", params={"target": "eps"})
            assert well.status_code == 200
            assert 'ups_output_source{ups_output_source="normal"} 1' in well.text
            assert 'govnet_module_up{module="eps-gateway",unit="1"} 1' in well.text
            servers.set_line("eps", refusal=2)
            dark = await client.get(
                "/modbus", params={"target": "eps"}, headers={"X-Prometheus-Scrape-Timeout-Seconds": "3"}
            )
            assert (dark.status_code, "illegal_address" in dark.text) == (500, True)
            assert (await client.get("/modbus", params={"target": "stranger"})).status_code == 400
            groups = (await client.get("/sd")).json()
            assert [group["labels"]["__metrics_path__"] for group in groups] == ["/modbus", "/modbus"]
            own = (await client.get("/metrics")).text
    assert 'govnet_modbus_scrapes_total{outcome="failed"} 1.0' in own
    assert 'govnet_modbus_scrapes_total{outcome="refused"} 1.0' in own
    assert 'govnet_modbus_errors_total{kind="illegal_address",map="eps-gateway"}' in own
    assert 'govnet_modbus_read_seconds_count{map="eps-gateway"} 2.0' in own
