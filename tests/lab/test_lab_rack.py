"""Boxes that are made when somebody first calls them: nobody can tell them from those made when the lab started."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import asyncssh
import pytest
from support.row_of_boxes import MAKES, row, twins_of

from govnet.errors import LabError
from lab.faults import FlashFull, Reboot, Unreachable
from lab.flash import Bootable
from lab.server import Lab
from lab.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.lab
FIRST, CALLED, ASKED = (f"row-hall-u-core{number:03}" for number in (1, 2, 3))
"""The first box is made when the lab starts, as one of its make; the others are not."""


class Words(NamedTuple):
    """What is typed at a make: a VLAN that is saved, one that is not, and what saves."""

    kept: tuple[str, ...]
    lost: tuple[str, ...]


_ENABLED = ("enable", "configure terminal")
WORDS = {
    "passport": Words(("config vlan 7 create byport 1", "save config"), ("config vlan 8 create byport 1",)),
    "ers": Words(
        ("\x19enable", "configure terminal", "vlan create 7 type port", "copy config nvram"),
        ("vlan create 8 type port",),
    ),
    "voss": Words(
        (*_ENABLED, "vlan create 7 type port-mstprstp 0", "save config"),
        (*_ENABLED, "vlan create 8 type port-mstprstp 0"),
    ),
    "vrp5": Words(("system-view", "vlan 7", "return", "save", "y"), ("system-view", "vlan 8", "return")),
    "vrp8": Words(
        ("system-view", "vlan 7", "commit", "return", "save", "y"), ("system-view", "vlan 8", "commit", "return")
    ),
}


async def talk(lab: Lab, name: str, *lines: str) -> str:
    """Type lines at a box, hang up, and return all that it said."""
    spot, account = lab.endpoints[name], lab.credentials
    keys = asyncssh.import_known_hosts(lab.known_hosts())
    way = {"username": account.username, "password": account.password, "known_hosts": keys}
    async with asyncssh.connect(spot.address, spot.ssh_port, **way) as connection:
        done = await connection.run(input="".join(f"{line}\n" for line in lines), check=False, timeout=60)
    return str(done.stdout)


async def asked(lab: Lab, name: str) -> str:
    """Return what net-snmp reads of a box: its description and the names of its interfaces."""
    spot, community = lab.endpoints[name], lab.credentials.community
    where = ("-r0", "-t60", "-m", "", "-On", "-Oqv", f"{spot.address}:{spot.snmp_port}")
    said = b""
    for root in (".1.3.6.1.2.1.1.1", ".1.3.6.1.2.1.2.2.1.2"):
        walk = ("snmpbulkwalk", "-v2c", "-c", community, *where, root)
        process = await asyncio.create_subprocess_exec(*walk, stdout=asyncio.subprocess.PIPE)
        said += (await process.communicate())[0]
    return said.decode()


def vlans(lab: Lab, names: Iterable[str]) -> dict[str, set[int]]:
    """Return which of the two VLANs boxes have."""
    told = {name: lab.personalities[name].snapshot()["vlans"] for name in names}
    return {name: {7, 8}.intersection(found) for name, found in told.items() if isinstance(found, dict)}


@pytest.mark.needs("snmpbulkwalk")
@pytest.mark.parametrize("make", WORDS)
async def test_a_box_that_nobody_has_called_answers_and_keeps_its_state_as_the_others_do(
    make: str, tmp_path: Path
) -> None:
    boxes = [replace(box, snmp=("system", "if")) for box in twins_of(row(tmp_path / "row", MAKES[make], 3, 91))]
    async with Lab(boxes, port=0, snmp_port=0) as lab:
        made = lab.personalities.made
        assert (set(made), set(lab.personalities), set(lab.endpoints)) == ({FIRST}, *[{FIRST, CALLED, ASKED}] * 2)
        typed = (*WORDS[make].kept, *WORDS[make].lost)
        said = {name: await talk(lab, name, *typed) for name in (CALLED, FIRST)}
        assert said[CALLED] == said[FIRST]
        assert set(made) == said.keys()
        assert vlans(lab, said) == {name: {7, 8} for name in said}, said
        for saved, left in ((True, {7}), (False, set[int]())):
            for name in said:
                lab.faults.restart(name, Reboot(saved=saved))
            assert vlans(lab, said) == dict.fromkeys(said, left), (saved, said)
        first, fresh = await asked(lab, FIRST), await asked(lab, ASKED)
        assert fresh == first
        assert len(fresh.splitlines()) > len(boxes[0].ports)
        assert set(made) == set(lab.personalities)


def twin(number: int, *console: str, model: str = "S5700-28C-EI") -> Twin:
    fresh = Twin(f"box{number}", "switch", "huawei_vrp", model, "5.170", f"127.83.5.{number}")
    return replace(fresh, ports=("GigabitEthernet0/0/1",), console=console)


async def test_faults_are_kept_for_a_box_until_it_is_made_and_mending_makes_none() -> None:
    async with Lab([twin(1), twin(2), twin(3)], port=0, snmp_port=None) as lab:
        lab.faults.set("box2", FlashFull())
        lab.faults.set("box3", FlashFull(), Unreachable())
        lab.faults.clear("box3")
        assert lab.faults.of("box2") == (FlashFull(),)
        assert set(lab.personalities.made) == {"box1"}
        full = {name: box.flash.full for name, box in lab.personalities.items() if isinstance(box, Bootable)}
        assert full == {"box1": False, "box2": True, "box3": False}


async def test_a_box_is_made_once_whoever_asks_for_it_at_the_same_time() -> None:
    async with Lab([twin(1), twin(2)], port=0, snmp_port=None) as lab:
        with ThreadPoolExecutor(4) as askers:
            found = list(askers.map(lambda _: lab.personalities["box2"], range(16)))
        assert {id(box) for box in found} == {id(lab.personalities.made["box2"])}
        with pytest.raises(KeyError):
            lab.personalities["nobody"]


async def test_a_refused_set_up_is_said_at_the_start_or_hangs_up_on_who_calls(
    caplog: pytest.LogCaptureFixture,
) -> None:
    odd = ("system-view", "vlan one")
    with pytest.raises(LabError, match=r"(?s)box1: the console set-up was refused: .*vlan one"):
        await Lab([twin(1, *odd)], port=0, snmp_port=None).start()
    async with Lab([twin(1), twin(2, *odd)], port=0, snmp_port=None) as lab:
        assert await talk(lab, "box2", "display version") == ""
        assert "HUAWEI" in await talk(lab, "box1", "display version")
    assert "box2: the console set-up was refused" in caplog.text


async def test_a_lab_of_a_province_makes_one_box_of_each_make_and_serves_every_address() -> None:
    boxes = [twin(number, model=("S5700-28C-EI", "S5700-28C-HI")[number % 2]) for number in range(1, 251)]
    async with Lab(boxes, port=0, snmp_port=None) as lab:
        assert len(lab.personalities.made) == 2
        assert [spot.address for spot in lab.endpoints.values()] == [box.address for box in boxes]
        assert {spot.note for spot in lab.endpoints.values()} == {"emulated"}
        for spot in lab.endpoints.values():
            reader, writer = await asyncio.open_connection(spot.address, spot.ssh_port)
            assert (await reader.read(4)) == b"SSH-"
            writer.close()
        assert len(lab.personalities.made) == 2
