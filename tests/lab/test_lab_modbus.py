"""The emulated Modbus boxes, read by pymodbus's own client: a third opinion between twin and collector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient
from support.laixi import network

from govnet.errors import LabError
from lab.estate import twins
from lab.modbus.frames import checksum
from lab.modbus.room import MachineRoom
from lab.server import running_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.modbus import Servers
    from lab.server import Lab

EPS, AIR, OTHER_AIR, SENSORS = (f"lx-adc-u-{name}" for name in ("eps01", "hvac01", "hvac02", "env01"))


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    room = [twin for twin in twins(network()) if twin.modbus]
    with running_lab(room, port=0, snmp_port=None) as running:
        yield running


@pytest.fixture
def plant(lab: Lab) -> Servers:
    assert lab.plant is not None
    return lab.plant


@pytest.fixture
def eps(lab: Lab) -> Iterator[ModbusTcpClient]:
    spot = lab.endpoints[EPS]
    with ModbusTcpClient(spot.address, port=spot.modbus_port, timeout=20, retries=0) as client:
        yield client


def test_every_box_of_the_room_answers_at_its_own_address(lab: Lab, plant: Servers) -> None:
    spots = {(spot.address, spot.modbus_port) for spot in lab.endpoints.values()}
    assert len(spots) == 5
    assert all(address.startswith("127.128.176.") and port for address, port in spots)
    assert {EPS, AIR, f"{SENSORS} 1", f"{SENSORS} 9"} <= set(plant.boxes())


def test_an_eps_transfers_counts_and_comes_back(plant: Servers, eps: ModbusTcpClient) -> None:
    before = eps.read_holding_registers(0, count=5).registers
    plant.set(EPS, mains=False, transfer_ms=180)
    after = eps.read_holding_registers(0, count=7).registers
    assert (before[0], after[0]) == (1, 2)
    assert after[2:4] == [0, before[3] + 1]
    assert after[4] == 180
    assert after[6] & 1
    assert eps.read_input_registers(0, count=3).registers == [0, 0, 0]
    assert eps.read_input_registers(19, count=1).registers[0] > 0x8000
    plant.set(EPS, mains=True)
    assert eps.read_holding_registers(0).registers == [1]
    assert all(2100 < volts < 2300 for volts in eps.read_input_registers(0, count=3).registers)


REFUSED = {
    "no such register": (lambda eps: eps.read_holding_registers(500), 2),
    "one register too many": (lambda eps: eps.read_holding_registers(0, count=8), 2),
    "no coils": (lambda eps: eps.read_coils(0), 1),
    "no writing": (lambda eps: eps.write_register(0, 1), 1),
}


@pytest.mark.parametrize("ask", REFUSED)
def test_what_a_box_does_not_have_it_refuses(ask: str, eps: ModbusTcpClient) -> None:
    call, code = REFUSED[ask]
    said = call(eps)
    assert (said.isError(), said.exception_code) == (True, code)


def test_nine_units_behind_one_address_speak_rtu(lab: Lab, plant: Servers) -> None:
    spot = lab.endpoints[SENSORS]
    with ModbusTcpClient(spot.address, port=spot.modbus_port, framer=FramerType.RTU, timeout=20, retries=0) as client:
        for unit in range(1, 9):
            celsius, humidity = client.read_input_registers(0, count=2, device_id=unit).registers
            assert 200 < celsius < 500
            assert 100 < humidity < 600
        plant.set(f"{SENSORS} 9", ill=frozenset({3}))
        assert client.read_discrete_inputs(0, count=4, device_id=9).bits[:4] == [False, False, True, False]
        plant.set(f"{SENSORS} 9", ill=frozenset())


def test_a_room_warms_without_its_air_conditioners_and_dries() -> None:
    now = [0.0]
    room = MachineRoom(lambda: now[0])
    for unit in ("a", "b"):
        room.cooled_by(unit, running=True)
    now[0] = 86_400.0
    assert room.celsius() == pytest.approx(22)
    room.cooled_by("a", running=False)
    now[0] += 600
    warmer = room.celsius()
    assert 24 < warmer < 28
    now[0] += 7200
    assert room.celsius() == pytest.approx(32.5, abs=0.1)
    assert room.humidity(room.celsius()) < room.humidity(22) == pytest.approx(0.45, abs=0.005)
    room.cooled_by("a", running=True)
    now[0] += 7200
    assert room.celsius() == pytest.approx(22, abs=0.1)


BAD = {
    "nobody": lambda plant: plant.set("nobody", mains=False),
    "colour": lambda plant: plant.set(AIR, colour="red"),
    "brightness": lambda plant: plant.set(EPS, brightness=1),
    "gap": lambda plant: plant.set(EPS, transfer_ms=-1),
    "line": lambda plant: plant.set_line(EPS, noise=3),
    "speaks no Modbus": lambda plant: plant.set_line("nobody", silent=True),
    "haste": lambda plant: plant.room.hurry(0),
}


@pytest.mark.parametrize("word", BAD)
def test_scenarios_that_make_no_sense_are_refused(word: str, plant: Servers) -> None:
    with pytest.raises(LabError, match=word):
        BAD[word](plant)


def test_the_checksum_is_that_of_the_serial_line() -> None:
    # Modbus over Serial Line V1.02 has no worked example; this is the frame that every manual shows.
    assert checksum(bytes.fromhex("010300000001")).hex() == "840a"
