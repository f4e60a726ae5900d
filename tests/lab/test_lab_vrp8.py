"""The emulated VRP 8: its dialogues as documented, its clock, two sessions at once, and netmiko's stock driver."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
from netmiko import ConnectHandler

from lab.personalities.huawei_vrp import HuaweiVrp, build, runs_eight
from lab.server import running_lab
from lab.terminal import SessionClosed
from lab.twin import Twin

TWIN = Twin(
    name="hx-pe-w-01",
    kind="router",
    platform="huawei_vrp",
    model="CE6810-48S",
    software="8.180",
    address="127.21.0.18",
    management="10.1.1.1/24",
    ports=tuple(f"GigabitEthernet1/0/{number}" for number in range(1, 5)),
)
LEAVE = "Warning: Uncommitted configurations found, commit them before exiting? [Y(yes)/N(no)/C(cancel)]:"
TRIAL = (
    "Info: The system enters the trial configuration mode.\n"
    "The system will revert to previous configuration if the trial configuration is not confirmed in 120 seconds.\n"
)


Line = str | Callable[[], Awaitable[None]]


@dataclass
class Clock:
    """Seconds of the epoch, as the test wants them."""

    now: float = 1341346840.0  # 2012-07-03 20:20:40

    def __call__(self) -> float:
        return self.now


@dataclass
class Script:
    """A terminal whose typist follows a script; a number in it lets so many seconds pass, a function does something."""

    lines: list[Line]
    clock: Clock = field(default_factory=Clock)
    out: str = ""

    def write(self, text: str) -> None:
        self.out += text

    async def read_line(self, *, echo: bool = True) -> str:
        while self.lines:
            line = self.lines.pop(0)
            if not isinstance(line, str):
                await line()
            elif line.isdecimal():
                self.clock.now += int(line)
            else:
                self.out += f"{line}\n" if echo else "\n"
                return line
        raise SessionClosed

    async def read_key(self) -> str:
        raise SessionClosed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(clock: Clock) -> HuaweiVrp:
    return build(TWIN, clock)


def talk(box: HuaweiVrp, clock: Clock, *lines: Line) -> str:
    """Type lines in one session, from the user view; return everything shown after the greeting."""
    script = Script(["screen-length 0 temporary", *lines], clock)
    with contextlib.suppress(SessionClosed):
        asyncio.run(box.session(script))
    return script.out.partition("interface only.\n")[2]


@pytest.mark.parametrize(
    ("model", "software", "eight"),
    [
        ("NE40E-X2", "V800R011C00SPC200", True),
        ("NE40E-X2", "8.180", True),
        ("ATN 910C-B", "8.180 V300R003C10SPC500", True),
        ("CE6810-48S", "V200R005C10", True),
        ("S5700-28C-EI", "5.170", False),
        ("S5700-28C-HI", "V200R005C00SPC500", False),
        ("AR6280", "5.170 V300R019C10SPC300", False),
        ("S5700-28C-EI", "", False),
    ],
)
def test_the_release_says_which_vrp_it_is(model: str, software: str, *, eight: bool) -> None:
    assert runs_eight(model, software) is eight
    assert (build(replace(TWIN, model=model, software=software)).store is not None) is eight


DIALOGUES = {
    "commit trial and abort trial (NE CfgTrial)": (
        ["system-view", "sysname rollback", "commit trial 120", "abort trial", "y"],
        (
            "<HUAWEI>system-view\n"
            "Enter system view, return user view with return command.\n"
            "[~HUAWEI]sysname rollback\n"
            "[*HUAWEI]commit trial 120\n"
            f"Committing..done. \n{TRIAL}"
            "[~rollback]abort trial\n"
            "Warning: The trial configuration will be rolled back. Continue? [Y/N]:y\n"
            "Info: The trial configuration rollback succeeded.\n"
            "[~HUAWEI]"
        ),
    ),
    "commit list (NE DisplayCommitList)": (
        ["system-view", "sysname ROLLBACK", "commit description This is a test", "display configuration commit list v"],
        (
            "[*HUAWEI]commit description This is a test\n"
            "[~ROLLBACK]display configuration commit list v\n"
            "1) CommitId: 1000000001\n"
            "        Label: -\n"
            "        User: root\n"
            "        User-Intf: VTY 0\n"
            "        Type: CLI\n"
            "        TimeStamp: 2012-07-03 20:20:40\n"
            "        Description: This is a test\n"
            "[~ROLLBACK]"
        ),
    ),
    "trial status (NE DisplayTrialState)": (
        [
            "system-view",
            "display configuration trial status",
            "sysname x",
            "commit trial 120",
            "69",
            "display configuration trial status",
        ],
        "[~x]display configuration trial status\nTrial status: ACTIVE \nTrial time left (sec): 51\n[~x]",
    ),
    "no trial": (
        ["system-view", "display configuration trial status"],
        "[~HUAWEI]display configuration trial status\nTrial status: INACTIVE \nTrial time left (sec): 0\n[~HUAWEI]",
    ),
    "candidate (NE DisplayPreview)": (
        ["system-view", "user-interface vty 0 4", "idle-timeout 1 30", "display configuration candidate"],
        (
            "[~HUAWEI-ui-vty0-4]idle-timeout 1 30\n"
            "[*HUAWEI-ui-vty0-4]display configuration candidate\n"
            "user-interface vty 0 4\n"
            " idle-timeout 1 30\n"
            "[*HUAWEI-ui-vty0-4]"
        ),
    ),
    "candidate changes": (
        ["system-view", "interface GigabitEthernet1/0/1", "shutdown", "display configuration candidate changes"],
        (
            "[*HUAWEI-GigabitEthernet1/0/1]display configuration candidate changes\n"
            "Building configuration\n"
            "  #\n"
            "  interface GigabitEthernet1/0/1\n"
            "+  shutdown\n"
            "[*HUAWEI-GigabitEthernet1/0/1]"
        ),
    ),
    "clear": (
        ["system-view", "vlan 77", "clear configuration candidate", "display configuration candidate"],
        "[*HUAWEI-vlan77]clear configuration candidate\n[~HUAWEI]display configuration candidate\n[~HUAWEI]",
    ),
    "what is uncommitted does not run": (
        ["system-view", "vlan 77", "description x", "display this", "commit", "display this"],
        (
            "[*HUAWEI-vlan77]display this\n#\nreturn\n[*HUAWEI-vlan77]commit\n"
            "[~HUAWEI-vlan77]display this\n#\nvlan 77\n description x\n#\nreturn\n[~HUAWEI-vlan77]"
        ),
    ),
    "leaving: yes": (["system-view", "sysname x", "return", "y"], f"[*HUAWEI]return\n{LEAVE}y\n<x>"),
    "leaving: no": (["system-view", "sysname x", "quit", "n"], f"[*HUAWEI]quit\n{LEAVE}n\n<HUAWEI>"),
    "leaving: cancel": (
        ["system-view", "acl 2000", "return", "perhaps", "c"],
        (
            f"[*HUAWEI-acl4-basic-2000]return\n{LEAVE}perhaps\n"
            "Error: Please choose 'YES', 'NO' or 'CANCEL' first before pressing 'Enter'. [Y/N/C]:c\n"
            "[*HUAWEI-acl4-basic-2000]"
        ),
    ),
    "from a view to the system view nothing is asked": (
        ["system-view", "vlan 77", "quit"],
        "[*HUAWEI-vlan77]quit\n[*HUAWEI]",
    ),
    "a comment is no commit": (
        ["system-view", "sysname x", 'commit comment "x"', "commit"],
        (
            f'[*HUAWEI]commit comment "x"\n{" " * 16}^\n'
            "Error: Unrecognized command found at '^' position.\n[*HUAWEI]commit\n[~x]"
        ),
    ),
    "rollback": (
        ["system-view", "sysname a", "commit", "sysname b", "commit", "quit", "rollback configuration last 1", "y"],
        (
            "<b>rollback configuration last 1\n"
            "Warning: This operation will revert configuration changes to the previous status. Continue? [Y/N]:y\n"
            "Loading rollback changes\nCommitting\nCheck rollback result\nConfiguration rollback succeeded.\n"
            "Please use 'display configuration commit changes last 1' to view the changes.\n"
            "<a>"
        ),
    ),
    "save": (
        ["save", "y"],
        (
            "<HUAWEI>save\nWarning: all configuration will be written to the device.\nAre you sure to continue?[Y/N]y\n"
            "Now saving the current configuration to the slot 0 .\nInfo: Save the configuration successfully.\n<HUAWEI>"
        ),
    ),
}


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_dialogue_goes_as_documented(name: str, box: HuaweiVrp, clock: Clock) -> None:
    lines, shown = DIALOGUES[name]
    assert talk(box, clock, *lines).endswith(shown)


@pytest.mark.parametrize(
    ("rest", "name"),
    [
        (["119"], "x"),
        (["120"], "HUAWEI"),
        (["commit", "500"], "x"),
        (["sysname y", "commit", "500"], "y"),
        (["abort trial", "n"], "x"),
        (["abort trial", "y"], "HUAWEI"),
        (["quit", "120"], "HUAWEI"),
    ],
)
def test_a_trial_ends_by_its_clock_or_by_a_commit(rest: list[str], name: str, box: HuaweiVrp, clock: Clock) -> None:
    shown = talk(box, clock, "system-view", "sysname x", "commit trial 120", *rest, "display version")
    assert shown.rstrip("]>").endswith(name)
    assert box.snapshot()["sysName"] == name


def test_a_trial_whose_session_is_gone_ends_by_the_clock_alone(box: HuaweiVrp, clock: Clock) -> None:
    talk(box, clock, "system-view", "sysname x", "commit trial")
    for line in ("commit", "abort trial"):
        assert "Error: Another session" in talk(box, clock, "system-view", line)
    clock.now += 599
    assert box.snapshot()["sysName"] == "x"
    clock.now += 1
    assert box.snapshot()["sysName"] == "HUAWEI"


@pytest.mark.parametrize("seconds", ["59", "65536"])
def test_a_trial_is_no_shorter_than_a_minute(seconds: str, box: HuaweiVrp, clock: Clock) -> None:
    shown = talk(box, clock, "system-view", "sysname x", f"commit trial {seconds}")
    assert shown.endswith("Error: Wrong parameter found at '^' position.\n[*HUAWEI]")


def test_what_is_uncommitted_goes_with_its_session(box: HuaweiVrp, clock: Clock) -> None:
    talk(box, clock, "system-view", "sysname x", "vlan batch 10 20")
    shown = talk(box, clock, "system-view", "display current-configuration")
    assert "sysname HUAWEI\n" in shown
    assert "vlan batch" not in shown
    assert shown.endswith("[~HUAWEI]")


def test_a_commit_over_what_another_has_changed_is_refused(box: HuaweiVrp, clock: Clock) -> None:
    async def another() -> None:
        with contextlib.suppress(SessionClosed):
            await box.session(Script(["system-view", "sysname b", "commit"]))

    shown = talk(
        box, clock, "system-view", "sysname a", another, "commit", "clear configuration candidate", "vlan 2", "commit"
    )
    assert "[*HUAWEI]commit\nError: The configuration has been changed" in shown
    assert shown.endswith("[*b]clear configuration candidate\n[~b]vlan 2\n[*b-vlan2]commit\n[~b-vlan2]")


def test_rolling_back_leads_to_every_earlier_commit(box: HuaweiVrp, clock: Clock) -> None:
    for name in ("a", "b", "c"):
        talk(box, clock, "system-view", f"sysname {name}", "commit")
    for target, name in (("to commit-id 1000000001", "a"), ("last 1", "c"), ("last 4", "a"), ("last 6", "HUAWEI")):
        talk(box, clock, f"rollback configuration {target}", "y")
        assert box.hostname == name, target
    assert "Error: The specified commit does not exist." in talk(box, clock, "rollback configuration last 99")


def test_netmiko_stock_driver_commits_over_ssh() -> None:
    with running_lab([TWIN], port=0, snmp_port=None) as lab:
        end, account = lab.endpoints[TWIN.name], lab.credentials
        connection = ConnectHandler(
            device_type="huawei_vrpv8",
            host=end.address,
            port=end.ssh_port,
            username=account.username,
            password=account.password,
        )
        connection.send_config_set(["vlan batch 10 20"])
        assert connection.find_prompt() == "[*HUAWEI]"
        assert "vlan batch" not in connection.send_command("display current-configuration")
        connection.commit()
        assert connection.find_prompt() == "<HUAWEI>"
        assert "vlan batch 10 20\n" in connection.send_command("display current-configuration")
        assert "successfully" in connection.save_config()
        connection.paramiko_cleanup()
