"""The month's sheet in the report: there when it was asked for, unseen time told as unseen."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from govnet.capacity.service import Month, sheet
from govnet.network.summary import network_named
from govnet.report import Run, render
from govnet.report.words import Language

SECONDS = 31 * 86_400.0
CUT, UNSEEN = "c-hxtel-n001-n-01", "c-hxtel-n002-n-01"


def page(*, with_sheet: bool) -> str:
    haixi = network_named("haixi")
    months = {CUT: Month(SECONDS, seen=SECONDS, down=86_400.0, loss=0.002, delay=0.01, jitter=0.001)}
    lines = tuple(sheet(haixi, months, SECONDS)) if with_sheet else ()
    run = Run(haixi, datetime(2007, 1, 1, tzinfo=UTC), "0.1.0", month="2006-12" if with_sheet else "", lines=lines)
    return render(run, Language.EN)


def row(text: str, circuit: str) -> str:
    section = text[text.index('id="credits"') :]
    found = re.search(rf'<tr><th scope="row" class="mono">{circuit}</th>.*?</tr>', section, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s+", " ", found[0])


def test_a_line_that_was_cut_is_owed_for_and_one_that_nobody_saw_is_not() -> None:
    text = page(with_sheet=True)
    assert "99.9 %" in row(text, CUT)
    assert "96.774 %" in row(text, CUT)
    assert "25 %" in row(text, CUT)
    assert "loss 0.20% of 0.10%" in row(text, CUT)
    assert "not seen" in row(text, UNSEEN)
    assert "unknown" in row(text, UNSEEN)
    assert "25 %" not in row(text, UNSEEN)
    assert text.count('href="#credits"') == 1


def test_without_a_month_there_is_no_sheet() -> None:
    assert 'id="credits"' not in page(with_sheet=False)
