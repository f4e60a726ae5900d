"""The emulated Passport 8600: what it accepts, refuses and shows, and that it is its own inverse."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from lab.personalities.nortel_passport import Passport
from lab.personalities.nortel_passport.session import Session
from lab.server import running_lab
from lab.twin import Twin

if TYPE_CHECKING:
    from pathlib import Path

PORTS = tuple(f"{slot}/{n}" for slot, count in ((1, 8), (3, 48)) for n in range(1, count + 1))
FACTORY = (
    "ethernet 1/1 perform-tagging enable",
    'ethernet 1/1 name "to core02"',
    "mlt 1 create",
    'mlt 1 name "IST"',
    "mlt 1 add ports 1/1-1/2",
    "mlt 1 ist create ip 10.0.0.2 vlan-id 4000",
    "mlt 1 ist enable",
    "vlan 1 ports remove 1/1,3/1-3/4 member portmember",
    'vlan 10 create byport 1 name "prv"',
    "vlan 10 ports add 1/1,3/1-3/4 member portmember",
    "vlan 10 ip create 10.1.0.1/255.255.255.0 mac_offset 3",
    "ethernet 1/1 default-vlan-id 10",
    "ethernet 1/1 untagged-frames-discard enable",
    "ethernet 3/9 state disable",
    "ip static-route create 0.0.0.0/0.0.0.0 next-hop 10.1.0.2 cost 1",
    "ip circuitless-ip-int 1 create 10.129.1.1/255.255.255.255",
    "ip traffic-filter create global src-ip 10.1.0.0/255.255.0.0 dst-ip default id 1",
    "ip traffic-filter filter 1 action mode drop",
    'ip traffic-filter set 100 create name "PRV"',
    "ip traffic-filter set 100 add-filter 1",
    "ethernet 3/1 ip traffic-filter add set 100",
    "diag mirror-by-port 1 create in-port 3/1 out-port 3/48 mode rx enable",
    "ntp server create 10.0.0.3",
    'sys set location "Laixi"',
    "sys set name lx-core01",
    "sys set snmp trap-recv 10.0.0.5 v2c notice",
    "sys syslog host 1 create",
    "sys access-policy policy 2 create",
    "sys access-policy policy 2 network 10.0.0.0/255.255.255.0",
    "sys access-policy policy 2 enable true",
    "sys access-policy enable true",
    "web-server enable",
    "ntp enable true",
    "ethernet 3/1 ip traffic-filter default-action drop",
    "cli more false",
)
BACK = (
    "sys access-policy policy 2 delete",
    "sys access-policy enable false",
    "web-server disable",
    "ntp enable false",
    "ethernet 3/1 ip traffic-filter default-action none",
    "sys syslog host 1 delete",
    "sys set snmp trap-recv 10.0.0.5 delete",
    "ntp server delete 10.0.0.3",
    "diag mirror-by-port 1 delete",
    "ethernet 3/1 ip traffic-filter remove set 100",
    "ip traffic-filter set 100 delete",
    "ip traffic-filter filter 1 delete",
    "ip circuitless-ip-int 1 delete",
    "ip static-route delete 0.0.0.0/0.0.0.0 next-hop 10.1.0.2",
    "ethernet 3/9 state enable",
    "ethernet 1/1 untagged-frames-discard disable",
    "vlan 10 ip delete 10.1.0.1",
    "vlan 10 ports remove 1/1,3/1-3/4 member portmember",
    "vlan 10 delete",
    "ethernet 1/1 perform-tagging disable",
    "vlan 1 ports add 1/1,3/1-3/4 member portmember",
    "mlt 1 delete",
    'ethernet 1/1 name ""',
    'sys set location ""',
    "sys set name ERS-8610",
    "cli more true",
)


def twin(software: str = "4.1.0.0") -> Twin:
    return Twin(
        "core01",
        "switch",
        "nortel_passport",
        "ERS-8610",
        software,
        "127.83.2.1",
        "10.129.2.1/24",
        PORTS,
        {1: "8608GBM", 3: "8648TX"},
    )


class Typist:
    """Types lines at a box without a network."""

    def __init__(self, device: Passport) -> None:
        self.session = Session(device.box, None)  # type: ignore[arg-type]  # nothing is written to it

    def __call__(self, line: str) -> str:
        words = re.findall(r'"[^"]*"|\S+', line)
        return self.session._do([word.strip('"') for word in words])  # noqa: SLF001 - the entry below the terminal

    @property
    def prompt(self) -> str:
        return self.session._prompt()  # noqa: SLF001 - what the terminal would show


@pytest.fixture
def device() -> Passport:
    return Passport(twin())


@pytest.fixture
def typed(device: Passport) -> Typist:
    return Typist(device)


def body(typed: Typist) -> list[str]:
    lines = typed("show config").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("terminal length 0", "terminal not found in path /"),
        ("config vlan 10 create byport 1", ""),
        ("config vlan 1 create byport 1", "\aError: vlan 1 already exists"),
        ("config vlan 4095 create byport 1", "parameter 4095 is out of range"),
        ("config vlan 12 ports add 3/1", "% Vlan 12 does not exist"),
        ("config vlan 1 ports remove 9/1 member portmember", "object 9/1 is out of range"),
        ("config vlan 1 ports remove 3/4-3/1", "object 3/4-3/1 is out of range"),
        ("config vlan 1 delete", "\aError: Unable to delete the default vlan"),
        ("config vlan 1 name x", "\aError: the default vlan cannot be renamed"),
        ("config vlan 1 frob", "frob not found in path /config/vlan/1"),
        ("config ip vrf RED create id 10", "vrf not found in path /config/ip"),
        ("show ip vrf info", "vrf not found in path /show/ip"),
        ("co vlan 1 ports remove 3/1", '"co" is ambiguous in path /'),
        ("config ethernet", "% Incomplete command."),
        ("config eth 1/1 state dis", ""),
        ("config vlan 1 ip create 10.0.0.1/24", "parameter 10.0.0.1/24 is out of range"),
        ("config mlt 7 add ports 1/1", "\aError: MLT 7 does not exist"),
        ("config diag mirror-by-port 4 delete", "\aError: mirror-by-port 4 does not exist"),
        ("more /flash/none.cfg", 'can\'t open "/flash/none.cfg" 0x300042'),
        ("save config", "Save config to file /flash/config.cfg successful."),
    ],
)
def test_each_line_is_answered_in_the_boxs_own_words(typed: Typist, line: str, answer: str) -> None:
    assert typed(line) == answer


def test_an_untagged_port_has_one_vlan_and_a_tagged_one_many(device: Passport, typed: Typist) -> None:
    for vid in (10, 20):
        assert typed(f"config vlan {vid} create byport 1") == ""
    assert "already a member of vlan 1" in typed("config vlan 10 ports add 3/1")
    assert typed("config vlan 1 ports remove 3/1 member portmember") == ""
    assert typed("config vlan 10 ports add 3/1") == ""
    assert "already a member of vlan 10" in typed("config vlan 20 ports add 3/1,3/2")
    assert device.box.vlans_of("3/2") == [1]
    assert typed("config ethernet 3/1 perform-tagging enable") == ""
    assert typed("config vlan 20 ports add 3/1") == ""
    assert device.box.vlans_of("3/1") == [10, 20]
    assert "tagging cannot be disabled" in typed("config ethernet 3/1 perform-tagging disable")


def test_two_interfaces_never_share_a_network(typed: Typist) -> None:
    typed("config vlan 10 create byport 1")
    assert typed("config vlan 1 ip create 10.0.0.1/255.255.255.0") == ""
    assert "overlaps with the ip address of vlan 1" in typed("config vlan 10 ip create 10.0.0.9/255.255.255.248")


def test_a_word_without_a_command_moves_and_a_full_line_does_not(typed: Typist) -> None:
    assert typed.prompt == "ERS-8610:5# "
    typed("config ethernet 1/1")
    assert typed.prompt == "ERS-8610:5/config/ethernet/1/1# "
    assert typed("state disable") == ""
    assert typed.prompt == "ERS-8610:5/config/ethernet/1/1# "
    assert typed("save config") == "save not found in path /config/ethernet/1/1"


def test_the_configuration_text_can_be_replayed_and_undone(device: Passport, typed: Typist) -> None:
    fresh = body(typed)
    for line in FACTORY:
        assert typed(f"config {line}") == "", line
    text = body(typed)
    assert set(FACTORY) <= {re.sub(r"^(sys set name )\"(.*)\"$", r"\1\2", line) for line in text}
    other = Typist(Passport(twin()))
    for line in text[2:-1]:
        if not line.startswith("load-module"):
            assert other(f"config {line}") == "", line
    assert body(other) == text
    for line in BACK:
        assert typed(f"config {line}") == "", line
    assert body(typed) == fresh
    assert device.box.vlans[1].ports == set(PORTS)


def test_the_text_has_the_frame_and_the_quirks_of_the_capture(typed: Typist) -> None:
    typed("config cli more false")
    typed('config sys set location "Costa"')
    text = typed("show config").splitlines()
    assert text[:2] == ["Preparing to Display Configuration...", "#"]
    assert re.fullmatch(r"# [A-Z]{3} [A-Z]{3} \d\d \d\d:\d\d:\d\d \d{4} UTC", text[2])
    assert text[3:5] == ["# box type             : ERS-8010", "# software version     : 4.1.0.0"]
    assert "# Slot  2   --     0x00000001 0x00000000  " in text
    assert "#!flags m-mode false" in text
    assert text[text.index("config") + 1].startswith("load-module 3DES ")
    assert {"cli more false ", 'sys set location "Costa" '} <= set(text)
    assert text[-1] == "back"
    headings = [text[n + 1] for n, line in enumerate(text[:-2]) if line == "#" == text[n + 2]]
    order = [headings.index(f"# {name} CONFIGURATION") for name in ("CLI", "TRAFFIC-FILTER", "MLT", "VLAN", "NTP")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("software", "row"),
    [
        ("3.5.0.0", "3/1   disable false   false     1       1 normal"),
        ("4.1.0.0", "3/1   disable false   false     1       1 normal disable"),
        ("7.2.0.0", "3/1   disable false   false     1       1   disable"),
    ],
)
def test_port_vlans_are_laid_out_by_release(software: str, row: str) -> None:
    text = Typist(Passport(twin(software)))("show ports info vlans port 3/1")
    assert text.splitlines()[-1] == row
    assert text.startswith("*" * 79) == (software == "7.2.0.0")


def test_the_boot_file_holds_the_cpu_port_and_what_is_open(typed: Typist) -> None:
    lines = typed("show bootconfig config").splitlines()
    assert "net mgmt ip 10.129.2.1/255.255.255.0 cpu-slot 5" in lines
    assert [line for line in lines if line.endswith(" true")] == ["flags sshd true"]
    assert "10.129.2.1" not in typed("show config")


def test_a_long_member_list_goes_on_below(typed: Typist) -> None:
    typed("config vlan 1 ports remove 3/2,3/4,3/6,3/8,3/10 member portmember")
    rows = typed("show vlan info ports 1").splitlines()[6:]
    lists = "".join(row[5:24].strip() for row in rows)
    assert lists == "1/1-1/8,3/1,3/3,3/5,3/7,3/9,3/11-3/48"
    assert [row[:5].strip() for row in rows] == ["1", "", ""]


def test_what_the_snmp_agent_is_told(device: Passport, typed: Typist) -> None:
    for line in FACTORY:
        typed(f"config {line}")
    facts = device.snapshot()
    ports, vlans = facts["ports"], facts["vlans"]
    assert isinstance(ports, list)
    assert isinstance(vlans, dict)
    assert facts["sysName"] == "lx-core01"
    assert ports[0] == {
        "name": "1/1",
        "alias": "to core02",
        "admin_up": True,
        "oper_up": True,
        "speed_bps": 1_000_000_000,
        "trunk": "MLT 1",
    }
    assert [port["name"] for port in ports if not port["admin_up"]] == ["3/9"]
    assert vlans[10] == {
        "name": "prv",
        "untagged": ["3/1", "3/2", "3/3", "3/4"],
        "tagged": ["1/1"],
        "routed": True,
        "address": "10.1.0.1/24",
    }


def log_in(tmp_path: Path, address: str, port: int, password: str, typing: str) -> subprocess.CompletedProcess[str]:
    """Run the OpenSSH client of the system, which asks a helper program for the password."""
    helper = tmp_path / "askpass"
    helper.write_text(f"#!/bin/sh\necho '{password}'\n")
    helper.chmod(0o700)
    options = ["StrictHostKeyChecking=yes", f"UserKnownHostsFile={tmp_path / 'known_hosts'}", "LogLevel=ERROR"]
    options += ["NumberOfPasswordPrompts=1", "PreferredAuthentications=password"]
    command = ["ssh", "-F", "none", "-T", "-p", str(port), *(f"-o{option}" for option in options), f"govnet@{address}"]
    environment = os.environ | {"SSH_ASKPASS": str(helper), "SSH_ASKPASS_REQUIRE": "force"}
    return subprocess.run(
        command, input=typing, capture_output=True, text=True, check=False, timeout=30, env=environment
    )


@pytest.mark.lab
@pytest.mark.needs("ssh")
@pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH's client is not installed")
def test_openssh_logs_in_is_refused_in_the_boxs_words_and_sent_away_with_a_wrong_password(tmp_path: Path) -> None:
    with running_lab([twin()], port=0, snmp_port=None) as lab:
        spot = lab.endpoints["core01"]
        (tmp_path / "known_hosts").write_text(lab.known_hosts())
        typing = "config vlan 10 create byport 1; config vlan 10 frob\nshow vlan info basic\nlogout\n"
        good = log_in(tmp_path, spot.address, spot.ssh_port, lab.credentials.password, typing)
        wrong = log_in(tmp_path, spot.address, spot.ssh_port, "not-it", typing)
    assert good.returncode == 0, good.stderr
    assert "* Software Release 4.1.0.0" in good.stdout
    assert "frob not found in path /config/vlan/10" in good.stdout
    assert "10  VLAN-10          byPort" in good.stdout
    assert wrong.returncode == 255
    assert "Permission denied" in wrong.stderr
