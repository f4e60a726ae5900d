"""The playbooks that change no device, each twice and for real, by ansible-playbook and by `govnet play`; in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.laixi import CORE, floor
from support.playbooks import BIN, PLAYBOOKS, House, differing, house_in, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.lab, pytest.mark.timeout(600), pytest.mark.xdist_group("playbooks-looking")]

FLOOR = floor(1)
SECRET = "not-to-be-found-anywhere"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("playbooks")) as made:
        yield made


def test_no_host_is_an_error(house: House) -> None:
    alone, through = house.ansible("backup", "--limit", "lx-adc-u-srv01"), house.play("backup", "--limit", "nosuch")
    assert alone.code != 0
    assert "Could not match" in alone.said
    assert through.code == 3, through.said
    assert not house.work.backups.exists()


def test_a_wrong_inventory_is_an_error_and_names_the_cause(house: House) -> None:
    wrong = house.root / "wrong" / "govnet.yml"
    wrong.parent.mkdir()
    wrong.write_text("{plugin: govnet, network: nowhere}")
    done = house.run([str(BIN / "ansible-playbook"), "-i", str(wrong), "backup.yml"], PLAYBOOKS)
    assert done.returncode != 0
    assert "nowhere: there is no such network" in done.stdout + done.stderr


def test_render_writes_what_differs_and_nothing_twice(house: House) -> None:
    ok(house.ansible("render"), 8)
    ok(house.play("render"), 0)
    path = house.work.folder / "rendered" / f"{FLOOR}.txt"
    text = path.read_text()
    path.write_text(text + "an old line\n")
    shown = house.ansible("render", "--check", "--diff", "--limit", "role_acc")
    ok(shown, 1)
    assert "-an old line" in shown.said
    assert path.read_text() == text + "an old line\n"


def test_backup_keeps_what_differs_and_touches_only_the_limit(house: House) -> None:
    ok(house.play("backup", "--limit", FLOOR), 1)
    assert [path.stem for path in house.work.backups.glob("*.cfg")] == [FLOOR]
    assert set(house.rows("SELECT DISTINCT device FROM steps WHERE step = 'backup'")) == {(FLOOR,)}
    ok(house.ansible("backup", "--check"), 7)
    assert [path.stem for path in house.work.backups.glob("*.cfg")] == [FLOOR]
    ok(house.ansible("backup"), 7)
    ok(house.play("backup"), 0)


def test_a_plan_is_made_once_and_is_not_deployed_unapproved(house: House) -> None:
    before = house.state()
    ok(house.ansible("plan"), 1)
    text = house.plan.read_bytes()
    ok(house.play("plan"), 0)
    assert house.plan.read_bytes() == text
    refused = house.play("deploy", "--accept-unverified")
    assert refused.code == 3
    assert "nobody has approved this plan" in refused.said
    assert differing(before, house.state()) == set()


def test_no_secret_is_in_what_a_run_leaves(house: House) -> None:
    running = house.work.running_lab()
    assert running
    secrets = {"GOVNET_USERNAME": "ann", "GOVNET_PASSWORD": SECRET, "SOME_TOKEN": SECRET}
    refused = house.play("backup", "--real", "--limit", CORE, **secrets)
    assert refused.code == 4, "the real device does not answer here"
    held = [
        path for path in (house.root / "build").rglob("*") if path.is_file() and path.parent != house.work.lab_folder
    ]
    assert any(path.name == "command" for path in held)
    for path in held:
        content = path.read_bytes()
        assert SECRET.encode() not in content, path
        assert running.credentials.password.encode() not in content, path
        assert path.name not in ("account.json", "backup.key")
