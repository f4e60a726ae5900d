"""The real command against a lab of its own: what a person meets when something is wrong, word for word."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from support.laixi import CORE, FOLDER, access_to_running, floor, typed
from support.town_hall import DEVICES, Said, govnet, own_block, small_inventory

from lab import control, daemon
from lab.faults import DropAfter, Unreachable, WrongPassword

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.lab

FLOOR1, FLOOR2 = floor(1), floor(2)
REFUSED, BAD_INPUT, DEVICE, LAB = 3, 2, 4, 6


@dataclass(frozen=True)
class Hall:
    """A lab that `govnet lab up` has started, provisioned by `govnet apply`."""

    inventory: Path
    build: Path

    @property
    def running(self) -> daemon.RunningLab:
        found = daemon.find(self.build / "small" / "lab")
        assert found, "the lab does not run"
        return found

    def __call__(self, command: str, *words: str) -> Said:
        return govnet(command, str(self.inventory), *words, build=self.build)

    def json(self, command: str, *words: str, code: int = 0) -> Any:
        said = self(command, *words, "--json")
        assert said.code == code, said
        return json.loads(said.out)

    def type(self, device: str, *lines: str) -> list[str]:
        return typed(access_to_running(self.running, self.build), device, lines)

    def files(self) -> list[Path]:
        return [path for path in self.build.rglob("*") if path.is_file() and ".git" not in path.parts]


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    hall = Hall(small_inventory(folder, own_block()), folder / "build")
    up = govnet("lab", "up", str(hall.inventory), build=hall.build)
    assert up.code == 0, up
    try:
        applied = hall.json("apply", "--accept-unverified")
        assert (set(applied["commands"]), applied["failed"]) == (set(DEVICES), {})
        yield hall
    finally:
        govnet("lab", "down", str(hall.inventory), build=hall.build)


@pytest.fixture
def hall(provisioned: Hall) -> Iterator[Hall]:
    yield provisioned
    control.clear_faults(provisioned.running.folder)
    assert not [path for path in provisioned.files() if path.name.endswith(".new")], "something is half-written"


def test_a_device_out_of_reach_is_named_and_the_others_are_backed_up(hall: Hall) -> None:
    control.set_faults(hall.running.folder, FLOOR1, [Unreachable()])
    control.set_faults(hall.running.folder, FLOOR2, [WrongPassword()])
    said = hall("backup", "--json")
    assert said.code == DEVICE
    found = json.loads(said.out)
    assert found["done"] == sorted(set(DEVICES) - {FLOOR1, FLOOR2})
    assert set(found["failed"]) == {FLOOR1, FLOOR2}
    lines = sorted(said.err.splitlines())
    assert lines[0].startswith(f"failed  {FLOOR1}: cannot be reached (")
    assert lines[1] == (f"failed  {FLOOR2}: refused the user name or password. Check GOVNET_USERNAME and its password.")
    assert len(lines) == 2, "no library has its own say"
    kept = {path.stem for path in (hall.build / "small" / "backups").glob("*.cfg")}
    assert kept == set(DEVICES) - {FLOOR1, FLOOR2}
    assert hall.running.credentials.password not in "".join(map(_text, hall.files())).replace(_state(hall), "")


HELD = {
    "lab up": ("lab up", "2022/tcp", "--ssh-port"),
    "demo": ("demo", "2022/tcp", "--ssh-port"),
    "demo, SSH elsewhere": ("demo --ssh-port 0", "1161/udp", "--snmp-port"),
    "demo, SSH and SNMP elsewhere": ("demo --ssh-port 0 --snmp-port 0", "1502/tcp", "--modbus-port"),
}


@pytest.mark.parametrize("case", HELD)
def test_a_port_that_another_lab_holds_is_named_with_its_holder_and_the_option(hall: Hall, case: str) -> None:
    command, port, option = HELD[case]
    said = govnet(*command.split(), str(hall.inventory), build=hall.build.parent / "beside")
    assert said.code == LAB
    assert f" port {port} is in use by process {hall.running.pid} (the lab in {hall.running.folder})." in said.err
    assert f"End that, or choose another port with {option}." in said.err


def test_two_labs_of_one_network_run_beside_each_other_at_other_ports(hall: Hall) -> None:
    beside, ports = hall.build.parent / "beside", ("--ssh-port", "0", "--snmp-port", "0", "--modbus-port", "0")
    said = govnet("lab", "up", str(hall.inventory), *ports, "--json", build=beside)
    try:
        assert said.code == 0, said
        rows = {row["name"]: row for row in json.loads(said.out)["devices"]}
        first = {spot.name: spot for spot in hall.running.endpoints}
        assert {(row["address"], row["note"]) for row in rows.values()} == {(s.address, s.note) for s in first.values()}
        assert all(rows[name]["ssh"] not in (0, first[name].ssh_port) for name in DEVICES)
    finally:
        down = govnet("lab", "down", str(hall.inventory), build=beside)
    assert down.code == 0, down


def test_a_demo_that_is_to_stay_looks_first_whether_its_exporter_can_listen(hall: Hall) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = ("demo", str(hall.inventory), "--keep", "--exporter-port", str(port))
        said = govnet(*words, build=hall.build.parent / "beside")
    assert said.code == LAB
    assert f"exporter: 127.0.0.1 port {port}/tcp is in use by process {os.getpid()} (" in said.err
    assert "choose another port with --exporter-port" in said.err


def _text(path: Path) -> str:
    return path.read_text(errors="replace")


def _state(hall: Hall) -> str:
    return (hall.running.folder / daemon.STATE).read_text()


def test_a_session_dropped_in_the_middle_of_an_apply_is_put_back_and_the_others_are_done(hall: Hall) -> None:
    for device, vlan in ((FLOOR1, 101), (FLOOR2, 102)):
        said = hall.type(device, "configure terminal", "vlan create 777 type port", f'vlan name {vlan} "mine"')
        assert said[1:] == ["", ""]
    before = hall.json("plan", "-f", FLOOR1, "-f", FLOOR2)["devices"]
    assert {name: len(device["changes"]) for name, device in before.items()} == {FLOOR1: 2, FLOOR2: 2}
    control.set_faults(hall.running.folder, FLOOR2, [DropAfter(9)])
    said = hall("apply", "--accept-unverified", "--budget", "1", "--json")
    assert said.code == DEVICE
    found = json.loads(said.out)
    assert found["devices"] == {FLOOR1: "as-planned", FLOOR2: "as-before"}
    assert list(found["failed"]) == [FLOOR2]
    assert found["failed"][FLOOR2].startswith(f"{FLOOR2}: closed the session")
    assert f"failed  {FLOOR2}: closed the session" in said.err
    control.clear_faults(hall.running.folder)
    after = hall.json("plan", "-f", FLOOR1, "-f", FLOOR2)["devices"]
    assert list(after) == [FLOOR2]
    assert after[FLOOR2]["changes"] == before[FLOOR2]["changes"]
    assert hall("apply", "--accept-unverified").code == 0
    assert hall("verify").code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("plan", "-f", "lx-adc-u-ids01"), "lx-adc-u-ids01: has no command line; govnet does not log in to it."),
        (("apply", "-f", "lx-adc-u-ids01"), "lx-adc-u-ids01: has no command line; govnet does not log in to it."),
        (("plan", "-f", "nobody"), "nobody: no such device in lx; `govnet check` lists them."),
    ],
)
def test_what_nobody_may_log_in_to_is_refused(hall: Hall, words: tuple[str, ...], message: str) -> None:
    said = hall(*words)
    assert (said.code, said.out, said.err) == (REFUSED, "", f"error  {message}\n")


def test_a_lab_that_is_up_says_what_is_running(hall: Hall) -> None:
    said = govnet("lab", "up", str(hall.inventory), build=hall.build)
    assert (said.code, said.out) == (LAB, "")
    assert said.err.startswith(f"error  a lab already runs: {len(hall.running.endpoints)} emulated devices (ssh port")
    assert f"process {hall.running.pid}, state in {hall.running.folder}. Use it, or stop it first." in said.err


def test_an_engineer_logs_in_with_plain_ssh_and_the_plan_shows_what_he_changed(hall: Hall, tmp_path: Path) -> None:
    if not shutil.which("ssh"):
        pytest.skip("ssh: no OpenSSH client on this machine")
    said = ssh(
        hall,
        tmp_path,
        CORE,
        "config vlan 101 ip create 10.1.1.1",
        "config vlan 5000 create byport 1",
        "config vlan 777 create byport 1",
        "config vlan 1999 ports remove 3/48 member portmember",
        "config vlan 777 ports add 3/48 member portmember",
        "config ethernet 3/48 state enable",
        "conf vlan 777 frob",
        "show vlan info basic 777",
        "logout",
    )
    assert "parameter 5000 is out of range" in said
    assert "frob not found in path /config/vlan/777" in said
    assert "777 " in said.partition("show vlan info basic 777")[2]
    plan = hall.json("plan")
    assert {name: [c["words"] for c in device["changes"]] for name, device in plan["devices"].items()} == {
        CORE: ["port 3/48: shut it", "port 3/48: access port of VLAN 1999", "delete VLAN 777"]
    }
    assert hall("apply", "--accept-unverified").code == 0
    assert hall.json("plan")["devices"] == {}


def ssh(hall: Hall, folder: Path, device: str, *lines: str) -> str:
    """Type lines into OpenSSH's client on a terminal, with the lab's host keys as the only known ones."""
    running = hall.running
    spot = next(e for e in running.endpoints if e.name == device)
    known, ask = folder / "known_hosts", folder / "askpass"
    known.write_text("".join(f"[{spot.address}]:{spot.ssh_port} {key}\n" for key in running.host_keys))
    ask.write_text('#!/bin/sh\nprintf "%s\\n" "$LAB_PASSWORD"\n')
    ask.chmod(0o700)
    options = {
        "UserKnownHostsFile": str(known),
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes",
        "PreferredAuthentications": "password",
        "NumberOfPasswordPrompts": "1",
        "LogLevel": "ERROR",
    }
    settings = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    target = ["-p", str(spot.ssh_port), f"{running.credentials.username}@{spot.address}"]
    done = subprocess.run(
        ["ssh", "-F", "/dev/null", "-tt", *settings, *target],
        input="".join(f"{line}\n" for line in lines),
        env=os.environ
        | {"SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force", "LAB_PASSWORD": running.credentials.password},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.replace("\r\n", "\n")


def test_a_lab_goes_up_and_down_and_leaves_nothing(tmp_path: Path) -> None:
    inventory, build = small_inventory(tmp_path, own_block()), tmp_path / "build"
    assert govnet("lab", "up", str(inventory), build=build).code == 0
    try:
        running = daemon.find(build / "small" / "lab")
        assert running
        status = json.loads(govnet("lab", "status", str(inventory), "--json", build=build).out)
        assert (status["running"], status["pid"], len(status["devices"])) == (True, running.pid, 15)
    finally:
        down = govnet("lab", "down", str(inventory), build=build)
    assert (down.code, down.out, down.err) == (0, "lab of lx ended\n", "")
    assert daemon.start_token(running.pid) == ""
    assert not [path for path in build.rglob("*") if "lab" in path.parts]


def test_check_is_one_json_object(tmp_path: Path) -> None:
    said = govnet("check", "laixi", "--json", build=tmp_path / "build")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    assert (found["devices"], found["commanded"], found["pairs"], found["refused"]) == (49, 33, 196, [])


def test_an_unknown_network_is_named(tmp_path: Path) -> None:
    said = govnet("plan", "nowhere", build=tmp_path / "build")
    assert (said.code, said.out) == (BAD_INPUT, "")
    assert said.err == (
        "error  nowhere: there is no such network. Give the path of an inventory folder, or one of: "
        "haixi, laixi, qinghai-inner, qinghai-outer.\n"
        "1 problem; nothing was done.\n"
    )
    assert not (tmp_path / "build").exists()


def test_a_mistake_in_an_inventory_is_named_with_its_file_and_line(tmp_path: Path) -> None:
    copy = tmp_path / "broken"
    shutil.copytree(FOLDER, copy)
    hosts = copy / "hosts.yaml"
    hosts.write_text(hosts.read_text().replace("groups: [role_agg]", "groups: [role_aggg]"))
    said = govnet("check", str(copy), build=tmp_path / "build")
    assert (said.code, said.out) == (BAD_INPUT, "")
    assert said.err == (
        f"error  {hosts}:{_line(hosts, 'role_aggg')}: lx-adc-u-agg01 is in group 'role_aggg', which does not exist."
        " Add it to groups.yaml.\n1 problem; nothing was done.\n"
    )


def _line(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def test_real_devices_are_not_touched_without_an_account(tmp_path: Path) -> None:
    said = govnet("backup", "laixi", build=tmp_path / "build")
    assert (said.code, said.out) == (REFUSED, "")
    assert said.err.startswith("error  no account for the devices: set GOVNET_USERNAME and GOVNET_PASSWORD")
