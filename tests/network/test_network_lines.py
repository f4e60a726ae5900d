"""Classes of traffic and contracts: what is wrong with them is named with file and line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from govnet import resources
from govnet.errors import InputError
from govnet.network.load import load

if TYPE_CHECKING:
    from pathlib import Path

CASES = {
    "no_default": ("traffic.yaml", "default:", "leftover:", "traffic.yaml:3: no class is called 'default'"),
    "same_mark": ("traffic.yaml", "dscp: 26", "dscp: 48", "traffic.yaml:4: emergency is marked DSCP 48, as control is"),
    "too_much": ("traffic.yaml", "2000: 48", "2000: 60", "the shares of lines of 2000 kbit/s are 112 % together"),
    "a_speed_less": ("traffic.yaml", "{2000: 7, ", "{", "default has no share of lines of 2000 kbit/s, control has"),
    "mark_too_high": ("traffic.yaml", "dscp: 48", "dscp: 64", "traffic.yaml:3: 'control.dscp' is '64'"),
    "unshared": ("circuits.yaml", "speed_kbps: 2000\n", "speed_kbps: 4000\n", "has 4000 kbit/s, and traffic.yaml"),
    "no_contract": ("circuits.yaml", "contract: leased\n", "contract: lost\n", "under contract 'lost', which does not"),
    "credits": ("circuits.yaml", "{below: 99.5, percent: 10}", "{below: 99.95, percent: 10}", "do not grow as"),
    "credit_above": ("circuits.yaml", "availability: 99.9", "availability: 99.0", "but promises only 99 %"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_named(case: str, tmp_path: Path) -> None:
    file, old, new, said = CASES[case]
    folder = tmp_path / "haixi"
    shutil.copytree(resources.folder("inventory") / "haixi", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(folder)
    assert said in str(caught.value)
