"""The drivers against emulated devices: greetings, pages, questions, refusals, silence, over real SSH."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest
from netmiko.exceptions import ReadTimeout
from netmiko.ssh_dispatcher import platforms
from support.laixi import AGG, CORE, FIREWALL, access_to, floor, lab_of, session, twin, typed

from govnet.errors import CommandRefusedError
from govnet.platforms.base import Command
from govnet.platforms.registry import PLATFORMS, platform
from lab.faults import DropAfter, GarbleEcho, Hang, Slow
from lab.server import running_lab
from nornir_tasks.session import SECTION, enter, leave, running_text, send
from sessions.drivers import DRIVERS
from sessions.drivers.hearing import Hearing
from sessions.wires import SessionEndedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab.faults import Fault
    from lab.server import Lab
    from nornir_tasks.runner import Access

pytestmark = pytest.mark.lab

ACCESS = floor(1)
DEVICES = {"nortel_passport": CORE, "nortel_ers": ACCESS, "huawei_vrp": AGG, "linux_nft": FIREWALL}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with lab_of(*DEVICES.values()) as running:
        yield running


@pytest.fixture
def access(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    yield access_to(lab, tmp_path_factory.mktemp("access"))
    lab.faults.clear()


def test_every_platform_has_a_driver_that_netmiko_finds() -> None:
    assert sorted(DRIVERS) == sorted(name for name in PLATFORMS if platform(name).shows), "what says nothing needs none"
    assert set(DEVICES) <= set(DRIVERS)
    assert set(DRIVERS) <= set(platforms)


class Words(NamedTuple):
    """What a platform says: to a look, to nonsense, and where the answer to the look begins and ends."""

    look: str
    first: str
    last: str
    nonsense: str
    refusal: str


WORDS = {
    "nortel_passport": Words("show config", "Preparing to Display Configuration", "back", "show vlan frob", "frob not"),
    "nortel_ers": Words("show running-config", "! Embedded", "!", "vlan frob 7", "% Invalid input detected"),
    "huawei_vrp": Words("display current-configuration", "!Software", "return", "frob", "Error: Unrecognized command"),
    "linux_nft": Words("ip link show", "1: lo", "link/ether", "frob", "command not found"),
}


@pytest.mark.parametrize("name", DEVICES)
def test_a_session_gets_from_greeting_to_answers_without_echo_and_prompt(access: Access, name: str) -> None:
    words = WORDS[name]
    with session(access, DEVICES[name]) as driver:
        once, twice = driver.ask(words.look), driver.ask(words.look)
    lines = [line.strip() for line in once.splitlines() if line.strip()]
    assert lines[0].startswith(words.first)
    assert lines[-1].startswith(words.last)
    assert words.look not in once
    assert not DRIVERS[name].style.prompt.search(once)
    assert len(twice.splitlines()) == len(once.splitlines())


@pytest.mark.parametrize("name", DEVICES)
def test_a_running_text_is_whole_and_understood_to_the_last_line(access: Access, name: str) -> None:
    speaks = platform(name)
    with session(access, DEVICES[name]) as driver:
        text = running_text(driver, speaks)
    marks = [line.removeprefix(SECTION) for line in text.splitlines() if line.startswith(SECTION)]
    assert marks == ([] if len(speaks.shows) == 1 else list(speaks.shows))


@pytest.mark.parametrize("name", DEVICES)
def test_nonsense_is_answered_with_the_devices_own_refusal(access: Access, name: str) -> None:
    words, speaks = WORDS[name], platform(name)
    with session(access, DEVICES[name]) as driver:
        enter(driver, speaks)
        said = driver.ask(words.nonsense)
        leave(driver, speaks)
        assert speaks.refusal(driver.ask(words.look)) is None
    assert words.refusal in (speaks.refusal(said) or "")


ORDERS = {
    "nortel_passport": ("config vlan 77 create byport 1", "config vlan 78 create byport 1", "77"),
    "nortel_ers": ("vlan create 77 type port", "vlan create 78 type port", "77"),
    "huawei_vrp": ("vlan batch 77", "vlan batch 78", "77"),
    "linux_nft": ("sysctl -w net.ipv4.ip_forward=1", "sysctl -w net.ipv4.ip_forward=0", ""),
}


@pytest.mark.parametrize("name", DEVICES)
def test_sending_stops_at_the_first_refusal_and_names_it(lab: Lab, access: Access, name: str) -> None:
    good, after, vlan = ORDERS[name]
    bad = WORDS[name].nonsense
    with session(access, DEVICES[name]) as driver:
        enter(driver, platform(name))
        with pytest.raises(CommandRefusedError) as caught:
            send(driver, platform(name), [Command(good), Command(bad, change=1), Command(after, change=2)], "dev01")
        leave(driver, platform(name))
    assert str(caught.value).startswith(f"dev01: refused command 2 of 3, `{bad}`: ")
    assert WORDS[name].refusal in str(caught.value)
    assert str(caught.value).endswith("Nothing after it was sent; make a new plan from what is there now.")
    vlans = {str(vid) for vid in lab.personalities[DEVICES[name]].snapshot()["vlans"]}  # type: ignore[attr-defined]
    assert (vlan in vlans, "78" in vlans) == (bool(vlan), False)


def test_the_passports_pages_are_turned_and_its_pager_is_left_as_it_is(access: Access) -> None:
    with session(access, CORE) as driver:
        paged = driver.ask("show config")
        driver.ask("config cli more false")
        flat = driver.ask("show config")
        driver.ask("config cli more true")
        again = driver.ask("show config")
    assert "cli more" not in paged
    assert "cli more false" in flat
    assert "--More--" not in paged
    assert len(paged.splitlines()) > 40, "more than one page, or nothing was turned"
    undated = [line for line in paged.splitlines() if not line.startswith("# ")]
    assert undated == [line for line in again.splitlines() if not line.startswith("# ")]


@pytest.mark.parametrize(
    ("name", "pages_on", "mark"),
    [("nortel_ers", "terminal length 23", "----More"), ("huawei_vrp", "screen-length 24 temporary", "---- More")],
)
def test_pages_are_turned_where_somebody_has_switched_them_on(
    access: Access, name: str, pages_on: str, mark: str
) -> None:
    with session(access, DEVICES[name]) as driver:
        flat = driver.ask(WORDS[name].look)
        driver.ask(pages_on)
        paged = driver.ask(WORDS[name].look)
    assert mark not in paged
    assert len(flat.splitlines()) > 50
    assert [line for line in paged.splitlines() if line.strip()] == [line for line in flat.splitlines() if line.strip()]


class Asked(NamedTuple):
    """An order that is asked back: what leads to it, the question, and a look whose answer shows it was obeyed."""

    before: tuple[str, ...]
    order: str
    question: str
    look: str
    obeyed: str


ASKED = {
    "nortel_passport": Asked(
        ("save config file a", "config vlan 70 create byport 1", "save config file b"),
        "copy b a",
        "/flash/a already existing, overwrite (y/n) ?",
        "more a",
        "vlan 70 create",
    ),
    "huawei_vrp": Asked(
        ("system-view",),
        "undo http server enable",
        "The operation will stop HTTP service. Continue? [Y/N]:",
        "display current-configuration",
        "undo http server enable",
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_question_is_answered_as_told_and_declined_when_nothing_was_told(access: Access, name: str) -> None:
    case = ASKED[name]
    with session(access, DEVICES[name]) as driver:
        for line in case.before:
            driver.ask(line)
        declined = driver.ask(case.order)
        assert case.obeyed not in driver.ask(case.look)
        accepted = driver.ask(case.order, ["y"])
        assert case.obeyed in driver.ask(case.look)
    assert case.question in declined
    assert case.question in accepted


def test_terminal_codes_are_dropped_wherever_packets_cut_them() -> None:
    text = "\x1b[2J\x1b[1;1Hone\r\n\x1b[16D                \x1b[16Dtwo \x1b[Kthree 莱西\x1b(B\x07\r\nbox:5# "
    raw = text.encode()
    for at in range(len(raw) + 1):
        hearing = Hearing()
        assert hearing.take(raw[:at]) + hearing.take(raw[at:]) == "one\r\ntwo three 莱西\r\nbox:5# "


def test_an_older_stackable_is_entered_through_its_menu(tmp_path_factory: pytest.TempPathFactory) -> None:
    old = replace(twin(ACCESS), model="BayStack 470-48T", software="3.6.0.6", console=())
    with running_lab([old], port=0, snmp_port=None) as lab:
        answers = typed(access_to(lab, tmp_path_factory.mktemp("old")), ACCESS, ["show vlan"])
    assert "VLAN #1" in answers[0]


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_that_falls_silent_is_given_up_on(lab: Lab, access: Access, name: str) -> None:
    look = WORDS[name].look
    lab.faults.set(DEVICES[name], Hang(look))
    with session(access, DEVICES[name]) as driver:
        driver.patience = 0.3  # from here on: logging in may take its time
        with pytest.raises(ReadTimeout, match=r"silent for \d+ s after"):
            driver.ask(look)


@pytest.mark.parametrize("last", ["answered", "silent", "lost"])
@pytest.mark.parametrize("name", DEVICES)
def test_a_session_that_the_device_drops_is_told_from_silence(lab: Lab, access: Access, name: str, last: str) -> None:
    look, spent = WORDS[name].look, len(DRIVERS[name].style.prepare)
    with session(access, DEVICES[name]) as driver:
        lab.faults.set(DEVICES[name], DropAfter(spent + 1, last))  # type: ignore[arg-type]
        with pytest.raises(SessionEndedError):
            [driver.ask(look) for _ in range(3)]


@pytest.mark.parametrize("fault", [GarbleEcho(5), Slow(0.05)], ids=str)
@pytest.mark.parametrize("name", DEVICES)
def test_a_bad_line_or_a_slow_box_changes_nothing_in_what_is_obeyed(
    lab: Lab, access: Access, name: str, fault: Fault
) -> None:
    with session(access, DEVICES[name]) as driver:
        clean = driver.ask(WORDS[name].look)
        lab.faults.set(DEVICES[name], fault)
        marred = driver.ask(WORDS[name].look)
    assert clean.splitlines()[-1] == marred.splitlines()[-1]
    assert len(marred.splitlines()) - len(clean.splitlines()) in (0, 1)
