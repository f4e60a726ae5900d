"""The Python of docs/napalm.md runs as it stands, one block after another, against an emulated device."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from support.laixi import CORE, ROOT, access_to, lab_of

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "napalm.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.lab
def test_the_how_to_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with lab_of(CORE) as lab:
        access = access_to(lab, tmp_path)
        host, port = access.addresses[CORE]
        given = {
            "DEVICE": host,
            "PORT": str(port),
            "GOVNET_USERNAME": access.username,
            "GOVNET_PASSWORD": access.password,
            "KNOWN_HOSTS": str(access.known_hosts),
        }
        for key, value in given.items():
            monkeypatch.setenv(key, value)
        names: dict[str, object] = {}
        for block in BLOCKS:
            exec(compile(block, "docs/napalm.md", "exec"), names)
    said = capsys.readouterr().out
    assert "# create VLAN 77 guests" in said
    assert "# delete VLAN 77 guests" in said


def test_the_page_names_every_option_of_the_drivers() -> None:
    text = (ROOT / "custom_napalm" / "_base.py").read_text(encoding="utf-8")
    options = set(re.findall(r'"(govnet_\w+)"', text))
    assert options <= set(re.findall(r"`(govnet_\w+)`", PAGE))
