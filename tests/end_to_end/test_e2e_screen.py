"""Tables as a terminal shows them: wide characters aligned, nothing cut off however narrow it is."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from govnet.cli import screen

TITLE = "青海省电子政务内网 (qh, plane n) as of 2008-12-31"
ROWS = [("2005-07-01", "729 / 2770 (26.3 %)", "[green]pass[/]", "每台设备各有其名"), ("2008-06-01", "2770", "", "市")]


def shown(width: int) -> list[str]:
    console = Console(file=StringIO(), width=width)
    screen.table(
        TITLE, ["day", "电子公文传输系统", "answer", "名称"], ROWS, right=["电子公文传输系统"], console=console
    )
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [100, 60, 40, 10])
def test_nothing_of_a_table_is_cut_off(width: int) -> None:
    title, *lines = shown(width)
    assert title == TITLE
    assert len({cell_len(line) for line in lines}) == 1
    for whole in ("2005-07-01", "电子公文传输系统", "729", "2770", "(26.3", "pass"):
        assert any(whole in line for line in lines), whole
    assert "".join(c for line in lines[3:] for c in line if c in ROWS[0][3]) == ROWS[0][3]


def test_a_table_that_fits_is_not_folded() -> None:
    assert any("729 / 2770 (26.3 %)" in line for line in shown(100))


def test_a_matrix_goes_on_over_the_edge(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "out", Console(width=20))
    zones = ["bgzy-w", "hongguan", "jincai", "jinshen"]
    screen.matrix("policy", ["", *zones], [(zone, "[green]A[/]", "D", "F1", "M") for zone in zones])
    said = capsys.readouterr().out
    assert all(said.count(zone) == 2 for zone in zones)
    assert said.count("F1") == len(zones)
