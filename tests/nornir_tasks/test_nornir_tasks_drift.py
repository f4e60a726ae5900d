"""Drift: running against intent against the last backup, and who is to be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.laixi import CORE, estate, floor, network, whole

from govnet.config.intent import intent
from govnet.config.reading import Line, Reading
from govnet.config.switching import Vlan
from nornir_tasks import tasks
from nornir_tasks.drifting import Cause, drift
from nornir_tasks.restoring import Backup, read_backup
from nornir_tasks.store import BackupStore

if TYPE_CHECKING:
    from pathlib import Path

    from govnet.config.model import DeviceConfig

NAME = floor(1)


def wanted() -> DeviceConfig:
    return intent(network(), NAME)


def with_vlan(number: int, config: DeviceConfig | None = None) -> DeviceConfig:
    config = config or wanted()
    return replace(config, vlans={**config.vlans, number: Vlan("x")})


@pytest.mark.parametrize(
    ("then", "now", "causes", "stale"),
    [
        (wanted(), wanted(), [], False),
        (wanted(), with_vlan(77), [Cause.DEVICE], True),
        (with_vlan(77), with_vlan(77), [Cause.INTENT], False),
        (with_vlan(77), with_vlan(78, with_vlan(77)), [Cause.INTENT, Cause.DEVICE], True),
        (with_vlan(77), wanted(), [], True),
        (None, with_vlan(77), [Cause.UNKNOWN], True),
        (None, wanted(), [], True),
    ],
)
def test_every_difference_has_a_cause(
    then: DeviceConfig | None, now: DeviceConfig, causes: list[Cause], *, stale: bool
) -> None:
    backup = Backup(NAME, Reading(then), whole=True) if then else None
    found = drift(network(), NAME, Reading(now), backup)
    assert [one.cause for one in found.differences] == causes
    assert (found.drifted, found.stale, found.backed_up) == (bool(causes), stale, then is not None)
    assert [str(one) for one in found.differences if one.cause is Cause.DEVICE] in (
        [],
        ["delete VLAN 77 x"],
        ["delete VLAN 78 x"],
    )


def test_a_line_that_is_not_modelled_drifts_too_and_holds_no_secret() -> None:
    backup = Backup(NAME, Reading(wanted(), (Line(3, "eapol enable"),)), whole=True)
    found = drift(network(), NAME, Reading(wanted(), (Line(9, "radius server key hush"),)), backup)
    assert (found.gone, found.new) == (("eapol enable",), ("radius server key ********",))
    assert found.drifted
    assert not found.differences
    moved = drift(network(), NAME, Reading(wanted(), (Line(7, "eapol enable"),)), backup)
    assert not moved.drifted, "a line that only moved"


@pytest.mark.lab
def test_what_somebody_typed_since_the_backup_is_told_in_changes(tmp_path: Path) -> None:
    store = BackupStore(tmp_path / "backups")
    with estate(tmp_path, NAME, CORE) as laixi:
        laixi.read()
        laixi.mend()
        whole(laixi.runner.run(tasks.backup, [NAME, CORE], network=laixi.network, store=store))
        store.commit("good")
        laixi.type(NAME, "configure terminal", "vlan create 77 type port")
        laixi.read()
    found = {
        name: drift(laixi.network, name, reading, read_backup(laixi.network, store, name))
        for name, reading in laixi.readings.items()
    }
    assert not found[CORE].drifted
    assert not found[CORE].stale
    assert [(str(one), one.cause) for one in found[NAME].differences] == [("delete VLAN 77", Cause.DEVICE)]
    assert found[NAME].as_json()["since_backup"] == ["create VLAN 77"]
