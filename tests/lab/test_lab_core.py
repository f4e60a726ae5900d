"""The lab itself: typing, faults on demand, a hundred devices, a process of its own that leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import asyncssh
import pytest

from govnet.errors import LabError
from lab import control, daemon
from lab.channel import ChannelTerminal
from lab.faults import (
    DropAfter,
    Fault,
    GarbleEcho,
    Hang,
    Refuse,
    Slow,
    Unreachable,
    WrongPassword,
    as_data,
    from_data,
)
from lab.server import Lab, running_lab
from lab.terminal import SessionClosed
from lab.twin import Twin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

CORE = Twin(
    "core01",
    "switch",
    "nortel_passport",
    "ERS-8610",
    "4.1.0.0",
    "127.83.3.1",
    ports=("1/1", "1/2"),
    cards={1: "8608GBM"},
)
UPS = Twin("ups01", "ups", "", "UPS", "1", "127.83.3.2")
PROMPT = "ERS-8610:5# "


@pytest.mark.parametrize(
    ("typed", "lines", "shown"),
    [
        ("abc\r", ["abc"], "abc\r\n"),
        ("abc\n", ["abc"], "abc\r\n"),
        ("ab\r\ncd\r\n", ["ab", "cd"], "ab\r\ncd\r\n"),
        ("ab\r\0cd\r\0", ["ab", "cd"], "ab\r\ncd\r\n"),
        ("\r\r", ["", ""], "\r\n\r\n"),
        ("\n\n", ["", ""], "\r\n\r\n"),
        ("ax\bb\n", ["ab"], "ax\b \bb\r\n"),
        ("\x7fa\n", ["a"], "\aa\r\n"),
        ("xyz\x15ok\n", ["ok"], "xyz" + "\b \b" * 3 + "ok\r\n"),
        ("a\x01b\n", ["ab"], "a\ab\r\n"),
        ("名\n", ["名"], "名\r\n"),
    ],
)
async def test_a_line_is_edited_and_echoed(typed: str, lines: list[str], shown: str) -> None:
    sent: list[str] = []
    terminal = ChannelTerminal()
    terminal.attach(sent.append)
    terminal.feed(typed)
    terminal.hang_up()
    assert [await terminal.read_line() for _ in lines] == lines
    terminal.flush()
    assert "".join(sent) == shown
    assert len(sent) == 1, "an echo a character would be a packet each"
    with pytest.raises(SessionClosed):
        await terminal.read_line()


async def test_a_hidden_line_is_not_echoed_and_a_key_is_taken_as_it_is() -> None:
    sent: list[str] = []
    terminal = ChannelTerminal()
    terminal.attach(sent.append)
    terminal.feed("hush\r\n\x19q")
    assert await terminal.read_line(echo=False) == "hush"
    assert [await terminal.read_key(), await terminal.read_key()] == ["\x19", "q"]
    terminal.flush()
    assert sent == ["\r\n"]


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with Lab([CORE, UPS], port=0, snmp_port=None) as running:
        yield running


def call(lab: Lab, **changes: str) -> asyncssh.connection._ConnectionContextManager:  # type: ignore[name-defined]
    spot, account = lab.endpoints["core01"], replace(lab.credentials, **changes)
    keys = asyncssh.import_known_hosts(lab.known_hosts())
    return asyncssh.connect(
        spot.address, spot.ssh_port, username=account.username, password=account.password, known_hosts=keys
    )


async def talk(lab: Lab, typing: str) -> str:
    """Type, hang up, and return all that was said."""
    async with call(lab) as connection:
        result = await connection.run(input=typing, check=False, timeout=60)
        return str(result.stdout).replace("\r\n", "\n")


async def test_a_device_answers_its_account_only_and_shows_the_labs_keys(lab: Lab) -> None:
    assert (await talk(lab, "config vlan 7 create byport 1\nlogout\n")).endswith(f"byport 1\n{PROMPT}logout\n")
    assert "7   VLAN-7" in await talk(lab, "show vlan info basic 7\n")
    for wrong in ({"password": "x"}, {"username": "root"}):
        with pytest.raises(asyncssh.PermissionDenied):
            await call(lab, **wrong)
    assert [key.split()[0] for key in lab.host_keys] == ["ssh-ed25519", "ssh-rsa"]
    assert (lab.endpoints["ups01"].ssh_port, lab.endpoints["core01"].note) == (0, "emulated")


@pytest.mark.parametrize(
    ("fault", "seen", "unseen", "vlans"),
    [
        (DropAfter(2), "config vlan 8 create byport 1\n" + PROMPT, "vlan 9", {1, 7, 8}),
        (DropAfter(2, "silent"), "config vlan 8 create byport 1\n", "byport 1\n" + PROMPT + "\n", {1, 7, 8}),
        (DropAfter(2, "lost"), "config vlan 8 create byport 1\n", "vlan 9", {1, 7}),
        (Refuse(r"vlan 8", "% Permission denied."), "% Permission denied.\n" + PROMPT, "not found", {1, 7, 9}),
        (GarbleEcho(5), "conf~g vl~n 7 ~reat~", "config vlan 7", {1, 7, 8, 9}),
        (Slow(0.01), "config vlan 9 create byport 1\n" + PROMPT, "not found", {1, 7, 8, 9}),
    ],
)
async def test_a_fault_shows_and_what_was_obeyed_stays(
    lab: Lab, fault: Fault, seen: str, unseen: str, vlans: set[int]
) -> None:
    lab.faults.set("core01", fault)
    said = await talk(lab, "".join(f"config vlan {vid} create byport 1\n" for vid in (7, 8, 9)))
    assert seen in said
    assert unseen not in said
    assert set(lab.personalities["core01"].snapshot()["vlans"]) == vlans  # type: ignore[call-overload]
    lab.faults.clear()
    assert "Vlan Basic" in await talk(lab, "show vlan info basic\n")


async def test_a_session_can_be_dropped_at_its_first_prompt_without_a_farewell(lab: Lab) -> None:
    lab.faults.set("core01", DropAfter(0))
    async with call(lab) as connection:
        process = await connection.create_process()
        assert (await asyncio.wait_for(process.stdout.read(), 60)).endswith(PROMPT)
        await asyncio.wait_for(connection.wait_closed(), 60)
        assert process.exit_status is None


async def test_a_lab_that_closes_ends_the_sessions_too() -> None:
    async with Lab([CORE], port=0, snmp_port=None) as lab:
        connection = await call(lab)
        process = await connection.create_process()
        await process.stdout.readuntil(PROMPT)
    await asyncio.wait_for(connection.wait_closed(), 60)


async def test_a_device_that_hangs_says_nothing_more_but_stays_connected(lab: Lab) -> None:
    lab.faults.set("core01", Hang("vlan"))
    async with call(lab) as connection:
        process = await connection.create_process()
        process.stdin.write("show sys sw\nshow vlan info basic\n")
        await asyncio.wait_for(process.stdout.readuntil("show vlan info basic\r\n"), 60)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(process.stdout.read(1), 0.2)


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Unreachable(), (asyncssh.ConnectionLost, OSError)), (WrongPassword(), (asyncssh.PermissionDenied,))],
)
async def test_a_device_that_lets_nobody_in(lab: Lab, fault: Fault, error: tuple[type[Exception], ...]) -> None:
    lab.faults.set("core01", fault)
    with pytest.raises(error):
        await call(lab)
    lab.faults.clear("core01")
    assert PROMPT in await talk(lab, "logout\n")


def test_a_fault_that_makes_no_sense_is_refused() -> None:
    assert from_data(as_data(DropAfter(3, "lost"))) == DropAfter(3, "lost")
    for bad in ({"kind": "Explode"}, {"kind": "Slow"}, {"kind": "Hang", "pattern": "("}):
        with pytest.raises(LabError, match=r"fault"):
            from_data(bad)


async def test_an_address_in_use_is_named(lab: Lab) -> None:
    spot = lab.endpoints["core01"]
    with pytest.raises(LabError, match=rf"core01: {spot.address} port {spot.ssh_port}/tcp is in use by process \d+ \("):
        await Lab([CORE], port=spot.ssh_port, snmp_port=None).start()


@pytest.mark.parametrize(
    ("twins", "message"),
    [
        ([CORE, replace(CORE, address="127.83.3.9")], "core01: name core01 is given to two devices"),
        ([CORE, replace(CORE, name="b")], "b: address 127.83.3.1 is given to two devices"),
        ([replace(CORE, platform="vax")], "core01: no emulated device speaks 'vax'"),
        ([replace(CORE, address="192.0.2.1")], "core01: cannot listen on 192.0.2.1 port 0"),
    ],
)
async def test_a_lab_that_cannot_be_is_refused(twins: list[Twin], message: str) -> None:
    with pytest.raises(LabError, match=message):
        await Lab(twins, port=0, snmp_port=None).start()


def test_a_hundred_devices_start_in_about_a_second_and_go_without_a_trace() -> None:
    twins = [replace(CORE, name=f"core{n}", address=f"127.83.4.{n}") for n in range(1, 101)]
    begun = time.process_time()
    with running_lab(twins, port=0, snmp_port=None) as lab:
        spots = [(e.address, e.ssh_port) for e in lab.endpoints.values()]
        took = time.process_time() - begun
        with closing(socket.create_connection(spots[-1], timeout=5)) as caller:
            assert caller.recv(4) == b"SSH-"
    assert took < 3, "of the processor; measured 0.2 s"
    for spot in spots[::33]:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(spot, timeout=5).close()


def test_an_error_at_start_reaches_the_thread_that_waits() -> None:
    with pytest.raises(LabError, match="vax"), running_lab([replace(CORE, platform="vax")], port=0, snmp_port=None):
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    deep = tmp_path.joinpath(*["a-long-name-that-a-socket-address-cannot-hold"] * 3, "state")
    yield deep
    daemon.stop(deep)


def test_a_lab_of_its_own_is_found_obeys_and_leaves_nothing(folder: Path) -> None:
    running = daemon.start([CORE, UPS], folder, port=0, snmp_port=None)
    assert daemon.find(folder) == running
    assert stat.S_IMODE((folder / daemon.STATE).stat().st_mode) == 0o600
    assert [e.name for e in running.endpoints] == ["core01", "ups01"]
    assert running.credentials.password not in str(running) + repr(running)
    assert running.credentials.password not in (folder / daemon.TWINS).read_text()
    with pytest.raises(LabError, match=rf"already runs: 2 emulated devices .* process {running.pid}"):
        daemon.start([CORE], folder, port=0, snmp_port=None)
    control.set_faults(folder, "core01", [Unreachable(), Refuse("x", "y")])
    assert control.list_faults(folder, "core01") == (Unreachable(), Refuse("x", "y"))
    spot = running.endpoints[0]
    with closing(socket.create_connection((spot.address, spot.ssh_port), timeout=5)) as caller:
        assert _end_of(caller)
    with pytest.raises(LabError, match="nobody: no such device"):
        control.set_faults(folder, "nobody", [])
    control.clear_faults(folder)
    assert control.list_faults(folder, "core01") == ()
    assert daemon.stop(folder)
    assert not folder.exists()
    assert daemon.start_token(running.pid) == ""
    assert not daemon.stop(folder)
    with pytest.raises(LabError, match="no lab answers"):
        control.clear_faults(folder)


def _end_of(caller: socket.socket) -> bool:
    """Return whether the other side hangs up at once; a reset says so as well."""
    try:
        return not caller.makefile("rb").read().startswith(b"SSH-2.0-OpenSSH")
    except ConnectionResetError:
        return True


def test_the_keys_stay_while_the_lab_is_up_and_differ_for_the_next(folder: Path) -> None:
    first = daemon.start([CORE], folder, port=0, snmp_port=None)
    assert daemon.find(folder) == first
    daemon.stop(folder)
    second = daemon.start([CORE], folder, port=0, snmp_port=None)
    assert set(first.host_keys).isdisjoint(second.host_keys)


def test_after_a_crash_the_state_is_stale_and_a_stranger_is_left_alone(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        folder.mkdir(parents=True)
        state = {"pid": stranger.pid, "token": "another boot:1", "credentials": {}, "host_keys": [], "endpoints": []}
        state["credentials"] = {"username": "u", "password": "p", "community": "c"}
        (folder / daemon.STATE).write_text(json.dumps(state))
        assert daemon.find(folder) is None
        running = daemon.start([CORE], folder, port=0, snmp_port=None)
        assert running.pid != stranger.pid
        daemon.stop(folder)
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_a_lab_that_does_not_start_says_why_and_leaves_nothing(folder: Path) -> None:
    with pytest.raises(LabError, match="did not start: core01: no emulated device speaks 'vax'"):
        daemon.start([replace(CORE, platform="vax")], folder, port=0, snmp_port=None)
    assert not folder.exists()


def test_a_state_file_that_is_none_is_named(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / daemon.STATE).write_text("{}")
    with pytest.raises(LabError, match=r"lab\.json: not a lab's state"):
        daemon.find(folder)
    (folder / daemon.STATE).unlink()


def test_the_module_explains_itself() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "lab"], capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": "."}
    )
    assert (result.returncode, result.stderr[:6]) == (2, "usage:")
