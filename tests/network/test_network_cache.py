"""Networks kept under the hash of their files: as loaded, gone when a line changes, harmless when broken."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from govnet.network import cache
from govnet.network.load import load
from govnet.network.summary import folder_named, load_kept

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["laixi", "haixi", "qinghai-inner", "qinghai-outer"])
def test_what_is_kept_equals_what_is_loaded(name: str, tmp_path: Path) -> None:
    folder = folder_named(name)
    first, again = load_kept(folder, tmp_path), load_kept(folder, tmp_path)
    assert again == first == load(folder)
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_a_kept_network_is_cut_to_the_day_that_is_asked_for(tmp_path: Path) -> None:
    folder = folder_named("haixi")
    assert len(load_kept(folder, tmp_path).devices) > len(load_kept(folder, tmp_path, date(2005, 12, 31)).devices)


def test_another_line_is_another_key(tmp_path: Path) -> None:
    folder = shutil.copytree(folder_named("haixi"), tmp_path / "haixi")
    kept = load_kept(folder, tmp_path / "cache")
    file = folder / "units.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("格尔木市", "格尔木"), encoding="utf-8")
    assert load_kept(folder, tmp_path / "cache").units["geermu"].title != kept.units["geermu"].title


@pytest.mark.parametrize("broken", ["", "[]", "{", '[["Network"]]', '[["open","/etc/passwd"]]', '[["tuple",[7]]]'])
def test_a_broken_entry_is_as_if_it_were_not_there(broken: str, tmp_path: Path) -> None:
    folder = folder_named("haixi")
    (tmp_path / f"{cache.key(folder)}.json").write_text(broken)
    assert load_kept(folder, tmp_path) == load(folder)


def test_a_cache_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert load_kept(folder_named("haixi"), tmp_path / "file" / "cache") == load(folder_named("haixi"))


def test_where_entries_lie_is_the_person_s_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("GOVNET_CACHE", raising=False)
    assert cache.folder() == tmp_path / "govnet" / "networks"
    monkeypatch.setenv("GOVNET_CACHE", "off")
    assert cache.folder() is None
