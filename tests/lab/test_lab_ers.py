"""The emulated stackable, judged by netmiko's own driver and by the public templates for its outputs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncssh
import pytest
from netmiko import ConnectHandler
from ntc_templates.parse import parse_output

from lab.personalities.nortel_ers import Stackable
from lab.personalities.nortel_ers.cli import Cli
from lab.personalities.nortel_ers.session import Session
from lab.server import Lab, running_lab
from lab.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTS = tuple(str(n) for n in range(1, 51))
SETUP = (
    'snmp-server name "acc01"',
    'snmp-server location "floor 1"',
    "vlan configcontrol automatic",
    "vlan create 143,255 type port",
    'vlan name 143 "Dados"',
    "vlan ports 49-50 tagging tagAll filter-untagged-frame enable",
    "vlan members 143 1-48",
    "vlan members add 255 49-50",
    "vlan members remove 1 49-50",
    "vlan mgmt 255",
    'mlt 1 name "UPLINK" enable member 49-50',
    "logging remote address 10.0.0.9",
    "logging remote enable",
    "logging remote level serious",
)


def twin(software: str = "5.7.1.021", ports: tuple[str, ...] = PORTS) -> Twin:
    return Twin("acc01", "switch", "nortel_ers", "ERS-4550T", software, "127.83.1.1", "10.129.2.41/24", ports)


class Typist:
    """Types lines at a switch without a network: what the box itself answers, unpaged."""

    def __init__(self, device: Stackable, mode: str = "config") -> None:
        self.cli = Cli(device.box, mode=mode, length=0)
        self._do = Session._do  # noqa: SLF001 - the one entry below the terminal

    def __call__(self, line: str) -> str:
        return self._do(self.cli, line)


@pytest.fixture
def device() -> Stackable:
    return Stackable(twin())


@pytest.fixture
def typed(device: Stackable) -> Typist:
    return Typist(device)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with running_lab([twin()], port=0, snmp_port=None) as running:
        yield running


def dial(lab: Lab) -> dict[str, object]:
    spot = lab.endpoints["acc01"]
    return {
        "device_type": "extreme_ers",
        "host": spot.address,
        "port": spot.ssh_port,
        "username": lab.credentials.username,
        "password": lab.credentials.password,
    }


@pytest.mark.lab
def test_netmikos_own_driver_logs_in_configures_and_reads_the_configuration_whole(lab: Lab) -> None:
    device = lab.personalities["acc01"]
    assert isinstance(device, Stackable)
    device.box.name = "acc01"  # a name that changes under way loses netmiko its prompt
    with ConnectHandler(**dial(lab)) as session:
        session.enable()
        sent = session.send_config_set(SETUP)
        text = session.send_command("show running-config")
        saved = session.save_config()
        shown = {
            command: parse_output("avaya_ers", command, str(session.send_command(command)))
            for command in ("show vlan", "show mlt", "show sys-info", "show logging config")
        }
    assert "%" not in sent
    assert text.startswith("! Embedded ASCII Configuration Generator Script")
    assert text.rstrip().endswith("! *** LINK STATE TRACKING ***\n!")
    assert "vlan members 143 1-48" in text.splitlines()
    assert "successful" in saved
    assert {row["vlan_id"]: row["vlan_port_members"] for row in shown["show vlan"]} == {
        "1": ["NONE"],
        "143": ["1-48"],
        "255": ["49-50"],
    }
    assert [row["vlan_id"] for row in shown["show vlan"] if row["vlan_mgmt"] == "Yes"] == ["255"]
    assert shown["show mlt"][0] == {
        "id": "1",
        "name": "UPLINK",
        "active_members": "49-50",
        "inactive_members": "",
        "bpdu": "All",
        "mode": "B",
        "status": "Enabled",
        "type": "Trunk",
        "lacp_key": "NONE",
    }
    assert len(shown["show mlt"]) == 32
    assert (shown["show sys-info"][0]["sys_name"], shown["show sys-info"][0]["sys_location"]) == (
        "acc01",
        "floor 1",
    )
    assert shown["show logging config"][0]["remote_address"] == "10.0.0.9"
    assert shown["show logging config"][0]["remote_types"] == "Critical, Serious"


def test_the_public_template_reads_the_stations_seen(device: Stackable, typed: Typist) -> None:
    device.box.learned += [("00:0e:c4:ce:ad:39", 15, "47"), ("00:c0:b7:4c:91:cf", 1, "7")]
    rows = parse_output("avaya_ers", "show mac-address-table", typed("show mac-address-table"))
    assert [(r["mac_address"], r["vid"], r["type"], r["port"]) for r in rows] == [
        ("50-61-84-DD-58-00", "1", "Self", ""),
        ("00-C0-B7-4C-91-CF", "1", "Dynamic", "7"),
        ("00-0E-C4-CE-AD-39", "15", "Dynamic", "47"),
    ]


def test_the_public_template_reads_port_names_and_long_member_lists(typed: Typist) -> None:
    for line in ("vlan configcontrol flexible", "vlan create 10 type port", "interface Ethernet 3"):
        assert typed(line) == ""
    typed('name "to the core"')
    typed("exit")
    odd = ",".join(str(n) for n in range(1, 50, 2))
    typed(f"vlan members 10 {odd}")
    names = parse_output("avaya_ers", "show interface name", typed("show interfaces name"))
    assert {row["port"]: row["name"] for row in names if row["name"]} == {"3": "to the core"}
    vlans = parse_output("avaya_ers", "show vlan", typed("show vlan"))
    assert ",".join(part.strip(",") for part in vlans[1]["vlan_port_members"]) == odd


@pytest.mark.parametrize(
    ("control", "vlans", "pvid"),
    [
        ("strict", None, 1),
        ("automatic", [20], 20),
        ("autopvid", [10, 20], 20),
        ("flexible", [10, 20], 10),
    ],
)
def test_an_untagged_port_joins_a_second_vlan_as_the_switch_is_told(
    device: Stackable, typed: Typist, control: str, vlans: list[int] | None, pvid: int
) -> None:
    for line in ("vlan create 10,20 type port", "vlan members remove 1 3", "vlan members add 10 3"):
        assert typed(line) == ""
    assert device.box.ports["3"].pvid == 10
    assert typed(f"vlan configcontrol {control}") == ""
    answer = typed("vlan members add 20 3")
    if vlans is None:
        assert answer.startswith("% Cannot modify settings\n% ")
        assert (device.box.vlans_of("3"), device.box.ports["3"].pvid) == ([10], 10)
    else:
        assert (answer, device.box.vlans_of("3"), device.box.ports["3"].pvid) == ("", vlans, pvid)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("vlan members add 77 1", "% No such VLAN"),
        ("vlan create 10- type port", "% Bad VLAN list format."),
        ("vlan members add 1 51", "% Bad port number."),
        ("vlan members add 1 2/1", "% Bad format, use forms: 1,3-5,ALL,NONE"),
        ("vlan delete 1", "% Cannot modify settings\n% VLAN 1 is the default VLAN"),
        ("vlan frob 1", " " * 19 + "^\n% Invalid input detected at '^' marker."),
        ("vlan members", "% Incomplete command."),
        ("no mlt 3", "% MLT 3 does not exist or it is not enabled"),
        ("show vlan id 9", "% No such VLAN"),
        ("terminal more disable", " " * 23 + "^\n% Invalid input detected at '^' marker."),
        ("! a comment", ""),
        ("", ""),
    ],
)
def test_a_refused_line_is_answered_in_the_switchs_own_words(typed: Typist, line: str, answer: str) -> None:
    assert typed.cli.prompt == "4550T(config)#"
    assert typed(line) == answer


def test_replaying_the_configuration_text_gives_the_same_switch(typed: Typist) -> None:
    for line in SETUP:
        assert typed(line) == ""
    typed("interface Ethernet 1-2")
    typed("shutdown")
    typed("exit")
    text = typed("show running-config")
    fresh = Typist(Stackable(twin()), mode="user")
    for line in text.splitlines():
        if not line.startswith(("lacp mode", "spanning-tree mode")):  # known to be on every box, kept by none here
            assert fresh(line) == "" or line == "configure terminal", line
    assert fresh("show running-config") == text


def test_a_secret_is_never_in_the_configuration_text(typed: Typist) -> None:
    for line in (
        "snmp-server community hush ro",
        "radius server host key hush",
        "snmp-server host 10.0.0.8 v2c hush",
    ):
        assert typed(line) == ""
    text = typed("show running-config")
    assert "hush" not in text
    assert text.count("********") == 3


def test_a_stack_names_its_units() -> None:
    ports = tuple(f"{unit}/{n}" for unit in (1, 2) for n in range(1, 5))
    typed = Typist(Stackable(twin(ports=ports)))
    for line in ("vlan create 10 type port", "vlan members remove 1 1/2-3,2/ALL", "vlan members add 10 2/ALL"):
        assert typed(line) == ""
    text = typed("show running-config")
    assert "vlan members 1 1/1,1/4" in text
    assert "vlan members 10 2/ALL" in text
    assert "ip address stack 10.129.2.41" in text
    assert typed("vlan members add 10 3/1") == "% Bad unit number."


def test_what_the_snmp_agent_is_told(device: Stackable, typed: Typist) -> None:
    for line in SETUP:
        typed(line)
    facts = device.snapshot()
    assert (facts["sysName"], facts["sysLocation"]) == ("acc01", "floor 1")
    vlans = facts["vlans"]
    assert isinstance(vlans, dict)
    address = "10.129.2.41/255.255.255.0"
    assert vlans[255] == {"name": "VLAN #255", "untagged": [], "tagged": ["49", "50"], "address": address}
    assert vlans[143]["untagged"] == [str(n) for n in range(1, 49)]


async def test_pages_wait_for_a_key_and_an_old_release_starts_in_a_menu() -> None:
    async with Lab([twin(software="4.0.1.0")], port=0, snmp_port=None) as lab:
        spot = lab.endpoints["acc01"]
        async with asyncssh.connect(
            spot.address,
            spot.ssh_port,
            username=lab.credentials.username,
            password=lab.credentials.password,
            known_hosts=None,
        ) as connection:
            process = await connection.create_process()
            for wait, typing in (
                ("Enter Ctrl-Y to begin.", "\x19"),
                ("Command Line Interface...", "c"),
                ("4550T>", "enable\n"),
                ("4550T#", "show running-config\n"),
                ("----More (q=Quit, space/return=Continue)----", "q"),
                ("4550T#", "logout\n"),
                ("Logout...", "l"),
            ):
                await asyncio.wait_for(process.stdout.readuntil(wait), 60)
                process.stdin.write(typing)
            await asyncio.wait_for(process.wait(), 60)
            assert process.exit_status == 0
