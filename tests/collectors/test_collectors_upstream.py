"""A module file in the layout of today's snmp_exporter, every key of it, as it is."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from collectors.collect import Target, collect_once
from collectors.exposition import write
from collectors.hints import hinted
from collectors.loader import load_file
from snmp import ber

if TYPE_CHECKING:
    from collections.abc import Mapping

UPSTREAM = Path(__file__).parents[1] / "fixtures" / "snmp_upstream.yml"
ROOT = "1.3.6.1.4.1.9999"
WORD = "0.26.100.107.111.114.101"


def octets(value: bytes) -> tuple[int, bytes]:
    return ber.OCTET_STRING, value


def slot(column: int, value: tuple[int, bytes], row: str = "1.3") -> dict[str, tuple[int, bytes]]:
    return {f"{ROOT}.1.1.{column}.{row}": value}


DEVICE: Mapping[str, tuple[int, bytes]] = {
    "1.3.6.1.2.1.1.3.0": (ber.TIMETICKS, b"\x07"),
    **slot(2, (ber.INTEGER, b"\x02")),
    **slot(2, (ber.INTEGER, b"\x05"), "2.4"),
    **slot(3, (ber.INTEGER, b"\x64")),
    **slot(3, (ber.INTEGER, b"\x0a"), "2.4"),
    **slot(4, (ber.INTEGER, b"\x09")),
    **slot(5, octets(bytes((10, 0, 0, 254)))),
    **slot(6, (ber.INTEGER, b"\x02")),
    **slot(7, (ber.INTEGER, b"\x02")),
    **slot(8, octets(b"\x40\x80")),
    **slot(9, octets(bytes.fromhex("001a640000fe"))),
    f"{ROOT}.1.2.2.9": octets("板卡 9".encode()),
    f"{ROOT}.1.3.0": octets(bytes.fromhex("07EA0B1600000000") + b"+\x08\x00"),
    f"{ROOT}.1.4.0": octets(struct.pack(">II", 2208988800 + 86400, 1 << 31)),
    f"{ROOT}.1.5.0": octets(b"Nov 22 00:00:01 2026"),
    f"{ROOT}.1.6.0": octets(b"ok at 1200 rpm"),
    f"{ROOT}.1.7.1.1.{WORD}": (ber.INTEGER, b"\x01"),
    f"{ROOT}.1.7.1.2.{WORD}": octets(bytes((10, 1, 2, 3))),
    f"{ROOT}.1.8.0": (ber.OPAQUE, b"\x9f\x78\x04" + struct.pack(">f", 2.5)),
    f"{ROOT}.2.1.4.7": (ber.COUNTER32, b"\x2a"),
}
SAMPLES = """\
sysUpTime 7
slotLoad{slotKind="front",slotIndex="3",cardName="板卡 9",slotAddress="10.0.0.254"} 10.0
slotState{slotKind="1",slotIndex="3",slotState="empty"} 0
slotState{slotKind="1",slotIndex="3",slotState="broken"} 0
slotState{slotKind="1",slotIndex="3",slotState="working"} 1
slotType_info{slotKind="1",slotIndex="3",slotType="ports"} 1
slotFlags{slotKind="1",slotIndex="3",slotFlags="hot"} 0
slotFlags{slotKind="1",slotIndex="3",slotFlags="redundant"} 1
slotFlags{slotKind="1",slotIndex="3",slotFlags="licensed"} 1
slotMac{slotKind="1",slotIndex="3",slotMac="00:1A:64:00:00:FE"} 1
bootTime 1795276800.0
clockTime 86400.5
licenceEnd 1795305601.0
fanTextRpm 2400.0
fanTextOk 2.0
neighbour{vendor="0x001A64",word="kore",neighbour="10.1.2.3"} 1
reading 2.5
portOctets{portIndex="7"} 42
"""


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GOVNET_TEST_SNMP_PASSWORD", "twelve monkeys")
    return load_file(UPSTREAM)


def test_every_key_is_read(catalogue: Any) -> None:
    module, auth = catalogue.modules["everything"], catalogue.auths["private_v3"]
    assert (module.max_repetitions, module.retries, module.timeout) == (50, 1, 2.5)
    assert module.use_unconnected_udp_socket
    assert module.allow_nonincreasing_oids
    assert [item.values for item in module.filters] == [("1", "2")]
    assert (auth.auth_protocol, auth.priv_protocol, auth.context_name) == ("SHA256", "AES256C", "vrf-1")
    assert (auth.password, auth.priv_password) == ("twelve monkeys", "twelve monkeys")
    assert set(catalogue.auths) == {"public_v1", "public_v2", "private_v3"}


@pytest.mark.parametrize("auth", ["public_v1", "public_v2"])
async def test_its_samples_are_those_that_the_format_promises(catalogue: Any, serve: Any, auth: str) -> None:
    async with serve(DEVICE) as ((host, port), _):
        target = Target("device", f"{host}:{port}", ("everything",), auth)
        (result,) = await collect_once([target], catalogue.modules, catalogue.auths)
    assert result.error is None
    lines = [line for line in write(result.families).splitlines(keepends=True) if not line.startswith("#")]
    assert "".join(lines) == SAMPLES


HINTS = {
    ("1x:", b"\x00\x1a\x2b"): "00:1A:2B",
    ("1d.1d.1d.1d", bytes((192, 168, 1, 1))): "192.168.1.1",
    ("255a", "机房".encode()): "机房",
    ("255t", b"room"): "room",
    ("2d-1d-1d,1d:1d:1d.1d", bytes.fromhex("07EA0B1608090500")): "2026-11-22,8:9:5.0",
    ("1o", b"\x08"): "10",
    ("*1d./1d", bytes((2, 10, 11, 7))): "10.11/7",
    ("2x-", b"\x00\x01\x02"): "0001-02",
    ("9d", bytes(9)): None,
    ("0a", b"x"): None,
    ("d", b"x"): None,
    ("", b"x"): None,
    ("1x:", b""): None,
}


@pytest.mark.parametrize(("hint", "content"), HINTS)
def test_octets_are_written_as_their_hint_says(hint: str, content: bytes) -> None:
    assert hinted(hint, content) == HINTS[hint, content]
