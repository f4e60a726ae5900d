"""`govnet evidence` and `govnet report` as people run them, on emulated devices, and on a station without any."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from support.bundles import key, seen, unjudged
from support.town_hall import Said, govnet, own_block, small_inventory, started

from govnet.signing import public_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.lab, pytest.mark.timeout(600)]


class Place:
    """A workplace with a lab: where commands run, and what the two exports of one network said."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.build = folder, folder / "build"
        self.inventory = small_inventory(folder, own_block())
        self.env = {"GOVNET_KEYS": str(folder / "keys")}
        self.exports: list[Said] = []

    def run(self, *words: str, **env: str) -> Said:
        return govnet(*words, build=self.build, env=self.env | env)

    def start(self, *words: str) -> Said:
        """Run a command in a Python that starts from nothing."""
        return started(*words, build=self.build, env=self.env)

    @property
    def bundles(self) -> list[Path]:
        return sorted((self.build / "small" / "evidence").glob("*.zip"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("place"))
    assert made.run("lab", "up", str(made.inventory)).code == 0
    try:
        made.exports = [run("evidence", "export", "small", "--json") for run in (made.start, made.run)]
        yield made
    finally:
        made.run("lab", "down", str(made.inventory))


def test_each_export_is_chained_to_the_one_before(place: Place) -> None:
    said = [json.loads(export.out) for export in place.exports]
    assert [(export.code, one["number"], one["failed"]) for export, one in zip(place.exports, said, strict=True)] == [
        (0, 1, {}),
        (0, 2, {}),
    ]
    assert said[1]["previous"] == said[0]["sha256"]
    assert said[0]["counts"]["fail"] > 0


def test_a_bundle_verifies_and_its_verdicts_come_out_the_same(place: Place) -> None:
    found = place.start("evidence", "verify", str(place.bundles[1]), "--json")
    assert found.code == 0, found.out
    (bundle,) = json.loads(found.out)["bundles"]
    assert (bundle["whole"], bundle["verdicts"]["same"]) == (True, True)
    assert bundle["chain"]["state"] == "follows the one before it"
    assert bundle["verdicts"]["counts"] == json.loads(place.exports[1].out)["counts"]


def test_a_changed_byte_is_named_and_leaves_with_nine(place: Place, tmp_path: Path) -> None:
    data = bytearray(place.bundles[0].read_bytes())
    data[random.Random(5).randrange(len(data))] ^= 1
    (tmp_path / "b.zip").write_bytes(data)
    found = place.run("evidence", "verify", str(tmp_path / "b.zip"), "--json")
    assert found.code == 9
    (bundle,) = json.loads(found.out)["bundles"]
    assert bundle["damages"][0]["part"]


def test_a_stranger_leaves_with_three_and_the_wrong_key_does_too(place: Place, tmp_path: Path) -> None:
    alone = place.run("evidence", "verify", str(place.bundles[0]), GOVNET_KEYS=str(tmp_path))
    assert (alone.code, "nobody vouches" in alone.out) == (3, True)
    wrong = place.run("evidence", "verify", str(place.bundles[0]), "--key", public_text(key()))
    assert wrong.code == 3
    right = place.run("evidence", "verify", str(place.bundles[0]), "--key", str(place.folder / "keys" / "evidence.pub"))
    assert right.code == 0


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("--key", b"", "is no public key"),
        ("--key", b"hello", "is no public key"),
        ("--key", b"\xff\xfe", "is no text in UTF-8"),
    ],
)
def test_a_key_that_is_none_is_told(place: Place, tmp_path: Path, option: str, content: bytes, said: str) -> None:
    (tmp_path / "key").write_bytes(content)
    done = place.run("evidence", "verify", str(place.bundles[0]), option, str(tmp_path / "key"))
    assert (done.code, said in done.err) == (2, True), done


def test_the_report_is_made_from_the_last_bundle(place: Place) -> None:
    found = place.start("report", "small", "--lang", "zh", "--json")
    assert found.code == 0, found.err
    page = (place.build / "small" / "audit.html").read_text()
    assert json.loads(place.exports[1].out)["sha256"] in page
    assert '<html lang="zh-Hans">' in page
    assert "与上次审计的差异" in page


def test_without_evidence_the_report_says_how_to_make_some(place: Place, tmp_path: Path) -> None:
    found = govnet("report", str(place.inventory), build=tmp_path / "elsewhere", env=place.env)
    assert found.code == 3
    assert "govnet evidence export" in found.err


def test_two_planes_are_joined_on_a_station_with_nothing_but_their_bundles(place: Place, tmp_path: Path) -> None:
    files = []
    for plane in "nw":
        files.append(tmp_path / f"{plane}.zip")
        files[-1].write_bytes(unjudged(seen(plane)))
    clean = place.start("evidence", "join", *map(str, files), "--json")
    assert clean.code == 0, clean.out
    assert json.loads(clean.out)["counts"] == {"pass": 6, "fail": 0, "unknown": 0}
    blind = place.run("evidence", "join", str(files[0]), str(place.bundles[0]))
    assert (blind.code, "different salts" in blind.err) == (3, True)
