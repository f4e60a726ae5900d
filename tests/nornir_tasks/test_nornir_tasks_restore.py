"""Back to a revision: over plan and apply, and in a rehearsal that tells what it could not bring back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.laixi import CORE, FIREWALL, TOWN, Estate, estate, floor, network, whole

from govnet.cli.restoring import restore
from govnet.config.intent import hardware, intent
from govnet.config.reading import Line, Reading
from govnet.errors import RefusedError
from govnet.isolation.proof import prove
from govnet.platforms.registry import platform
from nornir_tasks import tasks
from nornir_tasks.judging import judge
from nornir_tasks.planfile import Author, Request, make_file, read_file
from nornir_tasks.rehearsing import rehearse
from nornir_tasks.restoring import Backup, compared, plan_restore, restorable
from nornir_tasks.store import BackupStore
from nornir_tasks.waves import waves

if TYPE_CHECKING:
    from pathlib import Path

NAME = floor(1)
DEVICES = (NAME, CORE, FIREWALL, TOWN)


def backed_up(laixi: Estate, store: BackupStore, *names: str) -> str:
    whole(laixi.runner.run(tasks.backup, names, network=laixi.network, store=store))
    return store.commit("backup", names)


@pytest.mark.lab
def test_a_device_is_restored_to_a_revision_and_every_device_can_be_rehearsed(tmp_path: Path) -> None:
    store = BackupStore(tmp_path / "backups")
    with estate(tmp_path, *DEVICES) as laixi:
        laixi.read()
        laixi.mend()
        good = backed_up(laixi, store, *DEVICES)
        laixi.type(NAME, "configure terminal", "vlan create 77 type port", "vlan name 77 oops")
        backed_up(laixi, store, NAME)
        laixi.read()
        backup = restorable(laixi.network, store, NAME, good)
        plan = plan_restore(laixi.network, laixi.readings, [backup])
        assert [command.text for command in plan.devices[NAME].commands] == ["vlan delete 77"]
        whole(laixi.send(plan))
        assert laixi.read(NAME)[NAME].config == backup.reading.config
    other = tmp_path / "rehearsal"
    other.mkdir()
    backups = [restorable(network(), store, name, good) for name in DEVICES]
    with estate(other, *DEVICES) as lab:
        found, failed = rehearse(lab.runner, lab.network, backups)
    assert failed == {}
    assert {one.device: (one.exact, one.lost) for one in found} == dict.fromkeys(DEVICES, (True, ()))


@pytest.mark.lab
def test_a_rehearsal_names_what_it_could_not_bring_back(tmp_path: Path) -> None:
    foreign = Backup(NAME, Reading(intent(network(), CORE)), whole=True)
    strange = Reading(intent(network(), TOWN), (Line(3, "stp root primary"),))
    with estate(tmp_path, NAME, TOWN) as lab:
        found, failed = rehearse(lab.runner, lab.network, [foreign, Backup(TOWN, strange, whole=True)])
    assert "other ports" in str(failed[NAME])
    (town,) = (one for one in found if one.device == TOWN)
    assert (town.exact, town.lost) == (True, ("stp root primary",))


def test_what_is_still_to_do_is_said_in_words() -> None:
    wanted = intent(network(), NAME)
    box = platform("nortel_ers").factory(hardware(network(), NAME))
    left = compared(Backup(NAME, Reading(wanted), whole=True), Reading(box))
    assert not left.exact
    assert f"rename the device from {box.hostname} to {NAME}" in left.left


def test_a_restore_is_judged_like_any_plan() -> None:
    """The state out of the box puts every port into VLAN 1: nobody may bring that back unseen."""
    readings = {device.name: Reading(intent(network(), device.name)) for device in network().commanded()}
    assert not prove(network(), readings).violations
    box = platform("nortel_ers").factory(hardware(network(), NAME))
    plan = plan_restore(network(), readings, [Backup(NAME, Reading(box), whole=True)])
    made = make_file(network(), plan, judge(network(), readings, plan, waves(network(), [NAME])), Request(Author("a")))
    assert made.refused
    assert read_file(made.text(), network(), "p").refused == made.refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, f"{NAME}: revision HEAD holds no configuration of it; it holds other"),
        ('enable\nconfigure terminal\nsnmp-server location "secret room 7"\n', "has something masked that is part"),
    ],
)
def test_what_cannot_be_restored_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    store = BackupStore(tmp_path / "b")
    store.save("other" if text is None else NAME, text or "x\n", "nortel_ers")
    store.commit("x")
    with pytest.raises(RefusedError, match=said):
        restorable(network(), store, NAME, "HEAD")


def test_a_real_device_is_restored_by_an_approved_plan_only(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"straight away in a lab only. Write the plan to a file \(-o\)"):
        restore(NAME, network="laixi", revision="HEAD", lab=False, build=tmp_path)
