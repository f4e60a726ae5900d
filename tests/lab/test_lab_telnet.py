"""The lab's Telnet and its SSH of 2005, judged by clients that nobody here wrote."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import socket
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import paramiko
import pytest
from netmiko import ConnectHandler

from lab.faults import DropAfter, Unreachable, WrongPassword
from lab.server import running_lab
from lab.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lab.endpoint import Endpoint
    from lab.server import Lab

pytestmark = [pytest.mark.lab, pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")]

CORE = Twin(
    "core01",
    "switch",
    "nortel_passport",
    "ERS-8610",
    "4.1.0.0",
    "127.83.9.1",
    ports=("1/1", "1/2"),
    cards={1: "8608GBM"},
    telnet=True,
    legacy_ssh=True,
)
AGG = Twin(
    "agg01", "switch", "huawei_vrp", "S5700", "V200R005", "127.83.9.2", ports=("GigabitEthernet0/0/1",), telnet=True
)
PLAIN = replace(CORE, name="core02", address="127.83.9.3", telnet=False, legacy_ssh=False)
PROMPT = "ERS-8610:5# "
OLD = (
    "-oHostKeyAlgorithms=+ssh-dss",
    "-oKexAlgorithms=+diffie-hellman-group1-sha1",
    "-oCiphers=+3des-cbc",
    "-oMACs=+hmac-md5",
)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with running_lab([CORE, AGG, PLAIN], port=0, snmp_port=None) as running:
        yield running


@pytest.fixture(autouse=True)
def _mended(lab: Lab) -> Iterator[None]:
    yield
    lab.faults.clear()


def needs(program: str) -> str:
    found = shutil.which(program)
    if not found:
        pytest.skip(f"needs {program}")
    return found


class Typist:
    """A program on a terminal of its own, and somebody who types what it asks for."""

    def __init__(self, command: list[str]) -> None:
        self.heard = ""
        master, slave = pty.openpty()
        self._master = master
        terminal = [needs("setsid"), "-c", *command]  # ssh asks for a password on the terminal that controls it
        self.process = subprocess.Popen(terminal, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)

    def until(self, pattern: str, seconds: float = 20) -> str:
        """Read up to something; return all that was heard since the last time."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.heard)):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._master], [], [], left)[0]:
                raise TimeoutError(f"no {pattern!r} in {self.heard!r}")
            self.heard += os.read(self._master, 65536).decode(errors="replace")
        before, self.heard = self.heard[: found.end()], self.heard[found.end() :]
        return before

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def close(self) -> int:
        os.close(self._master)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()


@pytest.fixture
def typist() -> Iterator[type[Typist]]:
    made: list[Typist] = []

    class Kept(Typist):
        def __init__(self, command: list[str]) -> None:
            super().__init__(command)
            made.append(self)

    yield Kept
    for each in made:
        each.process.kill()
        each.process.wait()


def test_a_real_telnet_client_logs_in_and_is_answered(lab: Lab, typist: type[Typist]) -> None:
    spot = lab.endpoints["core01"]
    person = typist([needs("telnet"), spot.address, str(spot.telnet_port)])
    person.until("Login: ")
    person.type(f"{lab.credentials.username}\r")
    person.until("Password: ")
    person.type(f"{lab.credentials.password}\r")
    assert lab.credentials.password not in person.until(PROMPT)
    person.type("config vlan 31 create byport 1\r")
    person.until(f"byport 1\r\n{PROMPT}")
    person.type("logout\r")
    person.until("Connection closed")
    assert "31" in str(lab.personalities["core01"].snapshot()["vlans"])


def netmiko_telnet(lab: Lab, name: str, kind: str) -> dict[str, object]:
    spot = lab.endpoints[name]
    account = {"username": lab.credentials.username, "password": lab.credentials.password}
    return {"device_type": kind, "host": spot.address, "port": spot.telnet_port, **account}


def test_netmikos_own_telnet_driver_logs_in_to_the_vrp(lab: Lab) -> None:
    with ConnectHandler(**netmiko_telnet(lab, "agg01", "huawei_telnet")) as session:
        assert "VRP" in session.send_command("display version")


def test_a_wrong_password_is_refused_and_after_three_the_line_is_closed(lab: Lab) -> None:
    lab.faults.set("core01", WrongPassword())
    talk = raw(lab.endpoints["core01"], b"govnet\r\0wrong\r\n" * 3)
    assert talk.count(b"Login: ") == talk.count(b"Password: ") == 3
    assert PROMPT.encode() not in talk


def raw(spot: Endpoint, typing: bytes, pieces: int = 1) -> bytes:
    """Type bytes as they are, cut into packets; return all that is said until the device hangs up."""
    said = b""
    with closing(socket.create_connection((spot.address, spot.telnet_port), timeout=10)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        size = max(1, -(-len(typing) // pieces))
        for at in range(0, len(typing), size):
            line.sendall(typing[at : at + size])
        with suppress(ConnectionResetError):
            while data := line.recv(65536):
                said += data
    return said


def test_options_are_agreed_or_refused_and_never_typed(lab: Lab) -> None:
    account = lab.credentials
    options = bytes.fromhex("fffd01 fffd03 fffb18 fffb1f fffa1f01ffff03e8fff0 fffb20 fffd22 fffc27 fffe05 fff1")
    login = f"{account.username}\r\0{account.password}\r\nlogout\r\n".encode()
    for pieces in (1, 7, len(options) + len(login)):
        said = raw(lab.endpoints["core01"], options + login, pieces)
        assert said.startswith(bytes.fromhex("fffb01 fffb03 fffd18 fffd1f"))
        assert bytes.fromhex("fffa1801fff0") in said, "asks for the type of terminal"
        assert bytes.fromhex("fffe20") in said, "refuses an option of ours that it does not know"
        assert bytes.fromhex("fffc22") in said, "and one of its own"
        assert said.endswith(f"{PROMPT}logout\r\n".encode())


def test_faults_are_those_of_the_device_whatever_the_door(lab: Lab) -> None:
    account = lab.credentials
    login = f"{account.username}\r\n{account.password}\r\nbox\r\nbox\r\n".encode()
    lab.faults.set("core01", DropAfter(1))
    assert raw(lab.endpoints["core01"], login).count(PROMPT.encode()) <= 2
    lab.faults.set("core01", Unreachable())
    assert raw(lab.endpoints["core01"], b"") == b""


def test_only_boxes_with_telnet_have_a_telnet_port(lab: Lab) -> None:
    assert [bool(e.telnet_port) for e in lab.endpoints.values()] == [True, True, False]


def ssh(lab: Lab, name: str, folder: Path, *options: str) -> list[str]:
    known = folder / "known_hosts"
    known.write_text(lab.known_hosts())
    spot = lab.endpoints[name]
    fixed = ("-F/dev/null", f"-oUserKnownHostsFile={known}", "-oStrictHostKeyChecking=yes", "-oPubkeyAuthentication=no")
    return [needs("ssh"), *fixed, *options, f"-p{spot.ssh_port}", f"{lab.credentials.username}@{spot.address}"]


def test_openssh_logs_in_to_an_old_box_when_told_the_old_algorithms(
    lab: Lab, tmp_path: Path, typist: type[Typist]
) -> None:
    offered = subprocess.run([needs("ssh"), "-Q", "key"], capture_output=True, text=True, check=True).stdout
    if "ssh-dss" not in offered:
        pytest.skip("needs an OpenSSH that still has ssh-dss")
    person = typist(ssh(lab, "core01", tmp_path, *OLD))
    person.until("assword:")
    person.type(f"{lab.credentials.password}\r")
    person.until(PROMPT)
    person.type("logout\r")
    person.until("closed")
    assert person.process.wait(60) == 0


def test_an_ordinary_openssh_finds_nothing_in_common_with_an_old_box(lab: Lab, tmp_path: Path) -> None:
    for left_out in range(len(OLD)):
        options = [option for index, option in enumerate(OLD) if index != left_out]
        if "Kex" in OLD[left_out]:
            options.append("-oKexAlgorithms=curve25519-sha256")
        done = subprocess.run(
            ssh(lab, "core01", tmp_path, "-oBatchMode=yes", *options), capture_output=True, text=True, check=False
        )
        assert "no matching" in done.stderr, OLD[left_out]


def test_paramiko_finds_nothing_in_common_with_an_old_box(lab: Lab) -> None:
    spot = lab.endpoints["core01"]
    with paramiko.SSHClient() as client, pytest.raises(paramiko.ssh_exception.IncompatiblePeer):
        client.connect(spot.address, spot.ssh_port, username="x", password="x", look_for_keys=False, allow_agent=False)


def test_an_ordinary_box_shows_no_old_key(lab: Lab) -> None:
    spot = lab.endpoints["core02"]
    with closing(paramiko.Transport((spot.address, spot.ssh_port))) as transport:
        transport.start_client(timeout=60)
        assert transport.get_remote_server_key().get_name() == "ssh-ed25519"
