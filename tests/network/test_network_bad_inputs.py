"""Inventories that must be refused, each beside the exact messages that a person gets.

A case is a folder: ``edits.yaml`` changes texts of the Laixi inventory (each must occur exactly once), other files take
the place of its files, and ``expected.txt`` holds the messages, with the folder written as ``laixi``.

Whoever moves lines of the Laixi inventory runs this file as a program and reads what it changed before committing it.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
import yaml

from govnet import resources
from govnet.errors import InputError
from govnet.network.load import load

CASES = sorted(path for path in (Path(__file__).parent / "bad_inputs").iterdir() if path.is_dir())


def changed(case: Path, folder: Path) -> Path:
    shutil.copytree(resources.folder("inventory") / "laixi", folder)
    for file in case.glob("*.yaml"):
        if file.name != "edits.yaml":
            shutil.copy(file, folder)
    edits = case / "edits.yaml"
    for edit in yaml.safe_load(edits.read_text(encoding="utf-8")) if edits.exists() else []:
        apply_edit(folder / edit["file"], edit)
    return folder


def apply_edit(target: Path, edit: dict[str, str]) -> None:
    if edit.get("remove"):
        target.unlink()
        return
    text = target.read_text(encoding="utf-8")
    assert text.count(edit["find"]) == 1, f"{edit['find']!r} occurs {text.count(edit['find'])} times in {target.name}"
    target.write_text(text.replace(edit["find"], edit["replace"]), encoding="utf-8")


def messages(case: Path, tmp_path: Path) -> str:
    folder = changed(case, tmp_path / "laixi")
    with pytest.raises(InputError) as caught:
        load(folder)
    return str(caught.value).replace(str(folder), "laixi") + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_messages_are_as_expected(case: Path, tmp_path: Path) -> None:
    assert messages(case, tmp_path) == (case / "expected.txt").read_text(encoding="utf-8")


def test_there_are_cases() -> None:
    assert len(CASES) >= 50


def test_a_copy_without_edits_loads(tmp_path: Path) -> None:
    assert load(shutil.copytree(resources.folder("inventory") / "laixi", tmp_path / "laixi")).slug == "lx"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: there is no such folder"):
        load(tmp_path / "nowhere")


if __name__ == "__main__":
    for folder in CASES:
        with tempfile.TemporaryDirectory() as scratch:
            (folder / "expected.txt").write_text(messages(folder, Path(scratch)), encoding="utf-8")
