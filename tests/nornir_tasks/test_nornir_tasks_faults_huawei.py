"""The fault table of VRP 5 and VRP 8: every fault at every command of a change of thirty, over real SSH."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from support.claims import own_block
from support.fault_table import all_faults, insist

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.lab


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("make", ["vrp5", "vrp8"])
def test_no_fault_leaves_a_box_in_a_third_state(
    tmp_path: Path, make: str, record_property: Callable[[str, object], None]
) -> None:
    rows = all_faults(make, tmp_path, own_block())
    record_property("faults", {make: {words: asdict(row) for words, row in rows.items()}})
    insist(rows)
