"""The SNMP agents, judged by net-snmp's own programs and, for the arithmetic, by the recorded numbers."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import shutil
import socket
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from govnet.errors import LabError
from lab.snmp import start
from lab.snmp.device import Device
from lab.snmp.families import nortel_index
from lab.snmp.views import VIEWS
from lab.snmp.views.rapid_city import port_set
from lab.twin import Credentials, Twin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from lab.snmp import Agents

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(
        shutil.which("snmpbulkwalk") is None, reason="snmpbulkwalk (Debian package snmp) is not installed"
    ),
]

CREDENTIALS = Credentials("admin", "admin-password", "lab-read", "noc", "auth-password", "priv-password")
CORE = Twin(
    "core", "switch", "nortel_passport", "ERS-8610", "4.1.0.0", "127.83.0.1",
    ports=tuple(f"{slot}/{port}" for slot in (1, 2, 3) for port in range(1, 49))[:128],
    cards={1: "8648TX", 2: "8648TX", 3: "8648TX", 5: "8691SF", 6: "8691SF"},
    snmp=("system", "if", "rapid_city"),
)  # fmt: skip
EDGE = Twin(
    "edge", "switch", "nortel_ers", "ERS-4550T", "5.7.1.021", "127.83.0.2",
    ports=tuple(str(port) for port in range(1, 51)), snmp=("system", "if", "s5", "rapid_city"),
)  # fmt: skip
STACK = Twin(
    "stack", "switch", "nortel_ers", "ERS-5520-48T-PWR", "6.3.2.011", "127.83.0.3",
    ports=tuple(f"{unit}/{port}" for unit in (1, 2) for port in range(1, 49)),
    snmp=("system", "if", "s5", "rapid_city"),
)  # fmt: skip
AGGREGATION = Twin(
    "aggregation", "switch", "huawei_vrp", "S12704", "V200R012C00SPC500", "127.83.0.4",
    ports=(*(f"40GE1/0/{port}" for port in range(8)), "XGigabitEthernet2/1/0"),
    cards={1: "ET1D2L08QSC0", 2: "ET1D2X48SEC0", 5: "ET1D2MPUA000"}, snmp=("system", "if", "huawei"),
)  # fmt: skip
UPS = Twin("ups", "ups", "", "UPS5000-E-40K", "V100R001", "127.83.0.5", snmp=("system", "ups"))
MUTE = Twin("hvac", "hvac", "", "PEX", "", "127.83.0.6")
TWINS = (CORE, EDGE, STACK, AGGREGATION, UPS, MUTE)

V2C = ("-v2c", "-c", CREDENTIALS.community)
V3 = (
    "-v3", "-u", CREDENTIALS.snmp_user, "-l", "authPriv", "-a", "SHA", "-A", CREDENTIALS.snmp_auth,
    "-x", "AES", "-X", CREDENTIALS.snmp_priv,
)  # fmt: skip
RC = ".1.3.6.1.4.1.2272.1"
UPS_MIB = ".1.3.6.1.2.1.33.1"


class Clock:
    """Time that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stub:
    """A personality of which a test sets the state."""

    hostname = "stub"

    def __init__(self) -> None:
        self.ports: dict[str, dict[str, object]] = {}
        self.vlans: dict[int, dict[str, object]] = {}
        self.names: dict[str, object] = {}

    async def session(self, terminal: Any) -> None:
        raise NotImplementedError

    def itself(self) -> Stub:
        return self

    def snapshot(self) -> dict[str, object]:
        ports = [{"name": name, **record} for name, record in self.ports.items()]
        return {**self.names, "ports": ports, "vlans": {vid: dict(vlan) for vid, vlan in self.vlans.items()}}


class Site:
    """Running agents, their clock and stubs, and net-snmp to ask them with."""

    def __init__(self, agents: Agents, clock: Clock, stubs: dict[str, Stub]) -> None:
        self.agents, self.clock, self.stubs = agents, clock, stubs

    async def run(self, program: str, *arguments: str, twin: Twin, oids: tuple[str, ...]) -> tuple[int, list[str], str]:
        process = await asyncio.create_subprocess_exec(
            program, *arguments, "-m", "", "-On", "-Oe", f"{twin.address}:{self.agents.port(twin.name)}", *oids,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        out, err = await process.communicate()
        entries = re.split(
            r"\n(?=\.1|End of MIB)", out.decode(errors="replace").strip("\n")
        )  # long hex strings span lines
        return process.returncode or 0, [entry.replace("\n", "") for entry in entries if entry], err.decode()

    async def walk(self, twin: Twin, root: str, *arguments: str) -> dict[str, str]:
        """Walk with net-snmp, which itself fails on an OID that does not increase."""
        program = "snmpwalk" if "-v1" in arguments else "snmpbulkwalk"
        code, lines, err = await self.run(program, *(arguments or V2C), twin=twin, oids=(root,))
        assert code == 0, err
        pairs = [line.split(" = ", 1) for line in lines if " = " in line and "No more variables" not in line]
        names = [tuple(map(int, name.strip(".").split("."))) for name, _ in pairs]
        assert names == sorted(set(names))
        return dict(map(tuple, pairs))  # type: ignore[arg-type]  # each line was split in two

    async def get(self, twin: Twin, *oids: str, flags: tuple[str, ...] = V2C) -> list[str]:
        code, lines, err = await self.run("snmpget", *flags, twin=twin, oids=oids)
        assert code == 0, err
        return [line.split(" = ", 1)[1] for line in lines]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    clock, stubs = Clock(), {twin.name: Stub() for twin in TWINS if twin.platform}
    boxes = {name: stub.itself for name, stub in stubs.items()}
    agents = await start([(twin, boxes.get(twin.name)) for twin in TWINS], CREDENTIALS, 0, clock)
    yield Site(agents, clock, stubs)
    await agents.close()


# What a whole walk of one view must hold: root, at least how many instances, and some of them, value by pattern.
WALKS = {
    "system of a chassis": (CORE, ".1.3.6.1.2.1.1", 7, {
        ".1.3.6.1.2.1.1.1.0": r'STRING: "ERS-8610 \(4\.1\.0\.0\)"',
        ".1.3.6.1.2.1.1.2.0": r"OID: \.1\.3\.6\.1\.4\.1\.2272\.30",
        ".1.3.6.1.2.1.1.3.0": r"Timeticks: \(\d+\) .*",
    }),
    "system of a stackable": (EDGE, ".1.3.6.1.2.1.1", 7, {
        ".1.3.6.1.2.1.1.1.0": r'STRING: "Ethernet Routing Switch 4550T +HW:\S+ +FW:\S+ +SW:v5\.7\.1\.021 BN:21 .*"',
        ".1.3.6.1.2.1.1.2.0": r"OID: \.1\.3\.6\.1\.4\.1\.45\.3\.71\.\d+",
    }),
    "system of a Huawei": (AGGREGATION, ".1.3.6.1.2.1.1", 7, {
        ".1.3.6.1.2.1.1.1.0": 'STRING: "S12704"',
        ".1.3.6.1.2.1.1.2.0": r"OID: \.1\.3\.6\.1\.4\.1\.2011\.2\.279\.3",
    }),
    "interfaces of a chassis": (CORE, ".1.3.6.1.2.1.2", 128 * 22 + 1, {
        ".1.3.6.1.2.1.2.2.1.2.64": 'STRING: "ERS-8610 Module 8648TX - 100BaseTX Port 1/1"',
        ".1.3.6.1.2.1.2.2.1.5.64": "Gauge32: 100000000",
        ".1.3.6.1.2.1.2.2.1.6.64": "Hex-STRING: 02 53 00 01 00 40 ",
        ".1.3.6.1.2.1.2.2.1.10.64": r"Counter32: \d+",
        ".1.3.6.1.2.1.2.2.1.8.223": "INTEGER: 1",
    }),
    "interfaces of a stackable": (EDGE, ".1.3.6.1.2.1.31", 50 * 19, {
        ".1.3.6.1.2.1.31.1.1.1.1.1": r'STRING: "ifc1 \(Slot: 1 Port: 1\)"',
        ".1.3.6.1.2.1.31.1.1.1.6.50": r"Counter64: \d+",
    }),
    "interfaces of a Huawei": (AGGREGATION, ".1.3.6.1.2.1.31", 12 * 19, {
        ".1.3.6.1.2.1.31.1.1.1.1.4": 'STRING: "40GE1/0/0"',
        ".1.3.6.1.2.1.31.1.1.1.15.4": "Gauge32: 40000",
    }),
    "rapid city of a chassis": (CORE, RC, 128 * 19, {
        f"{RC}.1.20.0": r"Gauge32: \d+",
        f"{RC}.1.46.0": r"INTEGER: \d+",
        f"{RC}.1.47.0": r"Gauge32: \d\d",
        f"{RC}.1.44.0": r"Gauge32: \d+",
        f"{RC}.4.1.0": "INTEGER: 30",
        f"{RC}.4.7.1.1.2.1": "INTEGER: 2",
        f"{RC}.4.8.1.1.2.1": "INTEGER: 3",
        f"{RC}.4.8.1.1.2.3": "INTEGER: 2",
        f"{RC}.100.1.2.0": "Gauge32: 34",
        f"{RC}.100.6.1.3.5": 'STRING: "8691SF"',
        f"{RC}.100.6.1.5.1": "INTEGER: 1",
    }),
    "rapid city of a stackable": (EDGE, RC, 50 * 7, {f"{RC}.4.10.1.1.13.1": "INTEGER: 2"}),
    "chassis of a stack": (STACK, ".1.3.6.1.4.1.45.1.6.3", 200, {
        ".1.3.6.1.4.1.45.1.6.3.3.1.1.10.3.10.0": "INTEGER: 5",
        ".1.3.6.1.4.1.45.1.6.3.3.1.1.10.3.20.2": "INTEGER: 3",
        ".1.3.6.1.4.1.45.1.6.3.3.1.1.16.3.20.0": "INTEGER: 48",
        ".1.3.6.1.4.1.45.1.6.3.3.1.1.30.8.2.0": r"Timeticks: .*",
        ".1.3.6.1.4.1.45.1.6.3.7.1.1.5.5.10.0": "INTEGER: 69",
        ".1.3.6.1.4.1.45.1.6.3.8.1.1.5.3.20.0": r"Gauge32: \d+",
    }),
    "entities of a Huawei": (AGGREGATION, ".1.3.6.1.2.1.47", 200, {
        ".1.3.6.1.2.1.47.1.1.1.1.7.67371017": 'STRING: "LPU Board 1"',
        ".1.3.6.1.2.1.47.1.1.1.1.7.68419593": 'STRING: "MPU Board 5"',
        ".1.3.6.1.2.1.47.1.1.1.1.7.67485710": 'STRING: "40GE1/0/0"',
        ".1.3.6.1.2.1.47.1.1.1.1.7.67764238": 'STRING: "XGigabitEthernet2/1/0"',
        ".1.3.6.1.2.1.47.1.1.1.1.7.69992457": 'STRING: "FAN1"',
        ".1.3.6.1.2.1.47.1.1.1.1.7.70516745": 'STRING: "PWR1"',
        ".1.3.6.1.2.1.47.1.3.2.1.2.67485710.1": r"OID: \.1\.3\.6\.1\.2\.1\.2\.2\.1\.1\.4",
    }),
    "states of a Huawei": (AGGREGATION, ".1.3.6.1.4.1.2011", 200, {
        ".1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5.68419593": r"INTEGER: [1-9]\d*",
        ".1.3.6.1.4.1.2011.5.25.31.1.1.1.1.9.68419593": "INTEGER: -1",
        ".1.3.6.1.4.1.2011.5.25.31.1.1.1.1.11.67371017": "INTEGER: 34",
        ".1.3.6.1.4.1.2011.5.25.31.1.1.1.1.11.67485710": "INTEGER: 0",
        ".1.3.6.1.4.1.2011.5.25.31.1.1.10.1.5.30.1": "INTEGER: 30",
        ".1.3.6.1.4.1.2011.6.3.4.1.2.0.5.0": r"INTEGER: \d+",
    }),
    "a UPS": (UPS, UPS_MIB, 80, {
        f"{UPS_MIB}.1.1.0": 'STRING: "HUAWEI"',
        f"{UPS_MIB}.2.1.0": "INTEGER: 2",
        f"{UPS_MIB}.2.3.0": "INTEGER: 7",
        f"{UPS_MIB}.2.5.0": "INTEGER: 4356",
        f"{UPS_MIB}.3.1.0": "Counter32: 0",
        f"{UPS_MIB}.3.3.1.2.3": "INTEGER: 500",
        f"{UPS_MIB}.4.1.0": "INTEGER: 3",
        f"{UPS_MIB}.4.4.1.5.1": "INTEGER: 45",
        f"{UPS_MIB}.6.1.0": "Gauge32: 0",
        f"{UPS_MIB}.9.2.0": "INTEGER: 500",
    }),
}  # fmt: skip


@pytest.mark.parametrize("case", WALKS)
async def test_a_view_walks_whole_ordered_and_typed(site: Site, case: str) -> None:
    twin, root, least, expected = WALKS[case]
    found = await site.walk(twin, root)
    assert len(found) >= least
    wrong = {
        name: found.get(name) for name, pattern in expected.items() if not re.fullmatch(pattern, found.get(name, ""))
    }
    assert wrong == {}


async def test_large_bulk_v1_and_v3_walks_agree_on_a_box_of_128_ports(site: Site) -> None:
    whole = await site.walk(CORE, ".1", *V2C, "-Cr50")
    assert len(whole) > 128 * 50
    assert await site.walk(CORE, ".1", *V3, "-Cr50") == whole
    narrow = await site.walk(CORE, ".1", "-v1", "-c", CREDENTIALS.community)
    assert narrow == {name: value for name, value in whole.items() if not value.startswith("Counter64")}


async def test_bulk_of_several_columns_and_what_is_beyond_the_end(site: Site) -> None:
    oids = (".1.3.6.1.2.1.1.3", ".1.3.6.1.2.1.2.2.1.7", ".1.3.6.1.2.1.2.2.1.8", ".1.9")
    code, lines, err = await site.run("snmpbulkget", *V2C, "-Cn1", "-Cr3", twin=CORE, oids=oids)
    assert code == 0, err
    names = [line.split(" = ")[0].removeprefix(".1.3.6.1.2.1.") for line in lines]
    row = ["2.2.1.7.64", "2.2.1.8.64", ".1.9", "2.2.1.7.65", "2.2.1.8.65", ".1.9", "2.2.1.7.66", "2.2.1.8.66", ".1.9"]
    assert names == ["1.3.0", *row]
    assert sum("No more variables" in line for line in lines) == 3


ABSENT = {
    ".1.3.6.1.2.1.1.99.0": "No Such Object",
    ".1.3.6.1.2.1.1.1.1": "No Such Instance",
    ".1.3.6.1.2.1.2.2.1.7.9999": "No Such Instance",
    f"{UPS_MIB}.2.1.0": "No Such Object",
}


@pytest.mark.parametrize("flags", [V2C, V3], ids=["v2c", "v3"])
async def test_what_is_absent_says_so(site: Site, flags: tuple[str, ...]) -> None:
    answers = await site.get(CORE, *ABSENT, flags=flags)
    assert [answer.startswith(word) for answer, word in zip(answers, ABSENT.values(), strict=True)] == [True] * 4
    (alarm,) = await site.get(UPS, f"{UPS_MIB}.6.2.1.2.1", flags=flags)
    assert alarm.startswith("No Such Instance")


V1 = ("-v1", "-c", "lab-read", "-Cf")
REFUSED = {
    "v1 has one word for absence": (("snmpget", *V1), ".1.3.6.1.2.1.1.99.0", "noSuchName"),
    "v1 cannot carry Counter64": (("snmpget", *V1), ".1.3.6.1.2.1.31.1.1.1.6.64", "noSuchName"),
    "wrong community": (("snmpget", "-v2c", "-c", "public", "-r0", "-t0.3"), ".1.3.6.1.2.1.1.1.0", "Timeout"),
    "wrong user": (("snmpget", *V3, "-u", "root", "-r0", "-t0.3"), ".1.3.6.1.2.1.1.1.0", "Timeout"),
    "wrong digest": (("snmpget", *V3, "-A", "other-password", "-r0"), ".1.3.6.1.2.1.1.1.0", "Authentication failure"),
    "wrong privacy key": (("snmpget", *V3, "-X", "other-password", "-r0"), ".1.3.6.1.2.1.1.1.0", "Decryption error"),
    "too low a level": (("snmpget", *V3, "-l", "authNoPriv"), ".1.3.6.1.2.1.1.1.0", "authorizationError"),
    "unknown context": (("snmpget", *V3, "-n", "vrf1", "-r0"), ".1.3.6.1.2.1.1.1.0", "Bad context"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_access_is_refused(site: Site, case: str) -> None:
    (program, *flags), name, expected = REFUSED[case]
    code, lines, err = await site.run(program, *flags, twin=CORE, oids=(name,))
    assert code != 0 or "ERS-8610" not in "".join(lines)
    assert re.search(expected, "\n".join([*lines, err]))


@pytest.mark.parametrize(
    ("flags", "status"), [(V2C, "noAccess"), (("-v1", "-c", "lab-read"), "noSuchName"), (V3, "noAccess")]
)
async def test_nothing_can_be_written(site: Site, flags: tuple[str, ...], status: str) -> None:
    code, lines, err = await site.run("snmpset", *flags, twin=CORE, oids=(".1.3.6.1.2.1.1.5.0", "s", "mine"))
    assert code != 0
    assert status in "\n".join([*lines, err])


async def test_rubbish_gets_no_answer_and_harms_nobody(site: Site) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for rubbish in (b"", b"\x00", b"0\x82\xff", b"\x30\x03\x02\x01\x03", os.urandom(200), b"\x30\x03\x02\x01\x01"):
            sender.sendto(rubbish, (CORE.address, site.agents.port("core")))
    assert await site.get(CORE, ".1.3.6.1.2.1.1.7.0") == ["INTEGER: 6"]


async def test_values_follow_the_state(site: Site) -> None:
    stub = site.stubs["core"]
    state = (".1.3.6.1.2.1.2.2.1.7.65", ".1.3.6.1.2.1.2.2.1.8.65", ".1.3.6.1.2.1.31.1.1.1.15.65")
    assert await site.get(CORE, ".1.3.6.1.2.1.1.5.0", *state) == [
        'STRING: "core"',
        "INTEGER: 1",
        "INTEGER: 1",
        "Gauge32: 100",
    ]
    stub.names = {"sysName": "lx-core", "sysContact": "noc", "sysLocation": "hall"}
    stub.ports = {
        "1/1": {"alias": "to edge", "oper_up": False},
        "1/2": {"admin_up": False, "oper_up": False, "speed_bps": 100_000_000},
    }
    stub.vlans = {10: {"name": "office", "untagged": ["1/1"], "tagged": ["2/1"], "routed": True}, 4: {"name": "empty"}}
    names = tuple(f".1.3.6.1.2.1.1.{arc}.0" for arc in (4, 5, 6))
    assert await site.get(CORE, *names) == ['STRING: "noc"', 'STRING: "lx-core"', 'STRING: "hall"']
    assert await site.get(CORE, *state) == ["INTEGER: 2", "INTEGER: 2", "Gauge32: 0"]
    assert await site.get(CORE, ".1.3.6.1.2.1.31.1.1.1.18.64", f"{RC}.4.10.1.1.35.64") == ['STRING: "to edge"'] * 2
    vlans = await site.walk(CORE, f"{RC}.3.2.1")
    assert vlans[f"{RC}.3.2.1.2.10"] == 'STRING: "office"'
    assert vlans[f"{RC}.3.2.1.6.10"] == "INTEGER: 2058"
    octets = bytes.fromhex("".join(vlans[f"{RC}.3.2.1.11.10"].removeprefix("Hex-STRING: ").split()))
    assert (len(octets), octets[8], octets[16]) == (88, 0x80, 0x80)  # ifIndex 64 and 128
    assert vlans[f"{RC}.3.2.1.11.4"] == "Hex-STRING: 00 "
    ports = await site.walk(CORE, f"{RC}.3.3.1")
    told = [ports[f"{RC}.3.3.1.{arc}.128"] for arc in (2, 3, 4, 7, 8)]
    assert told == ["INTEGER: 1", "Hex-STRING: 00 0A ", "INTEGER: 2", "INTEGER: 10", "INTEGER: 1"]
    assert (await site.get(CORE, ".1.3.6.1.2.1.2.2.1.3.2058")) == ["INTEGER: 136"]
    stub.vlans = {}
    (left,) = (await site.walk(CORE, f"{RC}.3.2.1")).values()  # an empty walk asks for its root
    assert left.startswith("No Such Object")


async def test_counters_only_grow_and_stop_with_the_link(site: Site) -> None:
    name, seen = ".1.3.6.1.2.1.31.1.1.1.6.64", []
    for link in (True, True, False, False, True):
        site.stubs["core"].ports = {"1/1": {"oper_up": link}}
        seen.append(int((await site.get(CORE, name))[0].split()[-1]))
        site.clock.now += 300
        await site.get(CORE, name)
    grew = [later > earlier for earlier, later in itertools.pairwise(seen)]
    assert grew == [True, True, False, False]
    assert seen[2] == seen[3] == seen[4]


async def test_uptime_ticks_and_a_reboot_starts_anew(site: Site) -> None:
    async def ticks() -> int:
        return int((await site.get(EDGE, ".1.3.6.1.2.1.1.3.0", flags=V3))[0].split("(")[1].split(")")[0])

    before = await ticks()
    site.clock.now += 12.5
    assert await ticks() == before + 1250
    site.agents.reboot("edge")
    site.clock.now += 2
    assert await ticks() == 200


async def ups_reading(site: Site) -> dict[str, int]:
    names = {
        "status": "2.1",
        "since": "2.2",
        "minutes": "2.3",
        "charge": "2.4",
        "amps": "2.6",
        "bads": "3.1",
        "source": "4.1",
        "alarms": "6.1",
    }
    answers = await site.get(UPS, *(f"{UPS_MIB}.{arcs}.0" for arcs in names.values()))
    return dict(zip(names, (int(answer.split()[-1]) for answer in answers), strict=True))


async def test_a_ups_goes_on_battery_runs_low_dies_and_comes_back(site: Site) -> None:
    site.agents.set_ups("ups", mains=False)
    site.clock.now += 125
    first = await ups_reading(site)
    assert (first["since"], first["minutes"], first["source"], first["status"], first["bads"]) == (125, 4, 5, 2, 1)
    assert first["amps"] < 0
    alarms = await site.walk(UPS, f"{UPS_MIB}.6.2")
    descriptions = [value for name, value in alarms.items() if ".6.2.1.2." in name]
    assert descriptions == ["OID: .1.3.6.1.2.1.33.1.6.3.2", "OID: .1.3.6.1.2.1.33.1.6.3.6"]
    site.clock.now += 190
    low = await ups_reading(site)
    assert (low["minutes"], low["status"], low["alarms"]) == (1, 3, 3)
    site.clock.now += 600
    dead = await ups_reading(site)
    assert (dead["minutes"], dead["charge"], dead["status"], dead["source"]) == (0, 0, 4, 2)
    site.agents.set_ups("ups", mains=True)
    site.clock.now += 3600
    back = await ups_reading(site)
    assert (back["since"], back["source"], back["status"], back["alarms"], back["bads"]) == (0, 3, 2, 0, 1)
    assert 0 < back["charge"] < 100
    assert back["amps"] > 0


async def test_a_scenario_may_set_charge_temperature_and_bypass(site: Site) -> None:
    site.agents.set_ups("ups", charge=50, temperature=47, bypass=True, battery_bad=True)
    reading = await ups_reading(site)
    assert (reading["charge"], reading["minutes"], reading["source"], reading["alarms"]) == (50, 3, 4, 3)


HEALTH = {
    "core": (CORE, {
        f"{RC}.100.1.2.0": "Gauge32: 61", f"{RC}.1.20.0": "Gauge32: 97",
        f"{RC}.4.7.1.1.2.2": "INTEGER: 3", f"{RC}.4.8.1.1.2.1": "INTEGER: 4",
    }),
    "edge": (EDGE, {
        ".1.3.6.1.4.1.45.1.6.3.7.1.1.5.5.10.0": "INTEGER: 123", ".1.3.6.1.4.1.45.1.6.3.8.1.1.5.3.10.0": "Gauge32: 97",
        ".1.3.6.1.4.1.45.1.6.3.3.1.1.10.6.11.0": "INTEGER: 9", ".1.3.6.1.4.1.45.1.6.3.3.1.1.10.4.10.0": "INTEGER: 9",
    }),
    "aggregation": (AGGREGATION, {
        ".1.3.6.1.4.1.2011.5.25.31.1.1.1.1.11.68419593": "INTEGER: 61",
        ".1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5.68419593": "INTEGER: 97",
        ".1.3.6.1.4.1.2011.5.25.31.1.1.10.1.7.31.1": "INTEGER: 2",
        ".1.3.6.1.4.1.2011.5.25.31.1.1.1.1.2.70516745": "INTEGER: 2",
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", HEALTH)
async def test_a_scenario_may_heat_a_switch_and_break_its_parts(site: Site, name: str) -> None:
    twin, expected = HEALTH[name]
    site.agents.set_health(name, temperature=61, cpu=97, failed_fans=frozenset({2}), failed_supplies=frozenset({1}))
    assert await site.get(twin, *expected) == list(expected.values())


MISTAKES: dict[str, tuple[Callable[[Agents], None], str]] = {
    "no such device": (lambda agents: agents.set_ups("nobody", mains=False), "nobody: no SNMP agent"),
    "no UPS": (lambda agents: agents.set_ups("core", mains=False), "core: is no UPS"),
    "no such UPS fact": (lambda agents: agents.set_ups("ups", colour="red"), "unknown fact"),
    "a load out of range": (lambda agents: agents.set_ups("ups", load=300), "load must be"),
    "no such health fact": (lambda agents: agents.set_health("core", mood="bad"), "unknown fact"),
    "no reboot of a mute device": (lambda agents: agents.reboot("hvac"), "hvac: no SNMP agent"),
}


@pytest.mark.parametrize("case", MISTAKES)
async def test_a_mistaken_scenario_says_what_to_do(site: Site, case: str) -> None:
    mistake, message = MISTAKES[case]
    with pytest.raises(LabError, match=message):
        mistake(site.agents)


async def test_a_taken_port_and_an_unknown_view_are_named(site: Site) -> None:
    port = site.agents.port("core")
    with pytest.raises(LabError, match=rf"core: {CORE.address} port {port}/udp is in use by process \d+ \("):
        await start([(CORE, None)], CREDENTIALS, port)
    with pytest.raises(LabError, match=r"odd: unknown SNMP views \['weather'\]"):
        await start([(Twin("odd", "", "", "", "", "127.83.0.9", snmp=("weather",)), None)], CREDENTIALS, port)


async def test_forty_agents_start_within_two_seconds() -> None:
    twins = [replace(EDGE, name=f"edge{number}", address=f"127.83.1.{number}") for number in range(1, 41)]
    began = time.process_time()
    agents = await start([(twin, None) for twin in twins], CREDENTIALS, 0)
    took = time.process_time() - began
    assert len(agents.names()) == 40
    await agents.close()
    assert took < 2


INDEXES = [
    (CORE, "1/1", 64), (CORE, "10/48", 687), (EDGE, "50", 50), (STACK, "1/48", 48), (STACK, "2/1", 129),
    (Twin("b", "", "nortel_ers", "BayStack 470-48T", "3.7.5.13", ""), "2/1", 65),
    (Twin("b", "", "nortel_ers", "BayStack 450-24T", "4.5.4.06", ""), "2/1", 33),
    (CORE, "mgmt", None),
]  # fmt: skip


@pytest.mark.parametrize(("twin", "port", "expected"), INDEXES)
def test_ifindex_arithmetic(twin: Twin, port: str, expected: int | None) -> None:
    assert nortel_index(twin, port) == expected


@pytest.mark.parametrize(
    ("indexes", "size", "expected"),
    [
        (range(1, 25), 4, "7fffff80"),  # a BayStack of 24 ports, as its agent answered
        ((), 88, "00"),
        ((0,), 1, "80"),
        ((300,), 32, "00" * 37 + "08"),
    ],
)
def test_port_set(indexes: tuple[int, ...], size: int, expected: str) -> None:
    assert port_set(indexes, size).hex() == expected


def test_the_tree_is_rebuilt_only_when_the_state_changed() -> None:
    stub = Stub()
    device = Device(CORE, stub.itself, Clock(), VIEWS)
    first = device.tree()
    assert device.tree() is first
    stub.vlans = {7: {"name": "seven"}}
    assert len(device.tree()) == len(first) + 15 + 41  # a row of rcVlanTable, one of ifTable and ifXTable
