"""Every way in, to every platform: logging in, host keys, refusals; and lines typed as blocks."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import asyncssh
import pytest
from nornir.core.inventory import ConnectionOptions
from paramiko import HostKeys, SSHClient
from support.laixi import AGG, CORE, FIREWALL, floor, network, twin

from govnet.errors import CommandRefusedError, DeviceError, LoginError, UnreachableError
from govnet.platforms.base import Command
from govnet.platforms.registry import platform
from lab.faults import GarbleEcho, Refuse, Slow, Unreachable, WrongPassword
from lab.server import running_lab
from nornir_tasks import findings, tasks
from nornir_tasks.journal import Journal
from nornir_tasks.runner import Access, Runner
from nornir_tasks.session import enter, leave, send, speaking
from sessions.drivers import DRIVERS
from sessions.drivers.block import MOST_BYTES, Blocks, answers
from sessions.drivers.login import Login
from sessions.wires import Transport, algorithms, legacy, ssh, telnet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from govnet.network.model import Network
    from lab.server import Lab
    from sessions.drivers.base import GovnetSSH

pytestmark = [pytest.mark.lab, pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")]

ACCESS = floor(1)
DEVICES = {"nortel_passport": CORE, "nortel_ers": ACCESS, "huawei_vrp": AGG, "linux_nft": FIREWALL}
OLD = floor(2)
LOOKS = {
    "nortel_passport": ("show config", "box type"),
    "nortel_ers": ("show vlan", "VLAN #1"),
    "huawei_vrp": ("display version", "VRP"),
    "linux_nft": ("ip link show", "lo:"),
}
MOVES = re.compile(r"^# .* UTC$|uptime is ")
"""Lines that tell the time: two looks may have the turn of a second, or of a minute, between them."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    both = [replace(twin(name), telnet=True) for name in DEVICES.values()]
    old = [replace(twin(OLD), legacy_ssh=True), replace(twin(floor(3)), legacy_ssh=True)]
    with running_lab([*both, *old], port=0, snmp_port=None) as running:
        yield running


@pytest.fixture
def known(lab: Lab, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "known_hosts"
    file.write_text(lab.known_hosts())
    yield file
    lab.faults.clear()


def open_driver(lab: Lab, device: str, way: Transport, known: Path, **changes: object) -> GovnetSSH:
    spot = lab.endpoints[device]
    return DRIVERS[spot.platform](
        host=spot.address,
        port=spot.telnet_port if way is Transport.TELNET else spot.ssh_port,
        device_type=spot.platform,
        transport=way.value,
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=str(known),
        use_keys=False,
        allow_agent=False,
        **{
            "username": lab.credentials.username,
            "password": lab.credentials.password,
            "read_timeout_override": 20,
            "conn_timeout": 20,
            **changes,
        },
    )


@pytest.mark.parametrize("name", DEVICES)
def test_telnet_gives_the_same_session_as_ssh(lab: Lab, known: Path, name: str) -> None:
    look, mark = LOOKS[name]
    said = []
    for way in (Transport.SSH, Transport.TELNET):
        driver = open_driver(lab, DEVICES[name], way, known)
        try:
            said.append(driver.ask(look))
        finally:
            driver.disconnect()
    assert mark in said[0]
    timeless = [[line for line in each.splitlines() if not MOVES.search(line)] for each in said]
    assert timeless[0] == timeless[1]
    assert len(timeless[0]) > 3


@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("wrong", [{"username": "nobody"}, {"password": "wrong"}, {}], ids=str)
def test_telnet_knows_a_refused_login(lab: Lab, known: Path, name: str, wrong: dict[str, object]) -> None:
    if not wrong:
        lab.faults.set(DEVICES[name], WrongPassword())
    with (
        pytest.raises(LoginError, match=f"{DEVICES[name]}: refused the user name or password"),
        speaking(DEVICES[name]),
    ):
        open_driver(lab, DEVICES[name], Transport.TELNET, known, **wrong)


def test_an_old_box_is_refused_unless_marked_and_then_served(lab: Lab, known: Path) -> None:
    with pytest.raises(UnreachableError, match=r"no longer taken .*legacy_ssh: true"), speaking(OLD):
        open_driver(lab, OLD, Transport.SSH, known)
    driver = open_driver(lab, OLD, Transport.LEGACY_SSH, known)
    assert "VLAN #1" in driver.ask("show vlan")
    driver.disconnect()


def test_a_marked_box_that_has_been_renewed_gets_todays_algorithms(lab: Lab, known: Path) -> None:
    wire = open_wire(lab, CORE, known)
    connection = wire._connection  # noqa: SLF001 - what was agreed is known nowhere else
    agreed = connection.get_extra_info("send_cipher"), connection.get_extra_info("server_host_key")
    wire.close()
    assert agreed[0] not in (*algorithms.CIPHERS, *algorithms.MACS)
    assert agreed[1] is None or agreed[1].algorithm != b"ssh-dss"


def open_wire(lab: Lab, device: str, known: Path) -> legacy.LegacyWire:
    spot, account = lab.endpoints[device], lab.credentials
    return legacy.open_legacy(
        spot.address, spot.ssh_port, account.username, account.password, known_hosts=known, seconds=20
    )


def test_old_sessions_share_one_thread_and_an_end_is_told(lab: Lab, known: Path) -> None:
    wires = [open_wire(lab, OLD, known), open_wire(lab, floor(3), known)]
    assert loops() == ["legacy-ssh"]
    wires[0].close()
    wires[0].close()
    assert b"Ctrl-Y" in wires[1].receive(10), "the other goes on"
    with pytest.raises(TimeoutError):
        wires[1].receive(0.05)
    with pytest.raises(OSError, match="closed"):
        wires[0].send(b"x")
    end = [wires[0].receive(10) for _ in range(3)]
    assert end[-1] == b""
    wires[1].close()


def loops() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "legacy-ssh"]


class Key(NamedTuple):
    """A host key at fault: what the file of known hosts says, and what the failure says."""

    file: str
    said: str


KEYS = {
    "unknown": Key("", r"shows a host key that is not known\. Add its key \(SHA256:[\w+/=]+\) to the known hosts"),
    "changed": Key("{spot} {other}\n", r"shows another host key \(SHA256:[\w+/=]+\) than the known one\. Find out why"),
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize(("device", "way"), [(CORE, Transport.SSH), (OLD, Transport.LEGACY_SSH)])
def test_a_host_key_that_is_not_the_known_one_stops_the_login(
    lab: Lab, known: Path, device: str, way: Transport, kind: str
) -> None:
    algorithm = "ssh-dss" if way is Transport.LEGACY_SSH else "ssh-ed25519"
    other = asyncssh.generate_private_key(algorithm).export_public_key().decode().strip()
    spot = lab.endpoints[device]
    known.write_text(KEYS[kind].file.format(spot=f"[{spot.address}]:{spot.ssh_port}", other=other))
    with pytest.raises(LoginError, match=KEYS[kind].said), speaking(device):
        open_driver(lab, device, way, known)


def test_the_fingerprint_told_is_that_of_the_key_shown(lab: Lab, known: Path) -> None:
    known.write_text("")
    for device, way, index in ((CORE, Transport.SSH, 0), (OLD, Transport.LEGACY_SSH, 2)):
        shown = asyncssh.import_public_key(lab.host_keys[index]).get_fingerprint()
        with pytest.raises(LoginError, match=re.escape(shown.rstrip("="))), speaking(device):
            open_driver(lab, device, way, known)


@pytest.mark.parametrize("way", [Transport.LEGACY_SSH, Transport.SSH])
def test_a_password_is_refused_over_ssh(lab: Lab, known: Path, way: Transport) -> None:
    device = OLD if way is Transport.LEGACY_SSH else CORE
    lab.faults.set(device, WrongPassword())
    with pytest.raises(LoginError, match="refused the user name or password"), speaking(device):
        open_driver(lab, device, way, known)


@pytest.mark.parametrize("way", Transport)
def test_a_box_that_hangs_up_at_once_is_unreachable(lab: Lab, known: Path, way: Transport) -> None:
    device = OLD if way is Transport.LEGACY_SSH else CORE
    lab.faults.set(device, Unreachable())
    with pytest.raises(DeviceError, match=rf"{device}: (cannot be reached|closed the session)"), speaking(device):
        open_driver(lab, device, way, known)


def marked(of: Network, **devices: dict[str, object]) -> Network:
    """Return a network whose devices carry more data."""
    changed = {
        name: replace(device, data={**device.data, **devices[name]})
        for name, device in of.devices.items()
        if name in devices
    }
    return replace(of, devices={**of.devices, **changed})


def test_findings_name_each_weak_way_in_and_nothing_else() -> None:
    assert findings.access_findings(network()) == []
    weak = marked(network(), **{CORE: {"legacy_ssh": True}, AGG: {"transport": "telnet"}, ACCESS: {"transport": "ssh"}})
    found = [str(finding) for finding in findings.access_findings(weak)]
    assert [text.split(" ", 2)[:2] for text in found] == [[f"{CORE}:", "legacy"], [f"{AGG}:", "Telnet"]]
    assert "ssh-dss" in found[0]
    assert "password in clear" in found[1]


@pytest.mark.parametrize(
    ("data", "way"),
    [
        ({}, "ssh"),
        ({"transport": "ssh"}, "ssh"),
        ({"transport": "telnet"}, "telnet"),
        ({"legacy_ssh": True}, "legacy_ssh"),
        ({"legacy_ssh": False}, "ssh"),
        ({"legacy_ssh": True, "transport": "telnet"}, "telnet"),
        ({"legacy_ssh": None, "transport": None}, "ssh"),
    ],
    ids=str,
)
def test_the_inventory_alone_chooses_the_way_in(data: dict[str, object], way: str) -> None:
    assert findings.transport_of(data) == way


def test_a_run_takes_each_device_its_own_way(lab: Lab, known: Path, tmp_path: Path) -> None:
    ports = {name: (e.address, e.telnet_port if name == AGG else e.ssh_port) for name, e in lab.endpoints.items()}
    access = Access(lab.credentials.username, lab.credentials.password, known, ports, 20)
    weak = marked(network(), **{OLD: {"legacy_ssh": True}, AGG: {"transport": "telnet"}})
    wanted = [CORE, AGG, OLD]
    with Journal(tmp_path / "j.sqlite") as journal, Runner(weak, access, journal) as runner:
        hosts = runner._nornir.inventory.hosts  # noqa: SLF001 - the folder on disk has no such device
        for name in (OLD, AGG):
            extras = hosts[name].connection_options["netmiko"].extras
            way = findings.transport_of(weak.devices[name].data).value
            hosts[name].connection_options["netmiko"] = ConnectionOptions(extras={**extras, "transport": way})
        outcome = runner.run(tasks.read, wanted, network=weak)
    assert outcome.failed == {}
    assert sorted(outcome.done) == sorted(wanted)


TELNET_STREAMS = [
    (b"plain", b"plain", b""),
    (b"a\xff\xffb", b"a\xffb", b""),
    (b"one\r\ntwo\r\0three", b"one\r\ntwo\rthree", b""),
    (b"\xff\xfb\x01\xff\xfb\x03x", b"x", b"\xff\xfd\x01\xff\xfd\x03"),
    (b"\xff\xfb\x01\xff\xfb\x01\xff\xfb\x01", b"", b"\xff\xfd\x01"),
    (b"\xff\xfb\x22\xff\xfd\x20", b"", b"\xff\xfe\x22\xff\xfc\x20"),
    (b"\xff\xfd\x1f", b"", b"\xff\xfb\x1f\xff\xfa\x1f\x01\xff\xff\x03\xe8\xff\xf0"),
    (b"\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0", b"", b"\xff\xfb\x18\xff\xfa\x18\x00VT100\xff\xf0"),
    (b"\xff\xfa\x27\x01\xff\xff\xff\xf0ok", b"ok", b""),
    (b"\xff\xf1\xff\xf9ok\xff\xfc\x05\xff\xfe\x06", b"ok", b""),
    (b"\xff\xfb\x01\xff\xfc\x01", b"", b"\xff\xfd\x01\xff\xfe\x01"),
]


@pytest.mark.parametrize(("stream", "text", "replies"), TELNET_STREAMS)
def test_telnet_tells_text_from_commands_wherever_packets_cut_them(stream: bytes, text: bytes, replies: bytes) -> None:
    for at in range(len(stream) + 1):
        protocol = telnet.Protocol()
        first, second = protocol.take(stream[:at]), protocol.take(stream[at:])
        assert (first[0] + second[0], first[1] + second[1]) == (text, replies)


def test_what_is_typed_over_telnet_ends_in_cr_lf_and_hides_no_command() -> None:
    assert telnet.typed(b"show\nq\r\xff") == b"show\r\nq\r\0\xff\xff"


LOGINS = [
    (["\a\nLogin: ", "Password: "], ["me", "secret"], False),
    (["\r\nUsername:", "Password:"], ["me", "secret"], False),
    (["Password:"], ["secret"], False),
    (["welcome\r\nLast login: ", "core login: "], [None, "me"], False),
    (["Login: ", "Password: ", "\r\nLogin: "], ["me", "secret"], True),
    (["Login: ", "Password: ", "Login incorrect\r\nPassword: "], ["me", "secret"], True),
    (["Login: ", "Login: "], ["me"], True),
]


@pytest.mark.parametrize(("prompts", "typed", "refused"), LOGINS)
def test_an_account_is_typed_once_where_it_is_asked_for(
    prompts: list[str], typed: list[str | None], *, refused: bool
) -> None:
    login = Login("me", "secret")
    assert [login.answer(prompt) for prompt in prompts[: len(typed)]] == typed
    if refused:
        with pytest.raises(Exception, match="refused"):
            login.answer(prompts[-1])


PROMPT = re.compile(r"(?:^|[\r\n])box(?:\(config\))?# $")
HEARD = {
    "echoed when read": ("a 1\r\nbox# b 2\r\n% no\r\nbox# c 3\r\nbox# ", ["", "% no", ""]),
    "echoed at once": (
        "a 1\r\nb 2\r\nc 3\r\nbox# \r\n% no\r\nbox# \r\nbox# ",
        ["", "% no", ""],
    ),
    "garbled": ("a~1\r\nbox# ~ 2\r\n% no\r\nbox# c~3\r\nbox# ", ["", "% no", ""]),
    "prompt in an answer": (
        "a 1\r\nbox# is a prompt\r\nbox# b 2\r\nbox# c 3\r\nx\r\nbox# ",
        ["box# is a prompt", "", "x"],
    ),
    "not yet": ("a 1\r\nbox# b 2\r\nbox# ", [""]),
    "one asked back and took the next": ("a 1\r\nsure (y/n) ? b 2\r\nbox# c 3\r\nbox# ", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize("case", HEARD)
def test_answers_to_a_block_are_told_apart(case: str) -> None:
    heard, wanted = HEARD[case]
    assert answers(heard, ["a 1", "b 2", "c 3"], PROMPT) == wanted


def commands(*texts: str, change: int = 0, answers: tuple[str, ...] = ()) -> list[Command]:
    return [Command(text, change=change, answers=answers) for text in texts]


SPLITS = [
    (commands("a", "b", "c"), [3]),
    ([*commands("a", "b"), *commands("c", change=1)], [2, 1]),
    ([*commands("new 1"), *commands("new 2", change=1), *commands("new 3", "b", change=2)], [3, 1]),
    ([*commands("a"), *commands("b", answers=("y",)), *commands("c")], [1, 1, 1]),
    (commands("a", "x\ny", "c"), [1, 1, 1]),
    (commands("a", "x" * 79, "c"), [1, 1, 1]),
    (commands(*(["x" * 70] * 12)), [MOST_BYTES // 71, MOST_BYTES // 71, 12 - 2 * (MOST_BYTES // 71)]),
    (commands(*("abcdefghi")), [4, 4, 1]),
    ([], []),
]


@pytest.mark.parametrize(("given", "sizes"), SPLITS)
def test_a_block_holds_only_what_may_fail_without_harm_to_the_rest(given: list[Command], sizes: list[int]) -> None:
    most = 4 if len(given) == 9 else 16
    made = list(Blocks(most, re.compile("new ")).split(given))
    assert [command for block in made for command in block] == given
    assert [len(block) for block in made] == sizes


def test_a_shell_is_typed_line_by_line() -> None:
    assert DRIVERS["linux_nft"].style.blocks.most == 1


CREATE = {
    "nortel_passport": 'config vlan {} create byport 1 name "v{}"',
    "nortel_ers": "vlan create {} type port",
    "huawei_vrp": "vlan batch {}",
}


@pytest.mark.parametrize("fault", [None, Slow(0.02), GarbleEcho(7)], ids=str)
@pytest.mark.parametrize("way", [Transport.SSH, Transport.TELNET])
@pytest.mark.parametrize("name", CREATE)
def test_a_block_is_obeyed_as_its_lines_would_be(
    lab: Lab, known: Path, name: str, way: Transport, fault: Slow | GarbleEcho | None
) -> None:
    device = DEVICES[name]
    driver = open_driver(lab, device, way, known)
    base = 600 + 100 * list(CREATE).index(name) + 20 * [None, Slow, GarbleEcho].index(type(fault) if fault else None)
    vlans = range(base + (10 if way is Transport.TELNET else 0), base + (20 if way is Transport.TELNET else 10))
    lines = [CREATE[name].format(vlan, vlan) for vlan in vlans]
    enter(driver, platform(name))
    if fault:
        lab.faults.set(device, fault)
    said = driver.ask_block(lines)
    lab.faults.clear()
    leave(driver, platform(name))
    assert driver.ask(LOOKS[name][0])
    driver.disconnect()
    assert [platform(name).refusal(each) for each in said] == [None] * len(lines)
    there = {str(vlan) for vlan in lab.personalities[device].snapshot()["vlans"]}  # type: ignore[attr-defined]
    assert {str(vlan) for vlan in vlans} <= there


@pytest.mark.parametrize("name", CREATE)
def test_a_refusal_within_a_block_is_told_with_its_line_and_what_followed(lab: Lab, known: Path, name: str) -> None:
    device, text = DEVICES[name], "% Invalid input detected at '^' marker."
    vlans = range(300, 305)
    orders = commands(*(CREATE[name].format(vlan, vlan) for vlan in vlans), change=7)
    after = commands(CREATE[name].format(399, 399).replace("create", "Create"), change=8)
    lab.faults.set(device, Refuse("302", "Error: Too many parameters found" if name == "huawei_vrp" else text))
    driver = open_driver(lab, device, Transport.SSH, known)
    enter(driver, platform(name))
    with pytest.raises(CommandRefusedError) as caught:
        send(driver, platform(name), [*orders, *after], device)
    leave(driver, platform(name))
    driver.disconnect()
    assert f"refused command 3 of 6, `{orders[2].text}`: " in str(caught.value)
    assert "The 2 lines typed together with it may have been obeyed, nothing after that was sent" in str(caught.value)
    there = {str(vlan) for vlan in lab.personalities[device].snapshot()["vlans"]}  # type: ignore[attr-defined]
    assert {"300", "301", "303", "304"} <= there
    assert not {"302", "399"} & there


def test_known_hosts_are_found_as_openssh_writes_them_and_a_changed_file_is_read_anew(lab: Lab, known: Path) -> None:
    spot, key = lab.endpoints[CORE], lab.host_keys[0]
    name = f"[{spot.address}]:{spot.ssh_port}"
    good = [f"{name} {key}", f"{HostKeys.hash_host(name)} {key}", f"# note\n\nother,{name} {key} comment"]
    bad = [f"# {name} {key}", f"{spot.address} {key}", f"@revoked {name} {key}", f"{name} ssh-ed25519 AAAA", name, ""]
    for text, trusted in [(text, True) for text in good] + [(text, False) for text in bad]:
        known.write_text(text + "\n")
        client = SSHClient()
        ssh.trust(client, known, spot.address, spot.ssh_port)
        assert (client.get_host_keys().lookup(name) is not None) is trusted, text
    known.unlink()
    with pytest.raises(LoginError, match="not known"), speaking(CORE):
        open_driver(lab, CORE, Transport.SSH, known)
