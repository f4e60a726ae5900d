"""The guard of an unconfirmed commit: called off, in time, after failures, never; and what is found where."""

from __future__ import annotations

import subprocess
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING

import napalm
import pytest
from support.laixi import ROOT, until

from custom_napalm._base import GovnetConnection
from custom_napalm._driver import GovnetDriver
from custom_napalm._guard import Guard, GuardState
from custom_napalm._ping import refuse_name
from govnet.platforms.registry import PLATFORMS

if TYPE_CHECKING:
    from pathlib import Path

DRIVERS = sorted(path.stem for path in (ROOT / "custom_napalm").glob("[a-z]*.py"))


class Device:
    """Takes a change back after so many failures."""

    def __init__(self, failures: int) -> None:
        self.failures, self.calls, self.reverted = failures, 0, threading.Event()

    def revert(self) -> None:
        self.calls += 1
        if self.calls <= self.failures:
            raise OSError("no route")
        self.reverted.set()


@pytest.mark.parametrize("failures", [0, 1, 3])
def test_a_guard_tries_until_the_change_is_taken_back(failures: int) -> None:
    device = Device(failures)
    guard = Guard("sw", 0, device.revert, pause=0)
    guard.wait()
    assert (guard.state, device.calls, guard.pending) == (GuardState.REVERTED, failures + 1, False)
    assert not guard.call_off()


def test_a_guard_that_is_called_off_does_nothing_and_can_be_called_off_once() -> None:
    device = Device(0)
    guard = Guard("sw", 60, device.revert)
    assert guard.pending
    assert guard.call_off()
    assert not guard.pending
    assert not guard.call_off()
    assert device.calls == 0


def test_a_guard_gives_up_in_the_end_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard("sw", 0, Device(10**6).revert, pause=0)
    guard.wait()
    assert guard.state is GuardState.FAILED
    assert str(guard.error) == "no route"
    assert "try 20 of 20" in caplog.text


def test_a_change_is_pending_while_it_is_being_taken_back() -> None:
    begun, go = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go.wait(10)

    guard = Guard("sw", 0, slow)
    until(begun.is_set)
    assert guard.pending
    assert not guard.call_off()
    go.set()
    guard.wait()
    assert guard.state is GuardState.REVERTED


def test_every_platform_has_a_driver() -> None:
    # A platform may come before its driver; what is here must be complete.
    assert {"huawei_vrp", "linux_nft", "nortel_ers", "nortel_passport"} <= set(DRIVERS) <= set(PLATFORMS)


@pytest.mark.parametrize("name", DRIVERS)
def test_napalm_finds_the_driver_and_not_its_base(name: str) -> None:
    found = napalm.get_network_driver(name)
    assert found is getattr(import_module(f"custom_napalm.{name}"), found.__name__)
    assert issubclass(found, GovnetDriver)
    assert found not in {GovnetDriver, GovnetConnection}
    assert found.platform_name == name


def test_the_package_is_a_namespace_and_found_from_anywhere(tmp_path: Path) -> None:
    assert not (ROOT / "custom_napalm" / "__init__.py").exists()
    (tmp_path / "custom_napalm").mkdir()
    (tmp_path / "custom_napalm" / "of_the_site.py").write_text("WHO = 'the site'\n")
    code = (
        "import napalm; from custom_napalm.of_the_site import WHO;"
        " print(napalm.get_network_driver('nortel_passport').__name__, WHO)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["NortelPassportDriver", "the", "site"]


@pytest.mark.parametrize("name", ["8.8.8.8; reboot", "$(reboot)", "a b", "-f", "x\ny", "`id`", "a|b"])
def test_nothing_but_names_gets_into_a_command_line(name: str) -> None:
    with pytest.raises(ValueError, match="no name or address"):
        refuse_name(name)
