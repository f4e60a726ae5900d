"""The emulated VSP, judged by netmiko's own driver, a public template, and govnet's driver over real SSH."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import asyncssh
import pytest
from netmiko import ConnectHandler
from ntc_templates.parse import parse_output
from support.voss_configs import ERS, VSP, core

from govnet.config.diff import diff
from govnet.config.ops import apply, inverse
from govnet.errors import CommandRefusedError
from govnet.platforms.base import Command
from govnet.platforms.registry import platform
from lab.personalities.extreme_voss import Vsp
from lab.personalities.extreme_voss.cli import Cli
from lab.personalities.extreme_voss.session import Session
from lab.server import Lab, running_lab
from lab.twin import Twin
from nornir_tasks.session import enter, leave, running_text, send
from sessions import drivers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govnet.config.changes import Change
    from govnet.config.hardware import Hardware
    from govnet.config.model import DeviceConfig
    from sessions.drivers.base import GovnetSSH

drivers.register()

SETUP = (
    'prompt "core01"',
    'snmp-server location "room 1"',
    "ip vrf prv vrfid 3",
    'vlan create 10 name "Staff LAN" type port-mstprstp 0',
    "vlan members remove 1 1/1-2/4",
    "interface GigabitEthernet 1/1-1/2",
    "encapsulation dot1q",
    "no shutdown",
    "exit",
    "vlan members add 10 1/1-1/2,1/4 portmember",
    "interface GigabitEthernet 1/1",
    'name "to core02"',
    "default-vlan-id 10",
    "untag-port-default-vlan enable",
    "exit",
    "interface Vlan 10",
    "vrf prv",
    "ip address 10.8.10.1/24",
    "exit",
    "interface loopback 1",
    "ip address 1 10.8.0.1/255.255.255.255",
    "exit",
    "mlt 1 enable name uplink",
    "mlt 1 member 1/1-1/2",
)


def twin(hardware: Hardware = VSP, software: str = "") -> Twin:
    return Twin(
        "core01",
        "core",
        "extreme_voss",
        hardware.model,
        software or hardware.software,
        "127.83.7.1",
        "10.129.2.1/24",
        hardware.ports,
        hardware.cards,
    )


class Typist:
    """Types lines at a switch without a network: what the box itself answers, unpaged."""

    def __init__(self, device: Vsp, mode: str = "config") -> None:
        self.cli = Cli(device.box, mode=mode, more=False)

    def __call__(self, line: str, answer: str = "") -> str:
        said = Session.do(self.cli, line)
        if self.cli.question is None:
            assert not answer
            return said
        (question, reply), self.cli.question = self.cli.question, None
        return f"{said}{question}{reply(answer)}"


@pytest.fixture
def device() -> Vsp:
    return Vsp(twin())


@pytest.fixture
def typed(device: Vsp) -> Typist:
    return Typist(device)


@pytest.fixture
def lab() -> Iterator[Lab]:
    with running_lab([twin()], port=0, snmp_port=None) as running:
        yield running


def dial(lab: Lab, device_type: str) -> dict[str, Any]:
    spot = lab.endpoints["core01"]
    return {
        "device_type": device_type,
        "host": spot.address,
        "port": spot.ssh_port,
        "username": lab.credentials.username,
        "password": lab.credentials.password,
    }


@pytest.mark.lab
@pytest.mark.parametrize("device_type", ["extreme_vsp", "avaya_vsp"])
def test_netmikos_own_driver_logs_in_configures_and_reads_the_configuration_whole(lab: Lab, device_type: str) -> None:
    device = cast("Vsp", lab.personalities["core01"])
    device.box.name, device.box.named = "core01", True  # a name that changes under way loses netmiko its prompt
    with ConnectHandler(**dial(lab, device_type)) as session:
        session.enable()
        session.send_config_set(SETUP[1:])
        text = str(session.send_command("show running-config", read_timeout=20))
        assert "Save config to file /intflash/config.cfg successful." in session.save_config()
    lines = [line.strip() for line in text.strip().splitlines()]
    assert lines[0] == "Preparing to Display Configuration..."
    assert lines[-1] == "end"
    assert "--More--" not in text
    assert 'vlan create 10 name "Staff LAN" type port-mstprstp 0' in lines
    assert "ip address 10.8.10.1 255.255.255.0 0" in lines
    assert device.box.saved.splitlines()[20:] == Typist(device)("show running-config").splitlines()[20:]


def test_the_public_template_reads_the_software(typed: Typist) -> None:
    (row,) = parse_output("avaya_vsp", "show software", typed("show software"))
    assert row["release_location"] == "/intflash/release/"
    assert row["primary_release"] == "VOSS8K.7.0.0.0.GA"
    assert row["backup_release"] == "VOSS8K.4.2.2.0.GA"
    assert row["auto_commit"] == "enabled"


def test_what_was_configured_is_what_the_tables_show(typed: Typist) -> None:
    for line in SETUP:
        assert typed(line) == "", line
    vlans = typed("show vlan basic").splitlines()
    assert "10    Staff LAN        byPort       0       none         N/A             N/A             3" in vlans
    assert vlans[-1] == "All 2 out of 2 Total Num of Vlans displayed"
    assert "10   1/1-1/2,1/4        1/1-1/2,1/4" in typed("show vlan members").splitlines()
    assert "1/1     enable  false   false      10      10            normal  enable" in typed(
        "show interfaces gigabitEthernet vlan 1/1"
    )
    ports = typed("show interfaces gigabitEthernet interface 1/2-1/3").splitlines()
    assert [line.split()[:2] + line.split()[-2:] for line in ports[-2:]] == [
        ["1/2", "193", "up", "up"],
        ["1/3", "194", "down", "down"],
    ]
    assert "to core02" in typed("show interfaces gigabitEthernet name 1/1")
    assert "prv                              3      1" in typed("show ip vrf")
    assert "Vlan10       10.8.10.1      255.255.255.0" in typed("show ip interface vrf prv")
    assert "Clip1        10.8.0.1       255.255.255.255" in typed("show ip interface")
    assert "SysLocation  : room 1" in typed("show sys-info")
    assert "uplink" in typed("show mlt")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("vlan members add 77 1/1 portmember", "% Vlan 77 does not exist"),
        ("interface Vlan 77", "% Vlan 77 does not exist"),
        ("router vrf red", '% Vrf "red" does not exist'),
        ("vlan create 10 type port 1", "Command not allowed MSTP RSTP mode."),
        ("vlan create 1 type port-mstprstp 0", "Error: VLAN 1 already exists"),
        ("vlan delete 1", "Error: the default VLAN cannot be deleted"),
        ("vlan members add 1 1/9", "object 1/9 is out of range"),
        ("vlan frob", " " * 27 + "^\n% Invalid input detected at '^' marker."),
        ("terminal length 0", " " * 31 + "^\n% Invalid input detected at '^' marker."),
        ("vlan members", "% Incomplete command."),
        ("filter acl ace 1 1", "Error: ACL 1 does not exist"),
        ("# a comment", ""),
        ("", ""),
    ],
)
def test_a_refused_line_is_answered_in_the_switchs_own_words(typed: Typist, line: str, answer: str) -> None:
    assert typed.cli.prompt == "VSP-8284XSQ:1(config)#"
    assert typed(line) == answer
    assert (platform("extreme_voss").refusal(answer) is None) is (not answer)


def test_an_untagged_port_is_in_one_vlan_and_a_port_of_several_cannot_stop_tagging(device: Vsp, typed: Typist) -> None:
    for vid in (10, 20):
        assert typed(f"vlan create {vid} type port-mstprstp 0") == ""
    assert typed("vlan members add 10 1/1").startswith("Error: port 1/1 is untagged")
    assert typed("vlan members remove 1 1/1") == typed("vlan members add 10 1/1") == ""
    assert device.box.ports["1/1"].default_vlan == 10
    for line in ("interface GigabitEthernet 1/1", "encapsulation dot1q", "exit", "vlan members add 20 1/1"):
        assert typed(line) == ""
    typed("interface GigabitEthernet 1/1")
    assert typed("no encapsulation dot1q") == "Error: port 1/1 is a member of several VLANs"
    assert typed("default-vlan-id 1") == "Error: port 1/1 is not a member of VLAN 1"


def test_questions_are_asked_before_a_vrf_or_a_filter_goes(device: Vsp, typed: Typist) -> None:
    typed("ip vrf red vrfid 4")
    typed("filter acl 1 type inPort")
    assert typed("no ip vrf red", "n").endswith("Continue (y/n) ? ")
    assert typed("no filter acl 1", "n") == "Do you wish to delete this ACL? (y/n) ? "
    assert ("red" in device.box.vrfs, 1 in device.box.acls) == (True, True)
    typed("no ip vrf red", "y")
    typed("no filter acl 1", "y")
    assert ("red" in device.box.vrfs, 1 in device.box.acls) == (False, False)


def test_an_entry_does_nothing_until_it_is_enabled_and_is_not_changed_while_it_is(typed: Typist) -> None:
    typed("filter acl 1 type inPort")
    typed("filter acl ace 1 1")
    assert typed("filter acl ace 1 1 enable") == "Error: the ACE has no action"
    typed("filter acl ace action 1 1 deny")
    assert "filter acl ace 1 1 enable" not in typed("show running-config")
    assert typed("filter acl ace 1 1 enable") == ""
    assert typed("filter acl ace action 1 1 permit") == "Error: the ACE is enabled"
    assert "filter acl ace 1 1 enable" in typed("show running-config")


def test_replaying_the_configuration_text_gives_the_same_switch(typed: Typist) -> None:
    for line in SETUP:
        assert typed(line) == ""
    text = typed("show running-config")
    fresh = Typist(Vsp(twin()), mode="exec")
    for line in text.partition("#!end")[2].splitlines():
        if line.strip() not in {"config terminal", "auto-negotiate"}:
            said = fresh(line)
            assert said == "", line
        elif line == "config terminal":
            fresh("configure terminal")
    assert fresh("show running-config").splitlines()[3:] == text.splitlines()[3:]


@pytest.mark.parametrize(
    ("hardware", "software", "prompt", "timed"),
    [
        (VSP, "7.0.0.0", "VSP-8284XSQ:1#", False),
        (VSP, "8.10.1.0", "VSP-8284XSQ:1#", True),
        (ERS, "", "ERS-8806:5#", True),
    ],
)
def test_prompt_and_time_depend_on_the_box(hardware: Hardware, software: str, prompt: str, *, timed: bool) -> None:
    typed = Typist(Vsp(twin(hardware, software)), mode="exec")
    assert typed.cli.prompt == prompt
    assert ("Command Execution Time: " in typed("show vlan basic")) is timed


def test_what_the_snmp_agent_is_told(device: Vsp, typed: Typist) -> None:
    for line in SETUP:
        typed(line)
    facts = cast("dict[str, Any]", device.snapshot())
    assert (facts["sysName"], facts["sysLocation"]) == ("core01", "room 1")
    assert facts["vlans"][10] == {
        "name": "Staff LAN",
        "untagged": ["1/1", "1/4"],
        "tagged": ["1/2"],
        "routed": True,
        "address": "10.8.10.1/24",
    }
    first = {"name": "1/1", "alias": "to core02", "admin_up": True, "oper_up": True, "trunk": "MLT 1"}
    assert facts["ports"][0] == first


async def test_pages_wait_for_a_key() -> None:
    async with Lab([twin()], port=0, snmp_port=None) as lab:
        spot = lab.endpoints["core01"]
        async with asyncssh.connect(
            spot.address,
            spot.ssh_port,
            username=lab.credentials.username,
            password=lab.credentials.password,
            known_hosts=None,
        ) as connection:
            process = await connection.create_process()
            for wait, typing in (
                ("VSP-8284XSQ:1>", "enable\n"),
                ("VSP-8284XSQ:1#", "show running-config\n"),
                ("--More-- (q = quit) ", " "),
                ("--More-- (q = quit) ", "q"),
                ("VSP-8284XSQ:1#", "configure\n"),
                ("Configuring from terminal or network [terminal]? ", "\n"),
                ("VSP-8284XSQ:1(config)#", "logout\n"),
            ):
                await asyncio.wait_for(process.stdout.readuntil(wait), 60)
                process.stdin.write(typing)
            await asyncio.wait_for(process.wait(), 60)
            assert process.exit_status == 0


class Circle:
    """One box and one session with it: read, change, read again."""

    def __init__(self, hardware: Hardware, session: GovnetSSH) -> None:
        self.hardware, self.session = hardware, session
        self.words = platform("extreme_voss", hardware)

    def running(self) -> DeviceConfig:
        found = self.words.read(running_text(self.session, self.words), self.hardware)
        assert found.unread == ()
        return found.config

    def make(self, changes: list[Change], before: DeviceConfig) -> int:
        commands = self.words.say(changes, before)
        enter(self.session, self.words)
        sent = send(self.session, self.words, commands, "core01")
        leave(self.session, self.words)
        send(self.session, self.words, self.words.save, "core01")
        return sent


@pytest.mark.lab
@pytest.mark.parametrize("hardware", [VSP, ERS], ids=["vsp", "ers"])
def test_running_plan_apply_and_back_over_real_sessions(hardware: Hardware) -> None:
    with running_lab([twin(hardware)], port=0, snmp_port=None) as lab:
        session = cast("GovnetSSH", ConnectHandler(**dial(lab, "extreme_voss")))
        circle = Circle(hardware, session)
        before = circle.running()
        assert before == circle.words.factory(hardware)
        wanted = core()
        assert circle.words.refuse(wanted, hardware) == []
        changes = diff(before, wanted)
        assert circle.make(changes, before) > 80
        assert circle.running() == wanted == apply(before, changes)
        device = cast("Vsp", lab.personalities["core01"])
        assert 'prompt "lx-adc-u-core01"' in device.box.saved
        circle.make(inverse(changes), wanted)
        assert circle.running() == before
        session.disconnect()


@pytest.mark.lab
def test_a_refusal_stops_what_is_sent_and_is_told(lab: Lab) -> None:
    words = platform("extreme_voss")
    session = cast("GovnetSSH", ConnectHandler(**dial(lab, "extreme_voss")))
    enter(session, words)
    commands = [Command("vlan create 10 type port-mstprstp 0"), Command("vlan frob"), Command("vlan delete 10")]
    with pytest.raises(CommandRefusedError, match=r"core01.*refused command 2 of 3, `vlan frob`: % Invalid input"):
        send(session, words, commands, "core01")
    session.disconnect()
    assert sorted(cast("Vsp", lab.personalities["core01"]).box.vlans) == [1, 10]
