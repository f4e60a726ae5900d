"""The wall page in a real browser, served by the real exporter over emulated devices."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from support.axe import axe, broken
from support.browser import CHROMIUM, Tab, browsing
from support.claims import free_port
from support.laixi import AGG, CORE, floor, network, until
from support.noc import UPS, served, small

from collectors.exporter import build_app
from collectors.loader import load
from collectors.targets import targets
from govnet.monitoring import checks
from govnet.monitoring.wall import Wall
from lab.server import running_lab
from snmp import Auth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lab.server import Lab

pytestmark = [pytest.mark.lab, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian: chromium)")]
DEVICES = (AGG, floor(1), UPS)
PATIENCE = 60.0
TILE = f"#levels li[data-key='{floor(1)}']"


class Server:
    """The exporter of a lab with its wall, in a thread; it can be ended and started again on its port."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.port, self.address = free_port(), ""
        self.address = f"http://127.0.0.1:{self.port}/"
        self._lab, self._folder = lab, folder

    def scrape(self, *devices: str) -> None:
        """Ask for devices as Prometheus would, so that nobody has to wait until the page asks itself."""
        for name in devices:
            request = Request(f"{self.address}snmp?target={name}", headers={"X-Prometheus-Scrape-Timeout-Seconds": "5"})
            with suppress(HTTPError), urlopen(request, timeout=30) as answer:
                answer.read()

    @contextmanager
    def running(self) -> Iterator[None]:
        spots = {e.name: f"{e.address}:{e.snmp_port}" for e in self._lab.endpoints.values()}
        polled = targets(network(), "lab", spots)
        wall = Wall(network(), self._folder, [target.name for target in polled], refresh=0.5)
        auths = {"lab": Auth(version=2, community=self._lab.credentials.community)}
        app = build_app(polled, load().modules, auths, front=wall)
        with served(app, self.port):
            yield


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with running_lab([small(name) for name in DEVICES], port=0, snmp_port=0) as running:
        yield running


@pytest.fixture(scope="module")
def server(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("build")
    checks.note(folder, checks.DRIFT, checks.of_drift({CORE: 0}), 0)
    return Server(lab, folder)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browsing(tmp_path_factory.mktemp("profile")) as tab:
        tab.call("Emulation.setDeviceMetricsOverride", width=1920, height=1080, deviceScaleFactor=1, mobile=False)
        yield tab


@pytest.fixture(scope="module")
def tab(browser: Tab, server: Server) -> Iterator[Tab]:
    with server.running():
        browser.open(server.address)
        well = "document.querySelectorAll('#levels li[data-tone=well]').length"
        until(lambda: browser.run(well) == len(DEVICES), PATIENCE)
        yield browser


def tone(tab: Tab, selector: str) -> str:
    return str(tab.run(f"document.querySelector({json.dumps(selector)})?.dataset.tone ?? ''"))


def text(tab: Tab, selector: str) -> str:
    return str(tab.run(f"document.querySelector({json.dumps(selector)})?.textContent ?? ''"))


def test_what_is_not_seen_is_not_green(tab: Tab) -> None:
    tones = tab.run(
        "Object.fromEntries([...document.querySelectorAll('#levels li')].map(e => [e.dataset.key, e.dataset.tone]))"
    )
    assert {name for name, value in tones.items() if value == "well"} == set(DEVICES)
    assert {value for name, value in tones.items() if name not in DEVICES} == {"unseen"}
    assert tone(tab, "#sources li[data-key=mains-a]") == "unseen"
    assert tone(tab, "#checks li[data-key=proof]") == "unseen"
    assert tone(tab, "#checks li[data-key=drift]") == "unseen", "well, but too long ago"


@pytest.mark.parametrize(("language", "said"), [("zh", "市电供电"), ("en", "on mains")])
def test_a_source_tells_its_minutes_in_both_languages(tab: Tab, language: str, said: str) -> None:
    tab.click(f"button[data-lang={language}]")
    assert tab.run("document.documentElement.lang") == {"zh": "zh-Hans", "en": "en"}[language]
    assert said in text(tab, "#sources li[data-key=ups01]")
    assert text(tab, "#sources li[data-key=ups01] .big").split() == ["7", {"zh": "分钟", "en": "min"}[language]]


def test_a_fault_shows_without_a_new_element(tab: Tab, lab: Lab, server: Server) -> None:
    """Nothing flickers: the elements stay, only what changed is written."""
    tab.click("button[data-lang=en]")
    tab.run(f"window.before = document.querySelector({json.dumps(TILE)}); 0")
    lab.agents.set_ups(UPS, mains=False, charge=60)
    lab.agents.set_health(floor(1), silent=True)
    server.scrape(UPS, floor(1))
    until(lambda: (tone(tab, TILE), tone(tab, "#sources li[data-key=ups01]")) == ("bad", "bad"), PATIENCE)
    assert tab.run(f"window.before === document.querySelector({json.dumps(TILE)}) && window.before.isConnected")
    said = tab.run("[...document.querySelectorAll('#conditions li')].map(e => e.textContent)")
    assert len(said) == 2, said
    assert "on battery" in said[0]
    assert "symptoms" in said[0]
    assert "does not answer" in said[1]
    lab.agents.set_ups(UPS, mains=True, charge=100)
    lab.agents.set_health(floor(1), silent=False)
    server.scrape(UPS, floor(1))
    until(lambda: (tone(tab, TILE), tone(tab, "#sources li[data-key=ups01]")) == ("well", "well"), PATIENCE)
    assert tab.run("document.querySelectorAll('#conditions li').length") == 0
    assert tab.run(f"window.before === document.querySelector({json.dumps(TILE)})")


def test_it_asks_its_own_server_alone_and_complains_of_nothing(tab: Tab, server: Server) -> None:
    assert set(tab.asked()) <= {server.address, f"{server.address}state", "data:,"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_rules_of_accessibility_hold(tab: Tab, language: str) -> None:
    tab.click(f"button[data-lang={language}]")
    assert broken(tab, axe()) == []


def test_it_is_read_from_five_metres(tab: Tab) -> None:
    """On a screen of 1920 by 1080 and 1.2 m width a letter of 24 px is 15 mm high, a figure of 48 px 30 mm."""

    def pixels(selector: str) -> float:
        return float(tab.run(f"parseFloat(getComputedStyle(document.querySelector('{selector}')).fontSize)"))

    assert pixels("#sources .big") >= 44
    assert pixels("#levels li") >= 20
    assert pixels(".clock") >= 32
    assert tab.run("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [1920, 1080]


def test_it_prints(tab: Tab) -> None:
    paper = base64.b64decode(tab.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 10_000


def test_without_a_server_nothing_is_known(browser: Tab, lab: Lab, tmp_path: Path) -> None:
    """The page outlives its server: it says for how long there was no news, and then shows the news again."""
    server = Server(lab, tmp_path)
    with server.running():
        browser.open(server.address)
        until(lambda: browser.run("document.body.dataset.lost") == "false", PATIENCE)
    until(lambda: browser.run("document.body.dataset.lost") == "true", PATIENCE)
    assert any(words in text(browser, "#news") for words in ("no news for", "没有消息"))
    with server.running():
        until(lambda: browser.run("document.body.dataset.lost") == "false", PATIENCE)
