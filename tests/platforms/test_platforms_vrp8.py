"""VRP 8 as it is told things: two stages by its release, and over real sessions all of a change runs or none does."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from support.huawei_configs import HARDWARE
from support.laixi import AGG, Estate, network, session
from support.napalm_devices import driver
from support.plans import plan_file

from govnet.config import diff, inverse
from govnet.config.intent import hardware, intent
from govnet.config.reading import Reading
from govnet.errors import CommandRefusedError, RefusedError
from govnet.platforms.base import Command
from govnet.platforms.huawei_vrp import PLATFORM, HuaweiVrp
from govnet.platforms.registry import platform
from lab.estate import twins
from lab.faults import Refuse
from lab.server import running_lab
from nornir_tasks.changes import begin, carry_out, new_id
from nornir_tasks.job import Ending, Job
from nornir_tasks.planfile import Author, Request
from nornir_tasks.session import enter, leave, send
from sessions.drivers.huawei_vrp import uncommitted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from govnet.config.model import DeviceConfig
    from govnet.network.model import Network
    from lab.personalities.huawei_vrp import HuaweiVrp as Emulated
    from sessions.drivers.base import GovnetSSH

lab = pytest.mark.lab
EIGHT: HuaweiVrp = PLATFORM.fitted(replace(HARDWARE, software="8.180"))


@pytest.mark.parametrize(
    ("model", "software", "stages"),
    [
        ("NE40E-X2", "V800R012C10", 2),
        ("NE40E-X2", "8.180", 2),
        ("ATN 910C-B", "8.180 V300R003C10SPC500", 2),
        ("NE40E", "VRP 8", 2),
        ("CE6810", "V300R023C00", 2),
        ("S5700-28C-EI", "5.170", 1),
        ("S5700-28C-EI", "V200R008C00", 1),
        ("AR6280", "5.170 V300R019C10SPC300", 1),
        ("S5700", "", 1),
    ],
)
def test_the_release_decides_between_one_stage_and_two(model: str, software: str, stages: int) -> None:
    fitted: Any = platform("huawei_vrp", replace(HARDWARE, model=model, software=software))
    assert bool(fitted.commit) == bool(fitted.discard) == bool(fitted.abandon) == (stages == 2)


def test_it_is_committed_without_a_comment_and_saved_apart() -> None:
    assert EIGHT.commit == (Command("commit"),)
    assert EIGHT.discard == (Command("clear configuration candidate"),)
    assert [command.text for command in EIGHT.save] == ["save"]
    assert not any("commit" in line for line in (*EIGHT.enter, *EIGHT.leave))


def test_a_trial_is_a_commit_with_a_time() -> None:
    assert EIGHT.trial(120) == (Command("commit trial 120"),)
    assert EIGHT.abandon == (Command("abort trial", answers=("y",)),)
    for seconds in (59, 65536):
        with pytest.raises(RefusedError, match="60 to 65535"):
            EIGHT.trial(seconds)
    with pytest.raises(RefusedError, match="VRP 5"):
        PLATFORM.trial(120)


@pytest.mark.parametrize(
    ("output", "left"),
    [
        ("Trial status: INACTIVE \nTrial time left (sec): 0\n", 0),
        ("Trial status:  ACTIVE\nTrial time left (sec): 51\n", 51),
        ("Trial status: ACTIVE \nPersist id: IQ,d4668\nTrial time left (sec): 30\n", 30),
        ("Error: Unrecognized command found at '^' position.\n", None),
        ("", None),
    ],
)
def test_the_status_of_a_trial_is_read_as_documented(output: str, left: int | None) -> None:
    assert HuaweiVrp.trial_left(output) == left


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("[*HUAWEI]", True),
        ("[*PE1-vpn-instance-vpn1-af-ipv4]", True),
        ("HRP_A[*FW]", True),
        ("HRP_S[~FW]", False),
        ("[~HUAWEI-GigabitEthernet1/0/1]", False),
        ("[HUAWEI]", None),
        ("<HUAWEI>", None),
        ("", None),
    ],
)
def test_the_prompt_says_whether_something_is_uncommitted(prompt: str, *, said: bool | None) -> None:
    assert uncommitted(prompt) is said


@cache
def eight() -> Network:
    """Return Laixi with an aggregation switch that runs VRP 8."""
    found = network()
    devices = {**found.devices, AGG: replace(found.devices[AGG], model="CE6810-48S", software="8.180")}
    return replace(found, devices=devices)


@contextmanager
def estate(folder: Path) -> Iterator[Estate]:
    twin = next(each for each in twins(eight()) if each.name == AGG)
    with running_lab([twin], port=0, snmp_port=None) as made:
        laixi = Estate(made, folder, eight(), patience=10)
        try:
            laixi.read()
            yield laixi
        finally:
            laixi.close()


@pytest.fixture
def laixi(tmp_path: Path) -> Iterator[Estate]:
    with estate(tmp_path) as made:
        yield made


def box(laixi: Estate) -> Emulated:
    found: Any = laixi.lab.personalities[AGG]
    return found


def speaks() -> Any:
    return platform("huawei_vrp", hardware(eight(), AGG))


def running(laixi: Estate) -> DeviceConfig:
    return laixi.read()[AGG].config


def commits(laixi: Estate) -> int:
    store = box(laixi).store
    assert store is not None
    return len(store.history)


def tell(session: GovnetSSH, commands: list[Command]) -> None:
    enter(session, speaks())
    send(session, speaks(), commands, AGG)
    assert session.uncommitted is False
    leave(session, speaks())


@lab
def test_a_change_is_committed_whole_and_its_inverse_leads_back(laixi: Estate) -> None:
    before, wanted = running(laixi), intent(eight(), AGG)
    there, installed = diff(before, wanted), commits(laixi)
    with session(laixi.access, AGG) as driver_:
        tell(driver_, speaks().say(there, before))
        assert (running(laixi), commits(laixi)) == (wanted, installed + 1)
        tell(driver_, speaks().say(inverse(there), wanted))
    assert (running(laixi), commits(laixi)) == (before, installed + 2)


@lab
def test_a_plan_is_applied_and_saved(laixi: Estate) -> None:
    laixi.mend()
    assert running(laixi) == intent(eight(), AGG)
    assert "sysname lx-adc-u-agg01" in box(laixi).box.saved
    assert laixi.plan().devices[AGG].commands == ()


@lab
@pytest.mark.parametrize("at", ["vlan batch", "commit"])
def test_after_a_refusal_nothing_waits_and_nothing_runs_of_it(at: str, laixi: Estate) -> None:
    before, installed = running(laixi), commits(laixi)
    laixi.lab.faults.set(AGG, Refuse(at, "Error: The system is busy."))
    commands = speaks().say(diff(before, intent(eight(), AGG)), before)
    with session(laixi.access, AGG) as driver_:
        enter(driver_, speaks())
        with pytest.raises(CommandRefusedError, match=r"Error: The system is busy.*Nothing of it runs"):
            send(driver_, speaks(), commands, AGG)
        assert driver_.uncommitted is False
    assert (running(laixi), commits(laixi)) == (before, installed)


@lab
def test_a_box_that_was_taken_for_vrp_5_is_told_from_its_prompt(laixi: Estate) -> None:
    before = running(laixi)
    five = platform("huawei_vrp")
    with session(laixi.access, AGG) as driver_:
        enter(driver_, five)
        with pytest.raises(CommandRefusedError, match="the release that is known of it does not have"):
            send(driver_, five, [Command("vlan batch 77")], AGG)
    assert running(laixi) == before


@lab
def test_a_session_that_is_closed_early_commits_nothing(laixi: Estate) -> None:
    before = running(laixi)
    with session(laixi.access, AGG) as driver_:
        for line in ("system-view", "vlan 77"):
            driver_.ask(line)
        assert driver_.uncommitted is True
    with session(laixi.access, AGG) as driver_:
        driver_.ask("system-view")
        driver_.ask("vlan 77")
        assert "Uncommitted configurations" in driver_.ask("return")
        assert driver_.uncommitted is None
    assert running(laixi) == before


@lab
def test_a_trial_is_taken_back_and_a_second_commit_keeps_it(laixi: Estate) -> None:
    with session(laixi.access, AGG) as driver_:
        for lines, kept in ((speaks().abandon, False), (speaks().commit, True)):
            for command in (Command("system-view"), Command("vlan batch 77"), *speaks().trial(60)):
                driver_.ask(command.text)
            assert 77 in running(laixi).vlans
            left = HuaweiVrp.trial_left(driver_.ask("display configuration trial status"))
            assert left is not None
            assert 0 < left <= 60
            for command in lines:
                driver_.ask(command.text, command.answers)
            assert HuaweiVrp.trial_left(driver_.ask("display configuration trial status")) == 0
            assert (77 in running(laixi).vlans) is kept
            driver_.ask("return")


@lab
@pytest.mark.parametrize("refused", ["", "commit"])
def test_an_approved_plan_is_carried_out_or_leaves_the_box_as_it_was(refused: str, laixi: Estate) -> None:
    before = running(laixi)
    readings = {AGG: Reading(before)}
    plan = plan_file(readings, {AGG: intent(eight(), AGG)}, eight(), Request(Author("ann"), accept_unknown=True))
    change = new_id(laixi.journal, plan, datetime.now(UTC))
    begin(laixi.journal, plan, change)
    if refused:
        laixi.lab.faults.set(AGG, Refuse(refused, "Error: The system is busy."))
    job = Job(eight(), plan.plan.devices, change, laixi.journal, accept_unverified=True, deadline=60)
    report = carry_out(laixi.runner, plan, job)
    assert report.devices == {AGG: Ending.AS_BEFORE if refused else Ending.AS_PLANNED}
    assert running(laixi) == (before if refused else intent(eight(), AGG))


@lab
def test_napalm_commits_and_rolls_back(laixi: Estate) -> None:
    before = running(laixi)
    with driver(laixi.access, "huawei_vrp") as device:
        assert device.get_facts()["os_version"].startswith("8.180")
        device.load_merge_candidate(config="vlan batch 77\nvlan 77\n description lab77\n")
        device.commit_config()
        assert running(laixi).vlans[77].name == "lab77"
        device.rollback()
    assert running(laixi) == before
