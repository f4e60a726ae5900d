"""The page in a real browser: clicks, both languages, accessibility rules, paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.axe import axe, broken
from support.browser import CHROMIUM, Tab, browsing
from support.report_runs import audited

from govnet.errors import RefusedError
from govnet.report import write
from govnet.report.pdf import print_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian: chromium)")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    write(path, audited())
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browsing(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab, report: Path) -> Tab:
    browser.open(report)
    return browser


def lit(tab: Tab, within: str) -> set[str]:
    boxes = f"[...document.querySelectorAll('{within} [data-device].lit')].map(box => box.dataset.device)"
    return set(tab.run(boxes))


def test_a_click_on_a_cell_shows_policy_packets_and_the_way_on_the_drawing(tab: Tab) -> None:
    tab.click('#matrix-after a[href="#pair-after-prv-mgt"]')
    assert tab.run("location.hash") == "#pair-after-prv-mgt"
    article = "#pair-after-prv-mgt"
    assert tab.run(f"document.querySelector('{article}').checkVisibility()")
    said = tab.run(f"document.querySelector('{article}').innerText")
    assert "prv → mgt: policy" in said
    assert "This gets through and may not:" in said
    assert "Packet tcp" in said
    path = set(tab.run(f"document.querySelector('{article}').dataset.path").split())
    assert len(path) > 1
    assert lit(tab, f"{article} figure") == path
    assert lit(tab, "#topology") == path
    assert tab.run(f"document.querySelectorAll('{article} figure .wire.lit').length") > 0
    assert tab.run("document.getElementById('lit').textContent").startswith("prv → mgt: ")


def test_another_cell_takes_the_light_from_the_first(tab: Tab) -> None:
    first = lit(tab, "#topology")
    assert first, "the first breach is drawn when the page opens"
    tab.click('#matrix-after a[href="#pair-after-voice-tv"]')
    path = set(tab.run("document.querySelector('#pair-after-voice-tv').dataset.path").split())
    assert lit(tab, "#topology") == path
    ids = tab.run("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_the_switch_turns_every_word_and_back(tab: Tab) -> None:
    def shown() -> list[list[str]]:
        found: list[list[str]] = tab.run(
            "[...document.querySelectorAll('.t')].map(e => [e.textContent, e.dataset.en, e.dataset.zh])"
        )
        return found

    assert all(text == english for text, english, _ in shown())
    tab.click("button[data-lang=zh]")
    assert all(text == chinese for text, _, chinese in shown())
    assert tab.run("document.documentElement.lang") == "zh-Hans"
    assert tab.run("document.querySelector('#rules-title').innerText") == "规则"
    tab.click("button[data-lang=en]")
    assert all(text == english for text, english, _ in shown())
    assert tab.run("document.querySelector('button[data-lang=en]').ariaPressed") == "true"


def test_nothing_is_asked_of_the_network_and_nothing_complained_of(tab: Tab, report: Path) -> None:
    tab.click("button[data-lang=zh]")
    assert tab.asked() == [report.as_uri()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_rules_of_accessibility_hold(tab: Tab, scheme: str, language: str) -> None:
    script = axe()
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    tab.click('#matrix-after a[href="#pair-after-prv-mgt"]')
    tab.click(f"button[data-lang={language}]")
    assert broken(tab, script) == []


def test_the_accessibility_rules_can_fail(tab: Tab) -> None:
    script = axe()
    tab.run("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"data:,\">'); 0")
    assert any("image-alt" in each for each in broken(tab, script, "image-alt"))


def test_the_page_prints_to_a_pdf(report: Path, tmp_path: Path) -> None:
    paper = tmp_path / "report.pdf"
    print_page(report, paper)
    data = paper.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type/Page/") + data.count(b"/Type /Page ") > 3


def test_on_paper_what_nobody_knows_is_unfolded_and_what_passes_is_not(tab: Tab) -> None:
    def seen(verdict: str) -> bool:
        found: bool = tab.run(f"document.querySelector('#rules-{verdict} tr.rule').checkVisibility()")
        return found

    try:
        assert (seen("unknown"), seen("pass")) == (False, False)
        tab.call("Emulation.setEmulatedMedia", media="print")
        assert (seen("fail"), seen("unknown"), seen("pass")) == (True, True, False)
    finally:
        tab.call("Emulation.setEmulatedMedia", media="")


def test_without_a_browser_it_says_what_to_install(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefusedError, match=r"no browser to print with.*Install Chromium"):
        print_page(report, tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()
